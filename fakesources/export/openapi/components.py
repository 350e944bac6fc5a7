"""Schemas as components of an OpenAPI document: each file one component, and each of its definitions one of its own.

A component has no `$id`: references would be read against it, and every reader of OpenAPI resolves them in the document.
Many readers know neither definitions inside a component nor `if`, so those are taken out, and beside an `if` its branches
stand as a choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from ...core.contract.api import Api, Endpoint
from ...core.contract.schemas import ROOT, retrieve


class Components:
    """The schemas one document needs, by their names in it."""

    def __init__(self, api: Api[Any], edition: str) -> None:
        self._api, self._edition = api, edition
        self.schemas: dict[str, Any] = {}

    def reference(self, name: str) -> dict[str, str]:
        """A reference to one of the API's shapes, which becomes a component."""
        shape = self._api.schemas.schema_of(self._edition, name)
        return {"$ref": self._pointer(shape.schema["$id"], "")}

    def chosen(self, endpoint: Endpoint) -> dict[str, Any]:
        """What an operation takes where parts of it depend on what else is sent: a branch for each choice, the shape of
        the operation with those parts as that choice has them.
        """
        base = self._inlined(endpoint.body_schema)
        branches = []
        for choice in endpoint.variants:
            own = self._inlined(choice)["properties"]
            properties = {name: own.get(name, spot) for name, spot in base["properties"].items()}
            if endpoint.discriminator in properties:
                spot = properties[endpoint.discriminator]
                properties[endpoint.discriminator] = {**spot, "const": choice}
            title = f"{base.get('title', endpoint.id)} ({choice})"
            branches.append({**base, "title": title, "properties": properties})
        picks = endpoint.discriminator in base.get("required", ())
        if not picks:
            return {"anyOf": branches}
        return {"oneOf": branches}

    def properties(self, name: str) -> tuple[Mapping[str, Any], frozenset[str]]:
        """The properties of a shape, for parameters of query and path, and the names that are required."""
        schema = self._inlined(name)
        return schema.get("properties", {}), frozenset(schema.get("required", ()))

    def _inlined(self, name: str) -> dict[str, Any]:
        schema = self._api.schemas.schema_of(self._edition, name).schema
        plain: dict[str, Any] = self._turned(schema, schema["$id"])
        return plain

    def _pointer(self, uri: str, base: str) -> str:
        file, _, pointer = urljoin(base, uri).partition("#")
        name, schema = self._name(file), retrieve(file)
        if pointer.startswith("/$defs/"):
            own, _, pointer = pointer.removeprefix("/$defs/").partition("/")
            name, schema, pointer = f"{name}.{own}", schema["$defs"][own], f"/{pointer}" if pointer else ""
        if name not in self.schemas:
            self.schemas[name] = {}  # taken, before what it refers to asks for it again
            self.schemas[name] = self._turned(schema, file)
        return f"#/components/schemas/{name}{pointer}"

    def _name(self, file: str) -> str:
        return file.removeprefix(f"{ROOT}{self._api.name}/").partition("/")[2].removesuffix(".json").replace("/", ".")

    def _turned(self, schema: Any, base: str) -> Any:
        """A schema as it stands in the document: no `$id`, and its references lead to components."""
        if isinstance(schema, list):
            return [self._turned(inner, base) for inner in schema]
        if not isinstance(schema, dict):
            return schema
        turned: dict[str, Any] = {}
        for key, inner in schema.items():
            if key in ("$id", "$schema", "$defs"):
                continue
            if key == "$ref" and isinstance(inner, str):
                turned[key] = self._pointer(inner, base)
            elif key in ("const", "enum", "examples", "default"):
                turned[key] = inner
            else:
                turned[key] = self._turned(inner, base)
        if {"then", "else"} <= turned.keys() and "anyOf" not in turned:
            turned["anyOf"] = [turned["then"], turned["else"]]
        return turned
