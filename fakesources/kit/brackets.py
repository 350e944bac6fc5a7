"""Names with brackets in queries and forms: `metadata[order]=5`, `items[0][price]=3`, as the values that a schema has for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ..core.contract.schemas import Schema
from ..core.contract.validation import convert_text

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\]){1,20})")
_KEY = re.compile(r"\[([^\[\]]*)\]")

Node = dict[str, Any]
"""Texts, and other nodes, by the keys in brackets; an empty key is the number of values before it."""


def split_name(name: str) -> tuple[str, list[str]]:
    """Return the name before the brackets, and the keys in them; none for a name of another form."""
    found = _NAME.fullmatch(name)
    return (found[1], _KEY.findall(found[2])) if found else (name, [])


def is_set(node: Node, keys: list[str], text: str) -> bool:
    """Set a text in a node, and return whether nothing else stands where it would."""
    for key, inner in pairwise(keys):
        last = node.get(str(len(node) - 1)) if not key else None
        child = last if isinstance(last, dict) and inner not in last else node.setdefault(key or str(len(node)), {})
        if not isinstance(child, dict):
            return False
        node = child
    key = keys[-1] or str(len(node))
    if key in node:
        return False
    node[key] = text
    return True


class Typed(NamedTuple):
    """A schema within another, its alternatives among it, each with its base URI, and the JSON types that these allow."""

    schema: Schema
    parts: list[tuple[Mapping[str, Any], str]]
    kinds: frozenset[str]

    @property
    def may_have_brackets(self) -> bool:
        """Return whether the schema allows an object or an array."""
        return not self.kinds or bool(self.kinds & {"object", "array"})

    def of(self, key: str) -> Typed:
        """Return the schema of a property."""
        parts = self.parts
        return _typed(
            self.schema, ((part["properties"][key], base) for part, base in parts if key in part.get("properties", ()))
        )

    def under(self, word: str) -> Typed:
        """Return the schema of a keyword: `items` or `additionalProperties`."""
        return _typed(self.schema, ((part[word], base) for part, base in self.parts if word in part))

    def value(self, node: Any) -> Any:
        """Return a text, or a node with all that is within it, as the value that the schema has for it."""
        if isinstance(node, str):
            return convert_text(next(iter(self.kinds)) if len(self.kinds) == 1 else "", node)
        if "array" in self.kinds and all(map(str.isdecimal, node)):
            items = self.under("items")
            return [items.value(each) for each in node.values()]
        others = self.under("additionalProperties")
        named = {key for part, _ in self.parts for key in part.get("properties", ())}
        return {key: (self.of(key) if key in named else others).value(each) for key, each in node.items()}


def typed(schema: Schema) -> Typed:
    """Return the schema of a query or of a form."""
    return _typed(schema, [(schema.schema, schema.schema["$id"])])


def _typed(schema: Schema, values: Iterable[tuple[Any, str]]) -> Typed:
    parts = [found for value, base in values for found in schema.parts(value, base)]
    kinds = set[str]()
    for part, _ in parts:
        given = part.get("type", "object" if "properties" in part else ())
        kinds.update([given] if isinstance(given, str) else given)
    return Typed(schema, parts, frozenset(kinds - {"null"}))
