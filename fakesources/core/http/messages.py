"""What is asked and what is answered: Request and Reply, frozen values.

Nothing here knows a client library: each door makes a Request out of what its library hands it, and turns
the Reply back. Text is text, bodies are bytes, headers are pairs in the order they were sent. They are named tuples,
as whatever is made anew for each call: a frozen dataclass takes four times as long to make.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote

from .masking import mask_url

Pairs = tuple[tuple[str, str], ...]
Break = Literal["", "reset", "empty", "truncated", "timeout"]

BODY_LIMIT = 1 << 20
"""How many bytes a request's body may have. A door reads at most one more, and the engine refuses it."""

BODILESS = frozenset({204, 304})
"""Statuses whose responses have no body: RFC 9110, 6.4.1."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encodable(text: str) -> str:
    """Return a text with its lone surrogates replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class Request(NamedTuple):
    """One HTTP request, as it was sent.

    `target` is the path and the query as they stood on the wire, percent-encoding untouched. `host` is the name the
    client meant, in lower case, with the port where one was written. `door` names the way it came in; `peer` is the
    address of a caller on a socket, empty in-process. `timeout` is how many seconds a client in-process waits for the
    answer; None where it waits as long as it takes, or nobody knows. `in_process` says that a caller with an address
    is in this process all the same: a test client of WSGI. `is_oversized` says that the body is announced to be longer
    than its limit, and was not read.
    """

    method: str
    target: str
    headers: Pairs = ()
    body: bytes = b""
    host: str = ""
    scheme: str = "https"
    door: str = "direct"
    peer: str = ""
    timeout: float | None = None
    in_process: bool = False
    is_oversized: bool = False

    def __repr__(self) -> str:
        """Method and address without the query; never a header or a body, which may hold secrets."""
        return f"<Request {self.method} {mask_url(f'{self.scheme}://{self.host}{self.raw_path}')}>"

    def encodable(self) -> Request:
        """Return the request as a connection can transmit it: lone surrogates are replaced by U+FFFD in method and host, and
        by their bytes, percent-encoded, in the target; these are not UTF-8, and treated as such.
        """
        if self.target.isascii() and self.method.isascii() and self.host.isascii():
            return self
        target = _LONE_SURROGATE.sub(lambda found: quote(found[0].encode("utf-8", "surrogatepass")), self.target)
        return self._replace(method=encodable(self.method), target=target, host=encodable(self.host))

    @property
    def on_socket(self) -> bool:
        """Return whether its client waits in real time, on a socket."""
        return bool(self.peer) and not self.in_process

    @property
    def raw_path(self) -> str:
        """The path as sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def path(self) -> str:
        """The path with its percent-encoding resolved; bytes that are not UTF-8 become U+FFFD."""
        path = self.raw_path
        return unquote(path) if "%" in path else path

    @property
    def query_string(self) -> str:
        """What follows the first question mark, as sent."""
        return self.target.partition("?")[2]

    @property
    def url(self) -> str:
        """The whole address, as the client meant it."""
        return f"{self.scheme}://{self.host}{self.target}"

    def header(self, name: str) -> str | None:
        """The last value of a header, its name compared without case; None when it was not sent."""
        found, size = None, len(name)
        for key, value in self.headers:
            if len(key) == size and key.lower() == name:
                found = value
        return found if found is None else encodable(found)


class Response(NamedTuple):
    """One HTTP answer, ready to send.

    `headers` hold everything but the framing (Content-Length, Connection), which belongs to the door. `delay` is the
    time in seconds the answer was held back: a socket door sleeps it, an in-process door does not. `breaks` says
    how the transport fails instead of delivering the answer whole; empty when it does not.
    """

    status: int
    headers: Pairs = ()
    body: bytes = b""
    delay: float = 0.0
    disconnect: Break = ""

    def __repr__(self) -> str:
        """Status and size; never a header or a body, which may hold secrets."""
        return f"<Reply {self.disconnect or self.status}, {len(self.body)} bytes>"

    @property
    def reason(self) -> str:
        """The phrase HTTP gives the status; empty for a status without one."""
        return _PHRASES.get(self.status, "")

    @property
    def framed(self) -> Pairs:
        """The headers with the Content-Length that HTTP asks for: none for 1xx, 204 and 304."""
        if self.status in BODILESS or self.status < 200:
            return self.headers
        return (*self.headers, ("Content-Length", str(len(self.body))))

    def header(self, name: str) -> str | None:
        """The first value of a header, its name compared without case; None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), None)


Handle = Callable[[Request], Response]
"""The one function a door is handed."""

HandleNonblocking = Callable[[Request], Response | None]
"""The same for a door that must not be kept waiting: None, and nothing has happened, where it might be."""


def later(_: Request) -> None:
    """That nothing is ever answered at once."""


Limit = Callable[[str], int]
"""How many bytes the body of a request to a target may have."""


def usual(_: str) -> int:
    """The limit of every target of an API."""
    return BODY_LIMIT


Ours = Callable[[str, str], bool]
"""Whether a host (with its port, if one is written) and a path belong to the fake."""
