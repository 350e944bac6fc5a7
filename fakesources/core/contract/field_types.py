"""Types of rows and of shapes, read from annotations: TypedDicts, dataclasses and the types in them.

`Annotated[str, "A hexadecimal colour.", {"pattern": "^[0-9a-f]{6}$"}]` adds a description and the keywords of a mapping.
`type_schemas` makes JSON Schemas of what is read, `core.state.typed_values` reads and writes values of it.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, TypeAlias, Union, get_args, get_origin
from uuid import UUID

Scalar = Literal["string", "integer", "number", "boolean", "null", "date-time", "date", "uuid"]


@dataclass(frozen=True, eq=False, slots=True)
class AnyType:
    """Any JSON value."""


@dataclass(frozen=True, eq=False, slots=True)
class ScalarType:
    """A type without parts, by its type or its format in JSON Schema."""

    kind: Scalar


@dataclass(frozen=True, eq=False, slots=True)
class ChoiceType:
    """One of some values: a Literal, or the values of an enumeration."""

    values: tuple[Any, ...]
    enumeration: type[enum.Enum] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class OneOfTypes:
    """A value of one of several types."""

    members: tuple[FieldType, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ArrayType:
    """A list, tuple, set or frozenset of items of one type."""

    container: type[Any]
    items: FieldType


@dataclass(frozen=True, eq=False, slots=True)
class TupleType:
    """A tuple with a type for each of its items."""

    items: tuple[FieldType, ...]


@dataclass(frozen=True, eq=False, slots=True)
class MappingType:
    """A mapping from texts to values of one type."""

    container: type[Any]
    values: FieldType


@dataclass(frozen=True, eq=False, slots=True)
class ObjectType:
    """A TypedDict or a dataclass. `optional` are the names that may be absent, `saved` those of a state file."""

    type: type[Any]
    fields: Mapping[str, FieldType]
    optional: frozenset[str]
    saved: Mapping[str, FieldType]


@dataclass(frozen=True, eq=False, slots=True)
class ConstrainedType:
    """A type with keywords of JSON Schema, and their values."""

    type: FieldType
    keywords: Mapping[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class SchemaType:
    """A JSON Schema in place of a type."""

    schema: Mapping[str, Any]


FieldType: TypeAlias = (
    AnyType | ScalarType | ChoiceType | OneOfTypes | ArrayType | TupleType | MappingType | ObjectType
    | ConstrainedType | SchemaType
)  # fmt: skip

_SCALARS: Mapping[type[Any], Scalar] = {
    str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null", UUID: "uuid",
}  # fmt: skip


class UnreadableType(TypeError):
    """An annotation that stands for no JSON value; the text names the place in it."""


def read_type(annotation: Any, place: str = "") -> FieldType:
    """Return the type that an annotation stands for; a mapping is a JSON Schema. Raises UnreadableType."""
    return _read(annotation, place or _name(annotation), ())


@cache
def row_type(row: type[Any]) -> ObjectType:
    """Return the type of a dataclass, the same object for every caller. Raises UnreadableType."""
    return _object(row, row.__name__, ())


def _read(annotation: Any, place: str, outer: tuple[Any, ...]) -> FieldType:
    """Read one annotation; `outer` are the types around it, which it may not contain again."""
    if isinstance(annotation, Mapping):
        return SchemaType(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _annotated(annotation, place, outer)
    if origin in (Required, NotRequired):
        return _read(get_args(annotation)[0], place, outer)
    if origin in (Union, UnionType):
        return OneOfTypes(tuple(_read(each, place, outer) for each in get_args(annotation)))
    if origin is Literal:
        return ChoiceType(get_args(annotation))
    if annotation in (Any, object):
        return AnyType()
    kind = origin or (NoneType if annotation is None else annotation)
    if not isinstance(kind, type):
        raise _unreadable(annotation, place)
    if issubclass(kind, enum.Enum):
        return ChoiceType(tuple(each.value for each in kind), kind)
    if typing.is_typeddict(kind) or is_dataclass(kind):
        return _object(kind, place, outer)
    if issubclass(kind, date):  # or a subclass, which freezegun puts in its place
        return ScalarType("date-time" if issubclass(kind, datetime) else "date")
    if kind in _SCALARS:
        return ScalarType(_SCALARS[kind])
    if issubclass(kind, Mapping):
        return _mapping(annotation, kind, place, outer)
    if kind in (list, tuple, set, frozenset, Sequence):
        return _array(annotation, kind, place, outer)
    raise _unreadable(annotation, place)


def _unreadable(annotation: Any, place: str) -> UnreadableType:
    expected = "a TypedDict, a dataclass, a JSON type, or a list, dict, union or Literal of these"
    return UnreadableType(f"{place}: expected {expected}, got {_name(annotation)}")


def _annotated(annotation: Any, place: str, outer: tuple[Any, ...]) -> FieldType:
    inner, *notes = get_args(annotation)
    keywords: dict[str, Any] = {}
    for note in notes:
        if isinstance(note, str):
            keywords["description"] = note
        elif isinstance(note, Mapping):
            keywords |= note
        else:
            raise UnreadableType(f"{place}: expected a description or keywords in Annotated, got {note!r}")
    return ConstrainedType(_read(inner, place, outer), keywords)


def _mapping(annotation: Any, kind: type[Any], place: str, outer: tuple[Any, ...]) -> MappingType:
    key, value = get_args(annotation) or (str, Any)
    if key is not str:
        raise UnreadableType(f"{place}: expected names that are str, got {_name(key)}")
    return MappingType(kind, _read(value, f"{place}.*", outer))


def _array(annotation: Any, kind: type[Any], place: str, outer: tuple[Any, ...]) -> FieldType:
    items = get_args(annotation) or (Any, Ellipsis)
    if kind is tuple and items[-1] is not Ellipsis:
        return TupleType(tuple(_read(each, f"{place}[]", outer) for each in items))
    return ArrayType(tuple if kind is Sequence else kind, _read(items[0], f"{place}[]", outer))


def _object(kind: type[Any], place: str, outer: tuple[Any, ...]) -> ObjectType:
    if kind in outer:
        raise UnreadableType(f"{place}: expected no type inside itself, got {_name(kind)}; use a JSON Schema with $ref")
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError) as error:
        raise UnreadableType(f"{place}: expected annotations that can be resolved at import, got {error}") from None
    if typing.is_typeddict(kind):
        listed: frozenset[str] = kind.__required_keys__
        optional = frozenset(name for name, hint in hints.items() if not _is_required(hint, name in listed))
        saved = hints.keys()
    else:
        own = {each.name: each for each in fields(kind)}
        hints = {name: hint for name, hint in hints.items() if name in own}
        has_default = (
            name for name, each in own.items() if each.default is not MISSING or each.default_factory is not MISSING
        )
        optional = frozenset(has_default)
        saved = {name: None for name, each in own.items() if each.init and each.compare}.keys()
    known = {name: _read(hint, f"{place}.{name}", (*outer, kind)) for name, hint in hints.items()}
    return ObjectType(kind, known, optional, {name: known[name] for name in known if name in saved})


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
