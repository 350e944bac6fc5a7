"""HAR 1.2, as browsers and proxies export it: one JSON document, entries in `log.entries`.

What a browser blocked or never got answered has status 0 and is no exchange; the next one has it as `given_up`.
`content.text` is the body after HTTP's compression was undone, whatever the headers say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from ...core.messages import Pairs, Request
from .bodies import of_base64, of_text, plain
from .entries import Bounds, Entry, Unusable, moment, pairs, part, replied, requested, unrecorded


def entries(name: str, document: Any, bounds: Bounds) -> Iterator[Entry]:
    """The exchanges of a parsed HAR document. Raises Unusable, naming the entry, where it is not one."""
    found = part(name, document, "log").get("entries")
    if not isinstance(found, list):
        raise Unusable(f"{name}: log", "has no 'entries' array; this is no HAR 1.2 document")
    given_up: list[Request] = []
    for number, raw in enumerate(found):
        place = f"{name}: log.entries[{number}]"
        request, response = part(place, raw, "request"), part(place, raw, "response")
        if response.get("status") in (0, None):
            with suppress(Unusable):  # what is no exchange need not be whole
                given_up.append(requested(place, request.get("method"), request.get("url"), (), b""))
            continue
        asked_headers, headers = pairs(place, request.get("headers")), pairs(place, response.get("headers"))
        asked, body_known = _post_data(place, request, asked_headers, bounds)
        answered, answer_known = _content(place, response, headers, bounds)
        yield Entry(
            place,
            requested(place, request.get("method"), request.get("url"), asked_headers, asked),
            replied(place, response["status"], headers, answered),
            moment(raw.get("startedDateTime")),
            body_known,
            answer_known,
            tuple(given_up),
        )
        given_up.clear()


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
