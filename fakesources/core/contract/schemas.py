"""Where the schemas lie, and what they say of a value: the verdict, and on demand the explanation.

The verdict is `jsonschema_rs`'s, or `jsonschema`'s where that has no wheels; the explanation is always
`jsonschema`'s, imported only when there is something to explain. Only plain dicts, lists, strings, numbers,
booleans and None may be handed in. Schemas are read and compiled once per process, on first use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from ..system.forks import freed_in_child

ROOT = "https://fakesources.invalid/schemas/"
"""Every `$id` is this and the file's path under `schemas/`."""

COMMON = "common"
"""The folder of the shapes that every edition of an API shares."""


@cache
def root() -> Traversable:
    """The schemas inside the wheel, or beside the package when it runs from a checkout."""
    packed = files("fakesources") / "schemas"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "schemas"


DOCUMENTS: dict[str, Any] = {}


@cache
def load(path: str) -> Any:
    """The schema in one file under `schemas/`, parsed; do not change it. Raises FileNotFoundError."""
    if path in DOCUMENTS:
        return DOCUMENTS[path]
    return json.loads(root().joinpath(*path.split("/")).read_text("utf-8"))


def exists(path: str) -> bool:
    """Return whether there is such a file under `schemas/`."""
    return path in DOCUMENTS or root().joinpath(*path.split("/")).is_file()


def retrieve(uri: str) -> Any:
    """The schema that has this `$id`, for both libraries' references."""
    return load(uri.removeprefix(ROOT).partition("#")[0])


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One place where a value and its schema disagree.

    `path` leads from the root to the place, `keyword` is the schema's word that was broken and `wanted` its value;
    `got` is what stood there. `where` names the schema file, `said` is what the validator said.
    """

    path: tuple[str | int, ...]
    keyword: str
    expected: Any
    actual: Any
    message: str
    file: str
    names: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None

    @property
    def json_path(self) -> str:
        """The place as a JSON path: `$.resources[0].parameters`."""
        return json_path(self.path)


def json_path(path: tuple[str | int, ...]) -> str:
    """A path from the root as people write it: `$.resources[0].parameters`, `$['odd name']`."""
    parts = ["$"]
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif part.isidentifier():
            parts.append(f".{part}")
        else:
            parts.append(f"[{part!r}]")
    return "".join(parts)


class Schema:
    """One schema: whether a value holds to it, and where it does not."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.schema: dict[str, Any] = load(path)
        self.is_valid = _verdict(self.schema)

    def __repr__(self) -> str:
        return f"<Shape {self.path}>"

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The JSON type each top-level property has: what text from a query or a form has to be read as."""
        return {name: _kind(spot, self.schema["$id"]) for name, spot in self.schema.get("properties", {}).items()}

    def errors(self, value: Any) -> list[SchemaError]:
        """Every place where the value breaks the schema, in the schema's order; empty when it holds."""
        return list(self._explain(value)) or list(self._second_opinion(value))

    def _explain(self, value: Any) -> Iterator[SchemaError]:
        from jsonschema.exceptions import ValidationError  # late: only when there is something to explain

        def leaves(error: ValidationError) -> Iterator[ValidationError]:
            """A failed branch is told by the branch that came furthest, never as a failed union."""
            if error.validator in ("anyOf", "oneOf") and error.context:
                branches: dict[Any, list[ValidationError]] = {}
                for inner in error.context:
                    branches.setdefault(inner.schema_path[0], []).append(inner)
                nearest = max(branches.values(), key=lambda errors: max(len(e.absolute_path) for e in errors))
                if max(len(e.absolute_path) for e in nearest) > len(error.absolute_path):
                    for inner in nearest:
                        yield from leaves(inner)
                    return
            yield error

        for error in _explainer(self.path).iter_errors(value):
            for leaf in leaves(error):
                yield self._fault(leaf)

    def _fault(self, error: Any) -> SchemaError:
        keyword, wanted, got = error.validator, error.validator_value, error.instance
        names: tuple[str, ...] = ()
        if keyword == "required":
            names = tuple(name for name in wanted if name not in got)
        elif keyword == "additionalProperties":
            known = error.schema.get("properties", {})
            names = tuple(name for name in got if name not in known)
        return SchemaError(
            tuple(error.absolute_path), str(keyword), wanted, got, error.message, self.path, names, error.schema
        )

    def _second_opinion(self, value: Any) -> Iterator[SchemaError]:
        """The verdict's own words, for the rare value on which only it sees the fault."""
        if self.is_valid(value):
            return
        import jsonschema_rs

        judge = jsonschema_rs.Draft202012Validator(self.schema, retriever=retrieve)
        for error in judge.iter_errors(value):
            yield SchemaError(
                tuple(error.instance_path), str(error.schema_path[-1]), None, error.instance, error.message, self.path
            )


if (lock := getattr(Schema.kinds, "lock", None)) is not None:  # cached_property has one before Python 3.12
    freed_in_child(lock)


@cache
def shape(path: str) -> Schema:
    """The schema of one file, compiled; the same object for every caller in the process."""
    return Schema(path)


@cache
def schema_of(api: str, edition: str, name: str) -> Schema:
    """An API's shape in an edition: the edition's own file, else the one its editions share; that of an API without
    editions lies in the API's own folder.
    """
    own, bare = f"{api}/{edition}/{name}.json", f"{api}/{name}.json"
    return shape(own if exists(own) else bare if exists(bare) else f"{api}/{COMMON}/{name}.json")


def _kind(spot: Any, base: str) -> str:
    """The one JSON type a property has besides null, `""` when it has several."""
    while "$ref" in spot and "type" not in spot:
        base, _, pointer = urljoin(base, spot["$ref"]).partition("#")
        spot = retrieve(base)
        for part in filter(None, pointer.split("/")):
            spot = spot[part]
    types = spot.get("type", "")
    named = [types] if isinstance(types, str) else [name for name in types if name != "null"]
    return named[0] if len(named) == 1 else ""


def _verdict(schema: Any) -> Any:
    try:
        from jsonschema_rs import Draft202012Validator
    except ImportError:  # no wheel for this platform: jsonschema judges too, more slowly
        return _explainer(schema["$id"].removeprefix(ROOT)).is_valid
    return Draft202012Validator(schema, retriever=retrieve).is_valid


@cache
def _explainer(path: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    registry: Any = Registry(retrieve=lambda uri: Resource.from_contents(retrieve(uri)))  # type: ignore[call-arg]
    return Draft202012Validator(load(path), registry=registry)
