"""The state of a fake as a value: what a snapshot holds, how it is taken and gone back to, and how two of them differ.

Knows services and rows, no vendor and no file. Tables are lent and never copied here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from ..contract.call import Service
from ..http.masking import MASK, is_secret, show
from ..storage.accounts import HOME, SavedAccount, SavedAccounts
from ..storage.clock import Clock, ClockState
from ..storage.frozen import plain
from ..storage.store import Tables

Services = Mapping[str, Service]


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """A fake's rows, rate windows, id counters, clock and due events at one moment. A value: restoring it leaves it
    whole, and it may be restored as often as one likes.
    """

    accounts: Mapping[str, SavedAccounts]
    counters: Mapping[str, Mapping[str, int]]
    moment: ClockState

    def __repr__(self) -> str:
        return f"<Snapshot at {_time(self.moment.seconds)}>"


def taken(services: Services, clock: Clock) -> Snapshot:
    """What is there now, lent."""
    accounts = {name: service.accounts.save() for name, service in services.items()}
    counters = {name: service.ids.counters() for name, service in services.items()}
    return Snapshot(accounts, counters, clock.moment())


def gone_back(services: Services, clock: Clock, snapshot: Snapshot) -> None:
    """Have what a snapshot kept. Whoever still holds the accounts of before changes nothing of it."""
    for name, service in services.items():
        accounts = service.opened()
        accounts.go_back(snapshot.accounts[name])
        service.accounts = accounts
        service.ids.return_to(dict(snapshot.counters[name]))
    clock.return_to(snapshot.moment)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same in two states: a row, or what an account counts.

    `what` is added, removed or changed; `parts` are the fields that differ as (name, before, after), those of the
    other side being None where the row was not there.
    """

    api: str
    account: str
    kind: str
    id: Any
    type: str
    parts: tuple[tuple[str, Any, Any], ...]
    secrets: frozenset[str] = frozenset()

    def __str__(self) -> str:
        head = " ".join(filter(None, [self.api, self.account, self.kind, str(self.id)]))
        if self.type == "changed":
            told = ", ".join(
                f"{name} {self._told(name, old)} → {self._told(name, new)}" for name, old, new in self.parts
            )
        else:
            side = 2 if self.type == "added" else 1
            told = ", ".join(
                f"{part[0]} {self._told(part[0], part[side])}" for part in self.parts if part[side] is not None
            )
        return f"{head} {self.type}: {told}" if told else f"{head} {self.type}"

    def _told(self, name: str, value: Any) -> str:
        return MASK if is_secret(name, self.secrets) else show(_plain(value), self.secrets, 60)


class Diff(tuple[Change, ...]):
    """What is not the same in two states, one Change each; empty where they are the same. Its text is for people."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no difference"

    def __repr__(self) -> str:
        return f"<Diff\n{self}\n>" if self else "<Diff: no difference>"


def difference(services: Services, before: Snapshot, after: Snapshot) -> Diff:
    """How one state became another: rows by account, then what accounts count, then the clock."""
    return Diff(_changes(services, before, after))


def _changes(services: Services, before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for api, service in services.items():
        secrets = service.api.secrets
        old, new = (_settled(service, state.accounts[api], state.moment.seconds) for state in (before, after))
        for number, account in enumerate({**old, **new}):
            hidden = service.api.accounts_by_key and not service.credentials and account != HOME
            name = f"account {number}" if hidden else account
            had, has = old.get(account), new.get(account)
            for kind in (has or had).tables:  # type: ignore[union-attr]
                was, now = (saved.tables[kind] if saved else Tables[Any]() for saved in (had, has))
                if was is not now:
                    yield from _rows(api, name, kind, was.rows(), now.rows(), secrets)
            if had and has and had.extra != has.extra:
                yield Change(api, name, "counts", "", "changed", _parts(had.extra, has.extra), secrets)
    if before.moment.seconds != after.moment.seconds:
        moved = ("now", _time(before.moment.seconds), _time(after.moment.seconds))
        yield Change("", "", "clock", "", "changed", (moved,))


def _settled(service: Service, saved: SavedAccounts, at: float) -> Mapping[str, SavedAccount]:
    """What a state's accounts had, what nobody had looked at yet included. The state stays as it is."""
    accounts = service.opened()
    accounts.go_back(saved)
    for account in accounts:
        account.settle(at)
    return accounts.save().accounts


def _rows(
    api: str, account: str, kind: str, was: Mapping[Any, Any], now: Mapping[Any, Any], secrets: frozenset[str]
) -> Iterator[Change]:
    for id in {**was, **now}:
        old, new = was.get(id), now.get(id)
        if old is new or old == new:
            continue
        what = "added" if old is None else "removed" if new is None else "changed"
        yield Change(api, account, kind, id, what, _parts(old, new), secrets)


def _parts(old: Any, new: Any) -> tuple[tuple[str, Any, Any], ...]:
    """The fields in which two rows differ; for a row that came or went, all but its id."""
    names = [field.name for field in fields(new if old is None else old) if field.compare]
    pairs = [(name, getattr(old, name, None), getattr(new, name, None)) for name in names if name != "id"]
    return tuple((name, was, now) for name, was, now in pairs if was != now)


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.compare}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, datetime) else plain(value)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
