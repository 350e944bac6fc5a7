"""Accounts, which own all rows.

A fake starts with a home account: the first one of the credentials, else that of the first caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, ClassVar, Generic, TypeVar

from .clock import Ids
from .store import Store, Tables


@dataclass(frozen=True, slots=True)
class SavedAccount:
    """Snapshot of an account: its tables, the counters of its ids, and its `extra`."""

    tables: Mapping[str, Tables[Any]]
    counters: Mapping[str, int]
    extra: Any


class Account:
    """Data of one customer of an API: stores by name, an id generator, and `extra`, one immutable value of the API's.

    `rows` has the class of each store's rows and `counts` that of `extra`, for loading state files.
    """

    rows: ClassVar[Mapping[str, type[Any]]] = {}
    counts: ClassVar[type[Any]] = NoneType

    def __init__(self, label: str, seed: int | str, stores: Mapping[str, Store[Any]], extra: Any = None) -> None:
        self.label = label
        self.ids = Ids(seed, label)
        self.stores = dict(stores)
        for name, store in self.stores.items():
            store.name = name
        self.extra = extra

    def save(self) -> SavedAccount:
        """Return a snapshot, which shares the tables."""
        tables = {name: store.share() for name, store in self.stores.items()}
        return SavedAccount(tables, self.ids.counters(), self.extra)

    def flush(self, _at: float) -> None:
        """Write rows that are due by a time and were deferred until the next read. Responses do not change."""

    def validate_row(self, _row: Any) -> tuple[str, str]:
        """Return (field, expected) of the first invalid field of a row, or two empty strings.

        A field is invalid if no response could contain it or if it refers to a missing row.
        """
        return "", ""

    def restore(self, saved: SavedAccount) -> None:
        """Restore a snapshot."""
        for name, store in self.stores.items():
            store.adopt(saved.tables[name])
        self.ids.restore(dict(saved.counters))
        self.extra = saved.extra

    def take_over(self, copy: Account, saved: SavedAccount) -> None:
        """Take over what `flush` has written to a copy of a snapshot, unless this account has changed since then."""
        if self.ids.counters() == saved.counters and all(
            store.tables is saved.tables[name] for name, store in self.stores.items()
        ):
            for name, store in self.stores.items():
                store.adopt(copy.stores[name].share())


A = TypeVar("A", bound=Account)

HOME = "home"
"""Label of the home account, in ids and state files. Its name is that of the caller who claims it."""


@dataclass(frozen=True, slots=True, repr=False)
class SavedAccounts:
    """Snapshot of all accounts of an API, by label."""

    home_name: str | None
    accounts: Mapping[str, SavedAccount]


def label_of(name: str) -> str:
    """Return the label of an account other than home: its name, with a suffix where it equals the home label."""
    return f"{name}'" if name.rstrip("'") == HOME else name


def name_of(label: str) -> str:
    """Return the name of an account with a label."""
    return label[:-1] if label != HOME and label.rstrip("'") == HOME else label


class Accounts(Generic[A]):
    """Accounts of one API in one fake.

    `create` returns a new account with a label. `home` is the name of the home account; with None the first caller
    claims it, if it `may_be_claimed`.
    """

    def __init__(self, create: Callable[[str], A], home: str | None = None, *, may_be_claimed: bool = True) -> None:
        self._create = create
        self._may_be_claimed = may_be_claimed
        self.home = create(HOME)
        self.home_name: str | None = home
        self._others: dict[str, A] = {}
        self._reset_at: dict[str, int] = {}
        self.generation = 0

    def of(self, name: str, generation: int | None = None) -> A:
        """Return the account of a caller, created if missing. The first caller claims an unnamed home account.

        `generation` is that of the accounts when the call began. If the account has been reset since, a detached one is
        returned, so that the call does not change the new one.
        """
        if generation is not None and self._reset_at.get(name, 0) > generation:
            return self._create(HOME if name == self.home_name else label_of(name))
        if name == self.home_name:
            return self.home
        label = label_of(name)
        other = self._others.get(label)
        if other is not None:
            return other
        if self.home_name is None and self._may_be_claimed:
            self.home_name = name
            return self.home
        return self.named(name)

    def named(self, name: str) -> A:
        """Return the account with a name, created if missing. It does not claim the home account."""
        if name == self.home_name:
            return self.home
        return self.with_label(label_of(name))

    def with_label(self, label: str) -> A:
        """Return the account with a label, created if missing."""
        if label == HOME:
            return self.home
        if label not in self._others:
            self._others[label] = self._create(label)
        return self._others[label]

    def reset(self, name: str) -> bool:
        """Replace one account with a new one, and return whether it existed. The home account stays home."""
        if name == self.home_name:
            self.home = self._create(HOME)
        elif (label := label_of(name)) in self._others:
            self._others[label] = self._create(label)
        elif self._is_unclaimed_home(name):
            self.home = self._create(HOME)
        else:
            return False
        self.generation += 1
        self._reset_at[name] = self.generation
        return True

    def restore_account(self, name: str, saved: SavedAccounts) -> bool:
        """Restore one account from a snapshot, and return whether it exists there or here."""
        was_home = name == saved.home_name or (
            saved.home_name is None and (name == self.home_name or self._is_unclaimed_home(name))
        )
        snapshot = saved.accounts.get(HOME if was_home else label_of(name))
        is_known = self.reset(name)
        if snapshot is not None:
            (self.home if self._is_unclaimed_home(name) else self.named(name)).restore(snapshot)
        return is_known or snapshot is not None

    @property
    def has_home(self) -> bool:
        """Return whether the home account has a name or may be claimed by one."""
        return self.home_name is not None or self._may_be_claimed

    def _is_unclaimed_home(self, name: str) -> bool:
        return name == HOME and self.home_name is None and self._may_be_claimed and label_of(name) not in self._others

    def copy(self, account: A) -> tuple[SavedAccount, A]:
        """Return a snapshot of an account, and a copy of the account that shares the tables."""
        saved, copied = account.save(), self._create(account.label)
        copied.restore(saved)
        return saved, copied

    def contains(self, account: A) -> bool:
        """Return whether an account is one of these, and has not been replaced by a reset."""
        return account is self.home or self._others.get(account.label) is account

    def name_of(self, account: A) -> str:
        """Return the name of an account: `home` for an unclaimed home account."""
        if account is self.home:
            return self.home_name or HOME
        return name_of(account.label)

    def names(self) -> set[str]:
        """Return the names of all named accounts."""
        return {*self._others, *filter(None, [self.home_name])}

    def __iter__(self) -> Iterator[A]:
        yield self.home
        yield from [*self._others.values()]  # another thread may open an account meanwhile

    def save(self) -> SavedAccounts:
        """Return a snapshot, which shares the tables."""
        saved = {HOME: self.home.save()} | {label: other.save() for label, other in self._others.items()}
        return SavedAccounts(self.home_name, saved)

    def restore(self, saved: SavedAccounts) -> None:
        """Restore a snapshot: its accounts, and no others."""
        self.home_name = saved.home_name
        self._others = {
            label: self._others.get(label) or self._create(label) for label in saved.accounts if label != HOME
        }
        self.home.restore(saved.accounts[HOME])
        for label, other in self._others.items():
            other.restore(saved.accounts[label])
