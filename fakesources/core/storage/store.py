"""In-memory store of rows of one type, indexed by id, in an order and in groups.

Rows are immutable and a write replaces one. Snapshots share the tables; the first write after one copies them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from ..text.arguments import hidden_for, shown, wrong
from ..text.spelling import did_you_mean


class Row(Protocol):
    """Row of a store: an immutable value with an id."""

    @property
    def id(self) -> Any:
        """Primary key of the row."""


R = TypeVar("R", bound=Row)

Entry: TypeAlias = tuple[Any, int, R]
"""Order key, insertion number, and row. Insertion numbers are unique, so sorting entries never compares rows."""

_INSERT_RATIO = 32
"""New entries are inserted one by one if there are this many times more old ones, else all are sorted."""


class NoSuchRow(KeyError):
    """No row has this id. The message names some that exist."""

    def __init__(self, id: object, rows: str = "rows", known: Iterable[object] = (), count: int = 0) -> None:
        super().__init__(id)
        self.id, self.rows, self.count = id, rows, count
        self.known = tuple(islice(known, _MAX_COMPARED))

    def __str__(self) -> str:
        if not self.count:
            return str(wrong("id", f"the id of one of the {self.rows}, of which there are none", shown(self.id)))
        some = ", ".join(map(repr, self.known[:_MAX_NAMED]))
        more = f" and {self.count - _MAX_NAMED} more" if self.count > _MAX_NAMED else ""
        hint = did_you_mean(self.id, map(str, self.known))
        return f"{wrong('id', f'one of the {self.rows} {some}{more}', shown(self.id))}{hint}"


__tracebackhide__ = hidden_for(NoSuchRow)


_MAX_NAMED = 3
"""Maximum number of existing ids in an error message."""

_MAX_COMPARED = 200
"""Maximum number of existing ids that are compared with a wrong one."""


@dataclass(slots=True)
class Tables(Generic[R]):
    """Tables of a store: entries by row id, and the ordered entries of each group, by its name and value."""

    entries: dict[Any, Entry[R]] = field(default_factory=dict)
    groups: dict[str, dict[Hashable, list[Entry[R]]]] = field(default_factory=dict)
    insertions: int = 0

    def rows(self) -> dict[Any, R]:
        """Return the rows by id."""
        return {id: row for id, (_, _, row) in self.entries.items()}

    def group(self, name: str, value: Hashable) -> list[Entry[R]]:
        """Return the list of a group's entries, created if missing. The group of all rows is `""` with None."""
        return self.groups.setdefault(name, {}).setdefault(value, [])

    def copy(self) -> Tables[R]:
        """Return a copy of the tables that shares their entries."""
        groups = {name: {value: [*entries] for value, entries in group.items()} for name, group in self.groups.items()}
        return Tables(dict(self.entries), groups, self.insertions)


class Store(Generic[R]):
    """Rows by id.

    `order` returns the sort key of a row; equal keys keep insertion order. `groups` are indexes by name, each a
    function that returns the indexed value of a row: a page of a group takes time in the size of the page only.
    """

    def __init__(
        self, order: Callable[[R], Any] = lambda _: (), groups: Mapping[str, Callable[[R], Hashable]] | None = None
    ) -> None:
        self._order = order
        self._groups: Mapping[str, Callable[[R], Hashable]] = {"": lambda _: None, **(groups or {})}
        self._tables: Tables[R] = Tables()
        self._is_shared = False
        self.name = "rows"

    def __getitem__(self, id: object) -> R:
        entries = self._tables.entries
        try:
            return entries[id][2]
        except (KeyError, TypeError):  # an unhashable value is no id
            raise NoSuchRow(id, self.name, entries, len(entries)) from None

    def __contains__(self, id: object) -> bool:
        return id in self._tables.entries

    def __len__(self) -> int:
        return len(self._tables.entries)

    def __iter__(self) -> Iterator[R]:
        """Iterate over all rows in order."""
        return iter(self.page())

    def in_insertion_order(self) -> list[R]:
        """Return all rows in insertion order, in which another store can be filled with them."""
        return [row for _, _, row in sorted(self._tables.entries.values(), key=itemgetter(1))]

    def find(self, id: object) -> R | None:
        """Return the row with an id, or None."""
        entry = self._tables.entries.get(id)
        return entry[2] if entry else None

    def put(self, row: R) -> R:
        """Insert a row, or replace the one with its id, and return it."""
        tables = self._writable()
        old = tables.entries.get(row.id)
        if old is None:
            tables.insertions += 1
            entry = (self._order(row), tables.insertions, row)
            for name, value in self._groups.items():
                _insert(tables.group(name, value(row)), entry)
        else:
            entry = (self._order(row), old[1], row)
            for name, value in self._groups.items():
                before, after = value(old[2]), value(row)
                if before == after and old[0] == entry[0]:
                    entries = tables.group(name, before)
                    entries[bisect_left(entries, old)] = entry
                else:
                    _remove(tables, name, before, old)
                    _insert(tables.group(name, after), entry)
        tables.entries[row.id] = entry
        return row

    def put_all(self, rows: Iterable[R]) -> None:
        """Insert or replace many rows, in order. New rows are merged into their groups together."""
        tables = self._writable()
        new: dict[Any, Entry[R]] = {}
        for row in rows:
            if row.id in tables.entries or row.id in new:
                self._add(tables, new)
                new = {}
                self.put(row)
            else:
                new[row.id] = (self._order(row), tables.insertions + len(new) + 1, row)
        self._add(tables, new)

    def _add(self, tables: Tables[R], new: Mapping[Any, Entry[R]]) -> None:
        """Insert entries with new ids and consecutive insertion numbers."""
        tables.insertions += len(new)
        tables.entries.update(new)
        ordered = sorted(new.values())
        for name, value in self._groups.items():
            by_value: dict[Hashable, list[Entry[R]]] = {}
            for entry in ordered:
                by_value.setdefault(value(entry[2]), []).append(entry)
            for key, entries in by_value.items():
                _merge(tables.group(name, key), entries)

    def remove(self, id: object) -> R:
        """Remove a row and return it. Raises NoSuchRow."""
        row = self[id]
        tables = self._writable()
        entry = tables.entries.pop(id)
        for name, value in self._groups.items():
            _remove(tables, name, value(row), entry)
        return row

    def count(self, group: str = "", value: Hashable = None) -> int:
        """Return the number of rows of a group, or of all rows."""
        return len(self._entries(group, value))

    def page(
        self, start: int = 0, stop: int | None = None, *, newest: bool = False, group: str = "", value: Hashable = None
    ) -> list[R]:
        """Return the rows from `start` up to `stop` in order, in reverse order if `newest` come first."""
        entries = self._entries(group, value)
        if newest:
            count = len(entries)
            stop = count if stop is None else min(stop, count)
            return [entries[count - 1 - n][2] for n in range(start, stop)]
        return [entry[2] for entry in entries[start:stop]]

    def count_below(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """Return the number of rows of a group with a smaller key."""
        return bisect_left(self._entries(group, value), key, key=itemgetter(0))

    def count_up_to(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """Return the number of rows of a group with a smaller or an equal key."""
        return bisect_right(self._entries(group, value), key, key=itemgetter(0))

    @property
    def tables(self) -> Tables[R]:
        """Tables that the rows are in now; a write after a snapshot replaces them by copies."""
        return self._tables

    def share(self) -> Tables[R]:
        """Return the tables for a snapshot. The next write copies them first."""
        self._is_shared = True
        return self._tables

    def adopt(self, tables: Tables[R]) -> None:
        """Replace all rows with the tables of a snapshot. The next write copies them first."""
        self._tables, self._is_shared = tables, True

    def _writable(self) -> Tables[R]:
        if self._is_shared:
            self._tables, self._is_shared = self._tables.copy(), False
        return self._tables

    def _entries(self, group: str, value: Hashable) -> Sequence[Entry[R]]:
        by_value = self._tables.groups.get(group)
        return by_value.get(value, ()) if by_value else ()


def _insert(entries: list[Entry[R]], entry: Entry[R]) -> None:
    """Insert an entry in order."""
    if not entries or entries[-1] < entry:  # true for nearly all new rows
        entries.append(entry)
    else:
        insort(entries, entry)


def _remove(tables: Tables[R], name: str, value: Hashable, entry: Entry[R]) -> None:
    """Remove an entry from a group, and an empty group."""
    entries = tables.group(name, value)
    del entries[bisect_left(entries, entry)]
    if not entries:
        del tables.groups[name][value]


def _merge(entries: list[Entry[R]], new: list[Entry[R]]) -> None:
    """Insert sorted entries into others."""
    if not entries or entries[-1] < new[0]:
        entries += new
    elif len(new) * _INSERT_RATIO < len(entries):
        for entry in new:
            insort(entries, entry)
    else:
        entries += new
        entries.sort()  # two sorted runs take one pass
