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
        ({"pattern": r"^[a&&\p{Lu}]+$"}, {}),
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


@pytest.mark.parametrize(
    "keyword",
    [
        "not", "if", "then", "else", "items", "additionalProperties", "contains", "propertyNames", "unevaluatedProperties",
        "unevaluatedItems",
    ],
)  # fmt: skip
def test_a_schema_within_another_is_converted(keyword: str) -> None:
    inner = {"type": "string", "xml": {}, "x-odd": 1}

    assert converted({keyword: inner})[keyword] == {"type": "string"}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_schemas_in_a_list_are_converted(keyword: str) -> None:
    assert converted({keyword: [{"type": "string", "xml": {}}]})[keyword] == [{"type": "string"}]


@pytest.mark.parametrize("keyword", ["properties", "patternProperties", "dependentSchemas"])
def test_named_schemas_are_converted(keyword: str) -> None:
    assert converted({keyword: {"a": {"type": "string", "xml": {}}}})[keyword] == {"a": {"type": "string"}}


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


CAT, DOG = {"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}
MAPPED = {"propertyName": "kind", "mapping": {"cat": CAT["$ref"], "dog": "Dog", "hound": "#/components/schemas/Dog"}}
KIND = {"type": "string"}


@pytest.mark.parametrize(
    ("discriminator", "cat", "dog", "accepted"),
    [
        (MAPPED, KIND, KIND, ["cat lives", "dog barks", "hound barks"]),
        (MAPPED, {"enum": ["cat", "dog"]}, KIND, ["cat lives", "dog barks", "hound barks"]),
        (MAPPED, {"const": "cat"}, {"enum": ["dog", "fox"]}, ["cat lives", "dog barks"]),
        (MAPPED, {"enum": ["Cat"]}, {"enum": ["Dog"]}, ["Cat lives", "Dog barks"]),
        ({"propertyName": "kind", "mapping": {"cat": CAT["$ref"]}}, KIND, KIND, ["cat lives", "cat barks", "dog barks", "Dog barks", "fox barks", "hound barks", "Cat barks"]),
        ({"propertyName": "kind"}, {"enum": ["cat"]}, {"enum": ["dog"]}, ["cat lives", "dog barks"]),
        ({"propertyName": "kind", "mapping": ["cat"]}, {"enum": ["cat"]}, {"enum": ["dog"]}, ["cat lives", "dog barks"]),
        ({"propertyName": 1, "mapping": {"cat": "Cat"}}, {"enum": ["cat"]}, {"enum": ["dog"]}, ["cat lives", "dog barks"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
def test_a_discriminator_tells_which_schema_a_value_has(
    discriminator: Any, cat: Any, dog: Any, accepted: list[str], word: str
) -> None:
    """By the names of its mapping, unless the schemas list other values themselves."""
    animal = {"type": "object", "required": ["kind"], "properties": {"kind": {}}}
    schemas = {
        "Animal": animal,
        "Cat": {
            "allOf": [{"$ref": "#/components/schemas/Animal"}, {"required": ["lives"], "properties": {"kind": cat}}]
        },
        "Dog": {"required": ["kind", "barks"], "properties": {"kind": dog}},
        "Any": {word: [CAT, DOG], "discriminator": discriminator},
    }
    source = document("3.1.0", components={"schemas": schemas})
    place = ("components", "schemas", "Any")
    is_valid = validator_of(Document(source).schema(schemas["Any"], place, for_request=True))

    tried = {f"{kind} {name}": {"kind": kind, name: 9} for kind in ("cat", "dog", "hound", "fox", "Cat", "Dog") for name in ("lives", "barks")}  # fmt: skip
    assert [text for text, value in tried.items() if is_valid(value)] == sorted(accepted, key=[*tried].index)
