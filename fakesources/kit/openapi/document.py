"""OpenAPI documents: their version, their operations, and their schemas as JSON Schema of Draft 2020-12."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .file import Place, short
from .references import References
from .schemas import Schemas

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_VERSION = re.compile(r"3\.[01](\.\d+)?(-.+)?")
_LOCATIONS = ("query", "header", "path", "cookie")


class Operation(NamedTuple):
    """One operation of a document: its value, the parameters of path and operation with their places, and its own place."""

    method: str
    path: str
    value: Mapping[str, Any]
    parameters: list[tuple[Mapping[str, Any], Place]]
    place: Place


class Document(References):
    """An OpenAPI document of version 3.0 or 3.1, and where it comes from.

    Raises DefinitionError with file and JSON path for what is none, for `$ref`s to other documents and for endless ones.
    """

    def __init__(self, source: str | Path | Mapping[str, Any]) -> None:
        super().__init__(source)
        root = self.root if isinstance(self.root, Mapping) else {}
        version = root.get("openapi")
        if not (isinstance(version, str) and _VERSION.fullmatch(version)):
            got, advice = repr(version), ""
            if version is None and "swagger" in root:
                got = f"Swagger {root['swagger']}"
                advice = (
                    "; convert it to OpenAPI 3 first, for example with `npx swagger2openapi` or on editor.swagger.io"
                )
            elif isinstance(version, float):
                advice = "; write it as a text, such as '3.0.3'"
            expected = "an OpenAPI document of version 3.0 or 3.1"
            raise self.error(("openapi",), f"expected {expected}, got {got}{advice}")
        if not isinstance(root.get("paths"), Mapping):
            raise self.error(
                ("paths",), f"expected an object with the paths of the API, got {short(root.get('paths'))}"
            )
        self.schema = Schemas(self, version.startswith("3.0")).schema

    def operations(self) -> Iterator[Operation]:
        """Yield each operation of the document."""
        for path, value in self.root["paths"].items():
            if path.startswith("x-"):
                continue
            if not path.startswith("/"):
                raise self.error(("paths", path), "expected a path that begins with '/'")
            item, place = self.object_at(value, ("paths", path), "an object with operations")
            shared = self._parameters(item, place)
            for method in METHODS:
                if item.get(method) is not None:
                    where = (*place, method)
                    operation, where = self.object_at(item[method], where, "an operation")
                    parameters = shared | self._parameters(operation, where)
                    yield Operation(method, path, operation, list(parameters.values()), where)

    def _parameters(self, owner: Mapping[str, Any], place: Place) -> dict[tuple[str, str], Any]:
        found = {}
        where = (*place, "parameters")
        for number, value in enumerate(self.list_at(owner.get("parameters"), where, "a list of parameters")):
            each, at = self.object_at(value, (*where, number), "a parameter with 'name' and 'in'")
            if not (isinstance(each.get("name"), str) and each.get("in") in _LOCATIONS):
                places = ", ".join(_LOCATIONS)
                raise self.error(
                    at, f"expected a parameter with 'name' and 'in' (one of {places}), got {short(dict(each))}"
                )
            found[each["name"], each["in"]] = (each, at)
        return found
