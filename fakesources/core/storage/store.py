"""Rows of one kind, kept in memory, in an order and in groups that cost nothing to read.

Knows ids and rows; knows no HTTP, no JSON and no vendor. Rows are frozen values: a write replaces a row, so a
snapshot lends the tables as they are and the first write after it copies them once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from ..text.arguments import shown, wrong
from ..text.spelling import did_you_mean


class Row(Protocol):
    """What a store keeps: a frozen value with an id, which never changes once it was made."""

    @property
    def id(self) -> Any:
        """What it is found by."""


R = TypeVar("R", bound=Row)

Entry: TypeAlias = tuple[Any, int, R]
"""Its order key, the turn in which it was first put, and the row. No two have the same turn, so entries are sorted
without a look at their rows.
"""


_FEW = 32
"""Where fewer than one entry in so many is new, each is put in its place for itself; otherwise all are sorted."""


class NoSuchRow(KeyError):
    """No row has this id; the text says which there are."""

    def __init__(self, id: object, rows: str = "rows", known: Iterable[object] = (), count: int = 0) -> None:
        super().__init__(id)
        self.id, self.rows, self.count = id, rows, count
        self.known = tuple(islice(known, _COMPARED))

    def __str__(self) -> str:
        if not self.count:
            return str(wrong("id", f"the id of one of the {self.rows}, of which there are none", shown(self.id)))
        some = ", ".join(map(repr, self.known[:_NAMED]))
        more = f" and {self.count - _NAMED} more" if self.count > _NAMED else ""
        hint = did_you_mean(self.id, map(str, self.known)) if isinstance(self.id, str) else ""
        return f"{wrong('id', f'one of the {self.rows} {some}{more}', shown(self.id))}{hint}"


_NAMED = 3
"""Ids that are named to somebody who asked for another one."""

_COMPARED = 200
"""Ids among which the nearest is looked for."""


@dataclass(slots=True)
class Tables(Generic[R]):
    """A store's tables, as a snapshot lends them: the entries by the ids of their rows, and those of each group in
    order, by the group's name and value.
    """

    entries: dict[Any, Entry[R]] = field(default_factory=dict)
    groups: dict[str, dict[Hashable, list[Entry[R]]]] = field(default_factory=dict)
    turns: int = 0

    def rows(self) -> dict[Any, R]:
        """The rows by their ids."""
        return {id: row for id, (_, _, row) in self.entries.items()}

    def group(self, name: str, value: Hashable) -> list[Entry[R]]:
        """A group's entries, to be changed; that of all rows has no name and no value."""
        return self.groups.setdefault(name, {}).setdefault(value, [])

    def copy(self) -> Tables[R]:
        """The same tables, free to change; the entries are shared."""
        groups = {name: {value: [*entries] for value, entries in group.items()} for name, group in self.groups.items()}
        return Tables(dict(self.entries), groups, self.turns)


class Store(Generic[R]):
    """Rows by id. `order` gives the key a row is sorted by (equal keys: as they were made); each of `groups`
    gives the value a row is found by, so that a page of a group and its count cost nothing more than the page.
    """

    def __init__(
        self, order: Callable[[R], Any] = lambda _: (), groups: Mapping[str, Callable[[R], Hashable]] | None = None
    ) -> None:
        self._order = order
        self._groups: Mapping[str, Callable[[R], Hashable]] = {"": lambda _: None, **(groups or {})}
        self._tables: Tables[R] = Tables()
        self._lent = False
        self.name = "rows"

    def __getitem__(self, id: object) -> R:
        entries = self._tables.entries
        try:
            return entries[id][2]
        except (KeyError, TypeError):  # of what cannot be hashed there is none either
            raise NoSuchRow(id, self.name, entries, len(entries)) from None

    def __contains__(self, id: object) -> bool:
        return id in self._tables.entries

    def __len__(self) -> int:
        return len(self._tables.entries)

    def __iter__(self) -> Iterator[R]:
        """Every row in order."""
        return iter(self.page())

    def as_made(self) -> list[R]:
        """Every row in the order they were first put, from which a store can be filled anew."""
        return [row for _, _, row in sorted(self._tables.entries.values(), key=itemgetter(1))]

    def find(self, id: object) -> R | None:
        """The row with this id, or None."""
        entry = self._tables.entries.get(id)
        return entry[2] if entry else None

    def put(self, row: R) -> R:
        """Keep a row, in place of any with the same id, and give it back."""
        tables = self._writable()
        old = tables.entries.get(row.id)
        if old is None:
            tables.turns += 1
            entry = (self._order(row), tables.turns, row)
            for name, value in self._groups.items():
                _enter(tables.group(name, value(row)), entry)
        else:
            entry = (self._order(row), old[1], row)
            for name, value in self._groups.items():
                left, entered = value(old[2]), value(row)
                if left == entered and old[0] == entry[0]:
                    entries = tables.group(name, left)
                    entries[bisect_left(entries, old)] = entry  # it stands where it stood
                else:
                    _leave(tables, name, left, old)
                    _enter(tables.group(name, entered), entry)
        tables.entries[row.id] = entry
        return row

    def put_all(self, rows: Iterable[R]) -> None:
        """Keep many rows, as if each were put in its turn; new ones are sorted into their groups all at once."""
        tables = self._writable()
        new: dict[Any, Entry[R]] = {}
        for row in rows:
            if row.id in tables.entries or row.id in new:
                self._add(tables, new)
                new = {}
                self.put(row)
            else:
                new[row.id] = (self._order(row), tables.turns + len(new) + 1, row)
        self._add(tables, new)

    def _add(self, tables: Tables[R], new: Mapping[Any, Entry[R]]) -> None:
        """Put entries whose ids are new to the tables, in the turns that come next."""
        tables.turns += len(new)
        tables.entries.update(new)
        ordered = sorted(new.values())
        for name, value in self._groups.items():
            joining: dict[Hashable, list[Entry[R]]] = {}
            for entry in ordered:
                joining.setdefault(value(entry[2]), []).append(entry)
            for key, entries in joining.items():
                _merge(tables.group(name, key), entries)

    def remove(self, id: object) -> R:
        """Take a row out and give it back; raises NoSuchRow."""
        row = self[id]
        tables = self._writable()
        entry = tables.entries.pop(id)
        for name, value in self._groups.items():
            _leave(tables, name, value(row), entry)
        return row

    def count(self, group: str = "", value: Hashable = None) -> int:
        """How many rows a group has; all of them without one."""
        return len(self._entries(group, value))

    def page(
        self, start: int = 0, stop: int | None = None, *, newest: bool = False, group: str = "", value: Hashable = None
    ) -> list[R]:
        """The rows from `start` up to `stop` in order, or in reverse order when `newest` come first."""
        entries = self._entries(group, value)
        if newest:
            count = len(entries)
            stop = count if stop is None else min(stop, count)
            return [entries[count - 1 - n][2] for n in range(start, stop)]
        return [entry[2] for entry in entries[start:stop]]

    def below(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """How many rows of a group are ordered before a key."""
        return bisect_left(self._entries(group, value), key, key=itemgetter(0))

    def up_to(self, key: Any, *, group: str = "", value: Hashable = None) -> int:
        """How many rows of a group are ordered before a key or at it."""
        return bisect_right(self._entries(group, value), key, key=itemgetter(0))

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

    def _entries(self, group: str, value: Hashable) -> Sequence[Entry[R]]:
        found = self._tables.groups.get(group)
        return found.get(value, ()) if found else ()


def _enter(entries: list[Entry[R]], entry: Entry[R]) -> None:
    """Have one more entry among others."""
    if not entries or entries[-1] < entry:  # as a new row does, nearly always
        entries.append(entry)
    else:
        insort(entries, entry)


def _leave(tables: Tables[R], name: str, value: Hashable, entry: Entry[R]) -> None:
    """Have an entry no longer in a group, nor the group once nobody is in it."""
    entries = tables.group(name, value)
    del entries[bisect_left(entries, entry)]
    if not entries:
        del tables.groups[name][value]


def _merge(entries: list[Entry[R]], joining: list[Entry[R]]) -> None:
    """Have some entries among others; both are in order."""
    if not entries or entries[-1] < joining[0]:
        entries += joining
    elif len(joining) * _FEW < len(entries):
        for entry in joining:
            insort(entries, entry)
    else:
        entries += joining
        entries.sort()  # two runs in order, which cost one pass
