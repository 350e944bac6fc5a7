"""Errors of OpenAPI documents: status, body and media type as each operation declares them."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_samples import THING, body, document, fake_of, json_of, send

from fakesources import Request
from fakesources.kit import Api
from fakesources.kit.testing import ApiTests

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
TEXT = {"type": "string"}


def with_error(response: Any, key: str = "404", **others: Any) -> dict[str, Any]:
    """Return a document whose one row has an error."""
    paths = document()["paths"]
    paths["/things/{id}"]["get"]["responses"][key] = response
    return document(paths=paths, **others)


@pytest.mark.parametrize(
    ("response", "media", "expected"),
    [
        ({"description": "None."}, "application/json", {"error": "Not Found"}),
        (
            body(PROBLEM, "application/problem+json"), "application/problem+json",
            {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Not Found"},
        ),
        (body(PROBLEM, example={"type": "x", "title": "Gone", "status": 404}), "application/json", {"type": "x", "title": "Gone", "status": 404}),
        (body(PROBLEM, examples={"a": {"value": {"title": "A"}}, "b": {"value": {}}}), "application/json", {"title": "A"}),
        (body(PROBLEM, examples={"a": {"externalValue": "https://a.test"}, "b": {"value": {"title": "B"}}}), "application/json", {"title": "B"}),
        (
            body({"properties": {"code": {"type": "integer"}}}, examples={"a": {"externalValue": "https://a.test"}}),
            "application/json", {"code": 404},
        ),
        ({"description": "None.", "content": {"application/json": {}}}, "application/json", {"error": "Not Found"}),
        (body({}), "application/json", {"error": "Not Found"}),
        (body({"not": {}}), "application/json", {"error": "Not Found"}),
        (body({**PROBLEM, "example": {"type": "x", "title": "own", "status": 1}}), "application/json", {"type": "x", "title": "own", "status": 1}),
        (body({"properties": {"code": {"type": "integer"}, "message": TEXT}}), "application/json", {"code": 404, "message": "Not Found"}),
        (body({"properties": {"code": {"type": "string"}, "message": TEXT}}), "application/json", {"code": "404", "message": "Not Found"}),
        (body({"properties": {"code": {"enum": ["NOT_FOUND"]}, "message": {**TEXT, "example": "No"}}}), "application/json", {"code": "NOT_FOUND", "message": "No"}),
        (body({"properties": {"error": {"properties": {"status": {"type": "integer"}, "message": TEXT}}}}), "application/json", {"error": {"status": 404, "message": "Not Found"}}),
        (
            body({"properties": {"errors": {"type": "array", "minItems": 1, "items": {"required": ["status"], "properties": {"status": TEXT}}}}}, "application/vnd.api+json"),
            "application/vnd.api+json", {"errors": [{"status": "404"}]},
        ),
        (body({"properties": {"detail": {"type": "array", "items": {"required": ["msg", "loc"], "properties": {"loc": {"type": "array"}, "msg": TEXT}}}}}), "application/json", {"detail": [{"loc": [], "msg": "Not Found"}]}),
        (body({"properties": {"errors": {"type": "array", "items": {"required": ["message"], "properties": {"message": TEXT}}}}}), "application/json", {"errors": [{"message": "Not Found"}]}),
        (body({"properties": {"errors": {"type": "array", "maxItems": 0, "items": {"properties": {"message": TEXT}}}}}), "application/json", {"errors": []}),
        (body({"properties": {"errors": {"type": "array", "items": TEXT}, "items": {"type": "array", "items": {"properties": {"message": TEXT}}}}}), "application/json", {"errors": [], "items": []}),
        (body({"properties": {"error": {"properties": {"status": TEXT, "help": TEXT, "message": {"not": {}}}}}}), "application/json", {"error": {"status": "404"}}),
        (body({"properties": {"title": {"type": "integer"}, "detail": {**TEXT, "maxLength": 3}}}), "application/json", {"title": 0, "detail": "tex"}),
        (
            body({"properties": {"a": {"required": ["b"], "properties": {"b": {"required": ["c"], "properties": {"c": {"required": ["d"], "properties": {
                "d": {"required": ["code"], "properties": {"code": {"type": "integer"}}}, "status": TEXT}}}}}}}}),
            "application/json", {"a": {"b": {"c": {"d": {"code": 0}, "status": "404"}}}},
        ),
        (body(TEXT), "application/json", "text"),
        (body({"type": "object"}, "application/xml"), "application/json", {"error": "Not Found"}),
        (body(PROBLEM, "*/*"), "application/json", {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Not Found"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["404", "4XX", "default"])
def test_the_body_is_that_of_the_document(response: Any, media: str, expected: Any, key: str) -> None:
    """With the status of the response; an example is taken as it stands."""
    found = send(fake_of(with_error(response, key)), "GET", "/api/things/9")

    assert found.status == 404
    assert found.header("content-type") == media
    assert json_of(found) == expected


def test_each_operation_has_its_own_errors() -> None:
    """Under one name, for the faults of each."""
    paths = document()["paths"]
    paths["/things/{id}"] |= {
        "get": {"responses": {"200": body(THING), "404": body({"properties": {"a": {"const": 1}}})}},
        "delete": {"responses": {"204": {"description": "gone"}, "404": body({"properties": {"b": {"const": 2}}})}},
    }
    fake = fake_of(document(paths=paths))

    assert json_of(send(fake, "GET", "/api/things/9")) == {"a": 1}
    assert json_of(send(fake, "DELETE", "/api/things/9")) == {"b": 2}
    fake.faults.error("things.get_things_id", "not-found-404")
    assert json_of(send(fake, "GET", "/api/things/9")) == {"a": 1}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "400",
            {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "id is invalid: expected integer"},
        ),
        (
            "4XX",
            {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "id is invalid: expected integer"},
        ),
        ("404", {"error": "id is invalid: expected integer"}),
    ],
)
def test_an_invalid_request_has_the_error_of_its_operation(key: str, expected: Any) -> None:
    """With what is wrong in its text."""
    paths = document()["paths"]
    paths["/things"]["post"]["responses"][key] = body(PROBLEM, "application/problem+json")
    response = send(fake_of(document(paths=paths)), "POST", "/api/things", {"id": []})

    assert (response.status, json_of(response)) == (400, expected)


INVALID = "id is invalid: expected integer"
UNREADABLE = "body is invalid: expected JSON: it is not JSON: Expecting value at line 1, column 1"
DETAIL = {
    "properties": {"detail": {"type": "array", "minItems": 1, "items": {"properties": {"msg": {"type": "string"}}}}}
}
MESSAGE = {"properties": {"message": {"type": "string"}}}


@pytest.mark.parametrize(
    ("declared", "invalid", "unreadable"),
    [
        ({"422": body(DETAIL)}, (422, {"detail": [{"msg": INVALID}]}), (422, {"detail": [{"msg": UNREADABLE}]})),
        ({"422": body(MESSAGE), "default": body(PROBLEM)}, (422, {"message": INVALID}), (422, {"message": UNREADABLE})),
        ({"400": body(DETAIL), "422": body(MESSAGE)}, (422, {"message": INVALID}), (400, {"detail": [{"msg": UNREADABLE}]})),
        ({"422": {"description": "Invalid."}}, (422, {"error": INVALID}), (422, {"error": UNREADABLE})),
        ({"422": body(MESSAGE, "text/html")}, (422, {"error": INVALID}), (422, {"error": UNREADABLE})),
        ({"400": {"description": "Bad."}}, (400, {"error": INVALID}), (400, None)),
    ],
)  # fmt: skip
def test_an_invalid_request_has_the_status_of_its_operation(
    declared: Any, invalid: tuple[int, Any], unreadable: tuple[int, Any]
) -> None:
    """422 where the operation declares it, 400 otherwise."""
    paths = document()["paths"]
    paths["/things"]["post"]["responses"] |= declared
    fake = fake_of(document(paths=paths))

    for response, (status, text) in (
        (send(fake, "POST", "/api/things", {"id": []}), invalid),
        (fake.handle(Request("POST", "/api/things", (("Content-Type", "application/json"),), b"no", "things.test")), unreadable),
    ):  # fmt: skip
        assert response.status == status
        assert text is None or json_of(response) == text
        assert response.header("content-type") == "application/json"


def test_a_conflict_is_the_error_that_the_document_has_for_it() -> None:
    """Of a row whose id or other name in paths is taken."""
    paths = document()["paths"]
    paths["/things"]["post"]["responses"]["409"] = body(PROBLEM, "application/problem+json")
    fake = fake_of(document(paths=paths))

    assert [send(fake, "POST", "/api/things", {"id": 1}).status for _ in range(2)] == [201, 409]


def test_successful_responses_have_their_media_type() -> None:
    """As the document names it; the user's headers stay."""
    paths = document()["paths"]
    paths["/things"]["post"]["responses"]["201"] = body(THING, "application/vnd.things+json; charset=utf-8")
    fake = fake_of(document(paths=paths), headers={"X-Version": "1"})
    made, read = send(fake, "POST", "/api/things", {"id": 1}), send(fake, "GET", "/api/things/1")

    assert (made.header("content-type"), made.header("x-version")) == ("application/vnd.things+json", "1")
    assert (read.header("content-type"), read.header("x-version")) == ("application/json", "1")


class TestErrors(ApiTests):
    """Tests that every API should pass, of a document with errors of all kinds."""

    api = Api.from_openapi(
        with_error(body(PROBLEM, "application/problem+json", example=[{"a": 1}, {"b": "x"}, None]), "404")
    )


ANIMALS = {
    "Cat": {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": TEXT, "lives": {"type": "integer"}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind", "barks"],
        "properties": {"kind": TEXT, "barks": {"type": "boolean"}},
    },
}
REFS = [{"$ref": f"#/components/schemas/{name}"} for name in ANIMALS]
MAPPING = {"dog": "#/components/schemas/Dog", "cat": "#/components/schemas/Cat"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"kind": "cow", "barks": True}, "kind is invalid: expected one of cat, dog"),
        ({"kind": "dog", "lives": 3}, "barks is invalid: expected a value"),
        ({"kind": "cat", "barks": True}, "lives is invalid: expected a value"),
        ({"kind": "cat", "lives": []}, "lives is invalid: expected integer"),
    ],
)
def test_an_error_is_about_the_schema_that_a_discriminator_names(given: Any, error: str) -> None:
    schema = {"oneOf": REFS, "discriminator": {"propertyName": "kind", "mapping": MAPPING}}
    operation = {"requestBody": body(schema), "responses": {"201": {"description": "Made."}}}
    fake = fake_of(document(paths={"/animals": {"post": operation}}, components={"schemas": ANIMALS}))

    response = send(fake, "POST", "/api/animals", given)

    assert (response.status, json_of(response)) == (400, {"error": error})
