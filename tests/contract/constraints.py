"""What a schema demands, one constraint at a time: which there are, and which of them a value meets or breaks.

A constraint is known by the object of its schema, which is read once per process, its keyword, and for `required` the
name that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from jsonschema import Draft202012Validator

from fakesources.core.contract.schemas import Schema, SchemaError, retrieve

NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
TEXTS = ("minLength", "maxLength", "pattern")
LISTS = ("minItems", "maxItems", "uniqueItems")
ANY = ("type", "enum", "const")
KEYWORDS = (*ANY, *NUMBERS, *TEXTS, *LISTS, "additionalProperties")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Constraint:
    """One demand: at which place, of which keyword; `name` is the required one."""

    schema_id: int
    keyword: str
    name: str = ""

    @staticmethod
    def broken_by(fault: SchemaError) -> Iterator[Constraint]:
        """The constraints a fault tells of."""
        for name in fault.names if fault.keyword == "required" else ("",):
            yield Constraint(id(fault.schema), fault.keyword, name)


def demanded(shape: Schema) -> dict[Constraint, Path]:
    """Every constraint of a shape, with the names on the way to it."""
    found: dict[Constraint, Path] = {}
    _collect(shape.schema, shape.schema["$id"], (), found)
    return found


def met(shape: Schema, value: Any) -> dict[Constraint, Path]:
    """The constraints that a value meets, each with the first place where it does."""
    found: dict[Constraint, Path] = {}
    for constraint, path in _meet(shape.schema, shape.schema["$id"], value, ()):
        found.setdefault(constraint, path)
    return found


def _of(schema: Any, keywords: tuple[str, ...]) -> Iterator[Constraint]:
    for keyword in keywords:
        if keyword in schema and schema[keyword] is not True:
            yield Constraint(id(schema), keyword)


def _followed(schema: Any, base: str) -> tuple[Any, str]:
    base, _, pointer = urljoin(base, schema["$ref"]).partition("#")
    target = retrieve(base)
    for part in filter(None, pointer.split("/")):
        target = target[part.replace("~1", "/").replace("~0", "~")]
    return target, base


def _collect(schema: Any, base: str, path: Path, found: dict[Constraint, Path]) -> None:
    if not isinstance(schema, dict):
        return
    for constraint in (
        *_of(schema, KEYWORDS),
        *(Constraint(id(schema), "required", n) for n in schema.get("required", ())),
    ):
        if constraint in found:
            return
        found[constraint] = path
    if "$ref" in schema:
        _collect(*_followed(schema, base), path, found)
    for name, inner in schema.get("properties", {}).items():
        _collect(inner, base, (*path, name), found)
    _collect(schema.get("items"), base, path, found)
    for key in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(key, ()):
            _collect(inner, base, path, found)
    for key in ("then", "else"):
        _collect(schema.get(key), base, path, found)


def _meet(schema: Any, base: str, value: Any, path: Path) -> Iterator[tuple[Constraint, Path]]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield from _meet(*_followed(schema, base), value, path)
    kinds = ANY
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        kinds += NUMBERS
    if isinstance(value, str):
        kinds += TEXTS
    if isinstance(value, list):
        kinds += LISTS
    if isinstance(value, dict):
        kinds += ("additionalProperties",)
    for constraint in _of(schema, kinds):
        yield constraint, path
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name in value:
                yield Constraint(id(schema), "required", name), path
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _meet(inner, base, value[name], (*path, name))
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _meet(schema.get("items"), base, item, (*path, number))
    for inner in schema.get("allOf", ()):
        yield from _meet(inner, base, value, path)
    for key in ("anyOf", "oneOf"):
        for inner in schema.get(key, ()):
            if Draft202012Validator(inner).is_valid(value):
                yield from _meet(inner, base, value, path)
    if "if" in schema:
        branch = "then" if Draft202012Validator(schema["if"]).is_valid(value) else "else"
        yield from _meet(schema.get(branch), base, value, path)
