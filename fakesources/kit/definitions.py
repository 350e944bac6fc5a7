"""Errors of definitions: mistakes in a user's own API, found when it is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.contract.errors import DefinitionError
from ..core.reporting.callers import here


def error_at(place: str, message: str) -> DefinitionError:
    """Return the error of a mistake at a place, `file:line`."""
    return DefinitionError(f"{place}: {message}")


def place_of(function: Callable[..., Any]) -> str:
    """Return the file and the line where a function is defined."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else here()
