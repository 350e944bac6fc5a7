"""The guess of what the operations of an OpenAPI document do: valid responses, or 501 and a place in the list."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_samples import OK, THING, body, document, fake_of, json_of, rows, send

from fakesources import FakeSources
from fakesources.kit import Api

TIME = "2026-01-01T00:00:00Z"
ID = {"type": "integer", "readOnly": True}
NAME = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
WITH_ID = {"type": "object", "required": ["id"], "properties": {"id": ID}}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    """Return a schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
CODES = {
    "order": r"^[A-Z]{2}\d{4}$",
    "month": r"^\d{4}-\d{2}$",
    "colour": "^(red|#[0-9a-f]{6})$",
    "customer": "^cus_[A-Za-z0-9]{14}$",
    "look": "^(?=.*[a-z])[a-z0-9]{8,}$",
}
CREATED: dict[str, tuple[Any, Any, Any, Any]] = {
    "an id that the response alone has": (obj("id", id=INTEGER, name=TEXT), NAME, {"name": "a"}, {"id": 1, "name": "a"}),
    "a property that the response alone requires": (
        obj("id", "state", id=INTEGER, state={"enum": ["new", "old"]}), NAME, {"name": "a"}, {"id": 1, "state": "new"}
    ),
    "times": (
        obj("id", "created_at", id=INTEGER, created_at={"type": "string", "format": "date-time"}), NAME, {"name": "a"},
        {"id": 1, "created_at": TIME},
    ),
    "an allOf with an id": ({"allOf": [WITH_ID, NAME]}, NAME, {"name": "a"}, {"id": 1, "name": "a"}),
    "an allOf with an id for both": ({"allOf": [WITH_ID, NAME]}, {"allOf": [WITH_ID, NAME]}, {"name": "a"}, {"id": 1, "name": "a"}),
    "a oneOf of objects": (
        {"oneOf": [obj("id", "k", id=ID, k={"enum": ["c"]}), obj("id", "k", id=ID, k={"enum": ["d"]})]}, None,
        {"k": "d"}, {"id": 1, "k": "d"},
    ),
    "an anyOf of objects": ({"anyOf": [obj("id", "a", id=ID, a=TEXT), obj("id", "b", id=ID, b=TEXT)]}, None, {"b": "x"}, {"id": 1, "b": "x"}),
    "a oneOf within an allOf": (
        {"allOf": [WITH_ID, {"oneOf": [obj("a", a=TEXT), obj("b", b=INTEGER)]}]}, None, {"b": 2}, {"id": 1, "b": 2}
    ),
    "a number for a text": (obj("id", id=INTEGER, size=TEXT), obj(size=INTEGER), {"size": 5}, {"id": 1, "size": "5"}),
    "a text for a number": (obj("id", id=INTEGER, size=INTEGER), obj(size=TEXT), {"size": "5"}, {"id": 1, "size": 5}),
    "a text that is no number": (obj("id", id=INTEGER, size=INTEGER), obj(size=TEXT), {"size": "big"}, {"id": 1, "size": 0}),
    "a text for an object": (obj("id", id=INTEGER, owner=obj("login", login=TEXT)), obj(owner=TEXT), {"owner": "bob"}, {"id": 1, "owner": {"login": "text"}}),
    "an object for a text": (obj("id", id=INTEGER, owner=TEXT), obj(owner=obj(id=INTEGER)), {"owner": {"id": 1}}, {"id": 1, "owner": "text"}),
    "null for a text": (obj("id", id=INTEGER, note=TEXT), obj(note={"type": "string", "nullable": True}), {"note": None}, {"id": 1}),
    "too many items": (
        obj("id", id=INTEGER, tags={"type": "array", "maxItems": 1, "items": TEXT}), obj(tags={"type": "array", "items": {}}),
        {"tags": [1, 2]}, {"id": 1, "tags": ["1"]},
    ),
    "a property of a pattern": (
        obj("id", "codes", id=INTEGER, codes=obj(*CODES, **{name: {"type": "string", "pattern": each} for name, each in CODES.items()})),
        NAME, {"name": "a"}, None,
    ),
    "an id that is a UUID": (
        obj("id", id={"type": "string", "pattern": "^[0-9a-f]{8}-"}, name=TEXT), NAME, {"name": "a"}, None
    ),
    "an id of a pattern": (obj("id", id={"type": "string", "pattern": "^[0-9a-f]{24}$"}, name=TEXT), NAME, {"name": "a"}, None),
    "an id that is given": (obj("id", id=INTEGER, name=TEXT), obj(id=INTEGER, name=TEXT), {"id": 7, "name": "a"}, {"id": 7, "name": "a"}),
    "a password": (
        obj("id", id=ID, name=TEXT, password={"type": "string", "writeOnly": True}), None,
        {"name": "a", "password": "p"}, {"id": 1, "name": "a"},
    ),
    "a name that the response lacks": (obj("id", id=INTEGER), NAME, {"name": "a"}, {"id": 1}),
    "an object of any names": ({"type": "object"}, {"type": "object"}, {"id": 5, "any": [1]}, {"id": 5, "any": [1]}),
    "a response about something else": (obj("ok", ok={"type": "boolean"}), NAME, {"name": "a"}, {"ok": False}),
    "rows within rows": (
        obj("id", id=INTEGER, parent={"$ref": "#/components/schemas/Thing"}), obj(parent={"type": "object"}),
        {"parent": {}}, {"id": 1, "parent": {"id": 0}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CREATED)
def test_what_is_created_is_a_valid_response(case: str) -> None:
    """Completed from the schema of the response, and the same when it is read and listed."""
    created, asked, given, expected = CREATED[case]
    fake = fake_of(rows(created, asked=asked))

    response = send(fake, "POST", "/api/rows", given)
    row = json_of(response)

    assert response.status == 201
    assert expected is None or row == expected
    assert send(fake, "GET", "/api/rows").status == 200
    if "id" in row:
        assert json_of(send(fake, "GET", f"/api/rows/{row['id']}")) == row
        assert json_of(send(fake, "GET", "/api/rows")) == [row]


@pytest.mark.parametrize(
    "pattern", ["^[0-9a-f]{24}$", "^cus_[A-Za-z0-9]{14}$", r"^[A-Z]{3}-\d{6}$", r"^\d+$", "^[a-z]+$"]
)
def test_each_row_has_an_id_of_its_own(pattern: str) -> None:
    """One that its pattern allows."""
    fake = fake_of(rows(obj("id", id={**TEXT, "pattern": pattern, "readOnly": True}, name=TEXT)))

    made = [json_of(send(fake, "POST", "/api/rows", {"name": name})) for name in "abcdefghij"]

    assert len({row["id"] for row in made}) == len(made)
    assert [json_of(send(fake, "GET", f"/api/rows/{row['id']}")) for row in made] == made


def test_where_no_response_is_valid_nothing_is_kept() -> None:
    """The answer is the error 501, with a text."""
    endless = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/E"}}}
    impossible = obj("id", "a", id=INTEGER, a={"type": "string", "pattern": "^(?=a)b$"})
    for schema in (endless, impossible, obj("id", id={"not": {}})):
        source = rows(schema, asked=NAME, components={"schemas": {"E": endless}})
        fake = fake_of(source)
        before = fake.snapshot()
        response = send(fake, "POST", "/api/rows", {"name": "a"})

        assert response.status == 501
        assert "Not implemented by this fake" in json_of(response)["error"]
        assert not fake.diff(before)


@pytest.mark.parametrize(
    ("note", "given", "shown"),
    [
        (TEXT, {"note": None}, {"id": 1, "name": "a"}),
        (TEXT, {"name": None}, {"id": 1, "name": "a", "note": "n"}),
        ({"type": "string", "nullable": True}, {"note": None}, {"id": 1, "name": "a", "note": None}),
        (obj(x=INTEGER, y=INTEGER), {"note": {"y": 2}}, {"id": 1, "name": "a", "note": {"x": 1, "y": 2}}),
        (TEXT, {"id": 9, "name": "b"}, {"id": 1, "name": "b", "note": "n"}),
    ],
)
def test_a_change_merges(note: Any, given: Any, shown: Any) -> None:
    """Null removes what may be left out; the row stays valid."""
    nullable = {name: {"nullable": True} for name in ("id", "name", "note")}
    fake = fake_of(
        rows(obj("id", "name", id=INTEGER, name=TEXT, note=note), asked={"type": "object", "properties": nullable})
    )
    send(fake, "POST", "/api/rows", {"name": "a", "note": {"x": 1, "y": 1} if "properties" in note else "n"})
    response = send(fake, "PATCH", "/api/rows/1", given)

    assert (response.status, json_of(response)) == (200, shown)
    assert json_of(send(fake, "GET", "/api/rows/1")) == shown


@pytest.mark.parametrize(
    ("created", "updated"), [("created_at", "updated_at"), ("createdAt", "updatedAt"), ("created", "modified")]
)
def test_times_are_those_of_the_clock(created: str, updated: str) -> None:
    """Of the creation and of the last change, whatever a request says of the latter."""
    time = {"type": "string", "format": "date-time"}
    fake = fake_of(
        rows(obj("id", created, updated, id=INTEGER, **{created: time, updated: time, "name": TEXT}), asked=NAME)
    )
    fake.clock.advance(hours=1)
    row = json_of(send(fake, "POST", "/api/rows", {"name": "a"}))
    fake.clock.advance(hours=1)
    changed = json_of(send(fake, "PATCH", "/api/rows/1", {"name": "b"}))

    assert (row[created], row[updated]) == ("2026-01-01T01:00:00Z",) * 2
    assert (changed[created], changed[updated]) == ("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z")


@pytest.mark.parametrize(
    ("path", "name"),
    [("/boxes", "box"), ("/entries", "entry"), ("/orders", "order"), ("/data", "data"), ("/x", "result")],
)
def test_a_property_named_like_the_rows_holds_the_row(path: str, name: str) -> None:
    """Beside another object."""
    shown = obj(name, "meta", **{name: obj("id", "name", id=ID, name=TEXT), "meta": obj(trace=TEXT)})
    fake = fake_of(rows(shown, asked=NAME, path=path))

    assert json_of(send(fake, "POST", f"/api{path}", {"name": "a"}))[name] == {"id": 1, "name": "a"}
    assert json_of(send(fake, "GET", f"/api{path}/1"))[name] == {"id": 1, "name": "a"}


def test_a_replaced_row_keeps_what_requests_cannot_give() -> None:
    """Its id and the properties that are readOnly."""
    made = {"type": "string", "format": "date-time", "readOnly": True}
    fake = fake_of(rows(obj("id", "created_at", id=ID, created_at=made, name=TEXT, note=TEXT)))
    row = json_of(send(fake, "POST", "/api/rows", {"name": "a", "note": "n"}))
    fake.clock.advance(hours=1)

    replaced = json_of(send(fake, "PUT", f"/api/rows/{row['id']}", {"name": "b"}))

    assert replaced == {"id": row["id"], "created_at": TIME, "name": "b"}


@pytest.mark.parametrize(
    ("schema", "given"),
    [
        (obj("id", id=ID, name=TEXT), {"id": 5, "name": "a"}),
        (obj("id", id={"allOf": [INTEGER], "readOnly": True}, name=TEXT), {"id": 5, "name": "a"}),
        ({"allOf": [WITH_ID, {"required": ["id", "name"], "properties": {"name": TEXT}}]}, {"id": 5, "name": "a"}),
        ({"allOf": [{"required": ["id"]}, WITH_ID, NAME]}, {"id": 5, "name": "a"}),
        ({**obj("id", id=ID, name=TEXT), "additionalProperties": True}, {"id": 5, "name": "a"}),
        ({"anyOf": [obj("id", id=ID, name=TEXT)]}, {"id": 5, "name": "a"}),
    ],
)
@pytest.mark.parametrize("is_given", [True, False])
def test_a_read_only_property_is_ignored_and_reported(schema: Any, given: dict[str, Any], is_given: bool) -> None:
    """In any part of an allOf; the API sets it."""
    fake = fake_of(rows(schema))
    response = send(fake, "POST", "/api/rows", given if is_given else {"name": "a"})

    assert (response.status, json_of(response)) == (201, {"id": 1, "name": "a"})
    assert [each.rule for each in fake.violations] == ["things.post_rows.unknown-parameter"] * is_given
    assert [each.path for each in fake.violations] == ["$.id"] * is_given


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        (obj(name=TEXT), ["$.nam"]),
        ({"allOf": [obj(name=TEXT), obj(note=TEXT)]}, ["$.nam"]),
        ({**obj(name=TEXT), "additionalProperties": True}, []),
        ({"anyOf": [obj(name=TEXT), obj(note=TEXT)]}, []),
        ({"type": "object"}, []),
    ],
)
def test_a_name_that_a_body_does_not_have_is_reported(asked: Any, reported: list[str]) -> None:
    """Unless its schema takes any name, or has alternatives."""
    fake = fake_of(rows(obj("id", id=INTEGER, name=TEXT), asked=asked))

    assert send(fake, "POST", "/api/rows", {"nam": "a"}).status == 201
    assert [each.path for each in fake.violations] == reported


@pytest.mark.parametrize(
    ("item", "properties", "given", "target"),
    [
        ("username", {"id": INTEGER, "username": TEXT}, {"username": "bob"}, "bob"),
        ("slug", {"slug": TEXT, "title": TEXT}, {"slug": "x", "title": "T"}, "x"),
        ("slug", {"slug": TEXT, "title": TEXT}, {"title": "My First"}, "my-first"),
        ("userName", {"id": INTEGER, "user_name": TEXT}, {"user_name": "bob"}, "bob"),
        ("sku", {"sku": INTEGER, "name": TEXT}, {"sku": 12}, "12"),
        ("rowId", {"id": INTEGER, "name": TEXT}, {"name": "a"}, "1"),
        ("row_id", {"row_id": INTEGER, "name": TEXT}, {"name": "a"}, "1"),
        ("key", {"id": INTEGER, "name": TEXT}, {"name": "a"}, "1"),
        ("row_number", {"id": INTEGER, "number": {**INTEGER, "example": 42}}, {"id": 7}, "1"),
        ("rowKey", {"id": INTEGER, "key": TEXT}, {"key": "ab"}, "ab"),
        ("rows-sku", {"id": INTEGER, "sku": TEXT}, {"sku": "ab"}, "ab"),
        ("rowid", {"id": INTEGER, "name": TEXT}, {"name": "a"}, "1"),
    ],
)
def test_rows_are_found_by_the_field_of_the_path(item: str, properties: Any, given: Any, target: str) -> None:
    """By the field of the path where the schema has it, else by their id."""
    fake = fake_of(rows(obj(**properties), item=item))
    made = json_of(send(fake, "POST", "/api/rows", given))

    assert json_of(send(fake, "GET", f"/api/rows/{target}")) == made
    assert send(fake, "GET", "/api/rows/other").status == 404
    assert send(fake, "DELETE", f"/api/rows/{target}").status == 204
    assert send(fake, "GET", f"/api/rows/{target}").status == 404


WRAPPERS = [
    ("data", "data", "data"),
    ("row", "row", "rows"),
    ("result", "result", "items"),
    ("", "row", "results"),
    ("row", "", "rows"),
]


@pytest.mark.parametrize(("asked", "shown", "many"), WRAPPERS)
def test_rows_within_a_property(asked: str, shown: str, many: str) -> None:
    """Of the request, of the response, or of both."""
    row = obj("id", "name", id=ID, name=TEXT)

    def wrapped(schema: Any, name: str) -> Any:
        return obj(name, **{name: schema}) if name else schema

    source = rows(wrapped(row, shown), asked=wrapped(row, asked))
    meta = obj("total", total=INTEGER)
    source["paths"]["/rows"]["get"]["responses"]["200"] = body(
        obj(many, **{many: {"type": "array", "items": row}, "meta": meta})
    )
    fake = fake_of(source)
    given: Any = {"name": "a"}
    made = json_of(send(fake, "POST", "/api/rows", {asked: given} if asked else given))
    expected = {"id": 1, "name": "a"}

    assert made == ({shown: expected} if shown else expected)
    assert json_of(send(fake, "GET", "/api/rows/1")) == made
    assert json_of(send(fake, "GET", "/api/rows")) == {many: [expected], "meta": {"total": 1}}


THINGS = {"type": "array", "items": THING}
NOT_GUESSED: dict[str, tuple[str, str, Any]] = {
    "a search beside rows": ("get", "/things/findByStatus", {"responses": {"200": body(THINGS)}}),
    "a login beside rows": ("post", "/things/login", {"requestBody": body(NAME), "responses": {"200": body(THING)}}),
    "an upload": (
        "post", "/things/{id}/uploadImage",
        {"requestBody": body({"type": "string"}, "application/octet-stream"), "responses": {"200": body(obj(code=INTEGER))}},
    ),
    "an action": ("post", "/things/{id}/cancel", {"responses": {"200": body(THING)}}),
    "an action with a body": ("post", "/things/{id}/ship", {"requestBody": body(THING), "responses": {"200": body(THING)}}),
    "an action in the path": ("post", "/things/{id}:cancel", {"responses": {"200": body(THING)}}),
    "several rows at once": ("post", "/batches", {"requestBody": body(THINGS), "responses": {"200": body(THING)}}),
    "a number of rows": ("get", "/inventory", {"responses": {"200": body({"type": "object", "additionalProperties": INTEGER})}}),
    "a list of texts": ("get", "/names", {"responses": {"200": body({"type": "array", "items": TEXT})}}),
    "a text": ("get", "/things/{id}/name", {"responses": {"200": body(TEXT)}}),
    "a file": ("get", "/files/{name}", {"responses": {"200": body(TEXT, "application/pdf")}}),
    "a list for one row": ("get", "/files/{kind}", {"responses": {"200": body(THINGS)}}),
    "a row of the response alone": ("post", "/tokens", {"requestBody": body(NAME), "responses": {"200": body(obj(token=TEXT))}}),
    "the root": ("get", "/", {"responses": {"200": body(THINGS)}}),
    "a list of patches": ("patch", "/things/{id}", {"requestBody": body({"type": "array"}, "application/json-patch+json"), "responses": {"200": body(THING)}}),
    "a post to a row": ("post", "/things/{id}", {"requestBody": body(THING), "responses": {"200": body(THING)}}),
    "no success": ("post", "/jobs", {"requestBody": body(NAME), "responses": {"405": {"description": "no"}}}),
    "options": ("options", "/things", {"responses": OK}),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_GUESSED)
def test_what_could_not_be_guessed_is_listed(case: str) -> None:
    """It answers 501; the rest works."""
    method, path, operation = NOT_GUESSED[case]
    paths = document()["paths"]
    paths[path] = paths.get(path, {}) | {method: {"operationId": "odd", **operation}}
    source = document(paths=paths)
    fake = fake_of(source)
    made = json_of(send(fake, "POST", "/api/things", {"id": 1}))
    given: Any = [] if "array" in str(operation.get("requestBody")) else {"id": 1, "name": "a"}
    target = path.replace("{id}", "1").replace("{name}", "a").replace("{kind}", "a")

    assert Api.from_openapi(source).not_guessed == ["things.odd"]
    assert send(fake, method.upper(), f"/api{target}", given if method in ("post", "patch") else None).status == 501
    assert json_of(send(fake, "GET", "/api/things/1")) == made


def test_a_body_that_is_a_list_reaches_a_handler() -> None:
    """And the journal, with a query beside it too."""
    paths = {
        "/batches": {"post": {"operationId": "batch", "requestBody": body(THINGS), "responses": {"200": body(THINGS)}}}
    }
    api = Api.from_openapi(document(paths=paths))
    api.override("batch")(lambda call: call.body)
    fake = fake_of(document(paths=paths))
    fake = type(fake)(apis=[api], strict=False)

    assert json_of(send(fake, "POST", "/api/batches?x=1", [{"id": 1}])) == [{"id": 1}]
    assert fake.journal.last().request.params["body"] == [{"id": 1}]


@pytest.mark.parametrize("error", [None, {"404": {"description": "none"}}])
def test_a_default_response_is_success_where_no_other_is(error: Any) -> None:
    """Unless errors are declared beside it."""
    paths = document()["paths"]
    paths["/things"]["post"]["responses"] = {"default": body(THING)} | (error or {})
    response = send(fake_of(document(paths=paths)), "POST", "/api/things", {"id": 1, "name": "a"})

    assert response.status == (200 if error else 201)
    assert response.body == (b"" if error else b'{"id":1,"name":"a"}')


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("?name=a", [1, 3]),
        ("?id=2", [2]),
        ("?limit=1", [1]),
        ("?limit=1&name=a", [1]),
        ("?name=none", []),
    ],
)
def test_lists_are_filtered_and_limited(query: str, found: list[int]) -> None:
    """By the query parameters that are fields of the rows."""
    paths = document()["paths"]
    names = [("name", TEXT), ("id", INTEGER), ("limit", INTEGER)]
    paths["/things"]["get"]["parameters"] = [{"name": name, "in": "query", "schema": schema} for name, schema in names]
    fake = fake_of(document(paths=paths))
    for id, name in ((1, "a"), (2, "b"), (3, "a")):
        send(fake, "POST", "/api/things", {"id": id, "name": name})

    assert [each["id"] for each in json_of(send(fake, "GET", f"/api/things{query}"))] == found


@pytest.mark.parametrize(
    ("page", "member", "value"),
    [
        (
            "page",
            obj(next={"type": "string", "format": "uri", "nullable": True}),
            {"next": "https://things.test/api/rows?page_size=1&page=2"},
        ),
        ("page", obj(next={"type": "integer"}, count=INTEGER), {"next": 2, "count": 2}),
        ("offset", obj(total=INTEGER, meta=obj(note=TEXT)), {"total": 2}),
        ("offset", obj(info=obj(rowsCount=INTEGER), resultsCount=INTEGER), {"resultsCount": 2}),
        ("cursor", obj(meta=obj(has_more={"type": "boolean"})), {"meta": {"has_more": True}}),
    ],
)
def test_pages_lead_to_the_next(page: str, member: Any, value: Any) -> None:
    """As a value or as a URL, in the members that the document has for it."""
    source = rows(obj("id", id=ID))
    listed = obj("results", results={"type": "array", "items": obj("id", id=ID)})
    listed["properties"] |= member["properties"]
    parameters = [{"name": page, "in": "query", "schema": {}}, {"name": "page_size", "in": "query", "schema": INTEGER}]
    source["paths"]["/rows"]["get"] = {"parameters": parameters, "responses": {"200": body(listed)}}
    fake = fake_of(source)
    for _ in range(2):
        send(fake, "POST", "/api/rows", {})

    assert json_of(send(fake, "GET", "/api/rows?page_size=1")) == {"results": [{"id": 1}]} | value


def test_rows_of_one_id_in_two_places_are_two() -> None:
    """Each is found below its own."""
    fake = fake_of(rows(THING, path="/owners/{owner}/rows"))
    for owner in "ab":
        send(fake, "POST", f"/api/owners/{owner}/rows", {"id": 1, "name": owner})

    assert [json_of(send(fake, "GET", f"/api/owners/{owner}/rows/1"))["name"] for owner in "ab"] == ["a", "b"]
    assert send(fake, "DELETE", "/api/owners/a/rows/1").status == 204
    assert json_of(send(fake, "GET", "/api/owners/b/rows")) == [{"id": 1, "name": "b"}]


@pytest.mark.parametrize(
    ("headers", "item", "address"),
    [
        ({"Location": {"schema": TEXT}}, "/things/{id}", "https://things.test/api/things/a%2Fb"),
        ({"location": {"schema": TEXT}}, "/things/{id}/", "https://things.test/api/things/a%2Fb/"),
        ({}, "/things/{id}", None),
        ({"Location": {"schema": TEXT}}, "/others/{id}", None),
    ],
)
@pytest.mark.parametrize("status", ["201", "202"])
def test_a_created_row_has_an_address(headers: Any, item: str, address: str | None, status: str) -> None:
    """If the document has a header for it, and an operation that reads the row."""
    thing = obj("id", id=TEXT)
    created = {status: {"description": "Made.", "headers": headers}}
    listed = {"responses": {"200": body({"type": "array", "items": thing})}}
    paths = {"/things": {"get": listed, "post": {"requestBody": body(thing), "responses": created}}}
    paths[item] = {"get": {"responses": {"200": body(thing)}}}
    response = send(fake_of(document(paths=paths)), "POST", "/api/things", {"id": "a/b"})

    assert (response.status, response.header("location")) == (int(status), address)


PUTS: dict[str, tuple[Any, list[tuple[str, int, Any]]]] = {
    "creates": ({"200": True, "201": True}, [("a", 201, {"id": "a"}), ("a", 200, {"id": "a"})]),
    "creates, and shows nothing": ({"201": False, "204": False}, [("a", 201, None), ("a", 204, None)]),
    "creates alone": ({"201": True}, [("a", 201, {"id": "a"}), ("a", 201, {"id": "a"})]),
    "replaces alone": ({"200": True}, [("a", 404, {"error": "Not found"})]),
}


@pytest.mark.parametrize(("text", "id"), [(TEXT, "a"), (INTEGER, 5)])
@pytest.mark.parametrize("case", PUTS)
def test_a_put_creates_a_row_where_the_document_says_so(case: str, text: Any, id: Any) -> None:
    """By a response of status 201; the row has the name of the path."""
    statuses, calls = PUTS[case]
    thing = obj("id", id={**text, "readOnly": True}, name=TEXT)
    responses = {status: body(thing) if shows else {"description": "Done."} for status, shows in statuses.items()}
    item = {"get": {"responses": {"200": body(thing)}}, "put": {"requestBody": body(thing), "responses": responses}}
    fake = fake_of(document(paths={"/things/{id}": item}))

    for number, (_, status, shown) in enumerate(calls):
        response = send(fake, "PUT", f"/api/things/{id}", {"name": f"n{number}"})
        wanted = {"id": id, "name": f"n{number}"} if shown == {"id": "a"} else shown
        assert (response.status, json_of(response) if response.body else None) == (status, wanted)
        if status < 400:
            assert json_of(send(fake, "GET", f"/api/things/{id}")) == {"id": id, "name": f"n{number}"}


# -- rows below others ---------------------------------------------------------------------------------------------

NAMED = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
GONE = {"404": {"description": "gone"}}


def nested(*, are_owners_created: bool = True) -> dict[str, Any]:
    """Return a document of owners, their pets and the toys of these."""
    listed = {"responses": {"200": body({"type": "array", "items": NAMED})}}
    created = {"requestBody": body(NAMED), "responses": {"201": body(NAMED)}}
    of_one = {
        "get": {"responses": {"200": body(NAMED)} | GONE},
        "delete": {"responses": {"204": {"description": "ok"}}},
    }
    paths = {
        "/owners": {"get": listed} | ({"post": created} if are_owners_created else {}),
        "/owners/{owner}": of_one,
        "/owners/{owner_id}/pets": {"get": listed, "post": created},
        "/owners/{owner_id}/pets/{pet}": of_one,
        "/owners/{o}/pets/{p}/toys": {"get": listed, "post": created},
    }
    return document(paths=paths)


def statuses(fake: FakeSources, *calls: tuple[str, str]) -> list[int]:
    """Return the statuses of calls; those that create a row give its id after the path."""
    found = []
    for method, target in calls:
        path, _, id = target.partition(" ")
        found.append(send(fake, method, f"/api{path}", {"id": id} if method == "POST" else None).status)
    return found


def test_nothing_is_below_a_row_that_is_not_there() -> None:
    """If requests can create it."""
    fake = fake_of(nested())

    assert (
        statuses(fake, ("GET", "/owners/a/pets"), ("POST", "/owners/a/pets x"), ("GET", "/owners/a/pets/x"))
        == [404] * 3
    )
    assert statuses(fake, ("POST", "/owners a"), ("GET", "/owners/a/pets"), ("POST", "/owners/a/pets x")) == [
        201,
        200,
        201,
    ]
    assert statuses(fake, ("GET", "/owners/b/pets/x"), ("GET", "/owners/a/pets/y/toys")) == [404, 404]
    assert statuses(fake, ("POST", "/owners/a/pets/x/toys t"), ("GET", "/owners/a/pets/x/toys")) == [201, 200]


def test_what_is_below_a_row_goes_with_it() -> None:
    """At every depth; the rows below another one stay."""
    fake = fake_of(nested())
    for owner in "ab":
        statuses(
            fake, ("POST", f"/owners {owner}"), ("POST", f"/owners/{owner}/pets x"), ("POST", f"/owners/{owner}/pets/x/toys t")
        )  # fmt: skip

    assert statuses(fake, ("DELETE", "/owners/a"), ("POST", "/owners a"), ("POST", "/owners/a/pets x")) == [
        204,
        201,
        201,
    ]
    assert json_of(send(fake, "GET", "/api/owners/a/pets/x/toys")) == []
    assert json_of(send(fake, "GET", "/api/owners/b/pets/x/toys")) == [{"id": "t"}]


@pytest.mark.parametrize("is_overridden", [False, True], ids=["no operation creates it", "a function does"])
def test_rows_may_be_below_one_of_which_nothing_is_known(is_overridden: bool) -> None:
    """There are no requests that would make it known."""
    api = Api.from_openapi(nested(are_owners_created=is_overridden))
    if is_overridden:
        api.override("post_owners")(lambda call: {"id": "a"})
    fake = FakeSources(apis=[api], strict=False)

    assert statuses(fake, ("POST", "/owners/a/pets x"), ("GET", "/owners/a/pets/x"), ("GET", "/owners/a/pets")) == [
        201,
        200,
        200,
    ]
