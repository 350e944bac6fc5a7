"""Bodies as they were sent, out of the forms that recorders keep them in.

What is not recorded says nothing: a body that is missing where there was one, cut off, masked, or compressed in a way
that nothing here can undo is unknown, not empty.
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

from ...core.http.messages import Pairs
from ...core.http.parsing import media_type
from .decoding import MissingDecoder, TooLarge, Undecodable, codings, decode
from .entry import MIB, RecordingError, brief, header, length
from .fields import accepted, fields
from .masked import has_placeholder, is_placeholder_body

VALUES = 100_000
"""Upper bound for the values in a body that was kept as an object; aliases in YAML can make few bytes many values."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


@dataclass(frozen=True, slots=True)
class Stored:
    """A body as a recorder kept it: None if it did not. `size` is the number of bytes that it says there were.

    `is_encoded` is True if the Content-Encoding may still be on it, False if the recorder has certainly undone it.
    """

    data: bytes | None
    is_encoded: bool = True
    size: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it was sent. `is_known` is False if the recording does not have it; `note` says why, for users."""

    data: bytes = b""
    is_known: bool = True
    note: str = ""


def finish(place: str, side: str, stored: Stored, headers: Pairs, limit: int) -> Body:
    """Return a body as it was sent. `side` is "request" or "response". Raises Unusable for a damaged or too large one."""

    def unknown(why: str = "") -> Body:
        return Body(b"", False, f"{side} body not recorded: {why}" if why else "")

    names, data = codings(header(headers, "content-encoding")), stored.data
    if not data:
        was_there = data is None or (length(headers) or 0) > 0 or bool(names) or (stored.size or 0) != 0
        return unknown(stored.why) if was_there else Body()
    if stored.is_encoded:
        try:
            data = _decoded(place, data, names, limit)
        except MissingDecoder as why:
            return unknown(str(why))
    if len(data) > limit:
        raise RecordingError(place, f"{side} body: larger than {limit // MIB} MiB; raise --max-size")
    doubt = _doubt(data, headers, stored.size, bool(names))
    return unknown(doubt) if doubt else Body(data)


def _decoded(place: str, data: bytes, names: list[str], limit: int) -> bytes:
    """A body without its codings. A recorder may have undone them and kept the header, or the other way round."""
    if not names and data.startswith(b"\x1f\x8b"):
        names = ["gzip"]
    if not names or is_json_body(data):
        return data
    try:
        return decode(data, names, limit)
    except TooLarge:
        raise RecordingError(place, f"a compressed body becomes larger than {limit} bytes; raise --max-size") from None
    except Undecodable as why:
        if _is_text(data):
            return data
        raise RecordingError(place, f"a body is not valid {', '.join(names)}: {why}") from None
    except MissingDecoder:
        if _is_text(data):
            return data
        raise


def _doubt(data: bytes, headers: Pairs, size: int | None, was_encoded: bool) -> str:
    """Why a body is not the one that was sent; empty if nothing says so."""
    text = data.decode("utf-8", "replace")
    if is_placeholder_body(text):
        return "it is masked"
    broken = _json_error(text)
    if broken is None:
        return ""
    if was_encoded and _CONTROL.search(text):
        return "it was compressed, and kept as text"
    if not text.lstrip().startswith(("{", "[")):
        return ""
    sent = max(size or 0, 0 if was_encoded else length(headers) or 0)
    if broken >= len(text.rstrip()) - 8 and sent != len(data):
        return "it is cut off"
    return "it is masked" if has_placeholder(text) else ""


def _json_error(text: str) -> int | None:
    """Return the place where text stops being JSON: at its end, if a value in it is not complete; None if it is JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text) if error.msg.startswith("Unterminated") else error.pos
    except (ValueError, RecursionError):
        return 0
    return None


def is_json_body(data: bytes) -> bool:
    """Return True for a JSON object or array."""
    return data.lstrip()[:1] in (b"{", b"[") and _json_error(data.decode("utf-8", "replace")) is None


def _is_text(data: bytes) -> bool:
    try:
        return not _CONTROL.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


# -- forms ---------------------------------------------------------------------------------------------------------


def from_base64(text: str) -> bytes | None:
    """Return the bytes of base64 of either alphabet, line breaks and missing padding allowed; None for other text."""
    plain = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def strict_base64(place: str, value: Any) -> Stored:
    """Return a body that has to be base64. Raises Unusable."""
    data = from_base64(value) if isinstance(value, str) else value if isinstance(value, bytes) else None
    if data is None:
        raise RecordingError(place, f"body: expected base64, got {brief(accepted(value))[:20]}")
    return Stored(data)


def from_value(place: str, value: Any, headers: Pairs) -> Stored:
    """Return a body that was kept as text, bytes, a wrapper such as {string, encoding}, or as the value that a client
    library was given to send. Raises Unusable for anything else.
    """
    value = accepted(value)
    if value is None:
        return Stored(b"")
    if isinstance(value, bytes):
        return Stored(value)
    if isinstance(value, str):
        return from_text(value, may_be_encoded=bool(codings(header(headers, "content-encoding"))))
    if isinstance(value, dict):
        inner = fields(value)
        if (encoded := inner.get("base64_string", inner.get("base64"))) is not None:
            return strict_base64(place, encoded)
        if "string" in inner or inner.keys() <= {"encoding"}:
            return from_value(place, inner.get("string"), headers)
    return Stored(serialized(place, value, headers), is_encoded=False)


def from_text(text: str, may_be_encoded: bool = False) -> Stored:
    """Return a body that was kept as text; compressed bytes may have been kept as text of one byte per character."""
    if may_be_encoded and _CONTROL.search(text) and all(character <= "\xff" for character in text):
        return Stored(text.encode("latin-1"))
    return Stored(text.encode("utf-8", "replace"), is_encoded=False)


def serialized(place: str, value: Any, headers: Pairs) -> bytes:
    """Return a value as the body that a client would send: a form if the Content-Type says so, else JSON."""
    _count(place, value, [VALUES])
    if media_type(header(headers, "content-type")) == "application/x-www-form-urlencoded":
        items = value.items() if isinstance(value, dict) else value
        if isinstance(items, Iterable) and not isinstance(items, (str, bytes)):
            named = [item for item in items if isinstance(item, (list, tuple)) and len(item) == 2]
            return urlencode(
                [(name, _sent(each)) for name, many in named for each in _listed(many)], errors="replace"
            ).encode()
    return json.dumps(value, default=_as_text).encode()


def _count(place: str, value: Any, left: list[int]) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise RecordingError(place, f"a body has more than {VALUES} values")
    accepted(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        _count(place, inner, left)


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _sent(value: Any) -> str:
    if isinstance(value, (dict, bool)):
        return json.dumps(value, default=_as_text)
    return "" if value is None else _as_text(value)


def _as_text(value: Any) -> str:
    return (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value).encode("utf-8", "replace").decode()
    )


def form(params: Iterable[tuple[str, str]]) -> bytes:
    """Return a form from its parameters, whose percent-encoding some browsers undo and others keep."""
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in params).encode()


def _escaped(text: str) -> str:
    kept = "%+" if re.fullmatch(r"(?:[\w.~*+-]|%[0-9A-Fa-f]{2})*", text, re.ASCII) and "%" in text else ""
    return quote(text, safe=kept, errors="replace")
