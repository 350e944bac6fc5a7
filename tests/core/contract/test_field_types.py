"""JSON Schema from annotations: every type that may be written, and an error with its place for any other."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal, NewType, NotRequired, Required, TypedDict
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from fakesources.core.contract.field_types import UnreadableType, read_type, row_type
from fakesources.core.contract.type_schemas import schema_of

Color = Annotated[str, "Six digits.", {"pattern": "^[0-9a-f]{6}$"}]


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Tag(TypedDict):
    name: str
    color: NotRequired[Color]


class Partial(TypedDict, total=False):
    id: Required[int]
    tags: list[Tag]


class Further(Partial):
    name: str
    note: Annotated[NotRequired[str], "A note."]


@dataclass(frozen=True)
class Row:
    id: int
    name: str = ""
    tags: list[str] = field(default_factory=list)


class Loop(TypedDict):
    inner: Loop


class Unresolved(TypedDict):
    field: Missing  # type: ignore[name-defined]  # noqa: F821


TAG = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "color": {"type": "string", "description": "Six digits.", "pattern": "^[0-9a-f]{6}$"},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (datetime, {"type": "string", "format": "date-time"}),
        (date, {"type": "string", "format": "date"}),
        (UUID, {"type": "string", "format": "uuid"}),
        (str | None, {"type": ["string", "null"]}),
        (Annotated[str | None, "Text."], {"type": ["string", "null"], "description": "Text."}),
        (Level | None, {"anyOf": [{"enum": ["low", "high"]}, {"type": "null"}]}),
        (int | Tag, {"anyOf": [{"type": "integer"}, TAG]}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Level, {"enum": ["low", "high"]}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (Sequence[int], {"type": "array", "items": {"type": "integer"}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (tuple[int, str], {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False}),
        (frozenset[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Mapping[str, Any], {"type": "object", "additionalProperties": {}}),
        (list, {"type": "array"}),
        (dict, {"type": "object"}),
        (Annotated[int, {"maximum": 100}], {"type": "integer", "maximum": 100}),
        (Tag, TAG),
        ({"type": "string"}, {"type": "string"}),
    ],
    ids=str,
)
def test_a_type_becomes_a_schema(annotation: Any, schema: dict[str, Any]) -> None:
    """The same keywords as one would write by hand."""
    assert schema_of(read_type(annotation)) == schema
    Draft202012Validator.check_schema(schema)


def test_what_is_optional_is_not_required() -> None:
    """By `total`, `Required` and `NotRequired`, or by a default."""
    assert schema_of(read_type(Partial))["required"] == ["id"]
    assert schema_of(read_type(Further))["required"] == ["id", "name"]
    assert schema_of(read_type(Row))["required"] == ["id"]
    assert schema_of(read_type(Row), is_response=True)["required"] == ["id", "name", "tags"]
    assert schema_of(read_type(Further), is_response=True)["required"] == ["id", "name"]


@dataclass(frozen=True)
class Derived:
    id: int
    text: str = field(default="", init=False)
    cached: str = field(default="", compare=False)


def test_a_state_file_has_the_fields_that_make_a_row() -> None:
    """Not those that it computes itself, and not those that do not count in a comparison."""
    assert list(row_type(Derived).saved) == ["id"]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (complex, "complex: expected a TypedDict"),
        (NewType("Number", int), "Number: expected a TypedDict"),
        (dict[int, str], "expected names that are str, got int"),
        (TypedDict("Outer", {"inner": complex}), r"Outer\.inner: expected a TypedDict"),
        (list[complex], r"list\[\]: expected a TypedDict"),
        (Annotated[int, 5], "expected a description or keywords in Annotated, got 5"),
        (Loop, r"Loop\.inner: expected no type inside itself, got Loop"),
        (Unresolved, "Unresolved: expected annotations that can be resolved"),
    ],
)
def test_any_other_type_is_an_error_with_its_place(annotation: Any, message: str) -> None:
    """At import, so a mistake is found before a request is made."""
    with pytest.raises(UnreadableType, match=message):
        schema_of(read_type(annotation))
