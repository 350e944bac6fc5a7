"""What official clients are known to send beyond the documentation, and the live service was known to accept: set
aside before a request is held against its shape. One table, `data/tolerated.json`, each row with its source.

`null` stands for absence wherever a name is known. A row's `where` is an operation, `resources[]`, `auth[]`, the
`parameters` of either, or the source's own `parameters`; `name` may be `*`; `only_null` rows forgive nothing else.
A row with `beside` is for calls that have that parameter too, one with `repeats` for a value that the named parameter has
as well.
"""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...core.http.parsing import Unreadable, json_of


@dataclass(frozen=True, slots=True)
class Tolerated:
    """One thing that is set aside without a word."""

    where: str
    name: str
    source: str
    source_type: str = ""
    only_null: bool = False
    beside: str = ""
    repeats: str = ""


@cache
def table() -> tuple[Tolerated, ...]:
    """Every row, as the data file has them."""
    rows = json.loads(files(__package__).joinpath("data", "tolerated.json").read_text("utf-8"))
    return tuple(Tolerated(**row) for row in rows)


@cache
def _names(where: str, source_type: str = "") -> tuple[frozenset[str], frozenset[str]]:
    """The names that are set aside at a place: those that always are, and those that are when they are null."""
    rows = [
        row
        for row in table()
        if row.where == where and row.source_type in ("", source_type) and not row.beside and not row.repeats
    ]
    return frozenset(row.name for row in rows if not row.only_null), frozenset(
        row.name for row in rows if row.only_null
    )


@cache
def _conditional(operation: str) -> tuple[Tolerated, ...]:
    """The rows of an operation that depend on another parameter."""
    return tuple(row for row in table() if row.where == operation and (row.beside or row.repeats))


def set_aside(operation: str, given: dict[str, Any], known: Container[str]) -> None:
    """Drop from an operation's parameters, in place, what is tolerated whatever the source type."""
    if None in given.values():
        for name in [name for name, value in given.items() if value is None and name in known]:
            del given[name]
    _drop(given, operation)
    for row in _conditional(operation):
        if row.name in given and (given.get(row.beside) or _repeats(given[row.name], given.get(row.repeats))):
            del given[row.name]


def _repeats(value: Any, known: Any) -> bool:
    """Return whether a value is another parameter's, as itself or as JSON text."""
    if isinstance(value, str) and not isinstance(known, str):
        try:
            value = json_of(value, [])
        except Unreadable:
            return False
    return known is not None and bool(value == known)


def set_aside_for(source_type: str, parts: dict[str, Any]) -> None:
    """Drop from what depends on the source type, in place, what is tolerated of that type."""
    switches = parts.get("parameters")
    if isinstance(switches, dict):
        for name in [name for name, value in switches.items() if value is None]:
            del switches[name]
        _drop(switches, "parameters", source_type)
    for name in ("resources", "auth"):
        if name in parts:
            _clean_items(parts[name], name, source_type)


def _clean_items(items: Any, name: str, source_type: str) -> None:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            _drop(item, f"{name}[]", source_type)
            if item.get("parameters") == []:
                item["parameters"] = {}  # how PHP writes an empty object
            inner = item.get("parameters")
            if isinstance(inner, dict):
                _drop(inner, f"{name}[].parameters", source_type)


def _drop(holder: dict[str, Any], where: str, source_type: str = "") -> None:
    always, nulls = _names(where, source_type)
    if always.isdisjoint(holder) and (not nulls or None not in holder.values()):
        return
    for name, value in list(holder.items()):
        if name in always or (value is None and ("*" in nulls or name in nulls)):
            del holder[name]
