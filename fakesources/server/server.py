"""A fake behind a socket of this machine, for clients of any kind: where it starts and ends.

One thread with an event loop serves all connections (`loop`, imported by the first start: asyncio costs as much as
everything else). Times are seconds. Nothing is written to standard error.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ..core.engine.failures import failure_response
from ..core.engine.waiting import Steps, Wait
from ..core.http.messages import Handle, HandleNonblocking, Limit, Request, Response, later, usual
from ..core.system.real_time import monotonic

if TYPE_CHECKING:
    from ssl import SSLContext

    from .loop import LoopThread

Access = Callable[[Request, Response, float], None]
"""Called with each request and its response, and the seconds between them."""

BACKLOG = 1_024
CONNECTIONS = 1_000
_REACHABLE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared, not bound
_LONGEST_SECONDS = 1e6


class Server:
    """A fake behind a socket: accepting once `start` returns, silent once `stop` does. Also a context manager.

    `port` 0 leaves the choice to the system; `port` after `start` is the chosen one. `tls` makes it speak https.
    A request has to arrive within `read_timeout` of its first byte; a connection nobody uses is closed after
    `idle_timeout`; of more than `max_connections` the one that has been quiet for longest is closed.

    `at_once` answers what never blocks, in the loop's thread; the rest is given to `steps`, or to `handle` where there
    are none, in a pool of threads. `authorise` may refuse a request before its body is read, of which `limit` tells
    the most bytes. What any of them raises becomes a 500 that says so and is given to `on_bug`; without one the first
    is raised again by `stop`.
    """

    def __init__(
        self,
        handle: Handle,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        at_once: HandleNonblocking = later,
        steps: Callable[[Request], Steps] | None = None,
        authorise: Callable[[Request], Response | None] = later,
        limit: Limit = usual,
        tls: SSLContext | None = None,
        read_timeout: float = 30.0,
        idle_timeout: float = 300.0,
        max_connections: int = CONNECTIONS,
        access: Access | None = None,
        on_bug: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.handle, self.handle_nonblocking, self.authorise, self.limit = handle, at_once, authorise, limit
        self.steps = steps or self._steps
        self.tls, self.access = tls, access
        self.read_timeout, self.idle_timeout, self.max_connections = read_timeout, idle_timeout, max_connections
        self.bugs: list[BaseException] = []
        self.port: int = port
        self.stopping = threading.Event()
        self._address = host
        self._on_bug = on_bug or self.bugs.append
        self._starting = threading.Lock()
        self._lock = threading.RLock()  # a signal may have its handler stop what is just being stopped
        self._thread: LoopThread | None = None
        self._process = 0

    @property
    def scheme(self) -> str:
        """`http`, or `https` for a server with a certificate."""
        return "https" if self.tls else "http"

    @property
    def host(self) -> str:
        """The name or address that clients reach it by: "127.0.0.1"."""
        return _REACHABLE.get(self._address, self._address)

    @property
    def netloc(self) -> str:
        """Host and port, as a Host header has them: "127.0.0.1:PORT"."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def open_connections(self) -> int:
        """Number of connections that are open now."""
        return self._thread.open_connections if self._thread is not None else 0

    @property
    def begun_requests(self) -> int:
        """Number of requests of which some has come, and that have no answer yet."""
        return self._thread.begun_requests if self._thread is not None else 0

    def __repr__(self) -> str:
        return f"<Server at {self.url}>"

    def start(self) -> Server:
        """Listen, and return the server; one that is being stopped is first waited for. Raises OSError at once when
        the address cannot be had, RuntimeError in a request of a server that is being stopped.
        """
        with self._starting:
            if self._thread is None or self.stopping.is_set() or self._process != os.getpid():
                self._start()
            return self

    def _start(self) -> None:
        from .loop import LoopThread

        if self._thread is not None and self._process == os.getpid():
            if self._thread.is_alive() and self._thread.owns(threading.current_thread()):
                raise RuntimeError("a server that is being stopped cannot be started again in one of its own requests")
            self._thread.join()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        try:
            listener = socket.create_server((self._address, self.port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise OSError(error.errno, _reason(error, self._address, self.port)) from error
        self.port = listener.getsockname()[1]
        self.stopping.clear()
        self._process = os.getpid()
        self._thread = LoopThread(self, listener, BACKLOG)
        self._thread.start()

    def stop(self, grace: float = 0.0) -> None:
        """Close every socket and thread, and return when that is done. With `grace`, requests that have begun get so
        many seconds to finish. In a request of its own it waits for nothing: that request is the last to be answered.
        In a forked child, which has the server's memory and not its thread, it does nothing.
        """
        thread, current = self._thread, threading.current_thread()
        if thread is None or self._process != os.getpid():
            return
        with self._lock:
            if not self.stopping.is_set():
                self.stopping.set()
                thread.stop(monotonic() + min(grace, _LONGEST_SECONDS), current)
        if thread.owns(current):
            return
        thread.join()
        if self.bugs:
            bug = self.bugs[0]
            self.bugs.clear()
            raise bug

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.stop()
        except Exception:
            if kind is None:
                raise

    def internal_error(self, error: BaseException) -> Response:
        """Keep what was raised while a request was answered, by the fake or by what a test has arranged in it, and
        return the response that says so.
        """
        with suppress(Exception):  # where reporting it fails too, the client is told all the same
            self._on_bug(error)
        return failure_response(error)

    def _steps(self, request: Request) -> Steps:
        reply = self.handle(request)
        if reply.delay:
            yield Wait(reply.delay)
        return reply


def _reason(error: OSError, host: str, port: int) -> str:
    """Return what to tell a person whose address cannot be had."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: choose another one, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is not open to you: choose one above 1023, or 0 for any that is free"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
