"""Fake behind a socket of this machine: start and stop.

One thread with an event loop serves all connections. The first start imports it: asyncio costs as much as everything
else. Nothing is written to standard error.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from typing import TYPE_CHECKING

from ..core.system.real_time import monotonic
from .service import Service

if TYPE_CHECKING:
    from .connection import Connection
    from .loop import LoopThread

_LISTEN_ERRORS = {
    errno.EADDRINUSE: "is in use: choose another one, or 0 for any that is free",
    errno.EACCES: "needs more rights: choose one above 1023, or 0 for any that is free",
}


class Server(Service):
    """A fake behind a socket: accepts once `start` returns, ends before `stop` returns. Also a context manager.

    `port` 0 leaves the choice to the system; after `start` it is the chosen one. With `tls` the server serves https.
    A request that is incomplete `read_timeout` seconds after its first byte is an error, a connection without requests
    is closed after `idle_timeout`, and of more than `max_connections` the one idle for longest is closed.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self._starting = threading.Lock()
        self._lock = threading.RLock()  # a signal handler may stop what the same thread is stopping
        self._thread: LoopThread | None = None
        self._process = 0

    @property
    def open_connections(self) -> int:
        """Number of open connections."""
        return len(self._connections)

    @property
    def begun_requests(self) -> int:
        """Number of connections with a request that has begun and has no response yet."""
        return sum(connection.has_begun for connection in self._connections)

    @property
    def _connections(self) -> list[Connection]:
        return list(self._thread.connections) if self._thread is not None else []

    def __repr__(self) -> str:
        return f"<Server at {self.url}>"

    def start(self) -> Server:
        """Listen, and return the server; one that is being stopped is waited for first.

        Raise OSError at once when the address is not available, RuntimeError in a request of a server that is being
        stopped.
        """
        from .loop import BACKLOG, LoopThread

        with self._starting:
            running = self._thread if self._process == os.getpid() else None
            if running is not None and not self.stopping.is_set():
                return self
            if running is not None:
                if running.is_alive() and running.owns(threading.current_thread()):
                    raise RuntimeError(
                        "a server that is being stopped cannot be started again in one of its own requests"
                    )
                running.join()
            listener = self._listen(BACKLOG)
            self.port = listener.getsockname()[1]
            self.stopping.clear()
            self._process = os.getpid()
            self._thread = LoopThread(self, listener)
            self._thread.start()
            return self

    def _listen(self, backlog: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        try:
            return socket.create_server((self.address, self.port), family=family, backlog=backlog)
        except OSError as error:
            reason = _LISTEN_ERRORS.get(error.errno or 0, f"is not available: {error.strerror or error}")
            raise OSError(error.errno, f"port {self.port} of {self.address} {reason}") from error

    def stop(self, grace: float = 0.0) -> None:
        """Close every socket and thread; requests that have begun get `grace` seconds to finish.

        In a request of its own the server waits for nothing: that request is the last to be answered. In a forked
        child, which has the server's memory and not its thread, this does nothing.
        """
        thread = self._thread
        if thread is None or self._process != os.getpid():
            return
        with self._lock:
            if not self.stopping.is_set():
                self.stopping.set()
                thread.stop(monotonic() + grace)
        if thread.owns(threading.current_thread()):
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
