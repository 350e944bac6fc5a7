"""Schemas from files and documents, and the coercion of values that they reject."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakesources.core.contract.schema_properties import properties_of
from fakesources.core.contract.schemas import Schema, SchemaSource
from fakesources.core.contract.validation import ERRORS_LIMIT, coerce


def schema_of(document: dict[str, Any]) -> Schema:
    """Return a schema in memory."""
    made: Schema = SchemaSource("own", documents={"own/own.json": document}).schema_at("own/own.json")
    return made


@pytest.fixture
def folder(tmp_path: Path) -> SchemaSource:
    """Return the schemas of an API that has them in a folder of its own, with a reference from one to another."""
    for path, document in {
        "v1/page.json": {"type": "array", "items": {"$ref": "../common/parts/item.json"}},
        "common/parts/item.json": {"type": "integer"},
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"$id": f"https://fakesources.invalid/schemas/own/{path}", **document}))
    (tmp_path / "v1/README.md").touch()
    return SchemaSource("own", folder=tmp_path)


def test_an_api_may_have_its_schemas_in_a_folder(folder: SchemaSource) -> None:
    """Other files are none, and folders inside are part of the names."""
    assert folder.names("v1") == {"page", "parts/item"}
    assert [folder.schema_of("v1", "page").is_valid(value) for value in ([1], ["a"])] == [True, False]


def test_a_missing_schema_is_a_missing_file(folder: SchemaSource) -> None:
    for source in (folder, SchemaSource("own", documents={})):
        assert not source.exists("own/v1/other.json")
        with pytest.raises(FileNotFoundError, match=r"other\.json"):
            source.load("own/v1/other.json")


def test_a_value_that_jsonschema_alone_accepts_has_an_error() -> None:
    """The class of digits has those of every script in Python, and ten of them in JSON Schema (ECMA 262)."""
    schema = schema_of({"properties": {"a": {"pattern": "^\\d+$"}}})

    (error,) = schema.errors({"a": "\u0663"})

    assert schema.errors({"a": "3"}) == []
    assert (error.path, error.keyword, error.actual) == (("a",), "pattern", "\u0663")


def test_a_property_without_constraints_has_no_type() -> None:
    schema = schema_of(
        {"properties": {"any": True, "one": {"type": ["integer", "null"]}, "two": {"type": ["integer", "string"]}}}
    )

    assert schema.kinds == {"any": "", "one": "integer", "two": ""}


def test_properties_of_a_schema_inside_itself_are_listed_once() -> None:
    schema = schema_of({"properties": {"name": {}, "children": {"type": "array", "items": {"$ref": "#"}}}})

    assert [".".join(each.path) for each in properties_of(schema)].count("name") == 1


@pytest.mark.parametrize(
    ("kind", "given", "coerced"),
    [
        ("boolean", 1, True),
        ("boolean", 0, False),
        ("boolean", "t", True),
        ("integer", True, 1),
        ("number", False, 0),
        ("integer", "7", 7),
        ("string", 7, "7"),
        ("string", True, "true"),
        (["integer", "string"], True, "true"),
    ],
)
def test_a_scalar_of_another_type_is_coerced(kind: Any, given: Any, coerced: Any) -> None:
    got = coerce(schema_of({"properties": {"a": {"type": kind}}}), {"a": given})

    assert (got.values, got.errors) == ({"a": coerced}, ())
    assert type(got.values["a"]) is type(coerced)
    assert [error.actual for error in got.tolerated] == [given]


@pytest.mark.parametrize(
    ("kind", "given"),
    [("boolean", 2), ("boolean", "maybe"), ("integer", 1.5), ("integer", "1.5"), ("object", True), ("integer", None)],
)
def test_any_other_value_is_an_error(kind: str, given: Any) -> None:
    got = coerce(schema_of({"properties": {"a": {"type": kind}}}), {"a": given})

    assert (got.values, got.tolerated) == ({"a": given}, ())
    assert [error.actual for error in got.errors] == [given]


def test_a_value_that_no_type_suits_is_an_error_in_the_end() -> None:
    """Coerced for the one, it breaks the other."""
    schema = schema_of({"properties": {"a": {"allOf": [{"type": "string"}, {"type": "integer"}]}}})

    (error,) = coerce(schema, {"a": "1"}).errors

    assert (error.path, error.keyword) == (("a",), "type")


def test_a_bounded_number_of_errors_decides() -> None:
    schema = schema_of({"type": "array", "items": {"type": "integer"}})

    assert len(coerce(schema, [None] * (ERRORS_LIMIT + 50)).errors) == ERRORS_LIMIT
