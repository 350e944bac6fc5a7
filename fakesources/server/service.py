"""Application behind a server: the functions that answer, their limits, and the address."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from ..core.engine.failures import failure_response
from ..core.engine.waiting import Pieces, Steps, Wait
from ..core.http.messages import Handle, HandleNonblocking, Limit, Request, Response, default_limit, never_inline
from ..core.system.real_time import monotonic

if TYPE_CHECKING:
    from ssl import SSLContext

Access = Callable[[Request, Response, float], None]
"""Called with each request and its response, and the seconds between them."""

MAX_CONNECTIONS = 1_000
_REACHABLE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared, not bound


@dataclass(eq=False, repr=False)
class Service:
    """Functions that answer requests, limits, and the address to listen at; times are seconds.

    `handle_nonblocking` is called in the thread of the event loop, for requests that never block. Where it returns
    None, `steps` is called in a worker thread, or `handle` where there are no steps; a function that it returns is
    called there too, for one request at a time. `authorise` may return an error response before a body is read, and
    `limit` the upper bound for its bytes. What any of them raises is answered with a 500 and given to `on_bug`; without
    one the first error is raised by `Server.stop`.
    """

    handle: Handle
    host: str = "127.0.0.1"
    port: int = 0
    _: KW_ONLY
    handle_nonblocking: HandleNonblocking = never_inline
    steps: Callable[[Request], Steps] | None = None
    authorise: Callable[[Request], Response | None] = never_inline
    limit: Limit = default_limit
    tls: SSLContext | None = None
    read_timeout: float = 30.0
    idle_timeout: float = 300.0
    max_connections: int = MAX_CONNECTIONS
    access: Access | None = None
    on_bug: Callable[[BaseException], None] | None = None

    def __post_init__(self) -> None:
        self.address = self.host
        self.host = _REACHABLE.get(self.host, self.host)
        self.bugs: list[BaseException] = []
        self.stopping = threading.Event()

    @property
    def scheme(self) -> str:
        """`http`, or `https` with a certificate."""
        return "https" if self.tls else "http"

    @property
    def netloc(self) -> str:
        """Host and port, as in a Host header: "127.0.0.1:PORT"."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Base URL, without a slash at its end."""
        return f"{self.scheme}://{self.netloc}"

    def run_steps(self, request: Request, rest: Callable[[], Response] | None = None) -> Steps:
        """Return the steps of a request, or the rest of them where it has begun."""
        if rest is not None:
            return rest()
        if self.steps is not None:
            return (yield from self.steps(request))
        response = self.handle(request)
        if response.delay:
            yield Wait(response.delay)
        return response

    def take_step(self, steps: Steps | Pieces) -> Wait | bytes | Response | None:
        """Return what the steps yield next or return at their end; it may call functions of a test.

        Those may call this very server.
        """
        try:
            return next(steps)
        except StopIteration as end:
            response: Response | None = end.value
            return response
        except BaseException as error:  # pytest.fail raises a BaseException
            return self.internal_error(error)

    def internal_error(self, error: BaseException) -> Response:
        """Report what was raised while a request was answered, and return the response for its client."""
        with suppress(Exception):  # the client gets its response also where reporting fails
            (self.on_bug or self.bugs.append)(error)
        return failure_response(error)

    def log(self, request: Request, response: Response, began: float) -> None:
        """Pass a request that began at a time of `monotonic` to the access log; report what that raises."""
        if self.access is not None:
            try:
                self.access(request, response, monotonic() - began)
            except Exception as error:
                self.internal_error(error)
