"""Answers that the API itself did not give: failures on the way, and redirects to https. They become notes."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..core.contract.api import Api, Endpoint
from ..core.http.messages import Response
from . import errors
from .recordings.entry import Entry

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Note(NamedTuple):
    """Name of the traffic rule, and what was answered and what an API answers."""

    name: str
    got: str
    expected: str


def note(api: Api[Any], endpoint: Endpoint | None, entry: Entry, is_json: bool) -> Note | None:
    """Return what to note of an answer that did not come from the API; None where it may have."""
    reply = entry.response
    if reply.status >= 500:
        return Note("failure", str(reply.status), "an answer of the API")
    if reply.status in _REDIRECTS and _is_to_https(entry.request.scheme, reply):
        return Note("redirect", f"{reply.status} to https", "a request by https")
    is_foreign = reply.status >= 400 and reply.body and not is_json
    if is_foreign and endpoint is not None and reply.status not in errors.statuses(api, endpoint):
        return Note("failure", f"{reply.status} with a body that is not JSON", "an answer of the API")
    return None


def _is_to_https(scheme: str, reply: Response) -> bool:
    """A browser's own redirect (HSTS), or one from http; where a recorder left the address out, from http to anywhere."""
    if reply.header("non-authoritative-reason"):
        return True
    location = reply.header("location") or ""
    return scheme == "http" and (not location or location.lower().startswith("https:"))
