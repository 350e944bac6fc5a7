"""One client of the live server: bytes in, requests in their order, responses out; its times, and how it can fail."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..core.http.messages import Request, Response
from ..core.system.real_time import monotonic
from .parsing import PIECE_BYTES, Parsed, RequestParser
from .pending import PendingRequest
from .serialize import render

if TYPE_CHECKING:
    from .loop import LoopThread

READ_BYTES = 16_384
"""Most bytes that are read of one connection in one turn of the loop."""
WRITE_BYTES = 262_144
"""Most bytes of a response that are given to the transport at a time."""
DISCARD_BYTES = 64 << 20
"""Most bytes that are read and dropped of a client that has its last response."""
STEPS_PER_TURN = 4
LONGEST_SECONDS = 1e8

_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.BufferedProtocol):
    """A client, from its first byte to its last. It answers one request at a time, in the loop's thread."""

    _transport: asyncio.Transport
    _parser: RequestParser
    _timer: asyncio.TimerHandle | None

    def __init__(self, thread: LoopThread, peer: str) -> None:
        self._thread, self._server, self._peer = thread, thread.server, peer
        self._parsed: Parsed | None = None  # the request that is being answered
        self._pending: PendingRequest | None = None
        self._unparsed = bytearray()
        self._unsent = memoryview(b"")
        self._timer = None
        self._busy = self._is_writing = self._reading_request = self._paused_reading = self._paused_writing = False
        self._eof = self._leaving = self._lost = False
        self._discarded = 0
        self.deadline, self.last_active = math.inf, 0.0

    @property
    def is_quiet(self) -> bool:
        """Return whether the server waits for the client, not the client for the server."""
        return not (self._busy or self._transport.is_closing())

    @property
    def has_begun(self) -> bool:
        """Return whether some of a request has come that has no answer yet."""
        parser = self._parser
        return not self._leaving and bool(self._busy or parser.begun or parser.ready or self._unparsed)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        server = self._server
        self._parser = RequestParser(server.scheme, self._peer, server.limit, server.authorise)
        transport.set_write_buffer_limits(high=1, low=0)  # a response is written once the system has all of it
        self._thread.add(self)
        self._set_deadline(server.idle_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._leaving = True
        self._unsent = memoryview(b"")
        if self._timer is not None:
            self._timer.cancel()
        if self._pending is not None:
            self._pending.client_leaves()
        self._thread.remove(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._thread.buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._leaving:
            self._discard(nbytes)
        elif self._busy:
            self._unparsed += self._thread.buffer[:nbytes]
            self._pause_reading(True)
        elif nbytes <= PIECE_BYTES:
            self._parser.feed(self._thread.buffer[:nbytes])
            self._advance()
        else:
            self._unparsed += self._thread.buffer[:nbytes]
            self._advance()

    def eof_received(self) -> bool:
        """Go on for a client that still reads: it has finished sending, and waits for its answers."""
        self._eof = True
        if self._pending is not None:
            self._pending.client_leaves()
        return self.has_begun and self._busy and self._server.tls is None

    def pause_writing(self) -> None:
        self._paused_writing = True

    def resume_writing(self) -> None:
        self._paused_writing = False
        if self._is_writing:  # not now: a transport that is closed in here is closed twice
            self._thread.loop.call_soon(self._go_on_writing)

    def _go_on_writing(self) -> None:
        if self._is_writing and not self._leaving:
            self._write()
            self._advance()

    def close(self) -> None:
        """Close the connection as soon as what is written has been sent."""
        self._leaving = True
        self._transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._leaving = True
        self._transport.abort()

    def take_turn(self) -> None:
        """Go on with what had to wait for other connections."""
        self._busy = False
        self._advance()

    def _advance(self) -> None:
        """Read and answer what has come; after a few steps, the rest waits for its turn."""
        for _ in range(STEPS_PER_TURN):
            if self._busy or self._leaving or not self._step():
                return
        if not self._busy and not self._leaving:
            self._busy = True
            self._thread.queue(self)

    def _step(self) -> bool:
        """Read a piece, or answer one request; return False when only the client can go on."""
        parser = self._parser
        if parser.ready:
            self._answer(parser.ready.popleft())
        elif parser.refused is not None:
            self._began = monotonic()
            self._parsed = Parsed(Request("-", "-", peer=self._peer), "1.1", False)
            self._respond(parser.refused)
        elif self._unparsed:
            piece = bytes(self._unparsed[: parser.piece_bytes])
            del self._unparsed[: len(piece)]
            parser.feed(piece)
        else:
            self._wait_for_client()
            return False
        return True

    def _wait_for_client(self) -> None:
        parser = self._parser
        if self._eof:
            self.close()
            return
        self._pause_reading(False)
        if parser.awaits_continue:
            parser.awaits_continue = False
            self._transport.write(_CONTINUE)
        if parser.begun != self._reading_request:
            self._reading_request = parser.begun
            self._set_deadline(self._server.read_timeout if parser.begun else self._server.idle_timeout)

    def _answer(self, parsed: Parsed) -> None:
        self._parsed, self._began = parsed, monotonic()
        server, request = self._server, parsed.request
        if parsed.error_response is not None:
            self._respond(parsed.error_response)
            return
        try:
            reply = server.handle_nonblocking(request)
        except BaseException as error:  # what a test fails with, in something that it arranged, is no Exception
            reply = server.internal_error(error)
        if reply is not None:
            self._respond(reply)
        else:
            self._busy, self.deadline = True, math.inf
            self._pending = PendingRequest(self._thread, server.steps(request), self._deliver)

    def _deliver(self, reply: Response | None) -> None:
        self._pending = None
        if reply is None:
            self.abort()
        elif not self._lost:
            self._busy = False
            self._respond(reply)
            self._advance()

    def _respond(self, reply: Response) -> None:
        parsed = self._parsed
        assert parsed is not None
        request, version = parsed.request, parsed.version
        keep_alive = parsed.keep_alive and not (reply.disconnect or self._thread.stopping.is_set())
        try:
            head, body = render(reply, request.method, version, keep_alive)
        except ValueError as error:
            reply = self._server.internal_error(error)
            head, body = render(reply, request.method, version, keep_alive)
        self._log(request, reply)
        if not keep_alive:
            self._parsed = parsed._replace(keep_alive=False)
        if reply.disconnect:
            self._break(reply.disconnect, head, body)
            return
        if len(body) <= WRITE_BYTES:
            self._transport.write(head + body)
        else:
            self._transport.write(head)
            self._unsent = memoryview(body)
        self._write()

    def _write(self) -> None:
        """Write what the transport takes of a response, and go on once it is all written."""
        while self._unsent and not self._paused_writing:
            piece, self._unsent = self._unsent[:WRITE_BYTES], self._unsent[WRITE_BYTES:]
            self._transport.write(piece)
        self._busy = self._is_writing = bool(self._unsent) or self._paused_writing
        if self._busy:
            self._pause_reading(True)
            self._set_deadline(self._server.read_timeout)
            return
        parsed, self._parsed = self._parsed, None
        assert parsed is not None
        if parsed.keep_alive:
            self._reading_request = False
            self._set_deadline(self._server.idle_timeout)
        else:
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        """Close so that the client still reads the response: what it goes on sending is read and dropped."""
        self._leaving = True
        if not self._parser.drained:
            self._parser.feed(self._unparsed)
        self._unparsed.clear()
        self._pause_reading(False)
        self._set_deadline(self._server.read_timeout)
        self._thread.end_if_finished()
        if self._server.tls is not None:  # which has no half-closed connections: it ends when its client has sent all
            self._close_if_drained()
        elif self._eof:
            self._transport.close()
        else:
            try:
                self._transport.write_eof()
            except OSError:  # gone already
                self._transport.abort()

    def _discard(self, count: int) -> None:
        self._discarded += count
        if self._server.tls is not None and not self._parser.drained and self._parsed is None:
            self._parser.feed(self._thread.buffer[:count])
            self._close_if_drained()
        if self._discarded > DISCARD_BYTES:
            self._transport.abort()

    def _close_if_drained(self) -> None:
        if self._parser.drained:
            self._transport.close()

    def _break(self, how: str, head: bytes, body: bytes) -> None:
        """Fail as networks do. A response without a body has nothing to be cut off, so not a byte of it arrives."""
        if how == "truncated" and body:
            self._unsent = memoryview(body)[: len(body) // 2]
            self._transport.write(head)
            self._write()
        elif how == "timeout":
            self._leaving, self.deadline = True, math.inf
            self._pause_reading(False)
        elif how == "reset":
            with suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.abort()
        else:
            self._say_goodbye()

    def _log(self, request: Request, reply: Response) -> None:
        if self._server.access is not None:
            try:
                self._server.access(request, reply, monotonic() - self._began)
            except Exception as error:
                self._server.internal_error(error)

    def _pause_reading(self, paused: bool) -> None:
        if paused != self._paused_reading and not self._transport.is_closing() and not self._eof:
            self._paused_reading = paused
            (self._transport.pause_reading if paused else self._transport.resume_reading)()

    def _set_deadline(self, seconds: float) -> None:
        loop = self._thread.loop
        self.last_active = loop.time()
        self.deadline = deadline = self.last_active + min(seconds, LONGEST_SECONDS)
        if self._timer is None or self._timer.when() > deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(deadline, self._look_at_deadline)

    def _look_at_deadline(self) -> None:
        """Abandon a client that keeps its request, its reading or itself to itself. Timers are moved lazily."""
        self._timer = None
        if self.deadline == math.inf:
            return
        if self.deadline > self._thread.loop.time():
            self._timer = self._thread.loop.call_at(self.deadline, self._look_at_deadline)
        elif self._parser.begun and not self._leaving and not self._busy:
            self._parser.time_out(self._server.read_timeout)
            self._advance()
        elif self._busy or self._leaving:
            self.abort()
        else:
            self.close()
