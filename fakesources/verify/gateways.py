"""Responses that did not come from the API itself: gateway failures and redirects to https. They become notes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..core.contract.api import Api, Endpoint
from ..core.http.messages import Response
from . import errors
from .recordings.entry import Entry

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s*(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
"""Beginning of an HTML page: proxies and firewalls have their own with any status, such as 403 and 429."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Note(NamedTuple):
    """Name of the traffic rule, the actual response, and the expected one."""

    name: str
    actual: str
    expected: str


def find_note(api: Api[Any], endpoint: Endpoint | None, entry: Entry, is_json: bool) -> Note | None:
    """Return the note for a response that did not come from the API; None if it may have."""
    response = entry.response
    if response.status >= 500:
        return Note("failure", str(response.status), "a response of the API")
    if response.status in _REDIRECTS and _is_to_https(entry.request.scheme, response):
        return Note("redirect", f"{response.status} to https", "a request by https")
    is_foreign = response.status >= 400 and response.body and not is_json
    if is_foreign and _PAGE.match(response.body):
        return Note("failure", f"{response.status} with an HTML page", "a response of the API")
    if is_foreign and endpoint is not None and response.status not in errors.statuses(api, endpoint):
        return Note("failure", f"{response.status} with a body that is not JSON", "a response of the API")
    return None


def _is_to_https(scheme: str, response: Response) -> bool:
    """Return whether a redirect leads from http to https; a browser's own (HSTS) included.

    If a recorder left the Location out, every redirect from http counts.
    """
    if response.header("non-authoritative-reason"):
        return True
    location = response.header("location") or ""
    return scheme == "http" and (not location or location.lower().startswith("https:"))
