"""The application for production WSGI servers: `fakesources.wsgi:app`, one process, as many threads as wanted.

It is built on first access, from the same FAKESOURCES_* variables that `fakesources serve` reads; what belongs to the
socket (address, certificate, access log) is the production server's own affair. FAKESOURCES_SAVE is written when the
process ends in order (gunicorn: SIGTERM, waitress: SIGINT), and whenever the control plane is asked to.

State is in memory, so a server with several processes would answer from several states: every request to one of those
is refused, with this explanation.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from click import ClickException

from .adapters.wsgi import application
from .commands.opening import hosted_by
from .commands.serve import command

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    app: WSGIApplication

ONE_PROCESS = (
    "fakesources keeps its state in memory, and this server runs several processes, each of which would have a state "
    "of its own. Start it with one process and several threads: gunicorn --workers 1 --threads 8 fakesources.wsgi:app\n"
)


def built() -> WSGIApplication:
    """A fake made from the variables, as an application. Raises ValueError for a variable that cannot be."""
    try:
        ctx = command.make_context("fakesources.wsgi", [])
        hosted = hosted_by(ctx, ctx.params, address=None)
    except ClickException as error:
        raise ValueError(error.format_message()) from None
    atexit.register(hosted.close)
    return alone(application(hosted.handle, served=True, limit=hosted.limit))


def alone(inner: WSGIApplication) -> WSGIApplication:
    """The same application, for a server of one process; one of several is told what to change."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("wsgi.multiprocess"):
            return inner(environ, start_response)
        environ["wsgi.errors"].write(ONE_PROCESS)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
        return [ONE_PROCESS.encode()]

    return answer


def __getattr__(name: str) -> Any:
    """Build `app` when somebody asks for it, and keep it."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()["app"] = built()
    return made
