"""Rows of one kind, kept in memory, in an order and in groups that cost nothing to read.

Knows ids and rows; knows no HTTP, no JSON and no vendor. Rows are frozen values: a write replaces a row, so a
snapshot lends the tables as they are and the first write after it copies them once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar


class Row(Protocol):
    """What a store keeps: a frozen value with an id, which never changes once it was made."""

    @property
    def id(self) -> Any:
        """What it is found by."""


R = TypeVar("R", bound=Row)

Place = tuple[Any, int]
"""Where a row stands among its like: its order key, then the turn in which it was first put."""


class NoSuchRow(KeyError):
    """No row has this id."""


@dataclass(slots=True)
class Tables(Generic[R]):
    """A store's tables, as a snapshot lends them: the rows, their places, and the ids of each group in order."""

    rows: dict[Any, R] = field(default_factory=dict)
    places: dict[Any, Place] = field(default_factory=dict)
    groups: dict[tuple[str, Hashable], list[tuple[Place, Any]]] = field(default_factory=dict)
    turns: int = 0

    def copy(self) -> Tables[R]:
        """The same tables, free to change; the rows are shared."""
        groups = {group: list(entries) for group, entries in self.groups.items()}
        return Tables(dict(self.rows), dict(self.places), groups, self.turns)


def everyone(row: Any) -> None:
    """The group of all rows, which has no name and no value."""
    del row


class Store(Generic[R]):
    """Rows by id. `order` gives the key a row is sorted by (equal keys: as they were made); each of `groups`
    gives the value a row is found by, so that a page of a group and its count cost nothing more than the page.
    """

    def __init__(
        self, order: Callable[[R], Any] = lambda _: (), groups: Mapping[str, Callable[[R], Hashable]] | None = None
    ) -> None:
        self._order = order
        self._groups: list[tuple[str, Callable[[R], Hashable]]] = [("", everyone), *(groups or {}).items()]
        self._tables: Tables[R] = Tables()
        self._lent = False

    def __getitem__(self, id: object) -> R:
        try:
            return self._tables.rows[id]
        except KeyError:
            raise NoSuchRow(id) from None

    def __contains__(self, id: object) -> bool:
        return id in self._tables.rows

    def __len__(self) -> int:
        return len(self._tables.rows)

    def __iter__(self) -> Iterator[R]:
        """Every row in order."""
        return iter(self.page())

    def as_made(self) -> list[R]:
        """Every row in the order they were first put, from which a store can be filled anew."""
        tables = self._tables
        turns = sorted((place[1], id) for id, place in tables.places.items())
        return [tables.rows[id] for _, id in turns]

    def find(self, id: object) -> R | None:
        """The row with this id, or None."""
        return self._tables.rows.get(id)

    def put(self, row: R) -> R:
        """Keep a row, in place of any with the same id, and give it back."""
        tables = self._writable()
        old = tables.rows.get(row.id)
        if old is None:
            tables.turns += 1
        place = (self._order(row), tables.turns if old is None else tables.places[row.id][1])
        groups = self._of(row)
        if old is not None:
            if place == tables.places[row.id] and groups == self._of(old):
                tables.rows[row.id] = row  # it stands where it stood
                return row
            self._leave(tables, old)
        tables.rows[row.id], tables.places[row.id] = row, place
        entry = (place, row.id)
        for group in groups:
            entries = tables.groups.setdefault(group, [])
            if not entries or entries[-1] < entry:  # as a new row does, nearly always
                entries.append(entry)
            else:
                insort(entries, entry)
        return row

    def put_all(self, rows: Iterable[R]) -> None:
        """Keep many rows, as if each were put in its turn; new ones are sorted into their groups all at once."""
        tables = self._writable()
        new: dict[Any, R] = {}
        for row in rows:
            if row.id in tables.rows or row.id in new:
                self._enter(tables, new)
                new = {}
                self.put(row)
            else:
                new[row.id] = row
        self._enter(tables, new)

    def _enter(self, tables: Tables[R], new: Mapping[Any, R]) -> None:
        """Put rows whose ids are new to the tables."""
        places = {id: (self._order(row), turn) for turn, (id, row) in enumerate(new.items(), tables.turns + 1)}
        tables.turns += len(new)
        tables.rows.update(new)
        tables.places.update(places)
        ordered = sorted((place, id) for id, place in places.items())
        rows = [new[id] for _, id in ordered]
        for name, value in self._groups:
            joining: dict[Hashable, list[tuple[Place, Any]]] = {}
            for entry, row in zip(ordered, rows, strict=True):
                joining.setdefault(value(row), []).append(entry)
            for key, entries in joining.items():
                _merge(tables.groups.setdefault((name, key), []), entries)

    def remove(self, id: object) -> R:
        """Take a row out and give it back; raises NoSuchRow."""
        row = self[id]
        tables = self._writable()
        self._leave(tables, row)
        del tables.rows[row.id], tables.places[row.id]
        return row

    def count(self, group: str = "", value: Hashable = None) -> int:
        """How many rows a group has; all of them without one."""
        return len(self._tables.groups.get((group, value), ()))

    def page(
        self, start: int = 0, stop: int | None = None, *, newest: bool = False, group: str = "", value: Hashable = None
    ) -> list[R]:
        """The rows from `start` up to `stop` in order, or in reverse order when `newest` come first."""
        rows, entries = self._tables.rows, self._tables.groups.get((group, value), [])
        if newest:
            count = len(entries)
            stop = count if stop is None else min(stop, count)
            return [rows[entries[count - 1 - n][1]] for n in range(start, stop)]
        return [rows[id] for _, id in entries[start:stop]]

    def below(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """How many rows of a group are ordered before a key."""
        return bisect_left(self._tables.groups.get((group, value), []), ((key,),))

    def up_to(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """How many rows of a group are ordered before a key or at it."""
        return bisect_right(self._tables.groups.get((group, value), []), key, key=lambda entry: entry[0][0])

    def lend(self) -> Tables[R]:
        """The tables as they are, for a snapshot: the next write copies them and leaves these alone."""
        self._lent = True
        return self._tables

    def borrow(self, tables: Tables[R]) -> None:
        """Go on from a snapshot's tables, which are not changed."""
        self._tables, self._lent = tables, True

    def _writable(self) -> Tables[R]:
        if self._lent:
            self._tables, self._lent = self._tables.copy(), False
        return self._tables

    def _of(self, row: R) -> list[tuple[str, Hashable]]:
        """The groups a row is in; that of all rows is the first."""
        return [(name, value(row)) for name, value in self._groups]

    def _leave(self, tables: Tables[R], row: R) -> None:
        entry = (tables.places[row.id], row.id)
        for group in self._of(row):
            entries = tables.groups[group]
            del entries[bisect_left(entries, entry)]
            if not entries:
                del tables.groups[group]


def _merge(entries: list[tuple[Place, Any]], joining: list[tuple[Place, Any]]) -> None:
    """Have some entries among others; both are in order."""
    if not entries or entries[-1] < joining[0]:
        entries += joining
    elif len(joining) * _FEW < len(entries):
        for entry in joining:
            insort(entries, entry)
    else:
        entries += joining
        entries.sort()  # two runs in order, which cost one pass


_FEW = 32
"""One entry in so many is found its place for itself, sooner than all of them are gone through."""
