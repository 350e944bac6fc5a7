"""Parsing of query strings, forms and JSON bodies into plain values.

Every parser raises Unreadable, and nothing else, for any bytes it cannot parse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from ..text.arguments import is_encodable

MAX_DEPTH = 64
"""Maximum depth of JSON. Documented values have at most 6 levels, and parsers have limits of their own."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
"""Media types of forms and of JSON."""


class Unreadable(ValueError):
    """Query or body that cannot be parsed. The text is the reason, and quotes nothing that may be a secret."""


def text_of(body: bytes) -> str:
    """Return a body decoded from UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8: byte 0x{body[error.start]:02x} at offset {error.start}") from None


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Return the names and values of a query string or a form, in order, with repeated names.

    Raises Unreadable for percent-encoded bytes that are not UTF-8 and for NUL characters.
    """
    if not text:
        return []
    pairs = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_decode_component(name), _decode_component(value)))
    return pairs


def _decode_component(text: str) -> str:
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
    """Return a JSON text as plain values. The last of repeated names in an object wins; `repeated` collects them.

    Raises Unreadable for invalid JSON (NaN and infinities included), for more than MAX_DEPTH levels, for NUL characters
    and for unpaired surrogates, which a response in UTF-8 could not contain.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(text):
        raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep")
    try:
        try:
            value = _decode(text)
        except _RepeatedName:
            value = _decoder(lambda pairs: _last_wins(pairs, repeated)).decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise Unreadable(f"is not JSON: {reason} at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        reason = str(error).partition(";")[0]  # CPython adds advice after a semicolon
        raise Unreadable(f"is not JSON: {reason}") from None
    if "\\u" in text or not text.isascii():
        _check_encodable(value)
    return value


def _is_too_deep(text: str) -> bool:
    """Return whether the brackets outside strings are nested more than MAX_DEPTH levels deep."""
    depth = 0
    for found in _BRACKET.finditer(text):
        bracket = found[0]
        if bracket in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif bracket in ("]", "}"):
            depth -= 1
    return False


_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)
"""A bracket, or a string. A string may lack its end: each quote in it would otherwise be tried as a beginning."""


def _check_encodable(value: Any) -> None:
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("has an unpaired surrogate, which is no character") from None
    if _ENCODED_NUL.search(text):
        raise Unreadable("has a NUL character")


_ENCODED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The escape sequence of a NUL character in JSON text; after an escaped backslash the same letters are plain text."""


def find_unencodable(value: Any, path: tuple[str | int, ...] = ()) -> tuple[str | int, ...] | None:
    """Return the path of the first unencodable text in a JSON value, or None; for a name, the path of its object."""
    if isinstance(value, str):
        return None if is_encodable(value) else path
    if isinstance(value, Mapping):
        if not all(is_encodable(str(name)) for name in value):
            return path
        parts: Iterable[tuple[str | int, Any]] = ((str(name), inner) for name, inner in value.items())
    else:
        parts = enumerate(value) if isinstance(value, (list, tuple)) else ()
    paths = (find_unencodable(inner, (*path, name)) for name, inner in parts)
    return next((each for each in paths if each is not None), None)


class _RepeatedName(Exception):
    """Raised for an object with a repeated name."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedName
    return members


def _last_wins(pairs: list[tuple[str, Any]], repeated: list[str] | None) -> dict[str, Any]:
    if repeated is not None:
        seen: set[str] = set()
        repeated.extend(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return dict(pairs)


def _decoder(build: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=build, parse_constant=_reject_constant, parse_float=_finite)


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


_decode = _decoder(_unique).decode  # a decoder takes as long to create as a small body to parse


def media_type(content_type: str | None) -> str:
    """Return the media type of a Content-Type header in lower case, without parameters; empty for no header."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Return whether a media type is JSON: `application/json`, `text/json`, `application/vnd.x+json`."""
    return media.endswith(("/json", "+json"))
