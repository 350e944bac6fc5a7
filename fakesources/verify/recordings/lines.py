"""JSON lines: one exchange a line, in a form of our own that any program can write.

    {"request":  {"method": "PUT", "url": "https://api.curator.io/v1/sources/…", "headers": {…}, "json": {"tag": "cats"}},
     "response": {"status": 200, "headers": {…}, "body": "…"},
     "at": 1767225600.5, "label": "retag"}

`headers` are an object (a value or a list of values by name) or a list of pairs. A body is `body` (text), `json` (a
value) or `base64`, null or left out where there is none; where a Content-Length says that there was one and none of the
three is there, it is taken as not recorded. `at` (seconds since 1970, or ISO 8601) and `label` may be left out. A file
is read line by line, so its size does not matter; one line may have `Bounds.line` bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

from ...core.carriers import Unreadable, json_of
from ...core.messages import Pairs
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


class Readable(Protocol):
    """What lines are read from: any binary file."""

    def readline(self, limit: int, /) -> bytes:
        """The next line, or as much of it as the limit allows; empty at the end."""


def entries(name: str, stream: Readable, bounds: Bounds) -> Iterator[RecordedEntry]:
    """The entries of a file of JSON lines. Raises Unusable, naming the line, for what is not JSON."""
    number = 0
    while raw := stream.readline(bounds.line + 1):
        number += 1
        place = f"{name}: line {number}"
        if len(raw) > bounds.line:
            raise Unusable(place, f"is longer than {bounds.line} bytes")
        if raw.strip():
            yield recorded_line(name, f"line {number}", _parsed(place, raw), bounds)


def recorded_line(name: str, line: str, document: Any, bounds: Bounds) -> RecordedEntry:
    """One entry from one parsed line."""
    request, whole = member(document, "request"), member(document)
    if whole.get("label"):
        line = f"{line} ({str(whole['label'])[:60]})"
    load = partial(entry, f"{name}: {line}", document, bounds)
    return recorded(name, line, request.get("method"), request.get("url"), load, moment(whole.get("at")))


def entry(place: str, document: Any, bounds: Bounds) -> Entry:
    """One exchange from one parsed line. Raises Unusable."""
    request, response = part(place, document, "request"), part(place, document, "response")
    asked_headers, headers = pairs(place, request.get("headers")), pairs(place, response.get("headers"))
    asked, answered = _body(place, request, asked_headers, bounds), _body(place, response, headers, bounds)
    return Entry(
        place,
        requested(place, request.get("method"), request.get("url"), asked_headers, asked),
        replied(place, response.get("status"), headers, answered),
        moment(document.get("at")),
        not unrecorded(asked_headers, asked),
        not unrecorded(headers, answered),
    )


def _parsed(place: str, raw: bytes) -> Any:
    try:
        return json_of(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unusable(place, "is not UTF-8") from None
    except Unreadable as why:
        raise Unusable(place, str(why)) from None


def _body(place: str, message: dict[str, Any], headers: Pairs, bounds: Bounds) -> bytes:
    if message.get("json") is not None:
        return json.dumps(message["json"]).encode()
    if message.get("base64") is not None:
        return plain(place, of_base64(place, message["base64"]), headers, bounds)
    return plain(place, of_text(place, message.get("body")), headers, bounds)
