"""Immutable JSON values for rows, and their conversion to plain dicts and lists.

A frozen value consists of FrozenDict, tuple and scalars. It equals the plain value it was made from, except that arrays
are tuples.
"""

from __future__ import annotations

from typing import Any, NoReturn


class FrozenDict(dict[str, Any]):
    """Immutable dict: rows are replaced, never edited."""

    __slots__ = ()

    def _reject(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("rows are values: use .change(id, ...), which replaces the row")

    __setitem__ = __delitem__ = update = setdefault = pop = popitem = clear = __ior__ = _reject

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> FrozenDict:
        return self

    def __deepcopy__(self, memo: Any) -> FrozenDict:
        return self

    def __reduce__(self) -> Any:
        return FrozenDict, (dict(self),)


def freeze(value: Any) -> Any:
    """Return an immutable copy of a JSON value."""
    if isinstance(value, FrozenDict):
        return value
    if isinstance(value, dict):
        return FrozenDict({str(key): freeze(inner) for key, inner in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(inner) for inner in value)
    return value


def plain(value: Any) -> Any:
    """Return a JSON value as new dicts and lists, which the caller may change."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value
