"""Parameters that official clients send beyond the documentation and the live service accepts silently.

They are rows of `data/ignored_params.json`, each with its source, and are dropped before a request is validated. A
parameter that is `null` counts as absent.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...core.http.parsing import Unreadable, json_of
from .data import read


@dataclass(frozen=True, slots=True)
class IgnoredParam:
    """A name that is ignored and not reported.

    - `where`: an operation, or `resources[]`, `auth[]`, the `parameters` of either, or the source's own `parameters`;
    - `name`: the name, or `*` for any name;
    - `source_type`: the only source type that it is ignored for, if any;
    - `only_null`: it is ignored only if its value is null;
    - `ignored_with`: it is ignored only beside this other parameter;
    - `duplicate_of`: it is ignored only if it has the value of this other parameter.
    """

    where: str
    name: str
    source: str
    source_type: str = ""
    only_null: bool = False
    ignored_with: str = ""
    duplicate_of: str = ""


@cache
def ignored_params() -> tuple[IgnoredParam, ...]:
    """Return all rows, in the order of the file."""
    return tuple(IgnoredParam(**row) for row in read("ignored_params"))


@cache
def _names(where: str, source_type: str = "") -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that are always ignored at a place, and those that are ignored if null."""
    rows = [
        row
        for row in ignored_params()
        if row.where == where and row.source_type in ("", source_type) and not row.ignored_with and not row.duplicate_of
    ]
    always = frozenset(row.name for row in rows if not row.only_null)
    return always, frozenset(row.name for row in rows if row.only_null)


@cache
def _conditional(operation: str) -> tuple[IgnoredParam, ...]:
    """Return the rows of an operation that depend on another parameter."""
    return tuple(row for row in ignored_params() if row.where == operation and (row.ignored_with or row.duplicate_of))


def drop_ignored(operation: str, params: dict[str, Any], known: Container[str]) -> None:
    """Drop from an operation's parameters, in place, those ignored for every source type, and known ones that are null."""
    if None in params.values():
        for name in [name for name, value in params.items() if value is None and name in known]:
            del params[name]
    _drop(params, operation)
    for row in _conditional(operation):
        if row.name in params and (
            params.get(row.ignored_with) or _is_duplicate(params[row.name], params.get(row.duplicate_of))
        ):
            del params[row.name]


def _is_duplicate(value: Any, original: Any) -> bool:
    """Return whether a value equals another parameter's, as itself or as JSON text."""
    if isinstance(value, str) and not isinstance(original, str):
        try:
            value = json_of(value, [])
        except Unreadable:
            return False
    return original is not None and bool(value == original)


def drop_ignored_in_parts(source_type: str, parts: dict[str, Any]) -> None:
    """Drop from the parameters that depend on the source type, in place, what is ignored for that type.

    `resources` and `auth` are lists of objects: that is validated for every type of source.
    """
    switches = parts.get("parameters")
    if isinstance(switches, dict):
        for name in [name for name, value in switches.items() if value is None]:
            del switches[name]
        _drop(switches, "parameters", source_type)
    for name in ("resources", "auth"):
        if name in parts:
            _drop_in_items(parts[name], name, source_type)


def _drop_in_items(items: list[dict[str, Any]], name: str, source_type: str) -> None:
    for item in items:
        _drop(item, f"{name}[]", source_type)
        if item.get("parameters") == []:
            item["parameters"] = {}  # PHP encodes an empty object as an empty array
        inner = item.get("parameters")
        if isinstance(inner, dict):
            _drop(inner, f"{name}[].parameters", source_type)


def _drop(params: dict[str, Any], where: str, source_type: str = "") -> None:
    always, if_null = _names(where, source_type)
    if always.isdisjoint(params) and (not if_null or None not in params.values()):
        return
    for name, value in list(params.items()):
        if name in always or (value is None and ("*" in if_null or name in if_null)):
            del params[name]
