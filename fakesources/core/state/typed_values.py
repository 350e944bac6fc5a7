"""Values of rows as JSON, and back: each type that a field may have, with the JSON path of what does not fit."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from math import inf, isfinite
from types import NoneType
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from ..contract.field_types import (
    AnyType,
    ArrayType,
    ChoiceType,
    ConstrainedType,
    FieldType,
    MappingType,
    ObjectType,
    OneOfTypes,
    Scalar,
    ScalarType,
    SchemaType,
    TupleType,
    row_type,
)
from ..contract.schemas import Schema, SchemaSource, json_path
from ..contract.type_schemas import schema_of
from ..contract.validation import describe_expected
from ..storage.frozen import freeze, plain
from ..text import arguments
from ..text.arguments import ENCODABLE, is_encodable
from ..text.spelling import did_you_mean

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

R = TypeVar("R")
JsonPath = tuple[str | int, ...]

_PLAIN: Mapping[str, tuple[type[Any], str]] = {
    "integer": (int, "an integer"), "boolean": (bool, "true or false"), "null": (NoneType, "null"),
}  # fmt: skip
_UNCHANGED = frozenset({str, int, bool, NoneType})
_INFINITIES = {"never": inf, "always": -inf}


class InvalidValue(Exception):
    """A value is not of the expected type."""

    def __init__(self, path: JsonPath, actual: Any, expected: str, hint: str = "") -> None:
        self.path, self.actual, self.expected, self.hint = path, actual, expected, hint


def fail(path: JsonPath, actual: Any, expected: str, hint: str = "") -> NoReturn:
    """Raise InvalidValue."""
    raise InvalidValue(path, actual, expected, hint)


def typed_row(row: R) -> R:
    """Return a row whose values are of the types of its fields: a date for a text in ISO 8601, a list of its own.

    Raises TypeError, naming the field, for a value that stands for none of its type.
    """
    kind: Any = type(row)
    given = {name: getattr(row, name) for name in row_type(kind).saved}
    typed = typed_fields(kind, given)
    changed = {name: value for name, value in typed.items() if value is not given[name]}
    return replace(row, **changed) if changed else row  # type: ignore[type-var]


def validated_row(row: R) -> R:
    """Return the row itself. Raises TypeError, naming the field, where a value is not of its field's type."""
    kind: Any = type(row)
    typed_fields(kind, {name: getattr(row, name) for name in row_type(kind).saved})
    return row


def typed_fields(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return some fields of a row as values of their types. Raises TypeError, naming the field."""
    types = row_type(kind).saved
    try:
        return {name: from_json(types[name], to_json(value), (name,)) for name, value in values.items()}
    except InvalidValue as error:
        name = json_path(error.path)[2:]
        raise arguments.wrong(name, f"{error.expected} for a {kind.__name__}", arguments.shown(error.actual)) from None


def to_json(value: Any) -> Any:
    """Return a row, or a value in one, as JSON values."""
    if type(value) in _UNCHANGED:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in row_type(type(value)).saved}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(map(to_json, value), key=repr)
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, Mapping):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, float) and value in (inf, -inf):
        return "never" if value > 0 else "always"
    return value


def json_object(value: Any, path: JsonPath, names: Sequence[str], optional: frozenset[str] = frozenset()) -> Any:
    """Return the value, an object with these names and no others."""
    if not isinstance(value, Mapping):
        fail(path, value, "an object")
    for name in names:
        if name not in value and name not in optional:
            fail(path, list(value), f"{name!r} among its names")
    for name in value:
        if name not in names:
            hint = did_you_mean(str(name), names)
            fail((*path, str(name)), value[name], f"one of {', '.join(names)}", hint)
    return value


def from_json(field: FieldType, value: Any, path: JsonPath) -> Any:
    """Return a JSON value as a type. Raises InvalidValue where it is of another."""
    match field:
        case ScalarType(kind):
            return _scalar(kind, value, path)
        case OneOfTypes(members):
            return _one_of(members, value, path)
        case ObjectType(kind, _, optional, saved):
            is_row = is_dataclass(kind)
            values = json_object(value, path, list(saved), frozenset() if is_row else optional)
            typed = {name: from_json(saved[name], inner, (*path, name)) for name, inner in values.items()}
            return kind(**typed) if is_row else typed
        case ArrayType(container, items):
            return container(_items(items, value, path))
        case MappingType(container, inner):
            return _mapping(container, inner, value, path)
        case ChoiceType(values, enumeration):
            if not any(type(value) is type(each) and value == each for each in values):
                fail(path, value, f"one of {', '.join(map(str, values))}")
            return value if enumeration is None else enumeration(value)
        case TupleType(items):
            if not isinstance(value, list | tuple) or len(value) != len(items):
                fail(path, value, f"an array of {len(items)}")
            return tuple(
                from_json(kind, inner, (*path, number))
                for number, (kind, inner) in enumerate(zip(items, value, strict=True))
            )
        case ConstrainedType(inner):
            typed = from_json(inner, value, path)
            _check(_constraints(field), value, path)
            return typed
        case SchemaType():
            _check(_constraints(field), value, path)
            return _json(value, path)
        case AnyType():  # pragma: no branch - every type has its case
            return _json(value, path)


def _items(kind: FieldType, value: Any, path: JsonPath) -> list[Any]:
    if not isinstance(value, list | tuple):
        fail(path, value, "an array")
    return [from_json(kind, inner, (*path, number)) for number, inner in enumerate(value)]


def _mapping(container: type[Any], kind: FieldType, value: Any, path: JsonPath) -> Any:
    if not isinstance(value, Mapping):
        fail(path, value, "an object")
    typed = {_text(name, path): from_json(kind, inner, (*path, str(name))) for name, inner in value.items()}
    return typed if container is dict else freeze(typed)


def _one_of(members: tuple[FieldType, ...], value: Any, path: JsonPath) -> Any:
    others = [each for each in members if not (isinstance(each, ScalarType) and each.kind == "null")]
    if value is None and len(others) < len(members):
        return None
    for kind in others[:-1]:
        try:
            return from_json(kind, value, path)
        except InvalidValue:
            continue
    return from_json(others[-1], value, path)


def _scalar(kind: Scalar, value: Any, path: JsonPath) -> Any:
    match kind:
        case "string":
            return _text(value, path)
        case "number":
            return _number(value, path)
        case "date-time":
            return _time(value, path)
        case "date" | "uuid":
            try:
                return date.fromisoformat(value) if kind == "date" else UUID(value)
            except (AttributeError, TypeError, ValueError):
                fail(path, value, "a date in ISO 8601" if kind == "date" else "a UUID")
    if kind == "integer" and type(value) is float and value.is_integer():
        return int(value)  # 1.0 is an integer of JSON Schema
    python, name = _PLAIN[kind]
    return value if type(value) is python else fail(path, value, name)


def _number(value: Any, path: JsonPath) -> float:
    if isinstance(value, str) and value in _INFINITIES:
        return _INFINITIES[value]
    if type(value) not in (int, float):
        fail(path, value, "a number")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    return number if isfinite(number) else fail(path, value, "a number")


def _text(value: Any, path: JsonPath) -> str:
    if type(value) is not str:
        fail(path, value, "a text")
    return value if is_encodable(value) else fail(path, value, ENCODABLE)


def _time(value: Any, path: JsonPath) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        fail(path, value, "a time in ISO 8601")
    if time.tzinfo is None:
        fail(path, value, "a time with a UTC offset")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        fail(path, value, "a time within the years 1 to 9999 in UTC")


def _json(value: Any, path: JsonPath) -> Any:
    """Return any JSON value, as new dicts and lists."""
    if isinstance(value, Mapping):
        return {_text(name, path): _json(inner, (*path, str(name))) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner, (*path, number)) for number, inner in enumerate(value)]
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    return fail(path, value, "a JSON value")


@cache
def _constraints(field: ConstrainedType | SchemaType) -> Schema:
    documents = {"rows/field.json": schema_of(field)}
    return SchemaSource("rows", documents=documents).schema_at("rows/field.json")


def _check(schema: Schema, value: Any, path: JsonPath) -> None:
    """Raise InvalidValue where a JSON value breaks a schema."""
    value = plain(value)
    if not schema.is_valid(value):
        error = schema.errors(value)[0]
        fail((*path, *error.path), error.actual, describe_expected(error))
