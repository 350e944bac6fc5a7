"""Every place a schema describes: what rules, documentation, coverage and comparisons are read from.

A spot's path holds property names alone: what is said of an array's items is said at the array, one level down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

from .schemas import load, retrieve


@dataclass(frozen=True, slots=True, eq=False)
class SchemaProperty:
    """One place: its path from the root, what the schema says of it (references followed, the nearer word wins), and
    whether it has to be there.
    """

    path: tuple[str, ...]
    schema: Mapping[str, Any]
    required: bool = True

    @property
    def kind(self) -> str:
        """What may stand there, in words: `integer or null`, `one of 0, 1`, `object`."""
        return kind_of(self.schema)


@cache
def spots(path: str) -> tuple[SchemaProperty, ...]:
    """The places that the schema in a file describes, the root first, each in the order of the file. A place that
    several branches describe comes once for each.
    """
    schema = load(path)
    return tuple(_walk(schema, schema["$id"], (), True, frozenset()))


def resolved(schema: Any, base: str) -> tuple[Mapping[str, Any], str]:
    """A schema with its reference followed, what stands beside the reference laid over it, and its own base URI. Where it
    was read is one statement: a source beside the reference takes the place of all that the target says of its own.
    """
    while isinstance(schema, Mapping) and "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        uri = urljoin(base, schema["$ref"])
        base, _, pointer = uri.partition("#")
        target = retrieve(base)
        for part in filter(None, pointer.split("/")):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        schema = {**(_without_provenance(target) if "x-source" in beside else target), **beside}
    return (schema if isinstance(schema, Mapping) else {}), base


def kind_of(schema: Mapping[str, Any]) -> str:
    """What a schema lets stand, in words."""
    if "const" in schema:
        return _word(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(map(_word, schema["enum"]))
    types = schema.get("type", "")
    named = [types] if isinstance(types, str) else list(types)
    bounds = [
        f"{word} {schema[key]}"
        for key, word in (
            ("minimum", "from"),
            ("maximum", "to"),
            ("maxLength", "up to characters:"),
            ("pattern", "like"),
        )
        if key in schema
    ]
    return " ".join([" or ".join(filter(None, named)) or "any value", *bounds])


def _word(value: Any) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, str(value)) if not _numeric(value) else str(value)


def _numeric(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_PROVENANCE = ("x-source", "x-standing", "x-reason")


def _without_provenance(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _PROVENANCE}


def _walk(
    schema: Any,
    base: str,
    path: tuple[str, ...],
    required: bool,
    above: frozenset[int],
    known: Mapping[str, Any] | None = None,
) -> Iterator[SchemaProperty]:
    """Yield a place and those below it. `known` is the provenance that a reference further up gives to all of them."""
    if known is None and isinstance(schema, Mapping) and "$ref" in schema and "x-standing" in schema:
        known = {key: schema[key] for key in _PROVENANCE if key in schema}
    found, base = resolved(schema, base)
    yield SchemaProperty(path, found if known is None else {**_without_provenance(found), **known}, required)
    yield from _inside(found, base, path, above, known)


def _inside(
    found: Mapping[str, Any],
    base: str,
    path: tuple[str, ...],
    above: frozenset[int],
    provenance: Mapping[str, Any] | None = None,
) -> Iterator[SchemaProperty]:
    """What a schema says of the places below it. `above` holds the properties on the way, against endless ones."""
    known = found.get("properties", {})
    if id(known) in above:
        return
    above = above | {id(known)} if known else above
    must = found.get("required", ())
    for name, inner in known.items():
        yield from _walk(inner, base, (*path, name), name in must, above, provenance)
    for key in ("items", "contains"):
        if isinstance(found.get(key), Mapping):
            yield from _inside(*resolved(found[key], base), path, above, provenance)
    for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
        for inner in found.get(key, ()):
            yield from _inside(*resolved(inner, base), path, above, provenance)
    for key in ("then", "else"):
        if key in found:
            yield from _inside(*resolved(found[key], base), path, above, provenance)
