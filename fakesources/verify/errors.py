"""Documented errors of an operation, and how to recognize one in a recorded response."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..core.contract.api import Api, Endpoint
from ..core.contract.errors import ApiError, field_names, open_fields
from .recordings.masked import is_placeholder

JsonPath = tuple[str | int, ...]


def of_status(api: Api[Any], endpoint: Endpoint | None, status: int) -> list[ApiError]:
    """Return the errors of an operation that have a status."""
    return [error for error in api.errors_of(endpoint) if error.status == status]


def statuses(api: Api[Any], endpoint: Endpoint) -> list[int]:
    """Return the statuses of an operation's responses and errors, sorted."""
    return sorted({*endpoint.responses, *(error.status for error in api.errors_of(endpoint))})


def differences(api: Api[Any], error: ApiError, body: Any) -> list[tuple[JsonPath, Any, Any]]:
    """Return path, expected and actual value of each difference of a body from an error's, whatever its fields are."""
    return list(_differences(api.render_error(open_fields(error)), body, tuple(field_names(error)), ()))


def _differences(
    expected: Any, actual: Any, fields: tuple[str, ...], path: JsonPath
) -> Iterator[tuple[JsonPath, Any, Any]]:
    if is_placeholder(actual):
        return
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, inner in expected.items():
            yield from _differences(inner, actual.get(name), fields, (*path, name))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, (inner, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _differences(inner, other, fields, (*path, number))
    elif isinstance(expected, str) and isinstance(actual, str):
        if _pattern(expected, fields).fullmatch(actual) is None:
            yield path, expected, actual
    elif expected != actual:
        yield path, expected, actual


@lru_cache(maxsize=512)
def _pattern(text: str, fields: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a text with fields, `{name}`, in the place of any values."""
    parts = re.split("|".join(rf"\{{{re.escape(name)}\}}" for name in fields), text) if fields else [text]
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
