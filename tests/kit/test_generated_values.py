"""Values generated from schemas: valid ones of every kind, for requests to an API and for responses of a fake."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from fakesources.core.contract.schemas import Schema, SchemaSource
from fakesources.kit import Api, Call
from fakesources.kit.samples import MAX_DEPTH, sample
from fakesources.kit.schema_values import ValueGenerator
from fakesources.kit.testing import ApiTests, parameters_of, requests_of, responses_of

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
NUMBERS: list[tuple[dict[str, Any], tuple[type, ...]]] = [
    ({"type": "integer", "minimum": 5, "maximum": 5}, (int,)),
    ({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7}, (int,)),
    ({"type": "integer", "exclusiveMaximum": 0}, (int,)),
    ({"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 20}, (int,)),
    ({"type": "integer", "multipleOf": 7, "maximum": -5}, (int,)),
    ({"type": "integer", "minimum": 200}, (int,)),
    ({"type": "integer", "maximum": -200}, (int,)),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, (float,)),
    ({"type": "number", "exclusiveMinimum": 0.5, "maximum": 0.6}, (float,)),
    ({"type": "number", "exclusiveMaximum": -0.5}, (float, int)),
    ({"type": "number", "minimum": 0.1, "maximum": 0.9}, (float,)),
    ({"type": "number", "minimum": 0, "maximum": 10**300}, (float, int)),
    ({"type": "number", "multipleOf": 0.5, "minimum": 1, "maximum": 2}, (float, int)),
    ({"minimum": 3}, (float, int)),
]
"""Schemas of numbers, and the types that their values have."""

OTHERS: dict[str, tuple[dict[str, Any], int]] = {
    "a pattern that no text is generated for": ({"type": "string", "pattern": "^(?=[A-Z])[A-Z]{3}$"}, 1),
    "one of two types": ({"type": ["string", "null"]}, 9),
    "one of two schemas": ({"anyOf": [TEXT, INTEGER]}, 9),
    "an object or null": ({"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": TEXT}}, {"type": "null"}]}, 9),
    "a required name without a property": ({"type": "object", "required": ["x"], "additionalProperties": INTEGER}, 9),
    "a least number of any properties": ({"type": "object", "minProperties": 3}, 9),
    "a least number of some properties": ({"type": "object", "minProperties": 3, "properties": {"a": TEXT}, "additionalProperties": INTEGER}, 9),
    "a least number of known properties": ({"type": "object", "minProperties": 2, "properties": {"a": TEXT, "b": INTEGER}, "additionalProperties": False}, 9),
    "a property that no object has": ({"type": "object", "properties": {"a": False, "b": TEXT}}, 9),
    "items that differ": ({"type": "array", "uniqueItems": True, "items": {"enum": [1, 2]}}, 5),
    "no items": ({"type": "array", "items": False}, 1),
    "items by their place": ({"type": "array", "prefixItems": [TEXT, INTEGER], "minItems": 2, "maxItems": 2}, 9),
    "a text of some length": ({"type": "string", "minLength": 3, "maxLength": 4}, 9),
    "a length without a type": ({"minLength": 2}, 9),
    "a pattern without a type": ({"pattern": "^a$"}, 1),
    "a format": ({"type": "string", "format": "date-time"}, 1),
    "a boolean": ({"type": "boolean"}, 2),
    "null": ({"type": "null"}, 1),
    "a constant": ({"const": 5}, 1),
    "no constraint": ({}, 6),
    "a condition": ({"type": "object", "properties": {"a": TEXT, "b": TEXT}, "if": {"required": ["a"]}, "then": {"required": ["b"]}}, 9),
    "a condition with two sides": (
        {"type": "object", "properties": {"a": {"enum": [1, 2]}, "b": TEXT, "c": TEXT}, "required": ["a"],
         "allOf": [{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}]}, 9,
    ),
    "a schema within itself": (
        {"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "required": ["v"], "properties": {"v": INTEGER, "next": {"$ref": "#/$defs/n"}}}}}, 9,
    ),
}  # fmt: skip
"""Schemas, and how many different values there are at least in some hundred."""


def compiled(schema: dict[str, Any]) -> Schema:
    return SchemaSource("own", documents={"own/own.json": schema}).schema_at("own/own.json")


def generated(schema: Schema) -> list[Any]:
    return [ValueGenerator(schema.source, Random(seed)).valid(schema) for seed in range(120)]


@pytest.mark.parametrize(("schema", "types"), NUMBERS, ids=str)
def test_numbers_are_valid_and_of_their_type(schema: dict[str, Any], types: tuple[type, ...]) -> None:
    own = compiled(schema)
    values = generated(own)

    assert all(map(own.is_valid, values))
    assert {type(value) for value in values} == set(types)
    assert own.is_valid(sample(schema, schema))


@pytest.mark.parametrize("bounds", [(0, 1), (0.5, 0.75), (5, 7)])
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_a_number_between_exclusive_bounds_is_found_at_once(kind: str, bounds: tuple[float, float]) -> None:
    """At the first attempt, where there is one."""
    schema = {"type": kind, "exclusiveMinimum": bounds[0], "exclusiveMaximum": bounds[1]}
    own = compiled(schema)
    values = [ValueGenerator(own.source, Random(seed)).part(schema) for seed in range(60)]

    assert all(map(own.is_valid, values)) == (kind == "number" or bounds == (5, 7))


@pytest.mark.parametrize("case", OTHERS)
def test_generated_values_are_valid_and_differ(case: str) -> None:
    schema, least = OTHERS[case]
    own = compiled(schema)
    values = generated(own)

    assert all(map(own.is_valid, values))
    assert len({repr(value) for value in values}) >= least


NODE: dict[str, Any] = {"type": "object", "properties": {name: {"$ref": "#/$defs/n"} for name in "abc"}}
RECURSIVE: dict[str, dict[str, Any]] = {
    "properties": {**NODE},
    "a required name": {"type": "object", "required": ["x"], "additionalProperties": {"$ref": "#/$defs/n"}},
    "a least number of properties": {"type": "object", "minProperties": 3, "additionalProperties": {"$ref": "#/$defs/n"}},
    "items": {"type": "array", "items": {"$ref": "#/$defs/n"}},
    "a part of all": {"allOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}]},
}  # fmt: skip
"""Schemas whose values hold values of themselves, by the place where."""


@pytest.mark.parametrize("place", RECURSIVE)
def test_a_schema_within_itself_has_values_of_bounded_depth(place: str) -> None:
    own = compiled(RECURSIVE[place] | {"$defs": {"n": RECURSIVE[place] if place.startswith("items") else NODE}})

    assert max(map(depth_of, generated(own))) <= MAX_DEPTH + 2


def depth_of(value: Any) -> int:
    """Return the number of containers around the innermost part of a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth_of, inner), default=0)


def test_the_sample_of_a_number_meets_any_combination_of_bounds_and_a_step() -> None:
    """Wherever a multiple of a quarter from -25 to 50 meets it."""
    choices = {
        "minimum": (None, 0, 3, -2.5),
        "exclusiveMinimum": (None, 0, 4, -1),
        "maximum": (None, 10, 0.5),
        "exclusiveMaximum": (None, 10, 1, 0),
        "multipleOf": (None, 1, 5, 0.5),
    }
    for kind, values in product(("integer", "number"), product(*choices.values())):
        schema = {"type": kind} | {name: each for name, each in zip(choices, values, strict=True) if each is not None}
        if {"minimum", "exclusiveMinimum"} <= schema.keys() or {"maximum", "exclusiveMaximum"} <= schema.keys():
            continue
        validator = Draft202012Validator(schema)
        if any(validator.is_valid(quarters / 4) for quarters in range(-100, 200)):
            assert validator.is_valid(sample(schema, {})), schema


def test_bounds_of_numbers_are_tried() -> None:
    """A client that fails at one of them is found."""
    values = generated(compiled({"type": "integer", "minimum": 2, "maximum": 900}))

    assert {2, 900} < set(values)


@pytest.mark.parametrize("pattern", ["(", "(?=a)b", "[b-a]"])
def test_a_sample_of_a_pattern_without_a_known_text_is_a_text(pattern: str) -> None:
    assert sample({"type": "string", "pattern": pattern}, {}) == "text"


@pytest.mark.parametrize(("length", "expected"), [(MAX_DEPTH - 1, 5), (MAX_DEPTH + 5, None)])
def test_a_sample_follows_references_up_to_a_depth(length: int, expected: Any) -> None:
    """A chain that does not end has none."""
    defs: dict[str, Any] = {f"n{number}": {"$ref": f"#/$defs/n{number + 1}"} for number in range(length)}

    assert sample({"$ref": "#/$defs/n0"}, {"$defs": {**defs, f"n{length}": {"const": 5}}}) == expected


def api() -> Api:
    """Return an API with a body that is a list, and a success without a body."""
    lists = Api("lists", host="api.lists.test")

    @lists.put("/lists/<id>", body={"type": "array", "items": INTEGER, "minItems": 1}, responses={204: None})
    def replace_list(call: Any) -> None:
        """Replace a list."""

    return lists


@given(parameters_of(api(), "replace_list"))
@settings(max_examples=20)
def test_a_body_that_is_no_object_is_a_parameter(parameters: dict[str, Any]) -> None:
    assert parameters.keys() == {"id", "body"}
    assert all(isinstance(each, int) for each in parameters["body"])
    assert parameters["body"]


@given(requests_of(api(), "replace_list", kind="valid"))
@settings(max_examples=20)
def test_a_request_has_a_body_that_is_no_object(request: Any) -> None:
    assert (request.method, request.body[:1]) == ("PUT", b"[")


@given(responses_of(api(), "replace_list"))
@settings(max_examples=5)
def test_a_success_without_a_body_has_no_value(result: Any) -> None:
    assert (result.status, result.value) == (204, None)


def test_generated_requests_are_those_of_their_edition() -> None:
    """Each edition has a body of its own, which the other one rejects."""
    accepted = set()

    def only(value: str) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"const": value}},
            "additionalProperties": False,
        }

    own = Api("own", host="own.test", editions=("1", "2"))

    @own.post("/", body=only("one"), responses={204: None}, in_edition={"2": {"body": only("two")}})
    def post_it(call: Call) -> None:
        """Post it."""
        accepted.add((call.edition.name, call.params["a"]))

    class Tests(ApiTests):
        api = own

    Tests().test_generated_requests_get_documented_responses()

    assert accepted == {("1", "one"), ("2", "two")}
