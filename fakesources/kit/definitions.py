"""Errors of definitions: mistakes in a user's own API, found when it is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..core.contract.errors import DefinitionError


def error_at(place: str, message: str) -> DefinitionError:
    """Return the error of a mistake at a place, `file:line`."""
    return DefinitionError(f"{place}: {message}")


def place_of(function: Callable[..., Any]) -> str:
    """Return the file and the line where a function is defined."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else calling_place()


def calling_place() -> str:
    """Return the file and the line outside the kit that led to this call."""
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith("fakesources."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


__all__ = ["DefinitionError", "calling_place", "error_at", "place_of"]
