"""The schemas themselves: valid, closed, told and sourced; and every endpoint in its README."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakesources.apis import ALL
from fakesources.core.contract.api import Api
from fakesources.core.contract.schemas import ROOT

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = [(api, file) for api in ALL for file in sorted((SCHEMAS / api.name).glob("*/*.json"))]


CONDITION = "?"
"""Marks a place inside an `if`: what it names is described where the property stands."""


def named(value: object) -> str:
    return value.name if isinstance(value, Api) else value.stem if isinstance(value, Path) else str(value)


def objects(schema: Any, at: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with its place; property names are no schemas."""
    if isinstance(schema, dict):
        yield at, schema
        for key, inner in schema.items():
            if key in ("properties", "$defs"):
                for name, spot in inner.items():
                    yield from objects(spot, f"{at}.{name}")
            elif key in ("items", "additionalProperties", "not", "then", "else"):
                yield from objects(inner, at)
            elif key == "if":
                yield from objects(inner, f"{at}{CONDITION}")
            elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
                for spot in inner:
                    yield from objects(spot, at)


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, spot in objects(schema):
        for name, inner in spot.get("properties", {}).items() if CONDITION not in at else ():
            yield f"{at}.{name}", inner


@pytest.mark.parametrize(("api", "file"), FILES, ids=named)
def test_a_schema_is_one(api: Api[Any], file: Path) -> None:
    """Every file holds a valid Draft 2020-12 schema that says so, under the id of its path, with a title and a text."""
    schema = json.loads(file.read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == ROOT + file.relative_to(SCHEMAS).as_posix()
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize(("api", "file"), FILES, ids=named)
def test_every_property_is_told_and_sourced(api: Api[Any], file: Path) -> None:
    """Every property, nested ones too, has a description and a page, and a reason where it was decided."""
    for at, spot in properties(json.loads(file.read_text("utf-8"))):
        assert spot.get("description"), at
        sources = [name.strip() for name in spot["x-source"].replace(";", ",").split(",")]
        assert set(sources) <= set(api.pages()), at
        if "x-standing" in spot:
            assert spot["x-standing"] in ("recorded", "observed", "decided"), at
            assert spot["x-standing"] != "decided" or spot["x-reason"], at


@pytest.mark.parametrize(("api", "file"), FILES, ids=named)
def test_patterns_mean_the_same_to_both_libraries(api: Api[Any], file: Path) -> None:
    """Patterns keep to what Python and Rust read alike, and `format`, which is read by neither, is not used."""
    for at, spot in objects(json.loads(file.read_text("utf-8"))):
        assert "format" not in spot, at
        assert not [word for word in ("\\d", "\\w", "\\s", "\\b", "(?") if word in spot.get("pattern", "")], at


@pytest.mark.parametrize("api", ALL, ids=named)
def test_every_endpoint_has_a_schema_a_source_and_a_line(api: Api[Any]) -> None:
    """Every endpoint names its shapes and its page, and stands in the README beside its schemas."""
    readme = (SCHEMAS / api.name / "README.md").read_text("utf-8")
    for endpoint in api.endpoints:
        assert endpoint.responses, endpoint.id
        assert {name.strip() for name in endpoint.source.split(",")} <= set(api.pages()), endpoint.id
        assert f"`{endpoint.id}`" in readme, endpoint.id


@pytest.mark.parametrize("api", ALL, ids=named)
def test_every_schema_is_used(api: Api[Any]) -> None:
    """No schema lies about that no endpoint, no other schema and no table refers to."""
    shapes = {api.error_schema, "path"}
    for endpoint in api.endpoints:
        shapes |= {endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values(), *endpoint.variants}
    texts = {file: file.read_text("utf-8") for owner, file in FILES if owner is api}
    for file in texts:
        referred = any(f"{file.stem}.json" in text for other, text in texts.items() if other != file)
        assert file.stem in shapes or referred, file
