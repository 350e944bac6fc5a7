"""JSON Schema from type annotations: TypedDicts, dataclasses and the types in them.

`Annotated[str, "A hexadecimal colour.", {"pattern": "^[0-9a-f]{6}$"}]` adds a description and the keywords of a mapping.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin
from uuid import UUID

_SCALARS: Mapping[Any, Mapping[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    None: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    UUID: {"type": "string", "format": "uuid"},
    Any: {},
    object: {},
}


class UnreadableType(TypeError):
    """An annotation that no JSON Schema can be made of; the text names the place in it."""


def schema_of_type(annotation: Any, *, is_response: bool = False, place: str = "") -> dict[str, Any]:
    """Return the JSON Schema of a type; a mapping is a schema already.

    Objects take no other names than those of their type. A field of a dataclass is optional where it has a default,
    unless `is_response`: in a response every field is present. Raises UnreadableType.
    """
    return _Reader(is_response).read(annotation, place or _name(annotation), ())


class _Reader:
    """Reads one annotation; `outer` are the types around it, which it may not contain again."""

    def __init__(self, is_response: bool) -> None:
        self._is_response = is_response

    def read(self, annotation: Any, place: str, outer: tuple[Any, ...]) -> dict[str, Any]:
        if isinstance(annotation, Mapping):
            return dict(annotation)
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._annotated(annotation, place, outer)
        if origin in (Required, NotRequired):
            return self.read(get_args(annotation)[0], place, outer)
        if origin in (Union, UnionType):
            return self._union(get_args(annotation), place, outer)
        if origin is Literal:
            return {"enum": list(get_args(annotation))}
        if origin in (list, tuple, Sequence, set, frozenset):
            return self._array(annotation, origin, place, outer)
        if origin in (dict, Mapping):
            key, value = get_args(annotation)
            if key is not str:
                raise UnreadableType(f"{place}: expected names that are str, got {_name(key)}")
            return {"type": "object", "additionalProperties": self.read(value, f"{place}.*", outer)}
        if annotation in (list, dict):
            return {"type": "array" if annotation is list else "object"}
        if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
            return {"enum": [each.value for each in annotation]}
        if typing.is_typeddict(annotation) or is_dataclass(annotation):
            return self._object(annotation, place, outer)
        try:
            return dict(_SCALARS[annotation])
        except (KeyError, TypeError):
            expected = "a TypedDict, a dataclass, a JSON type, or a list, dict, union or Literal of these"
            raise UnreadableType(f"{place}: expected {expected}, got {_name(annotation)}") from None

    def _annotated(self, annotation: Any, place: str, outer: tuple[Any, ...]) -> dict[str, Any]:
        inner, *notes = get_args(annotation)
        schema = self.read(inner, place, outer)
        for note in notes:
            if isinstance(note, str):
                schema["description"] = note
            elif isinstance(note, Mapping):
                schema |= note
            else:
                raise UnreadableType(f"{place}: expected a description or keywords in Annotated, got {note!r}")
        return schema

    def _union(self, members: Sequence[Any], place: str, outer: tuple[Any, ...]) -> dict[str, Any]:
        schemas = [self.read(each, place, outer) for each in members]
        if all(set(schema) == {"type"} and isinstance(schema["type"], str) for schema in schemas):
            return {"type": [schema["type"] for schema in schemas]}
        nullable = [schema for schema in schemas if schema != {"type": "null"}]
        if len(nullable) == 1 and len(schemas) == 2 and isinstance(nullable[0].get("type"), str):
            extra = {"enum": [*nullable[0]["enum"], None]} if "enum" in nullable[0] else {}
            return nullable[0] | {"type": [nullable[0]["type"], "null"]} | extra
        return {"anyOf": schemas}

    def _array(self, annotation: Any, origin: Any, place: str, outer: tuple[Any, ...]) -> dict[str, Any]:
        items = get_args(annotation)
        if origin is tuple and not (len(items) == 2 and items[1] is Ellipsis):
            return {
                "type": "array",
                "prefixItems": [self.read(each, f"{place}[]", outer) for each in items],
                "items": False,
            }
        unique = {"uniqueItems": True} if origin in (set, frozenset) else {}
        return {"type": "array", "items": self.read(items[0], f"{place}[]", outer), **unique}

    def _object(self, annotation: Any, place: str, outer: tuple[Any, ...]) -> dict[str, Any]:
        if annotation in outer:
            raise UnreadableType(
                f"{place}: expected no type inside itself, got {_name(annotation)}; use a JSON Schema with $ref"
            )
        try:
            hints = typing.get_type_hints(annotation, include_extras=True)
        except (NameError, TypeError) as error:
            raise UnreadableType(f"{place}: expected annotations that can be resolved at import, got {error}") from None
        if typing.is_typeddict(annotation):
            listed = annotation.__required_keys__
            required = [name for name, hint in hints.items() if _is_required(hint, name in listed)]
        else:
            own = {each.name: each for each in fields(annotation)}
            hints = {name: hint for name, hint in hints.items() if name in own}
            required = [
                name
                for name, each in own.items()
                if self._is_response or (each.default is MISSING and each.default_factory is MISSING)
            ]
        properties = {name: self.read(hint, f"{place}.{name}", (*outer, annotation)) for name, hint in hints.items()}
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }


def _is_required(hint: Any, is_listed: bool) -> bool:
    """Return whether a name of a TypedDict is required; `is_listed` is what `__required_keys__` says.

    Where annotations are texts (`from __future__ import annotations`), that leaves out Required and NotRequired.
    """
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    return origin is Required or (is_listed and origin is not NotRequired)


def _name(annotation: Any) -> str:
    return getattr(annotation, "__name__", None) or str(annotation)
