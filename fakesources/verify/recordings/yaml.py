"""Cassettes in YAML, built from parser events: plain data only, one interaction at a time.

Needs the extra `check`. The value of a tag that would create an object of a class is rejected; the rest of the file is
read. Aliases share their value, so they take no memory.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from .documents import LISTS, NO_LAYOUT
from .entry import MIB, UNREADABLE, RecordedEntry, RecordingError
from .fields import RejectedValue, fields
from .loading import Context, recorded_entry, unreadable_entry

DEPTH = 64
"""Maximum nesting of a document."""
EVENTS = 4_000_000
"""Maximum number of parser events of a file, one or two per value: about ten seconds of work."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile(
    r"(?<!\\)\\((?:\\\\)*)u(?:([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""Escapes of surrogates: JSON has them, and Python 2 has written them. libyaml rejects them."""
_LOOKED_BACK = 4096
"""Number of characters at the end of a piece of text in which escapes may begin that end in the next piece."""
_OPEN_SURROGATES = re.compile(r"\\+(?:u[0-9a-fA-F]{0,3}|u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)?\Z")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,400})")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,400}\.[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?")
_NUMERIC = frozenset("+-.0123456789")
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_YAML = "tag:yaml.org,2002:"
_PLAIN = re.compile(  # tags of plain data, of YAML itself, of Python 2 and of Ruby
    rf"!|{_YAML}(?:(?:str|int|float|bool|null|map|seq|binary|timestamp|omap|pairs|set|merge|value)"
    r"|python/(?:unicode|str|bytes|long|int|float|bool|none|tuple|list|dict))"
    r"|!binary|!(?:ruby/)?(?:str|string|sym|symbol|array|seq|hash|map|struct|regexp)(?::.*)?"
)
_TEXT = re.compile(
    rf"!|{_YAML}(?:str|python/(?:unicode|str|bytes))|!(?:ruby/)?(?:str|string|sym|symbol|regexp)(?::.*)?"
)
_BINARY = frozenset({f"{_YAML}binary", "!binary"})
_BYTES = f"{_YAML}python/bytes"


def entries(context: Context, text: Iterator[str]) -> Iterator[RecordedEntry]:
    """Yield the entries of one or several YAML documents. Raises RecordingError, with the line if it is known."""
    try:
        import yaml  # late and optional: an extra
    except ImportError:
        raise RecordingError(
            context.file, "is YAML; install pyyaml to read it (pip install 'fakesources[check]')"
        ) from None
    stream = _Stream(context, text)
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(stream)
        try:
            yield from _Documents(context, iter(partial(_next_event, context, loader), None)).entries()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{context.file}: line {mark.line + 1}, column {mark.column + 1}" if mark else context.file
        raise RecordingError(place, f"is not YAML: {error.problem or error.context}") from None


def _next_event(context: Context, loader: Any) -> Any:
    """Return the next event, None at the end. Raises yaml.YAMLError, RecordingError."""
    try:
        return loader.get_event()
    except RecordingError:
        raise
    except (ValueError, OverflowError):  # PyYAML without libyaml, from numbers of escapes and versions
        raise RecordingError(
            context.file, "is not YAML: an escape or a version has a number that is out of range"
        ) from None


class _Stream:
    """File-like object for the parser: text with only the characters that YAML allows, up to a bound."""

    def __init__(self, context: Context, text: Iterator[str]) -> None:
        self._context, self._text, self._size = context, text, 0
        self._rest, self._held = "", ""

    def read(self, size: int = -1, /) -> str:
        """Return the next piece of text; empty at the end."""
        while not self._rest and (piece := next(self._text, "")):
            self._size += len(piece)
            limit = self._context.bounds.yaml
            if self._size > limit:
                raise RecordingError(self._context.file, f"larger than {limit // MIB} MiB; raise --max-size")
            piece = self._held + piece
            is_open = _OPEN_SURROGATES.search(piece, max(len(piece) - _LOOKED_BACK, 0))
            end = is_open.start() if is_open else len(piece)
            self._rest, self._held = self._readable(piece[:end]), piece[end:]
        if not self._rest:
            self._rest, self._held = self._readable(self._held), ""
        piece, self._rest = (self._rest, "") if size < 0 else (self._rest[:size], self._rest[size:])
        return piece

    def _readable(self, text: str) -> str:
        text = _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))
        return _SURROGATES.sub(_character, text) if "\\u" in text else text


def _character(escapes: re.Match[str]) -> str:
    """Return the character of two surrogates, U+FFFD for one alone, after the escaped backslashes before them."""
    if escapes[2] is None:
        return f"{escapes[1]}\ufffd"
    high, low = int(escapes[2], 16), int(escapes[3], 16)
    return escapes[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


class _Documents:
    def __init__(self, context: Context, events: Iterator[Any]) -> None:
        self._context, self._events = context, self._counted(events)
        self._anchors: dict[str, Any] = {}
        self._found = 0
        self._failure: RecordingError | None = None
        self._number = 0

    def entries(self) -> Iterator[RecordedEntry]:
        """Yield the entries of every document. Raises RecordingError if none of them is a recording."""
        for event in self._events:
            kind = _kind(event)
            if kind == "DocumentStartEvent":
                self._anchors.clear()
                self._number += 1
            elif kind not in ("DocumentEndEvent", "StreamStartEvent", "StreamEndEvent"):
                yield from self._document(event)
        if self._failure is not None and not self._found:
            raise self._failure

    def _counted(self, events: Iterator[Any]) -> Iterator[Any]:
        yield from islice(events, EVENTS)
        for event in events:
            raise RecordingError(self._place(event), f"more than {EVENTS:,} values; split the file, or record JSON")

    def _document(self, event: Any) -> Iterator[RecordedEntry]:
        prefix = f"document {self._number}: " if self._number > 1 else ""
        if _kind(event) == "SequenceStartEvent":  # php-vcr, and Ruby's VCR 1.x
            yield from self._list(prefix, event)
        elif _kind(event) == "MappingStartEvent":
            yield from self._mapping(prefix, event)
        else:
            self._build(event, 0)
            self._fail(prefix, event, NO_LAYOUT)

    def _mapping(self, prefix: str, start: Any) -> Iterator[RecordedEntry]:
        members: dict[Any, Any] = {}
        is_container = False
        while _kind(event := next(self._events)) != "MappingEndEvent":
            key, place = self._build(event, 1), event
            name = str(key).lstrip(":").lower()
            event = next(self._events)
            if name in LISTS and _kind(event) == "SequenceStartEvent":
                is_container = True
                yield from self._list(f"{prefix}{str(key).lstrip(':')}", event)
            elif (
                name in LISTS
                and _kind(event) == "ScalarEvent"
                and event.value in _CONSTANTS
                and not event.value.strip("~nulNUL")
            ):
                is_container = True  # a cassette to which nothing was recorded
            else:
                self._add(members, key, self._build(event, 1), place)
        known = fields(members)
        if not is_container and "request" in known:
            yield self._recorded_entry(prefix.removesuffix(": ") or "document 1", members, start)
        elif not is_container:
            self._fail(prefix, start, _layout_error(known), next(filter(_is_rejected, known.values()), None))

    def _list(self, prefix: str, start: Any) -> Iterator[RecordedEntry]:
        if start.anchor:
            self._anchors[start.anchor] = _OPEN
        number = 0
        while _kind(event := next(self._events)) != "SequenceEndEvent":
            raw = self._build(event, 2)
            yield self._recorded_entry(f"{prefix}[{number}]", raw, event)
            number += 1

    def _recorded_entry(self, entry: str, raw: Any, event: Any) -> RecordedEntry:
        if isinstance(raw, RejectedValue):
            self._fail("", event, raw.reason, raw)
            return unreadable_entry(self._context, entry, raw.reason)
        found = recorded_entry(self._context, entry, raw, is_listed=True)
        self._found += found.left_out != UNREADABLE
        request = fields(raw).get("request")
        if request is None or isinstance(request, RejectedValue):
            self._fail(f"{entry}: ", event, NO_LAYOUT, request)
        return found

    def _fail(self, prefix: str, event: Any, reason: str, rejected: Any = None) -> None:
        place = rejected.place if rejected else f"{self._context.file}: {prefix}line {event.start_mark.line + 1}"
        self._failure = self._failure or RecordingError(place, rejected.reason if rejected else reason)

    # -- values ----------------------------------------------------------------------------------------------------

    def _build(self, event: Any, depth: int) -> Any:
        """Return the value that begins with an event."""
        kind = _kind(event)
        if kind == "AliasEvent":
            found = self._anchors.get(event.anchor)
            if found is _OPEN or event.anchor not in self._anchors:
                reason = (
                    "contains itself by an alias"
                    if found is _OPEN
                    else f"the anchor {event.anchor[:40]!r} is not defined"
                )
                raise RecordingError(self._place(event), reason)
            return found
        if depth > DEPTH:
            raise RecordingError(self._place(event), f"is nested more than {DEPTH} levels deep")
        if event.anchor:
            self._anchors[event.anchor] = _OPEN
        if kind == "ScalarEvent":
            value = self._scalar(event)
        elif kind == "SequenceStartEvent":
            value = []
            while _kind(inner := next(self._events)) != "SequenceEndEvent":
                value.append(self._build(inner, depth + 1))
        else:
            value = {}
            while _kind(inner := next(self._events)) != "MappingEndEvent":
                key = self._build(inner, depth + 1)
                self._add(value, key, self._build(next(self._events), depth + 1), inner)
        if event.tag is not None and not _PLAIN.fullmatch(event.tag):
            value = RejectedValue(self._place(event), _tag_error(event.tag))
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _add(self, members: dict[Any, Any], key: Any, value: Any, event: Any) -> None:
        """Add a member of a mapping, or those that `<<` merges; a name that is a list or a mapping is left out."""
        if key == "<<" and not getattr(event, "style", None):
            for each in value if isinstance(value, list) else [value]:
                for name, inner in each.items() if isinstance(each, dict) else ():
                    members.setdefault(name, inner)
        elif isinstance(key, (str, int, float, bool)) or key is None:
            members[key] = value
        elif isinstance(key, bytes):
            members[key.decode("utf-8", "replace")] = value

    def _scalar(self, event: Any) -> Any:
        tag, text = event.tag, event.value
        if tag in _BINARY:
            try:
                return base64.b64decode("".join(text.split()))
            except (binascii.Error, ValueError):
                return RejectedValue(self._place(event), "expected base64 after !!binary")
        if tag == _BYTES:
            return text.encode("latin-1", "replace")
        if (tag is None and not event.implicit[0]) or (tag is not None and _TEXT.fullmatch(tag)):
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text[0] not in _NUMERIC:
            return text
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _place(self, event: Any) -> str:
        return f"{self._context.file}: line {event.start_mark.line + 1}, column {event.start_mark.column + 1}"


_OPEN = object()
"""Placeholder for an anchored value that is not complete yet."""


def _kind(event: Any) -> str:
    return type(event).__name__


def _is_rejected(value: Any) -> bool:
    return isinstance(value, RejectedValue)


def _layout_error(known: dict[str, Any]) -> str:
    name = next((name for name in LISTS if name in known), None)
    return f"{name}: expected a list" if name else NO_LAYOUT


def _tag_error(tag: str) -> str:
    name = tag.replace(_YAML, "!!")[:80]
    hint = "record the body as text or bytes" if "io." in name.lower() else "replace it by plain data, or record again"
    return f"expected plain data, got the tag {name}, which would run code; {hint}"
