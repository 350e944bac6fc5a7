"""Validation errors within anyOf and oneOf: those of the branch that a value is meant to match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors of the branch that matched deepest, instead of that of the whole anyOf or oneOf.

    A branch whose members have other fixed values than those given, such as the `kind` of another one, counts last, and its
    other errors do not count.
    """
    if error.validator in ("anyOf", "oneOf") and error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        meant = [each for each in branches.values() if not any(map(_is_other_value, each))]
        nearest = max(meant or branches.values(), key=lambda errors: max(len(e.absolute_path) for e in errors))
        if not meant:
            nearest = [each for each in nearest if _is_other_value(each)] or nearest
        is_only = len(meant) == 1 and len(branches) > 1 and isinstance(error.instance, dict)
        if is_only or max(len(e.absolute_path) for e in nearest) > len(error.absolute_path):
            for inner in nearest:
                yield from leaves(inner)
            return
    yield error


def _is_other_value(error: ValidationError) -> bool:
    """Return whether a member of an object has another value than the ones its branch has for it."""
    return error.validator in ("enum", "const") and len(error.relative_path) == 1
