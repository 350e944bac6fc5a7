"""JSON Schema of types: TypedDicts, dataclasses and the types in them."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from .field_types import (
    AnyType,
    ArrayType,
    ChoiceType,
    ConstrainedType,
    FieldType,
    MappingType,
    ObjectType,
    OneOfTypes,
    ScalarType,
    SchemaType,
    TupleType,
)

_FORMATS = frozenset({"date-time", "date", "uuid"})


def schema_of(field: FieldType, is_response: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of a type that was read; a mapping is a schema already.

    Objects take no other names than those of their type. A field of a dataclass is optional where it has a default,
    unless `is_response`: in a response every field is present.
    """
    match field:
        case SchemaType(schema):
            return dict(schema)
        case AnyType():
            return {}
        case ScalarType(kind):
            return {"type": "string", "format": kind} if kind in _FORMATS else {"type": kind}
        case ChoiceType(values):
            return {"enum": list(values)}
        case ConstrainedType(inner, keywords):
            return schema_of(inner, is_response) | dict(keywords)
        case OneOfTypes(members):
            return _one_of([schema_of(each, is_response) for each in members])
        case ArrayType(container, AnyType()) if container is list:
            return {"type": "array"}
        case ArrayType(container, items):
            unique = {"uniqueItems": True} if container in (set, frozenset) else {}
            return {"type": "array", "items": schema_of(items, is_response), **unique}
        case TupleType(items):
            return {"type": "array", "prefixItems": [schema_of(each, is_response) for each in items], "items": False}
        case MappingType(container, AnyType()) if container is dict:
            return {"type": "object"}
        case MappingType(_, values):
            return {"type": "object", "additionalProperties": schema_of(values, is_response)}
        case ObjectType(kind, fields, optional):  # pragma: no branch - every type has its case
            every = is_response and is_dataclass(kind)
            required = [name for name in fields if every or name not in optional]
            return {
                "type": "object",
                "properties": {name: schema_of(each, is_response) for name, each in fields.items()},
                **({"required": required} if required else {}),
                "additionalProperties": False,
            }


def has_keywords(field: FieldType) -> bool:
    """Return whether a type has keywords of JSON Schema that its author wrote, which may be wrong."""
    match field:
        case SchemaType() | ConstrainedType():
            return True
        case OneOfTypes(inner) | TupleType(inner):
            return any(map(has_keywords, inner))
        case ArrayType(_, inner) | MappingType(_, inner):
            return has_keywords(inner)
        case ObjectType(_, fields):
            return any(map(has_keywords, fields.values()))
    return False


def _one_of(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    if all(set(schema) == {"type"} and isinstance(schema["type"], str) for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    nullable = [schema for schema in schemas if schema != {"type": "null"}]
    if len(nullable) == 1 and len(schemas) == 2 and isinstance(nullable[0].get("type"), str):
        extra = {"enum": [*nullable[0]["enum"], None]} if "enum" in nullable[0] else {}
        return nullable[0] | {"type": [nullable[0]["type"], "null"]} | extra
    return {"anyOf": schemas}
