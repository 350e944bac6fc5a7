"""VCR cassettes in the two layouts that go by that name: Python's (`interactions`) and Ruby's (`http_interactions`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from .bodies import of_base64, of_text, plain
from .entries import (
    Bounds,
    Entry,
    RecordedEntry,
    Unusable,
    member,
    moment,
    pairs,
    part,
    recorded,
    replied,
    requested,
    unrecorded,
)  # fmt: skip


def entries(name: str, document: Any, bounds: Bounds) -> Iterator[RecordedEntry]:
    """The interactions of a parsed cassette. Raises Unusable if it has no list of them."""
    key = next((key for key in ("http_interactions", "interactions") if key in document), "interactions")
    found = document.get(key)
    if not isinstance(found, list):
        raise Unusable(f"{name}: {key}", "is no list; this is no cassette")
    for number, raw in enumerate(found):
        entry, request = f"{key}[{number}]", member(raw, "request")
        load = partial(_load, f"{name}: {entry}", raw, bounds)
        yield recorded(
            name, entry, request.get("method"), request.get("uri"), load, moment(member(raw).get("recorded_at"))
        )


def _load(place: str, raw: Any, bounds: Bounds) -> Entry:
    request, response = part(place, raw, "request"), part(place, raw, "response")
    asked_headers, headers = pairs(place, request.get("headers")), pairs(place, response.get("headers"))
    asked = plain(place, _body(place, request.get("body")), asked_headers, bounds)
    answered = plain(place, _body(place, response.get("body", response.get("content"))), headers, bounds)
    status = response.get("status", response.get("status_code"))
    return Entry(
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
