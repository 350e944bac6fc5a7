"""The door for everything else: a live server on a socket of this machine.

One thread accepts, one more serves each connection, so a slow client stalls nobody. What a connection does is in
`connections`; here are the beginning and the end of all of them. Times are seconds. Nothing is written to standard
error.
"""

from __future__ import annotations

import errno
import json
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.messages import Handle, Limit, Reply, Request, usual
from .connections import Connection

if TYPE_CHECKING:
    from ssl import SSLContext

Access = Callable[[str, str, int, float], None]
"""Told of each answer: method, path without the query, status, milliseconds."""

_UNWINDING = 0.03
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # to be told apart, not bound


class Server:
    """A fake behind a socket: accepting once `start` returns, silent once `stop` does. Also a context manager.

    `port` 0 leaves the choice to the system; the chosen one is `port` after `start`. `tls` makes it speak https.
    A request has to arrive within `read_timeout` of its first byte; a connection nobody uses is closed after
    `idle_timeout`. What `handle` raises becomes a 500 that says so and is given to `on_bug`; without one the first
    is raised again by `stop`.
    """

    def __init__(
        self,
        handle: Handle,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: SSLContext | None = None,
        read_timeout: float = 30.0,
        idle_timeout: float = 300.0,
        access: Access | None = None,
        on_bug: Callable[[Exception], None] | None = None,
        limit: Limit = usual,
    ) -> None:
        self.handle = handle
        self.limit = limit
        self.tls = tls
        self.read_timeout, self.idle_timeout = read_timeout, idle_timeout
        self.access = access
        self.bugs: list[Exception] = []
        self.port: int = port
        self.stopping = threading.Event()
        self.cut_off = threading.Event()
        self._address = host
        self._on_bug = on_bug or self.bugs.append
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._listener: socket.socket | None = None
        self._accepting: threading.Thread | None = None

    @property
    def scheme(self) -> str:
        """`http`, or `https` for a server with a certificate."""
        return "https" if self.tls else "http"

    def __repr__(self) -> str:
        return f"<Server at {self.url}>"

    @property
    def host(self) -> str:
        """Where clients reach it, as a Host header has it: "127.0.0.1:PORT"."""
        name = _ANYWHERE.get(self._address, self._address)
        return f"[{name}]:{self.port}" if ":" in name else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"{self.scheme}://{self.host}"

    def start(self) -> Server:
        """Listen, and give the server back. Raises OSError at once when the address cannot be had."""
        if self._listener is not None:
            return self
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        try:
            listener = socket.create_server((self._address, self.port), family=family, backlog=128)
        except OSError as error:
            raise OSError(error.errno, why_not(error, self._address, self.port)) from error
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._bell, self._rung = socket.socketpair()
        self.stopping.clear()
        self.cut_off.clear()
        self._accepting = threading.Thread(
            target=self._accept, args=(listener,), name=f"fakesources {self.host}", daemon=True
        )
        self._accepting.start()
        return self

    def stop(self, grace: float = 0.0) -> None:
        """Close every socket and thread. With `grace`, requests that have begun get so many seconds to finish."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is None:
            return
        self.stopping.set()
        self._bell.send(b"\0")
        assert self._accepting is not None
        self._accepting.join()
        for open_socket in (listener, self._bell, self._rung):
            open_socket.close()
        if grace:
            self._end(socket.SHUT_RD, grace, grace)
        self.cut_off.set()
        self._end(socket.SHUT_RDWR, 1.0, _UNWINDING)
        if self.bugs:
            bug, self.bugs = self.bugs[0], []
            raise bug

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.stop()
        except Exception:
            if kind is None:
                raise

    def answer(self, request: Request) -> Reply:
        """What `handle` answers."""
        try:
            return self.handle(request)
        except Exception as bug:
            return self.own_up(bug)

    def own_up(self, bug: Exception) -> Reply:
        """The reply to a request on which the fake itself failed; the failure is kept."""
        self._on_bug(bug)
        said = f"This is a bug in the fake, not in the request: {type(bug).__name__}: {bug}"
        return Reply(500, (("Content-Type", "application/json"),), json.dumps({"error": said}).encode())

    def left(self, connection: Connection) -> None:
        """A connection tells that it is closed."""
        with self._lock:
            self._connections.discard(connection)

    def _accept(self, listener: socket.socket) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(listener, selectors.EVENT_READ)
            waiting.register(self._rung, selectors.EVENT_READ)
            while not self.stopping.is_set():
                waiting.select()
                if self.stopping.is_set():
                    return
                try:
                    client, address = listener.accept()
                    client.setblocking(True)
                except BlockingIOError:
                    continue
                except OSError:  # out of descriptors, or the client has left: do not spin
                    self.stopping.wait(0.01)
                    continue
                connection = Connection(self, client, address[0])
                with self._lock:
                    self._connections.add(connection)
                connection.start()

    def _end(self, how: int, patience: float, for_handlers: float) -> None:
        """Shut connections and wait for their threads; those inside `handle` get `for_handlers` seconds in all."""
        with self._lock:
            connections = [each for each in self._connections if each is not threading.current_thread()]
        for connection in connections:
            connection.shut(how)
        began = time.monotonic()
        for connection in connections:
            limit = for_handlers if connection.handling else patience
            connection.join(max(0.0, began + limit - time.monotonic()))


def why_not(error: OSError, host: str, port: int) -> str:
    """What to tell a person whose address could not be had."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: choose another one, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is not open to you: choose one above 1023, or 0 for any that is free"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
