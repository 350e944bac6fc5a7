"""Connection of the live server without a socket: bytes sent in any pieces, bytes received."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from fakesources.core.http.messages import Request, Response
from fakesources.server.connection import Connection
from fakesources.server.scheduling import Scheduler
from fakesources.server.service import Service

_RESPONSE = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)


def echo(request: Request) -> Response:
    """Answer with method, target and body of a request, in a header."""
    seen = json.dumps([request.method, request.target, request.body.decode("latin-1")])
    return Response(200, (("X-Seen", base64.b64encode(seen.encode()).decode()),))


class Transport(asyncio.Transport):
    """Part of a transport that a connection needs; it sends at once, and never fails."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = bytearray()
        self.closed = False

    def write(self, data: Any) -> None:
        self.sent += data

    def write_eof(self) -> None:
        self.closed = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...


class Wire:
    """A service that listens nowhere. Also a context manager."""

    def __init__(self, handle: Callable[[Request], Response] = echo) -> None:
        self._service = Service(handle, handle_nonblocking=handle)
        self._scheduler = Scheduler("wire")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *error: object) -> None:
        self._scheduler.loop.close()

    def send(self, pieces: Iterable[bytes]) -> tuple[bytes, bool]:
        """Return what a client gets that sends these pieces, and whether its connection is still open."""
        transport, loop = Transport(), self._scheduler.loop
        connection = Connection(self._service, self._scheduler, set(), "127.0.0.1")
        connection.connection_made(transport)
        for piece in pieces:
            while piece:
                buffer = connection.get_buffer(-1)
                part, piece = piece[: len(buffer)], piece[len(buffer) :]
                buffer[: len(part)] = part
                connection.buffer_updated(len(part))
                while connection.has_begun and not connection.is_idle:  # the rest waits for its turn
                    loop.call_soon(loop.stop)
                    loop.run_forever()
        closed = transport.closed
        connection.connection_lost(None)
        return bytes(transport.sent), not closed


def answers(sent: bytes) -> list[list[Any]]:
    """Return the final responses in bytes: the status, and method, target and body of an accepted request."""
    decoded = []
    for status, head in _RESPONSE.findall(sent.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")):
        seen = re.search(rb"X-Seen: (\S+)", head)
        decoded.append([int(status), *(json.loads(base64.b64decode(seen[1])) if seen else ())])
    return decoded
