"""The schemas: valid, described, with sources; and every endpoint in their README."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.schemas import ROOT

ALL = installed()

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = [(api, file) for api in ALL for file in sorted((SCHEMAS / api.name).glob("*/*.json"))]


CONDITION = "?"
"""Marks paths inside an `if`, whose properties are described elsewhere."""


def id_of(value: object) -> str:
    return value.name if isinstance(value, Api) else value.stem if isinstance(value, Path) else str(value)


def subschemas(schema: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema inside a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key, inner in schema.items():
            if key in ("properties", "$defs"):
                for name, child in inner.items():
                    yield from subschemas(child, f"{path}.{name}")
            elif key in ("items", "additionalProperties", "not", "then", "else"):
                yield from subschemas(inner, path)
            elif key == "if":
                yield from subschemas(inner, f"{path}{CONDITION}")
            elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
                for child in inner:
                    yield from subschemas(child, path)


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, subschema in subschemas(schema):
        for name, inner in subschema.get("properties", {}).items() if CONDITION not in path else ():
            yield f"{path}.{name}", inner


@pytest.mark.parametrize(("api", "file"), FILES, ids=id_of)
def test_a_schema_is_valid(api: Api[Any], file: Path) -> None:
    """A valid Draft 2020-12 schema with the id of its path, a title and a description."""
    schema = json.loads(file.read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == ROOT + file.relative_to(SCHEMAS).as_posix()
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize(("api", "file"), FILES, ids=id_of)
def test_every_property_has_a_description_and_a_source(api: Api[Any], file: Path) -> None:
    """A decided one also has a reason."""
    for path, property in properties(json.loads(file.read_text("utf-8"))):
        assert property.get("description"), path
        sources = [name.strip() for name in property["x-source"].replace(";", ",").split(",")]
        assert set(sources) <= set(api.pages()), path
        if "x-provenance" in property:
            assert property["x-provenance"] in ("recorded", "observed", "decided"), path
            assert property["x-provenance"] != "decided" or property["x-reason"], path


@pytest.mark.parametrize(("api", "file"), FILES, ids=id_of)
def test_patterns_mean_the_same_to_both_libraries(api: Api[Any], file: Path) -> None:
    """They use only the common syntax of Python and Rust; `format`, which neither library checks, is not used."""
    for path, schema in subschemas(json.loads(file.read_text("utf-8"))):
        assert "format" not in schema, path
        assert not [word for word in ("\\d", "\\w", "\\s", "\\b", "(?") if word in schema.get("pattern", "")], path


@pytest.mark.parametrize("api", ALL, ids=id_of)
def test_every_endpoint_has_a_schema_a_source_and_a_line_in_the_readme(api: Api[Any]) -> None:
    readme = (SCHEMAS / api.name / "README.md").read_text("utf-8")
    for endpoint in api.endpoints:
        assert endpoint.responses, endpoint.id
        assert {name.strip() for name in endpoint.source.split(",")} <= set(api.pages()), endpoint.id
        assert f"`{endpoint.id}`" in readme, endpoint.id


@pytest.mark.parametrize("api", ALL, ids=id_of)
def test_every_schema_file_is_used(api: Api[Any]) -> None:
    """An endpoint or another schema refers to it."""
    names = {api.error_schema, "path"}
    for endpoint in api.endpoints:
        names |= {endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values(), *endpoint.variants}
    texts = {file: file.read_text("utf-8") for owner, file in FILES if owner is api}
    for file in texts:
        is_referred_to = any(f"{file.stem}.json" in text for other, text in texts.items() if other != file)
        assert file.stem in names or is_referred_to, file
