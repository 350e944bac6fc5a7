"""OpenAPI documents: conversion to current JSON Schema, errors with file and place, and the fake of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakesources import FakeSources, Request, Response
from fakesources.kit import Api, DefinitionError
from fakesources.kit.openapi_document import Document
from fakesources.kit.samples import sample


def document(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    """Return a document with one list and one create."""
    thing = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }
    json_of = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    many = {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}
    paths = {
        "/things": {
            "get": {"responses": {"200": {"description": "ok", "content": many}}},
            "post": {
                "requestBody": {"content": json_of},
                "responses": {"201": {"description": "ok", "content": json_of}},
            },
        },
        "/things/{id}": {"get": {"responses": {"200": {"description": "ok", "content": json_of}}}},
    }
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.test/api"}],
        "paths": paths,
        "components": {"schemas": {"Thing": thing}},
    } | parts


def send(fake: FakeSources, method: str, target: str, body: Any = None) -> Response:
    data = b"" if body is None else json.dumps(body).encode()
    return fake.handle(Request(method, target, (("Content-Type", "application/json"),), data, "things.test"))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"allOf": [{"type": "string"}], "nullable": True},
            {"anyOf": [{"allOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": True}, {"exclusiveMaximum": 1}),
        ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
        (
            {"type": "integer", "example": 5, "xml": {}, "x-odd": 1, "discriminator": {}},
            {"type": "integer", "examples": [5]},
        ),
        (
            {"type": "array", "items": {"type": "string", "nullable": True}},
            {"type": "array", "items": {"type": ["string", "null"]}},
        ),
        (True, {}),
        (False, {"not": {}}),
    ],
)
def test_schemas_of_3_0_are_converted(schema: Any, expected: Any) -> None:
    """Into Draft 2020-12, at every depth."""
    inner = Document(document()).schema({"type": "object", "properties": {"a": schema}}, (), for_request=True)

    assert inner["properties"]["a"] == expected
    Draft202012Validator.check_schema(inner)


@pytest.mark.parametrize(("for_request", "required"), [(True, ["name", "secret"]), (False, ["id", "name"])])
def test_read_only_and_write_only_properties(for_request: bool, required: list[str]) -> None:
    """They are required on one side alone."""
    properties = {"id": {"type": "integer", "readOnly": True}, "name": {}, "secret": {"writeOnly": True}}
    schema = {"type": "object", "required": ["id", "name", "secret"], "properties": properties}

    assert Document(document()).schema(schema, (), for_request=for_request)["required"] == required


def test_references_stand_beside_the_schema_that_has_them() -> None:
    """Also those that refer to themselves."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    found = Document(document(components={"schemas": {"Node": node}})).schema(
        {"$ref": "#/components/schemas/Node"}, (), for_request=True
    )

    assert found["$ref"] == "#/$defs/Node"
    assert Draft202012Validator(found).is_valid({"next": {"next": {}}})
    assert not Draft202012Validator(found).is_valid({"next": {"next": 1}})


BROKEN: dict[str, tuple[Any, str]] = {
    "no document": ([], r"\$\.openapi: expected an OpenAPI document of version 3.0 or 3.1"),
    "Swagger 2": ({"swagger": "2.0", "paths": {}}, r"\$\.openapi: expected an OpenAPI document"),
    "a version to come": (document("4.0.0"), r"\$\.openapi: expected .* got '4.0.0'"),
    "no paths": (document(paths=None), r"\$\.paths: expected an object"),
    "a path that is none": (document(paths={"/a": 5}), r"\$\.paths\['/a'\]: expected an object with operations"),
    "an operation that is none": (document(paths={"/a": {"get": 5}}), r"\$\.paths\['/a'\]\.get: expected an operation"),
    "a parameter that is none": (
        document(paths={"/a": {"get": {"parameters": [{}], "responses": {}}}}),
        r"\$\.paths\['/a'\]\.parameters\[0\]: expected a parameter with 'name' and 'in'",
    ),
    "another document": (
        document(components={"schemas": {"Thing": {"$ref": "other.yaml#/Thing"}}}),
        r"expected a \$ref within the document, .* got 'other.yaml#/Thing'",
    ),
    "nothing": (
        document(components={"schemas": {"Thing": {"$ref": "#/components/schemas/Thnig"}}}),
        r"expected a \$ref to something in the document, got '#/components/schemas/Thnig'",
    ),
    "an endless reference": (
        document(components={"schemas": {"Thing": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/Thing"}}}),
        r"expected a \$ref that ends",
    ),
    "a schema that is none": (document(components={"schemas": {"Thing": 5}}), r"expected a schema, got 5"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_document_is_an_error_with_file_and_place(broken: str, tmp_path: Path) -> None:
    """As a file and as a value."""
    value, message = BROKEN[broken]
    path = tmp_path / "api.json"
    path.write_text(json.dumps(value))

    with pytest.raises(DefinitionError, match=message) as error:
        Api.from_openapi(path)
    assert str(error.value).startswith(f"{path}: $")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("api.json", "{", "expected JSON"),
        ("api.yaml", "a: [", "expected plain YAML without tags"),
        ("api.yaml", "a: !!python/object:os.system {}", "expected plain YAML without tags"),
        ("api.yaml", "a: !odd b", "expected plain YAML without tags"),
        ("api.yaml", "- a\n- b\n", "expected an OpenAPI document"),
        ("absent.yaml", None, "expected a readable file"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    """The error is one line."""
    path = tmp_path / name
    if text is not None:
        path.write_text(text)

    with pytest.raises(DefinitionError, match=message) as error:
        Api.from_openapi(path)
    assert "\n" not in str(error.value)


def test_created_rows_are_there() -> None:
    """Without a line of code."""
    api = Api.from_openapi(document())
    fake = FakeSources(apis=[api])
    made = json.loads(send(fake, "POST", "/api/things", {"id": 7, "name": "x"}).body)

    assert (api.name, api.hosts, api.base, api.not_guessed) == ("things", ("things.test",), "/api", [])
    assert made == {"id": 7, "name": "x"}
    assert json.loads(send(fake, "GET", "/api/things/7").body) == made
    assert json.loads(send(fake, "GET", "/api/things").body) == [made]
    assert send(fake, "GET", "/api/things/8").status == 404


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1"])
def test_both_versions_are_read(version: str) -> None:
    """With any patch version."""
    assert Api.from_openapi(document(version)).editions == ("1",)


@pytest.mark.parametrize(
    ("schemes", "security"),
    [
        ({}, set()),
        ({"a": {"type": "http", "scheme": "bearer"}}, {"bearer"}),
        ({"a": {"type": "http", "scheme": "basic"}}, {"basic"}),
        ({"a": {"type": "apiKey", "in": "header", "name": "X-Key"}}, {"key"}),
        ({"a": {"type": "apiKey", "in": "query", "name": "key"}}, {"key"}),
        ({"a": {"type": "oauth2", "flows": {}}}, {"bearer"}),
        ({"a": {"type": "apiKey", "in": "cookie", "name": "c"}}, set()),
    ],
)
def test_authentication_is_that_of_the_document(schemes: dict[str, Any], security: set[str]) -> None:
    """The first scheme that a request can show."""
    api = Api.from_openapi(
        document(components={**document()["components"], "securitySchemes": schemes}, security=[{"a": []}])
    )

    assert {*api.auth.security} == security
    assert send(FakeSources(apis=[api]), "GET", "/api/things").status == (401 if security else 200)


def test_a_path_that_cannot_be_served_is_listed() -> None:
    """The others are served."""
    operation = {"get": {"responses": {"200": {"description": "ok"}}}}
    paths = {**document()["paths"], "/things/{a}{b}": operation, "/things/{id}.json": operation}
    api = Api.from_openapi(document(paths=paths))

    assert api.not_served == ["GET /things/{a}{b}: expected one parameter, got '{a}{b}'"]
    assert send(FakeSources(apis=[api]), "GET", "/api/things").status == 200
    assert send(FakeSources(apis=[api]), "GET", "/api/things/1.json").status == 501


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 10},
        {"type": "string", "maxLength": 2},
        {"type": "string", "pattern": "^[0-9A-Fa-f]{6}$"},
        {"type": "string", "pattern": "^\\+[1-9][0-9]{1,14}$"},
        {"type": "string", "pattern": "^[A-Z]{3}$", "maxLength": 3},
        {"type": "string", "pattern": "^[0-9]+$", "minLength": 5},
        {"type": "integer", "minimum": 5},
        {"type": "integer", "exclusiveMinimum": 5},
        {"type": "integer", "maximum": -5},
        {"type": "number", "multipleOf": 7, "minimum": 8},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 2},
        {"enum": ["a"]},
        {"const": 5},
        {"type": ["string", "null"]},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "null"}, "b": {"type": "string"}}},
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}, {"required": ["b"], "properties": {"b": {}}}]},
        {"default": 1, "type": "integer"},
    ],
)  # fmt: skip
def test_samples_are_valid(schema: dict[str, Any]) -> None:
    """For each keyword of a schema."""
    assert Draft202012Validator(schema).is_valid(sample(schema, schema))
