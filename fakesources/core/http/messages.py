"""HTTP requests and responses as immutable values, independent of client libraries.

Each adapter translates its library's request into a Request, and the Response back. Headers are pairs in the order they
were sent. Both are named tuples: creating a frozen dataclass for each call takes four times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from http import HTTPStatus
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from .masking import mask_url

Pairs = tuple[tuple[str, str], ...]
Disconnect = Literal["reset", "empty", "truncated", "timeout"]
"""Way in which the connection fails instead of delivering a whole response."""

BODY_LIMIT = 1 << 20
"""Maximum size of a request's body in bytes. Adapters read at most one more, and the engine responds with an error."""

BODILESS = frozenset({204, 304})
"""Statuses whose responses have no body (RFC 9110, 6.4.1)."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}
"""Phrases of RFC 9110 that Python has since 3.13 alone: errors of OpenAPI documents are named by them."""
_PHRASES = {status.value: status.phrase for status in HTTPStatus} | _RENAMED


def replaced(headers: Pairs, others: Pairs) -> Pairs:
    """Return headers in which others take the place of those with the same name."""
    names = {name.lower() for name, _ in others}
    return (*(pair for pair in headers if pair[0].lower() not in names), *others)


def first_header(headers: Pairs, name: str) -> str | None:
    """Return the first value of a header by its lower-case name, or None."""
    return next((value for key, value in headers if key.lower() == name), None)


def encodable(text: str) -> str:
    """Return a text with its lone surrogates replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def phrase_of(status: int) -> str:
    """Return the reason phrase of a status, `Status 499` for one without."""
    return _PHRASES.get(status) or f"Status {status}"


class Request(NamedTuple):
    """One HTTP request, as it was sent.

    `target` is path and query with their percent-encoding. `host` is the host the client meant, in lower case, with the
    port where one was given. `adapter` is the name of the adapter. `peer` is the address of a client on a socket, empty
    in-process; `in_process` is true for a client with an address that runs in this process all the same (a WSGI test
    client). `timeout` is how many seconds an in-process client waits for the response; None for no limit or an unknown
    one. `is_oversized` is true if the announced body exceeds its limit; it was not read.
    """

    method: str
    target: str
    headers: Pairs = ()
    body: bytes = b""
    host: str = ""
    scheme: str = "https"
    adapter: str = "direct"
    peer: str = ""
    timeout: float | None = None
    in_process: bool = False
    is_oversized: bool = False

    def __repr__(self) -> str:
        """Return method and URL without the query; headers and bodies may have secrets."""
        return f"<Request {self.method} {mask_url(f'{self.scheme}://{self.host}{self.raw_path}')}>"

    def encodable(self) -> Request:
        """Return the request as a connection can transmit it.

        Unpaired surrogates are replaced by U+FFFD in method and host, and percent-encoded in the target, as bytes that
        are not UTF-8.
        """
        if self.target.isascii() and self.method.isascii() and self.host.isascii():
            return self
        target = _LONE_SURROGATE.sub(lambda match: quote(match[0].encode("utf-8", "surrogatepass")), self.target)
        return self._replace(method=encodable(self.method), target=target, host=encodable(self.host))

    @property
    def on_socket(self) -> bool:
        """True if the client waits on a socket, in real time."""
        return bool(self.peer) and not self.in_process

    @property
    def raw_path(self) -> str:
        """Path as sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def path(self) -> str:
        """Path with its percent-encoding decoded; bytes that are not UTF-8 become U+FFFD."""
        path = self.raw_path
        return unquote(path) if "%" in path else path

    @property
    def query_string(self) -> str:
        """Query as sent, without the question mark."""
        return self.target.partition("?")[2]

    @property
    def url(self) -> str:
        """Absolute URL."""
        return f"{self.scheme}://{self.host}{self.target}"

    def header(self, name: str) -> str | None:
        """Return the last value of a header by its lower-case name, or None."""
        last, size = None, len(name)
        for key, value in self.headers:
            if len(key) == size and key.lower() == name:
                last = value
        return last if last is None else encodable(last)


class Response(NamedTuple):
    """One HTTP response, ready to send.

    `headers` are all but Content-Length and Connection, which the adapter adds. `delay` is a number of seconds: a server
    sleeps that long before it sends the response, an in-process adapter does not. `disconnect` is how the connection
    fails instead; empty where it does not. `pieces` produces the rest of a body that comes in pieces, for a server that
    sends such ones: `core.engine.waiting` describes it.
    """

    status: int
    headers: Pairs = ()
    body: bytes = b""
    delay: float = 0.0
    disconnect: Disconnect | Literal[""] = ""
    pieces: Generator[Any, None, None] | None = None

    def __repr__(self) -> str:
        """Return status and size; headers and bodies may have secrets."""
        return f"<Response {self.disconnect or self.status}, {len(self.body)} bytes>"

    @property
    def reason(self) -> str:
        """Reason phrase of the status; empty for a status without one."""
        return _PHRASES.get(self.status, "")

    @property
    def framed(self) -> Pairs:
        """Headers with Content-Length, which 1xx, 204 and 304 do not have, nor a body that comes in pieces."""
        if self.status in BODILESS or self.status < 200 or self.pieces is not None:
            return self.headers
        return (*self.headers, ("Content-Length", str(len(self.body))))

    def header(self, name: str) -> str | None:
        """Return the first value of a header by its lower-case name, or None."""
        return first_header(self.headers, name)


Handle = Callable[[Request], Response]
"""Function that responds to a request."""

HandleNonblocking = Callable[[Request], Response | Callable[[], Response] | None]
"""Function that responds to a request, or returns None without any effect where it would have to wait.

Where a response is large, it returns a function for the rest of the work, which takes long and may be called in another
thread.
"""


def never_inline(_: Request) -> None:
    """Decline the fast path: every request runs in a worker thread."""


Limit = Callable[[str], int]
"""Function that returns the maximum size of a request's body in bytes, by the request's target."""


def default_limit(_: str) -> int:
    """Return the limit of every target of an API."""
    return BODY_LIMIT


Handles = Callable[[str, str], bool]
"""Function that returns whether the fake handles a host (with its port, if given) and a path."""
