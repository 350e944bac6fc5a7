"""What a test holds: an account's rows as mappings from id to row, to look at and to change.

Each API derives its own from Rows and gives `add` and `change` their parameters. Everything goes through the fake's
lock, and always to the state the fake has now, also after a reset or a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from threading import RLock
from typing import Any, Generic, TypeVar, cast

from .accounts import Account
from .calls import Service
from .carriers import CARRIED, is_carried, uncarried
from .contract import nearest
from .statefiles import fit, fitting
from .stores import NoSuchRow, Row, Store

A = TypeVar("A", bound=Account)
R = TypeVar("R", bound=Row)


class Hand(Generic[A]):
    """One account of one API, for a test to hold: where its rows are and under whose lock. Raises ValueError for a name
    that no account can have.
    """

    def __init__(self, service: Service, lock: RLock, name: str | None = None) -> None:
        if name is not None and not (isinstance(name, str) and is_carried(name)):
            raise ValueError(f"account: an account is called by {CARRIED}")
        self._service = service
        self._lock = lock
        self._name = name

    @property
    def _account(self) -> A:
        accounts = self._service.accounts
        return cast(A, accounts.home if self._name is None else accounts.named(self._name))


class Rows(Mapping[Any, R], Generic[A, R]):
    """One kind of rows of one account: a mapping from id to row, in the order they were made."""

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

    def __repr__(self) -> str:
        return f"<{len(self)} {self._name}>"

    def remove(self, id: Any) -> R:
        """Take a row out, as if it had never been, and give it back. Raises NoSuchRow."""
        with self._lock:
            return self._store.remove(id)

    def _change(self, id: Any, changes: Mapping[str, Any], known: Collection[str]) -> R:
        """Replace a row by one with some of its `known` fields changed; raises NoSuchRow, or TypeError for another field
        or for a value that no such row can have.
        """
        with self._lock:
            row = self._store[id]
            for name in changes:
                if name not in known:
                    near = nearest(name, known)
                    hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
                    raise TypeError(f"a {type(row).__name__} has no field {name!r} that can change; {hint}")
            return self._store.put(fitting(cast(R, replace(cast(Any, row), **changes))))


__all__ = ["CARRIED", "Hand", "NoSuchRow", "Rows", "fit", "fitting", "uncarried"]
