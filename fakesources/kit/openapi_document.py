"""OpenAPI documents: loading, references, and their schemas as JSON Schema of Draft 2020-12."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..core.contract.schemas import json_path
from .definitions import DefinitionError

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_VERSION = re.compile(r"3\.[01](\.\d+)?(-.+)?")
_DROPPED = ("nullable", "example", "discriminator", "xml", "externalDocs", "readOnly", "writeOnly")
MAX_DEPTH = 100
"""Number of schemas within one another, beyond which a document is taken for an endless one."""


class Document:
    """An OpenAPI document of version 3.0 or 3.1, and where it comes from.

    Raises DefinitionError with file and JSON path for what is none, for `$ref`s to other documents and for endless ones.
    """

    def __init__(self, source: str | Path | Mapping[str, Any]) -> None:
        self.name = "document" if isinstance(source, Mapping) else str(source)
        self.root: Any = source if isinstance(source, Mapping) else self._load(Path(source))
        version = self.root.get("openapi") if isinstance(self.root, Mapping) else None
        if not (isinstance(version, str) and _VERSION.fullmatch(version)):
            raise self.error(("openapi",), f"expected an OpenAPI document of version 3.0 or 3.1, got {version!r}")
        if not isinstance(self.root.get("paths"), Mapping):
            raise self.error(("paths",), "expected an object with the paths of the API")
        self.is_old = version.startswith("3.0")

    def error(self, path: tuple[str | int, ...], message: str) -> DefinitionError:
        """Return the error of a place in the document."""
        return DefinitionError(f"{self.name}: {json_path(path)}: {message}")

    def _load(self, path: Path) -> Any:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error((), f"expected a readable file in UTF-8, got {error}") from None
        try:
            return json.loads(text)
        except ValueError as json_error:
            if path.suffix == ".json":
                raise self.error((), f"expected JSON, got {json_error}") from None
        try:
            import yaml  # late: an extra, and of use for documents in YAML alone
        except ImportError:
            raise self.error((), "expected JSON; for YAML install fakesources[yaml]") from None
        try:
            return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe
        except (yaml.YAMLError, RecursionError) as error:
            raise self.error((), f"expected plain YAML without tags, got {str(error).partition(chr(10))[0]}") from None

    def resolve(self, value: Any, path: tuple[str | int, ...]) -> Any:
        """Return what a `$ref` points to, or the value itself where it has none."""
        seen: list[str] = []
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            ref = value["$ref"]
            if ref in seen:
                raise self.error(path, f"expected a $ref that ends, got {' -> '.join([*seen, ref])}")
            seen.append(ref)
            value = self.target(ref, path)
        return value

    def target(self, ref: str, path: tuple[str | int, ...]) -> Any:
        """Return what a reference within the document points to."""
        if not ref.startswith("#"):
            raise self.error(path, f"expected a $ref within the document, such as '#/components/…', got {ref!r}")
        found: Any = self.root
        for part in filter(None, ref[1:].split("/")):
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise self.error(path, f"expected a $ref to something in the document, got {ref!r}")
        return found

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any], tuple[str | int, ...]]]:
        """Yield method, path, operation, the parameters of path and operation, and the place of each operation."""
        for path, item in self.root["paths"].items():
            place: tuple[str | int, ...] = ("paths", path)
            item = self.resolve(item, place)
            if not isinstance(item, Mapping):
                raise self.error(place, f"expected an object with operations, got {item!r:.40}")
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    if not isinstance(operation, Mapping):
                        raise self.error((*place, method), f"expected an operation, got {operation!r:.40}")
                    given = [*item.get("parameters", []), *operation.get("parameters", [])]
                    parameters = {}
                    for number, each in enumerate(given):
                        each = self.resolve(each, (*place, "parameters", number))
                        if not (isinstance(each, Mapping) and {"name", "in"} <= {*each}):
                            raise self.error(
                                (*place, "parameters", number), "expected a parameter with 'name' and 'in'"
                            )
                        parameters[each["name"], each["in"]] = each
                    yield method, path, operation, list(parameters.values()), (*place, method)

    def schema(self, value: Any, path: tuple[str | int, ...], *, for_request: bool) -> dict[str, Any]:
        """Return a schema of the document as a JSON Schema on its own: what it refers to stands under `$defs`."""
        defs: dict[str, Any] = {}
        converted = self._converted(value, path, defs, for_request, 0)
        return converted | ({"$defs": defs} if defs else {})

    def _converted(
        self, value: Any, path: tuple[str | int, ...], defs: dict[str, Any], for_request: bool, depth: int
    ) -> dict[str, Any]:
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        if not isinstance(value, Mapping):
            raise self.error(path, f"expected a schema, got {value!r:.40}")
        if depth > MAX_DEPTH:
            raise self.error(path, f"expected at most {MAX_DEPTH} schemas within one another")
        if isinstance(value.get("$ref"), str):
            return self._reference(value, path, defs, for_request, depth)
        old = dict(value)
        new = {name: each for name, each in old.items() if name not in _DROPPED and not name.startswith("x-")}
        if "example" in old:
            new["examples"] = [old["example"]]
        for name in ("items", "not", "additionalProperties", "if", "then", "else", "contains", "propertyNames"):
            if isinstance(new.get(name), Mapping):
                new[name] = self._converted(new[name], (*path, name), defs, for_request, depth + 1)
        for name in ("allOf", "anyOf", "oneOf", "prefixItems"):
            if isinstance(new.get(name), list):
                new[name] = [
                    self._converted(each, (*path, name, number), defs, for_request, depth + 1)
                    for number, each in enumerate(new[name])
                ]
        for name in ("properties", "patternProperties"):
            if isinstance(new.get(name), Mapping):
                new[name] = {
                    key: self._converted(each, (*path, name, key), defs, for_request, depth + 1)
                    for key, each in new[name].items()
                }
        if isinstance(new.get("required"), list):
            hidden = self._hidden(old, "readOnly" if for_request else "writeOnly", path)
            new["required"] = [name for name in new["required"] if name not in hidden]
        elif "required" in new:
            del new["required"]  # of a parameter in drafts before 4
        if self.is_old:
            _modernize(old, new)
        return new

    def _reference(
        self, value: Mapping[str, Any], path: tuple[str | int, ...], defs: dict[str, Any], for_request: bool, depth: int
    ) -> dict[str, Any]:
        ref = value["$ref"]
        self.resolve(value, path)  # it ends
        name = ref.rpartition("/")[2] if ref.startswith("#/components/schemas/") else ref.strip("#/").replace("/", ".")
        if name not in defs:
            defs[name] = {}
            target = tuple(part.replace("~1", "/").replace("~0", "~") for part in ref.split("/")[1:])
            defs[name] = self._converted(self.target(ref, path), target, defs, for_request, depth + 1)
        beside = {} if self.is_old else {key: each for key, each in value.items() if key in ("description", "title")}
        return {"$ref": f"#/$defs/{name.replace('~', '~0').replace('/', '~1')}", **beside}

    def _hidden(self, schema: Mapping[str, Any], word: str, path: tuple[str | int, ...]) -> set[str]:
        """Return the properties that only responses have (readOnly), or only requests (writeOnly)."""
        properties = schema.get("properties", {})
        return {
            name
            for name, each in properties.items()
            if isinstance(found := self.resolve(each, (*path, "properties", name)), Mapping) and found.get(word) is True
        }


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
