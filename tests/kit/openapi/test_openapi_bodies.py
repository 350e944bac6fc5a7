"""Operations of an OpenAPI document without a body in the request or in the response."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_samples import THING, body, document, fake_of, json_of, rows, send

from fakesources import Request

EMPTY = {"204": {"description": "done"}}


def test_a_row_is_created_by_a_request_without_a_body() -> None:
    """All its fields are made up."""
    paths = document()["paths"]
    del paths["/things"]["post"]["requestBody"]
    fake = fake_of(document(paths=paths))

    made = json_of(send(fake, "POST", "/api/things"))

    assert made["id"] == 1
    assert json_of(send(fake, "GET", "/api/things/1")) == made


@pytest.mark.parametrize("status", ["204", "205"])
def test_a_status_without_a_body_has_none_even_where_a_schema_is_declared(status: str) -> None:
    source = rows(THING)
    source["paths"]["/rows/{id}"]["put"]["responses"] = {status: body(THING, "application/hal+json")}
    fake = fake_of(source)
    send(fake, "POST", "/api/rows", {"id": 1, "name": "a"})

    changed = send(fake, "PUT", "/api/rows/1", {"id": 1, "name": "b"})

    assert (changed.status, changed.body, changed.header("content-type")) == (int(status), b"", None)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_without_a_response_body_is_kept(method: str) -> None:
    """Null removes a field in either."""
    nullable = {"type": "object", "properties": {"name": {"nullable": True}, "note": {"nullable": True}}}
    row = {"type": "object", "properties": {**THING["properties"], "note": {"type": "string"}}}
    source = rows(row, asked=nullable)
    for each in ("put", "patch"):
        source["paths"]["/rows/{id}"][each]["responses"] = EMPTY
    fake = fake_of(source)
    made = json_of(send(fake, "POST", "/api/rows", {"name": "a", "note": "n"}))

    changed = send(fake, method, "/api/rows/1", {"name": "b", "note": None})

    assert (changed.status, changed.body) == (204, b"")
    assert json_of(send(fake, "GET", "/api/rows/1")) == {"id": made["id"], "name": "b"}


def test_a_field_that_a_response_does_not_show_may_be_null() -> None:
    """The response of a change is about something else; the row shows what is left."""
    changed: dict[str, Any] = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}
    source = rows(THING, asked={"type": "object", "properties": {"name": {"nullable": True}}})
    source["paths"]["/rows/{id}"]["patch"]["responses"] = {"200": body(changed)}
    fake = fake_of(source)
    send(fake, "POST", "/api/rows", {"name": "a"})

    assert json_of(send(fake, "PATCH", "/api/rows/1", {"name": None})) == {"ok": False}
    assert json_of(send(fake, "GET", "/api/rows/1")) == {"id": 1}


def test_null_is_kept_in_a_field_that_another_response_shows() -> None:
    """The response of the change shows other fields."""
    noted = {**THING, "properties": {**THING["properties"], "note": {"type": "string", "nullable": True}}}
    source = rows(noted)
    source["paths"]["/rows/{id}"]["patch"]["responses"] = {"200": body(THING)}
    fake = fake_of(source)
    send(fake, "POST", "/api/rows", {"id": 1, "name": "a", "note": "n"})

    assert json_of(send(fake, "PATCH", "/api/rows/1", {"note": None})) == {"id": 1, "name": "a"}
    assert json_of(send(fake, "GET", "/api/rows/1")) == {"id": 1, "name": "a", "note": None}


@pytest.mark.parametrize("asked", [{"type": "array", "items": THING}, {"type": "string"}])
def test_a_change_by_a_body_that_is_no_object_is_not_guessed(asked: Any) -> None:
    source = rows(THING)
    source["paths"]["/rows/{id}"]["put"]["requestBody"] = body(asked)
    fake = fake_of(source)
    send(fake, "POST", "/api/rows", {"id": 1, "name": "a"})

    assert send(fake, "PUT", "/api/rows/1", [] if asked["type"] == "array" else "a").status == 501
    assert send(fake, "PATCH", "/api/rows/1", {"name": "b"}).status == 200


POSTED = {"type": "object", "properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("path", "shown", "is_guessed"),
    [
        ("/things", THING, True),
        ("/things", {"type": "object", "properties": {"name": {"type": "string"}}}, False),
        ("/things", {"type": "object", "properties": {"id": {"type": "integer"}, "state": {}}}, False),
        ("/owners/{owner}/things", THING, False),
    ],
    ids=["a row with an id", "no id", "no property in common", "within something else"],
)
def test_a_create_that_is_the_only_operation_is_guessed_from_its_bodies(
    path: str, shown: Any, is_guessed: bool
) -> None:
    """The response has to show what was given, under an id."""
    posted = {"post": {"requestBody": body(POSTED), "responses": {"201": body(shown)}}}
    fake = fake_of(document(paths={path: posted}))

    responses = [send(fake, "POST", f"/api{path.replace('{owner}', 'bob')}", {"name": name}) for name in "ab"]

    if is_guessed:
        assert [json_of(each) for each in responses] == [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    else:
        assert {each.status for each in responses} == {501}


@pytest.mark.parametrize(
    ("declared", "sent", "is_reported"),
    [
        ("multipart/form-data", "multipart/form-data; boundary=x", False),
        ("application/octet-stream", "Application/Octet-Stream", False),
        ("image/*", "image/png", False),
        ("image/*", "text/plain", True),
        ("image/png", "image/jpeg", True),
        ("image/png", "application/json", True),
        ("", "image/png", True),
    ],
)
def test_a_body_that_is_not_read_is_reported_where_the_document_has_none(
    declared: str, sent: str, is_reported: bool
) -> None:
    """Of its media type."""
    operation = {"responses": {"200": {"description": "Done."}}} | (
        {"requestBody": body({"type": "string"}, declared)} if declared else {}
    )
    fake = fake_of(document(paths={"/files": {"post": operation}}))
    fake.handle(Request("POST", "/api/files", (("Content-Type", sent),), b"data", "things.test"))

    assert bool(fake.violations) is is_reported
