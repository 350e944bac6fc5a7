"""VCR cassettes in the two layouts that go by that name: Python's (`interactions`) and Ruby's (`http_interactions`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .bodies import of_base64, of_text, plain
from .entries import Bounds, Entry, Unusable, moment, pairs, part, replied, requested, unrecorded


def entries(name: str, document: Any, bounds: Bounds) -> Iterator[Entry]:
    """The exchanges of a parsed cassette. Raises Unusable, naming the interaction, where it is not one."""
    key = next((key for key in ("http_interactions", "interactions") if key in document), "interactions")
    found = document.get(key)
    if not isinstance(found, list):
        raise Unusable(f"{name}: {key}", "is no list; this is no cassette")
    for number, raw in enumerate(found):
        place = f"{name}: {key}[{number}]"
        request, response = part(place, raw, "request"), part(place, raw, "response")
        asked_headers, headers = pairs(place, request.get("headers")), pairs(place, response.get("headers"))
        asked = plain(place, _body(place, request.get("body")), asked_headers, bounds)
        answered = plain(place, _body(place, response.get("body", response.get("content"))), headers, bounds)
        status = response.get("status", response.get("status_code"))
        yield Entry(
            place,
            requested(place, request.get("method"), request.get("uri"), asked_headers, asked),
            replied(place, status.get("code") if isinstance(status, dict) else status, headers, answered),
            moment(raw.get("recorded_at")),
            not unrecorded(asked_headers, asked),
            not unrecorded(headers, answered),
        )


def _body(place: str, body: Any) -> bytes:
    if isinstance(body, dict):
        if body.get("base64_string") is not None:
            return of_base64(place, body["base64_string"])
        return of_text(place, body.get("string"))
    return of_text(place, body)
