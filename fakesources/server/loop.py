"""One run of a server: its thread accepts connections until it is stopped, and then ends them."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from typing import Any

from ..core.system.real_time import monotonic
from .connection import Connection
from .scheduling import Scheduler
from .service import Service

BACKLOG = 1_024
"""Upper bound for the number of clients that wait to be accepted."""
RETRY_SECONDS = 0.01
"""Time without accepting after the process has run out of descriptors."""
SETTLING_ITERATIONS = 8
"""Iterations of the loop from accepting a connection to reading its first bytes, and some more."""
POLL_SECONDS = 0.002
OWN_REQUEST_SECONDS = 1.0
"""Time that a request gets which stops its own server."""
UNWINDING_SECONDS = 0.03
"""Time that worker threads get to end."""


class LoopThread(threading.Thread):
    """Thread that serves at a listening socket until `stop`."""

    def __init__(self, service: Service, listener: socket.socket) -> None:
        super().__init__(name=f"fakesources {service.netloc}", daemon=True)
        listener.setblocking(False)
        self.connections: set[Connection] = set()
        self._service, self._listener = service, listener
        self._scheduler = Scheduler(self.name)
        self._loop = self._scheduler.loop
        self._loop.set_exception_handler(self._report)
        self._stopped = asyncio.Event()
        self._stopped_by: object = None
        self._until = 0.0

    def owns(self, thread: threading.Thread) -> bool:
        """Return whether a thread is this one or one of its workers, which the end would wait for."""
        return thread is self or thread in self._scheduler.workers

    def stop(self, until: float) -> None:
        """Begin the end, from any thread: requests that have begun may go on until a time of `monotonic`."""
        self._until = until
        self._stopped_by = self._scheduler.workers.get(threading.current_thread())
        self._scheduler.post(self._stopped.set)

    def run(self) -> None:
        """Serve, and close everything."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())
        self._scheduler.join_workers(UNWINDING_SECONDS)

    async def _serve(self) -> None:
        self._listen()
        await self._stopped.wait()
        for _ in range(BACKLOG):  # pragma: no branch - those that wait by now; others may come without end
            if not self._accept():
                break
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for _ in range(SETTLING_ITERATIONS):
            await asyncio.sleep(0)
        for connection in list(self.connections):
            if not connection.has_begun:
                connection.close()
        own_until = monotonic() + OWN_REQUEST_SECONDS
        while any(
            connection.has_begun and monotonic() < (own_until if connection is self._stopped_by else self._until)
            for connection in self.connections
        ):
            await asyncio.sleep(POLL_SECONDS)
        while self.connections:
            for connection in list(self.connections):
                connection.abort()
            await asyncio.sleep(0)

    def _listen(self) -> None:
        if not self._service.stopping.is_set():
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> bool:
        """Accept one client, the only one in an iteration of the loop; return whether there may be more."""
        try:
            client, address = self._listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._abort_idlest()
                self._loop.remove_reader(self._listener)
                self._loop.call_later(RETRY_SECONDS, self._listen)
            return False
        client.setblocking(False)
        connection = Connection(self._service, self._scheduler, self.connections, address[0])
        connection.open(client)
        if len(self.connections) > self._service.max_connections:
            self._abort_idlest()
        return True

    def _abort_idlest(self) -> None:
        """Abort the connection that has been idle for longest, or whose handshake takes longest."""
        idle = [connection for connection in self.connections if connection.is_idle]
        if idle:
            min(idle, key=lambda connection: connection.last_active).abort()

    def _report(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report an error in a callback of the loop; that a client has left is none."""
        error = context.get("exception")
        if error is not None and not isinstance(error, OSError):  # pragma: no branch - asyncio drops most itself
            self._service.internal_error(error)
