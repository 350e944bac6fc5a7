"""HTTP/1.1 as bytes: requests read off a connection, replies written for it.

Knows no socket, no thread and no clock: it is handed a function that receives more bytes. What it cannot read it
names (`Unreadable`), with the status that HTTP has for it; a client that leaves half-way is `Gone`. Sizes are bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from ..core.messages import BODY_LIMIT, Pairs, Reply, Request

LINE_LIMIT = 65_536
HEAD_LIMIT = 65_536
HEADERS_LIMIT = 100
CHUNK_LINE_LIMIT = 4_096

_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rf"({_NAME}) ([^\x00-\x20\x7f]+) HTTP/([0-9])\.([0-9])\r?".encode())
_FIELDS = re.compile(rf"(?:{_NAME}:[^\r\n\x00]*\r?\n)*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_FRAMING = frozenset({"connection", "content-length", "expect", "host", "transfer-encoding"})
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_BODILESS = frozenset({204, 304})


class Unreadable(Exception):
    """Bytes that are no request: `status` is what HTTP answers, the text says why."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


class Gone(Exception):
    """The client left before its request was whole."""


class Head(NamedTuple):
    """The part of a request before its body, and how the body is framed: `length` is None for a chunked one."""

    method: str
    target: str
    minor: int
    headers: Pairs
    host: str
    length: int | None
    keep_alive: bool
    waits: bool  # for a 100 before it sends the body


class Incoming:
    """What has been received on one connection and not been read yet.

    `receive` gives some more bytes, or none when the client has closed.
    """

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._held = bytearray()

    def __bool__(self) -> bool:
        """Whether bytes are held that nobody has read."""
        return bool(self._held)

    def head(self) -> Head | None:
        """The next request's head; None when the client closed instead of asking once more."""
        held = self._held
        while not held.lstrip(b"\r\n"):  # a line break too many after the last body is customary
            held.clear()
            more = self._receive()
            if not more:
                return None
            held += more
        if held[0] in b"\r\n":
            held[:] = held.lstrip(b"\r\n")
        searched = 0
        while not (found := end_of_head(held, searched)):
            if len(held) > LINE_LIMIT and held.find(b"\n", 0, LINE_LIMIT) < 0:
                raise too_long()
            if len(held) > LINE_LIMIT + HEAD_LIMIT:
                raise Unreadable(431, f"the headers are longer than {HEAD_LIMIT} bytes")
            searched = max(0, len(held) - 2)
            self._more()
        end, after = found
        read = bytes(held[:end])
        del held[:after]
        return parsed(read)

    def body(self, head: Head, limit: int = BODY_LIMIT) -> tuple[bytes, bool]:
        """The body, and whether that is all of it: one over the limit is read a byte beyond and left there."""
        if head.length is None:
            return self._chunks(limit)
        wanted = min(head.length, limit + 1)
        return self._take(wanted), head.length == wanted

    def _chunks(self, limit: int) -> tuple[bytes, bool]:
        body = bytearray()
        while True:
            size = _CHUNK.fullmatch(self._line(CHUNK_LINE_LIMIT))
            if size is None:
                raise Unreadable(400, "a chunk does not begin with its size")
            left = int(size[1], 16)
            if not left:
                break
            body += self._take(min(left, limit + 1 - len(body)))
            if len(body) > limit:
                return bytes(body), False
            if self._line(2):
                raise Unreadable(400, "a chunk is longer than its size")
        trailers = 0
        while line := self._line(HEAD_LIMIT):
            trailers += len(line)
            if trailers > HEAD_LIMIT:
                raise Unreadable(431, f"the trailers are longer than {HEAD_LIMIT} bytes")
        return bytes(body), True

    def _more(self) -> None:
        more = self._receive()
        if not more:
            raise Gone
        self._held += more

    def _take(self, count: int) -> bytes:
        held = self._held
        while len(held) < count:
            self._more()
        taken = bytes(held[:count])
        del held[:count]
        return taken

    def _line(self, limit: int) -> bytes:
        held = self._held
        while (end := held.find(b"\n", 0, limit)) < 0:
            if len(held) >= limit:
                raise Unreadable(400, "the body's framing cannot be read")
            self._more()
        line = bytes(held[:end])
        del held[: end + 1]
        return line.removesuffix(b"\r")


def end_of_head(held: bytearray, start: int) -> tuple[int, int] | None:
    """Where the last line of a head ends and where the body begins; None when that has not come yet."""
    windows, unix = held.find(b"\n\r\n", start), held.find(b"\n\n", start)
    if windows >= 0 and not 0 <= unix < windows:
        return windows, windows + 3
    return (unix, unix + 2) if unix >= 0 else None


def too_long() -> Unreadable:
    """A request line beyond its limit, whether its end has come or not."""
    return Unreadable(414, f"the request line is longer than {LINE_LIMIT} bytes")


def parsed(head: bytes) -> Head:
    """A head without its last line break. Raises Unreadable where HTTP's grammar is broken or a limit is passed."""
    first, _, rest = head.partition(b"\n")
    if len(first) > LINE_LIMIT:
        raise too_long()
    line = _REQUEST_LINE.fullmatch(first)
    if line is None:
        raise Unreadable(400, "the request line cannot be read; expected METHOD PATH HTTP/1.1")
    if line[3] != b"1":
        raise Unreadable(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
    if len(rest) > HEAD_LIMIT:
        raise Unreadable(431, f"the headers are longer than {HEAD_LIMIT} bytes")
    minor = int(line[4])
    pairs, framing = fields(rest.decode("latin-1"))
    target, host = origin(line[2], framing.get("host", ""))
    connection = framing.get("connection", "").lower()
    return Head(
        line[1].decode("ascii"),
        target,
        minor,
        pairs,
        host,
        length_of(framing),
        "close" not in connection if minor else "keep-alive" in connection,
        minor > 0 and framing.get("expect", "").lower() == "100-continue",
    )


def fields(text: str) -> tuple[Pairs, dict[str, str]]:
    """The headers in their order, and those that frame the message by name in lower case, repeated ones joined."""
    if text:
        text += "\n"
    if _FIELDS.fullmatch(text) is None:
        raise Unreadable(400, "a header cannot be read; expected Name: value on one line")
    pairs = []
    framing: dict[str, str] = {}
    for line in text.split("\n")[:-1]:
        name, _, value = line.partition(":")
        value = value.strip(" \t\r")
        pairs.append((name, value))
        lower = name.lower()
        if lower in _FRAMING:
            if lower == "host" and "host" in framing:
                raise Unreadable(400, "there is more than one Host header")
            framing[lower] = f"{framing[lower]}, {value}" if lower in framing else value
    if len(pairs) > HEADERS_LIMIT:
        raise Unreadable(431, f"there are more than {HEADERS_LIMIT} headers")
    return tuple(pairs), framing


def length_of(framing: dict[str, str]) -> int | None:
    """How many bytes the body has; None when it comes in chunks."""
    length = framing.get("content-length")
    coding = framing.get("transfer-encoding")
    if coding is not None:
        if length is not None:
            raise Unreadable(400, "Content-Length and Transfer-Encoding contradict each other")
        if coding.lower() != "chunked":
            raise Unreadable(501, f"the transfer coding {coding!r} is not understood; only chunked is")
        return None
    if length is None:
        return 0
    said = {part.strip() for part in length.split(",")}
    only = said.pop()
    if said or _LENGTH.fullmatch(only) is None:
        raise Unreadable(400, f"the Content-Length {length!r} is no number of bytes")
    return int(only)


def origin(raw: bytes, host: str) -> tuple[str, str]:
    """The target as path and query, and the host it is meant for: a whole URL, as proxies are sent, names its own.

    Bytes beyond ASCII are percent-encoded, which says the same in the form that a path should have had.
    """
    target = raw.decode("ascii") if raw.isascii() else quote(raw, safe=_ASCII)
    if not target.startswith("/") and target != "*":
        scheme, found, rest = target.partition("://")
        if not found or scheme.lower() not in ("http", "https"):
            raise Unreadable(400, "the request line names no path")
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        host = authority.rpartition("@")[2]
        rest = rest[len(authority) :]
        target = rest if rest.startswith("/") else "/" + rest
    return target, host.lower()


def written(reply: Reply, head: Head, keep_alive: bool) -> tuple[bytes, bytes]:
    """A reply as a head and a body, ready to be sent in one piece. Raises ValueError for a header that is none."""
    lines = [status_line(reply.status, reply.reason)]
    lines += [f"{name}: {value}\r\n" for name, value in reply.framed]
    if not keep_alive:
        lines.append("Connection: close\r\n")
    elif head.minor == 0:
        lines.append("Connection: keep-alive\r\n")
    text = "".join(lines)
    if text.count("\n") != len(lines):
        raise ValueError("a header of the reply holds a line break")
    bare = head.method == "HEAD" or reply.status in _BODILESS
    return (text + "\r\n").encode("latin-1"), b"" if bare else reply.body


@lru_cache(maxsize=64)
def status_line(status: int, reason: str) -> str:
    """The first line of a reply."""
    return f"HTTP/1.1 {status} {reason}\r\n"


def refusal(no: Unreadable) -> bytes:
    """What is sent for bytes that are no request; the connection is closed after it."""
    body = f"{no}\n".encode()
    reply = Reply(no.status, (("Content-Type", "text/plain; charset=utf-8"),), body)
    head = Head("GET", "/", 1, (), "", 0, False, False)
    return b"".join(written(reply, head, keep_alive=False))


def request_of(head: Head, body: bytes, scheme: str, peer: str) -> Request:
    """What the fake is asked."""
    return Request(head.method, head.target, head.headers, body, head.host, scheme, "server", peer)
