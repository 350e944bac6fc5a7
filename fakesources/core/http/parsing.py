"""What carries parameters: query strings, forms and JSON bodies, read into plain values or refused with a reason.

Knows no vendor and no schema. Every reader raises Unreadable with a sentence a person can act on; nothing else
escapes, whatever the bytes are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

DEPTH = 64
"""How deep JSON may nest. No documented value goes deeper than 6, and parsers give up at depths of their own."""


ENCODABLE = "a text without NUL characters and unpaired surrogates"
"""What every text has to be, as told of one that is not."""


FORM = "application/x-www-form-urlencoded"
"""Media type of a form."""


class Unreadable(ValueError):
    """The bytes are not what they claim to be; the text says why and quotes none of them, for they may be a secret."""


def text_of(body: bytes) -> str:
    """A body as text. Raises Unreadable where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8: byte 0x{body[error.start]:02x} at offset {error.start}") from None


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The names and values of a query string or a form, in order, repeated ones included.

    Raises Unreadable for percent-encoded bytes that are not UTF-8 and for NUL characters.
    """
    if not text:
        return []
    pairs = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_plain(name), _plain(value)))
    return pairs


def _plain(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" in text:
        try:
            text = unquote_to_bytes(text).decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("has percent-encoded bytes that are not UTF-8") from None
        except UnicodeEncodeError:
            raise Unreadable("has characters that no encoding can carry (unpaired surrogates)") from None
    if "\0" in text:
        raise Unreadable("has a NUL character")
    return text


def json_of(text: str, repeated: list[str] | None = None) -> Any:
    """A JSON text as plain values; names given twice in one object are added to `repeated`, the last one wins.

    Raises Unreadable for what is no JSON (NaN and infinities included), for nesting too deep to read, for NUL
    characters and for unpaired surrogates, which no UTF-8 answer could carry.
    """
    if text.count("[") + text.count("{") > DEPTH and _depth(text) > DEPTH:
        raise Unreadable(f"is nested more than {DEPTH} levels deep")
    try:
        try:
            value = _decode(text)
        except _Twice:
            value = _decoder(lambda pairs: _last_wins(pairs, repeated)).decode(text)
    except json.JSONDecodeError as error:
        said = error.msg.removesuffix(" at")
        raise Unreadable(f"is not JSON: {said} at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        said = str(error).partition(";")[0]  # what follows is advice to whoever runs the interpreter
        raise Unreadable(f"is not JSON: {said}") from None
    if "\\u" in text or not text.isascii():
        _carried(value)
    return value


def _depth(text: str) -> int:
    """How deep brackets nest; those inside strings do not count."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        if bracket in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in ("]", "}"):
            depth -= 1
    return deepest


_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)
"""A bracket, or a string, which may have no end: otherwise each of its quotes would be looked at as a beginning."""


def _carried(value: Any) -> None:
    try:
        written = json.dumps(value, ensure_ascii=False)
        written.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("has an unpaired surrogate, which is no character") from None
    if "\\u0000" in written:
        raise Unreadable("has a NUL character")


def is_encodable(text: str) -> bool:
    """Return whether a client could send a text and an answer could give it back: in UTF-8, and without NUL characters."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def find_unencodable(value: Any, at: tuple[str | int, ...] = ()) -> tuple[str | int, ...] | None:
    """The place of a text that nothing carries in a JSON value; None where there is none. A name is told by its object."""
    if isinstance(value, str):
        return None if is_encodable(value) else at
    if isinstance(value, Mapping):
        if not all(is_encodable(str(name)) for name in value):
            return at
        parts: Iterable[tuple[str | int, Any]] = ((str(name), inner) for name, inner in value.items())
    else:
        parts = enumerate(value) if isinstance(value, (list, tuple)) else ()
    return next((where for name, inner in parts if (where := find_unencodable(inner, (*at, name))) is not None), None)


class _Twice(Exception):
    """An object gives a name twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice
    return made


def _last_wins(pairs: list[tuple[str, Any]], repeated: list[str] | None) -> dict[str, Any]:
    if repeated is not None:
        seen: set[str] = set()
        repeated.extend(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return dict(pairs)


def _decoder(build: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=build, parse_constant=_no_constant, parse_float=_finite)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


_decode = _decoder(_once).decode  # made once: a decoder takes as long to make as a small body to read


def media_type(content_type: str | None) -> str:
    """The bare media type of a Content-Type header, in lower case; empty when there is none."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Return whether a media type names JSON: `application/json`, `text/json`, `application/vnd.x+json`."""
    return media.endswith(("/json", "+json"))
