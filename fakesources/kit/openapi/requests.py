"""Requests to the guessed operations of an OpenAPI document: the row that a body holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.call import Call
from .guess import Guess
from .values import Shape


def given_row(call: Call, guess: Guess) -> dict[str, Any]:
    """Return the fields of a row that a request gives. What is readOnly is left out and reported."""
    given: Any = call.params
    shape = guess.operation.body
    if shape is not None and isinstance(given, Mapping):
        given = _writable(call, given, shape, shape.schema, ())
    if guess.given and isinstance(given, Mapping):
        given = given.get(guess.given)
    return dict(given) if isinstance(given, Mapping) else {}


def _writable(call: Call, value: Any, shape: Shape, schema: Any, path: tuple[str | int, ...]) -> Any:
    """Return a value without the members that are readOnly, at every depth."""
    if isinstance(value, Mapping):
        properties = shape.properties(schema)
        kept = {}
        for name, inner in value.items():
            known = properties.get(name, True)
            if is_read_only(shape, known):
                call.report(
                    "unknown-parameter", path=(*path, name), actual=inner, expected="no value: it is readOnly",
                    message="The API sets a readOnly property itself and ignores the value of a request.",
                )  # fmt: skip
            else:
                kept[name] = (
                    _writable(call, inner, shape, known, (*path, name)) if isinstance(inner, dict | list) else inner
                )
        return kept
    if isinstance(value, list):
        items = shape.part(schema).get("items", True)
        return [_writable(call, each, shape, items, (*path, number)) for number, each in enumerate(value)]
    return value


def is_read_only(shape: Shape, schema: Any) -> bool:
    """Return whether a schema is that of a value which the API sets itself."""
    return isinstance(schema, Mapping) and (
        schema.get("readOnly") is True or shape.part(schema).get("readOnly") is True
    )
