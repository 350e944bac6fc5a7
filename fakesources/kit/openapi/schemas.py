"""Schemas of an OpenAPI document as JSON Schemas of Draft 2020-12 that stand on their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.contract.errors import DefinitionError
from ...core.contract.schemas import invalid_part, json_path
from ..keywords import IN_PLACE, LISTS, NAMED, SINGLE
from ..names import unused
from .ecma import is_regex, usable_pattern
from .file import Place, short
from .references import References

MAX_DEPTH = 100
"""Number of schemas within one another, beyond which a document is taken for an endless one."""

_DROPPED = frozenset(
    [
        "nullable",
        "example",
        "discriminator",
        "xml",
        "externalDocs",
        "definitions",
        "$id",
        "$anchor",
        "$dynamicAnchor",
        "$defs",
        "$schema",
        "$comment",
        "$vocabulary",
    ]
)


@dataclass(frozen=True, slots=True)
class _Context:
    """State of a conversion: its side, the definitions in use, and what a schema shares with those around it."""

    for_request: bool
    used: dict[str, None] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    applied: tuple[Place, ...] = ()
    depth: int = 0

    def inner(self) -> _Context:
        return replace(self, hidden=frozenset(), applied=(), depth=self.depth + 1)

    def in_place(self, hidden: frozenset[str] | None = None) -> _Context:
        return replace(self, hidden=self.hidden if hidden is None else hidden, depth=self.depth + 1)

    @property
    def word(self) -> str:
        """The keyword of properties that this side does not have to give."""
        return "readOnly" if self.for_request else "writeOnly"


class Schemas:
    """Converts the schemas of a document, each that is referred to once. `is_old` is a document of OpenAPI 3.0."""

    def __init__(self, references: References, is_old: bool) -> None:
        self._references, self._is_old = references, is_old
        self._names: dict[Place, str] = {}
        self._definitions: dict[tuple[str, bool], tuple[dict[str, Any], dict[str, None]]] = {}
        self._known: dict[tuple[Place, bool], tuple[Any, dict[str, Any]]] = {}
        self._waiting: dict[tuple[str, bool], tuple[Any, Place]] = {}

    def schema(self, value: Any, place: Place, *, for_request: bool) -> dict[str, Any]:
        """Return a schema as a JSON Schema on its own: what it refers to stands under `$defs`.

        Raises DefinitionError with file and JSON path for a schema that is none.
        """
        known = self._known.get((place, for_request))
        if known is None or known[0] is not value:
            known = self._known[place, for_request] = (value, self._whole(value, place, for_request))
        return dict(known[1])

    def _whole(self, value: Any, place: Place, for_request: bool) -> dict[str, Any]:
        context = _Context(for_request)
        converted = self._converted(value, place, context)
        self._check(converted, place)
        while self._waiting:
            (name, side), (target, where) = self._waiting.popitem()
            self._define(name, target, where, _Context(side, applied=(where,)))
        defs: dict[str, Any] = {}
        waiting = list(context.used)
        while waiting:
            name = waiting.pop()
            if name not in defs:
                defs[name], used = self._definitions[name, for_request]
                waiting += used
        return converted | ({"$defs": dict(sorted(defs.items()))} if defs else {})

    def _check(self, converted: dict[str, Any], place: Place) -> None:
        if converted.keys() == {"$ref"}:
            return
        invalid = invalid_part(converted)
        if invalid is not None:
            where = f"{self._references.name}: {json_path(place)}{invalid[0][1:]}"
            raise DefinitionError(f"{where}: expected a valid JSON Schema, got {short(invalid[1])}")

    def _converted(self, value: Any, place: Place, context: _Context) -> dict[str, Any]:
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        if not isinstance(value, Mapping):
            raise self._references.error(place, f"expected a schema, got {short(value)}")
        if context.depth > MAX_DEPTH:
            raise self._references.error(place[:6], f"expected at most {MAX_DEPTH} schemas within one another")
        if "$dynamicRef" in value and "$ref" not in value:
            value = {**value, "$ref": value["$dynamicRef"]}
        if "$ref" in value:
            return self._reference(value, place, context)
        new = {name: each for name, each in value.items() if name not in _DROPPED and not name.startswith("x-")}
        if "example" in value:
            new["examples"] = [value["example"]]
        elif not isinstance(new.get("examples", []), list):
            del new["examples"]  # of a media type
        hidden = context.hidden | self._hidden(value, place, context.word)
        self._convert_parts(new, place, context, hidden)
        if isinstance(new.get("required"), list):
            new["required"] = [name for name in new["required"] if not (isinstance(name, str) and name in hidden)]
        elif "required" in new:
            del new["required"]  # of a parameter in drafts before 4
        if "discriminator" in value:
            self._tell_apart(value, place, new)
            _loosen(new)
        if isinstance(new.get("pattern"), str):
            new["pattern"] = self._pattern(new["pattern"], (*place, "pattern"))
            if new["pattern"] is None:
                del new["pattern"]
        if self._is_old:
            _modernize(value, new)
        return new

    def _convert_parts(self, new: dict[str, Any], place: Place, context: _Context, hidden: frozenset[str]) -> None:
        beside = context.in_place(hidden)
        for name in SINGLE:
            if name in new and not isinstance(new[name], bool):
                new[name] = self._converted(new[name], (*place, name), context.inner())
        for name in IN_PLACE:
            if name in new and not isinstance(new[name], bool):
                new[name] = self._converted(new[name], (*place, name), beside)
        for name in LISTS:
            if name in new:
                parts = self._references.list_at(new[name], (*place, name), "a list of schemas")
                inner = context.inner() if name == "prefixItems" else beside
                new[name] = [self._converted(each, (*place, name, number), inner) for number, each in enumerate(parts)]
        for name in NAMED:
            if name in new:
                if not isinstance(new[name], Mapping):
                    raise self._references.error((*place, name), f"expected an object, got {short(new[name])}")
                inner = beside if name == "dependentSchemas" else context.inner()
                new[name] = {key: self._converted(each, (*place, name, key), inner) for key, each in new[name].items()}
        if "patternProperties" in new:
            where = (*place, "patternProperties")
            found = {self._pattern(key, where): each for key, each in new["patternProperties"].items()}
            new["patternProperties"] = {key: each for key, each in found.items() if key is not None}

    def _pattern(self, pattern: str, place: Place) -> str | None:
        """Return a pattern in a form that both validators can read, or None for a valid one that has none."""
        found = usable_pattern(pattern)
        if found is None and not is_regex(pattern):
            raise self._references.error(place, f"expected a regular expression, got {pattern!r}")
        return found

    # -- references ------------------------------------------------------------------------------------------------

    def _reference(self, value: Mapping[str, Any], place: Place, context: _Context) -> dict[str, Any]:
        ref = value["$ref"]
        if not isinstance(ref, str):
            raise self._references.error((*place, "$ref"), f"expected a text such as '#/components/…', got {ref!r}")
        self._references.resolve({"$ref": ref}, place)  # it ends
        target, where = self._references.target(ref, place)
        if where in context.applied:
            raise self._references.error(place, f"expected a $ref that ends, got one within itself to {ref!r}")
        applied = (*context.applied, where)
        others = {key: each for key, each in value.items() if key not in ("$ref", "$dynamicRef")}
        if context.hidden & self._required(target, where):
            found = self._converted(target, where, replace(context, applied=applied, depth=context.depth + 1))
        else:
            found = self._definition(target, where, replace(context, applied=applied))
        if self._is_old or not others:
            return found
        annotations = {key: each for key, each in others.items() if key in ("description", "title", "summary")}
        if len(annotations) == len(others) and "$ref" in found:
            return found | annotations
        own = self._converted({"allOf": [], **others}, place, context)
        return own | {"allOf": [found, *own["allOf"]]}

    def _definition(self, target: Any, where: Place, context: _Context) -> dict[str, Any]:
        name = self._name(where)
        context.used[name] = None
        if context.applied == (where,):
            self._waiting.setdefault((name, context.for_request), (target, where))  # a chain of references may be long
        else:
            self._define(name, target, where, context)
        return {"$ref": f"#/$defs/{name}"}

    def _define(self, name: str, target: Any, where: Place, context: _Context) -> None:
        """Convert a schema that is referred to, unless that has been done."""
        key = (name, context.for_request)
        if key not in self._definitions:
            used: dict[str, None] = {}
            self._definitions[key] = ({}, used)
            fresh = _Context(context.for_request, used, applied=context.applied, depth=context.depth + 1)
            converted = self._converted(target, where, fresh)
            self._check(converted, where)
            self._definitions[key] = (converted, used)

    def _name(self, where: Place) -> str:
        if where not in self._names:
            is_component = where[:2] == ("components", "schemas") and len(where) == 3
            base = re.sub(r"[^\w.-]", "_", str(where[2]) if is_component else ".".join(map(str, where)), flags=re.ASCII)
            self._names[where] = unused(base, self._names.values())
        return self._names[where]

    def _tell_apart(self, value: Mapping[str, Any], place: Place, new: dict[str, Any]) -> None:
        """Restrict the alternatives of a discriminator to the names that it maps to them, which JSON Schema does not."""
        discriminator = value["discriminator"]
        given = discriminator if isinstance(discriminator, Mapping) else {}
        name, mapping = given.get("propertyName"), given.get("mapping")
        if not isinstance(name, str) or not isinstance(mapping, Mapping):
            return
        for word in ("oneOf", "anyOf"):
            known: list[str] = []
            is_complete = bool(value.get(word)) and "properties" not in new
            for number, each in enumerate(value.get(word) or ()):
                last = each["$ref"].rpartition("/")[2] if isinstance(each, Mapping) and "$ref" in each else ""
                mapped = [key for key, target in mapping.items() if last and str(target).rpartition("/")[2] == last]
                names = [key for key in mapped if self._may_be(key, name, each, (*place, word, number))]
                known, is_complete = known + names, is_complete and bool(names)
                if names:
                    new[word][number] = {"allOf": [new[word][number], {"properties": {name: {"enum": names}}}]}
            if is_complete:
                new["properties"] = {name: {"enum": known}}
                new[word] = new.pop(word)  # last: the error of an unknown name is the first one

    def _may_be(self, value: str, name: str, schema: Any, place: Place) -> bool:
        """Return whether a property of a schema and its `allOf` may have a value, by the values that these list."""
        for part, where in self._with_all_of(schema, place):
            properties = part.get("properties")
            if isinstance(properties, Mapping) and name in properties:
                found, _ = self._references.resolve(properties[name], (*where, "properties", name))
                known = found if isinstance(found, Mapping) else {}
                listed = known.get("enum", [known["const"]] if "const" in known else None)
                if isinstance(listed, list) and value not in listed:
                    return False
        return True

    # -- readOnly and writeOnly ------------------------------------------------------------------------------------

    def _with_all_of(
        self, value: Any, place: Place, seen: tuple[Place, ...] = ()
    ) -> Iterator[tuple[Mapping[str, Any], Place]]:
        """Yield a schema and those of its `allOf`, what they refer to in place of references, each with its place."""
        value, place = self._references.resolve(value, place)
        if isinstance(value, Mapping) and place not in seen:
            yield value, place
            parts = value.get("allOf")
            for number, each in enumerate(parts if isinstance(parts, list) else ()):
                yield from self._with_all_of(each, (*place, "allOf", number), (*seen, place))

    def _hidden(self, value: Any, place: Place, word: str) -> frozenset[str]:
        """Return the properties of a schema and its `allOf` that one side does not have to give."""
        names: set[str] = set()
        for schema, where in self._with_all_of(value, place):
            properties = schema.get("properties")
            for name, each in properties.items() if isinstance(properties, Mapping) else ():
                found, _ = self._references.resolve(each, (*where, "properties", name))
                if any(isinstance(part, Mapping) and part.get(word) is True for part in (each, found)):
                    names.add(name)
        return frozenset(names)

    def _required(self, value: Any, place: Place) -> frozenset[str]:
        """Return the names that a schema and its `allOf` require."""
        lists = (schema.get("required") for schema, _ in self._with_all_of(value, place))
        return frozenset(name for each in lists if isinstance(each, list) for name in each if isinstance(name, str))


def _loosen(new: dict[str, Any]) -> None:
    """Allow the values of every type that a discriminator tells apart, which JSON Schema does not."""
    if "oneOf" in new and "anyOf" not in new:
        new["anyOf"] = new.pop("oneOf")
    if "properties" in new:
        new.setdefault("additionalProperties", True)


def _modernize(old: Mapping[str, Any], new: dict[str, Any]) -> None:
    """Turn keywords of OpenAPI 3.0 into those of Draft 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(old.get(exclusive), bool):
            del new[exclusive]
            if old[exclusive] and bound in new:
                new[exclusive] = new.pop(bound)
    if old.get("nullable") is True:
        if isinstance(new.get("type"), str):
            new["type"] = [new["type"], "null"]
            if isinstance(new.get("enum"), list) and None not in new["enum"]:
                new["enum"] = [*new["enum"], None]
        elif new:
            inner = dict(new)
            new.clear()
            new["anyOf"] = [inner, {"type": "null"}]
