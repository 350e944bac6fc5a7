"""One exchange of a watched client, and the entry that the checker reads."""

from __future__ import annotations

from typing import Protocol

from ...core.http.messages import Pairs, Request, Response
from ..recordings.entry import Entry, split_url


class WatchedExchange(Protocol):
    """One exchange of a client, recorded when its response headers were received."""

    @property
    def is_read(self) -> bool:
        """True if the client has read the body, or never will."""

    def entry(self, place: str) -> Entry:
        """Return the exchange; a body that the client has not read counts as not recorded."""


def entry_of(
    place: str,
    method: str,
    url: str,
    headers: tuple[Pairs, Pairs],
    status: int,
    bodies: tuple[bytes | None, bytes | None],
) -> Entry:
    """Return an exchange. Headers and bodies are those of request and response; a body is None if it is unknown."""
    sent, received = bodies
    scheme, host, target = split_url(url)
    request = Request(method.upper(), target, headers[0], sent or b"", host, scheme, "watched")
    response = Response(status, headers[1], received or b"")
    return Entry(place, request, response, None, sent is not None, received is not None)
