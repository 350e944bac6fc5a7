"""Values that handlers return, as the JSON values of a response's shape."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from ..core.contract.schemas import pointer_parts
from ..core.state.typed_values import to_json
from ..core.storage.frozen import FrozenDict
from ..core.storage.rendered import RenderedJson, compact_json
from ..core.text.display import utc_text

Views = dict[tuple[int, int], tuple[Any, RenderedJson]]
"""Rendered rows, by the identities of row and shape."""

MAX_VIEWS = 20_000
"""Upper bound for the rendered rows that an account keeps."""

_ANY: Mapping[str, Any] = {}
"""Shape of what a schema does not describe; one object, since views are found by the identity of their shape."""

_SCALARS = (str, int, float)
_UNCHANGED = frozenset({*_SCALARS, bool, type(None)})
_IMMUTABLE = (*_SCALARS, type(None), date, UUID, enum.Enum, FrozenDict)


class Parts(NamedTuple):
    """Shapes of the parts of a value: of named properties, of other ones, and of items."""

    properties: Mapping[str, Any]
    others: Any
    items: Any


class Renderer:
    """Renders the values of one shape, a JSON Schema. Rows are reduced to the properties that it lists."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._parts: dict[tuple[int, type[Any] | None], Parts] = {}

    def render(self, value: Any, views: Views | None) -> Any:
        """Return a value as JSON; rows are looked up in `views`, and kept there. Raises TypeError for what JSON lacks."""
        return self._render(value, self._schema, views)

    def _render(self, value: Any, shape: Any, views: Views | None) -> Any:
        if type(value) in _UNCHANGED:
            return value
        found = views.get((id(value), id(shape))) if views is not None else None
        if found is not None and found[0] is value:
            return found[1]
        if isinstance(value, _SCALARS) and not isinstance(value, enum.Enum):
            return value
        if isinstance(value, Sequence) and not isinstance(value, bytes | str):
            items = self._parts_of(shape, None).items
            return [self._render(inner, items, views) for inner in value]
        if isinstance(value, Mapping):
            properties, others, _ = self._parts_of(shape, None)
            return {name: self._render(inner, properties.get(name, others), views) for name, inner in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return self._render_row(value, shape, views)
        if isinstance(value, datetime):
            return utc_text(value)
        plain = to_json(value)
        if plain is value:
            raise TypeError(f"expected a row or a JSON value, got {value!r:.80}")
        return plain

    def _render_row(self, row: Any, shape: Any, views: Views | None) -> Any:
        kind = type(row)
        properties = self._parts_of(shape, kind).properties
        names = [name for name in properties if hasattr(row, name)] if properties else [f.name for f in fields(kind)]
        shown = {name: self._render(getattr(row, name), properties.get(name, _ANY), views) for name in names}
        if views is None or not _is_immutable(row):
            return shown
        rendered = RenderedJson(shown)
        rendered.text = compact_json(shown)
        if len(views) >= MAX_VIEWS:
            views.clear()
        views[id(row), id(shape)] = (row, rendered)
        return rendered

    def _parts_of(self, shape: Any, kind: type[Any] | None) -> Parts:
        """Return the parts of a shape: of the branch that describes rows of a class, where it has several."""
        key = (id(shape), kind)
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = self._find_parts(shape, kind, 0)
        return found

    def _find_parts(self, shape: Any, kind: type[Any] | None, depth: int) -> Parts:
        if not isinstance(shape, Mapping) or depth > _MAX_DEPTH:
            return Parts({}, {}, {})
        properties = dict(shape.get("properties", {}))
        others, items = shape.get("additionalProperties", {}), shape.get("items", {})
        inner = [self._schema_at(shape["$ref"])] if "$ref" in shape else []
        inner += shape.get("allOf", [])
        choices = [*shape.get("anyOf", []), *shape.get("oneOf", [])]
        inner += [each for each in choices if self._describes(each, kind)][:1]
        for each in inner:
            parts = self._find_parts(each, kind, depth + 1)
            properties = {**parts.properties, **properties}
            others, items = others or parts.others, items or parts.items
        return Parts(properties, others, items)

    def _describes(self, shape: Any, kind: type[Any] | None) -> bool:
        while isinstance(shape, Mapping) and "$ref" in shape:
            shape = self._schema_at(shape["$ref"])
        if not isinstance(shape, Mapping) or shape.get("type") == "null":
            return False
        return kind is None or all(name in _attributes(kind) for name in shape.get("required", ()))

    def _schema_at(self, ref: str) -> Any:
        """Return the schema that a reference within the shape leads to."""
        found: Any = self._schema
        for part in pointer_parts(ref.partition("#")[2]):
            found = found[part]
        return found


_MAX_DEPTH = 20


def _attributes(kind: type[Any]) -> frozenset[str]:
    return frozenset(each.name for each in fields(kind)) | frozenset(dir(kind))


def _is_immutable(value: Any) -> bool:
    """Return whether a row, or a value in one, consists of values that cannot change."""
    if isinstance(value, _IMMUTABLE):
        return True
    if isinstance(value, tuple | frozenset):
        return all(map(_is_immutable, value))
    parameters: Any = getattr(value, "__dataclass_params__", None)
    if parameters is not None and parameters.frozen:
        return all(_is_immutable(getattr(value, each.name)) for each in fields(value))
    return False
