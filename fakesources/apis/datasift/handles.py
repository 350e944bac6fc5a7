"""Handle of a DataSift account for tests: its sources and their log, to read and to change.

Arguments are validated against the schemas of requests and responses; a ValueError names the path of an invalid value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import NoneType
from typing import Any

from ...core.contract.api import Action
from ...core.contract.schemas import Schema, json_path
from ...core.contract.validation import describe_expected
from ...core.http.parsing import find_unencodable
from ...core.state.handles import AccountHandle, Collection
from ...core.state.typed_values import to_json, validated_row
from ...core.text.arguments import (
    BODY,
    BOOLEAN,
    DATETIME,
    ENCODABLE,
    INTEGER,
    MAPPING,
    TEXT,
    Kind,
    at_least,
    check,
    either,
    list_of,
    optional,
    shown,
    wrong,
)
from ...core.text.spelling import any_of, did_you_mean
from . import views
from .account import DataSiftAccount
from .ignored_params import drop_ignored_in_parts
from .parts import build_identities, build_resources
from .source_types import SourceType, source_types
from .state import Identity, LogEntry, Rates, Resource, Source

# pytest shows an error at the caller's line, without these frames: their arguments may contain secrets.
__tracebackhide__ = True

Item = Mapping[str, Any]
Time = int | datetime

ITEMS = list_of("mappings, or of a row's own items", Mapping, Resource, Identity)
JSON = Kind(  # names that are no texts would become texts
    "values of JSON", lambda value: BODY.accepts(value) and json.loads(json.dumps(value)) == value, is_open=False
)
TIME = either(INTEGER, DATETIME)


class DataSift(AccountHandle[DataSiftAccount]):
    """Handle of one DataSift account; `fake.datasift` is that of the home account."""

    @property
    def sources(self) -> Sources:
        """Sources of the account, by id."""
        return Sources(self._service, self._lock, lambda: self._account, "sources")

    @property
    def log(self) -> Log:
        """Log entries of all sources of the account, by number."""
        return Log(self._service, self._lock, lambda: self._account, "log")

    @property
    def _rows(self) -> Sequence[Collection[DataSiftAccount, Any]]:
        return self.sources, self.log

    def account(self, name: str) -> DataSift:
        """Return the handle of another user name's account, which is opened when it is first used."""
        return DataSift(self._service, self._lock, name)

    @property
    def rate_limit(self) -> int:
        """Credits of the account for an hour. Setting it affects this account alone, at once."""
        own = self._account.extra.limit
        return int(self._service.settings.rate_limit) if own is None else own

    @rate_limit.setter
    def rate_limit(self, credits: int) -> None:
        check(rate_limit=(credits, at_least(0)))
        with self._lock:
            rates = self._account.extra
            self._account.extra = Rates(credits, rates.opened, rates.spent)


def set_rate_limit(datasift: DataSift, credits: int) -> int:
    """Set the credits of the account for an hour, at once, and return them."""
    datasift.rate_limit = credits
    return datasift.rate_limit


ACTIONS = (Action("rate_limit.set", set_rate_limit),)


class Sources(Collection[DataSiftAccount, Source]):
    """Sources of an account, by id."""

    columns = ("id", "name", "source_type", "status")

    def __getitem__(self, id: str) -> Source:
        """Return the source as it is now; the row does not follow later changes. Raises NoSuchRow, a KeyError."""
        return self._with_words(super().__getitem__(id))

    def add(
        self,
        *,
        name: str = "Rock Music",
        source_type: str = "facebook_page",
        id: str | None = None,
        running: bool = False,
        resources: Sequence[Item | Resource] | None = None,
        auth: Sequence[Item | Identity] | None = None,
        parameters: Mapping[str, bool] | None = None,
        created_at: Time | None = None,
    ) -> Source:
        """Add a source and return it. Arguments that are left out get the values of an example.

        `resources` and `auth` are as in requests and responses: `{"parameters": {...}}`, with a `resource_id` or an
        `identity_id` where that matters. `created_at` is an aware datetime or seconds since 1970, by default now.
        Raises ValueError for a value that no such source can have, or for an id that exists.
        """
        check(source_type=(source_type, TEXT), id=(id, optional(TEXT)), name=(name, TEXT), running=(running, BOOLEAN))
        check(resources=(resources, optional(ITEMS)), auth=(auth, optional(ITEMS)))
        check(parameters=(parameters, optional(MAPPING)), created_at=(created_at, optional(TIME)))
        kind = _kind(source_type)
        parts = self._valid_parts(
            source_type,
            resources=kind.example["resources"] if resources is None else _items(resources),
            auth=kind.example["auth"] if auth is None else _items(auth),
            parameters=kind.example["parameters"] if parameters is None else parameters,
        )
        with self._lock:
            account = self._account()
            if id is not None and id in account.sources:
                raise wrong("id", "an id that no source has", f"{shown(id)}, which exists already")
            source = Source(
                id=id or account.ids.hex("source"),
                source_type=source_type,
                name=name,
                running=running,
                created_at=int(self._service.clock.seconds()) if created_at is None else _seconds(created_at),
                **_build_parts(kind, parts, account),
            )
            return self._with_words(account.sources.put(self._valid_source(source)))

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
        """Change the given fields of a source and return the new row. Items keep the ids that they come with.

        Raises NoSuchRow for an unknown id and ValueError for a value that no such source can have.
        """
        check(name=(name, optional(TEXT)), running=(running, optional(BOOLEAN)))
        check(resources=(resources, optional(ITEMS)), auth=(auth, optional(ITEMS)))
        check(parameters=(parameters, optional(MAPPING)), created_at=(created_at, optional(TIME)))
        with self._lock:
            account = self._account()
            source = account.sources[id]
            given = {"resources": _items(resources), "auth": _items(auth), "parameters": parameters}
            parts = self._valid_parts(
                source.source_type, **{part: value for part, value in given.items() if value is not None}
            )
            changes = _build_parts(_kind(source.source_type), parts, account)
            if name is not None:
                changes["name"] = name
            if running is not None:
                changes["running"] = running
            if created_at is not None:
                changes["created_at"] = _seconds(created_at)
            return self._with_words(account.sources.put(self._valid_source(replace(source, **changes))))

    def remove(self, id: str) -> Source:
        """Remove a source with its log and return it. Raises NoSuchRow."""
        with self._lock:
            return self._with_words(self._account().delete_source(id))

    def _valid_parts(self, source_type: str, **parts: Any) -> dict[str, Any]:
        """Return the parts as plain values without ignored names, validated against the schema of their type."""
        values: dict[str, Any] = to_json(parts)
        check(**{name: (value, JSON) for name, value in values.items()})
        drop_ignored_in_parts(source_type, values)
        _validate(self._service.schema(source_type), values)
        return values

    def _valid_source(self, source: Source) -> Source:
        """Return the row once its fields and its view are validated."""
        _validate(self._service.schema("source"), views.source(self._service.edition, source))  # type: ignore[arg-type]
        return validated_row(source)

    def _as_shown(self, row: Source) -> Source:
        return self._with_words(row)

    def _with_words(self, source: Source) -> Source:
        """Return the row with its edition's words for `status`."""
        return replace(source, words=self._service.edition.words)  # type: ignore[attr-defined]


class Log(Collection[DataSiftAccount, LogEntry]):
    """Log entries of an account's sources, by number."""

    columns = ("id", "source_id", "event_time", "success", "message")

    def add(
        self,
        source_id: str,
        message: str = "OAuthException(4): (#4) Application request limit reached",
        *,
        success: bool = False,
        event_time: Time | None = None,
    ) -> LogEntry:
        """Add an entry to a source's log and return it.

        `event_time` is an aware datetime or seconds since 1970, by default now. Raises NoSuchRow for an unknown source
        and ValueError for a value that no entry can have.
        """
        check(message=(message, TEXT), success=(success, BOOLEAN), event_time=(event_time, optional(TIME)))
        with self._lock:
            account = self._account()
            source = account.sources[source_id]
            when = int(self._service.clock.seconds()) if event_time is None else _seconds(event_time)
            entry = LogEntry(
                id=account.ids.count("log"), source_id=source.id, event_time=when, success=success, message=message
            )
            _validate(self._service.schema("log"), views.page("log_entries", [views.log_entry(entry)], 1, 1, 1))
            return account.log.put(entry)

    def of(self, source_id: str) -> list[LogEntry]:
        """Return the entries of one source, newest first."""
        return self._store.page(newest=True, group="source_id", value=source_id)


def _kind(source_type: str) -> SourceType:
    kind = source_types().get(source_type)
    if kind is None:
        known = source_types()
        raise wrong("source_type", any_of(known), f"{shown(source_type)}{did_you_mean(source_type, known)}")
    return kind


def _validate(schema: Schema, values: Any) -> None:
    """Raise ValueError for the first validation error, with its path and the type of the value, which may be secret."""
    unencodable = find_unencodable(values)
    if unencodable is not None:
        raise wrong(_path(unencodable), ENCODABLE, "one with such characters")
    if schema.is_valid(values):
        return
    error = schema.errors(values)[0]
    expected, got, hint = (
        describe_expected(error),
        _TYPES.get(type(error.actual), shown(error.actual, is_open=False)),
        "",
    )
    if error.keyword == "required" and isinstance(error.actual, Mapping):
        got = f"an object with {', '.join(map(repr, error.actual)) or 'nothing'}"
    elif error.keyword == "additionalProperties":
        known = (error.schema or {}).get("properties", {})
        expected, hint = f"one of {', '.join(known)}", did_you_mean(error.names[0], known)
        got = ", ".join(shown(name) for name in error.names)
    raise wrong(_path(error.path), expected, f"{got}{hint}")


_TYPES = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", NoneType: "null", dict: "an object"}


def _path(path: tuple[str | int, ...]) -> str:
    """Return a path into the arguments as text: `resources[0].parameters`."""
    return json_path(path).removeprefix("$.")


def _build_parts(kind: SourceType, parts: Mapping[str, Any], account: DataSiftAccount) -> dict[str, Any]:
    """Return the fields of a row from valid parts. Items keep the ids that they come with."""
    fields: dict[str, Any] = {}
    if "resources" in parts:
        known = _ids(parts["resources"], "resource_id")
        fields["resources"] = build_resources(kind.name, parts["resources"], account.ids, known)
    if "auth" in parts:
        known = _ids(parts["auth"], "identity_id")
        fields["auth"] = build_identities(kind.name, parts["auth"], account.ids, known)
    if "parameters" in parts:
        fields["parameters"] = kind.complete_switches(parts["parameters"])
    return fields


def _ids(items: Iterable[Item], name: str) -> list[str]:
    return [item[name] for item in items if item.get(name)]


def _items(items: Sequence[Item | Resource | Identity] | None) -> list[Item] | None:
    """Return items as a request has them, those of a row converted to mappings."""
    return None if items is None else [_as_mapping(item) for item in items]


def _as_mapping(item: Item | Resource | Identity) -> Item:
    if isinstance(item, Resource):
        return {"resource_id": item.resource_id, "parameters": item.parameters}
    if isinstance(item, Identity):
        fields = {"identity_id": item.identity_id, "parameters": item.parameters}
        return fields if item.expires_at is None else {**fields, "expires_at": item.expires_at}
    return item


def _seconds(when: Time) -> int:
    return int(when.timestamp() if isinstance(when, datetime) else when)
