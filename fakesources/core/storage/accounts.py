"""Accounts: whose rows are whose.

Every row belongs to one account. A fake starts with a home account: the first one given credentials, else whoever
calls first. Knows no vendor: what an account holds is made by the API.
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
    """What a snapshot keeps of an account: its tables as they were, its counters, and whatever else it counts."""

    tables: Mapping[str, Tables[Any]]
    counters: Mapping[str, int]
    extra: Any


class Account:
    """What one customer of an API has: stores by name, ids to come, and `extra`, one frozen value of the API's own.

    `rows` says of what class the rows of each store are and `counts` of what class `extra` is, for reading them back.
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
        """Everything it has, lent and not copied."""
        tables = {name: store.lend() for name, store in self.stores.items()}
        return SavedAccount(tables, self.ids.counters(), self.extra)

    def settle(self, _at: float) -> None:
        """Write down what was put off until somebody looks, as of a time. Nothing that can be asked for changes."""

    def astray(self, _row: Any) -> tuple[str, str]:
        """The field of a row that could not be shown or refers to nothing there is, and what it should be; two empty
        texts where there is none.
        """
        return "", ""

    def go_back(self, saved: SavedAccount) -> None:
        """Have what a snapshot kept, and nothing else."""
        for name, store in self.stores.items():
            store.borrow(saved.tables[name])
        self.ids.return_to(dict(saved.counters))
        self.extra = saved.extra


A = TypeVar("A", bound=Account)

HOME = "home"
"""The label of the home account, in ids and state files; its name is whoever claims it."""


@dataclass(frozen=True, slots=True, repr=False)
class SavedAccounts:
    """What a snapshot keeps of all accounts of an API."""

    home_name: str | None
    accounts: Mapping[str, SavedAccount]


def label_of(name: str) -> str:
    """Return the label of an account that is not home: its name, set apart from the label of the home account."""
    return f"{name}'" if name.rstrip("'") == HOME else name


def name_of(label: str) -> str:
    """Return the name of an account by its label."""
    return label[:-1] if label != HOME and label.rstrip("'") == HOME else label


class Accounts(Generic[A]):
    """The accounts of one API in one fake. `make` opens one, given its label. `home` is the name of the home account; None
    leaves it to the first caller, unless it `may_be_claimed` by nobody.
    """

    def __init__(self, make: Callable[[str], A], home: str | None = None, *, may_be_claimed: bool = True) -> None:
        self._make = make
        self._may_be_claimed = may_be_claimed
        self.home = make(HOME)
        self.home_name: str | None = home
        self._others: dict[str, A] = {}
        self._renewed: dict[str, int] = {}
        self.generation = 0

    def of(self, name: str, turn: int | None = None) -> A:
        """The account of a caller; the first stranger to call becomes home where nobody was named home.

        `turn` is that of the accounts when the call began. An account that was made as new since then is out of its
        reach: it gets one that nobody else will see.
        """
        if turn is not None and self._renewed.get(name, 0) > turn:
            return self._make(HOME if name == self.home_name else label_of(name))
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
        """The account of that name, opened if need be, without anyone having called."""
        if name == self.home_name:
            return self.home
        return self.labelled(label_of(name))

    def labelled(self, label: str) -> A:
        """The account of that label, opened if need be."""
        if label == HOME:
            return self.home
        if label not in self._others:
            self._others[label] = self._make(label)
        return self._others[label]

    def renew(self, name: str) -> bool:
        """Make one account as new, and no other; whether there was one of that name. Who is home stays so."""
        if name == self.home_name:
            self.home = self._make(HOME)
        elif (label := label_of(name)) in self._others:
            self._others[label] = self._make(label)
        else:
            return False
        self.generation += 1
        self._renewed[name] = self.generation
        return True

    def renew_from(self, name: str, saved: SavedAccounts) -> bool:
        """Have one account as a snapshot kept it, and touch no other; whether there was one, then or now."""
        was_home = name == saved.home_name or (saved.home_name is None and name == self.home_name)
        kept = saved.accounts.get(HOME if was_home else label_of(name))
        known = self.renew(name)
        if kept is not None:
            self.named(name).go_back(kept)
        return known or kept is not None

    def holds(self, account: A) -> bool:
        """Return whether an account is one of these, and not one that was made as new since."""
        return account is self.home or self._others.get(account.label) is account

    def name_of(self, account: A) -> str:
        """What an account is called; an unclaimed home is called `home`."""
        if account is self.home:
            return self.home_name or HOME
        return name_of(account.label)

    def names(self) -> set[str]:
        """Return the names of the accounts there are."""
        return {*self._others, *filter(None, [self.home_name])}

    def __iter__(self) -> Iterator[A]:
        yield self.home
        yield from self._others.values()

    def save(self) -> SavedAccounts:
        """Everything all accounts have, lent and not copied."""
        kept = {HOME: self.home.save()} | {label: other.save() for label, other in self._others.items()}
        return SavedAccounts(self.home_name, kept)

    def go_back(self, saved: SavedAccounts) -> None:
        """Have the accounts a snapshot kept, and no others."""
        self.home_name = saved.home_name
        self._others = {
            label: self._others.get(label) or self._make(label) for label in saved.accounts if label != HOME
        }
        self.home.go_back(saved.accounts[HOME])
        for label, other in self._others.items():
            other.go_back(saved.accounts[label])
