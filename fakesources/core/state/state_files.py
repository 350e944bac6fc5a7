"""State of a fake as JSON: written from the fields of its rows, and validated against their types when read.

A document is read whole or not at all: an invalid one is rejected with the path of the error, and nothing changes.
Secrets are not masked in it, so only its owner may read a file. Functions that a test scheduled on the clock are not
included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..contract.call import Service
from ..contract.field_types import ArrayType, read_type, row_type
from ..contract.schemas import json_path
from ..contract.validation import describe_expected
from ..http.masking import mask_path, show_at
from ..storage.accounts import HOME, Account, Accounts
from ..storage.clock import Clock, ClockState
from ..storage.store import Tables
from ..system import files
from ..text.spelling import any_of
from .snapshots import Services
from .typed_values import InvalidValue, JsonPath, fail, from_json, json_object, to_json

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

VERSION = 1
"""Version of the format, required in every document."""

Document = dict[str, Any]


class InvalidState(ValueError):
    """A document is not the state of a fake; the text has the path of the error, the expected and the actual value."""


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
        return json.loads(files.read(path).decode("utf-8-sig"))
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
        except InvalidValue as error:
            secrets = frozenset[str]().union(*(service.api.secrets for service in services.values()))
            raise InvalidState(_message(error, secrets)) from None
    except RecursionError:  # while parsing, or while formatting the error
        raise InvalidState("document: expected a state, got values nested too deeply") from None


def _message(error: InvalidValue, secrets: frozenset[str]) -> str:
    actual = show_at(error.actual, error.path, secrets)
    path = json_path(mask_path(error.path, secrets)).encode("utf-8", "backslashreplace").decode()
    return f"{path}: expected {error.expected}, got {actual}{error.hint}"


def _parse(document: Any, services: Services) -> tuple[dict[str, tuple[Accounts[Any], Mapping[str, int]]], ClockState]:
    apis = [name for name in services if not isinstance(document, Mapping) or name in document]
    if not apis and {"fakesources", "clock"} == {*document}:
        fail((), list(document), f"at least one API, {any_of(services)}")
    values = json_object(document, (), ["fakesources", "clock", *services], frozenset(services))
    if values["fakesources"] != VERSION:
        fail(("fakesources",), values["fakesources"], f"{VERSION}, the version of this format")
    clock = json_object(values["clock"], ("clock",), ["now", "running"])
    now = from_json(read_type(datetime), clock["now"], ("clock", "now"))
    clock_state = ClockState(now.timestamp(), from_json(read_type(bool), clock["running"], ("clock", "running")))
    loaded: dict[str, tuple[Accounts[Any], Mapping[str, int]]] = {}
    for name, service in services.items():
        if name in values:
            loaded[name] = _service(service, values[name], (name,), clock_state.seconds)
        else:  # saved by a fake without this API
            loaded[name] = service.open_accounts(), {}
    return loaded, clock_state


def _account_document(account: Account) -> Document:
    rows = {name: [to_json(row) for row in store.in_insertion_order()] for name, store in account.stores.items()}
    return {"counters": account.ids.counters(), "counts": to_json(account.extra), "rows": rows}


def _service(service: Service, value: Any, path: JsonPath, seconds: float) -> tuple[Accounts[Any], Mapping[str, int]]:
    values = json_object(value, path, ["home", "counters", "accounts"])
    accounts = service.open_accounts()
    accounts.home_name = from_json(read_type(str | None), values["home"], (*path, "home"))
    documents = values["accounts"]
    if not isinstance(documents, Mapping):
        fail((*path, "accounts"), documents, "an object")
    if HOME not in documents:
        fail((*path, "accounts"), sorted(documents), f"an account {HOME!r}")
    for label, document in documents.items():
        from_json(read_type(str), label, (*path, "accounts"))
        account = accounts.with_label(label)
        _fill(account, document, (*path, "accounts", label))
        for name, store in account.stores.items():
            for number, row in enumerate(store.in_insertion_order()):
                _check_views(service, account, row, seconds, (*path, "accounts", label, "rows", name, number))
    return accounts, _counters(values["counters"], (*path, "counters"))


def _counters(value: Any, path: JsonPath) -> dict[str, int]:
    """Return id counters by kind, each 0 or more: the next id of a kind follows from its counter."""
    counters: dict[str, int] = from_json(read_type(dict[str, int]), value, path)
    for kind, number in counters.items():
        if number < 0:
            fail((*path, kind), number, "an integer of 0 or more")
    return counters


def _check_views(service: Service, account: Account, row: Any, seconds: float, path: JsonPath) -> None:
    """Raise InvalidValue for a row that no response could show: each view is validated against its schema."""
    try:
        for name, view in service.api.views(service.edition, account, row, seconds):
            schema = service.schema(name)
            if not schema.is_valid(view):
                error = schema.errors(view)[0]
                fail((*path, *error.path), error.actual, describe_expected(error))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        fail(path, type(error).__name__, "a row that can be shown")


def _fill(account: Account, value: Any, path: JsonPath) -> None:
    """Replace the rows, counters and counts of an account by those of a document."""
    values = json_object(value, path, ["counters", "counts", "rows"])
    account.ids.restore(_counters(values["counters"], (*path, "counters")))
    account.extra = from_json(read_type(account.counts), values["counts"], (*path, "counts"))
    rows_by_store = json_object(values["rows"], (*path, "rows"), list(account.stores))
    for name, store in account.stores.items():
        store.adopt(Tables())
        row: Any = account.rows[name]
        kind = ArrayType(tuple, row_type(row))
        rows = from_json(kind, rows_by_store[name], (*path, "rows", name))
        ids = set()
        for number, row in enumerate(rows):
            if row.id in ids:
                fail((*path, "rows", name, number, "id"), row.id, "an id of its own")
            ids.add(row.id)
        store.put_all(rows)
    for name, store in account.stores.items():
        for number, row in enumerate(store.in_insertion_order()):
            field, expected = account.validate_row(row)
            if field:
                fail((*path, "rows", name, number, field), to_json(getattr(row, field)), expected)
