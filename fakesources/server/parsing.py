"""Requests from bytes: llhttp parses HTTP/1.1; this module has the limits, and what llhttp leaves to its caller.

Where llhttp leaves a choice the server does as Node.js does: tests/server/http_table.json has every case, and every
wanted difference. Sizes are bytes.
"""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple, NoReturn

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from ..core.http.messages import Request, Response
from .service import Service

TARGET_LIMIT = 65_536
HEAD_LIMIT = 65_536
HEADERS_LIMIT = 1_000
PIECE_BYTES = 1_024
"""Size of a piece to read and parse at a time, unless a body is known to be longer: it bounds the requests in it."""
CHUNK_PIECE_BYTES = 8_192
"""Upper bound for a piece within a chunk, where the piece before had nothing else."""
LARGE_BYTES = 4_096
"""Size of a target or body from which a request may take long."""
PAUSE_AFTER_LARGE, PAUSE_AFTER_REJECTED = 1, 9
"""Time for other clients after such a request, and after one whose body is dropped, as multiples of its own time."""
FRAMING_LIMIT = 8_192
"""Upper bound for the extensions of one chunk, and for one trailer."""

_FRAMING = frozenset({b"content-length", b"expect", b"host", b"transfer-encoding"})
_EXPECTS_CONTINUE = re.compile(r"(?:^|\W)100-continue(?:$|\W)", re.IGNORECASE)


class Stop(Exception):
    """Raised in a callback of llhttp to end its parsing."""


class ParsedRequest(NamedTuple):
    """A request to answer; `error_response` is the answer where it is known from the head alone.

    After it the loop serves other clients for at least `pause` times as long as it took.
    """

    request: Request
    version: str
    keep_alive: bool
    error_response: Response | None = None
    pause: int = 0


class RequestParser:
    """Parser of one connection. `ready` holds complete requests, and at its end the error that ended the parsing.

    `begun` is true within a request, `done` once no further request is parsed, `drained` once the body of the last one
    has ended too. `awaits_continue` is true while a client waits for `100 Continue`.
    """

    def __init__(self, service: Service, peer: str) -> None:
        self._service, self._peer = service, peer
        self._parser = HttpRequestParser(self)
        self.ready: deque[ParsedRequest] = deque()
        self.begun = self.done = self.drained = self.awaits_continue = False
        self._unreported = 0  # bytes since the last callback
        self._head: ParsedRequest | None = None
        self._length = 0
        self._body = bytearray()

    @property
    def piece_bytes(self) -> int:
        """Upper bound for the number of bytes to read next."""
        return max(PIECE_BYTES, self._length - len(self._body), self._chunk_bytes) if self.begun else PIECE_BYTES

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Parse some bytes."""
        self._unreported += len(data)
        rest = None
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
        except HttpParserError as error:
            if error.__context__ is not None and not isinstance(error.__context__, Stop):
                raise error.__context__ from None
            self.drained = True
            self._fail(400, f"request: expected HTTP/1.1 (RFC 9112), got what llhttp calls {str(error)!r}")
        if rest is not None:  # not above, where it would be the context of every later error
            self._ignore_upgrade(rest)
        elif self.begun and self._unreported > FRAMING_LIMIT:
            self._check_unreported()

    def time_out(self) -> None:
        """Fail the request that has begun, since its rest did not come in time."""
        self._fail(408, f"request: expected all of it within {self._service.read_timeout:g} s, got a part")

    def on_message_begin(self) -> None:
        if self.done:
            raise Stop
        if self._head is not None:  # the head that `_ignore_upgrade` has written
            return
        self.begun = True
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._fields: dict[bytes, str] = {}
        self._body = bytearray()
        self._size = self._unreported = self._length = self._chunk_bytes = 0
        self._in_chunk = False

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > TARGET_LIMIT:
            self._stop(414, f"request target: expected at most {TARGET_LIMIT} bytes, got more")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._unreported = 0
        self._size += len(name) + len(value) + 4
        if self._size > HEAD_LIMIT:
            self._stop(431, f"headers: expected at most {HEAD_LIMIT} bytes, got more")
        if self._head is not None:  # a trailer, which must not change the head
            return
        text = value.decode("latin-1").rstrip(" \t")
        self._headers.append((name.decode("latin-1"), text))
        lower = name.lower()
        if lower in _FRAMING:
            if lower in self._fields:
                if lower == b"host":
                    self._stop(400, "Host: expected one header, got several")
                text = f"{self._fields[lower]}, {text}"
            self._fields[lower] = text
            if lower == b"content-length" and not value.strip(b" ").isdigit():  # llhttp 9.4 accepts a tab behind it
                self._stop(400, "Content-Length: expected digits, got something else")

    def on_headers_complete(self) -> None:
        if self._head is not None:
            return
        if len(self._headers) > HEADERS_LIMIT:
            self._stop(431, f"headers: expected at most {HEADERS_LIMIT}, got more")
        version = self._parser.get_http_version()
        if version not in ("1.1", "1.0"):
            self._stop(505, f"version: expected HTTP/1.0 or HTTP/1.1, got HTTP/{version}")
        method, fields = self._parser.get_method().decode("ascii"), self._fields
        host = fields.get(b"host")
        if host is None and version == "1.1":
            self._stop(400, "Host: expected the header, got none; HTTP/1.1 requires it")
        target, host = self._resolve_target(method, host or "")
        request = Request(method, target, tuple(self._headers), b"", host, self._service.scheme, "server", self._peer)
        pause = PAUSE_AFTER_LARGE if len(target) > LARGE_BYTES else 0
        self._head = ParsedRequest(request, version, self._parser.should_keep_alive(), pause=pause)
        coding = fields.get(b"transfer-encoding")
        if coding is not None:
            parts = [part for each in coding.lower().split(",") if (part := each.strip(" \t"))]
            if parts != ["chunked"]:
                status = 501 if parts[-1:] == ["chunked"] else 400
                self._stop(status, f"Transfer-Encoding: expected chunked, got {coding!r}")
        expectation = fields.get(b"expect") if version == "1.1" else None
        if expectation is not None and not _EXPECTS_CONTINUE.search(expectation):
            self._stop(417, f"Expect: expected 100-continue, got {expectation!r}")
        self._length = int(fields.get(b"content-length") or 0)
        if not self._length and coding is None:
            return
        error_response = self._service.authorise(request)
        self._body_limit = self._service.limit(target)
        if error_response is not None:
            self._finish(ParsedRequest(request, version, False, error_response))
        elif self._length > self._body_limit:
            self._finish(ParsedRequest(request._replace(is_oversized=True), version, False))
        else:
            self.awaits_continue = expectation is not None

    def on_body(self, part: bytes) -> None:
        self.awaits_continue = self._in_chunk = False
        self._unreported, self._chunk_bytes = 0, min(8 * len(part), CHUNK_PIECE_BYTES)
        if self.done:
            return
        self._body += part
        if len(self._body) > self._body_limit:
            assert self._head is not None
            body = bytes(self._body[: self._body_limit + 1])
            self._finish(ParsedRequest(self._head.request._replace(body=body), self._head.version, False))

    def on_chunk_header(self) -> None:
        self.awaits_continue = False
        self._unreported, self._in_chunk = 0, True

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade():
            return
        if self.done:
            self.drained = True
            return
        parsed, self._head = self._head, None
        assert parsed is not None
        self.begun = self.awaits_continue = False
        if self._body:
            pause = PAUSE_AFTER_LARGE if len(self._body) > LARGE_BYTES else parsed.pause
            parsed = parsed._replace(request=parsed.request._replace(body=bytes(self._body)), pause=pause)
        self.ready.append(parsed)
        self.done = self.drained = not parsed.keep_alive

    def _ignore_upgrade(self, rest: bytes | bytearray | memoryview) -> None:
        """Parse the body of a request that offers another protocol, before which llhttp stops (RFC 9110, 7.8).

        A new parser reads it, after a head with the same framing.
        """
        self._parser = HttpRequestParser(self)
        framing = [
            b"%s: %s\r\n" % (name, text.encode("latin-1")) for name, text in self._fields.items() if b"-" in name
        ]
        self._parser.feed_data(b"POST / HTTP/1.1\r\nHost: a\r\n" + b"".join(framing) + b"\r\n")
        self.feed(rest)

    def _resolve_target(self, method: str, host: str) -> tuple[str, str]:
        """Return path and query, and the host in lower case; a whole URL has its own (RFC 9112, 3.2.2)."""
        target = self._target.decode("latin-1")
        if method == "CONNECT":
            self._stop(400, "method: expected one for a resource, got CONNECT; this is no proxy")
        if target[0] != "/" and target != "*":
            scheme, separator, rest = target.partition("://")
            if not separator or scheme.lower() not in ("http", "https"):
                self._stop(400, "request target: expected a path or an http URL, got something else")
            authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
            host = authority.rpartition("@")[2]
            if not host:
                self._stop(400, "request target: expected a host in the URL, got none")
            rest = rest[len(authority) :]
            target = rest if rest.startswith("/") else "/" + rest
        return target, host.lower()

    def _check_unreported(self) -> None:
        """Bound what llhttp reads without a callback."""
        if self._head is None:
            if self._unreported > TARGET_LIMIT + HEAD_LIMIT:
                self._fail(431, f"headers: expected at most {HEAD_LIMIT} bytes, got more")
        elif self._in_chunk:
            self._fail(431, f"trailers: expected at most {FRAMING_LIMIT} bytes each, got more")
        else:
            self._fail(413, f"chunk extensions: expected at most {FRAMING_LIMIT} bytes, got more")

    def _stop(self, status: int, message: str) -> NoReturn:
        self._fail(status, message)
        raise Stop

    def _fail(self, status: int, message: str) -> None:
        """End the parsing with an error response, unless it has ended already."""
        if not self.done:
            response = Response(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{message}\n".encode())
            self._finish(ParsedRequest(Request("-", "-", peer=self._peer), "1.1", False, response), pause=0)

    def _finish(self, parsed: ParsedRequest, pause: int = PAUSE_AFTER_REJECTED) -> None:
        """Take a request as the last one; the rest of its body is dropped."""
        self.ready.append(parsed._replace(pause=pause))
        self.begun, self.done = False, True
