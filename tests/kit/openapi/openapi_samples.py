"""OpenAPI documents for the tests, and requests to the fakes of them."""

from __future__ import annotations

import json
from typing import Any

from fakesources import FakeSources, Request, Response
from fakesources.kit import Api

OK = {"200": {"description": "ok"}}
THING = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}


def body(schema: Any, media: str = "application/json", **others: Any) -> dict[str, Any]:
    """Return a response or a request body with a schema."""
    return {"description": "ok", "content": {media: {"schema": schema} | others}}


def document(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    """Return a document with one list and one create."""
    thing = {"$ref": "#/components/schemas/Thing"}
    paths = {
        "/things": {
            "get": {"responses": {"200": body({"type": "array", "items": thing})}},
            "post": {"requestBody": body(thing), "responses": {"201": body(thing)}},
        },
        "/things/{id}": {"get": {"responses": {"200": body(thing)}}},
    }
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.test/api"}],
        "paths": paths,
        "components": {"schemas": {"Thing": THING}},
    } | parts


def rows(created: Any, *, asked: Any = None, path: str = "/rows", item: str = "id", **others: Any) -> dict[str, Any]:
    """Return a document with all operations of one kind of rows, whose responses have one schema and requests another."""
    asked = created if asked is None else asked
    item_operations = {
        "get": {"responses": {"200": body(created), "404": {"description": "gone"}}},
        "put": {"requestBody": body(asked), "responses": {"200": body(created)}},
        "patch": {"requestBody": body({**asked, "required": []}), "responses": {"200": body(created)}},
        "delete": {"responses": {"204": {"description": "gone"}}},
    }
    paths = {
        path: {
            "get": {"responses": {"200": body({"type": "array", "items": created})}},
            "post": {"requestBody": body(asked), "responses": {"201": body(created)}},
        },
        f"{path}/{{{item}}}": item_operations,
    }
    return document(paths=paths, **others)


def fake_of(source: Any, **options: Any) -> FakeSources:
    """Return a fake of a document alone, which does not fail for violations."""
    return FakeSources(apis=[Api.from_openapi(source, **options)], strict=False)


def send(fake: FakeSources, method: str, target: str, value: Any = None, **headers: str) -> Response:
    """Send a request with a value as JSON."""
    data = b"" if value is None else json.dumps(value).encode()
    given = (("Content-Type", "application/json"), *((name.replace("_", "-"), text) for name, text in headers.items()))
    return fake.handle(Request(method, target, given, data, "things.test"))


def json_of(response: Response) -> Any:
    """Return the value of a body in JSON."""
    return json.loads(response.body)
