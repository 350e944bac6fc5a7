"""The thread that serves every connection of a live server, one step at a time.

Whatever can be done at once is done here: accepting, reading what has come, answering, writing what the system takes.
A connection whose next step may take its time goes on in a thread of its own and comes back after it, so nobody is
kept waiting by another. Times are seconds.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ..core.real_time import monotonic
from .connections import Connection, NotYet, Waits

if TYPE_CHECKING:
    from .server import Server

BACKLOG = 128
"""How many clients may wait to be let in."""

_OUT_OF_DESCRIPTORS = 0.01


class Loop(threading.Thread):
    """Serves a listening socket, which it closes when it ends, until the server is stopping."""

    def __init__(self, server: Server, listener: socket.socket) -> None:
        super().__init__(name=f"fakesources {server.netloc}", daemon=True)
        self._server, self._listener = server, listener
        self._bell, self._rung = socket.socketpair()
        self._waiting = selectors.DefaultSelector()
        self._watched: set[Connection] = set()
        self._ready: dict[Connection, None] = {}  # each once, in their order
        self._coming_back: deque[Connection] = deque()
        self._lock = threading.Lock()
        self._over = False
        self._next_look = float("inf")

    def ring(self) -> None:
        """Have it look up from its waiting; from another thread."""
        with suppress(OSError):  # it is over, or rung at so often that it cannot miss it
            self._bell.send(b"\0")

    def take_back(self, connection: Connection) -> None:
        """Go on with a connection that was in a thread of its own; from that thread."""
        with self._lock:
            if not self._over:
                self._coming_back.append(connection)
                self.ring()
                return
        connection.close()

    def run(self) -> None:
        """Serve until the server is stopping; what has arrived by then is still answered."""
        ours = (self._listener, self._bell, self._rung)
        for each in ours:
            each.setblocking(False)
        self._watch(self._listener, self._accept)
        self._watch(self._rung, self._wake)
        try:
            while not self._server.stopping.is_set():
                self._step(self._next_look)
            self._wind_up()
        finally:
            with self._lock:
                self._over = True
            self._waiting.close()
            for each in ours:
                each.close()
            for connection in (*self._watched, *self._coming_back):
                connection.close()
            self._server.end_errands()

    def _watch(self, readable: socket.socket, then: Callable[[], object]) -> None:
        self._waiting.register(readable, selectors.EVENT_READ, then)

    def _step(self, until: float) -> None:
        """Everybody's next turn: those who have been heard from, and those who had sent more than was read. Waits for
        somebody until a time.
        """
        patience = 0.0 if self._ready else max(0.0, until - monotonic())
        for key, _ in self._waiting.select(None if patience == float("inf") else patience):
            key.data()
        ready, self._ready = self._ready, {}
        for connection in ready:
            self._serve(connection)
        if monotonic() >= self._next_look:
            self._look_at_the_clock()

    def _wind_up(self) -> None:
        """Let in who has come by now, and nobody else; serve requests that have begun while there is grace."""
        for _ in range(BACKLOG):
            if not self._accept():
                break
        self._waiting.unregister(self._listener)
        self._listener.close()
        self._step(0.0)
        while True:
            for connection in [each for each in self._watched if not each.begun]:
                self._let_go(connection)
                connection.close()
            if not self._watched or monotonic() >= self._server.finished_by:
                return
            self._step(min(self._next_look, self._server.finished_by))

    def _accept(self) -> bool:
        """Let the next client in; whether there was one."""
        try:
            client, address = self._listener.accept()
        except BlockingIOError:
            return False
        except OSError:  # out of descriptors, or the client has left: do not spin
            self._server.stopping.wait(_OUT_OF_DESCRIPTORS)
            return False
        try:
            connection = Connection(self._server, client, address[0])
        except OSError:  # gone already
            client.close()
            return True
        if self._server.tls is not None:
            self._server.send_off(connection)
        else:
            self._take(connection)
        return True

    def _wake(self) -> None:
        with suppress(BlockingIOError):
            self._rung.recv(4096)
        while self._coming_back:
            connection = self._coming_back.popleft()
            self._take(connection)
            self._serve(connection)

    def _take(self, connection: Connection) -> None:
        connection.be_patient(False)
        self._watched.add(connection)
        self._watch(connection.socket, partial(self._serve, connection))
        self._next_look = min(self._next_look, connection.due)

    def _serve(self, connection: Connection, step: Callable[[], bool] | None = None) -> None:
        """One step of a connection: its next one, or the one that is given."""
        if connection not in self._watched:
            return  # it has just been sent off, or was closed
        try:
            if not (step or connection.serve)():
                self._let_go(connection)
                connection.close()
                return
            if connection.holds_more:
                self._ready[connection] = None
        except NotYet:
            pass
        except Waits:
            self._let_go(connection)
            self._server.send_off(connection)
            return
        except Exception as error:
            self._let_go(connection)
            connection.fail(error)
            return
        self._next_look = min(self._next_look, connection.due)

    def _let_go(self, connection: Connection) -> None:
        self._watched.discard(connection)
        self._waiting.unregister(connection.socket)

    def _look_at_the_clock(self) -> None:
        """Give up on clients that keep their requests, or themselves, to themselves."""
        now = monotonic()
        for connection in [each for each in self._watched if each.due <= now]:
            self._serve(connection, connection.give_up)
        self._next_look = min((each.due for each in self._watched), default=float("inf"))
