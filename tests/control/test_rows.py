"""Rows of every API through the control plane: listed, added, changed and removed as in Python, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, TypedDict
from uuid import UUID

import pytest
from calling import Caller

from fakesources import InternalError
from fakesources.control.hosted import Hosted
from fakesources.core.state.handles import AccountHandle
from fakesources.kit import Api

SECRET = "s3cret-0f-a-token"
TICKET = UUID(int=7)


@dataclass(frozen=True)
class Order:
    id: str
    title: str
    made_at: datetime
    api_token: str = SECRET
    day: date | None = None
    tags: tuple[str, ...] = ()
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            raise InternalError("a bug")
        if self.size > 9:
            raise RuntimeError("an order of this size does not exist")


def shop() -> Api:
    """Return an API of one's own with rows that have a secret, a time, a date and a list."""
    api = Api("shop", host="shop.example")
    rows = api.rows("orders", Order, ids=lambda ids, _name, fields: f"acme/{fields['title']}", created="made_at")

    @api.get("/orders", responses={200: list[Order]})
    def orders(call: Any) -> Any:
        """List the orders."""
        return rows.of(call).all()

    return api


@pytest.fixture
def own() -> Caller:
    """Client of a hosted fake of an API of one's own."""
    return Caller(Hosted({"apis": [shop().api]}))


def table(caller: Caller, query: str) -> Any:
    """Return the one table of rows that a query matches."""
    [found] = caller.control("GET", f"/rows?{query}")[1]["tables"]
    return found


ADDED = [
    ("datasift", "sources", {"name": "Rock", "running": True}, {"name": "Jazz", "created_at": "2026-01-02T00:00:00Z"}),
    ("curator", "feeds", {"name": "My feed", "moderation": "pre"}, {"name": "Other", "meta": {"a": [1]}}),
    ("curator", "sources", {"tag": "cats", "active": False}, {"tag": "dogs", "error_count": 2}),
    (
        "curator",
        "posts",
        {"text": "hi", "source_created_at": "2026-01-01T12:00:00+02:00"},
        {"pinned": True, "likes": 3},
    ),
]


@pytest.mark.parametrize(
    ("api", "name", "fields", "changes"), ADDED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_row_is_added_changed_and_removed(
    caller: Caller, api: str, name: str, fields: dict[str, Any], changes: dict[str, Any]
) -> None:
    """The responses and the list have the same row, and Python has it."""
    status, added = caller.control("POST", f"/rows/{api}/{name}", fields)
    rows = getattr(getattr(caller.fake, api), name)
    id = added["row"]["id"]

    assert status == 201
    assert id in rows
    assert table(caller, f"api={api}&name={name}")["rows"][-1] == added["row"]
    assert caller.control("PATCH", f"/rows/{api}/{name}/{id}", changes)[0] == 200
    [changed] = [row for row in table(caller, f"api={api}&name={name}")["rows"] if row["id"] == id]
    assert {field: changed[field] for field in changes if field != "created_at"} == {
        field: value for field, value in changes.items() if field != "created_at"
    }
    assert caller.control("DELETE", f"/rows/{api}/{name}/{id}") == (200, {"row": changed})
    assert id not in rows


def test_rows_of_an_own_api_are_listed_added_changed_and_removed(own: Caller) -> None:
    """An id may have a slash in it, encoded as in any path."""
    status, added = own.control("POST", "/rows/shop/orders", {"title": "one", "day": "2026-02-03", "tags": ["a"]})
    path = "/rows/shop/orders/acme%2Fone"

    assert status == 201
    assert added["row"] == {
        "id": "acme/one", "title": "one", "made_at": "2026-01-01T00:00:00+00:00", "api_token": "***", "day": "2026-02-03",
        "tags": ["a"], "size": 1,
    }  # fmt: skip
    assert own.fake.shop.orders["acme/one"].day == date(2026, 2, 3)
    assert own.control("PATCH", path, {"size": 3})[1]["row"]["size"] == 3
    assert own.fake.shop.orders["acme/one"].api_token == SECRET
    assert own.control("DELETE", path)[0] == 200
    assert not own.fake.shop.orders


class Described(TypedDict):
    title: Annotated[str, "Title of an invoice."]


class DescribedOrder(TypedDict):
    title: Annotated[str, "Title of an order."]


def test_a_field_is_described_first_as_in_operations_on_its_rows() -> None:
    api = Api("shop", host="shop.example")
    for name in ("orders", "invoices"):
        api.rows(name, Order, ids=lambda ids, _name, fields: fields["title"], created="made_at")

    @api.get("/invoices", responses={200: list[Described]})
    def invoices(call: Any) -> Any:
        """List the invoices."""

    @api.get("/orders", responses={200: list[DescribedOrder]})
    def orders(call: Any) -> Any:
        """List the orders."""

    caller = Caller(Hosted({"apis": [api.api]}))
    described = {
        name: {each["name"]: each["description"] for each in table(caller, f"name={name}")["fields"]}["title"]
        for name in ("orders", "invoices")
    }

    assert described == {"orders": "Title of an order.", "invoices": "Title of an invoice."}


def test_every_field_is_described(own: Caller, caller: Caller) -> None:
    fields = {each["name"]: each for each in table(own, "name=orders")["fields"]}

    assert {name for name, each in fields.items() if each["required"]} == {"title"}
    assert {name for name, each in fields.items() if each["secret"]} == {"api_token"}
    assert {name for name, each in fields.items() if not each["change"]} == {"id"}
    assert fields["made_at"]["type"] == "date-time"
    assert fields["day"]["schema"] == {"type": ["string", "null"], "format": "date"}
    for found in caller.control("GET", "/rows")[1]["tables"]:
        assert all(each["type"] and each["schema"] is not None for each in found["fields"])
        assert next(each for each in found["fields"] if each["name"] in ("name", "message", "text"))["description"]


def test_a_table_is_listed_in_parts(caller: Caller) -> None:
    for number in range(5):
        caller.control("POST", "/rows/curator/feeds", {"name": f"feed {number}"})

    found = table(caller, "api=curator&name=feeds&start=2&limit=3")

    assert [row["name"] for row in found["rows"]] == ["feed 1", "feed 2", "feed 3"]
    assert found["total"] == 6


def test_rows_belong_to_the_account_that_is_named(caller: Caller) -> None:
    """By its name, or by the number that the list of accounts gives it."""
    caller.create("of alice", "alice")
    caller.create("of bob", "bob")
    numbers = {
        each["account"]: each["number"] for each in caller.control("GET", "/accounts?api=datasift")[1]["accounts"]
    }

    caller.control("POST", f"/rows/datasift/sources?account=%23{numbers['bob']}", {"name": "by number"})
    caller.control("POST", "/rows/datasift/sources?account=bob", {"name": "by name"})

    assert set(caller.names("bob")) == {"of bob", "by number", "by name"}
    assert caller.names("alice") == ["of alice"]
    assert table(caller, f"account=%23{numbers['bob']}&name=sources")["account"] == "bob"
    assert caller.control("GET", "/rows?account=carol")[1] == {"tables": []}


class TestSecrets:
    """Masked in every response, and never written back."""

    @pytest.mark.parametrize(
        "body",
        [
            {"auth": [{"parameters": {"value": "***"}}]}, {"name": "***"}, {"parameters": {"***": True}},
            {"resources": [{"parameters": {"value": "***"}}]}, {"name": "x", "auth": [{"identity_id": "***"}]},
        ],
        ids=str,
    )  # fmt: skip
    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
    def test_a_mask_is_rejected_and_nothing_changes(self, caller: Caller, method: str, body: dict[str, Any]) -> None:
        id = caller.create()["id"]
        before = caller.fake.snapshot()
        path = "/rows/datasift/sources" if method == "POST" else f"/rows/datasift/sources/{id}"

        status, error = caller.control(method, path, body)

        assert 400 <= status < 500, error
        assert error["name"] == ("invalid" if method == "DELETE" else "masked-value")
        assert "$" in error["error"]
        assert not caller.fake.diff(before)

    def test_a_text_that_the_list_shows_masked_is_rejected(self, caller: Caller) -> None:
        """One with `***` that nothing masked is an ordinary text."""
        _, added = caller.control(
            "POST", "/rows/curator/posts", {"url": f"https://x.example/?token={SECRET}", "text": "a *** b"}
        )
        row = added["row"]
        before = caller.fake.snapshot()

        masked, _ = caller.control("PATCH", f"/rows/curator/posts/{row['id']}", {"url": row["url"]})

        assert SECRET not in json.dumps(row)
        assert masked == 422
        assert not caller.fake.diff(before)
        assert caller.control("PATCH", f"/rows/curator/posts/{row['id']}", {"text": row["text"]})[0] == 200

    def test_no_response_shows_one(self, caller: Caller, own: Caller) -> None:
        auth = [{"parameters": {"value": SECRET}}]
        _, added = caller.control("POST", "/rows/datasift/sources", {"source_type": "facebook_page", "auth": auth})
        id = added["row"]["id"]
        own.control("POST", "/rows/shop/orders", {"title": "one"})
        responses = [
            added,
            caller.control("GET", "/rows")[1],
            own.control("GET", "/rows")[1],
            caller.control("PATCH", f"/rows/datasift/sources/{id}", {"name": "x", "auth": auth}),
            caller.control("PATCH", f"/rows/datasift/sources/{id}", {"auth": SECRET}),
            caller.control("PATCH", f"/rows/datasift/sources/{id}", {"auth": [{"parameters": SECRET}]}),
            caller.control("PATCH", f"/rows/datasift/sources/{id}", {"auth": [{"token": SECRET, "parameters": {}}]}),
            own.control("PATCH", "/rows/shop/orders/acme%2Fone", {"api_token": [SECRET]}),
            caller.control("DELETE", f"/rows/datasift/sources/{id}"),
        ]

        assert SECRET not in json.dumps(responses)


SOURCES = "/rows/datasift/sources"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "/rows/datsift/sources", {}, 404, "expected 'datasift' or 'curator', got 'datsift'; did you mean 'datasift'?"),
        ("POST", "/rows/datasift/sorces", {}, 404, "(sources, log), got 'sorces'; did you mean 'sources'?"),
        ("POST", SOURCES, {"nmae": "x"}, 400, "got 'nmae'; did you mean 'name'?"),
        ("POST", SOURCES, {"name": 7}, 400, "$.name: expected a text, got 7"),
        ("POST", SOURCES, {"created_at": "soon"}, 400, "$.created_at: expected a time in ISO 8601"),
        ("POST", SOURCES, {"created_at": "2026-01-01T00:00:00"}, 400, "$.created_at"),
        ("POST", SOURCES, {"resources": [7]}, 400, "$.resources[0]"),
        ("POST", SOURCES, [], 400, "object"),
        ("POST", SOURCES, {"source_type": "facebok_page"}, 422, "source_type: expected facebook_page, "),
        ("POST", SOURCES, {"source_type": "facebok_page"}, 422, "did you mean 'facebook_page'?"),
        ("POST", SOURCES, {"resources": [{"parameters": {"x": 1}}]}, 422, "resources[0].parameters"),
        ("POST", "/rows/datasift/log", {}, 400, "expected also 'source_id'"),
        ("POST", "/rows/datasift/log", {"source_id": "x"}, 422, "source_id: expected "),
        ("POST", "/rows/curator/posts", {"feed_id": "x"}, 422, "feed_id: expected one of the feeds"),
        ("POST", "/rows/curator/feeds", {"id": "x"}, 422, "id: expected 20 to 50 letters"),
        ("POST", "/rows/curator/feeds", {"moderation": "none"}, 400, "$.moderation: expected one of post, pre"),
        ("POST", "/rows/curator/posts", {"source_created_at": 1}, 400, "$.source_created_at: expected a time"),
        ("PATCH", f"{SOURCES}/none", {"name": "x"}, 404, "id: expected one of the sources"),
        ("PATCH", f"{SOURCES}/ID", {}, 400, "at least one of name, "),
        ("PATCH", f"{SOURCES}/ID", {"id": "x"}, 400, "got 'id'"),
        ("PATCH", f"{SOURCES}/ID", {"running": "yes"}, 400, "$.running: expected true or false"),
        ("PATCH", "/rows/curator/posts/99999999999999999999999", {"text": "x"}, 404, "id: expected "),
        ("PATCH", "/rows/datasift/log/1", {"message": "x"}, 404, "the log"),
        ("DELETE", f"{SOURCES}/none", None, 404, "id: expected "),
        ("DELETE", f"{SOURCES}/ID", {"name": "x"}, 400, "got 'name'"),
        ("GET", "/rows?api=datsift", None, 404, "did you mean 'datasift'?"),
        ("GET", "/rows?limit=0", None, 400, "$.limit: expected at least 1"),
        ("GET", "/rows?account=%2399", None, 404, "$.account: expected the number of an account (#"),
        ("GET", "/rows?account=***", None, 400, "$.account: expected the name of an account, or its number"),
        ("POST", f"{SOURCES}?account=%232", {}, 404, "got #2, which is an account of curator"),
        ("GET", "/journal/99", None, 404, "expected the number of one in the journal (1), got '99'"),
        ("GET", "/journal/first", None, 404, "got 'first'"),
        ("DELETE", "/journal?account=aliec", None, 400, "did you mean 'alice'?"),
        ("GET", "/operations?api=datsift", None, 404, "did you mean 'datasift'?"),
    ],
)  # fmt: skip
def test_an_error_names_the_place_and_the_expected_value(
    caller: Caller, method: str, path: str, body: Any, status: int, message: str
) -> None:
    """And changes nothing."""
    id = caller.create()["id"]
    caller.control("GET", "/accounts")
    before = caller.fake.snapshot()

    actual, error = caller.control(method, path.replace("ID", id), body)

    assert (actual, set(error)) == (status, {"error", "name"}), error
    assert message in error["error"]
    assert not caller.fake.diff(before)
    assert len(caller.fake.journal) == 1


def test_what_the_class_of_a_row_raises_is_an_error_of_the_request(own: Caller) -> None:
    status, error = own.control("POST", "/rows/shop/orders", {"title": "big", "size": 10})

    assert (status, error["name"]) == (422, "invalid-row")
    assert "an order of this size does not exist" in error["error"]
    assert not own.fake.shop.orders


def test_an_internal_error_of_the_class_of_a_row_is_no_error_of_the_request(own: Caller) -> None:
    with pytest.raises(InternalError, match="a bug"):
        own.control("POST", "/rows/shop/orders", {"title": "negative", "size": -1})


@pytest.mark.parametrize(("depth", "status"), [(60, 201), (70, 400)])
def test_fields_are_nested_as_deep_as_a_body_may_be(depth: int, status: int) -> None:
    tree: Any = 1
    for _ in range(depth):
        tree = [tree]
    desk = Caller(Hosted({"apis": [tickets().api]}))

    assert desk.control("POST", "/rows/desk/tickets", {"tree": tree})[0] == status
    assert [each.tree for each in desk.fake.desk.tickets.values()] == ([tree] if status == 201 else [])


@pytest.mark.parametrize("handle", [None, AccountHandle])
def test_an_api_without_a_handle_has_no_rows_and_no_actions(handle: Any) -> None:
    """So has one whose handle lists no rows."""
    hosted = Caller(Hosted({"apis": [replace(shop().api, handle=handle)]}))
    hosted.send("GET", "/orders", host="shop.example")

    assert hosted.control("GET", "/rows") == (200, {"tables": []})
    assert hosted.control("POST", "/rows/shop/orders", {"title": "x"})[0] == 404
    assert hosted.control("POST", "/actions/shop/stop", {})[0] == 404


def test_rows_without_a_method_cannot_change(caller: Caller) -> None:
    id = caller.create()["id"]
    entry = caller.control("POST", "/rows/datasift/log", {"source_id": id})[1]["row"]["id"]

    status, error = caller.control("PATCH", f"/rows/datasift/log/{entry}", {"message": "x"})

    assert status == 400
    assert "expected no fields, since these rows cannot change" in error["error"]


class TestAccounts:
    """Accounts by number."""

    def test_they_are_listed_with_names_or_masked(self, caller: Caller, hosting: Callable[..., Caller]) -> None:
        caller.create(user="alice")
        for key in ("ABCD-1234", "EFGH-5678"):
            caller.send("GET", f"/v1/feeds?api_key={key}")

        _, listed = caller.control("GET", "/accounts")

        facts = [(each["number"], each["api"], each["account"], each["home"]) for each in listed["accounts"]]
        assert facts == [
            (1, "datasift", "alice", True), (2, "curator", "***", True), (3, "curator", "***", False)
        ]  # fmt: skip
        assert hosting({"home": "none"}).control("GET", "/accounts")[1] == {"accounts": []}

    def test_a_number_stays_that_of_its_account(self, caller: Caller) -> None:
        caller.create(user="alice")
        caller.create(user="bob")
        before = caller.control("GET", "/accounts")[1]
        caller.control("POST", "/reset?account=alice")

        assert caller.control("GET", "/accounts")[1] == before

    def test_an_account_is_chosen_by_its_number_wherever_by_its_name(self, caller: Caller) -> None:
        """In one API alone, where the name may be one of several."""
        for key in ("ABCD-1234", "EFGH-5678"):
            caller.send(
                "POST", f"/v1/feeds?api_key={key}", b'{"name": "n", "nmae": 1}', (("Content-Type", "application/json"),)
            )
        [number] = [
            each["number"] for each in caller.control("GET", "/accounts?api=curator")[1]["accounts"] if not each["home"]
        ]  # fmt: skip
        account = f"account=%23{number}"
        caller.control("POST", "/snapshots", {"name": "s"})

        assert [each["number"] for each in caller.control("GET", f"/journal?{account}")[1]["exchanges"]] == [2]
        assert [each["exchange"] for each in caller.control("GET", f"/violations?{account}")[1]["violations"]] == [2]
        assert caller.control("DELETE", f"/violations?{account}")[1] == {"cleared": 1}
        fault = {"operation": "curator.feeds.list", "respond": 503, "account": f"#{number}"}
        assert caller.control("POST", "/faults", fault)[1]["account"] == "***"
        statuses = [caller.send("GET", f"/v1/feeds?api_key={key}").status for key in ("ABCD-1234", "EFGH-5678")]
        assert statuses == [200, 503]
        assert caller.control("PUT", "/test", {"name": "t", "account": f"#{number}"})[0] == 200
        assert caller.fake.tests == {"EFGH-5678": "t"}
        assert caller.control("POST", f"/reset?{account}")[1] == {"reset": ["curator"]}
        assert len(caller.fake.curator.account("EFGH-5678").feeds) == 1
        assert caller.control("POST", f"/snapshots/s/restore?{account}")[0] == 200
        assert len(caller.fake.curator.account("EFGH-5678").feeds) == 2

    def test_a_home_account_that_has_no_caller_yet_is_reset_and_restored_by_its_number(self, caller: Caller) -> None:
        caller.control("POST", "/snapshots", {"name": "empty"})
        caller.control("POST", "/rows/datasift/sources?account=%231", {"name": "x"})
        caller.control("POST", "/snapshots", {"name": "full"})
        assert caller.names("alice") == ["x"]
        caller.control("POST", "/snapshots/full/restore")

        for path, count in (("/reset", 0), ("/snapshots/full/restore", 1), ("/snapshots/empty/restore", 0)):
            assert caller.control("POST", f"{path}?account=%231")[0] == 200
            assert len(caller.fake.datasift.sources) == count


class TestOperations:
    """Operations of the faked APIs."""

    def test_each_has_its_parameters_errors_and_page(self, caller: Caller) -> None:
        _, listed = caller.control("GET", "/operations")

        rows = {each["id"]: each for each in listed["operations"]}
        known = {endpoint.id for service in caller.fake.services.values() for endpoint in service.api.endpoints}
        assert set(rows) == known
        start = rows["datasift.source.start"]
        assert {"not-found": 404}.items() <= {each["name"]: each["status"] for each in start["errors"]}.items()
        assert {each["name"]: each["in"] for each in start["parameters"]} == {"version": "path", "id": "body"}
        assert start["page"].startswith("https://")
        for each in rows.values():
            assert sorted(error["name"] for error in each["errors"]) == caller.fake.faults.names(each["id"])

    def test_those_of_one_api_are_listed_alone(self, own: Caller) -> None:
        [row] = own.control("GET", "/operations?api=shop")[1]["operations"]

        assert (row["id"], row["summary"], row["page"]) == ("shop.orders", "List the orders.", "")


class TestExchanges:
    """One exchange, and the time and fault of each."""

    def test_one_has_its_bodies_and_a_command_that_repeats_it(self, caller: Caller) -> None:
        caller.create()

        status, found = caller.control("GET", "/journal/1")

        assert status == 200
        assert found["exchange"]["response_body"]["name"] == "Rock"
        assert found["curl"].startswith("curl ")
        assert "s3cret" not in json.dumps(found)
        assert "t0ken" not in json.dumps(found)

    @pytest.mark.parametrize(
        ("fault", "shown"),
        [
            ({"error": "not-found"}, "not-found"), ({"respond": 503}, "status 503"), ({"disconnect": "reset"}, "reset"),
            ({"delay": 2}, "delay of 2 s"), ({"delay": 2, "account": "bob"}, ""),
        ],
        ids=str,
    )  # fmt: skip
    def test_each_has_its_duration_and_its_fault(self, caller: Caller, fault: dict[str, Any], shown: str) -> None:
        """A delay of a client on a socket counts, wherever it is waited for."""
        id = caller.create()["id"]
        caller.create(user="bob")
        caller.control("POST", "/faults", {"operation": "datasift.source.start", **fault})

        caller.send("PUT", f"/v1.6/source/start?id={id}", headers=(("Authorization", "alice:key"),))

        exchange = caller.control("GET", "/journal?after=2")[1]["exchanges"][0]
        assert exchange["fault"] == shown
        assert exchange["duration"] > (2000 if shown.startswith("delay") else 0)

    def test_the_journal_is_cleared_for_one_account_or_for_all(self, caller: Caller) -> None:
        for user in ("alice", "bob", "bob"):
            caller.create(user=user)
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        assert caller.control("DELETE", "/journal?account=bob")[1] == {"cleared": 2}
        assert [each.number for each in caller.fake.journal] == [1, 4]
        assert caller.control("DELETE", "/journal?api=curator")[1] == {"cleared": 1}
        assert caller.control("DELETE", "/journal")[1] == {"cleared": 1}
        assert caller.control("GET", "/journal")[1] == {"exchanges": [], "total": 0, "removals": 3}


@dataclass(frozen=True)
class Ticket:
    id: UUID
    title: str = ""
    tree: Any = None


def tickets() -> Api:
    """Return an API with rows whose ids are neither texts nor numbers."""
    api = Api("desk", host="desk.example")
    rows = api.rows("tickets", Ticket, ids=lambda ids, name, fields: TICKET)

    @api.get("/tickets", responses={200: list[Ticket]})
    def list_tickets(call: Any) -> Any:
        """List the tickets."""
        return rows.of(call).all()

    return api


def test_a_row_is_found_by_the_text_of_its_id() -> None:
    own = Caller(Hosted({"apis": [tickets().api]}))
    own.control("POST", "/rows/desk/tickets", {"title": "first"})

    status, _ = own.control("PATCH", f"/rows/desk/tickets/{TICKET}", {"title": "second"})
    unknown, _ = own.control("PATCH", f"/rows/desk/tickets/{UUID(int=8)}", {"title": "third"})

    assert (status, unknown) == (200, 404)
    assert own.fake.desk.tickets[TICKET].title == "second"
