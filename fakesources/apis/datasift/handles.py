"""What a test holds of DataSift: an account's sources and their log, to look at and to arrange.

What is arranged is held against the same shapes as what is sent, and refused with a ValueError that names the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import NoneType
from typing import Any

from ...core.contract.schemas import Schema, json_path
from ...core.contract.validation import described
from ...core.state.handles import ENCODABLE, AccountHandle, Collection, find_unencodable, fitting
from ...core.storage.frozen import FrozenDict, plain
from ...core.text.arguments import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    MAPPING,
    TEXT,
    at_least,
    check,
    either,
    list_of,
    optional,
    shown,
    wrong,
)
from ...core.text.spelling import did_you_mean
from . import views
from .ignored_params import set_aside_for
from .parts import identities, resources
from .source_types import SourceType, source_types
from .state import DataSiftAccount, Identity, LogEntry, Rates, Resource, Source

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

Item = Mapping[str, Any]
Time = int | datetime

ITEMS = list_of("mappings, or of a row's own items", Mapping, Resource, Identity)
TIME = either(INTEGER, DATETIME)


class DataSift(AccountHandle[DataSiftAccount]):
    """One account of DataSift; `fake.datasift` is the home account."""

    @property
    def sources(self) -> Sources:
        """The account's sources by id."""
        return Sources(self._service, self._lock, lambda: self._account, "sources")

    @property
    def log(self) -> Log:
        """The entries of all its sources' logs by number."""
        return Log(self._service, self._lock, lambda: self._account, "log")

    @property
    def _rows(self) -> Sequence[Collection[DataSiftAccount, Any]]:
        return self.sources, self.log

    def account(self, name: str) -> DataSift:
        """The account of another user name; opened if need be."""
        return DataSift(self._service, self._lock, name)

    @property
    def rate_limit(self) -> int:
        """What the account may spend in an hour; setting it holds for this account alone, and at once."""
        own = self._account.extra.limit
        return int(self._service.settings.rate_limit) if own is None else own

    @rate_limit.setter
    def rate_limit(self, credits: int) -> None:
        check(rate_limit=(credits, at_least(0)))
        with self._lock:
            rates = self._account.extra
            self._account.extra = Rates(credits, rates.opened, rates.spent)


class Sources(Collection[DataSiftAccount, Source]):
    """An account's sources, by id."""

    columns = ("id", "name", "source_type", "status")

    def __getitem__(self, id: str) -> Source:
        """The source as it is now; a row that does not follow later changes. Raises NoSuchRow, a KeyError."""
        return self._speaking(super().__getitem__(id))

    def add(
        self,
        *,
        name: str = "Rock Music",
        source_type: str = "facebook_page",
        id: str | None = None,
        running: bool = False,
        resources: Sequence[Item] | None = None,
        auth: Sequence[Item] | None = None,
        parameters: Mapping[str, bool] | None = None,
        created_at: Time | None = None,
    ) -> Source:
        """Have a source that was made before the test. What is left out is made up.

        `resources` and `auth` are as the API takes and gives them: `{"parameters": {...}}`, with a `resource_id` or
        an `identity_id` where that matters. `created_at` is an aware datetime or seconds since 1970; now, if left out.
        Raises ValueError for what no such source can have, or for an id that is taken.
        """
        check(source_type=(source_type, TEXT), id=(id, optional(TEXT)), name=(name, TEXT), running=(running, BOOLEAN))
        check(resources=(resources, optional(ITEMS)), auth=(auth, optional(ITEMS)))
        check(parameters=(parameters, optional(MAPPING)), created_at=(created_at, optional(TIME)))
        kind = _kind(source_type)
        parts = self._checked(
            source_type,
            resources=kind.example["resources"] if resources is None else resources,
            auth=kind.example["auth"] if auth is None else auth,
            parameters=kind.example["parameters"] if parameters is None else parameters,
        )
        with self._lock:
            account = self._account()
            if id is not None and id in account.sources:
                raise wrong("id", "one that is free", f"{shown(id)}: there is a source with it already")
            made = Source(
                id=id or account.ids.hex("source"),
                source_type=source_type,
                name=name,
                running=running,
                created_at=int(self._service.clock.seconds()) if created_at is None else _seconds(created_at),
                **_made(kind, parts, account),
            )
            return self._speaking(account.sources.put(self._sound(made)))

    def change(
        self,
        id: str,
        *,
        name: str | None = None,
        running: bool | None = None,
        resources: Sequence[Item | Resource] | None = None,
        auth: Sequence[Item | Identity] | None = None,
        parameters: Mapping[str, bool] | None = None,
        created_at: Time | None = None,
    ) -> Source:
        """Replace a source by one with what is given changed. Items keep the ids that come with them.

        Raises NoSuchRow for an unknown id and ValueError for what no such source can have.
        """
        check(name=(name, optional(TEXT)), running=(running, optional(BOOLEAN)))
        check(resources=(resources, optional(ITEMS)), auth=(auth, optional(ITEMS)))
        check(parameters=(parameters, optional(MAPPING)), created_at=(created_at, optional(TIME)))
        with self._lock:
            account = self._account()
            source = account.sources[id]
            given = {"resources": _items(resources), "auth": _items(auth), "parameters": parameters}
            parts = self._checked(
                source.source_type, **{part: value for part, value in given.items() if value is not None}
            )
            changes = _made(_kind(source.source_type), parts, account)
            if name is not None:
                changes["name"] = name
            if running is not None:
                changes["running"] = running
            if created_at is not None:
                changes["created_at"] = _seconds(created_at)
            return self._speaking(account.sources.put(self._sound(replace(source, **changes))))

    def remove(self, id: str) -> Source:
        """Take a source out, with its log, as if it had never been, and give it back. Raises NoSuchRow."""
        with self._lock:
            return self._speaking(self._account().drop(id))

    def _checked(self, source_type: str, **parts: Any) -> dict[str, Any]:
        """The parts as plain values, without what the API passes over, held against their type's shape."""
        values: dict[str, Any] = plain(parts)
        set_aside_for(source_type, values)
        _hold(self._service.schema(source_type), values)
        return values

    def _sound(self, source: Source) -> Source:
        """The row, once its fields and what the API would show of it were held against what a source can be."""
        _hold(self._service.schema("source"), views.source(self._service.edition, source))  # type: ignore[arg-type]
        return fitting(source)

    def _as_shown(self, row: Source) -> Source:
        return self._speaking(row)

    def _speaking(self, source: Source) -> Source:
        """The row with its edition's words for `status`."""
        return replace(source, words=self._service.edition.words)  # type: ignore[attr-defined]


class Log(Collection[DataSiftAccount, LogEntry]):
    """The entries of the logs of an account's sources, by number."""

    columns = ("id", "source_id", "event_time", "success", "message")

    def add(
        self,
        source_id: str,
        message: str = "OAuthException(4): (#4) Application request limit reached",
        *,
        success: bool = False,
        event_time: Time | None = None,
    ) -> LogEntry:
        """Have an entry in a source's log. `event_time` is an aware datetime or seconds since 1970; now, if left out.

        Raises NoSuchRow for an unknown source and ValueError for what no entry can have.
        """
        check(message=(message, TEXT), success=(success, BOOLEAN), event_time=(event_time, optional(TIME)))
        with self._lock:
            account = self._account()
            source = account.sources[source_id]
            when = int(self._service.clock.seconds()) if event_time is None else _seconds(event_time)
            entry = LogEntry(
                id=account.ids.count("log"), source_id=source.id, event_time=when, success=success, message=message
            )
            _hold(self._service.schema("log"), views.listed("log_entries", [views.log_entry(entry)], 1, 1, 1))
            return account.log.put(entry)

    def of(self, source_id: str) -> list[LogEntry]:
        """The entries of one source, newest first."""
        return self._store.page(newest=True, group="source_id", value=source_id)


def _kind(source_type: str) -> SourceType:
    kind = source_types().get(source_type)
    if kind is None:
        known = ", ".join(source_types())
        hint = did_you_mean(source_type, source_types())
        raise wrong("source_type", f"one of {known}", f"{shown(source_type)}{hint}")
    return kind


def _hold(shape: Schema, values: Any) -> None:
    """Raises ValueError for what breaks the shape: a fault is told by its place, and its value by its type."""
    where = find_unencodable(values)
    if where is not None:
        raise wrong(_place(where), ENCODABLE, "another one")
    if shape.is_valid(values):
        return
    for fault in shape.errors(values):
        expected, got, hint = described(fault), _TYPES.get(type(fault.actual), shown(fault.actual, is_open=False)), ""
        if fault.keyword == "required" and isinstance(fault.actual, Mapping):
            got = f"an object with {', '.join(map(repr, fault.actual)) or 'nothing'}"
        elif fault.keyword == "additionalProperties":
            known = (fault.schema or {}).get("properties", {})
            expected, hint = f"one of {', '.join(known)}", did_you_mean(fault.names[0], known)
            got = ", ".join(shown(name) for name in fault.names)
        raise wrong(_place(fault.path), expected, f"{got}{hint}")


_TYPES = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", NoneType: "null", dict: "an object"}


def _place(path: tuple[str | int, ...]) -> str:
    """Return a place in what was given as its message names it: `resources[0].parameters`."""
    return json_path(path).removeprefix("$.")


def _made(kind: SourceType, parts: Mapping[str, Any], account: DataSiftAccount) -> dict[str, Any]:
    """Rows' values from checked parts; ids that come with items are kept, whatever they are."""
    made: dict[str, Any] = {}
    if "resources" in parts:
        made["resources"] = resources(
            kind.name, parts["resources"], account.ids, _ids(parts["resources"], "resource_id")
        )
    if "auth" in parts:
        made["auth"] = identities(kind.name, parts["auth"], account.ids, _ids(parts["auth"], "identity_id"))
    if "parameters" in parts:
        made["parameters"] = FrozenDict(kind.filled(parts["parameters"]))
    return made


def _ids(items: Iterable[Item], name: str) -> list[str]:
    return [item[name] for item in items if item.get(name)]


def _items(items: Sequence[Item | Resource | Identity] | None) -> list[Item] | None:
    """Items as the API takes them; those taken from a row are taken apart."""
    if items is None:
        return None
    apart: list[Item] = []
    for item in items:
        if isinstance(item, Resource):
            apart.append({"resource_id": item.resource_id, "parameters": item.parameters})
        elif isinstance(item, Identity):
            known = {"identity_id": item.identity_id, "parameters": item.parameters}
            apart.append(known if item.expires_at is None else {**known, "expires_at": item.expires_at})
        else:
            apart.append(item)
    return apart


def _seconds(when: Time) -> int:
    return int(when.timestamp() if isinstance(when, datetime) else when)
