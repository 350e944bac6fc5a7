"""One life of a live server: its thread, its event loop, its connections."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..core.system.real_time import monotonic
from .connection import READ_BYTES, Connection
from .pending import PendingRequest
from .pool import Pool

if TYPE_CHECKING:
    from .server import Server

ACCEPTS_PER_TURN = 4
BACKLOG_SECONDS = 0.0005
"""Time for which all connections together may go on, in one turn of the loop, with what they have sent ahead."""
THREADS = 8
UNWINDING_SECONDS = 0.03
"""Time for which the end waits for threads that are still at work."""
OWN_REQUEST_SECONDS = 1.0
"""Time for which the end waits for the request that stops its own server."""
SETTLING_TURNS = 8
"""Number of turns of the loop that a connection takes from being accepted to having its first bytes read, and some more."""
RETRY_SECONDS = 0.01
"""Time during which nobody is accepted after the process has run out of descriptors."""


class LoopThread(threading.Thread):
    """Serve a listening socket, at which up to `backlog` clients wait, until `stop`; it is closed at the end."""

    def __init__(self, server: Server, listener: socket.socket, backlog: int = 0) -> None:
        super().__init__(name=f"fakesources {server.netloc}", daemon=True)
        self.server, self._listener, self._waiting_clients = server, listener, backlog
        self.stopping = server.stopping
        self.loop = asyncio.SelectorEventLoop()
        self.loop.time = monotonic  # type: ignore[method-assign]  # a test may have frozen the usual one
        self.pool = Pool(THREADS, f"{self.name}, worker")
        self.buffer = memoryview(bytearray(READ_BYTES))  # of all connections: what is read is parsed or copied at once
        self.pending: set[PendingRequest] = set()
        self._backlog: deque[Connection] = deque()
        self._is_scheduled = False
        self._connections: dict[Connection, None] = {}
        self._openings: dict[asyncio.Task[None], float] = {}
        self._stopper: object = None
        self._finished_by = 0.0
        self._winding_down = False
        listener.setblocking(False)
        self.loop.set_exception_handler(self._note)

    @property
    def open_connections(self) -> int:
        """Number of connections, those whose TLS handshake is going on included."""
        return len(self._connections) + len(self._openings)

    @property
    def begun_requests(self) -> int:
        """Number of connections with a request that has begun and has no answer."""
        return sum(each.has_begun for each in list(self._connections))

    def owns(self, thread: threading.Thread) -> bool:
        """Return whether a thread is one of this server's, so that the end would wait for it."""
        return thread is self or self.pool.owner_of(thread) is not None

    def post(self, call: Callable[..., object], *args: Any) -> None:
        """Call a function in the loop's thread, from any thread; not after the end."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(call, *args)

    def stop(self, finished_by: float, stopper: threading.Thread) -> None:
        """Begin the end, from any thread: requests that have begun may go on until a time of `monotonic`."""
        self._finished_by, self._stopper = finished_by, self.pool.owner_of(stopper)
        self.post(self._settle, SETTLING_TURNS)

    def run(self) -> None:
        """Serve until stopped, then close everything."""
        loop = self.loop
        try:
            loop.add_reader(self._listener, self._accept)
            loop.run_forever()
        finally:
            for pending in list(self.pending):
                pending.close()
            for opening in self._openings:
                opening.cancel()
            while self._connections or self._openings:
                for connection in self._connections:
                    connection.abort()
                loop.call_soon(loop.stop)  # one more turn
                loop.run_forever()
            self._listener.close()
            loop.close()
            self.pool.close(UNWINDING_SECONDS)

    def queue(self, connection: Connection) -> None:
        """Let a connection go on later: those come first that have sent something that can be answered at once."""
        self._backlog.append(connection)
        if not self._is_scheduled:
            self._is_scheduled = True
            self.loop.call_soon(self._work_off)

    def _work_off(self) -> None:
        until = monotonic() + BACKLOG_SECONDS
        self._is_scheduled = True  # whatever queues itself here waits for the next turn
        for _ in range(len(self._backlog)):
            self._backlog.popleft().take_turn()
            if monotonic() >= until:
                break
        self._is_scheduled = bool(self._backlog)
        if self._backlog:
            self.loop.call_soon(self._work_off)

    def add(self, connection: Connection) -> None:
        """Keep a connection that was made."""
        self._connections[connection] = None

    def remove(self, connection: Connection) -> None:
        """Forget a connection that was lost."""
        self._connections.pop(connection, None)
        self.end_if_finished()

    def _accept(self) -> bool:
        """Accept some of the clients that wait; return whether there may be more."""
        for _ in range(ACCEPTS_PER_TURN):
            try:
                client, address = self._listener.accept()
            except BlockingIOError:
                return False
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._close_quietest()
                    self.loop.remove_reader(self._listener)
                    self.loop.call_later(RETRY_SECONDS, self._accept_again)
                return False
            client.setblocking(False)
            opening = self.loop.create_task(self._open(client, address[0]))
            self._openings[opening] = self.loop.time()
            opening.add_done_callback(self._openings.pop)
            if self.open_connections > self.server.max_connections:
                self._close_quietest()
        return True

    async def _open(self, client: socket.socket, peer: str) -> None:
        server = self.server
        limits = {"ssl_handshake_timeout": server.read_timeout, "ssl_shutdown_timeout": server.read_timeout}
        try:
            await self.loop.connect_accepted_socket(
                lambda: Connection(self, peer), client, ssl=server.tls, **(limits if server.tls else {})
            )
        except (OSError, asyncio.CancelledError):  # speaks no TLS, has left, or is too late
            client.close()

    def _close_quietest(self) -> None:
        """Close the connection that has been quiet for longest, or whose TLS handshake has taken longest."""
        quiet: list[tuple[float, Callable[[], object]]] = [
            (each.last_active, each.abort) for each in self._connections if each.is_quiet
        ]
        quiet += [(since, task.cancel) for task, since in self._openings.items() if not task.done()]
        if quiet:
            min(quiet, key=lambda each: each[0])[1]()

    def _accept_again(self) -> None:
        if not self.stopping.is_set():
            self.loop.add_reader(self._listener, self._accept)

    def _settle(self, turns: int) -> None:
        """Let in who has come by now, and nobody else; what has arrived is still answered."""
        if turns == SETTLING_TURNS:
            for _ in range(
                self._waiting_clients // ACCEPTS_PER_TURN
            ):  # no more than could wait: others may go on coming for ever
                if not self._accept():
                    break
            self.loop.remove_reader(self._listener)
            self._listener.close()
        if turns:
            self.loop.call_soon(self._settle, turns - 1)
            return
        self._winding_down = True
        for connection in list(self._connections):
            if not connection.has_begun:
                connection.close()
        left = self._finished_by - monotonic()
        if self._stopper in self.pending:
            left = max(left, OWN_REQUEST_SECONDS)
        self.loop.call_later(max(0.0, left), self.loop.stop)
        self.end_if_finished()

    def end_if_finished(self) -> None:
        """Stop the loop once the server is being stopped and no request that has begun is left."""
        if self._winding_down and not any(connection.has_begun for connection in self._connections):
            self.loop.stop()

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Keep what went wrong in a callback of the loop; that a client has left is its own affair."""
        error = context.get("exception")
        if error is not None and not isinstance(error, OSError):
            self.server.internal_error(error)
