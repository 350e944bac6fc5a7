"""Values that a schema allows: what a fake of an OpenAPI document fills in where nothing else is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from random import Random
from typing import Any

from .patterns import text_matching

MAX_DEPTH = 8
"""Number of objects within one another, beyond which optional properties are left out."""

FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "00:00:00Z",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
"""A text of each format."""


def sample(schema: Any, root: Mapping[str, Any], depth: int = 0, *, examples: bool = True) -> Any:
    """Return a value that a schema allows, the same one each time; its `$ref`s are looked up in `root`.

    Without `examples` the values that the schema itself names as examples or defaults are not taken.
    """
    schema = resolved(schema, root)
    for known in ("const", "default", "example") if examples else ("const",):
        if known in schema:
            return schema[known]
    if examples and schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            others = {name: each for name, each in schema.items() if name != word}
            return sample({**others, "allOf": [schema[word][0]]}, root, depth, examples=examples)
    kind = kind_of(schema)
    if kind == "object":
        return _object(schema, root, depth, examples)
    if kind == "array":
        count = schema.get("minItems", 0)
        return [sample(schema.get("items", {}), root, depth + 1, examples=examples) for _ in range(count)]
    if kind == "string":
        return _text(schema)
    if kind in ("integer", "number"):
        return _number(schema, kind)
    return {"boolean": False}.get(kind)


def resolved(schema: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference and its `allOf` merged into it."""
    if not isinstance(schema, Mapping):
        return {}
    merged = dict(schema)
    for _ in range(MAX_DEPTH):
        ref = merged.pop("$ref", None)
        if not isinstance(ref, str):
            break
        target = root.get("$defs", {}).get(ref.rpartition("/")[2].replace("~1", "/").replace("~0", "~"), {})
        merged = {**target, **merged}
    for part in merged.pop("allOf", []):
        merged = combined(resolved(part, root), merged)
    return merged


def combined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return two schemas as one: the keywords of the second count; properties, items and required names are of both."""
    both = {**first, **second}
    if "properties" in first and "properties" in second:
        both["properties"] = {**first["properties"], **second["properties"]}
        for name in first["properties"].keys() & second["properties"].keys():
            both["properties"][name] = _combined_part(first["properties"][name], second["properties"][name])
    if "items" in first and "items" in second:
        both["items"] = _combined_part(first["items"], second["items"])
    if "required" in first and "required" in second:
        both["required"] = list(dict.fromkeys([*second["required"], *first["required"]]))
    return both


def _combined_part(first: Any, second: Any) -> Any:
    if first is False or second is False:
        return False
    return first if first == second else {"allOf": [second, first]}


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the JSON type that a schema allows first, or an empty text."""
    types = schema.get("type")
    kind = types[0] if isinstance(types, list) and types else types
    if not kind and "properties" in schema:
        return "object"
    return kind if isinstance(kind, str) else ""


def _object(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int, examples: bool) -> dict[str, Any]:
    required = schema.get("required", [])
    properties = schema.get("properties", {})
    names = [name for name in properties if name in required or (depth == 0 and properties[name] is not False)]
    if depth > MAX_DEPTH:
        return {}
    return {name: sample(properties[name], root, depth + 1, examples=examples) for name in names} | {
        name: None for name in required if name not in schema.get("properties", {})
    }


_CANDIDATES = (
    "text",
    "+15550100",
    "2026-01-01",
    "https://example.com/",
    "example.com",
    "someone@example.com",
    "1.0.0",
    "en-US",
    "USD",
)
"""Texts that are tried for a pattern, before repeated letters and digits, and before generated texts."""
_GENERATED = 20


def _for_pattern(pattern: str, least: int, most: int) -> str | None:
    """Return a text that a pattern matches, or None where none of the tried ones does."""
    repeated = (letter * count for count in range(max(1, least), min(most, 64) + 1) for letter in "a0A1f")
    try:
        expression = re.compile(pattern)
    except re.error:
        return None
    random = Random(0)  # noqa: S311 - the same text each time
    generated = (text_matching(pattern, random) or "" for _ in range(_GENERATED))
    fitting = (each for each in chain(_CANDIDATES, repeated, generated) if least <= len(each) <= most)
    return next((each for each in fitting if expression.search(each)), None)


def _text(schema: Mapping[str, Any]) -> str:
    if "pattern" in schema:
        found = _for_pattern(schema["pattern"], schema.get("minLength", 0), schema.get("maxLength", 1_000))
        if found is not None:
            return found
    text = FORMATS.get(schema.get("format", ""), "text")
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    text = text.ljust(least, "x")
    return text if most is None else text[:most]


def _number(schema: Mapping[str, Any], kind: str) -> float:
    least, below = schema.get("minimum"), schema.get("exclusiveMinimum")
    most, above = schema.get("maximum"), schema.get("exclusiveMaximum")
    number: float = least if least is not None else 0 if below is None else below + 1
    if above is not None and number >= above:
        number = above - 1 if kind == "integer" or below is None else (below + above) / 2
    if most is not None and number > most:
        number = most
    step = schema.get("multipleOf")
    if step:
        number = -(-number // step) * step
        if (most is not None and number > most) or (above is not None and number >= above):
            number -= step
    return int(number) if kind == "integer" else number
