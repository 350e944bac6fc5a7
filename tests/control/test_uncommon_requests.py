"""Requests to the control plane that few clients send, each with its own way through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from calling import JSON, Caller

from fakesources.control.hosted import Hosted
from fakesources.control.violations import MAX_NAMED_TESTS
from fakesources.kit import Api

ALICE = (("Authorization", "alice:s3cret"),)
TICKET = UUID(int=7)


@dataclass(frozen=True)
class Ticket:
    id: UUID
    title: str = ""


def tickets() -> Api:
    """Return an API with rows whose ids are neither texts nor numbers."""
    api = Api("desk", host="desk.example")
    rows = api.rows("tickets", Ticket, ids=lambda ids, name, fields: TICKET)

    @api.get("/tickets", responses={200: list[Ticket]})
    def list_tickets(call: Any) -> Any:
        """List the tickets."""
        return rows.of(call).all()

    return api


def test_the_fault_of_an_account_happens_to_no_request_without_a_credential(caller: Caller) -> None:
    caller.control("POST", "/faults", {"operation": "datasift.source.get", "account": "alice", "respond": 503})

    statuses = [caller.send("GET", "/v1.6/source/get", headers=headers).status for headers in ((), ALICE)]

    assert statuses == [401, 503]


def test_one_api_is_reset_alone(caller: Caller) -> None:
    caller.create("Rock")
    caller.send("POST", "/v1/feeds?api_key=k", b'{"name": "Ours"}', JSON)

    status, value = caller.control("POST", "/reset?api=curator")

    assert (status, value) == (200, {"reset": ["curator"]})
    assert caller.names() == ["Rock"]
    assert [each["name"] for each in json.loads(caller.send("GET", "/v1/feeds?api_key=k").body)] == ["Default"]


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ({"respond": 204}, None),
        ({"respond": 200, "body": "plain", "headers": {"Content-Type": "text/plain"}}, "(5 bytes that cannot be read)"),
        ({"respond": 200, "body": {"auth": "t0ken"}}, {"auth": "***"}),
    ],
    ids=["no body", "text", "JSON"],
)
def test_the_body_of_a_response_is_shown_by_its_media_type(caller: Caller, fault: Any, body: Any) -> None:
    caller.control("POST", "/faults", {"operation": "datasift.source.get", **fault})
    caller.send("GET", "/v1.6/source/get", headers=ALICE)

    [exchange] = caller.control("GET", "/journal?bodies=true")[1]["exchanges"]

    assert exchange["response_body"] == body


def test_the_names_of_the_latest_tests_are_kept(caller: Caller) -> None:
    for number in range(MAX_NAMED_TESTS + 1):
        caller.control("PUT", "/test", {"name": f"test {number}", "account": f"a{number}"})

    assert list(caller.fake.tests) == [f"a{number}" for number in range(1, MAX_NAMED_TESTS + 1)]


def test_a_row_is_found_by_the_text_of_its_id() -> None:
    own = Caller(Hosted({"apis": [tickets().api]}))
    own.control("POST", "/rows/desk/tickets", {"title": "first"})

    status, _ = own.control("PATCH", f"/rows/desk/tickets/{TICKET}", {"title": "second"})
    unknown, _ = own.control("PATCH", f"/rows/desk/tickets/{UUID(int=8)}", {"title": "third"})

    assert (status, unknown) == (200, 404)
    assert own.fake.desk.tickets[TICKET].title == "second"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("method=PUT", "method PUT"),
        ("violations=true", "with violations"),
        ("violations=false&status=500", "no violations and status 500"),
    ],
)
def test_a_condition_that_no_exchange_meets_is_named(caller: Caller, query: str, text: str) -> None:
    caller.send("GET", "/v1.6/source/get", headers=ALICE)

    status, value = caller.control("GET", f"/journal/only?{query}")

    assert (status, text in value["error"]) == (409, True)


@pytest.mark.parametrize("other", ["load", "save"])
def test_a_file_for_the_state_excludes_the_others(other: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^state: expected neither --load nor --save"):
        Hosted({}, state=tmp_path / "state.json", **{other: tmp_path / "other.json"})


@pytest.mark.parametrize("name", ["none.json", "."], ids=["missing", "folder"])
def test_a_state_that_cannot_be_read_is_an_error_with_its_file(
    hosting: Callable[..., Caller], name: str, tmp_path: Path
) -> None:
    file = tmp_path / name

    with pytest.raises(ValueError, match=f"^{file}: "):
        hosting(load=file)
