"""Handles for tests: an account of an API, and its rows as mappings from id to row, to read and to change.

Each API derives its own from AccountHandle and Collection, and defines the parameters of `add` and `change`. Every
access goes through the fake's lock, and to the fake's current state, also after a reset or a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Names
from dataclasses import replace
from threading import RLock
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from ..contract.call import Service
from ..http.masking import MASK
from ..storage.accounts import HOME, Account
from ..storage.store import Row, Store
from ..text.arguments import ENCODABLE, Kind, check, check_names, is_encodable, optional
from ..text.display import ROWS, Table
from .row_fields import Keywords, keywords_of, without
from .typed_values import validated_row

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

A = TypeVar("A", bound=Account)
R = TypeVar("R", bound=Row)


ACCOUNT = Kind(
    f"{ENCODABLE}, the name of an account", lambda name: isinstance(name, str) and is_encodable(name), is_open=False
)


class AccountHandle(Table, Generic[A]):
    """A test's view of one account of one API; without a name, of the home account.

    Raises ValueError for a name that no account can have.
    """

    def __init__(self, service: Service, lock: RLock, name: str | None = None) -> None:
        check(name=(name, optional(ACCOUNT)))
        self._service = service
        self._lock = lock
        self._name = name

    @property
    def _rows(self) -> Sequence[Collection[A, Any]]:
        return ()

    @property
    def _is_used(self) -> bool:
        accounts = self._service.accounts
        return self._name is None or self._name in map(accounts.name_of, accounts)

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        service = self._service
        name = MASK if self._name is not None and service.has_secret_names else self._name or HOME
        counts = ", ".join(f"{len(rows)} {rows._name}" for rows in self._rows) if self._is_used else "not used yet"
        return f"{type(self).__name__} {service.edition.name}, account {name}: {counts}", ("rows", "count"), (), 0

    def _repr_html_(self) -> str:
        title = super()._repr_html_()
        return title + "".join(rows._repr_html_() for rows in self._rows) if self._is_used else title

    @property
    def _account(self) -> A:
        accounts = self._service.accounts
        return cast(A, accounts.home if self._name is None else accounts.named(self._name))


class Collection(Table, Mapping[Any, R], Generic[A, R]):
    """Rows of one type of one account: a mapping from id to row, in the order they were added.

    `columns` are the fields that a table of them shows.
    """

    columns: ClassVar[Sequence[str]] = ("id",)

    def __init__(self, service: Service, lock: RLock, account: Callable[[], A], store: str) -> None:
        self._service = service
        self._lock = lock
        self._account = account
        self._name = store

    @property
    def _store(self) -> Store[R]:
        return self._account().stores[self._name]

    @property
    def _add_keywords(self) -> Keywords:
        add = getattr(type(self), "add", None)
        return {} if add is None else keywords_of(add)

    @property
    def _change_keywords(self) -> Keywords:
        change = getattr(type(self), "change", None)
        return {} if change is None else without(keywords_of(change), "id")

    def __getitem__(self, id: Any) -> R:
        """Return the current row. Raises NoSuchRow, a KeyError."""
        return self._store[id]

    def __iter__(self) -> Iterator[Any]:
        return iter([row.id for row in self._store])

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, id: object) -> bool:
        return id in self._store

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        store, columns = self._store, self.columns
        rows = ([getattr(row, name) for name in columns] for row in map(self._as_shown, store.page(0, ROWS)))
        return f"{len(store)} {self._name}", columns, rows, len(store)

    def _as_shown(self, row: R) -> R:
        return row

    def remove(self, id: Any) -> R:
        """Remove a row without a trace, and return it. Raises NoSuchRow."""
        with self._lock:
            return self._store.remove(id)

    def _change(self, id: Any, changes: Mapping[str, Any], known: Names[str]) -> R:
        """Replace a row by one with some of its `known` fields changed.

        Raises NoSuchRow, or TypeError for another field or an invalid value.
        """
        with self._lock:
            row = self._store[id]
            check_names(changes, known, f"a {type(row).__name__} that can change")
            return self._store.put(validated_row(cast(R, replace(cast(Any, row), **changes))))


class RowTable(NamedTuple, Generic[R]):
    """Rows of one type of one account as data: what lists, adds and changes them without knowing their type.

    `row` is the class of the rows, `add` and `change` the keywords of the methods of the same names, empty where there is
    no such method.
    """

    name: str
    row: type[R]
    rows: Collection[Any, R]
    add: Keywords
    change: Keywords

    def page(self, start: int, stop: int) -> tuple[list[R], int]:
        """Return the rows from `start` up to `stop` in order, and the number of all of them."""
        with self.rows._lock:
            store = self.rows._store
            return store.page(start, stop), len(store)


H = TypeVar("H", bound=AccountHandle[Any])


def other_account(handle: H, name: str) -> H:
    """Return the handle of another account of the same API. Raises ValueError for a name that no account can have."""
    return type(handle)(handle._service, handle._lock, name)


def account_of(handle: AccountHandle[A]) -> A:
    """Return the account of a handle, which is opened where it has not been used."""
    return handle._account


def tables_of(handle: AccountHandle[Any]) -> list[RowTable[Any]]:
    """Return the rows of each type of an account. The account is opened where it has not been used."""
    classes = type(handle._account).rows
    return [
        RowTable(each._name, classes[each._name], each, each._add_keywords, each._change_keywords)
        for each in handle._rows
    ]
