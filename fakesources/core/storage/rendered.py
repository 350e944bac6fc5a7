"""JSON as it goes out, and rows that remember how they are written.

A row never changes, so the object it is shown as and the text of that object are made once and kept on the row
itself; they go when the row goes. The kept object is still held against its schema on every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json import JSONEncoder
from typing import Any, TypeVar

Write = Callable[[Any], str]
"""How an API writes JSON as text."""

compact = JSONEncoder(separators=(",", ":")).encode
"""A value as compact ASCII JSON."""


class RenderedJson(dict[str, Any]):
    """A JSON object that knows its own text. For validators it is a dict; nobody may change it."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedViews:
    """A row's memory of how it is written: by the name of the view, with what else the view was made from."""

    _written: dict[str, tuple[object, RenderedJson]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )


T = TypeVar("T", bound=CachedViews)


def written(
    row: T, view: str, show: Callable[[T], dict[str, Any]], upon: object = None, write: Write = compact
) -> RenderedJson:
    """A row as one of its views, made once per row. `upon` is whatever else the view shows, if anything:
    when that is no longer the same, the view is made anew. `write` is the API's own way with JSON.
    """
    kept = row._written.get(view)
    if kept is not None and (kept[0] is upon or kept[0] == upon):
        return kept[1]
    made = RenderedJson(show(row))
    made.text = write(made)
    row._written[view] = (upon, made)
    return made


def json_text(value: Any, write: Write = compact) -> str:
    """A value as `write` writes it; what remembers its text is not written again."""
    kind = type(value)
    if kind is RenderedJson:
        return str(value.text)
    if kind is list and value and type(value[0]) is RenderedJson:
        return (
            "["
            + ",".join([inner.text if type(inner) is RenderedJson else json_text(inner, write) for inner in value])
            + "]"
        )
    if kind is dict and any(type(inner) is list or type(inner) is RenderedJson for inner in value.values()):
        return "{" + ",".join(_members(value, write)) + "}"
    return write(value)


def _members(value: dict[str, Any], write: Write) -> Iterator[str]:
    """The members of an object, in their order; those in a row that remember nothing are written at once."""
    plain: dict[str, Any] = {}
    for key, inner in value.items():
        if type(inner) is not list and type(inner) is not RenderedJson:
            plain[key] = inner
            continue
        if plain:
            yield write(plain)[1:-1]
            plain = {}
        yield f"{write(key)}:{json_text(inner, write)}"
    if plain:
        yield write(plain)[1:-1]
