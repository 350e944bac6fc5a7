"""State of a fake as JSON: written from the fields of its rows, and validated against their types when read.

A document is read whole or not at all: an invalid one is rejected with the path of the error, and nothing changes.
Secrets are not masked in it, so only its owner may read a file. Functions that a test scheduled on the clock are not
included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from math import inf, isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from ..contract.call import Service
from ..contract.schemas import json_path
from ..contract.validation import describe_expected
from ..http.masking import MASK, is_secret, mask_path, show
from ..http.parsing import ENCODABLE, is_encodable
from ..storage.accounts import HOME, Account, Accounts
from ..storage.clock import Clock, ClockState
from ..storage.frozen import FrozenDict, plain
from ..storage.store import Tables
from ..system import files
from ..text import arguments
from ..text.spelling import did_you_mean
from .snapshots import Services

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

VERSION = 1
"""Version of the format, required in every document."""

R = TypeVar("R")
JsonPath = tuple[str | int, ...]
Document = dict[str, Any]


class InvalidState(ValueError):
    """A document is not the state of a fake; the text has the path of the error, the expected and the actual value."""


class _InvalidValue(Exception):
    """A value in a document is not of the expected type."""

    def __init__(self, path: JsonPath, actual: Any, expected: str, hint: str = "") -> None:
        self.path, self.actual, self.expected, self.hint = path, actual, expected, hint

    def message(self, secrets: frozenset[str]) -> str:
        is_hidden = any(isinstance(part, str) and is_secret(part, secrets) for part in self.path)
        actual = MASK if is_hidden else show(self.actual, secrets)
        path = json_path(mask_path(self.path, secrets)).encode("utf-8", "backslashreplace").decode()
        return f"{path}: expected {self.expected}, got {actual}{self.hint}"


def dump(services: Services, clock: Clock) -> Document:
    """Return the whole state as JSON values."""
    document: Document = {
        "fakesources": VERSION,
        "clock": {"now": clock.now().isoformat(), "running": clock.running},
    }
    for name, service in services.items():
        accounts = {account.label: _account_document(account) for account in service.accounts}
        document[name] = {"home": service.accounts.home_name, "counters": service.ids.counters(), "accounts": accounts}
    return document


def save(document: Document, path: Path) -> None:
    """Write a document to a file, whole or not at all, readable by its owner alone. Raises OSError."""
    files.write(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n", is_private=True)


def read_json(path: Path) -> Any:
    """Return the JSON value of a file. Raises OSError, and InvalidState where it is not JSON."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise InvalidState(f"{path}: expected JSON: {error}") from None
    except RecursionError:
        raise InvalidState(f"{path}: expected JSON, got values nested too deeply") from None


def parse(document: Any, services: Services) -> tuple[dict[str, tuple[Accounts[Any], Mapping[str, int]]], ClockState]:
    """Return the accounts and id counters of a document by API, and the state of its clock.

    An API that the document does not name is as after a reset. Raises InvalidState, also for an API that the fake does not
    have; changes nothing.
    """
    try:
        try:
            return _parse(document, services)
        except _InvalidValue as error:
            secrets = frozenset[str]().union(*(service.api.secrets for service in services.values()))
            raise InvalidState(error.message(secrets)) from None
    except RecursionError:  # while parsing, or while formatting the error
        raise InvalidState("document: expected a state, got values nested too deeply") from None


def _parse(document: Any, services: Services) -> tuple[dict[str, tuple[Accounts[Any], Mapping[str, int]]], ClockState]:
    apis = [name for name in services if not isinstance(document, Mapping) or name in document]
    if not apis and {"fakesources", "clock"} == {*document}:
        _fail((), list(document), f"at least one API, {' or '.join(services)}")
    values = _object(document, (), ["fakesources", "clock", *apis])
    if values["fakesources"] != VERSION:
        _fail(("fakesources",), values["fakesources"], f"{VERSION}, the version of this format")
    clock = _object(values["clock"], ("clock",), ["now", "running"])
    now = _value(datetime, clock["now"], ("clock", "now"))
    clock_state = ClockState(now.timestamp(), _value(bool, clock["running"], ("clock", "running")))
    loaded: dict[str, tuple[Accounts[Any], Mapping[str, int]]] = {}
    for name, service in services.items():
        if name in values:
            loaded[name] = _service(service, values[name], (name,), clock_state.seconds)
        else:  # saved by a fake without this API
            loaded[name] = service.open_accounts(), {}
    return loaded, clock_state


def _account_document(account: Account) -> Document:
    rows = {name: [_plain(row) for row in store.in_insertion_order()] for name, store in account.stores.items()}
    return {"counters": account.ids.counters(), "counts": _plain(account.extra), "rows": rows}


def _service(service: Service, value: Any, path: JsonPath, seconds: float) -> tuple[Accounts[Any], Mapping[str, int]]:
    values = _object(value, path, ["home", "counters", "accounts"])
    accounts = service.open_accounts()
    accounts.home_name = _value(str | None, values["home"], (*path, "home"))
    documents = values["accounts"]
    if not isinstance(documents, Mapping):
        _fail((*path, "accounts"), documents, "an object")
    if HOME not in documents:
        _fail((*path, "accounts"), sorted(documents), f"an account {HOME!r}")
    for label, document in documents.items():
        _text(label, (*path, "accounts"))
        account = accounts.with_label(label)
        _fill(account, document, (*path, "accounts", label))
        for name, store in account.stores.items():
            for number, row in enumerate(store.in_insertion_order()):
                _check_views(service, account, row, seconds, (*path, "accounts", label, "rows", name, number))
    return accounts, _counters(values["counters"], (*path, "counters"))


def _counters(value: Any, path: JsonPath) -> dict[str, int]:
    """Return id counters by kind, each 0 or more: the next id of a kind follows from its counter."""
    counters: dict[str, int] = dict(_value(Mapping[str, int], value, path))
    for kind, number in counters.items():
        if number < 0:
            _fail((*path, kind), number, "an integer of 0 or more")
    return counters


def _check_views(service: Service, account: Account, row: Any, seconds: float, path: JsonPath) -> None:
    """Raise _InvalidValue for a row that no response could show: each view is validated against its schema."""
    try:
        for name, view in service.api.views(service.edition, account, row, seconds):
            schema = service.schema(name)
            if not schema.is_valid(view):
                error = schema.errors(view)[0]
                _fail((*path, *error.path), error.actual, describe_expected(error))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        _fail(path, type(error).__name__, "a row that can be shown")


def _fill(account: Account, value: Any, path: JsonPath) -> None:
    """Replace the rows, counters and counts of an account by those of a document."""
    values = _object(value, path, ["counters", "counts", "rows"])
    account.ids.restore(_counters(values["counters"], (*path, "counters")))
    account.extra = _value(account.counts, values["counts"], (*path, "counts"))
    rows_by_store = _object(values["rows"], (*path, "rows"), list(account.stores))
    for name, store in account.stores.items():
        store.adopt(Tables())
        rows = _value(tuple[account.rows[name], ...], rows_by_store[name], (*path, "rows", name))  # type: ignore[name-defined]
        ids = set()
        for number, row in enumerate(rows):
            if row.id in ids:
                _fail((*path, "rows", name, number, "id"), row.id, "an id of its own")
            ids.add(row.id)
        store.put_all(rows)
    for name, store in account.stores.items():
        for number, row in enumerate(store.in_insertion_order()):
            field, expected = account.validate_row(row)
            if field:
                _fail((*path, "rows", name, number, field), getattr(row, field), expected)


def validated_row(row: R) -> R:
    """Return the row itself. Raises TypeError, naming the field, where a value is not of its field's type."""
    kind: Any = type(row)
    validate_fields(kind, {name: getattr(row, name) for name in _hints(kind)})
    return row


def validate_fields(kind: Any, values: Mapping[str, Any]) -> None:
    """Validate some fields of a row against their types. Raises TypeError, naming the field."""
    hints = _hints(kind)
    try:
        for name, value in values.items():
            _value(hints[name], _plain(value), (name,))
    except _InvalidValue as error:
        name = json_path(error.path)[2:]
        raise arguments.wrong(name, f"{error.expected} for a {kind.__name__}", arguments.shown(error.actual)) from None


def _plain(value: Any) -> Any:
    """Return a row, or a value in one, as JSON values."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if _is_saved(field)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value in (inf, -inf):
        return "never" if value > 0 else "always"
    return plain(value)


def _is_saved(field: Any) -> bool:
    return bool(field.init and field.compare)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """Return the types of the saved fields of a class by name."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if _is_saved(field)}


def _object(value: Any, path: JsonPath, names: list[str]) -> Mapping[str, Any]:
    """Return the value, an object with these names and no others."""
    if not isinstance(value, Mapping):
        _fail(path, value, "an object")
    for name in names:
        if name not in value:
            _fail(path, list(value), f"{name!r} among its names")
    for name in value:
        if name not in names:
            hint = did_you_mean(str(name), names)
            _fail((*path, str(name)), value[name], f"one of {', '.join(names)}", hint)
    return value


def _value(kind: Any, value: Any, path: JsonPath) -> Any:
    """Return a JSON value as a type. Raises _InvalidValue where it is of another."""
    origin = get_origin(kind)
    if kind is Any:
        return _json(value, path)
    if origin in (Union, UnionType):
        return _union(get_args(kind), value, path)
    if origin is Literal:
        choices = get_args(kind)
        return value if value in choices else _fail(path, value, f"one of {', '.join(map(str, choices))}")
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            _fail(path, value, "an array")
        return tuple(_value(get_args(kind)[0], inner, (*path, number)) for number, inner in enumerate(value))
    if kind is FrozenDict or (origin is not None and issubclass(origin, Mapping)):
        if not isinstance(value, Mapping):
            _fail(path, value, "an object")
        return _frozen(get_args(kind)[1] if origin else Any, value, path)
    if isinstance(kind, type) and issubclass(kind, datetime):  # freezegun has a subclass of its own
        return _time(value, path)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        values = _object(value, path, list(hints))
        return kind(**{name: _value(hint, values[name], (*path, name)) for name, hint in hints.items()})
    return _scalar(kind, value, path)


def _union(kinds: tuple[Any, ...], value: Any, path: JsonPath) -> Any:
    if value is None and NoneType in kinds:
        return None
    others = [kind for kind in kinds if kind is not NoneType]
    for kind in others[:-1]:
        try:
            return _value(kind, value, path)
        except _InvalidValue:
            continue
    return _value(others[-1], value, path)


_NAMES = {int: "an integer", float: "a number", bool: "true or false", NoneType: "null"}
_INFINITIES = {"never": inf, "always": -inf}


def _scalar(kind: Any, value: Any, path: JsonPath) -> Any:
    if kind is float and type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:
            number = inf
        return number if isfinite(number) else _fail(path, value, _NAMES[float])
    if kind is float and isinstance(value, str) and value in _INFINITIES:
        return _INFINITIES[value]
    if kind is str:
        return _text(value, path)
    return value if type(value) is kind else _fail(path, value, _NAMES.get(kind, str(kind)))


def _text(value: Any, path: JsonPath) -> str:
    if type(value) is not str:
        _fail(path, value, "a text")
    return value if is_encodable(value) else _fail(path, value, ENCODABLE)


def _json(value: Any, path: JsonPath) -> Any:
    """Return any JSON value, frozen."""
    if isinstance(value, Mapping):
        return _frozen(Any, value, path)
    if isinstance(value, (list, tuple)):
        return tuple(_json(inner, (*path, number)) for number, inner in enumerate(value))
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    return _fail(path, value, "a JSON value")


def _frozen(kind: Any, value: Mapping[Any, Any], path: JsonPath) -> FrozenDict:
    names = {name: _text(str(name), path) for name in value}
    return FrozenDict({names[name]: _value(kind, each, (*path, names[name])) for name, each in value.items()})


def _time(value: Any, path: JsonPath) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        _fail(path, value, "a time in ISO 8601")
    if time.tzinfo is None:
        _fail(path, value, "a time with a UTC offset")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        _fail(path, value, "a time within the years 1 to 9999 in UTC")


def _fail(path: JsonPath, actual: Any, expected: str, hint: str = "") -> NoReturn:
    raise _InvalidValue(path, actual, expected, hint)
