"""Values generated from a JSON Schema: valid ones, and changes of them that a schema may not allow.

Where `samples` has the one simplest value, for a response, this has any value, for requests of tests. All choices are
those of a `random.Random`: one with a seed makes the same values each time, and Hypothesis has one of its own, whose
choices it makes smaller until a failing example is simple.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any
from urllib.parse import urljoin

from ..core.contract.schemas import Schema, SchemaSource
from .patterns import text_matching
from .samples import FORMATS, MAX_DEPTH, combined, kind_of, sample

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    1.5,
    1e308,
    "",
    " ",
    "a" * 5_000,
    "\u0000",
    "\ud800",
    "<b>",
    "🎉",
    "%00",
    "%",
    "../..",
    "null",
    "[",
    [],
    [None],
    {},
    {"": None},
    {"a": {}},
)
"""Values of every JSON type, tried in the place of every parameter."""

_ALPHABET = "abcxyzABCXYZ0189 _-.,:/?&=+%#@'\"<>\\éß日本🎉"
_ATTEMPTS = 10
_MOST_ITEMS = 3
_WIDEST = 1e6
"""Widest range that a number with a fraction is drawn from."""
_MET = 0.8
"""Share of the values that meet a condition of their schema."""

Path = tuple[str | int, ...]


class ValueGenerator:
    """Generator of values for the schemas of one source, by the choices of `random`."""

    def __init__(self, source: SchemaSource, random: Random) -> None:
        self._source, self._random = source, random
        self._resolved: dict[str, Any] = {}

    def valid(self, schema: Schema) -> Any:
        """Return a value that a schema allows, as far as one can be found."""
        for _ in range(_ATTEMPTS):
            value = self._value(self._absolute(schema.schema["$id"]), 0)
            if schema.is_valid(value):
                return value
        return sample(schema.schema, schema.schema)

    def part(self, schema: Any) -> Any:
        """Return a value for a schema without references."""
        return self._value(schema, 0)

    def changed(self, value: Any) -> Any:
        """Return a copy of a value with one part removed, replaced, repeated or added; an object gets a new name as well."""
        value = copy.deepcopy(value)
        path = self._random.choice(list(_paths(value)))
        if not path:
            return self._with_unknown_name(value) if isinstance(value, dict) else self.hostile()
        parent: Any = value
        for key in path[:-1]:
            parent = parent[key]
        last: Any = path[-1]
        change = self._random.randrange(5)
        if change == 0:
            del parent[last]
        elif change == 1 and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        elif change == 2 and isinstance(parent, dict):
            name = str(last)
            parent[name[:-1] + name[-1:].upper() if self._random.random() < 0.5 else f"{name}s"] = parent.pop(name)
        elif change == 3:
            parent[last] = str(parent[last])
        else:
            parent[last] = self.hostile()
        return value

    def hostile(self) -> Any:
        """Return a value that hardly any schema allows."""
        return self._random.choice(HOSTILE)

    def _with_unknown_name(self, value: dict[str, Any]) -> dict[str, Any]:
        return {**value, self._random.choice(("unknown", "", "a" * 300, "\u0000", "é", "__proto__")): self.hostile()}

    def _value(self, schema: Any, depth: int) -> Any:
        schema = self._merged(schema, depth)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._random.choice(schema["enum"])
        for word in ("oneOf", "anyOf"):
            if schema.get(word):
                branches = schema.pop(word)
                return self._value(combined(schema, self._merged(self._random.choice(branches), depth)), depth)
        types = schema.get("type")
        kind = self._random.choice(types) if isinstance(types, list) and types else kind_of(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind == "string" or (not kind and ("pattern" in schema or "minLength" in schema)):
            return self._text(schema)
        if kind in ("integer", "number") or (not kind and "minimum" in schema):
            return self._number(schema, kind)
        if kind == "boolean":
            return self._random.random() < 0.5
        return None if kind == "null" else self._random.choice((None, 1, "text", True, {}, []))

    def _absolute(self, uri: str) -> Any:
        """Return the schema that an absolute reference leads to, its own references absolute too."""
        if uri not in self._resolved:
            self._resolved[uri] = _with_absolute_references(*self._source.resolve_ref(uri, ""))
        return self._resolved[uri]

    def _merged(self, schema: Any, depth: int) -> dict[str, Any]:
        """Return a schema with its reference, its `allOf` and one of its conditions merged into it."""
        if not isinstance(schema, Mapping):
            return {}
        merged = dict(schema)
        conditions: list[Mapping[str, Any]] = [merged] if "if" in merged else []
        if "$ref" in merged and depth <= 2 * MAX_DEPTH:
            merged = combined(self._merged(self._absolute(merged.pop("$ref")), depth + 1), merged)
        for part in merged.pop("allOf", ()):
            if isinstance(part, Mapping) and "if" in part:
                conditions.append(part)
            else:
                merged = combined(self._merged(part, depth + 1), merged)
        if conditions:
            chosen = dict(self._random.choice(conditions))
            merged = {name: each for name, each in merged.items() if name not in ("if", "then", "else")}
            names = ("if", "then") if "then" in chosen and self._random.random() < _MET else ("else",)
            for name in names:
                merged = combined(merged, self._merged(chosen.get(name), depth + 1))
        return merged

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        known = {name: each for name, each in schema.get("properties", {}).items() if each is not False}
        names = [name for name in known if name in required or (depth < MAX_DEPTH and self._random.random() < 0.5)]
        value = {name: self._value(known[name], depth + 1) for name in names}
        others = schema.get("additionalProperties", {})
        for name in required:
            if name not in value:
                value[name] = self._value(others, depth + 1)
        while len(value) < schema.get("minProperties", 0):
            left = [name for name in known if name not in value]
            name = left[0] if left else f"name{len(value)}"
            value[name] = self._value(known.get(name, others), depth + 1)
        return value

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = least if depth > MAX_DEPTH else min(schema.get("maxItems", least + _MOST_ITEMS), least + _MOST_ITEMS)
        first = schema.get("prefixItems", [])
        items = [self._value(each, depth + 1) for each in first]
        for _ in range(self._random.randint(least, most) - len(items)):
            item = self._value(schema.get("items", {}), depth + 1)
            if not schema.get("uniqueItems") or item not in items:
                items.append(item)
        return items

    def _text(self, schema: Mapping[str, Any]) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000)
        if "pattern" in schema:
            return text_matching(schema["pattern"], self._random) or ""
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        size = self._random.randint(least, min(most, least + 12))
        return "".join(self._random.choice(_ALPHABET) for _ in range(size))

    def _number(self, schema: Mapping[str, Any], kind: str) -> float:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -3))
        most = schema.get("maximum", schema.get("exclusiveMaximum", max(least, 0) + 100))
        is_whole = kind == "integer" or "multipleOf" in schema
        number: float = self._random.choice((least, most, self._between(least, most, is_whole)))
        if is_whole:
            step = schema.get("multipleOf", 1)
            number += (number == schema.get("exclusiveMinimum")) - (number == schema.get("exclusiveMaximum"))
            number = -(-number // step) * step
        elif number in (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")):
            number = (least + most) / 2
        is_integer = number == int(number) and self._random.random() < 0.5
        return int(number) if kind == "integer" or is_integer else number + 0.0

    def _between(self, least: float, most: float, is_whole: bool) -> float:
        if is_whole:
            return self._random.randint(int(least), max(int(least), int(most)))
        return self._random.uniform(least, min(most, least + _WIDEST))


def _with_absolute_references(value: Any, base: str) -> Any:
    if isinstance(value, Mapping):
        return {
            name: urljoin(base, each)
            if name == "$ref" and isinstance(each, str)
            else _with_absolute_references(each, base)
            for name, each in value.items()
            if name not in ("$defs", "$id")
        }
    return [_with_absolute_references(each, base) for each in value] if isinstance(value, list) else value


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*path, key))
