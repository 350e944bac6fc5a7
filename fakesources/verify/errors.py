"""Documented errors of an operation, and how to recognize one in a recorded response."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from ..core.contract.api import Api, Endpoint
from ..core.contract.errors import ApiError, ApiErrorRaised


def documented(api: Api[Any], endpoint: Endpoint | None) -> tuple[ApiError, ...]:
    """Return the errors of an operation: its own first, then those of the whole API."""
    return (*(endpoint.errors if endpoint else ()), *api.errors)


def of_status(api: Api[Any], endpoint: Endpoint | None, status: int) -> list[ApiError]:
    """Return the errors of an operation that have a status."""
    return [error for error in documented(api, endpoint) if error.status == status]


def statuses(api: Api[Any], endpoint: Endpoint) -> list[int]:
    """Return the statuses of an operation's responses and errors, sorted."""
    return sorted({*endpoint.responses, *(error.status for error in documented(api, endpoint))})


def matches_text(error: ApiError, text: Any) -> bool:
    """Return whether a text is that of an error, with any values of its fields."""
    return isinstance(text, str) and _pattern(error.text).fullmatch(text) is not None


@cache
def text_path(api: Api[Any]) -> tuple[str, ...]:
    """Return the path of the text in an API's error bodies, found by rendering a sample."""
    sample = ApiError("sample", 400, "{text}", "", "")
    path = _path_to(api.render_error(ApiErrorRaised(sample, text="\0")), "\0")
    assert path is not None
    return path


def _path_to(value: Any, mark: str) -> tuple[str, ...] | None:
    if value == mark:
        return ()
    if isinstance(value, Mapping):
        for name, inner in value.items():
            below = _path_to(inner, mark)
            if below is not None:
                return (name, *below)
    return None


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", text)), re.DOTALL)
