"""The refusals that an operation is known to answer with, and whether a recorded one is one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from ..core.contract.api import Api, Endpoint
from ..core.contract.errors import ApiError, ApiErrorRaised


def known(api: Api[Any], endpoint: Endpoint | None) -> tuple[ApiError, ...]:
    """Every problem an operation can answer with: its own first, then those of the whole API."""
    everywhere = dict.fromkeys((*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large))
    return (*(endpoint.errors if endpoint else ()), *everywhere)


def of_status(api: Api[Any], endpoint: Endpoint | None, status: int) -> list[ApiError]:
    """Those of them that have a status."""
    return [problem for problem in known(api, endpoint) if problem.status == status]


def statuses(api: Api[Any], endpoint: Endpoint) -> list[int]:
    """Every status an operation is known to answer with."""
    return sorted({*endpoint.responses, *(problem.status for problem in known(api, endpoint))})


def is_worded_as(problem: ApiError, text: Any) -> bool:
    """Return whether a sentence is a problem's, whatever stands in its fields."""
    return isinstance(text, str) and _pattern(problem.text).fullmatch(text) is not None


@cache
def place_of_text(api: Api[Any]) -> tuple[str, ...]:
    """Where an API puts the sentence of a refusal, found by looking at one."""
    probe = ApiError("probe", 400, "{text}", "", "")
    path = _path_to(api.render_error(ApiErrorRaised(probe, text="\0")), "\0")
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
