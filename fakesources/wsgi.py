"""The application for production WSGI servers: `fakesources.wsgi:app`, one process, as many threads as wanted.

It is built on first access, from the same FAKESOURCES_* variables that `fakesources serve` reads, save those of the
socket (address and certificate), which are the production server's own affair. FAKESOURCES_SAVE is written when the
process ends in order (gunicorn: SIGTERM, waitress: SIGINT), and whenever the control plane is asked to; with
FAKESOURCES_STRICT the violations are listed then. The control plane requires FAKESOURCES_TOKEN.

State is in memory, so a server with several processes would answer from several states: every request to one of those
is refused, with this explanation.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from click import ClickException, Context
from click.core import ParameterSource

from .adapters.wsgi import application
from .commands.access_log import Access, access_log
from .commands.flags import PREFIX
from .commands.logs import log, log_bug
from .commands.serve import command
from .commands.serving import hosted_by
from .commands.violations import tell_violations
from .control.hosted import Hosted
from .core.engine.failures import failure_response
from .core.http.messages import Handle, Request, Response
from .core.system.real_time import monotonic

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    app: WSGIApplication

ONE_PROCESS = (
    "fakesources keeps its state in memory, and this server runs several processes, each of which would have a state "
    "of its own. Start it with one process and several threads: gunicorn --workers 1 --threads 8 fakesources.wsgi:app\n"
)


UNUSED = ("host", "port", "address_file", "cert", "key")
"""Variables that belong to the socket, which is the production server's own affair."""


def built() -> WSGIApplication:
    """Return a fake made from the variables, as an application. Raises ValueError for an invalid variable."""
    with ExitStack() as stack:
        try:
            ctx = command.make_context("fakesources.wsgi", [])
            hosted = hosted_by(ctx, ctx.params, address=None)
            access = stack.enter_context(access_log(ctx.params, hosted))
        except ClickException as error:
            raise ValueError(error.format_message()) from None
        for line in _without_effect(ctx):
            log.warning(line)
        closing = stack.pop_all()
    atexit.register(_end, hosted, closing, is_strict=ctx.params["strict"])
    return alone(application(_answering(hosted, access), served=True, limit=hosted.limit), hosted.start_saving)


def _without_effect(ctx: Context) -> Iterator[str]:
    for name in UNUSED:
        variable = f"{PREFIX}{name.upper()}"
        announced = os.environ.get(f"{PREFIX}URL", "").endswith(f"//{os.environ.get(variable)}")
        if ctx.get_parameter_source(name) is ParameterSource.ENVIRONMENT and not announced:
            yield f"{variable} has no effect here: address and certificate are those of the WSGI server"


def _answering(hosted: Hosted, access: Access | None) -> Handle:
    """Return the function that answers requests, and logs each and what it fails on."""

    def answer(request: Request) -> Response:
        began = monotonic()
        try:
            reply = hosted.handle(request)
        except Exception as error:
            log_bug(error)
            reply = failure_response(error)
        if access is not None:
            access(request, reply, monotonic() - began + reply.delay)
        return reply

    return answer


def _end(hosted: Hosted, closing: ExitStack, *, is_strict: bool) -> None:
    """Save the state, and list the violations of a strict fake; the exit code is the server's own."""
    try:
        hosted.close()
    except OSError as error:
        log.error("the state could not be saved: %s", error)
    if is_strict:
        tell_violations(hosted.fake)
    closing.close()


def alone(inner: WSGIApplication, begun: Callable[[], None] = lambda: None) -> WSGIApplication:
    """The same application, for a server of one process; one of several is told what to change. `begun` is called with
    each request: what needs threads cannot begin before a server has forked.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("wsgi.multiprocess"):
            begun()
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
