"""One exchange that a client made, as the checker reads it."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from ...core.http.messages import Pairs, Request, Response
from ..recordings.entry import Entry


class Seen(Protocol):
    """One exchange of a client, noted when its headers arrived."""

    @property
    def is_read(self) -> bool:
        """Return whether the client has read the body, or never will."""

    def entry(self, place: str) -> Entry:
        """Return the exchange; a body that the client has not read is not recorded."""


def entry_of(
    place: str,
    method: str,
    url: str,
    headers: tuple[Pairs, Pairs],
    status: int,
    bodies: tuple[bytes | None, bytes | None],
) -> Entry:
    """Return an exchange. Headers and bodies are those of request and response; a body is None where it is not known."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2].lower()
    asked, answered = bodies
    request = Request(method.upper(), target, headers[0], asked or b"", host, parts.scheme, "watched")
    reply = Response(status, headers[1], answered or b"")
    return Entry(place, request, reply, None, asked is not None, answered is not None)
