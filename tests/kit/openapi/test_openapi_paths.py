"""Paths and servers of OpenAPI documents: what the router serves, and what is listed with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_samples import OK, body, document, fake_of, json_of, rows, send

from fakesources.kit import Api
from fakesources.kit.testing import ApiTests

GET = {"get": {"responses": OK}}


@pytest.mark.parametrize(
    ("path", "targets"), [("/", ["/api/", "/api"]), ("/a/", ["/api/a/", "/api/a"]), ("/a", ["/api/a/", "/api/a"])]
)
def test_a_slash_at_the_end_makes_no_difference_where_it_is_ignored(path: str, targets: list[str]) -> None:
    fake = fake_of(document(paths={path: GET}), trailing_slash=True)

    assert [send(fake, "GET", target).status for target in targets] == [501, 501]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a/{id}/", "/a/1/"),
        ("/a/{id}.json", "/a/1.json"),
        ("/a/{id}:cancel", "/a/1:cancel"),
        ("/a({id})", "/a(1)"),
        ("/{1}", "/x"),
        ("/a/{a b}", "/a/x"),
        ("/a/{animal-id}", "/a/x"),
        ("/a/{日本}", "/a/x"),
        ("/a/{x-y}/{x_y}", "/a/1/2"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/é/ü", "/%C3%A9/%C3%BC"),
        ("/日本/{id}", "/%E6%97%A5%E6%9C%AC/1"),
        ("/a/@me", "/a/@me"),
    ],
)
def test_a_path_is_served(path: str, target: str) -> None:
    """With every character that a path may have."""
    api = Api.from_openapi(document(paths={path: GET}))

    assert api.not_served == []
    assert send(fake_of(document(paths={path: GET})), "GET", f"/api{target}").status == 501


@pytest.mark.parametrize(
    ("paths", "listed"),
    [
        ({"/t/{a}{b}": GET}, "GET /t/{a}{b}: expected one parameter, got '{a}{b}'"),
        ({"/t/{a}.{b}": GET}, "GET /t/{a}.{b}: expected one parameter, got '{a}.{b}'"),
        ({"/t/{a": GET}, "GET /t/{a: expected one parameter, got '{a'"),
        ({"/#Action=A": GET}, "GET /#Action=A: expected a path without a query or a fragment, got '#Action=A'"),
        ({"/t?x=1": GET}, "GET /t?x=1: expected a path without a query or a fragment, got 't?x=1'"),
        ({"/t//u": GET}, "GET /t//u: expected a path without empty parts, got '/t//u'"),
        ({"/a/{id}": GET, "/a/{name}": GET}, "GET /a/{name}: expected a path of its own form, got that of /a/{id}"),
        ({"/a/{id}/b": GET, "/a/{x}/b": GET}, "GET /a/{x}/b: expected a path of its own form, got that of /a/{id}/b"),
        (
            {"/t": {"trace": {"responses": OK}}},
            "TRACE /t: expected one of GET, PUT, POST, DELETE, PATCH, HEAD, OPTIONS",
        ),
        ({"/t": {**GET, "head": {"responses": OK}}}, "HEAD /t: GET of the same path answers it"),
    ],
)
def test_a_path_that_cannot_be_served_is_listed(paths: dict[str, Any], listed: str) -> None:
    """The others are served."""
    source = document(paths={**document()["paths"], **paths})

    assert Api.from_openapi(source).not_served == [listed]
    assert send(fake_of(source), "GET", "/api/things").status == 200


@pytest.mark.parametrize(
    "paths",
    [
        {"x-internal": True},
        {"/t": None},
        {"/t": {"get": None}},
        {"/t": {"x-any": 1, "summary": "s", "description": "d", "servers": [], **GET}},
        {"/t": {"parameters": None, "get": {"parameters": None, "responses": OK}}},
        {"/t": {"$ref": "#/paths/~1things"}},
        {"/t": {"get": {"responses": {"x-any": {"a": "b"}, **OK}}}},
        {"/t": {"get": {"operationId": "日本", "responses": OK}, "put": {"operationId": "中文", "responses": OK}}},
        {"/t": {"get": {"operationId": "get Thing", "responses": OK}, "put": {"operationId": "getThing", "responses": OK}}},
        {"/t": GET, "/t/": GET},
        {"/t": {"get": {"responses": {"200": {"$ref": "#/components/responses/a~1b%20c"}}}}},
        {"/t": {"post": {"requestBody": {"$ref": "#/components/requestBodies/A"}, "responses": OK}}},
    ],
)  # fmt: skip
def test_a_valid_document_is_served(paths: dict[str, Any]) -> None:
    """Extensions, nulls, and ids of other letters."""
    components = {
        **document()["components"],
        "responses": {"a/b c": body({"$ref": "#/components/schemas/Thing"})},
        "requestBodies": {"A": body({"$ref": "#/components/schemas/Thing"})},
    }
    source = document(paths={**document()["paths"], **paths}, components=components)

    assert Api.from_openapi(source).not_served == []
    assert send(fake_of(source), "GET", "/api/things").status == 200


def test_parameters_keep_the_names_of_the_document() -> None:
    """In the properties of the rows below them, too, whatever the other paths call them."""
    visit = {
        "type": "object",
        "required": ["id", "animal-id"],
        "properties": {"id": {}, "animal-id": {"type": "string"}},
    }
    paths = {
        "/animals/{animal-id}/visits": {
            "post": {"requestBody": body({"type": "object"}), "responses": {"201": body(visit)}}
        },
        "/animals/{animal_id}/visits/{id}": {"get": {"responses": {"200": body(visit)}}},
    }
    fake = fake_of(document(paths=paths))
    made = json_of(send(fake, "POST", "/api/animals/rex/visits", {"id": 5}))

    assert made == {"id": 5, "animal-id": "rex"}
    assert json_of(send(fake, "GET", "/api/animals/rex/visits/5")) == made
    assert send(fake, "GET", "/api/animals/other/visits/5").status == 404


@pytest.mark.parametrize(
    ("servers", "host", "base"),
    [
        (None, "localhost", ""),
        ([{"url": "https://a.test"}], "a.test", ""),
        ([{"url": "https://a.test/"}], "a.test", ""),
        ([{"url": "https://a.test:8443/v2"}], "a.test:8443", "/v2"),
        ([{"url": "https://a.test:443/v2/"}], "a.test", "/v2"),
        ([{"url": "http://a.test:80"}], "a.test", ""),
        ([{"url": "http://a.test:443"}], "a.test:443", ""),
        ([{"url": "http://[::1]:8080/x"}], "[::1]:8080", "/x"),
        ([{"url": "/v2"}], "localhost", "/v2"),
        ([{"url": "v2"}], "localhost", "/v2"),
        ([{"url": "./v2"}], "localhost", "/v2"),
        ([{"url": "/"}], "localhost", ""),
        ([{"url": "//a.test/v2"}], "a.test", "/v2"),
        ([{"url": "https://a.test/a%20b"}], "a.test", "/a b"),
        (
            [{"url": "https://{t}.test:{p}/{b}", "variables": {"t": {"default": "a"}, "p": {"default": 8443}, "b": {"default": "v2"}}}],
            "a.test:8443", "/v2",
        ),
        ([{"url": "https://{t}.test", "variables": {"t": {}}}], "t.test", ""),
        ([{"url": "https://{t}.test", "variables": None}], "t.test", ""),
        ([{"url": "https://a.test"}, {"url": "https://b.test"}], "a.test", ""),
    ],
)  # fmt: skip
def test_the_server_is_the_first_one(servers: Any, host: str, base: str) -> None:
    """With its port, where that is not the usual one, and the defaults of its variables."""
    api = Api.from_openapi(document(servers=servers))

    assert (api.hosts, api.base) == ((host,), base)


def test_rows_on_paths_that_end_with_a_slash() -> None:
    """Are created, listed and read."""
    source = rows({"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}})
    source["paths"] = {f"{path}/": each for path, each in source["paths"].items()}
    fake = fake_of(source)
    made = json_of(send(fake, "POST", "/api/rows/", {"name": "a"}))

    assert json_of(send(fake, "GET", f"/api/rows/{made['id']}/")) == made
    assert json_of(send(fake, "GET", "/api/rows/")) == [made]
    assert send(fake, "GET", "/api/rows").status == 404


class TestMethods(ApiTests):
    """Tests that every API should pass, of a path with all methods."""

    api = Api.from_openapi(
        document(paths={"/t": {method: {"responses": OK} for method in ("get", "head", "options", "put", "post", "patch", "delete")}})
    )  # fmt: skip
