"""Schemas as components of an OpenAPI document: one for each file and for each of its definitions.

Components have no `$id`, since tools resolve references within the document. Many tools support neither definitions
inside a component nor `if`: definitions are components of their own, and the branches of an `if` are repeated as
`anyOf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from ...core.contract.api import Api, Endpoint
from ...core.contract.schemas import ROOT


class Components:
    """Schemas of one document, by name."""

    def __init__(self, api: Api[Any], edition: str) -> None:
        self._api, self._edition = api, edition
        self.schemas: dict[str, Any] = {}

    def reference(self, name: str) -> dict[str, str]:
        """Return a reference to a schema of the API, and add it as a component."""
        shape = self._api.schemas.schema_of(self._edition, name)
        return {"$ref": self._pointer(shape.schema["$id"], "")}

    def variants(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return the body of an operation with a discriminator: a branch for each variant of its schema."""
        base = self._inlined(endpoint.body_schema)
        branches = []
        for variant in endpoint.variants:
            own = self._inlined(variant)["properties"]
            properties = {name: own.get(name, schema) for name, schema in base["properties"].items()}
            if endpoint.discriminator in properties:
                properties[endpoint.discriminator] = {**properties[endpoint.discriminator], "const": variant}
            title = f"{base.get('title', endpoint.id)} ({variant})"
            branches.append({**base, "title": title, "properties": properties})
        return {"oneOf" if endpoint.discriminator in base.get("required", ()) else "anyOf": branches}

    def properties(self, name: str) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Return the properties of a schema, for parameters of query and path, and the names of the required ones."""
        schema = self._inlined(name)
        return schema.get("properties", {}), frozenset(schema.get("required", ()))

    def _inlined(self, name: str) -> dict[str, Any]:
        schema = self._api.schemas.schema_of(self._edition, name).schema
        converted: dict[str, Any] = self._convert(schema, schema["$id"])
        return converted

    def _pointer(self, uri: str, base: str) -> str:
        file, _, pointer = urljoin(base, uri).partition("#")
        name, schema = self._name(file), self._api.schemas.retrieve(file)
        if pointer.startswith("/$defs/"):
            own, _, pointer = pointer.removeprefix("/$defs/").partition("/")
            name, schema, pointer = f"{name}.{own}", schema["$defs"][own], f"/{pointer}" if pointer else ""
        if name not in self.schemas:
            self.schemas[name] = {}  # before its references, which may be circular
            self.schemas[name] = self._convert(schema, file)
        return f"#/components/schemas/{name}{pointer}"

    def _name(self, file: str) -> str:
        folder, _, name = file.removeprefix(f"{ROOT}{self._api.name}/").partition("/")
        return (name or folder).removesuffix(".json")

    def _convert(self, schema: Any, base: str) -> Any:
        """Return a schema without `$id`, with references to components."""
        if isinstance(schema, list):
            return [self._convert(inner, base) for inner in schema]
        if not isinstance(schema, dict):
            return schema
        converted: dict[str, Any] = {}
        for key, inner in schema.items():
            if key in ("$id", "$schema", "$defs"):
                continue
            if key == "$ref" and isinstance(inner, str):
                converted[key] = self._pointer(inner, base)
            elif key in ("const", "enum", "examples", "default"):
                converted[key] = inner
            else:
                converted[key] = self._convert(inner, base)
        if {"then", "else"} <= converted.keys() and "anyOf" not in converted:
            converted["anyOf"] = [converted["then"], converted["else"]]
        return converted
