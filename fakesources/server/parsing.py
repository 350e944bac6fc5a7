"""Requests out of bytes: llhttp reads HTTP/1.1; here are the limits, and what llhttp leaves to its caller.

Where llhttp and Node.js leave a choice the server follows Node.js; tests/server/http_table.json has every case, and every
difference that is wanted. Sizes are bytes.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from ..core.http.messages import Limit, Request, Response

TARGET_LIMIT = 65_536
HEAD_LIMIT = 65_536
HEADERS_LIMIT = 1_000
PIECE_BYTES = 1_024
"""Most bytes to read at a time, unless a body is known to be longer: a head of few bytes costs as much as any other."""
FRAMING_LIMIT = 8_192
"""Upper bound for the extensions of one chunk, and for a trailer that does not end."""

_FRAMING = frozenset({b"content-length", b"expect", b"host", b"transfer-encoding"})
_EXPECTS_CONTINUE = re.compile(r"(?:^|\W)100-continue(?:$|\W)", re.IGNORECASE)

Authorise = Callable[[Request], Response | None]
"""Called with a head whose body is still to be read: the refusal to send instead of reading it, or None."""


class Stop(Exception):
    """Raised in a callback of the parser: nothing more is read of this connection."""


class Parsed(NamedTuple):
    """A request to answer. `refusal` answers it before it has been read; `keep_alive` is what its client wants."""

    request: Request
    version: str
    keep_alive: bool
    error_response: Response | None = None


class RequestParser:
    """The requests of one connection: `ready` holds those that are complete and not yet answered.

    After `feed` has met bytes that are no request, `refused` is the answer to give after those of `ready`. `done` says
    that no further request is read: one was refused, or was the last; `drained` that none of its body is to come either.
    """

    def __init__(self, scheme: str, peer: str, limit: Limit, authorise: Authorise) -> None:
        self._scheme, self._peer, self._limit, self._authorise = scheme, peer, limit, authorise
        self._parser = HttpRequestParser(self)
        self._resuming = False
        self.ready: deque[Parsed] = deque()
        self.refused: Response | None = None
        self.begun = self.done = self.drained = self.awaits_continue = False
        self._unseen = 0
        self._head: Parsed | None = None
        self._length = 0
        self._body = bytearray()

    @property
    def piece_bytes(self) -> int:
        """Number of bytes to feed next, at most."""
        return max(PIECE_BYTES, self._length - len(self._body)) if self.begun else PIECE_BYTES

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Read some bytes; what they complete is `ready`, or `refused`."""
        self._unseen += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except HttpParserError as error:
            if error.__context__ is not None and not isinstance(error.__context__, Stop):
                raise error.__context__ from None
            self.drained = True
            if not self.done:
                self._end(400, f"request: expected HTTP/1.1 (RFC 9112), got what llhttp calls {str(error)!r}")
        if self.begun and not self.done and self._unseen > FRAMING_LIMIT:
            self._check_sizes()

    def on_message_begin(self) -> None:
        if self._resuming:
            return
        if self.done:
            raise Stop
        self.begun = True
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._fields: dict[bytes, str] = {}
        self._head = None
        self._body = bytearray()
        self._size = self._unseen = self._length = 0
        self._in_chunk = False

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > TARGET_LIMIT:
            self._stop(414, f"request target: expected at most {TARGET_LIMIT} bytes, got more")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._unseen = 0
        self._size += len(name) + len(value) + 4
        if self._size > HEAD_LIMIT:
            self._stop(431, f"headers: expected at most {HEAD_LIMIT} bytes, got more")
        if self._head is not None:  # trailers mean nothing to the APIs, and must not change what the head has said
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
            if lower == b"content-length" and not value.strip(b" ").isdigit():  # llhttp 9.4 takes a tab behind it
                self._stop(400, "Content-Length: expected digits, got something else")

    def on_headers_complete(self) -> None:
        if self._resuming:
            return
        if len(self._headers) > HEADERS_LIMIT:
            self._stop(431, f"headers: expected at most {HEADERS_LIMIT}, got more")
        parser, fields = self._parser, self._fields
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            self._stop(505, f"version: expected HTTP/1.0 or HTTP/1.1, got HTTP/{version}")
        method = parser.get_method().decode("ascii")
        host = fields.get(b"host")
        if host is None and version == "1.1":
            self._stop(400, "Host: expected the header, got none; HTTP/1.1 asks for it")
        target, host = self._origin(method, host or "")
        head = Request(method, target, tuple(self._headers), b"", host, self._scheme, "server", self._peer)
        self._head = Parsed(head, version, parser.should_keep_alive())
        coding = fields.get(b"transfer-encoding")
        if coding is not None:
            parts = [part for each in coding.lower().split(",") if (part := each.strip(" \t"))]
            if parts != ["chunked"]:
                self._stop(
                    501 if parts[-1:] == ["chunked"] else 400, f"Transfer-Encoding: expected chunked, got {coding!r}"
                )
        expectation = fields.get(b"expect")
        if expectation is not None and version == "1.1" and not _EXPECTS_CONTINUE.search(expectation):
            self._stop(417, f"Expect: expected 100-continue, got {expectation!r}")
        length = self._length = int(fields.get(b"content-length") or 0)
        if not length and coding is None:
            return
        refusal = self._authorise(head)
        if refusal is not None:
            self._finish(Parsed(head, version, False, refusal))
            return
        self._body_limit = self._limit(target)
        if length > self._body_limit:
            self._finish(Parsed(head._replace(is_oversized=True), version, False))
            return
        self.awaits_continue = expectation is not None and version == "1.1"

    def on_body(self, part: bytes) -> None:
        self.awaits_continue = self._in_chunk = False
        self._unseen = 0
        if self.done:
            return
        self._body += part
        if len(self._body) > self._body_limit:
            assert self._head is not None
            body = bytes(self._body[: self._body_limit + 1])
            self._finish(Parsed(self._head.request._replace(body=body), self._head.version, False))

    def on_chunk_header(self) -> None:
        self.awaits_continue = False
        self._unseen, self._in_chunk = 0, True

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade():
            return
        head = self._head
        assert head is not None
        if self.done:
            self.drained = True
            return
        self.begun = self.awaits_continue = self._resuming = False
        self.ready.append(head._replace(request=head.request._replace(body=bytes(self._body))) if self._body else head)
        self.done = self.drained = not head.keep_alive

    def _ignore_upgrade(self, rest: bytes | bytearray | memoryview) -> None:
        """Go on behind a head that offers another protocol, which a server may ignore: llhttp has stopped before the
        body. A new parser reads that, led by a head with the same framing.
        """
        self._parser = HttpRequestParser(self)
        self._resuming = True
        framing = [
            b"%s: %s\r\n" % (name, self._fields[name].encode("latin-1")) for name in self._fields if b"-" in name
        ]
        self._parser.feed_data(b"POST / HTTP/1.1\r\nHost: a\r\n" + b"".join(framing) + b"\r\n")
        self.feed(rest)

    def _origin(self, method: str, host: str) -> tuple[str, str]:
        """Return the target as path and query, and the host in lower case: a whole URL, as proxies get, has its own."""
        target = self._target.decode("latin-1")
        if target[0] != "/" and target != "*":
            scheme, found, rest = target.partition("://")
            if method == "CONNECT" or not found or scheme.lower() not in ("http", "https"):
                self._stop(400, "request target: expected a path or an http URL, got something else")
            authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
            host = authority.rpartition("@")[2]
            if not host:
                self._stop(400, "request target: expected a host in the URL, got none")
            rest = rest[len(authority) :]
            target = rest if rest.startswith("/") else "/" + rest
        elif method == "CONNECT":
            self._stop(400, "method: expected one for a resource, got CONNECT; this is no proxy")
        return target, host.lower()

    def _check_sizes(self) -> None:
        """Bound what llhttp reads without a callback: a header that does not end, a chunk's extensions."""
        if self._head is None:
            if self._unseen > TARGET_LIMIT + HEAD_LIMIT:
                self._end(431, f"headers: expected at most {HEAD_LIMIT} bytes, got more")
        elif self._in_chunk:
            self._end(431, f"trailers: expected at most {FRAMING_LIMIT} bytes each, got more")
        else:
            self._end(413, f"chunk extensions: expected at most {FRAMING_LIMIT} bytes, got more")

    def _finish(self, parsed: Parsed) -> None:
        """Take a request as the last of its connection; what comes of its body is dropped."""
        self.ready.append(parsed)
        self.begun, self.done = False, True

    def time_out(self, seconds: float) -> None:
        """Refuse the request that has begun, and did not arrive in time."""
        self._end(408, f"request: expected all of it within {seconds:g} s, got a part")

    def _stop(self, status: int, why: str) -> NoReturn:
        self._end(status, why)
        raise Stop

    def _end(self, status: int, why: str) -> None:
        self.refused = Response(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{why}\n".encode())
        self.begun, self.done = False, True
