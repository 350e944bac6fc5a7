"""What a test holds: an account's rows as mappings from id to row, to look at and to change.

Each API derives its own from Rows and gives `add` and `change` their parameters. Everything goes through the fake's
lock, and always to the state the fake has now, also after a reset or a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Names
from dataclasses import replace
from threading import RLock
from typing import Any, ClassVar, Generic, TypeVar, cast

from ..contract.call import Service
from ..http.parsing import ENCODABLE, find_unencodable, is_encodable
from ..storage.accounts import Account
from ..storage.store import NoSuchRow, Row, Store
from ..text.arguments import Kind, check, check_names, optional
from ..text.display import ROWS, Table
from .state_files import fit, fitting

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

A = TypeVar("A", bound=Account)
R = TypeVar("R", bound=Row)


ACCOUNT = Kind(
    f"{ENCODABLE}, the name of an account", lambda name: isinstance(name, str) and is_encodable(name), is_open=False
)


class AccountHandle(Table, Generic[A]):
    """One account of one API, for a test to hold: where its rows are and under whose lock. Raises ValueError for a name
    that no account can have.
    """

    def __init__(self, service: Service, lock: RLock, name: str | None = None) -> None:
        check(name=(name, optional(ACCOUNT)))
        self._service = service
        self._lock = lock
        self._name = name

    @property
    def _rows(self) -> Sequence[Collection[A, Any]]:
        return ()

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        service, accounts = self._service, self._service.accounts
        hidden = self._name is not None and service.api.accounts_by_key and not service.credentials  # the name is a key
        title = f"{type(self).__name__} {service.edition.name}, account {'***' if hidden else self._name or 'home'}"
        if self._name is not None and self._name not in map(accounts.name_of, accounts):
            return f"{title}, which nobody has used", ("rows", "count"), (), 0
        counts = [(rows._name, len(rows)) for rows in self._rows]
        return f"{title}: {', '.join(f'{count} {name}' for name, count in counts)}", ("rows", "count"), (), 0

    def _repr_html_(self) -> str:
        title = super()._repr_html_()
        return title + "".join(rows._repr_html_() for rows in self._rows) if "nobody" not in title else title

    @property
    def _account(self) -> A:
        accounts = self._service.accounts
        return cast(A, accounts.home if self._name is None else accounts.named(self._name))


class Collection(Table, Mapping[Any, R], Generic[A, R]):
    """One kind of rows of one account: a mapping from id to row, in the order they were made. `columns` are the fields
    that a table of them shows.
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

    def __getitem__(self, id: Any) -> R:
        """The row as it is now. Raises NoSuchRow, a KeyError."""
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
        """Take a row out, as if it had never been, and give it back. Raises NoSuchRow."""
        with self._lock:
            return self._store.remove(id)

    def _change(self, id: Any, changes: Mapping[str, Any], known: Names[str]) -> R:
        """Replace a row by one with some of its `known` fields changed; raises NoSuchRow, or TypeError for another field
        or for a value that no such row can have.
        """
        with self._lock:
            row = self._store[id]
            check_names(changes, known, f"a {type(row).__name__} that can change")
            return self._store.put(fitting(cast(R, replace(cast(Any, row), **changes))))


__all__ = ["ENCODABLE", "AccountHandle", "Collection", "NoSuchRow", "find_unencodable", "fit", "fitting"]
