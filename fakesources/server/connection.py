"""Protocol of one client: requests in their order, responses, timeouts, and planned disconnects."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from ..core.engine.waiting import Pieces, Steps, Wait
from ..core.http.messages import Response
from ..core.system.real_time import monotonic
from .parsing import PAUSE_AFTER_LARGE, ParsedRequest, RequestParser
from .rendering import render
from .scheduling import Scheduler
from .service import Service

WRITE_BYTES = 262_144
"""Upper bound for the bytes of a response that are given to the transport at a time."""
DISCARD_LIMIT = 64 << 20
"""Upper bound for what is read and dropped of a client that has its last response."""

_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.BufferedProtocol):
    """Protocol of one client, in the thread of the loop; it answers one request at a time.

    It is in `connections` from the moment it is accepted until it is lost.
    """

    _opening: asyncio.Task[Any]
    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle
    _parsed: ParsedRequest  # the request that is being answered

    def __init__(self, service: Service, scheduler: Scheduler, connections: set[Connection], peer: str) -> None:
        self._service, self._scheduler, self._loop = service, scheduler, scheduler.loop
        self._parser = RequestParser(service, peer)
        self._unsent = memoryview(b"")
        self._task: asyncio.Task[None] | None = None
        self._sent: asyncio.Event | None = None  # of a body that comes in pieces: all so far was sent
        self._is_open = self._is_reading = self._is_busy = self._is_held = False
        self._is_writing = self._is_paused = self._is_last = False
        self._has_eof = self._is_leaving = self._is_draining = False
        self._discarded = 0
        self._deadline, self.last_active = math.inf, self._loop.time()
        self._connections = connections
        self._connections.add(self)  # once it is complete: other threads ask those that are listed

    @property
    def is_idle(self) -> bool:
        """Return whether the server waits for the client."""
        is_closing = self._transport.is_closing() if self._is_open else self._opening.cancelling()
        return not (self._is_busy or is_closing)

    @property
    def has_begun(self) -> bool:
        """Return whether a part of a request has come that has no response yet."""
        return not self._is_leaving and (self._is_busy or self._parser.begun)

    def open(self, client: socket.socket) -> None:
        """Begin to serve an accepted socket, after a handshake where there is a certificate."""
        tls, seconds = self._service.tls, self._service.read_timeout
        timeouts = {"ssl_handshake_timeout": seconds, "ssl_shutdown_timeout": seconds} if tls else {}
        opening = self._loop.connect_accepted_socket(lambda: self, client, ssl=tls, **timeouts)
        self._opening = self._loop.create_task(opening)
        self._opening.add_done_callback(partial(self._opened, client))  # called also for a task that never began

    def _opened(self, client: socket.socket, opening: asyncio.Task[Any]) -> None:
        if opening.cancelled() or isinstance(opening.exception(), OSError):
            client.close()
            self._connections.discard(self)

    def close(self) -> None:
        """Close an open connection once everything written has been sent."""
        if self._is_open:
            self._is_leaving = True
            self._transport.close()

    def abort(self) -> None:
        """Close the connection at once, also during its handshake."""
        self._opening.cancel()
        if self._is_open:
            self._is_leaving = True
            self._transport.abort()

    def connection_made(self, transport: Any) -> None:
        self._transport, self._is_open = transport, True
        transport.set_write_buffer_limits(high=1, low=0)  # a response is written once the system has all of it
        self._set_deadline(self._service.idle_timeout)
        self._check_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open, self._is_leaving = False, True
        self._timer.cancel()
        self._end_waiting()
        self._connections.discard(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._scheduler.buffer if self._is_leaving else self._scheduler.buffer[: self._parser.piece_bytes]

    def buffer_updated(self, nbytes: int) -> None:
        data = self._scheduler.buffer[:nbytes]
        if self._is_leaving:
            self._discard(data)
            self._read_in_turn()
            return
        self._parser.feed(data)
        if self._is_busy:
            self._transport.pause_reading()
        elif self._parser.ready and self._parser.ready[0].pause:
            self._transport.pause_reading()
            self._is_busy, self._deadline = True, math.inf
            self._scheduler.add_turn_with_pause(self._advance, self._parser.ready[0].pause)
        else:
            self._advance()

    def eof_received(self) -> bool:
        """Return whether to go on: a client that has sent everything may wait for its responses."""
        self._has_eof = True
        self._end_waiting()
        return self._is_busy and not self._is_leaving and self._service.tls is None

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self._loop.call_soon(self._write)  # not now: a transport that is closed in this callback is closed twice

    def _advance(self) -> None:
        """Answer one request of what has come; the rest takes turns with that of other connections."""
        if self._transport.is_closing():
            return
        if self._parser.ready:
            self._is_busy = True
            self._answer(self._parser.ready.popleft())
        else:
            self._go_on(has_answered=False)

    def _go_on(self, *, has_answered: bool) -> None:
        """Go on with what has come, or wait for more."""
        parser = self._parser
        if parser.ready:
            self._scheduler.add_turn_with_pause(self._advance, parser.ready[0].pause)
            return
        self._is_busy = False
        if self._has_eof:
            self.close()
            return
        if has_answered:
            self._transport.resume_reading()
        else:
            self._read_in_turn()
        if parser.awaits_continue:
            parser.awaits_continue = False
            self._transport.write(_CONTINUE)
        if parser.begun != self._is_reading:
            self._is_reading = parser.begun
            self._set_deadline(self._service.read_timeout if parser.begun else self._service.idle_timeout)

    def _answer(self, parsed: ParsedRequest) -> None:
        self._parsed, self._began = parsed, monotonic()
        outcome: Response | Callable[[], Response] | None = parsed.error_response
        if outcome is None:
            try:
                outcome = self._service.handle_nonblocking(parsed.request)
            except BaseException as error:  # pytest.fail raises a BaseException
                outcome = self._service.internal_error(error)
        if isinstance(outcome, Response):
            self._respond(outcome)
        else:
            self._deadline = math.inf
            steps = self._service.run_steps(parsed.request, outcome)
            self._task = self._loop.create_task(self._run(steps) if outcome is None else self._run_in_long_turn(steps))

    async def _run_in_long_turn(self, steps: Steps) -> None:
        async with self._scheduler.long_turn(PAUSE_AFTER_LARGE):
            await self._run(steps)

    async def _run(self, steps: Steps) -> None:
        response = await self._take_steps(steps)
        if self._is_open and response is not None:
            self._respond(response)

    async def _take_steps(self, steps: Steps | Pieces) -> Response | None:
        """Take steps in worker threads, wait between them without a thread, and send the pieces that they yield.

        Once the client has left, a delay goes on, as a real service would not notice; anything else ends.
        """
        try:
            while True:
                outcome = await self._scheduler.run_in_worker(self, partial(self._service.take_step, steps))
                if outcome is None or isinstance(outcome, Response):
                    return outcome
                is_delay = isinstance(outcome, Wait) and outcome.event is None and self._sent is None
                if not is_delay and (self._has_eof or not self._is_open):
                    self.abort()
                    return None
                if isinstance(outcome, bytes):
                    await self._send_piece(outcome)
                else:
                    self._is_held = outcome.event is not None
                    await self._scheduler.wait(outcome)
                    self._is_held = False
        except RuntimeError as error:  # the system has no thread for it
            return self._service.internal_error(error)
        finally:
            self._is_held = False
            with suppress(ValueError):  # a worker is still running it
                steps.close()

    def _end_waiting(self) -> None:
        """End a request that waits for an event, and a body that comes in pieces: the client has left."""
        if self._task is not None and (self._is_held or self._sent is not None):
            self._task.cancel()
            self.abort()

    async def _stream(self, pieces: Pieces, sent: asyncio.Event) -> None:
        """Send the rest of a body, which the end of the connection ends (RFC 9112, 6.3); after an error, abort it."""
        await sent.wait()
        failure = await self._take_steps(pieces)
        self._sent = None
        if failure is not None:
            self.abort()
        elif self._is_open and not self._transport.is_closing():  # pragma: no branch - its client leaves in this moment
            self._end()

    async def _send_piece(self, piece: bytes) -> None:
        """Send a piece of a body, and wait until the system has all of it: a slow client slows its producer down."""
        assert self._sent is not None
        self._sent.clear()
        self._send(b"", piece)
        await self._sent.wait()

    def _respond(self, response: Response) -> None:
        request, version, keep_alive = self._parsed[:3]
        is_last = response.disconnect or response.pieces is not None or self._service.stopping.is_set()
        keep_alive = keep_alive and not is_last
        try:
            head, body = render(response, request.method, version, keep_alive)
        except ValueError as error:
            response = self._service.internal_error(error)
            head, body = render(response, request.method, version, keep_alive)
        self._is_last = not keep_alive
        self._service.log(request, response, self._began)
        if response.disconnect == "timeout":
            self._leave(math.inf)
            return
        if response.disconnect == "reset":
            with suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.abort()
            return
        if response.pieces is not None and request.method != "HEAD":
            self._sent = asyncio.Event()
            self._task = self._loop.create_task(self._stream(response.pieces, self._sent))
        self._send(head, body)

    def _send(self, head: bytes, body: bytes) -> None:
        self._transport.write(head + body[:WRITE_BYTES])
        self._unsent = memoryview(body)[WRITE_BYTES:]
        self._is_writing = True
        self._write()

    def _write(self) -> None:
        """Write the rest of a response as its client reads it, then go on."""
        if self._is_leaving or not self._is_writing:
            return
        while self._unsent and not self._is_paused:
            piece, self._unsent = self._unsent[:WRITE_BYTES], self._unsent[WRITE_BYTES:]
            self._transport.write(piece)
        self._is_writing = self._is_paused
        if self._is_writing:
            self._transport.pause_reading()
            self._set_deadline(self._service.read_timeout)
        elif self._sent is not None:
            self._deadline = math.inf
            if not self._parser.ready:
                self._transport.resume_reading()  # it shows that the client leaves
            self._sent.set()
        elif self._is_last:
            self._end()
        else:
            self._is_reading = False
            self._set_deadline(self._service.idle_timeout)
            self._go_on(has_answered=True)

    def _end(self) -> None:
        """Close so that the client still reads the response: what it sends meanwhile is dropped (RFC 9112, 9.6)."""
        self._leave(self._service.read_timeout)
        if self._service.tls is not None:  # no connection of TLS is half-closed: the client first sends the rest
            self._is_draining = True
            self._discard(memoryview(b""))
        elif self._has_eof:
            self._transport.close()
        else:
            with suppress(OSError):  # the client has left
                self._transport.write_eof()

    def _leave(self, seconds: float) -> None:
        """Parse no more, and leave it to the client to close within some seconds."""
        self._is_leaving, self._is_busy = True, False
        self._set_deadline(seconds)
        self._scheduler.add_turn(self._read_on)

    def _discard(self, data: memoryview) -> None:
        self._discarded += len(data)
        if self._is_draining:
            self._parser.feed(data)
            if self._parser.drained:
                self._transport.close()
        if self._discarded > DISCARD_LIMIT:
            self._transport.abort()

    def _read_in_turn(self) -> None:
        """Read on later: of clients that complete no request, one is read in each iteration of the loop."""
        self._transport.pause_reading()
        self._scheduler.add_turn(self._read_on)

    def _read_on(self) -> bool:
        self._transport.resume_reading()
        return True

    def _set_deadline(self, seconds: float) -> None:
        self.last_active = self._loop.time()
        self._deadline = self.last_active + seconds

    def _check_deadline(self) -> None:
        """Close a connection whose deadline has passed. The timer does not move with it: no request costs a timer."""
        service = self._service
        if self._deadline <= self._loop.time():
            if self._is_busy or self._is_leaving:
                self.abort()
            elif self._parser.begun:
                self._parser.time_out()
                self._advance()
            else:
                self.close()
        if not self._transport.is_closing():
            seconds = min(self._deadline - self._loop.time(), service.read_timeout, service.idle_timeout)
            self._timer = self._loop.call_later(seconds, self._check_deadline)
