"""Values fitted to a schema: what a fake has is kept as far as the schema allows, the rest is made up."""

from __future__ import annotations

from typing import Any

import pytest

from fakesources.kit.openapi.values import ABSENT, Shape

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
NOTHING: dict[str, Any] = {"not": {}}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    """Return a schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False}


def fitted(schema: Any, value: Any) -> Any:
    shape = Shape(schema)
    found = shape.fitted(value)
    assert found is ABSENT or shape.is_valid(found)
    return found


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (TEXT, 1.5, "1.5"),
        (TEXT, True, "true"),
        (TEXT, None, "text"),
        (TEXT, [1], "text"),
        (INTEGER, "7", 7),
        (INTEGER, "x", 0),
        (INTEGER, 1.5, 0),
        (INTEGER, 5.0, 5.0),
        ({"type": "integer", "maximum": 3}, 5.0, 0),
        ({"type": "boolean"}, "true", True),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "null"}, "a", None),
        ({"enum": ["a", "b"]}, "c", "a"),
        (NOTHING, 1, ABSENT),
    ],
)
def test_a_scalar_becomes_one_of_the_type(schema: Any, value: Any, expected: Any) -> None:
    found = fitted(schema, value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (obj("a", a=TEXT), {"a": 1, "x": "5"}, {"a": "1", "x": "5"}),
        (closed(obj("a", a=TEXT)), {"a": 1, "x": "5"}, {"a": "1"}),
        ({**obj("a", a=TEXT), "additionalProperties": INTEGER}, {"a": 1, "x": "5", "y": "no"}, {"a": "1", "x": 5, "y": 0}),
        ({**obj("a", a=TEXT), "additionalProperties": NOTHING}, {"a": 1, "x": "5"}, {"a": "1"}),
        ({**obj("a", "z", a=TEXT), "additionalProperties": INTEGER}, {"a": 1}, {"a": "1", "z": 0}),
        (obj("a", "z", a=TEXT), {"a": 1}, {"a": "1", "z": "text"}),
        (obj("a", a=TEXT, b=INTEGER), {}, {"a": "text"}),
        (obj(a=TEXT), {"a": None}, {}),
        (obj("a", a=TEXT), {"a": None}, {"a": "text"}),
        (obj(a=NOTHING), {"a": 1}, {}),
        (obj("a", a=NOTHING), {"a": 1}, ABSENT),
        (obj(a=TEXT), [1], {"a": "text"}),
    ],
)  # fmt: skip
def test_an_object_keeps_its_members(schema: Any, value: Any, expected: Any) -> None:
    """Those that its schema may have; null where that may be left out is left out."""
    assert fitted(schema, value) == expected


@pytest.mark.parametrize(
    ("bounds", "value", "expected"),
    [
        ({}, [1, "b"], ["1", "b"]),
        ({"minItems": 3}, [1], ["1", "text", "text"]),
        ({"maxItems": 1}, [1, 2], ["1"]),
        ({"items": NOTHING}, [1, 2], []),
        ({"items": NOTHING, "minItems": 1}, [1, 2], ABSENT),
        ({}, {"a": 1}, []),
    ],
)
def test_an_array_keeps_its_items(bounds: Any, value: Any, expected: Any) -> None:
    """As many as its schema allows; the least number is filled up."""
    assert fitted({"type": "array", "items": TEXT, **bounds}, value) == expected


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("branches", "value", "expected"),
    [
        ([closed(obj("a", a=TEXT)), closed(obj("b", b=TEXT))], {"b": 5}, {"b": "5"}),
        ([closed(obj("b", b=TEXT)), closed(obj("b", "c", b=TEXT, c=TEXT))], {"b": 5, "c": 6}, {"b": "5", "c": "6"}),
        ([closed(obj("b", "c", b=TEXT, c=TEXT)), closed(obj("b", b=TEXT))], {"b": 5, "c": 6}, {"b": "5", "c": "6"}),
        ([closed(obj("k", k={"const": "x"})), closed(obj("k", k={"const": "y"}))], {"k": "y", "z": 1}, {"k": "y"}),
        ([NOTHING, closed(obj("b", b=TEXT))], {"b": 5}, {"b": "5"}),
        ([INTEGER, TEXT], [1], 0),
        ([{"type": "null"}, INTEGER], "7", None),
        ([NOTHING], 1, ABSENT),
    ],
)
def test_of_several_alternatives_the_one_that_keeps_the_most_is_taken(
    word: str, branches: Any, value: Any, expected: Any
) -> None:
    """The first of those that keep equally much."""
    assert fitted({word: branches}, value) == expected
    assert fitted(obj("a", a={word: branches}), {"a": value}) == ({"a": expected} if expected is not ABSENT else ABSENT)
