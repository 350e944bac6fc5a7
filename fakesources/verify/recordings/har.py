"""HAR 1.2, as browsers and proxies export it: one JSON document, entries in `log.entries`.

What a browser blocked or never got a response to has status 0 and is left out as failed.
`content.text` is the body after HTTP's compression was undone, whatever the headers say.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from ...core.messages import Pairs
from .bodies import of_base64, of_text, plain
from .entries import (
    FAILED,
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
    """The entries of a parsed HAR document. Raises Unusable if it has no list of entries."""
    found = part(name, document, "log").get("entries")
    if not isinstance(found, list):
        raise Unusable(f"{name}: log", "has no 'entries' array; this is no HAR 1.2 document")
    for number, raw in enumerate(found):
        yield _entry(name, f"log.entries[{number}]", raw, bounds)


def _entry(name: str, entry: str, raw: Any, bounds: Bounds) -> RecordedEntry:
    request, response = member(raw, "request"), member(raw, "response")
    failed = isinstance(raw, dict) and "response" in raw and response.get("status", 0) in (0, None)
    return recorded(
        name, entry, request.get("method"), request.get("url"),
        partial(_load, f"{name}: {entry}", raw, bounds),
        moment(member(raw).get("startedDateTime")),
        FAILED if failed else "",
    )  # fmt: skip


def _load(place: str, raw: Any, bounds: Bounds) -> Entry:
    request, response = part(place, raw, "request"), part(place, raw, "response")
    asked_headers, headers = pairs(place, request.get("headers")), pairs(place, response.get("headers"))
    asked, body_known = _post_data(place, request, asked_headers, bounds)
    answered, answer_known = _content(place, response, headers, bounds)
    return Entry(
        place,
        requested(place, request.get("method"), request.get("url"), asked_headers, asked),
        replied(place, response.get("status"), headers, answered),
        moment(raw.get("startedDateTime")),
        body_known,
        answer_known,
    )


def _post_data(place: str, request: dict[str, Any], headers: Pairs, bounds: Bounds) -> tuple[bytes, bool]:
    data = request.get("postData")
    if not isinstance(data, dict):
        size = request.get("bodySize")
        return b"", not (isinstance(size, int) and size > 0) and not unrecorded(headers, b"")
    text = data.get("text")
    if text is None and isinstance(data.get("params"), list):
        text = "&".join(f"{quote(str(p.get('name', '')))}={quote(str(p.get('value', '')))}" for p in data["params"])
    body = of_base64(place, text) if data.get("encoding") == "base64" else of_text(place, text)
    return plain(place, body, headers, bounds), not unrecorded(headers, body)


def _content(place: str, response: dict[str, Any], headers: Pairs, bounds: Bounds) -> tuple[bytes, bool]:
    content = response.get("content")
    if not isinstance(content, dict) or "text" not in content:
        size = content.get("size") if isinstance(content, dict) else 0
        return b"", not (isinstance(size, int) and size > 0) and not unrecorded(headers, b"")
    text = content["text"]
    body = of_base64(place, text) if content.get("encoding") == "base64" else of_text(place, text)
    return plain(place, body, headers, bounds), not unrecorded(headers, body)
