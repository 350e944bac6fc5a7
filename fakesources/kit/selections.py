"""Rows in their order, as handlers and tests list them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, SupportsIndex, TypeVar, overload

from ..core.storage.store import Store

R = TypeVar("R")


class Selection(Sequence[R]):
    """The rows of a store, or those that an index has under a value, in order: a sequence that equals a list of them.

    Rows are read when they are used: length and slices take no time for the other rows.
    """

    def __init__(self, store: Callable[[], Store[Any]], *, newest: bool, index: str, value: Hashable) -> None:
        self._store, self._newest, self._index, self._value = store, newest, index, value

    def __len__(self) -> int:
        return self._store().count(self._index, self._value)

    def __iter__(self) -> Iterator[R]:
        """Iterate over the rows there are now, whatever is added or removed meanwhile."""
        return iter(self._rows(0, None))

    @overload
    def __getitem__(self, at: SupportsIndex) -> R: ...
    @overload
    def __getitem__(self, at: slice) -> list[R]: ...
    def __getitem__(self, at: SupportsIndex | slice) -> R | list[R]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return self._rows(start, stop) if step == 1 else self._rows(0, None)[at]
        number = at.__index__()
        start = number + len(self) if number < 0 else number
        if not 0 <= start < len(self):
            raise IndexError(f"row: expected a number below {len(self)}, got {number}")
        return self._rows(start, start + 1)[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and not isinstance(other, str) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # its rows change

    def __repr__(self) -> str:
        return repr(list(self))

    def _rows(self, start: int, stop: int | None) -> list[R]:
        return self._store().page(start, stop, newest=self._newest, group=self._index, value=self._value)
