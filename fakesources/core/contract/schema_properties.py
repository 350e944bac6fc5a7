"""Properties of a schema, for rules, documentation, coverage and comparison of editions.

The path of a property has property names only: items of an array have the path of the array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .schemas import Schema, SchemaSource


@dataclass(frozen=True, slots=True, eq=False)
class SchemaProperty:
    """One property: its path from the root, its schema with references resolved, and whether it is required."""

    path: tuple[str, ...]
    schema: Mapping[str, Any]
    required: bool = True

    @property
    def kind(self) -> str:
        """Description of the accepted values: `integer or null`, `one of 0, 1`, `object`."""
        return describe_type(self.schema)


@cache
def properties_of(schema: Schema) -> tuple[SchemaProperty, ...]:
    """Return the properties of a schema, the root first, in the order of its file.

    A property that several branches describe is returned once for each.
    """
    return tuple(_Walk(schema.source).walk(schema.schema, schema.schema["$id"], (), True, frozenset()))


def values_at(value: Any, place: str, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the values at a place, property names joined by dots, each with its path, which has the indexes of arrays."""
    if not place:
        yield path, value
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from values_at(inner, place, (*path, number))
    elif isinstance(value, Mapping):
        name, _, rest = place.partition(".")
        if name in value:
            yield from values_at(value[name], rest, (*path, name))


def dereference(schema: Any, base: str, source: SchemaSource) -> tuple[Mapping[str, Any], str]:
    """Return a schema with its reference resolved, and its base URI. Keywords beside the reference take precedence.

    Provenance is never mixed: a source beside the reference replaces source, provenance and reason of the target.
    """
    while isinstance(schema, Mapping) and "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        target, base = source.resolve_ref(schema["$ref"], base)
        schema = {**(_without_provenance(target) if "x-source" in beside else target), **beside}
    return (schema if isinstance(schema, Mapping) else {}), base


_BOUNDS = {"minimum": "from", "maximum": "to", "maxLength": "up to characters:", "pattern": "like"}


def describe_type(schema: Mapping[str, Any]) -> str:
    """Return a description of the values that a schema accepts."""
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(map(_literal, schema["enum"]))
    types = schema.get("type", "")
    names = [types] if isinstance(types, str) else list(types)
    bounds = [f"{word} {schema[key]}" for key, word in _BOUNDS.items() if key in schema]
    return " ".join([" or ".join(filter(None, names)) or "any value", *bounds])


def _literal(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


_PROVENANCE = ("x-source", "x-provenance", "x-reason")


def _without_provenance(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _PROVENANCE}


class _Walk:
    """Walks one schema; `source` resolves its references."""

    def __init__(self, source: SchemaSource) -> None:
        self._source = source

    def walk(
        self,
        schema: Any,
        base: str,
        path: tuple[str, ...],
        required: bool,
        ancestors: frozenset[int],
        provenance: Mapping[str, Any] | None = None,
    ) -> Iterator[SchemaProperty]:
        """Yield a property and those below it.

        `provenance` is what a reference further up gives to all of them that were not decided in this project.
        """
        target, base = dereference(schema, base, self._source)
        merged = target
        if provenance is not None and target.get("x-provenance") != "decided":
            merged = {**_without_provenance(target), **provenance}
        elif provenance is None and isinstance(schema, Mapping) and "$ref" in schema and "x-provenance" in schema:
            provenance = {key: schema[key] for key in _PROVENANCE if key in schema}
        yield SchemaProperty(path, merged, required)
        yield from self._children(target, base, path, ancestors, provenance)

    def _children(
        self,
        schema: Mapping[str, Any],
        base: str,
        path: tuple[str, ...],
        ancestors: frozenset[int],
        provenance: Mapping[str, Any] | None,
    ) -> Iterator[SchemaProperty]:
        """Yield the properties below a schema. `ancestors` has the ids of the `properties` above, to end recursive schemas."""
        properties = schema.get("properties", {})
        if id(properties) in ancestors:
            return
        ancestors = ancestors | {id(properties)} if properties else ancestors
        required = schema.get("required", ())
        for name, child in properties.items():
            yield from self.walk(child, base, (*path, name), name in required, ancestors, provenance)
        branches = [schema[key] for key in ("items", "contains") if isinstance(schema.get(key), Mapping)]
        branches += [branch for key in ("allOf", "anyOf", "oneOf", "prefixItems") for branch in schema.get(key, ())]
        branches += [schema[key] for key in ("then", "else") if key in schema]
        for branch in branches:
            yield from self._children(*dereference(branch, base, self._source), path, ancestors, provenance)
