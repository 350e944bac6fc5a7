"""The entries in JSON text: HAR, cassettes and JSON lines, alone, in an array, or several one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .entry import UNREADABLE, RecordedEntry, RecordingError
from .fields import ApiErrorRaised, fields
from .json_text import JsonText, Malformed
from .loading import Context, recorded, unreadable

LISTS = frozenset({"interactions", "http_interactions"})
NO_LAYOUT = "expected HAR ('log'), a cassette ('interactions') or JSON lines ('request'), found none of them"
WRAPPERS = frozenset({"har", "hars"})
"""Names under which some programs keep a whole HAR, or a list of them, in a document of their own."""
DEPTH = 8
"""Depth to which arrays of recordings may nest."""

_URL = re.compile(r'"ur[il]"\s*:\s*("(?:[^"\\]|\\.){1,8000}")', re.IGNORECASE)
_METHOD = re.compile(r'"method"\s*:\s*"([A-Za-z:]{1,20})"', re.IGNORECASE)


class Documents:
    """The entries of one JSON text, in order. `failure` is the first reason why something in it was none."""

    def __init__(self, context: Context, text: JsonText) -> None:
        self._context, self._text = context, text
        self._found = 0
        self.failure: RecordingError | None = None

    def entries(self) -> Iterator[RecordedEntry]:
        """Yield the entries. Raises Unusable if nothing in the text is a recording, and if it ends early."""
        yield from self._lines() if _is_line(self._text.first_line()) else self._documents()
        if self.failure is not None and not self._found:
            raise self.failure

    def _lines(self) -> Iterator[RecordedEntry]:
        """One document a line: what is wrong with one line ends with it."""
        while self._text.peek():
            place = f"line {self._text.line}"
            line, is_whole = self._text.take_line()
            if not is_whole:
                yield self._odd(place, f"larger than {self._text.limit} bytes; raise --max-size", line)
                continue
            inner = Documents(self._context, JsonText("", iter([line]), self._text.limit, None))
            try:
                while inner._text.peek():
                    yield from inner._document(place, place, 0)
                    inner._text.take(",")
            except (RecordingError, Malformed) as why:
                yield self._odd(place, why.why, line)
            self._found += inner._found
            self.failure = self.failure or inner.failure

    def _documents(self) -> Iterator[RecordedEntry]:
        number = 0
        while self._text.peek():
            number += 1
            line = self._text.line
            try:
                yield from self._document("" if number == 1 else f"line {line}", f"line {line}", 0)
            except Malformed as why:
                raise RecordingError(self._context.file, why.why) from None
            self._text.take(",")

    def _document(self, prefix: str, place: str, depth: int) -> Iterator[RecordedEntry]:
        text = self._text
        if text.peek() == "[" and depth < DEPTH:
            text.take("[")
            for number in self._items():
                inner = f"{prefix}[{number}]"
                yield from self._document(inner, inner, depth + 1)
        elif text.peek() == "{":
            yield from self._object(prefix, place, depth)
        else:
            text.value()
            yield self._odd(place, NO_LAYOUT, "")

    def _object(self, prefix: str, place: str, depth: int) -> Iterator[RecordedEntry]:
        members: dict[str, Any] = {}
        is_container = False
        for key in self._keys():
            name = key.lower()
            if name == "log" and self._text.peek() == "{":
                is_container = True
                yield from self._log(_joined(prefix, key))
            elif name in LISTS and self._text.peek() == "[":
                is_container = True
                yield from self._list(_joined(prefix, key))
            elif name in WRAPPERS and depth < DEPTH and self._text.peek() in ("{", "["):
                is_container = True
                yield from self._document(_joined(prefix, key), _joined(prefix, key), depth + 1)
            else:
                member = self._member(key)
                is_container = is_container or (name in LISTS and member is None)  # nothing was recorded
                if not is_container:
                    members[key] = member
        if not is_container:
            yield self._single(place, members)

    def _single(self, place: str, members: dict[str, Any]) -> RecordedEntry:
        known = fields(members)
        if "request" in known or "response" in known:
            return self._recorded(place, members)
        name = next((name for name in ("log", *LISTS) if name in known), None)
        why = f"{name}: expected {'an object' if name == 'log' else 'a list'}" if name else NO_LAYOUT
        return self._odd(place, why, "")

    def _log(self, prefix: str) -> Iterator[RecordedEntry]:
        found = False
        for key in self._keys():
            if key.lower() == "entries" and self._text.peek() == "[":
                found = True
                yield from self._list(f"{prefix}.{key}")
            else:
                self._member(key)
        if not found:
            yield self._odd(prefix, "has no 'entries' array; this is no HAR 1.2 document", "")

    def _list(self, prefix: str) -> Iterator[RecordedEntry]:
        self._text.take("[")
        for number in self._items():
            place = f"{prefix}[{number}]"
            try:
                raw = self._text.value()
            except Malformed as why:
                yield self._odd(place, why.why, why.head)
            else:
                yield self._recorded(place, raw)

    def _member(self, key: str) -> Any:
        try:
            return self._text.value()
        except Malformed as why:
            return ApiErrorRaised(f"{self._context.file}: {key}", why.why)

    def _keys(self) -> Iterator[str]:
        self._text.take("{")
        while not self._text.take("}"):
            key = self._text.value() if self._text.peek() == '"' else None
            if not isinstance(key, str):
                raise self._text.error("is not JSON: expected a name in double quotes")
            self._text.expect(":")
            yield key
            if not self._text.take(",") and self._text.peek() != "}":
                self._text.expect(",")

    def _items(self) -> Iterator[int]:
        number = 0
        while not self._text.take("]"):
            yield number
            number += 1
            if not self._text.take(",") and self._text.peek() != "]":
                self._text.expect(",")

    def _recorded(self, place: str, raw: Any) -> RecordedEntry:
        entry = recorded(self._context, place, raw)
        self._found += entry.left_out != UNREADABLE
        return entry

    def _odd(self, place: str, why: str, head: str) -> RecordedEntry:
        self.failure = self.failure or RecordingError(f"{self._context.file}: {place}".removesuffix(": "), why)
        url, method = _URL.search(head), _METHOD.search(head)
        try:
            address = json.loads(url.group(1), strict=False) if url else ""
        except ValueError:
            address = ""
        return unreadable(self._context, place, why, method.group(1).lstrip(":") if method else "", address)


def _is_line(first: str) -> bool:
    """Return True if a file is one entry a line: its first line is a whole entry, or says at once that it is one."""
    start = first.lstrip()
    if not start.startswith("{"):
        return False
    try:
        known = fields(json.loads(start, strict=False))
    except (ValueError, RecursionError):
        return '"request"' in start[:200] and not any(name in start[:200] for name in ('"log"', *LISTS))
    return bool(known.keys() & {"request", "response"}) and not known.keys() & {"log", *LISTS}


def _joined(prefix: str, key: str) -> str:
    return f"{prefix}: {key}" if prefix else key
