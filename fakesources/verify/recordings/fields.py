"""Access to the fields of an entry by normalized names.

Go writes `Request`, Ruby's symbols are `:request`, HAR has `startedDateTime`: names are compared in lower case and
without a leading colon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.http.messages import Pairs
from .entry import RecordingError, shown_value


class RejectedValue:
    """Placeholder for a value that was rejected while its file was read, such as a YAML tag that would run code."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason


def fields(holder: Any) -> dict[str, Any]:
    """Return the members of an object by normalized name; empty for any other value."""
    if not isinstance(holder, dict):
        return {}
    return {key.lstrip(":").lower(): value for key, value in holder.items() if isinstance(key, str)}


def first(holder: Mapping[str, Any], *names: str) -> Any:
    """Return the value of the first of several names that is not None; None if there is none."""
    return next((value for name in names if (value := holder.get(name)) is not None), None)


def text_of(value: Any) -> str:
    """Return a text, or that of bytes: Ruby has stored any text as `!binary`. Empty for any other value."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def method_of(request: Mapping[str, Any]) -> str:
    """Return the method of a request as recorded, without the colon of Ruby's symbols; empty if there is none."""
    return text_of(request.get("method")).strip().lstrip(":")


def unwrap(value: Any) -> Any:
    """Return a value. Raises RecordingError, with the line, if it was rejected while reading."""
    if isinstance(value, RejectedValue):
        raise RecordingError(value.place, value.reason)
    return value


def parse_message(place: str, holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the members of a request or response by normalized name. Raises RecordingError for other values."""
    inner = unwrap(holder.get(name))
    if not isinstance(inner, dict):
        raise RecordingError(place, f"{name}: expected an object, got {shown_value(inner)}")
    return fields(inner)


def parse_headers(place: str, headers: Any) -> Pairs:
    """Return headers from a mapping of names to values, or a list of pairs, of {name, value} or of lines.

    The value of a header is empty if it was not recorded. The pseudo headers of HTTP/2 (`:authority`) are left out. Raises
    RecordingError for anything else.
    """
    found: list[tuple[str, str]] = []
    headers = unwrap(headers)
    if isinstance(headers, dict):
        for name, values in headers.items():
            found += [(_text(place, name), _text(place, value)) for value in _as_list(values)]
    elif isinstance(headers, list):
        found = [pair for each in headers for pair in _header_pairs(place, each)]
    elif headers not in (None, ""):
        raise RecordingError(place, f"headers: expected a list or an object, got {shown_value(headers)}")
    return tuple((name, value) for name, value in found if name and not name.startswith(":"))


def _header_pairs(place: str, each: Any) -> list[tuple[str, str]]:
    if isinstance(each, dict) and (names := fields(each)).get("name") is not None:
        return [(_text(place, names["name"]), _text(place, value)) for value in _as_list(names.get("value"))]
    if isinstance(each, (list, tuple)) and len(each) == 2:
        return [(_text(place, each[0]), _text(place, value)) for value in _as_list(each[1])]
    if isinstance(each, str) and ":" in each[1:]:
        name, _, value = each.partition(":")
        return [(name.strip(), value.strip())]
    raise RecordingError(place, f"header: expected a name and a value, got {shown_value(each)}")


def _as_list(values: Any) -> list[Any]:
    """Return the values that are not null; an empty text if there is none."""
    known = [value for value in (values if isinstance(values, (list, tuple)) else [values]) if value is not None]
    return known or [""]


def _text(place: str, value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (str, int, float)):
        return str(value) if not isinstance(value, bool) else str(value).lower()
    raise RecordingError(place, f"header: expected text, got {shown_value(unwrap(value))}")


def parse_status(place: str, response: Mapping[str, Any]) -> int:
    """Return the status of a response: a number, text such as `200 OK` or `HTTP/1.1 200 OK`, or an object with its code.

    Raises RecordingError for anything else.
    """
    found = code = raw_status(response)
    if isinstance(found, str):
        words = found.split()
        code = next(iter(words[found.upper().startswith("HTTP/") :]), "")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3:
        code = int(code)
    if isinstance(code, float) and code.is_integer():
        code = int(code)
    if not isinstance(code, int) or not 100 <= code <= 599:
        raise RecordingError(
            place, f"response status: expected a number from 100 to 599, got {shown_value(unwrap(found))}"
        )
    return code


def raw_status(response: Mapping[str, Any]) -> Any:
    """Return the status of a response as recorded; None if there is none."""
    found = first(response, "code", "status", "status_code", "statuscode")
    found = first(fields(found), "code", "status_code") if isinstance(found, dict) else found
    return text_of(found) if isinstance(found, bytes) else found
