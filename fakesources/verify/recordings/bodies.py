"""Bodies as they were sent, restored from the forms in which recorders store them.

A body that was sent but is missing, cut off, masked, or in a coding that cannot be decoded is unknown, not empty.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ...core.http.messages import Pairs, first_header
from ...core.http.parsing import FORM, media_type
from .decoding import MissingDecoder, TooLarge, Undecodable, codings, decode
from .entry import MIB, RecordingError, content_length, shown_value
from .fields import fields, first, unwrap
from .masked import ends_with_cut_mark, has_placeholder, is_placeholder_body

VALUES = 100_000
"""Maximum number of values in a body stored as an object: with YAML aliases a few bytes can be many values."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


@dataclass(frozen=True, slots=True)
class Stored:
    """Body as a recorder stored it: None if it was left out. `size` is the recorded number of bytes.

    `is_encoded` is True if the Content-Encoding may still apply, False if the recorder has decoded the body. `why` is
    the reason why a body was left out.
    """

    data: bytes | None
    is_encoded: bool = True
    size: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """Body as it was sent. `is_known` is False if it was not recorded; `note` is the reason, for users."""

    data: bytes = b""
    is_known: bool = True
    note: str = ""


def restore_body(place: str, side: str, stored: Stored, headers: Pairs, limit: int) -> Body:
    """Return a body as it was sent. Raises RecordingError for one that is damaged or too large.

    `side` is "request" or "response".
    """

    def unknown(reason: str = "") -> Body:
        return Body(b"", False, f"{side} body not recorded: {reason}" if reason else "")

    names, data = codings(first_header(headers, "content-encoding")), stored.data
    if not data:
        was_there = data is None or (content_length(headers) or 0) > 0 or bool(names) or (stored.size or 0) != 0
        return unknown(stored.reason) if was_there else Body()
    if stored.is_encoded:
        try:
            data = _decode_content(place, data, names, limit)
        except MissingDecoder as error:
            return unknown(str(error))
    if len(data) > limit:
        raise RecordingError(place, f"{side} body: larger than {limit // MIB} MiB; raise --max-size")
    doubt = _unknown_reason(data, headers, stored.size, bool(names))
    return unknown(doubt) if doubt else Body(data)


def _decode_content(place: str, data: bytes, names: list[str], limit: int) -> bytes:
    """Return a body without its content codings. Recorders may decode it and keep the header, or the other way round."""
    if not names and data.startswith(b"\x1f\x8b"):
        names = ["gzip"]
    if not names or is_json_body(data):
        return data
    try:
        return decode(data, names, limit)
    except TooLarge:
        raise RecordingError(place, f"a compressed body becomes larger than {limit} bytes; raise --max-size") from None
    except Undecodable as error:
        if _is_text(data):
            return data
        raise RecordingError(place, f"a body is not valid {', '.join(names)}: {error}") from None
    except MissingDecoder:
        if _is_text(data):
            return data
        raise


def _unknown_reason(data: bytes, headers: Pairs, size: int | None, was_encoded: bool) -> str:
    """Return the reason why a body is not the one that was sent; empty if there is none."""
    text = data.decode("utf-8", "replace")
    if is_placeholder_body(text):
        return "it is masked"
    broken = _json_error(text)
    if broken is None:
        return ""
    if was_encoded and _CONTROL.search(text):
        return "it was compressed, and stored as text"
    if not text.lstrip().startswith(("{", "[")):
        return ""
    sent = max(size or 0, 0 if was_encoded else content_length(headers) or 0)
    if ends_with_cut_mark(text) or (broken >= len(text.rstrip()) - 8 and sent != len(data)):
        return "it is cut off"
    return "it is masked" if has_placeholder(text) else ""


def _json_error(text: str) -> int | None:
    """Return the position of the first JSON error, or the end if a value is not complete; None if text is JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text) if error.msg.startswith("Unterminated") else error.pos
    except (ValueError, RecursionError):
        return 0
    return None


def is_json_body(data: bytes) -> bool:
    """Return True for the bytes of a JSON object or array."""
    return data.lstrip()[:1] in (b"{", b"[") and _json_error(data.decode("utf-8", "replace")) is None


def _is_text(data: bytes) -> bool:
    try:
        return not _CONTROL.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


# -- forms ---------------------------------------------------------------------------------------------------------


def from_base64(text: str) -> bytes | None:
    """Return decoded base64 of either alphabet, with or without line breaks and padding; None for other text."""
    plain = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def require_base64(place: str, value: Any) -> Stored:
    """Return the body of a base64 text. Raises RecordingError for any other value."""
    data = from_base64(value) if isinstance(value, str) else value if isinstance(value, bytes) else None
    if data is None:
        raise RecordingError(place, f"body: expected base64, got {shown_value(unwrap(value))[:20]}")
    return Stored(data)


def from_value(place: str, value: Any, headers: Pairs) -> Stored:
    """Return a body stored as text, bytes, a wrapper such as {string, encoding}, or the value passed to a client.

    Raises RecordingError for anything else.
    """
    value = unwrap(value)
    if value is None:
        return Stored(b"")
    if isinstance(value, bytes):
        return Stored(value)
    if isinstance(value, str):
        return from_text(value, may_be_encoded=bool(codings(first_header(headers, "content-encoding"))))
    if isinstance(value, dict):
        inner = fields(value)
        if (encoded := inner.get("base64_string", inner.get("base64"))) is not None:
            return require_base64(place, encoded)
        if "string" in inner or inner.keys() <= {"encoding"}:
            return from_value(place, inner.get("string"), headers)
    return Stored(serialize(place, value, headers), is_encoded=False)


def is_left_out(value: Any) -> bool:
    """Return True for null, and for a wrapper such as {string, encoding} without a body."""
    inner = fields(value)
    names = ("string", "base64_string", "base64")
    return value is None or (
        isinstance(value, dict) and inner.keys() <= {"encoding", *names} and first(inner, *names) is None
    )


def from_text(text: str, may_be_encoded: bool = False) -> Stored:
    """Return a body stored as text; compressed bytes may have been stored as one character per byte."""
    if may_be_encoded and _CONTROL.search(text) and all(character <= "\xff" for character in text):
        return Stored(text.encode("latin-1"))
    return Stored(text.encode("utf-8", "replace"), is_encoded=False)


def serialize(place: str, value: Any, headers: Pairs) -> bytes:
    """Return the body that a client sends for a value: a form for the Content-Type of one, else JSON."""
    _limit_values(place, value, [VALUES])
    if media_type(first_header(headers, "content-type")) == FORM:
        items = value.items() if isinstance(value, dict) else value
        if isinstance(items, Iterable) and not isinstance(items, (str, bytes)):
            named = [item for item in items if isinstance(item, (list, tuple)) and len(item) == 2]
            return urlencode(
                [(name, _form_value(each)) for name, many in named for each in _as_list(many)], errors="replace"
            ).encode()
    return json.dumps(value, default=_as_text).encode()


def _limit_values(place: str, value: Any, left: list[int]) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise RecordingError(place, f"a body has more than {VALUES} values")
    unwrap(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        _limit_values(place, inner, left)


def _as_list(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _form_value(value: Any) -> str:
    if isinstance(value, (dict, bool)):
        return json.dumps(value, default=_as_text)
    return "" if value is None else _as_text(value)


def _as_text(value: Any) -> str:
    return (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value).encode("utf-8", "replace").decode()
    )


def form(params: Iterable[tuple[str, str]]) -> bytes:
    """Return the body of a form. Some browsers record its parameters percent-encoded, others decoded."""
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, value in params).encode()


def _escape(text: str) -> str:
    safe = "%+" if re.fullmatch(r"(?:[\w.~*+-]|%[0-9A-Fa-f]{2})*", text, re.ASCII) and "%" in text else ""
    return quote(text, safe=safe, errors="replace")
