"""Entries of JSON text: HAR, cassettes and JSON lines, alone, in an array, or several one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .entry import UNREADABLE, RecordedEntry, RecordingError
from .fields import RejectedValue, fields
from .json_text import JsonText, Malformed
from .loading import Context, recorded_entry, unreadable_entry

LISTS = frozenset({"interactions", "http_interactions"})
NO_LAYOUT = "expected HAR ('log'), a cassette ('interactions') or JSON lines ('request'), found none of them"
WRAPPERS = frozenset({"har", "hars"})
"""Members in which some programs store a whole HAR document, or a list of them."""
DEPTH = 8
"""Maximum nesting of arrays of recordings."""

_URL = re.compile(r'"ur[il]"\s*:\s*("(?:[^"\\]|\\.){1,8000}")', re.IGNORECASE)
_METHOD = re.compile(r'"method"\s*:\s*"([A-Za-z:]{1,20})"', re.IGNORECASE)


class Documents:
    """Entries of one JSON text, in order. `failure` is the error of the first document that is no recording."""

    def __init__(self, context: Context, text: JsonText) -> None:
        self._context, self._text = context, text
        self._found = 0
        self.failure: RecordingError | None = None

    def entries(self) -> Iterator[RecordedEntry]:
        """Yield the entries. Raises RecordingError if nothing in the text is a recording, and if it ends early."""
        yield from self._lines() if _is_line(self._text.peek_line()) else self._documents()
        if self.failure is not None and not self._found:
            raise self.failure

    def _lines(self) -> Iterator[RecordedEntry]:
        """Yield the entries of JSON lines; an error in one line does not affect the next."""
        while self._text.peek():
            place = f"line {self._text.line}"
            line, is_whole = self._text.read_line()
            if not is_whole:
                yield self._unreadable(place, f"larger than {self._text.limit} bytes; raise --max-size", line)
                continue
            inner = Documents(self._context, JsonText("", iter([line]), self._text.limit, None))
            try:
                while inner._text.peek():
                    yield from inner._document(place, place, 0)
                    inner._text.accept(",")
            except (RecordingError, Malformed) as error:
                yield self._unreadable(place, error.reason, line)
            self._found += inner._found
            self.failure = self.failure or inner.failure

    def _documents(self) -> Iterator[RecordedEntry]:
        number = 0
        while self._text.peek():
            number += 1
            line = self._text.line
            try:
                yield from self._document("" if number == 1 else f"line {line}", f"line {line}", 0)
            except Malformed as error:
                raise RecordingError(self._context.file, error.reason) from None
            self._text.accept(",")

    def _document(self, prefix: str, place: str, depth: int) -> Iterator[RecordedEntry]:
        text = self._text
        if text.peek() == "[" and depth < DEPTH:
            text.accept("[")
            for number in self._items():
                inner = f"{prefix}[{number}]"
                yield from self._document(inner, inner, depth + 1)
        elif text.peek() == "{":
            yield from self._object(prefix, place, depth)
        else:
            text.read_value()
            yield self._unreadable(place, NO_LAYOUT, "")

    def _object(self, prefix: str, place: str, depth: int) -> Iterator[RecordedEntry]:
        members: dict[str, Any] = {}
        is_container = False
        for key in self._keys():
            name = key.lower()
            if name == "log" and self._text.peek() == "{":
                is_container = True
                yield from self._log(_join(prefix, key))
            elif name in LISTS and self._text.peek() == "[":
                is_container = True
                yield from self._list(_join(prefix, key))
            elif name in WRAPPERS and depth < DEPTH and self._text.peek() in ("{", "["):
                is_container = True
                yield from self._document(_join(prefix, key), _join(prefix, key), depth + 1)
            else:
                member = self._member(key)
                is_container = is_container or (name in LISTS and member is None)  # nothing was recorded
                if not is_container:
                    members[key] = member
        if not is_container:
            yield self._single(place, members, is_listed=depth > 0)

    def _single(self, place: str, members: dict[str, Any], is_listed: bool) -> RecordedEntry:
        known = fields(members)
        if "request" in known or "response" in known:
            return self._recorded_entry(place, members, is_listed)
        name = next((name for name in ("log", *LISTS) if name in known), None)
        reason = f"{name}: expected {'an object' if name == 'log' else 'a list'}" if name else NO_LAYOUT
        return self._unreadable(place, reason, "")

    def _log(self, prefix: str) -> Iterator[RecordedEntry]:
        found = False
        for key in self._keys():
            if key.lower() == "entries" and self._text.peek() == "[":
                found = True
                yield from self._list(f"{prefix}.{key}")
            else:
                self._member(key)
        if not found:
            yield self._unreadable(prefix, "has no 'entries' array; expected a HAR 1.2 document", "")

    def _list(self, prefix: str) -> Iterator[RecordedEntry]:
        self._text.accept("[")
        for number in self._items():
            place = f"{prefix}[{number}]"
            try:
                raw = self._text.read_value()
            except Malformed as error:
                yield self._unreadable(place, error.reason, error.head)
            else:
                yield self._recorded_entry(place, raw, is_listed=True)

    def _member(self, key: str) -> Any:
        try:
            return self._text.read_value()
        except Malformed as error:
            return RejectedValue(f"{self._context.file}: {key}", error.reason)

    def _keys(self) -> Iterator[str]:
        self._text.accept("{")
        while not self._text.accept("}"):
            key = self._text.read_value() if self._text.peek() == '"' else None
            if not isinstance(key, str):
                raise self._text.error("is not JSON: expected a name in double quotes")
            self._text.expect(":")
            yield key
            if not self._text.accept(",") and self._text.peek() != "}":
                self._text.expect(",")

    def _items(self) -> Iterator[int]:
        number = 0
        while not self._text.accept("]"):
            yield number
            number += 1
            if not self._text.accept(",") and self._text.peek() != "]":
                self._text.expect(",")

    def _recorded_entry(self, place: str, raw: Any, is_listed: bool) -> RecordedEntry:
        entry = recorded_entry(self._context, place, raw, is_listed)
        self._found += entry.left_out != UNREADABLE
        return entry

    def _unreadable(self, place: str, reason: str, head: str) -> RecordedEntry:
        self.failure = self.failure or RecordingError(f"{self._context.file}: {place}".removesuffix(": "), reason)
        url, method = _URL.search(head), _METHOD.search(head)
        try:
            url_text = json.loads(url.group(1), strict=False) if url else ""
        except ValueError:
            url_text = ""
        return unreadable_entry(self._context, place, reason, method.group(1).lstrip(":") if method else "", url_text)


def _is_line(first: str) -> bool:
    """Return True if a file has one entry per line: its first line is a complete entry, or begins like one."""
    start = first.lstrip()
    if not start.startswith("{"):
        return False
    try:
        known = fields(json.loads(start, strict=False))
    except (ValueError, RecursionError):
        return '"request"' in start[:200] and not any(name in start[:200] for name in ('"log"', *LISTS))
    return bool(known.keys() & {"request", "response"}) and not known.keys() & {"log", *LISTS}


def _join(prefix: str, key: str) -> str:
    return f"{prefix}: {key}" if prefix else key
