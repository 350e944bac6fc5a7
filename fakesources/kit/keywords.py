"""Keywords of JSON Schema, and misspelt ones in the shapes that a user writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..core.text.spelling import did_you_mean

Path = tuple[str | int, ...]

IN_PLACE = ("not", "if", "then", "else")
"""Keywords with a schema of the value itself."""
SINGLE = ("items", "additionalProperties", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems")
"""Keywords with a schema of what is in the value."""
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
"""Keywords with a list of schemas."""
NAMED = ("properties", "patternProperties", "dependentSchemas")
"""Keywords with schemas by name."""

_ONE = (*IN_PLACE, *SINGLE, "contentSchema")
_NAMED = (*NAMED, "$defs", "definitions")
_OTHERS = (
    "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary", "const", "contentEncoding",
    "contentMediaType", "default", "dependentRequired", "deprecated", "description", "discriminator", "enum", "example", "examples",
    "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "maxContains", "maxItems", "maxLength", "maxProperties",
    "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable", "pattern", "readOnly",
    "required", "summary", "title", "type", "uniqueItems", "writeOnly", "xml",
)  # fmt: skip
_KNOWN = frozenset((*_ONE, *LISTS, *_NAMED, *_OTHERS))


def find_misspelt(schema: Any, path: Path = ()) -> tuple[Path, str, str] | None:
    """Return the place, the name and the hint of the first keyword that is nearly one of JSON Schema, or None."""
    if not isinstance(schema, Mapping):
        return None
    for name in schema:
        hint = "" if name in _KNOWN or str(name).startswith("x-") else did_you_mean(name, _KNOWN)
        if hint:
            return path, name, hint
    return next(filter(None, (find_misspelt(inner, (*path, *place)) for place, inner in _parts(schema))), None)


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the schemas within one, each with its place."""
    for word in _ONE:
        if word in schema:
            yield (word,), schema[word]
    for word in LISTS:
        parts = schema.get(word)
        for number, each in enumerate(parts if isinstance(parts, list | tuple) else ()):
            yield (word, number), each
    for word in _NAMED:
        named = schema.get(word)
        for name, each in named.items() if isinstance(named, Mapping) else ():
            yield (word, name), each
