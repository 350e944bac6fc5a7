"""Parameters in the query and in forms of an OpenAPI document: numbers, arrays and objects in every form of them."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from openapi_samples import THING, body, document, fake_of, json_of, send

from fakesources import FakeSources, Request
from fakesources.export.openapi.document import document as document_of
from fakesources.kit import Api
from fakesources.kit.generated_requests import RequestGenerator

FORM = "application/x-www-form-urlencoded"
INTEGER, NULL = {"type": "integer"}, {"type": "null"}
INTEGERS = {"type": "array", "items": INTEGER}
TEXTS = {"type": "array", "items": {"type": "string"}}
NUMBER = {"$ref": "#/components/schemas/Number"}
NUMBERS = {"$ref": "#/components/schemas/Numbers"}
COMPONENTS = {"schemas": {"Number": INTEGER, "Numbers": {"type": "array", "items": NUMBER}, "Thing": THING}}
MEMBER = {"type": "object", "properties": {"a": NUMBER, "b": {"type": "string"}}}
QUERIES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "a reference to a number": ({"schema": NUMBER}, "x=5", 5),
    "a number in an allOf": ({"schema": {"allOf": [NUMBER], "description": "d"}}, "x=5", 5),
    "a number or null": ({"schema": {"anyOf": [INTEGER, NULL]}}, "x=5", 5),
    "a reference or null": ({"schema": {"oneOf": [NUMBER, NULL]}}, "x=5", 5),
    "a number or a text": ({"schema": {"anyOf": [INTEGER, {"type": "string"}]}}, "x=5", "5"),
    "texts": ({"schema": TEXTS}, "x=a&x=b", ["a", "b"]),
    "one text of several": ({"schema": TEXTS}, "x=a", ["a"]),
    "texts with commas": ({"schema": TEXTS}, "x=a,b&x=c", ["a,b", "c"]),
    "numbers": ({"schema": INTEGERS}, "x=1&x=2", [1, 2]),
    "numbers by reference": ({"schema": NUMBERS}, "x=1&x=2", [1, 2]),
    "numbers in an allOf": ({"schema": {"allOf": [NUMBERS]}}, "x=1&x=2", [1, 2]),
    "numbers or null": ({"schema": {"anyOf": [NUMBERS, NULL]}}, "x=1&x=2", [1, 2]),
    "numbers, each or null": ({"schema": {"type": "array", "items": {"anyOf": [NUMBER, NULL]}}}, "x=1&x=2", [1, 2]),
    "brackets": ({"schema": INTEGERS}, "x[]=1&x[]=2", [1, 2]),
    "brackets in the name": ({"name": "x[]", "schema": INTEGERS}, "x[]=1&x[]=2", [1, 2]),
    "a text with brackets in the name": ({"name": "x[a]", "schema": INTEGER}, "x[a]=1", 1),
    "commas": ({"schema": INTEGERS, "explode": False}, "x=1,2", [1, 2]),
    "commas, percent-encoded": ({"schema": TEXTS, "explode": False}, "x=a%2Cb", ["a", "b"]),
    "commas by reference": ({"schema": NUMBERS, "style": "form", "explode": False}, "x=1,2", [1, 2]),
    "spaces": ({"schema": INTEGERS, "style": "spaceDelimited"}, "x=1%202", [1, 2]),
    "bars": ({"schema": INTEGERS, "style": "pipeDelimited", "explode": False}, "x=1|2", [1, 2]),
    "bars, each by itself": ({"schema": INTEGERS, "style": "pipeDelimited", "explode": True}, "x=1&x=2", [1, 2]),
    "one text that is no array": ({"schema": {"type": "string"}, "explode": False}, "x=a,b", "a,b"),
    "an object": ({"schema": {"type": "object", "properties": {"a": NUMBER}}, "style": "deepObject"}, "x[a]=1", {"a": 1}),
    "numbered": ({"schema": INTEGERS}, "x[0]=1&x[1]=2", [1, 2]),
    "an object or a number, as an object": ({"schema": {"anyOf": [MEMBER, INTEGER]}}, "x[a]=1", {"a": 1}),
    "an object or a number, as a number": ({"schema": {"anyOf": [MEMBER, INTEGER]}}, "x=1", 1),
    "texts or one text": ({"schema": {"anyOf": [TEXTS, {"type": "string"}]}}, "x=a&x=b", ["a", "b"]),
    "texts or one text, of one": ({"schema": {"anyOf": [TEXTS, {"type": "string"}]}}, "x=a", "a"),
    "numbers or one number": ({"schema": {"oneOf": [INTEGERS, INTEGER]}}, "x=1&x=2", [1, 2]),
    "numbers or one number, of one": ({"schema": {"oneOf": [INTEGERS, INTEGER]}}, "x=1", 1),
    "an object or null": ({"schema": {"oneOf": [MEMBER, NULL]}}, "x[a]=1", {"a": 1}),
    "an object or an empty text": ({"schema": {"anyOf": [MEMBER, {"enum": [""]}]}}, "x[a]=1", {"a": 1}),
    "an object of any names": ({"schema": {"type": "object", "additionalProperties": INTEGER}}, "x[b]=1&x[c]=2", {"b": 1, "c": 2}),
    "an object of any names or a text": ({"schema": {"anyOf": [{"type": "object", "additionalProperties": NUMBER}, {"enum": [""]}]}}, "x[b]=1", {"b": 1}),
    "objects within an object": (
        {"schema": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": NUMBERS, "c": NUMBER}}}}},
        "x[a][b][]=1&x[a][b][]=2&x[a][c]=3", {"a": {"b": [1, 2], "c": 3}},
    ),
    "objects with numbers": ({"schema": {"type": "array", "items": MEMBER}}, "x[0][a]=1&x[0][b]=y&x[1][a]=2", [{"a": 1, "b": "y"}, {"a": 2}]),
    "objects one after the other": ({"schema": {"type": "array", "items": MEMBER}}, "x[][a]=1&x[][b]=y&x[][a]=2", [{"a": 1, "b": "y"}, {"a": 2}]),
    "anything": ({"schema": {}}, "x[a][b]=1", {"a": {"b": "1"}}),
    "an object in an allOf": ({"schema": {"allOf": [{"type": "object", "properties": {"a": NUMBER}}]}}, "x[a]=1", {"a": 1}),
}  # fmt: skip


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("case", QUERIES)
def test_a_parameter_of_the_query_has_the_type_of_its_schema(case: str, version: str) -> None:
    parameter, query, expected = QUERIES[case]
    parameter = {"name": "x", "in": "query", **parameter}
    listed = {"parameters": [parameter], "responses": {"200": body({"type": "array", "items": THING})}}
    fake = fake_of(document(version, paths={"/things": {"get": listed}}, components=COMPONENTS))

    response = send(fake, "GET", f"/api/things?{query}")

    assert (response.status, response.body) == (200, b"[]")
    assert fake.journal.last().params == {parameter["name"]: expected}
    assert not fake.violations


PAGEABLE = {
    "type": "object",
    "required": ["page"],
    "properties": {"page": {**INTEGER, "default": 0}, "size": INTEGER, "sort": TEXTS},
}


@pytest.mark.parametrize(
    ("parameter", "query", "status", "expected"),
    [
        ({"schema": PAGEABLE}, "page=1&size=2&sort=a&sort=b", 200, {"page": 1, "size": 2, "sort": ["a", "b"]}),
        ({"schema": {"$ref": "#/components/schemas/Pageable"}, "required": True}, "page=1", 200, {"page": 1}),
        ({"schema": PAGEABLE, "required": True}, "size=1", 400, {}),
        ({"schema": PAGEABLE}, "size=1", 200, {"size": 1}),
        ({"schema": PAGEABLE}, "size=a", 400, {}),
        ({"schema": PAGEABLE, "style": "form", "explode": True}, "size=1", 200, {"size": 1}),
        ({"schema": {"type": "object", "additionalProperties": {"type": "string"}}}, "any=1", 200, {"any": "1"}),
    ],
)
def test_the_members_of_an_object_are_parameters_of_their_own(
    parameter: Any, query: str, status: int, expected: Any
) -> None:
    """Unless the document gives it another style: they are required where the object is."""
    parameter = {"name": "x", "in": "query", **parameter}
    listed = {"parameters": [parameter], "responses": {"200": body({"type": "array", "items": THING})}}
    schemas = COMPONENTS["schemas"] | {"Pageable": PAGEABLE}
    fake = fake_of(document(paths={"/things": {"get": listed}}, components={"schemas": schemas}))

    assert send(fake, "GET", f"/api/things?{query}").status == status
    assert status == 400 or fake.journal.last().params == expected
    assert not fake.violations


@pytest.mark.parametrize(
    ("query", "reported"),
    [
        ("x=1&x[a]=2", ["x"]),
        ("x[a]=2&x=1", ["x"]),
        ("x[a]=1&x[a][b]=2", ["x[a][b]"]),
        ("x[a][b]=1&x[a]=2", ["x[a]"]),
        ("x[a]=1&x[a]=2", ["x[a]"]),
        ("y=1&y=2&t=a", ["y"]),
        ("y[a]=1", ["y[a]"]),
        ("z[a]=1", ["z[a]"]),
        ("x[a=1", ["x[a"]),
    ],
)
def test_names_in_brackets_that_mean_nothing(query: str, reported: list[str]) -> None:
    """Unknown names are reported, and what contradicts itself is no defect of the fake."""
    names = {"x": {"type": "object", "additionalProperties": {}}, "y": {"type": "string"}, "t": TEXTS}
    parameters = [{"name": name, "in": "query", "style": "deepObject", "schema": each} for name, each in names.items()]
    listed = {"parameters": parameters, "responses": {"200": body({"type": "array", "items": THING})}}
    fake = fake_of(document(paths={"/things": {"get": listed}}))

    response = send(fake, "GET", f"/api/things?{query}")

    assert response.status in (200, 400)
    assert (
        response.status == 400
        or [each.path.removeprefix("$.").removeprefix("$['").removesuffix("']") for each in fake.violations] == reported
    )


def test_rows_of_forms_are_listed_by_their_items() -> None:
    """A filter with several values finds the rows that have one of them."""
    row = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "tags": TEXTS}}
    parameter = {"name": "tags", "in": "query", "schema": TEXTS}
    listed = {"parameters": [parameter], "responses": {"200": body({"type": "array", "items": row})}}
    create = {"requestBody": body(row, FORM), "responses": {"201": body(row)}}
    fake = fake_of(document(paths={"/things": {"get": listed, "post": create}}))

    for pairs in ([("tags", "a"), ("tags", "b")], [("tags[]", "b")], [("tags", "c")]):
        data = urlencode(pairs).encode()
        made = fake.handle(Request("POST", "/api/things", (("Content-Type", FORM),), data, "things.test"))
        assert (made.status, json_of(made)["tags"]) == (201, [value for _, value in pairs])

    found = {
        query: json_of(send(fake, "GET", f"/api/things?{query}")) for query in ("tags=a", "tags=b", "tags=a&tags=c")
    }
    assert {query: [row["id"] for row in each] for query, each in found.items()} == {
        "tags=a": [1],
        "tags=b": [1, 2],
        "tags=a&tags=c": [1, 3],
    }


def test_a_document_of_the_fake_has_the_style_of_each_parameter() -> None:
    """A client that is generated from it joins the items as before."""
    given = [
        {"name": "x", "in": "query", "schema": INTEGERS, "style": "pipeDelimited", "explode": False},
        {"name": "y", "in": "query", "schema": INTEGERS},
    ]
    listed = {"parameters": given, "responses": {"200": body({"type": "array", "items": THING})}}
    api = Api.from_openapi(document(paths={"/things": {"get": listed}})).api

    written = document_of(api, api.default_edition)["paths"]["/api/things"]["get"]["parameters"]

    assert [(each["name"], each.get("style"), each.get("explode")) for each in written] == [
        ("x", "pipeDelimited", False),
        ("y", None, None),
    ]
    assert all("x-style" not in each["schema"] for each in written)


@pytest.mark.parametrize("operation", ["get_things", "post_things"])
def test_generated_requests_have_arrays_and_objects_as_the_fake_reads_them(operation: str) -> None:
    some = {**INTEGERS, "minItems": 1}
    member = {"type": "object", "required": ["a"], "properties": {"a": INTEGER}, "additionalProperties": False}
    form = {"type": "object", "required": ["tags", "member"], "properties": {"tags": some, "member": member}}
    given = [
        {"name": "tags", "in": "query", "required": True, "schema": some},
        {"name": "joined", "in": "query", "required": True, "schema": some, "explode": False},
        {"name": "member", "in": "query", "required": True, "schema": member, "style": "deepObject"},
    ]
    operations = {
        "get": {"parameters": given, "responses": {"200": body({"type": "array", "items": THING})}},
        "post": {"requestBody": body(form, FORM), "responses": {"201": body(THING)}},
    }
    api = Api.from_openapi(document(paths={"/things": operations})).api
    fake = FakeSources(apis=[api])
    generator = RequestGenerator(api, api.default_edition, Random(1))

    statuses = {fake.handle(generator.request(api.endpoint(f"things.{operation}"), "valid")).status for _ in range(20)}

    assert statuses <= {200, 201}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"tags": [1, "a"]}, "tags is invalid: expected integer"),
        ({"lists": [[1], ["a"]]}, "lists is invalid: expected integer"),
        ({"members": [{"size": 1}, {"size": "a"}]}, "size is invalid: expected integer"),
        ({"members": [{}]}, "size is invalid: expected a value"),
        ([1], "body is invalid: expected object"),
    ],
)
def test_an_error_names_the_field_around_an_item(given: Any, error: str) -> None:
    """The number of an item alone would not say where it is."""
    member = {"type": "object", "required": ["size"], "properties": {"size": INTEGER}}
    lists, members = {"type": "array", "items": INTEGERS}, {"type": "array", "items": member}
    asked = {"type": "object", "properties": {"tags": INTEGERS, "lists": lists, "members": members}}
    create = {"requestBody": body(asked), "responses": {"201": body(THING)}}
    fake = fake_of(document(paths={"/things": {"post": create}}))

    response = send(fake, "POST", "/api/things", given)

    assert (response.status, json_of(response)) == (400, {"error": error})
