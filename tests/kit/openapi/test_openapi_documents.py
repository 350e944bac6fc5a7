"""OpenAPI documents: conversion to current JSON Schema, errors with file and place, and the fake of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_samples import OK, THING, body, document, send
from whole_texts import WholeText

from fakesources import FakeSources
from fakesources.kit import Api, DefinitionError
from fakesources.kit.openapi.document import Document
from fakesources.kit.samples import sample


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


def one(**operation: Any) -> dict[str, Any]:
    """Return a document with one operation."""
    return document(paths={"/a": {"post": {"responses": OK} | operation}})


def of_schema(schema: Any, version: str = "3.0.3") -> dict[str, Any]:
    """Return a document with one body, whose schema is referred to."""
    posted = {"post": {"requestBody": body({"$ref": "#/components/schemas/Thing"}), "responses": OK}}
    return document(version, paths={"/a": posted}, components={"schemas": {"Thing": schema, "Other": THING}})


def of_property(schema: Any) -> dict[str, Any]:
    """Return a document with a property of a schema."""
    return of_schema({"type": "object", "properties": {"a": schema}})


def cyclic() -> dict[str, Any]:
    """Return a value within itself."""
    value: dict[str, Any] = {}
    value["a"] = value
    return value


THING_IS = r"^[^ ]+: \$\.components\.schemas\.Thing"
BROKEN: dict[str, tuple[Any, str]] = {
    "no document": ([], r"\$\.openapi: expected an OpenAPI document of version 3.0 or 3.1"),
    "Swagger 2": ({"swagger": "2.0", "paths": {}}, r"\$\.openapi: expected an OpenAPI document .* got Swagger 2.0; convert it"),
    "a version to come": (document("4.0.0"), r"\$\.openapi: expected .* got '4.0.0'"),
    "a version that is a number": (document() | {"openapi": 3.1}, r"\$\.openapi: expected .* got 3.1; write it as a text"),
    "no paths": (document(paths=None), r"\$\.paths: expected an object"),
    "paths of no operation": (document(paths={}), r"\$\.paths: expected at least one operation"),
    "paths that are a list": (document(paths=[]), r"\$\.paths: expected an object"),
    "no path that is served": (document(paths={"/a{b}{c}": {"get": {"responses": OK}}}), r"\$\.paths: expected an operation to serve, got GET"),
    "a path that is none": (document(paths={"/a": 5}), r"\$\.paths\['/a'\]: expected an object with operations"),
    "a path without a slash": (document(paths={"a": {"get": {"responses": OK}}}), r"\$\.paths\.a: expected a path that begins with '/'"),
    "a path that is a number": (document(paths={"1": {"get": {"responses": OK}}}), r"\$\.paths\['1'\]: expected a path that begins"),
    "an operation that is none": (document(paths={"/a": {"get": 5}}), r"\$\.paths\['/a'\]\.get: expected an operation"),
    "info that is a list": (document(info=["x"]), r"\$\.info: expected an object, got \['x'\]"),
    "info that is a text": (document(info="x"), r"\$\.info: expected an object, got 'x'"),
    "a title that is a number": (document(info={"title": 5}), r"\$\.info\.title: expected a text, got 5"),
    "components that are a list": (document(components=[]), r"\$\.components: expected an object, got \[\]"),
    "schemes that are a list": (document(components={"securitySchemes": ["a"]}), r"\$\.components\.securitySchemes: expected an object"),
    "a parameter that is none": (one(parameters=[{}]), r"\$\.paths\['/a'\]\.post\.parameters\[0\]: expected a parameter with 'name' and 'in'"),
    "a parameter of the path": (
        document(paths={"/a": {"parameters": ["x"], "get": {"responses": OK}}}),
        r"\$\.paths\['/a'\]\.parameters\[0\]: expected a parameter",
    ),
    "parameters that are an object": (one(parameters={"a": 1}), r"\.post\.parameters: expected a list of parameters"),
    "a parameter whose name is a list": (one(parameters=[{"name": ["a"], "in": "query"}]), r"parameters\[0\]: expected a parameter"),
    "a parameter whose name is a number": (one(parameters=[{"name": 5, "in": "query"}]), r"parameters\[0\]: expected a parameter"),
    "a parameter of no place": (one(parameters=[{"name": "a", "in": "body"}]), r"parameters\[0\]: expected .* query, header, path, cookie"),
    "a parameter's schema": (
        one(parameters=[{"name": "a", "in": "header", "schema": {"type": "strng"}}]),
        r"\.post\.parameters\[0\]\.schema\.type: expected a valid JSON Schema, got 'strng'",
    ),
    "no responses": (document(paths={"/a": {"get": {}}}), r"\['/a'\]\.get\.responses: expected an object with at least one response"),
    "responses that are a list": (one(responses=[200]), r"\.post\.responses: expected an object with responses, got \[200\]"),
    "a response that is a text": (one(responses={"200": "ok"}), r"\.responses\['200'\]: expected a response, got 'ok'"),
    "a response of no status": (one(responses={"ok": {}}), r"\.responses\.ok: expected a status such as"),
    "a body that is a list": (one(requestBody=[]), r"\.post\.requestBody: expected a body with 'content'"),
    "content that is a list": (one(requestBody={"content": ["a"]}), r"\.requestBody\.content: expected an object with media types"),
    "content that is a text": (one(responses={"200": {"content": "a"}}), r"\.responses\['200'\]\.content: expected an object"),
    "a media type that is a text": (one(requestBody={"content": {"a/b": "x"}}), r"\.content\['a/b'\]: expected an object with a 'schema'"),
    "an error's content": (one(responses={**OK, "404": {"content": 5}}), r"\.responses\['404'\]\.content: expected an object"),
    "an id twice": (
        document(paths={path: {"get": {"operationId": "x", "responses": OK}} for path in ("/a", "/b")}),
        r"\$\.paths\['/b'\]\.get\.operationId: expected an id of its own, got 'x' twice",
    ),
    "an id that is a number": (one(operationId=5), r"\.post\.operationId: expected a text, got 5"),
    "servers that are a text": (document(servers="https://a.test"), r"\$\.servers: expected a list of servers"),
    "a server that is a text": (document(servers=["https://a.test"]), r"\$\.servers\[0\]: expected a server"),
    "a server without a URL": (document(servers=[{"url": None}]), r"\$\.servers\[0\]\.url: expected a URL, got None"),
    "a server of no URL": (document(servers=[{"url": "http://[x/"}]), r"\$\.servers\[0\]\.url: expected a URL, got 'http://\[x/'"),
    "a server of no port": (document(servers=[{"url": "http://a.test:port"}]), r"\$\.servers\[0\]\.url: expected a URL"),
    "a server of no host": (document(servers=[{"url": "http://a b/"}]), r"\$\.servers\[0\]\.url: expected a URL with a host"),
    "variables that are a list": (document(servers=[{"url": "/", "variables": ["a"]}]), r"\$\.servers\[0\]\.variables: expected an object"),
    "a variable that is a text": (document(servers=[{"url": "/", "variables": {"a": "b"}}]), r"variables\.a: expected a variable with a 'default'"),
    "a default of a variable that is a list": (
        document(servers=[{"url": "/{a}", "variables": {"a": {"default": ["b"]}}}]), r"variables\.a\.default: expected a text, got \['b'\]"
    ),
    "another document": (of_schema({"$ref": "other.yaml#/Thing"}), rf"{THING_IS}: expected a \$ref within the document, .* got 'other.yaml#/Thing'"),
    "nothing": (of_schema({"$ref": "#/components/schemas/Thnig"}), rf"{THING_IS}: expected a \$ref to something in the document"),
    "a reference that is a number": (of_schema({"$ref": 5}), rf"{THING_IS}.*\['\$ref'\]: expected a text such as"),
    "a reference to nothing in another part": (of_property({"not": {"$ref": "#/nothing"}}), rf"{THING_IS}\.properties\.a\.not: expected a \$ref to something"),
    "a reference to nothing in unevaluatedProperties": (
        of_schema({"unevaluatedProperties": {"$ref": "#/nothing"}}, "3.1.0"), rf"{THING_IS}\.unevaluatedProperties: expected a \$ref to something"
    ),
    "a reference to nothing in dependentSchemas": (
        of_schema({"dependentSchemas": {"a": {"$ref": "#/nothing"}}}, "3.1.0"), rf"{THING_IS}\.dependentSchemas\.a: expected a \$ref to something"
    ),
    "a response that is nothing": (one(responses={"200": {"$ref": "#/components/responses/A"}}), r"\['200'\]: expected a \$ref to something"),
    "an endless reference": (
        document(components={"schemas": {"Thing": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/Thing"}}}),
        r"expected a \$ref that ends",
    ),
    "an allOf of itself": (of_schema({"allOf": [{"$ref": "#/components/schemas/Thing"}]}), rf"{THING_IS}\.allOf\[0\]: expected a \$ref that ends"),
    "an anyOf of itself": (of_schema({"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Thing"}]}), rf"{THING_IS}\.anyOf\[1\]: expected a \$ref that ends"),
    "a not of itself": (of_schema({"not": {"$ref": "#/components/schemas/Thing"}}), rf"{THING_IS}\.not: expected a \$ref that ends"),
    "a value within itself": (document(info=cyclic()), r"\$\.info\.a: expected no value within itself"),
    "a value that JSON does not have": (document(info={"title": {1, 2}}), r"\$\.info\.title: expected a JSON value"),
    "a name that is true": (document(info={True: 1}), r"\$\.info: expected names that are texts, got True; write it in quotes"),
    "a name that is none": (document(info={None: 1}), r"\$\.info: expected names that are texts, got None"),
    "a number that is none": (of_property({"maximum": float("inf")}), rf"{THING_IS}\.properties\.a\.maximum: expected a number"),
    "a schema that is none": (of_schema(5), rf"{THING_IS}: expected a schema, got 5"),
    "a type that is none": (of_property({"type": "strng"}), rf"{THING_IS}\.properties\.a\.type: expected a valid JSON Schema, got 'strng'"),
    "a minimum that is a text": (of_property({"minimum": "1"}), rf"{THING_IS}\.properties\.a\.minimum: expected a valid JSON Schema, got '1'"),
    "a pattern that is none": (of_property({"pattern": "("}), rf"{THING_IS}\.properties\.a\.pattern: expected a regular expression, got '\('"),
    "properties that are a list": (of_schema({"properties": ["a"]}), rf"{THING_IS}\.properties: expected an object"),
    "an allOf that is an object": (of_schema({"allOf": {"a": {}}}), rf"{THING_IS}\.allOf: expected a list of schemas"),
    "items that are a list": (of_property({"type": "array", "items": [{}]}), rf"{THING_IS}\.properties\.a\.items: expected a schema"),
    "a name required that is a number": (of_schema({"required": [5]}), rf"{THING_IS}\.required\[0\]: expected a valid JSON Schema, got 5"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_document_is_an_error_with_its_place(broken: str, whole_text: WholeText) -> None:
    """In one line."""
    value, message = BROKEN[broken]
    source = value if isinstance(value, dict) else {}

    with pytest.raises(DefinitionError, match=message) as error:
        Api.from_openapi(source)
    assert str(error.value).startswith("document: $")
    assert "\n" not in str(error.value)
    if broken not in ("a server of no port", "a server of no URL"):  # which end in the words of Python
        whole_text(broken, str(error.value))


@pytest.mark.parametrize(
    "broken", ["no document", "Swagger 2", "a path that is none", "an id twice", "a pattern that is none"]
)
def test_the_error_of_a_file_begins_with_its_name(broken: str, tmp_path: Path) -> None:
    """Before the place."""
    value, message = BROKEN[broken]
    path = tmp_path / "api.json"
    path.write_text(json.dumps(value))

    with pytest.raises(DefinitionError, match=message) as error:
        Api.from_openapi(path)
    assert str(error.value).startswith(f"{path}: $")


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


def test_a_long_chain_of_references_is_no_endless_one() -> None:
    """Each schema refers to the next one."""
    schemas: dict[str, Any] = {
        f"S{n}": {"properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}} for n in range(300)
    }
    source = document(
        components={"schemas": {"Thing": {"allOf": [{"$ref": "#/components/schemas/S0"}]}, **schemas, "S300": THING}}
    )

    found = Document(source).schema({"$ref": "#/components/schemas/Thing"}, (), for_request=True)

    assert len(found["$defs"]) == 302
