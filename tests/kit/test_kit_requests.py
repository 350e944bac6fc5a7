"""Requests to an API of one's own: authentication, parsing, errors, pages and ids, each default and each choice."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.kit import (
    Api,
    Auth,
    Call,
    Page,
    Result,
    Rows,
    api_key,
    basic,
    bearer,
    integer_ids,
    paginate,
    slug_ids,
    uuid_ids,
)

HOST = "api.things.test"
FORM = "application/x-www-form-urlencoded"


class New(TypedDict):
    name: str


class Query(TypedDict, total=False):
    page: int
    per_page: int
    offset: int
    limit: int
    cursor: str
    flag: bool


class Shown(TypedDict):
    id: Any
    name: str


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: Any
    name: str
    made: datetime
    changed: datetime


def made(**options: Any) -> tuple[Api, Rows[Thing]]:
    """Return an API with a list and a create, and its rows."""
    chosen = {"style": "page"} | options.pop("paging", {})
    ids = options.pop("ids", integer_ids())
    api = Api("things", **{"host": HOST} | options)
    things = api.rows("things", Thing, ids=ids, created="made", updated="changed")

    @api.get("/things", query=Query, responses={200: list[Shown]})
    def list_things(call: Call) -> Page[Thing]:
        """List things."""
        return paginate(call, things.of(call).all(), per_page=2, **chosen)

    @api.post("/things", body=New, responses={201: Shown})
    def create_thing(call: Call) -> Thing:
        """Create a thing."""
        return things.of(call).add(**call.body)

    return api, things


def send(
    fake: FakeSources, method: str, target: str, body: Any = b"", kind: str = "application/json", **headers: str
) -> Response:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items()) + (
        (("Content-Type", kind),) if body else ()
    )
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fake.handle(Request(method, target, given, data, HOST))


def encoded(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("auth", "target", "headers", "account"),
    [
        (bearer(), "/things", {"Authorization": "Bearer abc"}, "abc"),
        (bearer(), "/things", {"Authorization": "bearer abc"}, "abc"),
        (bearer(), "/things", {"Authorization": "Token abc"}, None),
        (bearer(), "/things", {}, None),
        (bearer(), "/things", {"Authorization": "Bearer"}, None),
        (bearer(), "/things", {"Authorization": "Bearer a\tb"}, None),
        (bearer(schemes=("token",), header="X-Auth"), "/things", {"X_Auth": "token abc"}, "abc"),
        (basic(), "/things", {"Authorization": encoded("ann:key")}, "ann"),
        (basic(), "/things", {"Authorization": encoded("ann")}, None),
        (basic(), "/things", {"Authorization": encoded(":key")}, None),
        (basic(), "/things", {"Authorization": "Basic !"}, None),
        (api_key(header="X-API-Key"), "/things", {"X_API_Key": "abc"}, "abc"),
        (api_key(header="X-API-Key"), "/things", {}, None),
        (api_key(query="key"), "/things?key=abc", {}, "abc"),
        (api_key(query="key"), "/things?key=", {}, None),
        (None, "/things", {}, "everyone"),
    ],
)
def test_a_request_shows_its_account(
    auth: Auth | None, target: str, headers: dict[str, str], account: str | None
) -> None:
    """By token, by user name, by key; an error where it shows none."""
    fake = FakeSources(apis=[made(auth=auth)[0]])

    response = send(fake, "GET", target, **headers)

    assert response.status == (401 if account is None else 200)
    assert fake.journal.last().account == (account or "")
    assert not fake.violations


@pytest.mark.parametrize(
    ("auth", "right", "wrong"),
    [
        (bearer(), {"Authorization": "Bearer key"}, {"Authorization": "Bearer other"}),
        (basic(), {"Authorization": encoded("ann:key")}, {"Authorization": encoded("ann:other")}),
        (api_key(header="X-Key"), {"X_Key": "key"}, {"X_Key": "other"}),
    ],
)
def test_with_credentials_only_their_keys_are_valid(auth: Auth, right: dict[str, str], wrong: dict[str, str]) -> None:
    """The account has the name that the credentials give it."""
    fake = FakeSources(apis=[made(auth=auth)[0]], credentials={"things": {"ann": "key"}})

    assert send(fake, "GET", "/things", **right).status == 200
    assert fake.journal.last().account == "ann"
    assert send(fake, "GET", "/things", **wrong).status == 401


def test_accounts_have_rows_of_their_own() -> None:
    """And a test sees those of each."""
    api, things = made(auth=bearer())
    fake = FakeSources(apis=[api])
    send(fake, "POST", "/things", {"name": "a"}, Authorization="Bearer ann")
    send(fake, "POST", "/things", {"name": "b"}, Authorization="Bearer bob")

    assert [row.name for row in things.of(fake).all()] == ["a"]
    assert [row.name for row in fake.things.account("bob").things.values()] == ["b"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({"name": "x"}, "application/json", 201),
        ({"name": "x"}, "text/plain", 201),
        (b"name=x", FORM, 201),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"name=%ff", FORM, 400),
        ({}, "application/json", 400),
        ({"name": None}, "application/json", 400),
        ([], "application/json", 400),
        (b"", "application/json", 400),
    ],
)
def test_bodies_are_parsed(body: Any, kind: str, status: int) -> None:
    """JSON with any media type, forms where they are declared; other bodies are the API's error."""
    fake = FakeSources(apis=[made(media_types=("application/json", FORM))[0]], strict=False)

    assert send(fake, "POST", "/things", body, kind).status == status


@pytest.mark.parametrize(
    ("method", "target", "body", "rule"),
    [
        ("POST", "/things", {"name": 5}, "scalar-type"),
        ("POST", "/things", {"name": "x", "nme": "y"}, "unknown-parameter"),
        ("POST", "/things", b'{"name": "x", "name": "y"}', "given-twice"),
        ("POST", "/things?a=1", {"name": "x"}, "unknown-parameter"),
        ("GET", "/things?pge=1", b"", "unknown-parameter"),
        ("GET", "/things?page=1&page=2", b"", "given-twice"),
        ("GET", "/things?page=x", b"", ""),
        ("GET", "/things?page=1&flag=true", b"", ""),
    ],
)
def test_violations_are_reported(method: str, target: str, body: Any, rule: str) -> None:
    """A misspelt name, a scalar of another type, a name given twice."""
    fake = FakeSources(apis=[made()[0]], strict=False)
    send(fake, method, target, body)

    assert [violation.rule.rpartition(".")[2] for violation in fake.violations] == ([rule] if rule else [])


def test_other_query_parameters_may_be_ignored() -> None:
    """By choice of the API."""
    fake = FakeSources(apis=[made(unknown_query="ignore")[0]])

    assert send(fake, "GET", "/things?utm=1").status == 200
    assert not fake.violations


def test_errors_are_filled_templates() -> None:
    """With the type of their bodies."""
    template = {"title": "{field} is wrong", "detail": ["{expected}"], "status": 422, "braces": "{}"}
    fake = FakeSources(apis=[made(invalid=(422, template), error_media_type="application/problem+json")[0]])

    response = send(fake, "POST", "/things", {})

    assert json.loads(response.body) == {"title": "name is wrong", "detail": ["a value"], "status": 422, "braces": "{}"}
    assert dict(response.headers)["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("headers", [{"X-Version": "1"}, lambda call, result: (("X-Version", "1"),)])
def test_every_response_has_the_headers_of_the_api(headers: Any) -> None:
    """From a mapping, or from a function."""
    fake = FakeSources(apis=[made(headers=headers)[0]])

    assert dict(send(fake, "GET", "/things").headers)["X-Version"] == "1"
    assert dict(send(fake, "GET", "/nothing").headers)["X-Version"] == "1"


@pytest.mark.parametrize(
    "headers",
    [{"Location": "/things/1"}, (("Location", "/things/1"),), [("Location", "/things/1")]],
    ids=["mapping", "pairs", "list"],
)
def test_a_result_has_headers(headers: Any) -> None:
    """They take the place of the API's own of the same name; the others stay."""
    api = Api("things", host=HOST, headers={"X-Version": "1", "location": "/"})

    @api.post("/things", responses={202: None})
    def create_thing(_: Call) -> Result:
        """Create a thing."""
        return Result(202, None, headers)

    response = send(FakeSources(apis=[api]), "POST", "/things")

    assert [(name, value) for name, value in response.headers if name != "Date"] == [
        ("X-Version", "1"),
        ("Location", "/things/1"),
    ]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-Count": 3}, "headers: expected pairs of names and values, all of them texts"),
        ([("X", "a", "b")], "headers: expected pairs of names and values, all of them texts"),
        ({"X-Name": "a\r\nSet-Cookie: b"}, "headers: expected header names"),
        ({"X Name": "a"}, "headers: expected header names"),
        ({"Content-Length": "1"}, "headers: expected header names"),
    ],
)
def test_headers_that_http_does_not_allow_are_an_error(headers: Any, message: str) -> None:
    """Of the handler, not of the client."""
    api = Api("things", host=HOST)

    @api.get("/things", responses={200: None})
    def get_things(_: Call) -> Result:
        """Get things."""
        return Result(200, None, headers)

    with pytest.raises(TypeError, match=message):
        send(FakeSources(apis=[api]), "GET", "/things")


@pytest.mark.parametrize(
    ("style", "first", "second"),
    [("page", "page=1", "page=2"), ("offset", "offset=0", "offset=2"), ("cursor", "", None)],
)
def test_pages_follow_one_another(style: str, first: str, second: str | None) -> None:
    """By page, by offset, by cursor; a Link header leads to the next and back."""
    api, things = made(paging={"style": style, "link": True})
    fake = FakeSources(apis=[api])
    for name in "abc":
        things.of(fake).add(name=name)

    response = send(fake, "GET", f"/things?{first}")
    links = dict(part.split("; ")[::-1] for part in dict(response.headers)["Link"].split(", "))
    target = links['rel="next"'][1:-1].partition(HOST)[2]
    rest = send(fake, "GET", target)

    assert [each["name"] for each in json.loads(response.body)] == ["a", "b"]
    assert [each["name"] for each in json.loads(rest.body)] == ["c"]
    assert second is None or second in target
    assert 'rel="prev"' in dict(rest.headers)["Link"]
    assert 'rel="next"' not in dict(rest.headers)["Link"]


@pytest.mark.parametrize("cursor", ["x", "%00", "cm93OmE", "2", "%F0%9F%8E%89"])
def test_a_cursor_that_was_not_given_is_invalid(cursor: str) -> None:
    """It is the API's error."""
    fake = FakeSources(apis=[made(paging={"style": "cursor"})[0]])

    assert send(fake, "GET", f"/things?cursor={cursor}").status == 400


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (integer_ids(start=100), [100, 101]),
        (slug_ids("name"), ["my-thing", "my-thing-2"]),
        (uuid_ids(prefix="th_", hyphens=False), None),
    ],
)
def test_ids_are_made(ids: Any, expected: list[Any] | None) -> None:
    """The same ones in every fake."""

    def two() -> list[Any]:
        api, things = made(ids=ids)
        fake = FakeSources(apis=[api])
        return [things.of(fake).add(name="My thing!").id for _ in range(2)]

    assert two() == two()
    assert expected is None or two() == expected
    assert expected or all(id.startswith("th_") and len(id) == 35 for id in two())


def test_times_come_from_the_clock() -> None:
    """The time of creation is not changed by an update."""
    api, things = made()
    fake = FakeSources(apis=[api])
    row = things.of(fake).add(name="a")
    fake.clock.advance(seconds=60)
    changed = things.of(fake).change(row.id, name="b")

    assert (changed.made, (changed.changed - changed.made).seconds) == (row.made, 60)


def test_two_apis_of_one_host_are_distinguished_by_path() -> None:
    """A request that matches no endpoint belongs to the first API."""
    first, second = (
        Api("first", host=HOST),
        Api("second", host=HOST, base="/v2", no_such_endpoint=(404, {"second": "x"})),
    )
    first.get("/a", id="a", responses={204: None})(lambda call: None)
    second.get("/a", id="a", responses={204: None})(lambda call: None)
    fake = FakeSources(apis=[first, second])

    assert send(fake, "GET", "/v2/a").status == 204
    assert fake.journal.last().operation == "second.a"
    assert send(fake, "GET", "/a").status == 204
    assert fake.journal.last().operation == "first.a"
    assert send(fake, "GET", "/b").status == 404
    assert fake.journal.last().api == "first"


@pytest.mark.parametrize("path", ["/", "/a", "/a/"])
@pytest.mark.parametrize("base", ["", "/v1"])
def test_a_slash_at_the_end_makes_no_difference_where_it_is_ignored(base: str, path: str) -> None:
    """Neither in a request nor in the declaration, with a base and without one."""
    api = Api("things", host=HOST, base=base, trailing_slash=True)
    api.get(path, id="a", responses={204: None})(lambda call: None)
    fake = FakeSources(apis=[api])
    full_path = base + path.rstrip("/")

    assert [send(fake, "GET", each).status for each in (full_path or "/", f"{full_path}/")] == [204, 204]


def test_an_edition_may_have_shapes_of_its_own() -> None:
    """By override; the others share theirs."""
    api = Api("things", host=HOST, editions=("1", "2"))

    @api.get("/things", responses={200: Shown}, in_edition={"2": {"responses": {200: New}}})
    def get_thing(call: Call) -> Any:
        """Get the thing."""
        return {"name": "x"} if call.edition.name == "2" else {"id": 1, "name": "x"}

    assert json.loads(send(FakeSources(apis=[api]), "GET", "/things").body) == {"id": 1, "name": "x"}
    second = FakeSources(apis=[api], set={"things.edition": "2"})
    assert json.loads(send(second, "GET", "/things").body) == {"name": "x"}


@pytest.mark.parametrize("part", ["%00", "a%00b", "%00%00", "%E2%82%AC%00"])
def test_a_path_with_a_nul_character_is_an_error_of_the_api(part: str) -> None:
    """A row could not keep it either."""
    api, rows = made()

    @api.post("/named/<name>", responses={201: Shown})
    def create_named(call: Call) -> Thing:
        """Create a thing with the name in the path."""
        return rows.of(call).add(name=call.path["name"])

    fake = FakeSources(apis=[api])
    before = fake.snapshot()

    response = fake.handle(Request("POST", f"/named/{part}", host=HOST))

    assert response.status == 400
    assert not fake.diff(before)


class Filters(TypedDict, total=False):
    tag: list[str]
    size: list[int]
    where: dict[str, str]
    meta: TypedDict("Meta", {"order": int, "note": str}, total=False)  # type: ignore[valid-type]
    name: str


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tag=a", {"tag": ["a"]}),
        ("tag=a&tag=b", {"tag": ["a", "b"]}),
        ("tag[]=a&tag%5B%5D=b", {"tag": ["a", "b"]}),
        ("size=1&size=2", {"size": [1, 2]}),
        ("where[a]=1&where%5Bb%5D=2", {"where": {"a": "1", "b": "2"}}),
        ("meta[order]=5&meta[note]=5", {"meta": {"order": 5, "note": "5"}}),
        ("name=x&tag=a", {"name": "x", "tag": ["a"]}),
    ],
)
@pytest.mark.parametrize("place", ["query", "form"])
def test_arrays_and_objects_have_several_names(place: str, text: str, expected: Any) -> None:
    """In a query and in a form, as clients write them; none of them is given twice."""
    api, seen = Api("things", host=HOST, media_types=(FORM,)), []
    shapes: Any = {"query": Filters} if place == "query" else {"body": Filters}

    @api.post("/things", responses={200: None}, **shapes)
    def find_things(call: Call) -> None:
        """Find things."""
        seen.append(call.query if place == "query" else call.body)

    fake = FakeSources(apis=[api])
    target, body = (f"/things?{text}", b"") if place == "query" else ("/things", text.encode())

    assert send(fake, "POST", target, body, FORM).status == 200
    assert seen == [expected]
    assert not fake.violations


def test_a_body_that_no_operation_takes_is_reported() -> None:
    """As a query parameter is that the operation does not have."""
    api = Api("things", host=HOST)

    @api.post("/things", responses={200: None})
    def create_thing(_: Call) -> None:
        """Create a thing."""

    fake = FakeSources(apis=[api])

    assert send(fake, "POST", "/things", b'{"a": 1}').status == 200
    assert [(each.rule, each.actual) for each in fake.violations] == [
        ("things.create_thing.unknown-parameter", "a body")
    ]
