"""Changes of a JSON Schema: one keyword at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

Row = tuple[str, str, str, int, int, int, str]
Changes = Iterator[tuple[str, dict[str, Any]]]

IN_ORDER = ("properties", "$defs", "dependentSchemas")
SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
BOUNDS = {"minimum": -1, "exclusiveMinimum": -1, "minLength": -1, "minItems": -1, "minProperties": -1,
          "maximum": 1, "exclusiveMaximum": 1, "maxLength": 1, "maxItems": 1, "maxProperties": 1}  # fmt: skip
"""Keywords with a bound, and the step that makes it wider."""


def schema_changes(text: str) -> Iterator[Row]:
    """Yield every change of a schema's text as the fields of a `Change`; the whole text is replaced."""
    schema = json.loads(text)
    for pointer, path in subschemas(schema):
        here = value_at(schema, path)
        for operator, function in OPERATORS.items():
            for words, changed in function(here):
                whole = changed
                if path:
                    whole = copy.deepcopy(schema)
                    value_at(whole, path[:-1])[path[-1]] = changed
                new = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
                yield pointer, operator, words, line_of(text, new), 0, len(text), new


def subschemas(schema: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield the pointer and the path of every schema inside a schema."""
    if not isinstance(schema, dict):
        return
    yield "/".join(map(str, ("#", *path))), path
    for key in IN_ORDER:
        for name, inner in schema.get(key, {}).items():
            yield from subschemas(inner, (*path, key, name))
    for key in SINGLE:
        yield from subschemas(schema.get(key), (*path, key))
    for key in LISTS:
        for number, inner in enumerate(schema.get(key, ())):
            yield from subschemas(inner, (*path, key, number))


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


def line_of(old: str, new: str) -> int:
    """Return the number of the first line that differs."""
    lines = zip(old.splitlines(), new.splitlines(), strict=False)
    return next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1)


def without(schema: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}


def opened(schema: dict[str, Any]) -> Changes:
    if schema.get("additionalProperties") is False:
        yield "additionalProperties: false -> removed", without(schema, "additionalProperties")


def required(schema: dict[str, Any]) -> Changes:
    for name in schema.get("required", ()):
        rest = [each for each in schema["required"] if each != name]
        yield f"required: {name} -> removed", {**schema, "required": rest}


def types(schema: dict[str, Any]) -> Changes:
    """Change a type to another one, and leave out one of several."""
    kind = schema.get("type")
    if isinstance(kind, str):
        other = "integer" if kind == "string" else "string"
        yield f"type: {kind} -> {other}", {**schema, "type": other}
        if "const" not in schema and "enum" not in schema:  # which allow no other type
            yield f"type: {kind} -> removed", without(schema, "type")
    for name in kind if isinstance(kind, list) else ():
        yield f"type: {name} -> removed", {**schema, "type": [each for each in kind if each != name]}


def values(schema: dict[str, Any]) -> Changes:
    """Leave out one value of an enumeration, and change a constant."""
    for value in schema.get("enum", ()):
        rest = [each for each in schema["enum"] if each is not value]
        yield f"enum: {json.dumps(value)} -> removed", {**schema, "enum": rest}
    if "enum" in schema:
        yield "enum: removed", without(schema, "enum")
    if "const" in schema:
        yield "const: removed", without(schema, "const")


def bounds(schema: dict[str, Any]) -> Changes:
    """Make a range wider and narrower by one."""
    for key, step in BOUNDS.items():
        if key in schema:
            for other in (schema[key] + step, schema[key] - step):
                yield f"{key}: {schema[key]} -> {other}", {**schema, key: other}


def pattern(schema: dict[str, Any]) -> Changes:
    if "pattern" in schema:
        yield f"pattern: {schema['pattern']} -> removed", without(schema, "pattern")
        if schema["pattern"].endswith("$"):
            yield f"pattern: {schema['pattern']} -> without $", {**schema, "pattern": schema["pattern"][:-1]}
    if schema.get("uniqueItems") is True:
        yield "uniqueItems: true -> removed", without(schema, "uniqueItems")


def references(schema: dict[str, Any]) -> Changes:
    if "$ref" in schema:
        yield f"$ref: {schema['$ref']} -> removed", without(schema, "$ref")


def branches(schema: dict[str, Any]) -> Changes:
    """Leave out one branch, or one condition."""
    for key in LISTS:
        for number in range(len(schema.get(key, ()))):
            rest = [each for position, each in enumerate(schema[key]) if position != number]
            yield f"{key}: {number} -> removed", {**schema, key: rest} if rest else without(schema, key)
    for key in ("then", "else", "not", "items"):
        if key in schema:
            yield f"{key}: removed", without(schema, key)
    for key in ("dependentRequired", "dependentSchemas"):
        for name in schema.get(key, {}):
            yield f"{key}: {name} -> removed", {**schema, key: without(schema[key], name)}


def provenance(schema: dict[str, Any]) -> Changes:
    """Change the source and the provenance of a property."""
    if "x-source" in schema:
        yield f"x-source: {schema['x-source']} -> none", {**schema, "x-source": "none"}
    if "x-provenance" in schema:
        other = "observed" if schema["x-provenance"] != "observed" else "decided"
        yield f"x-provenance: {schema['x-provenance']} -> {other}", {**schema, "x-provenance": other}
        yield f"x-provenance: {schema['x-provenance']} -> removed", without(schema, "x-provenance")


OPERATORS: dict[str, Callable[[dict[str, Any]], Changes]] = {
    "opened": opened,
    "required": required,
    "type": types,
    "value": values,
    "bound": bounds,
    "pattern": pattern,
    "reference": references,
    "branch": branches,
    "provenance": provenance,
}
