"""References of OpenAPI 3.1: anchors, `$id`s, and what stands beside a `$ref`."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_samples import document

from fakesources.kit import DefinitionError
from fakesources.kit.openapi.document import Document

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}


def converted(schemas: dict[str, Any], version: str = "3.1.0") -> dict[str, Any]:
    """Return the schema `Thing` of some schemas as a JSON Schema."""
    source = document(version, components={"schemas": schemas})
    place = ("paths", "/things/{id}", "get", "responses", "200", "content", "application/json", "schema")
    return Document(source).schema({"$ref": "#/components/schemas/Thing"}, place, for_request=True)


def allows(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


def within(reference: Any, **others: Any) -> dict[str, Any]:
    """Return a schema whose items are a reference, and whose `$defs` and other keywords are given."""
    return {"type": "array", "items": {"$ref": reference}, **others}


A = {"$id": "https://a.test/dir/a", "$defs": {"x": {"$anchor": "here"} | INTEGER}}
B = {"$id": "https://a.test/dir/b", "$defs": {"x": {"$anchor": "here"} | TEXT, "y": {"$anchor": "there"} | INTEGER}}
LEADS: dict[str, tuple[dict[str, Any], str]] = {
    "a pointer": ({"Thing": within("#/components/schemas/B"), "B": INTEGER}, "integer"),
    "a pointer with escapes": ({"Thing": within("#/components/schemas/B~1C%20D"), "B/C D": INTEGER}, "integer"),
    "a pointer into a list": ({"Thing": within("#/components/schemas/B/anyOf/1"), "B": {"anyOf": [TEXT, INTEGER]}}, "integer"),
    "a pointer within a schema with $defs": ({"Thing": within("#/$defs/x", **{"$defs": {"x": INTEGER}})}, "integer"),
    "a pointer from the schema with an $id": ({"Thing": within("#/$defs/x", **A)}, "integer"),
    "an anchor": ({"Thing": within("#there"), "B": {"$anchor": "there"} | INTEGER}, "integer"),
    "a dynamic anchor": ({"Thing": within("#there"), "B": {"$dynamicAnchor": "there"} | INTEGER}, "integer"),
    "an anchor of the schema itself": ({"B": B, "Thing": within("#here", **A)}, "integer"),
    "an anchor of the document, not of another schema": (
        {"B": B, "C": {"$anchor": "here"} | INTEGER, "Thing": within("#here")}, "integer"
    ),
    "an anchor that another schema alone has": ({"B": B, "Thing": within("#there", **A)}, "integer"),
    "an anchor of a named schema": ({"A": A, "B": B, "Thing": within("https://a.test/dir/b#here")}, "string"),
    "an anchor of a schema beside the own one": ({"Thing": within("b#here", **A), "B": B}, "string"),
    "an $id": ({"Thing": within("https://a.test/x"), "B": {"$id": "https://a.test/x"} | INTEGER}, "integer"),
    "an $id and a pointer": ({"A": A, "B": B, "Thing": within("https://a.test/dir/b#/$defs/x")}, "string"),
    "an address that is relative to the $id around it": ({"B": B, "Thing": within("b#/$defs/x", **A)}, "string"),
    "an $id that is relative to the one around it": (
        {"Thing": within("https://a.test/dir/inner", **{**A, "$defs": {"y": {"$id": "inner"} | INTEGER}})}, "integer"
    ),
    "an $id that is relative, as it is written": ({"Thing": within("inner"), "B": {"$id": "inner"} | INTEGER}, "integer"),
    "an $id that is no text": ({"Thing": within("#/$defs/x", **{"$id": 5, "$defs": {"x": INTEGER}})}, "integer"),
    "an $id within one that is no text": (
        {"Thing": within("b", **{"$id": 5, "$defs": {"x": {"$id": "b"} | INTEGER}})}, "integer"
    ),
}  # fmt: skip
"""Schemas whose `Thing` is a list, and the type of its items."""


@pytest.mark.parametrize("case", LEADS)
def test_a_reference_leads_to_its_schema(case: str) -> None:
    schemas, kind = LEADS[case]
    found = converted(schemas)

    assert (allows(found, [1]), allows(found, ["a"])) == (kind == "integer", kind == "string")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("other.yaml", "expected a $ref within the document, such as '#/components/…', got 'other.yaml'; put all files into one, for example with `npx @redocly/cli bundle`"),
        ("other.yaml#here", "expected a $ref within the document, such as '#/components/…', got 'other.yaml#here'; put all files into one, for example with `npx @redocly/cli bundle`"),
        ("other.yaml#/a", "expected a $ref within the document, such as '#/components/…', got 'other.yaml#/a'; put all files into one, for example with `npx @redocly/cli bundle`"),
        ("#nowhere", "expected a $ref to something in the document, got '#nowhere'"),
        ("https://a.test/dir/a#there", "expected a $ref to something in the document, got 'https://a.test/dir/a#there'"),
        ("https://a.test/dir/a#/$defs/z", "expected a $ref to something in the document, got 'https://a.test/dir/a#/$defs/z'"),
        ("#/components/schemas/L/anyOf/-", "expected a $ref to something in the document, got '#/components/schemas/L/anyOf/-'"),
        ("#/components/schemas/L/anyOf/7", "expected a $ref to something in the document, got '#/components/schemas/L/anyOf/7'"),
        ("#/info/title/x", "expected a $ref to something in the document, got '#/info/title/x'"),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_is_an_error_with_its_place(reference: str, message: str) -> None:
    """An anchor of another schema is none of the one that the address names."""
    with pytest.raises(DefinitionError) as error:
        converted({"A": A, "B": B, "L": {"anyOf": [TEXT]}, "Thing": within(reference)})

    assert str(error.value) == f"document: $.components.schemas.Thing.items: {message}"


@pytest.mark.parametrize("word", ["$ref", "$dynamicRef"])
@pytest.mark.parametrize("reference", [5, None, ["a"], {"a": "b"}])
def test_a_reference_that_is_no_text_is_an_error(word: str, reference: Any) -> None:
    with pytest.raises(DefinitionError) as error:
        converted({"Thing": {"items": {word: reference}}})

    text = f"expected a text such as '#/components/…', got {reference!r}"
    assert str(error.value) == f"document: $.components.schemas.Thing.items['$ref']: {text}"


def test_a_dynamic_reference_leads_to_its_anchor() -> None:
    """A document has no other schema that could take its place."""
    found = converted({"Thing": {"items": {"$dynamicRef": "#node"}}, "Node": {"$dynamicAnchor": "node"} | INTEGER})

    assert (allows(found, [1]), allows(found, ["a"])) == (True, False)


@pytest.mark.parametrize(
    ("beside", "allowed", "rejected"),
    [
        ({"minimum": 3}, 3, 2),
        ({"allOf": [{"minimum": 3}]}, 3, 2),
        ({"allOf": [{"minimum": 3}], "maximum": 5}, 4, 6),
        ({"anyOf": [{"minimum": 3}]}, 3, 2),
        ({"description": "A number.", "minimum": 3}, 3, 2),
        ({"description": "A number."}, 2, "a"),
        ({"nullable": True}, 2, None),
    ],
)
def test_what_stands_beside_a_reference_counts_in_3_1(beside: Any, allowed: Any, rejected: Any) -> None:
    """And so does what the reference leads to."""
    found = converted({"Thing": {"$ref": "#/components/schemas/N", **beside}, "N": INTEGER})

    assert (allows(found, allowed), allows(found, rejected), allows(found, "a")) == (True, False, False)


def test_a_description_beside_a_reference_is_kept() -> None:
    found = converted({"Thing": {"properties": {"a": {"$ref": "#/components/schemas/N", "title": "A"}}}, "N": INTEGER})

    assert found["$defs"]["Thing"]["properties"]["a"] == {"$ref": "#/$defs/N", "title": "A"}


def test_what_stands_beside_a_reference_is_ignored_in_3_0() -> None:
    found = converted({"Thing": {"$ref": "#/components/schemas/N", "minimum": 3}, "N": INTEGER}, "3.0.3")

    assert allows(found, 2)
