"""Schemas of OpenAPI 3.1 as JSON Schemas that both validators read: patterns of ECMA-262, discriminators, odd keywords."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_samples import document

from fakesources.core.contract.schemas import validator_of
from fakesources.kit import DefinitionError
from fakesources.kit.openapi.document import Document
from fakesources.kit.openapi.schemas import MAX_DEPTH


def converted(schema: Any) -> dict[str, Any]:
    """Return the schema of a document's component as a JSON Schema."""
    source = document("3.1.0", components={"schemas": {"Thing": schema}})
    return Document(source).schema(schema, ("components", "schemas", "Thing"), for_request=True)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "examples": ["a"]}, {"type": "string", "examples": ["a"]}),
        ({"type": "string", "examples": {"one": {"value": "a"}}}, {"type": "string"}),
        ({"type": "string", "required": True}, {"type": "string"}),
        ({"type": ["string", "null"], "$comment": "a", "x-odd": 1}, {"type": ["string", "null"]}),
        ({"prefixItems": [{"type": "string", "xml": {}}]}, {"prefixItems": [{"type": "string"}]}),
        ({"propertyNames": {"xml": {}}, "contains": {"xml": {}}}, {"propertyNames": {}, "contains": {}}),
        ({"not": True, "items": False}, {"not": True, "items": False}),
        ({"discriminator": {}, "oneOf": [{}]}, {"anyOf": [{}]}),
        ({"discriminator": {}, "oneOf": [{}], "anyOf": [{}]}, {"oneOf": [{}], "anyOf": [{}]}),
        ({"discriminator": {}, "properties": {"a": {}}}, {"properties": {"a": {}}, "additionalProperties": True}),
        (
            {"discriminator": {}, "properties": {"a": {}}, "additionalProperties": False},
            {"properties": {"a": {}}, "additionalProperties": False},
        ),
        ({"pattern": r"^(?<year>\d{4})$"}, {"pattern": r"^(?P<year>\d{4})$"}),
        ({"pattern": r"^\u{0041}\/b$"}, {"pattern": r"^\u0041/b$"}),
        ({"pattern": r"^\k<a>"}, {}),
        ({"pattern": r"\cJ"}, {}),
        ({"pattern": r"^[\w-\.]+@[a-\d]\d-\d[\w-]$"}, {"pattern": r"^[\w\-\.]+@[a\-\d]\d\-\d[\w-]$"}),
        ({"pattern": r"^[\s\S]{0,100000}$"}, {}),
        ({"pattern": r"(?P<a>b)(?P=a)"}, {}),
        ({"pattern": r"^\p{Lu}+$"}, {}),
        ({"pattern": r"^[\p{L}0-9]+$"}, {}),
        ({"pattern": r"^[^\p{L}]+$"}, {}),
        ({"pattern": r"^\[\p{L}\]$"}, {"pattern": r"^\[[^\W\d_]\]$"}),
        (
            {"patternProperties": {"^a": {"xml": {}}, r"^\k<a>": {}, r"^(?<a>b)": {}}},
            {"patternProperties": {"^a": {}, "^(?P<a>b)": {}}},
        ),
    ],
)
def test_a_schema_is_converted(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    found = converted(schema)

    assert found == expected
    Draft202012Validator.check_schema(found)


@pytest.mark.parametrize("class_name", ["L", "Letter", "Alphabetic"])
@pytest.mark.parametrize(("text", "is_allowed"), [("Ünë", True), ("a1", False), ("a_", False), ("", False)])
def test_a_class_of_letters_has_letters_of_every_script(class_name: str, text: str, is_allowed: bool) -> None:
    found = converted({"pattern": rf"^\p{{{class_name}}}+$"})

    assert Draft202012Validator(found).is_valid(text) == is_allowed


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"items": schema}
    return schema


def test_the_greatest_depth_of_schemas_is_allowed() -> None:
    assert converted(nested(MAX_DEPTH)) == nested(MAX_DEPTH)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (nested(MAX_DEPTH + 1), ".items.items.items: expected at most 100 schemas within one another"),
        ({"patternProperties": {"(": {}}}, ".patternProperties: expected a regular expression, got '('"),
        ({"pattern": "[a"}, ".pattern: expected a regular expression, got '[a'"),
        ({"prefixItems": {}}, ".prefixItems: expected a list of schemas, got {}"),
        ({"$defs": {}, "dependentSchemas": []}, ".dependentSchemas: expected an object, got []"),
    ],
)
def test_what_cannot_be_converted_is_an_error_with_its_place(schema: Any, message: str) -> None:
    with pytest.raises(DefinitionError) as error:
        converted(schema)

    assert str(error.value) == f"document: $.components.schemas.Thing{message}"


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", ["a.b-c@d.io", "a@b-c.de"], ["a+b@d.io", "@d.io"]),
        (r"^[a-\d]+$", ["a-1"], ["b"]),
        (r"^(?<year>\d{4})\/\d-\d$", ["2026/1-2"], ["2026/12"]),
        (r"^[[a-c]+$", ["[a", "b"], ["]", "d"]),
        (r"^[\]\[a]$", ["[", "]", "a"], ["\\"]),
        (r"^\[[\d[]+$", ["[1[", "[["], ["1[", "[\\"]),
        (r"^[a&&b]+$", ["a&b"], [""]),
        (r"^[a||b]+$", ["a|b", "b"], ["\\"]),
        (r"^[a~~b]+$", ["a~"], ["\\"]),
        (r"^[^a&&b]+$", ["c"], ["a", "&"]),
        (r"^[+--]+$", ["+,-"], ["."]),
        (r"^[--/]+$", ["-./"], ["+"]),
    ],
)
def test_a_pattern_of_ecma_keeps_its_meaning(pattern: str, matching: list[str], others: list[str]) -> None:
    """In both validators: a hyphen beside a class of characters is one, and a set has no sets in it."""
    schema = converted({"pattern": pattern})

    for is_valid in (Draft202012Validator(schema).is_valid, validator_of(schema)):
        assert all(map(is_valid, matching))
        assert not any(map(is_valid, others))
