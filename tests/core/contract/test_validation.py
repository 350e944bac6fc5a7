"""Errors of schemas: the text that says what was expected, and the values that are coerced."""

from __future__ import annotations

from typing import Any

import pytest

from fakesources.core.contract.schemas import Schema, SchemaSource
from fakesources.core.contract.validation import coerce, describe_expected


def schema_of(schema: dict[str, Any]) -> Schema:
    return SchemaSource("own", documents={"own/own.json": schema}).schema_at("own/own.json")


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 5, "string"),
        ({"type": ["string", "null"]}, 5, "string or null"),
        ({"enum": [1, "a"]}, 5, "one of 1, a"),
        ({"const": "a"}, 5, "a"),
        ({"required": ["a"]}, {}, "also 'a'"),
        ({"properties": {}, "additionalProperties": False}, {"a": 1}, "only known names"),
        ({"minimum": 3}, 2, "at least 3"),
        ({"maximum": 3}, 4, "at most 3"),
        ({"minLength": 3}, "a", "a length of at least 3"),
        ({"maxLength": 3}, "abcd", "a length of at most 3"),
        ({"minItems": 1}, [], "a number of items of at least 1"),
        ({"maxItems": 1}, [1, 2], "a number of items of at most 1"),
        ({"pattern": "^a$"}, "b", "text that matches ^a$"),
    ],
)
def test_an_error_says_what_was_expected(schema: dict[str, Any], value: Any, expected: str) -> None:
    [error] = schema_of(schema).errors(value)

    assert describe_expected(error) == expected


def test_coercion_ends_where_one_value_has_to_have_two_types() -> None:
    """The value is converted three times, to each type in turn; the error is of the last conversion."""
    schema = schema_of({"properties": {"a": {"allOf": [{"type": "integer"}, {"type": "string"}]}}})

    coerced = coerce(schema, {"a": "5"})

    assert [(error.expected, error.actual) for error in coerced.tolerated] == [
        ("integer", "5"), ("string", 5), ("integer", "5"),
    ]  # fmt: skip
    assert [(error.expected, error.actual) for error in coerced.errors] == [("string", 5)]
