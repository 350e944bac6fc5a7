"""Application for production WSGI servers: `fakesources.wsgi:app`, for one process with any number of threads.

It is built on first access from the FAKESOURCES_* variables of `fakesources serve`, except those of the socket (address
and certificate), which the WSGI server sets up. FAKESOURCES_SAVE is written when the process shuts down (gunicorn:
SIGTERM, waitress: SIGINT), and whenever the control plane saves; with FAKESOURCES_STRICT violations are listed on
shutdown. The control plane requires FAKESOURCES_TOKEN.

The state is in memory. A server with several processes would have several states, so every response of one is an error.
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
from .commands.access_log import LogAccess, access_log
from .commands.flags import PREFIX
from .commands.logs import log, log_internal_error
from .commands.output import print_violations
from .commands.serve import command
from .commands.serving import host_fake
from .control.hosted import Hosted
from .core.engine.failures import failure_response
from .core.http.messages import Handle, Request, Response
from .core.system import files
from .core.system.real_time import monotonic

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    app: WSGIApplication

SEVERAL_PROCESSES = (
    "fakesources keeps its state in memory, and this server runs several processes, each of which would have a state "
    "of its own. Start it with one process and several threads: gunicorn --workers 1 --threads 8 fakesources.wsgi:app\n"
)

SOCKET_FLAGS = ("host", "port", "address_file", "cert", "key", "max_connections")
"""Flags without effect: the WSGI server sets up the socket."""


def build_app() -> WSGIApplication:
    """Return an application for a fake of the variables. Raises ValueError for an invalid variable."""
    with ExitStack() as stack:
        try:
            ctx = command.make_context("fakesources.wsgi", [])
            hosted = host_fake(ctx, ctx.params, address=None)
            log_access = stack.enter_context(access_log(ctx.params, hosted))
        except ClickException as error:
            raise ValueError(error.format_message()) from None
        for variable in _unused_variables(ctx):
            log.warning(
                "%s has no effect here: address, certificate and connections are those of the WSGI server", variable
            )
        resources = stack.pop_all()
    atexit.register(_shut_down, hosted, resources, is_strict=ctx.params["strict"])
    handle = _logged(hosted, log_access)
    return single_process(application(handle, served=True, limit=hosted.limit), hosted.start_saving)


def _unused_variables(ctx: Context) -> Iterator[str]:
    for name in SOCKET_FLAGS:
        variable = f"{PREFIX}{name.upper()}"
        is_of_run = os.environ.get(f"{PREFIX}URL", "").endswith(f"//{os.environ.get(variable)}")
        if ctx.get_parameter_source(name) is ParameterSource.ENVIRONMENT and not is_of_run:
            yield variable


def _logged(hosted: Hosted, log_access: LogAccess | None) -> Handle:
    """Return the function that handles requests, and logs responses and internal errors."""

    def handle(request: Request) -> Response:
        start = monotonic()
        try:
            response = hosted.handle(request)
        except Exception as error:
            log_internal_error(error)
            response = failure_response(error)
        if log_access is not None:
            log_access(request, response, monotonic() - start + response.delay)
        return response

    return handle


def _shut_down(hosted: Hosted, resources: ExitStack, *, is_strict: bool) -> None:
    """Save the state and list the violations of a strict fake. The exit code is up to the WSGI server."""
    try:
        hosted.close()
    except OSError as error:
        log.error("the state could not be saved: %s", files.error_text(error))
    if is_strict:
        print_violations(hosted.fake)
    resources.close()


def single_process(inner: WSGIApplication, on_request: Callable[[], None] = lambda: None) -> WSGIApplication:
    """Wrap an application for a server of one process; a server of several gets status 503 with an explanation.

    `on_request` is called with each request: threads cannot start before a server has forked.
    """

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("wsgi.multiprocess"):
            on_request()
            return inner(environ, start_response)
        environ["wsgi.errors"].write(SEVERAL_PROCESSES)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
        return [SEVERAL_PROCESSES.encode()]

    return wrapped


def __getattr__(name: str) -> Any:
    """Build `app` on first access."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    built = globals()["app"] = build_app()
    return built
