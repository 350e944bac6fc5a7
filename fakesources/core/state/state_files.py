"""The state of a fake as JSON: written from the rows' own fields, and read back against their types.

Nothing is read that is not whole: a document that breaks the shape is refused with its place, and nothing changes.
Secrets are whole in it, so a file is its owner's alone. Functions that a test arranged on the clock stay out.
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
from ..contract.validation import described, nearest
from ..http.masking import MASK, is_secret, mask_path, show
from ..http.parsing import ENCODABLE, is_encodable
from ..storage.accounts import HOME, Account, Accounts
from ..storage.clock import Clock, ClockState
from ..storage.frozen import FrozenDict, plain
from ..storage.store import Tables
from ..system import files
from ..text import arguments
from .snapshots import Services

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

VERSION = 1
"""Written into every document, and asked for."""

R = TypeVar("R")
Place = tuple[str | int, ...]
Document = dict[str, Any]


class InvalidState(ValueError):
    """A document is no state of a fake; the text names the place in it, what stood there and what was expected."""


class _Misfit(Exception):
    """A place in a document that is not what it should be."""

    def __init__(self, at: Place, got: Any, expected: str) -> None:
        self.at, self.got, self.expected = at, got, expected

    def told(self, secrets: frozenset[str]) -> str:
        hidden = any(isinstance(part, str) and is_secret(part, secrets) for part in self.at)
        got = MASK if hidden else show(self.got, secrets)
        at = json_path(mask_path(self.at, secrets)).encode("utf-8", "backslashreplace").decode()
        return f"{at}: got {got}, expected {self.expected}"


def written(services: Services, clock: Clock) -> Document:
    """The whole state as JSON values."""
    document: Document = {
        "fakesources": VERSION,
        "clock": {"now": clock.now().isoformat(), "running": clock.running},
    }
    for name, service in services.items():
        accounts = {account.label: _account(account) for account in service.accounts}
        document[name] = {"home": service.accounts.home_name, "counters": service.ids.counters(), "accounts": accounts}
    return document


def save(document: Document, path: Path) -> None:
    """Write a document, whole or not at all, readable by its owner alone. Raises OSError."""
    files.write(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n", is_private=True)


def opened(path: Path) -> Any:
    """What a file holds. Raises OSError, and NotAState for what is no JSON."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise InvalidState(f"{path} is not JSON: {error}") from None
    except RecursionError:
        raise InvalidState(f"{path} is nested too deeply") from None


def read(document: Any, services: Services) -> tuple[dict[str, tuple[Accounts[Any], Mapping[str, int]]], ClockState]:
    """A document as accounts and id counters by API, and where the clock stands. Raises NotAState; changes nothing."""
    try:
        try:
            return _read(document, services)
        except _Misfit as misfit:
            secrets = frozenset[str]().union(*(service.api.secrets for service in services.values()))
            raise InvalidState(misfit.told(secrets)) from None
    except RecursionError:  # of reading, or of telling what stood there
        raise InvalidState("this is no state: it is nested too deeply") from None


def _read(document: Any, services: Services) -> tuple[dict[str, tuple[Accounts[Any], Mapping[str, int]]], ClockState]:
    known = _object(document, (), ["fakesources", "clock", *services])
    if known["fakesources"] != VERSION:
        _refuse(("fakesources",), known["fakesources"], f"{VERSION}, the version of this form")
    clock = _object(known["clock"], ("clock",), ["now", "running"])
    now = _value(datetime, clock["now"], ("clock", "now"))
    moment = ClockState(now.timestamp(), _value(bool, clock["running"], ("clock", "running")))
    loaded = {name: _service(service, known[name], (name,), moment.seconds) for name, service in services.items()}
    return loaded, moment


def _account(account: Account) -> Document:
    rows = {name: [_plain(row) for row in store.as_made()] for name, store in account.stores.items()}
    return {"counters": account.ids.counters(), "counts": _plain(account.extra), "rows": rows}


def _service(service: Service, value: Any, at: Place, seconds: float) -> tuple[Accounts[Any], Mapping[str, int]]:
    known = _object(value, at, ["home", "counters", "accounts"])
    accounts = service.opened()
    accounts.home_name = _value(str | None, known["home"], (*at, "home"))
    described = known["accounts"]
    if not isinstance(described, Mapping):
        _refuse((*at, "accounts"), described, "an object")
    if HOME not in described:
        _refuse((*at, "accounts"), sorted(described), f"an account {HOME!r}")
    for label, inner in described.items():
        _text(label, (*at, "accounts"))
        account = accounts.labelled(label)
        _fill(account, inner, (*at, "accounts", label))
        for name, store in account.stores.items():
            for number, row in enumerate(store.as_made()):
                _check_views(service, account, row, seconds, (*at, "accounts", label, "rows", name, number))
    return accounts, _counters(known["counters"], (*at, "counters"))


def _counters(value: Any, at: Place) -> dict[str, int]:
    """Numbers from 0 on by kind: the next id of a kind follows from its number."""
    counters: dict[str, int] = dict(_value(Mapping[str, int], value, at))
    for kind, number in counters.items():
        if number < 0:
            _refuse((*at, kind), number, "a whole number from 0 on")
    return counters


def _check_views(service: Service, account: Account, row: Any, seconds: float, at: Place) -> None:
    """Refuse a row that some response could not show: every view of it is held against the schema of responses."""
    try:
        for name, view in service.api.views(service.edition, account, row, seconds):
            shape = service.schema(name)
            if not shape.is_valid(view):
                fault = shape.errors(view)[0]
                _refuse((*at, *fault.path), fault.actual, described(fault))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        _refuse(at, type(error).__name__, "a row that can be shown")


def _fill(account: Account, value: Any, at: Place) -> None:
    known = _object(value, at, ["counters", "counts", "rows"])
    account.ids.return_to(_counters(known["counters"], (*at, "counters")))
    account.extra = _value(account.counts, known["counts"], (*at, "counts"))
    kinds = _object(known["rows"], (*at, "rows"), list(account.stores))
    for name, store in account.stores.items():
        store.borrow(Tables())
        rows = _value(tuple[account.rows[name], ...], kinds[name], (*at, "rows", name))  # type: ignore[name-defined]
        taken = set()
        for number, row in enumerate(rows):
            if row.id in taken:
                _refuse((*at, "rows", name, number, "id"), row.id, "an id of its own")
            taken.add(row.id)
        store.put_all(rows)
    for name, store in account.stores.items():
        for number, row in enumerate(store.as_made()):
            field, expected = account.astray(row)
            if field:
                _refuse((*at, "rows", name, number, field), getattr(row, field), expected)


def fitting(row: R) -> R:
    """The row itself. Raises TypeError, naming the field, where one has a value that no such row can have."""
    kind: Any = type(row)
    fit(kind, {name: getattr(row, name) for name in _hints(kind)})
    return row


def fit(kind: Any, values: Mapping[str, Any]) -> None:
    """Hold some fields of a row against their types. Raises TypeError, naming the field."""
    hints = _hints(kind)
    try:
        for name, value in values.items():
            _value(hints[name], _plain(value), (name,))
    except _Misfit as wrong:
        at = json_path(wrong.at)[2:]
        raise arguments.wrong(at, f"{wrong.expected} for a {kind.__name__}", arguments.shown(wrong.got)) from None


def _plain(value: Any) -> Any:
    """A row, or what is in one, as JSON values."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if _is_kept(field)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "never" if value > 0 else "always"
    return plain(value)


def _is_kept(field: Any) -> bool:
    return bool(field.init and field.compare)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if _is_kept(field)}


def _object(value: Any, at: Place, names: list[str]) -> Mapping[str, Any]:
    """An object with these names and no others."""
    if not isinstance(value, Mapping):
        _refuse(at, value, "an object")
    for name in names:
        if name not in value:
            _refuse(at, list(value), f"{name!r} among its names")
    for name in value:
        if name not in names:
            near = nearest(str(name), names)
            hint = f" (did you mean {near!r}?)" if near else ""
            _refuse((*at, str(name)), value[name], f"one of {', '.join(names)}{hint}")
    return value


def _value(kind: Any, value: Any, at: Place) -> Any:
    """A JSON value as the type that is wanted. Raises _Misfit where it is none."""
    origin = get_origin(kind)
    if kind is Any:
        return _json(value, at)
    if origin in (Union, UnionType):
        return _either(get_args(kind), value, at)
    if origin is Literal:
        return value if value in get_args(kind) else _refuse(at, value, f"one of {', '.join(map(str, get_args(kind)))}")
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            _refuse(at, value, "an array")
        return tuple(_value(get_args(kind)[0], inner, (*at, number)) for number, inner in enumerate(value))
    if kind is FrozenDict or (origin is not None and issubclass(origin, Mapping)):
        if not isinstance(value, Mapping):
            _refuse(at, value, "an object")
        inner = get_args(kind)[1] if origin else Any
        return _frozen(inner, value, at)
    if isinstance(kind, type) and issubclass(kind, datetime):  # freezegun has a subclass of its own
        return _time(value, at)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = _object(value, at, list(hints))
        return kind(**{name: _value(hint, known[name], (*at, name)) for name, hint in hints.items()})
    return _scalar(kind, value, at)


def _either(kinds: tuple[Any, ...], value: Any, at: Place) -> Any:
    if value is None and NoneType in kinds:
        return None
    others = [kind for kind in kinds if kind is not NoneType]
    for kind in others[:-1]:
        try:
            return _value(kind, value, at)
        except _Misfit:
            continue
    return _value(others[-1], value, at)


_WORDS = {int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}
_ENDLESS = {"never": float("inf"), "always": float("-inf")}


def _scalar(kind: Any, value: Any, at: Place) -> Any:
    if kind is float and type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:
            number = inf
        return number if isfinite(number) else _refuse(at, value, _WORDS[float])
    if kind is float and isinstance(value, str) and value in _ENDLESS:
        return _ENDLESS[value]
    if kind is str:
        return _text(value, at)
    return value if type(value) is kind else _refuse(at, value, _WORDS.get(kind, str(kind)))


def _text(value: Any, at: Place) -> str:
    if type(value) is not str:
        _refuse(at, value, "a text")
    return value if is_encodable(value) else _refuse(at, value, ENCODABLE)


def _json(value: Any, at: Place) -> Any:
    """Any JSON value, frozen."""
    if isinstance(value, Mapping):
        return _frozen(Any, value, at)
    if isinstance(value, (list, tuple)):
        return tuple(_json(inner, (*at, number)) for number, inner in enumerate(value))
    if isinstance(value, str):
        return _text(value, at)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    return _refuse(at, value, "a JSON value")


def _frozen(kind: Any, value: Mapping[Any, Any], at: Place) -> FrozenDict:
    names = {name: _text(str(name), at) for name in value}
    return FrozenDict({names[name]: _value(kind, each, (*at, names[name])) for name, each in value.items()})


def _time(value: Any, at: Place) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        _refuse(at, value, "a time in ISO 8601")
    if when.tzinfo is None:
        _refuse(at, value, "a time with its zone")
    try:
        return when.astimezone(UTC)
    except OverflowError:
        _refuse(at, value, "a time within the years 1 to 9999 in UTC")


def _refuse(at: Place, got: Any, expected: str) -> NoReturn:
    raise _Misfit(at, got, expected)
