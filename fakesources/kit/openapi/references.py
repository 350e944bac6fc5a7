"""References within an OpenAPI document: `$ref`s by JSON pointer, `$anchor` and `$id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from ...core.contract.errors import DefinitionError
from ...core.contract.schemas import pointer_parts
from .file import Place, error_in, json_value, load_document, short


class References:
    """The value of a document, its name for errors, and what its `$ref`s point to.

    The methods that read a value at a place raise DefinitionError where it is of another type; None is an empty one.
    """

    def __init__(self, source: str | Path | Mapping[str, Any]) -> None:
        is_value = isinstance(source, Mapping)
        self.name = "document" if is_value else str(source)
        self.root: Any = json_value(source, self.name) if is_value else load_document(Path(str(source)))

    def error(self, place: Place, message: str) -> DefinitionError:
        """Return the error of a place in the document."""
        return error_in(self.name, place, message)

    # -- values of a type ------------------------------------------------------------------------------------------

    def object_at(self, value: Any, place: Place, expected: str = "an object") -> tuple[Mapping[str, Any], Place]:
        """Return an object and its place, which are those that a `$ref` points to where it has one."""
        value, place = self.resolve(value, place)
        if value is None:
            return {}, place
        if not isinstance(value, Mapping):
            raise self.error(place, f"expected {expected}, got {short(value)}")
        return value, place

    def list_at(self, value: Any, place: Place, expected: str = "a list") -> list[Any]:
        """Return a list."""
        if value is not None and not isinstance(value, list):
            raise self.error(place, f"expected {expected}, got {short(value)}")
        return value or []

    def text_at(self, value: Any, place: Place, expected: str = "a text") -> str:
        """Return a text, which is empty for None."""
        if value is not None and not isinstance(value, str):
            raise self.error(place, f"expected {expected}, got {short(value)}")
        return value or ""

    # -- references ------------------------------------------------------------------------------------------------

    def resolve(self, value: Any, place: Place) -> tuple[Any, Place]:
        """Return what a `$ref` points to and its place, or the value itself and the given place where it has none."""
        seen: list[str] = []
        start = place
        while isinstance(value, Mapping) and "$ref" in value and not isinstance(value["$ref"], Mapping):
            ref = value["$ref"]
            if not isinstance(ref, str):
                raise self.error((*place, "$ref"), f"expected a text such as '#/components/…', got {ref!r}")
            if ref in seen:
                raise self.error(start, f"expected a $ref that ends, got {' -> '.join([*seen, ref])}")
            seen.append(ref)
            value, place = self.target(ref, place)
        return value, place

    def target(self, ref: str, place: Place) -> tuple[Any, Place]:
        """Return what a reference at a place points to, and where that is."""
        address, fragment = urldefrag(ref)
        fragment = unquote(fragment)
        starts = self._starts(address, place)
        if not starts:
            expected = f"expected a $ref within the document, such as '#/components/…', got {ref!r}"
            raise self.error(place, f"{expected}; put all files into one, for example with `npx @redocly/cli bundle`")
        if fragment and not fragment.startswith("/"):
            found = self._anchored(fragment, starts, anywhere=not address)
        else:
            parts = pointer_parts(fragment)
            found = next((end for start in starts if (end := self._walk(start, parts)) is not None), None)
        if found is None:
            raise self.error(place, f"expected a $ref to something in the document, got {ref!r}")
        return self.value_at(found), found

    def value_at(self, place: Place) -> Any:
        """Return the value at a place that exists."""
        value = self.root
        for part in place:
            value = value[part]
        return value

    def _starts(self, address: str, place: Place) -> list[Place]:
        """Return the places that the pointer of a reference may begin at, in order."""
        named = self._resources(place)
        if address:
            base = self.value_at(named[0])["$id"] if named else ""
            known = self._ids
            return [known[each] for each in (address, urljoin(base, address)) if each in known]
        return [*named, (), *(each for each in self._enclosing(place) if each not in named)]

    def _anchored(self, anchor: str, starts: list[Place], *, anywhere: bool) -> Place | None:
        """Return the place of an anchor in the first of some schemas that has it, or in any part of the document."""
        candidates = self._anchors.get(anchor, [])
        fitting = (each for start in starts for each in candidates if (self._resources(each) or [()])[0] == start)
        return next(fitting, candidates[0] if candidates and anywhere else None)

    def _resources(self, place: Place) -> list[Place]:
        """Return the places of the schemas around a place that have an `$id`, the innermost first."""
        return [each for each in self._enclosing(place) if isinstance(self.value_at(each).get("$id"), str)]

    def _enclosing(self, place: Place) -> Iterator[Place]:
        """Yield the places of the schemas around a place that have an `$id` or `$defs`, the innermost first."""
        found: list[Place] = []
        value = self.root
        for number, part in enumerate(place):
            value = value[part]
            if isinstance(value, Mapping) and (isinstance(value.get("$id"), str) or "$defs" in value):
                found.append(place[: number + 1])
        yield from reversed(found)

    def _walk(self, start: Place, parts: list[str]) -> Place | None:
        value, place = self.value_at(start), start
        for part in parts:
            key: str | int = int(part) if isinstance(value, list) and part.isdecimal() else part
            try:
                value = value[key]
            except (LookupError, TypeError):
                return None
            place = (*place, key)
        return place

    @cached_property
    def _ids(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for place, schema in self._schemas_with("$id"):
            around = self._resources(place[:-1])
            base = self.value_at(around[0])["$id"] if around else ""
            found.setdefault(schema["$id"], place)
            found.setdefault(urljoin(base, schema["$id"]), place)
        return found

    @cached_property
    def _anchors(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for word in ("$anchor", "$dynamicAnchor"):
            for place, schema in self._schemas_with(word):
                found.setdefault(schema[word], []).append(place)
        return found

    def _schemas_with(self, word: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        stack: list[tuple[Place, Any]] = [((), self.root)]
        seen: set[int] = set()
        while stack:
            place, value = stack.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, Mapping):
                if isinstance(value.get(word), str):
                    yield place, value
                stack += [((*place, key), inner) for key, inner in value.items() if isinstance(inner, Mapping | list)]
            elif isinstance(value, list):
                stack += [((*place, number), inner) for number, inner in enumerate(value)]
