"""JSON rendering with a cache: rows keep the objects and the texts they are rendered as.

A row never changes, so each of its views is rendered once and kept on the row itself. A cached object is still
validated with every response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json import JSONEncoder
from typing import Any, TypeVar

Encode = Callable[[Any], str]
"""Function that encodes a JSON value as an API does."""

compact_json = JSONEncoder(separators=(",", ":")).encode
"""Return a value as compact ASCII JSON."""


class RenderedJson(dict[str, Any]):
    """JSON object with its encoded text; a dict for validators. Do not change it."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedViews:
    """Base class of rows that cache their rendered views, by view name, each with the value it depends on."""

    _views: dict[str, tuple[object, RenderedJson]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )


T = TypeVar("T", bound=CachedViews)


def render_view(
    row: T, view: str, show: Callable[[T], dict[str, Any]], depends_on: object = None, encode: Encode = compact_json
) -> RenderedJson:
    """Return a row rendered by `show`, cached under the name of the view.

    `depends_on` is any other value the view shows: the view is rendered again when it changes. The last argument
    encodes it as text.
    """
    cached = row._views.get(view)
    if cached is not None and (cached[0] is depends_on or cached[0] == depends_on):
        return cached[1]
    rendered = RenderedJson(show(row))
    rendered.text = encode(rendered)
    row._views[view] = (depends_on, rendered)
    return rendered


def json_text(value: Any, encode: Encode = compact_json) -> str:
    """Return a value encoded as text, with the cached texts of the views in it."""
    kind = type(value)
    if kind is RenderedJson:
        return str(value.text)
    if kind is list and value and type(value[0]) is RenderedJson:
        return (
            "["
            + ",".join([inner.text if type(inner) is RenderedJson else json_text(inner, encode) for inner in value])
            + "]"
        )
    if kind is dict:
        return "{" + ",".join(_members(value, encode)) + "}"
    return encode(value)


def _members(value: dict[str, Any], encode: Encode) -> Iterator[str]:
    """Yield the encoded members of an object in order; consecutive ones without a cached text in one piece."""
    plain: dict[str, Any] = {}
    for key, inner in value.items():
        if type(inner) is not list and type(inner) is not RenderedJson:
            plain[key] = inner
            continue
        if plain:
            yield encode(plain)[1:-1]
            plain = {}
        yield f"{encode(key)}:{json_text(inner, encode)}"
    if plain:
        yield encode(plain)[1:-1]
