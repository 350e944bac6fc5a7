"""Snapshots of a fake's state: take, restore, and compare them. Tables are shared, and never copied here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..contract.call import Service
from ..http.masking import show_at
from ..storage.accounts import HOME, SavedAccount, SavedAccounts, label_of
from ..storage.clock import Clock, ClockState
from ..storage.store import Tables
from ..text.display import utc_text
from .typed_values import to_json

Services = Mapping[str, Service]

_SHOWN_LENGTH = 60
"""Longest value in characters in the text of a Change."""


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """Rows, rate windows, id counters, clock and scheduled events of a fake at one moment.

    Restoring it does not change it; it may be restored any number of times.
    """

    accounts: Mapping[str, SavedAccounts]
    counters: Mapping[str, Mapping[str, int]]
    clock: ClockState

    def __repr__(self) -> str:
        return f"<Snapshot at {_time(self.clock.seconds)}>"


def take(services: Services, clock: Clock) -> Snapshot:
    """Take a snapshot, which shares its tables with the state."""
    accounts = {name: service.accounts.save() for name, service in services.items()}
    counters = {name: service.ids.counters() for name, service in services.items()}
    return Snapshot(accounts, counters, clock.save())


def restore(services: Services, clock: Clock, snapshot: Snapshot) -> None:
    """Restore a snapshot. The accounts from before are replaced: writes to them have no effect on the state."""
    for name, service in services.items():
        accounts = service.open_accounts()
        accounts.restore(snapshot.accounts[name])
        service.accounts = accounts
        service.ids.restore(dict(snapshot.counters[name]))
    clock.restore(snapshot.clock)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states: a row, or the counts of an account, or the clock.

    `kind` names the rows; `type` is added, removed or changed; `parts` are the fields that differ as (name, before,
    after), None on the side where there is no row.
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
        texts = ", ".join(self._texts())
        return f"{head} {self.type}: {texts}" if texts else f"{head} {self.type}"

    def _texts(self) -> Iterator[str]:
        for name, old, new in self.parts:
            if self.type == "changed":
                yield f"{name} {self._shown(name, old)} → {self._shown(name, new)}"
                continue
            yield f"{name} {self._shown(name, new if self.type == 'added' else old)}"  # never None: see _parts

    def _shown(self, name: str, value: Any) -> str:
        return show_at(to_json(value), (name,), self.secrets, _SHOWN_LENGTH)


class Diff(tuple[Change, ...]):
    """Differences between two states, one Change each; empty where there are none. Its text is for people."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no difference"

    def __repr__(self) -> str:
        return f"<Diff\n{self}\n>" if self else "<Diff: no difference>"


def difference(
    services: Services, before: Snapshot, after: Snapshot, account: str | None = None, api: str | None = None
) -> Diff:
    """Return the changes from one state to another: rows by account, then the counts of accounts, then the clock.

    With `account`, those of one account, in one API or in every one that has it, without the clock.
    """
    return Diff(_changes(services, before, after, account, api))


def _changes(
    services: Services, before: Snapshot, after: Snapshot, only: str | None, only_api: str | None
) -> Iterator[Change]:
    for api, service in services.items():
        if only_api not in (None, api):
            continue
        secrets = service.api.secrets
        old, new = (_flushed(service, state.accounts[api], state.clock.seconds) for state in (before, after))
        labels = {_label(state.accounts[api], only) for state in (before, after)}
        for number, account in enumerate({**old, **new}):
            if only is not None and account not in labels:
                continue
            name = f"account {number}" if service.has_secret_names and account != HOME else account
            old_account, new_account = old.get(account), new.get(account)
            for kind in (old_account or new_account).tables:  # type: ignore[union-attr]
                old_table, new_table = (
                    saved.tables[kind] if saved else Tables[Any]() for saved in (old_account, new_account)
                )
                if old_table is not new_table:
                    yield from _row_changes(api, name, kind, old_table.rows(), new_table.rows(), secrets)
            if old_account and new_account and old_account.extra != new_account.extra:
                parts = _parts(old_account.extra, new_account.extra)
                yield Change(api, name, "counts", "", "changed", parts, secrets)
    if only is None and only_api is None and before.clock.seconds != after.clock.seconds:
        moved = ("now", _time(before.clock.seconds), _time(after.clock.seconds))
        yield Change("", "", "clock", "", "changed", (moved,))


def _label(saved: SavedAccounts, name: str | None) -> str:
    """Return the label of an account in a state; `home` names one without a caller."""
    is_home = name == (saved.home_name or HOME)
    return HOME if is_home or name is None else label_of(name)


def _flushed(service: Service, saved: SavedAccounts, seconds: float) -> Mapping[str, SavedAccount]:
    """Return the accounts of a state, with pending writes applied as of a time. The state does not change."""
    accounts = service.open_accounts()
    accounts.restore(saved)
    for account in accounts:
        account.flush(seconds)
    return accounts.save().accounts


def _row_changes(
    api: str, account: str, kind: str, before: Mapping[Any, Any], after: Mapping[Any, Any], secrets: frozenset[str]
) -> Iterator[Change]:
    for id in {**before, **after}:
        old, new = before.get(id), after.get(id)
        if old is new or old == new:
            continue
        change_type = "added" if old is None else "removed" if new is None else "changed"
        yield Change(api, account, kind, id, change_type, _parts(old, new), secrets)


def _parts(old: Any, new: Any) -> tuple[tuple[str, Any, Any], ...]:
    """Return the fields in which two rows differ; for a row that was added or removed, all but its id."""
    names = [field.name for field in fields(new if old is None else old) if field.compare]
    pairs = [(name, getattr(old, name, None), getattr(new, name, None)) for name in names if name != "id"]
    return tuple((name, before, after) for name, before, after in pairs if before != after)


def _time(seconds: float) -> str:
    return utc_text(seconds)
