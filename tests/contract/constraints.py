"""Constraints of a schema, one by one, and those that a value meets or violates.

A constraint is identified by the id of its schema object, which is loaded once per process, its keyword, and for
`required` the required name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from fakesources.core.contract.schemas import Schema, SchemaError, SchemaSource

NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
TEXTS = ("minLength", "maxLength", "pattern")
LISTS = ("minItems", "maxItems", "uniqueItems")
ANY = ("type", "enum", "const")
OBJECTS = ("additionalProperties", "minProperties", "dependentRequired")
KEYWORDS = (*ANY, *NUMBERS, *TEXTS, *LISTS, *OBJECTS, "oneOf")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Constraint:
    """One constraint; `name` is the required name."""

    schema_id: int
    keyword: str
    name: str = ""

    @staticmethod
    def violated_by(error: SchemaError) -> Iterator[Constraint]:
        """Yield the constraints that a validation error is about."""
        for name in error.names if error.keyword == "required" else ("",):
            yield Constraint(id(error.schema), error.keyword, name)


def value_at(value: Any, path: Path) -> Any:
    """Return the part of a value at a path."""
    for step in path:
        value = value[step]
    return value


def constraints_of(schema: Schema) -> dict[Constraint, Path]:
    """Return every constraint of a schema with its property path."""
    constraints: dict[Constraint, Path] = {}
    _collect(schema.source, schema.schema, schema.schema["$id"], (), constraints)
    return constraints


def met_by(value: Any, schema: Schema) -> dict[Constraint, Path]:
    """Return the constraints that a value meets, each with the first path where it does."""
    constraints: dict[Constraint, Path] = {}
    for constraint, path in _met(schema.source, schema.schema, schema.schema["$id"], value, ()):
        constraints.setdefault(constraint, path)
    return constraints


def _of(schema: Any, keywords: tuple[str, ...]) -> Iterator[Constraint]:
    for keyword in keywords:
        is_schema = keyword == "additionalProperties" and isinstance(schema.get(keyword), dict)
        if keyword in schema and schema[keyword] is not True and not is_schema:
            yield Constraint(id(schema), keyword)


def _collect(source: SchemaSource, schema: Any, base: str, path: Path, constraints: dict[Constraint, Path]) -> None:
    if not isinstance(schema, dict):
        return
    for constraint in (
        *_of(schema, KEYWORDS),
        *(Constraint(id(schema), "required", n) for n in schema.get("required", ())),
    ):
        if constraint in constraints:
            return
        constraints[constraint] = path
    if "$ref" in schema:
        _collect(source, *source.resolve_ref(schema["$ref"], base), path, constraints)
    for name, inner in schema.get("properties", {}).items():
        _collect(source, inner, base, (*path, name), constraints)
    for key in ("items", "additionalProperties"):
        _collect(source, schema.get(key), base, path, constraints)
    for inner in schema.get("dependentSchemas", {}).values():
        _collect(source, inner, base, path, constraints)
    for key in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(key, ()):
            if key == "oneOf" and inner.keys() == {"required"}:
                continue  # an error of the whole oneOf
            _collect(source, inner, base, path, constraints)
    for key in ("then", "else"):
        _collect(source, schema.get(key), base, path, constraints)


def _met(source: SchemaSource, schema: Any, base: str, value: Any, path: Path) -> Iterator[tuple[Constraint, Path]]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield from _met(source, *source.resolve_ref(schema["$ref"], base), value, path)
    kinds = (*ANY, "oneOf")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        kinds += NUMBERS
    if isinstance(value, str):
        kinds += TEXTS
    if isinstance(value, list):
        kinds += LISTS
    if isinstance(value, dict):
        kinds += OBJECTS
    for constraint in _of(schema, kinds):
        yield constraint, path
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name in value:
                yield Constraint(id(schema), "required", name), path
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _met(source, inner, base, value[name], (*path, name))
        for name in value.keys() - schema.get("properties", {}).keys():
            yield from _met(source, schema.get("additionalProperties"), base, value[name], (*path, name))
        for name, inner in schema.get("dependentSchemas", {}).items():
            if name in value:
                yield from _met(source, inner, base, value, path)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _met(source, schema.get("items"), base, item, (*path, number))
    for inner in schema.get("allOf", ()):
        yield from _met(source, inner, base, value, path)
    for key in ("anyOf", "oneOf"):
        for inner in schema.get(key, ()):
            if Draft202012Validator(inner).is_valid(value):
                yield from _met(source, inner, base, value, path)
    if "if" in schema:
        branch = "then" if Draft202012Validator(schema["if"]).is_valid(value) else "else"
        yield from _met(source, schema.get(branch), base, value, path)
