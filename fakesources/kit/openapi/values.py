"""Values that a response's schema allows: conversion and completion of the values that a fake has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.contract.schemas import validator_of
from ...core.contract.validation import convert_text
from ..samples import MAX_DEPTH, kind_of, resolved, sample

ABSENT = object()
"""No value: of an optional property that is left out."""


class Shape:
    """The schema of a response's body, and the values that it allows."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema
        self.whole = resolved(schema, schema)
        self._parts: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._validators: dict[int, tuple[Any, Callable[[Any], bool]]] = {}
        self._alternatives: dict[int, tuple[Any, list[dict[str, Any]]]] = {}

    def is_valid(self, value: Any, part: Mapping[str, Any] | None = None) -> bool:
        """Return whether the schema, or a part of it, allows a value."""
        part = self.schema if part is None else part
        known = self._validators.get(id(part))
        if known is None:
            whole = part if part is self.schema else {**part, "$defs": self.schema.get("$defs", {})}
            known = self._validators[id(part)] = (part, validator_of(whole))
        return known[1](value)

    def part(self, schema: Any) -> dict[str, Any]:
        """Return a schema within this one with its reference and its `allOf` merged into it."""
        known = self._parts.get(id(schema))
        if known is None:
            known = self._parts[id(schema)] = (schema, resolved(schema, self.schema))
        return known[1]

    def properties(self, schema: Any = None) -> Mapping[str, Any]:
        """Return the properties that objects of the schema, or of one within it, may have in any of its alternatives."""
        branches = self._branches(self.whole if schema is None else self.part(schema))
        return {name: inner for each in branches for name, inner in each.get("properties", {}).items()}

    def required(self, schema: Any) -> set[str]:
        """Return the names that objects of a schema within this one have to have, in any of its alternatives."""
        return {name for each in self._branches(self.part(schema)) for name in each.get("required", [])}

    def _branches(self, schema: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
        """Yield the alternatives within a schema, then the schema itself."""
        parts = [*schema.get("oneOf", []), *schema.get("anyOf", [])] if depth < MAX_DEPTH else []
        for each in parts:
            yield from self._branches(self.part(each), depth + 1)
        yield schema

    def kind(self, schema: Any = None) -> str:
        """Return the JSON type of the schema or of one within it, `object` for alternatives of objects."""
        return self._kind(self.whole if schema is None else self.part(schema), 0)

    def _kind(self, schema: Mapping[str, Any], depth: int) -> str:
        found = kind_of(schema)
        if found or depth > MAX_DEPTH:
            return found
        parts = [self.part(each) for word in ("oneOf", "anyOf") for each in schema.get(word, [])]
        kinds = {self._kind(each, depth + 1) for each in parts} - {"null"}
        return kinds.pop() if len(kinds) == 1 else ""

    # -- values ----------------------------------------------------------------------------------------------------

    def fitted(self, value: Any) -> Any:
        """Return a value that is as near to the given one as the schema allows, ABSENT where none was found."""
        if self.is_valid(value):
            return value
        found = self._fitted(value, self.schema, 0)
        return found if found is not ABSENT and self.is_valid(found) else ABSENT

    def sample(self, schema: Any, depth: int = 0) -> Any:
        """Return a value that a schema within this one allows, ABSENT where none was found."""
        for examples in (True, False):
            found = sample(schema, self.schema, examples=examples)
            if not isinstance(schema, Mapping) or self.is_valid(found, schema):
                return found
        return self._fitted(found, schema, MAX_DEPTH - 2) if depth < MAX_DEPTH - 2 else ABSENT

    def _fitted(self, value: Any, schema: Any, depth: int) -> Any:
        if not isinstance(schema, Mapping) or self.is_valid(value, schema):
            return value
        if depth > MAX_DEPTH:
            return ABSENT
        merged = self.part(schema)
        for word in ("oneOf", "anyOf"):
            if merged.get(word):
                return self._fitted_to_one(value, merged, word, schema, depth)
        kind = kind_of(merged)
        found: Any = ABSENT
        if kind == "object" and isinstance(value, Mapping):
            found = self._object(value, merged, depth)
        elif kind == "array" and isinstance(value, list):
            found = self._array(value, merged, depth)
        elif not isinstance(value, dict | list):
            found = _converted(value, kind)
        if found is not ABSENT and self.is_valid(found, schema):
            return found
        return self.sample(schema, depth + 1)

    def _fitted_to_one(self, value: Any, merged: Mapping[str, Any], word: str, schema: Any, depth: int) -> Any:
        """Return the value that keeps the most of the given one, of those that fit one of several alternatives."""
        if id(schema) not in self._alternatives:
            others = {name: each for name, each in merged.items() if name != word}
            self._alternatives[id(schema)] = (schema, [{**others, "allOf": [each]} for each in merged[word]])
        best, kept = ABSENT, -1
        for each in self._alternatives[id(schema)][1]:
            found = self._fitted(value, each, depth + 1)
            if found is ABSENT or not self.is_valid(found, schema):
                continue
            same = _in_common(value, found)
            if same > kept:
                best, kept = found, same
        return best

    def _object(self, value: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        found: dict[str, Any] = {}
        for name, inner in properties.items():
            given = value.get(name, ABSENT)
            if given is None and name not in required and isinstance(inner, Mapping) and not self.is_valid(None, inner):
                continue
            if given is not ABSENT:
                given = self._fitted(given, inner, depth + 1)
            elif name in required:
                given = self.sample(inner, depth)
            if given is not ABSENT:
                found[name] = given
        rest = schema.get("additionalProperties", True)
        for name in value if rest is not False else ():
            if name not in properties and (given := self._fitted(value[name], rest, depth + 1)) is not ABSENT:
                found[name] = given
        for name in required:
            if name not in found and name not in properties:
                found[name] = self.sample(rest, depth) if isinstance(rest, Mapping) else "text"
        return {name: each for name, each in found.items() if each is not ABSENT}

    def _array(self, value: list[Any], schema: Mapping[str, Any], depth: int) -> list[Any]:
        items = schema.get("items", True)
        found = [self._fitted(each, items, depth + 1) for each in value[: schema.get("maxItems")]]
        found = [each for each in found if each is not ABSENT]
        while len(found) < schema.get("minItems", 0) and (more := self.sample(items, depth)) is not ABSENT:
            found.append(more)
        return found


def _in_common(value: Any, other: Any) -> int:
    """Return the number of members that two values have in common."""
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return sum(1 + _in_common(inner, other[name]) for name, inner in value.items() if name in other)
    return int(value == other)


def _converted(value: Any, kind: str) -> Any:
    """Return a scalar as one of another JSON type, ABSENT where it has no such form."""
    if kind == "string" and value is not None:
        return value if isinstance(value, str) else json.dumps(value)
    return convert_text(kind, value) if isinstance(value, str) else ABSENT
