"""JSON Schemas of the APIs: loading, references, validation.

`jsonschema_rs` decides whether a value is valid, or `jsonschema` where that has no wheels; the errors always come from
`jsonschema`, imported only for an invalid value. Values are plain dicts, lists, strings, numbers, booleans and None.
Schemas are loaded and compiled once per process, on first use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from ..system.forks import freed_in_child
from .branches import leaves

ROOT = "https://fakesources.invalid/schemas/"
"""Prefix of every `$id`; the file's path under `schemas/` follows."""

SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
"""Characters between the items of an array in one text, by the styles of OpenAPI, which a property names as `x-style`."""

COMMON = "common"
"""Folder of the schemas that all editions of an API share."""


@cache
def root() -> Traversable:
    """Return the folder of the schemas: inside the wheel, or beside the package in a checkout."""
    packed = files("fakesources") / "schemas"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "schemas"


class SchemaSource:
    """The schemas of one API: files of a folder, or documents in memory.

    Paths begin with the API's name: `name/EDITION/…json`, `name/common/…json` for those that editions share, or `name/…json`
    for an API without editions. A schema's `$id` is ROOT and its path. Without `folder` and `documents` the files are those
    of this package.
    """

    def __init__(
        self, name: str, *, folder: Traversable | None = None, documents: Mapping[str, Any] | None = None
    ) -> None:
        self.name = name
        self._folder, self._documents = folder, documents
        self.load = lru_cache(maxsize=None)(self._load)
        self.schema_at = lru_cache(maxsize=None)(self._schema_at)
        self.schema_of = lru_cache(maxsize=None)(self._schema_of)

    def __repr__(self) -> str:
        return f"<SchemaSource {self.name}>"

    def exists(self, path: str) -> bool:
        """Return whether a schema exists at a path."""
        if self._documents is not None:
            return path in self._documents
        return self._file(path).is_file()

    def retrieve(self, uri: str) -> Any:
        """Return the schema with an `$id`; both libraries resolve references with it."""
        return self.load(uri.removeprefix(ROOT).partition("#")[0])

    def resolve_ref(self, ref: str, base: str) -> tuple[Any, str]:
        """Return the schema that a `$ref` points to, and the base URI of its own references."""
        base, _, pointer = urljoin(base, ref).partition("#")
        target = self.retrieve(base)
        for part in pointer_parts(pointer):
            target = target[part]
        return target, base

    def names(self, edition: str) -> frozenset[str]:
        """Return the names of the schemas of an edition, and of those that editions share."""
        folders = (f"{self.name}/{edition}/", f"{self.name}/{COMMON}/")
        if self._documents is not None:
            paths: Iterable[str] = self._documents
        else:
            paths = (path for folder in folders for path in _files(self._file(folder.rstrip("/")), folder))
        return frozenset(
            path.removeprefix(folder).removesuffix(".json")
            for path in paths
            for folder in folders
            if path.startswith(folder)
        )

    def _load(self, path: str) -> Any:
        """Return the parsed schema at a path; it is shared. Raises FileNotFoundError."""
        if self._documents is None:
            return json.loads(self._file(path).read_text("utf-8"))
        try:
            return {"$id": f"{ROOT}{path}"} | self._documents[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def _file(self, path: str) -> Traversable:
        if self._folder is None:
            return root().joinpath(*path.split("/"))
        return self._folder.joinpath(*path.split("/")[1:])

    def _schema_at(self, path: str) -> Schema:
        """Return the compiled schema at a path, the same object for every caller."""
        return Schema(path, self)

    def _schema_of(self, edition: str, name: str) -> Schema:
        """Return the schema of a name in an edition: the edition's own, else the API's, else the one that editions share."""
        own, bare = f"{self.name}/{edition}/{name}.json", f"{self.name}/{name}.json"
        shared = f"{self.name}/{COMMON}/{name}.json"
        return self.schema_at(own if self.exists(own) else bare if self.exists(bare) else shared)


def _files(folder: Traversable, prefix: str) -> Iterator[str]:
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if file.is_dir():
            yield from _files(file, f"{prefix}{file.name}/")
        elif file.name.endswith(".json"):
            yield prefix + file.name


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One validation error.

    `path` holds the keys and indexes from the root to the value, `keyword` the schema keyword that failed, `expected`
    that keyword's value and `message` the validator's text. `names` are the missing or unknown names, `schema` is the
    schema with the keyword, and `file` its file.
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
        """JSON path of the value: `$.resources[0].parameters`."""
        return json_path(self.path)


def json_path(path: tuple[str | int, ...]) -> str:
    """Return a path from the root as JSON path: `$.resources[0].parameters`, `$['odd name']`."""
    parts = ["$"]
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif part.isidentifier():
            parts.append(f".{part}")
        else:
            parts.append(f"[{part!r}]")
    return "".join(parts)


def pointer_parts(pointer: str) -> list[str]:
    """Return the names in a JSON pointer (RFC 6901): `["$defs", "a/b"]` for `/$defs/a~1b`."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def invalid_part(schema: Any) -> tuple[str, Any] | None:
    """Return the JSON path and the value of what makes a schema invalid, or None for a valid one."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as InvalidSchema

    try:
        Draft202012Validator.check_schema(schema)
    except InvalidSchema as error:
        return json_path(tuple(error.absolute_path)), error.instance
    return None


def validator_of(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return a function that validates a value against a schema without references to others."""
    validate: Callable[[Any], bool] = (
        SchemaSource("own", documents={"own/own.json": schema}).schema_at("own/own.json").is_valid
    )
    return validate


class Schema:
    """A compiled schema; `is_valid(value)` validates a value."""

    def __init__(self, path: str, source: SchemaSource) -> None:
        self.path, self.source = path, source
        self.schema: dict[str, Any] = source.load(path)
        self.is_valid = self._compiled()

    def __repr__(self) -> str:
        return f"<Schema {self.path}>"

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """JSON types of the top-level properties, by name: those that text from a query or a form is converted to."""
        base = self.schema["$id"]
        return {name: self._json_type(property, base) for name, property in self.schema.get("properties", {}).items()}

    @cached_property
    def item_kinds(self) -> Mapping[str, str]:
        """JSON types of the items of arrays, by name, and of the properties of objects, by `name.property`."""
        base, kinds = self.schema["$id"], dict[str, str]()
        for name, schema in self.schema.get("properties", {}).items():
            for part, part_base in self.parts(schema, base):
                if isinstance(part.get("items"), Mapping):
                    kinds[name] = self._json_type(part["items"], part_base)
                for key, value in part.get("properties", {}).items():
                    kinds[f"{name}.{key}"] = self._json_type(value, part_base)
        return kinds

    @cached_property
    def separators(self) -> Mapping[str, str]:
        """Characters between the items of arrays that a query gives in one text, by name: `ids=1,2`."""
        properties = self.schema.get("properties", {})
        styles = {name: str(each.get("x-style")) for name, each in properties.items() if isinstance(each, Mapping)}
        return {name: SEPARATORS[style] for name, style in styles.items() if style in SEPARATORS}

    def errors(self, value: Any) -> list[SchemaError]:
        """Return every validation error, in the schema's order; none for a valid value."""
        return list(self.iterate_errors(value))

    def iterate_errors(self, value: Any) -> Iterator[SchemaError]:
        """Yield every validation error, in the schema's order; each is explained once it is asked for."""
        is_explained = False
        for error in self._errors(value):
            is_explained = True
            yield error
        if not is_explained:
            yield from self._other_errors(value)

    def _errors(self, value: Any) -> Iterator[SchemaError]:
        for error in self._jsonschema_validator.iter_errors(value):
            for leaf in leaves(error):
                yield self._schema_error(leaf)

    def _schema_error(self, error: Any) -> SchemaError:
        keyword, expected, actual = error.validator, error.validator_value, error.instance
        names: tuple[str, ...] = ()
        if keyword == "required":
            names = tuple(name for name in expected if name not in actual)
        elif keyword == "additionalProperties":
            known = error.schema.get("properties", {})
            names = tuple(name for name in actual if name not in known)
        return SchemaError(
            tuple(error.absolute_path), str(keyword), expected, actual, error.message, self.path, names, error.schema
        )

    def _other_errors(self, value: Any) -> Iterator[SchemaError]:
        """Yield the errors of `jsonschema_rs`, for the rare value that `jsonschema` accepts."""
        if self.is_valid(value):
            return
        import jsonschema_rs

        validator = jsonschema_rs.Draft202012Validator(self.schema, retriever=self.source.retrieve)
        for error in validator.iter_errors(value):
            yield SchemaError(
                tuple(error.instance_path), str(error.schema_path[-1]), None, error.instance, error.message, self.path
            )

    def _json_type(self, schema: Any, base: str) -> str:
        """Return the one JSON type a property has besides null, or `""` when it has several.

        Of one scalar type beside objects and arrays it is the scalar one: no text is an object.
        """
        names = set[str]()
        for part, _ in self.parts(schema, base):
            types = part.get("type", ())
            names.update([types] if isinstance(types, str) else types)
        names.discard("null")
        scalars = names if len(names) == 1 else names - {"object", "array"}
        return next(iter(scalars)) if len(scalars) == 1 else ""

    def parts(self, schema: Any, base: str) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield a schema, and where it names no type those that it refers to or is made of, each with its base URI."""
        if not isinstance(schema, Mapping):
            return
        yield schema, base
        if "type" in schema:
            return
        if "$ref" in schema:
            yield from self.parts(*self.source.resolve_ref(schema["$ref"], base))
        for word in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(word, ()):
                yield from self.parts(part, base)

    def _compiled(self) -> Any:
        """Return a function that validates a value."""
        try:
            from jsonschema_rs import Draft202012Validator
        except ImportError:  # no wheel for this platform; jsonschema is slower
            return self._jsonschema_validator.is_valid
        return Draft202012Validator(self.schema, retriever=self.source.retrieve).is_valid

    @cached_property
    def _jsonschema_validator(self) -> Any:
        from jsonschema import Draft202012Validator
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        # A registry forgets what it retrieves while it validates: it would read the same files for each value again.
        contents = self._referenced().items()
        registry: Any = Registry().with_resources((uri, DRAFT202012.create_resource(each)) for uri, each in contents)
        return Draft202012Validator(self.schema, registry=registry)

    def _referenced(self) -> dict[str, Any]:
        """Return this schema and those of other files that its references lead to, by their URIs."""
        found: dict[str, Any] = {self.schema["$id"]: self.schema}
        ahead: list[tuple[Any, str]] = [(self.schema, self.schema["$id"])]
        while ahead:
            part, base = ahead.pop()
            for name, inner in part.items() if isinstance(part, Mapping) else enumerate(part):
                if isinstance(inner, Mapping | list):
                    ahead.append((inner, base))
                elif name == "$ref" and isinstance(inner, str):
                    uri = urljoin(base, inner).partition("#")[0]
                    if uri not in found and self.source.exists(uri.removeprefix(ROOT)):
                        found[uri] = self.source.retrieve(uri)
                        ahead.append((found[uri], uri))
        return found


for each in (Schema.kinds, Schema.item_kinds, Schema.separators, Schema._jsonschema_validator):
    lock = getattr(each, "lock", None)
    if lock is not None:  # pragma: no cover - cached_property has one before Python 3.12
        freed_in_child(lock)
