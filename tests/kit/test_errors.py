"""Errors of an API of one's own: their fields, their statuses, and how recorded ones are recognized."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis import registry
from fakesources.kit import Api, ApiErrorRaised, Call, bearer, paginate
from fakesources.kit.testing import ApiTests
from fakesources.verify.checker import Check
from fakesources.verify.recordings.entry import Entry

HOST = "api.things.test"
KEY = (("Authorization", "Bearer key"), ("Content-Type", "application/json"))


class New(TypedDict):
    name: str
    size: int


class Shown(TypedDict):
    id: int
    name: str


class Query(TypedDict, total=False):
    page: str


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: int
    name: str
    size: int = 1


def problem(title: str, detail: str, status: int) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "detail": detail, "status": status, "errors": [{"text": detail}]}


def made(**options: Any) -> Api:
    """Return an API whose errors have several texts, numbers and lists."""
    api = Api(
        "things",
        host=HOST,
        auth=bearer(),
        **{
            "unauthorized": (401, {"text": "{method} {path} needs a key"}),
            "invalid": (422, problem("Invalid", "{json_path} ({field}): expected {expected}", 422)),
            "no_such_endpoint": (404, {"text": "{method} {path} is nowhere"}),
            "too_large": (413, {"text": "{method} {path} is too large"}),
            "unreadable": (400, {"text": "{method} {path}: the {part} {reason}"}),
        }
        | options,
    )
    things = api.rows("things", Thing)
    not_found = api.error("not-found", 404, problem("Not found", "There is no thing {id} at {path}", 404))
    taken = api.error("taken", 422, problem("Taken", "A thing named {name} exists, {hint}", 422))
    refused = api.error("refused", 200, {"ok": False, "error": "{name} refused"})

    @api.get("/things", query=Query, responses={200: list[Shown]})
    def list_things(call: Call) -> Any:
        """List things."""
        return paginate(call, things.of(call).all())

    @api.post("/things", body=New, responses={200: Shown}, errors=(taken, refused))
    def create_thing(call: Call) -> Any:
        """Create a thing."""
        if call.body["name"] == "taken":
            raise ApiErrorRaised(taken, hint="choose another")
        if call.body["name"] == "odd":
            raise ApiErrorRaised(refused)
        return things.of(call).add(**call.body)

    @api.get("/things/<id>", responses={200: Shown}, errors=(not_found,))
    def get_thing(call: Call) -> Any:
        """Get a thing."""
        return things.of(call).get(call.path["id"], otherwise=not_found)

    return api


def send(fake: FakeSources, method: str, target: str, body: Any = None, headers: Any = KEY) -> tuple[int, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    response = fake.handle(Request(method, target, headers, content, HOST))
    return response.status, json.loads(response.body)


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "path", "text"),
    [
        ("GET", "/nowhere", None, 404, "text", "GET /nowhere is nowhere"),
        ("GET", "/things/7", None, 404, "detail", "There is no thing 7 at /things/7"),
        ("POST", "/things", {"name": "a"}, 422, "detail", "$.size (size): expected a value"),
        ("POST", "/things", {"name": [], "size": 1}, 422, "detail", "$.name (name): expected string"),
        ("POST", "/things", {"name": "taken", "size": 1}, 422, "detail", "A thing named taken exists, choose another"),
        ("POST", "/things", {"name": "odd", "size": 1}, 200, "error", "odd refused"),
        ("GET", "/things?page=x", None, 422, "detail", "$.page (page): expected integer"),
        ("GET", "/things?page=%C2%B2", None, 422, "detail", "$.page (page): expected integer"),
    ],
)
def test_the_fields_of_an_error_are_filled(
    method: str, target: str, body: Any, status: int, path: str, text: str
) -> None:
    """From what is raised, the path, the body, the query and the request itself."""
    got, value = send(FakeSources(apis=[made()]), method, target, body)

    assert (got, value[path]) == (status, text)


def test_an_error_before_the_operation_has_the_fields_of_its_request() -> None:
    """No credential, a body that cannot be parsed, one that is too large."""
    fake = FakeSources(apis=[made()])

    assert send(fake, "GET", "/things", headers=()) == (401, {"text": "GET /things needs a key"})
    response = fake.handle(Request("POST", "/things", KEY, b"{", HOST))
    assert json.loads(response.body)["text"].startswith("POST /things: the body ")
    response = fake.handle(Request("POST", "/things", KEY, b"1" * (1 << 20 | 1), HOST))
    assert json.loads(response.body) == {"text": "POST /things is too large"}


def test_an_error_with_the_status_of_a_success_is_planned_by_name() -> None:
    """As APIs have it that answer 200 to everything."""
    fake = FakeSources(apis=[made()])
    fake.faults.error("things.create_thing", "refused", fields={"name": "a"})

    assert send(fake, "POST", "/things", {"name": "a", "size": 1}) == (200, {"ok": False, "error": "a refused"})


API = made()


class TestTheseErrors(ApiTests):
    """An API with an error of status 200 passes the tests that every API should pass."""

    api = API


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """Check with this module's API among the installed ones."""
    monkeypatch.setattr(registry, "_added", [f"{__name__}:API"])
    registry.installed.cache_clear()
    yield Check()
    registry.installed.cache_clear()


NOWHERE = problem("Not found", "There is no thing 7 at /things/7", 404)
MISSING = problem("Invalid", "$.size (size): expected a value", 422)
TAKEN = problem("Taken", "A thing named b exists, sorry", 422)


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "value", "paths"),
    [
        ("GET", "/things/7", None, 404, NOWHERE, []),
        ("GET", "/things/7", None, 404, NOWHERE | {"title": "Gone"}, ["$.title"]),
        ("GET", "/things/7", None, 404, NOWHERE | {"detail": "No"}, ["$.detail"]),
        ("GET", "/things/7", None, 404, NOWHERE | {"status": 405}, ["$.status"]),
        ("GET", "/things/7", None, 404, NOWHERE | {"errors": [{"text": "No"}]}, ["$.errors[0].text"]),
        ("POST", "/things", {"name": "a"}, 422, MISSING, []),
        ("POST", "/things", {"name": "b", "size": 1}, 422, TAKEN, []),
        ("POST", "/things", {"name": "b", "size": 1}, 422, TAKEN | {"title": "Odd"}, ["$.title"]),
        ("POST", "/things", {"name": "b", "size": 1}, 200, {"ok": False, "error": "b refused"}, []),
        ("POST", "/things", {"name": "b", "size": 1}, 200, {"id": 1, "name": "b"}, []),
        ("POST", "/things", {"name": "b"}, 200, {"ok": False, "error": "b refused"}, []),
        ("POST", "/things", {"name": "b"}, 200, {"id": 1, "name": "b"}, ["$.size"]),
    ],
)
def test_a_recorded_error_is_compared_with_its_template(
    check: Check, method: str, target: str, body: Any, status: int, value: Any, paths: list[str]
) -> None:
    """Whatever its fields are; each other part has to be equal."""
    content = b"" if body is None else json.dumps(body).encode()
    request = Request(method, target, KEY, content, HOST)
    response = Response(status, (("Content-Type", "application/json"),), json.dumps(value).encode())

    [found] = check.add(Entry("entry 1", request, response)).values()

    assert [violation.path for violation in found] == paths
