"""The operations of the control plane, and its errors."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from calling import JSON, Caller
from whole_texts import WholeText

from fakesources.control.api import CONTROL, ENDPOINTS

KEYS = ("ABCD-1234", "s3cret", "t0ken")
FORM = {"Authorization": "alice:key", "Content-Type": "application/x-www-form-urlencoded"}
JSON_BODY = {"Authorization": "alice:key", "Content-Type": "application/json"}
ALICE = (("Authorization", "alice:s3cret"),)


def test_the_index_lists_every_operation_once(caller: Caller) -> None:
    """No two of them share a method and a path."""
    _, index = caller.control("GET", "")

    listed = [(each["method"], each["path"]) for each in index["operations"]]
    assert listed == [(endpoint.documented[0], endpoint.paths[0]) for endpoint in ENDPOINTS]
    assert len(set(listed)) == len(listed)
    assert all(each["summary"].endswith(".") for each in index["operations"])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.id)
def test_every_schema_exists_and_describes_its_properties(endpoint: Any) -> None:
    for name in filter(None, (endpoint.query_schema, endpoint.body_schema, *endpoint.responses.values())):
        assert CONTROL.schemas.exists(f"control/{name}.json")
        for schema in CONTROL.schemas.load(f"control/{name}.json").get("properties", {}).values():
            assert "description" in schema


def test_the_control_plane_is_not_in_the_journal(caller: Caller) -> None:
    caller.control("GET", "/health")
    caller.control("POST", "/reset")
    caller.control("GET", "/nowhere")

    assert len(caller.fake.journal) == 0


def test_a_path_with_the_same_beginning_belongs_to_an_api(caller: Caller) -> None:
    response = caller.send("GET", "/_fakesourcesque")

    assert response.status == 404
    assert caller.fake.journal.last().request.path == "/_fakesourcesque"


class TestServerInfo:
    """Health, version, editions and rules."""

    def test_health_identifies_the_run_of_the_server(self, caller: Caller, hosting: Callable[..., Caller]) -> None:
        first, again, other = (each.control("GET", "/health")[1] for each in (caller, caller, hosting()))

        assert first == again
        assert first["status"] == "ok"
        assert first["instance"] != other["instance"]

    def test_version(self, caller: Caller) -> None:
        from fakesources import __version__

        assert caller.control("GET", "/version")[1]["fakesources"] == __version__

    def test_editions(self, hosting: Callable[..., Caller]) -> None:
        """The edition of each API, and the available ones."""
        _, editions = hosting({"datasift": "live-1.6"}).control("GET", "/editions")

        assert editions["datasift"]["edition"] == "live-1.6"
        assert [each["name"] for each in editions["curator"]["available"]] == ["docs-2017", "docs-2025"]
        assert all(each["description"] for each in editions["curator"]["available"])

    @pytest.mark.parametrize("provenance", ["decided", "observed"])
    def test_rules_are_listed_by_api_and_provenance(self, caller: Caller, provenance: str) -> None:
        _, listed = caller.control("GET", f"/rules?api=datasift&provenance={provenance}")

        assert {rule["provenance"] for rule in listed["rules"]} == {provenance}
        assert all(rule["id"].startswith("datasift.") for rule in listed["rules"])

    def test_a_rule_has_the_fields_of_python(self, caller: Caller) -> None:
        _, found = caller.control("GET", "/rules/datasift.source.start.not-found")

        [rule] = found["rules"]
        assert set(rule) == {"id", "description", "source", "provenance", "reason", "editions"}
        assert rule["provenance"] == "documented"


class TestState:
    """Reset, state and snapshots."""

    def test_a_reset_keeps_violations_alone(self, caller: Caller) -> None:
        """A reset must not hide a violation."""
        caller.create()
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=ALICE)

        assert caller.control("POST", "/reset") == (200, {"reset": ["datasift", "curator"]})

        assert caller.names() == []
        assert caller.control("GET", "/journal")[1]["total"] == 1
        assert len(caller.control("GET", "/violations")[1]["violations"]) == 1

    def test_a_reset_of_one_account_keeps_the_others(self, caller: Caller) -> None:
        """With their exchanges."""
        for user in ("alice", "bob"):
            caller.create(f"{user}'s", user)

        assert caller.control("POST", "/reset?account=bob") == (200, {"reset": ["datasift"]})

        users = [exchange.account for exchange in caller.fake.journal]
        assert (caller.names("alice"), caller.names("bob"), users) == (["alice's"], [], ["alice"])

    @pytest.mark.parametrize("path", ["/reset?account=bob", "/snapshots/clean/restore?account=bob", "/reset"])
    def test_a_request_from_before_a_reset_writes_nothing_after_it(self, caller: Caller, path: str) -> None:
        """A request that is held during the reset of its account gets a response, and changes nothing."""
        caller.create("of alice", "alice")
        caller.create("before", "bob")
        caller.control("POST", "/reset?account=bob")
        caller.control("POST", "/snapshots", {"name": "clean"})
        responses: list[Any] = []
        with caller.fake.faults.hold("datasift.source.create") as hold:
            held = threading.Thread(target=lambda: responses.append(caller.create("held", "bob")))
            held.start()
            hold.wait()
            assert caller.control("POST", path)[0] == 200
        held.join(60)

        assert [response["name"] for response in responses] == ["held"]
        assert caller.names("bob") == []
        assert not caller.fake.journal.all("datasift.source.create", params={"name": "held"})

    def test_an_account_of_curator_is_reset_by_its_key(self, caller: Caller) -> None:
        for key in ("ABCD-1234", "EFGH-5678"):
            body = json.dumps({"name": f"of {key}"}).encode()
            caller.send("POST", f"/v1/feeds?api_key={key}", body, JSON)

        assert caller.control("POST", "/reset?api=curator&account=EFGH-5678") == (200, {"reset": ["curator"]})

        remaining = [
            json.loads(caller.send("GET", f"/v1/feeds?api_key={key}").body) for key in ("ABCD-1234", "EFGH-5678")
        ]
        assert [len(feeds) for feeds in remaining] == [2, 1]

    def test_a_reset_of_an_unused_account_does_nothing(self, caller: Caller) -> None:
        """It is no error: a test suite may begin with it."""
        assert caller.control("POST", "/reset?account=carol") == (200, {"reset": []})

    def test_the_state_of_one_server_loads_in_another(self, caller: Caller, hosting: Callable[..., Caller]) -> None:
        """With the rows, and the ids of future ones."""
        caller.create("Rock Music")
        _, state = caller.control("GET", "/state")
        other = hosting()

        status, _ = other.control("PUT", "/state", state)

        assert status == 200
        assert other.names() == ["Rock Music"]
        assert other.create()["id"] == caller.create()["id"]

    def test_an_invalid_state_changes_nothing(self, caller: Caller) -> None:
        """The error names the JSON path."""
        caller.create("Rock Music")
        _, state = caller.control("GET", "/state")
        state["datasift"]["accounts"]["home"]["rows"]["sources"][0]["name"] = 7

        status, error = caller.control("PUT", "/state", state)

        assert (status, error["name"]) == (422, "invalid-state")
        assert "$.datasift.accounts.home.rows.sources[0].name" in error["error"]
        assert caller.names() == ["Rock Music"]

    def test_the_state_is_saved_to_the_file_of_the_server(
        self, caller: Caller, hosting: Callable[..., Caller], tmp_path: Path
    ) -> None:
        """If it was started with one."""
        file = tmp_path / "state.json"
        saving = hosting(save=file)
        saving.create("Rock Music")

        assert caller.control("POST", "/state/save")[1]["name"] == "no-state-file"
        assert saving.control("POST", "/state/save") == (200, {"saved": str(file)})
        assert hosting(load=file).names() == ["Rock Music"]

    def test_a_state_file_that_cannot_be_written_is_an_error(
        self, hosting: Callable[..., Caller], tmp_path: Path
    ) -> None:
        (tmp_path / "folder").mkdir()
        saving = hosting(save=tmp_path / "folder" / "state.json")
        (tmp_path / "folder").rmdir()

        status, error = saving.control("POST", "/state/save")

        assert (status, error["name"]) == (500, "not-saved")
        assert "folder that exists" in error["error"]

    def test_a_snapshot_is_restored_by_name_until_it_is_deleted(self, caller: Caller) -> None:
        caller.create("before")
        assert caller.control("POST", "/snapshots", {"name": "clean"}) == (201, {"snapshot": "clean"})
        assert caller.control("POST", "/snapshots") == (201, {"snapshot": "1"})
        caller.create("after")

        for _ in range(2):
            assert caller.control("POST", "/snapshots/clean/restore")[0] == 200
            assert caller.names() == ["before"]
            caller.create("after")

        assert caller.control("GET", "/snapshots")[1] == {"snapshots": ["clean", "1"]}
        assert caller.control("DELETE", "/snapshots/1")[0] == 200
        assert caller.control("POST", "/snapshots/1/restore")[1]["name"] == "no-such-snapshot"
        assert "'clean'" in caller.control("POST", "/snapshots/claen/restore")[1]["error"]

    def test_a_snapshot_of_one_account_is_restored_alone(self, caller: Caller) -> None:
        for user in ("alice", "bob"):
            caller.create("before", user)
        caller.control("POST", "/snapshots", {"name": "clean"})
        for user in ("alice", "bob"):
            caller.create("after", user)

        caller.control("POST", "/snapshots/clean/restore?account=bob")

        assert (caller.names("alice"), caller.names("bob")) == (["after", "before"], ["before"])


class TestJournal:
    """Exchanges and their filters."""

    @pytest.fixture
    def busy(self, caller: Caller) -> Caller:
        """Client that has made a few requests."""
        caller.create("one", "alice")
        caller.create("two", "bob")
        caller.send("GET", "/v1.6/source/get?id=" + "0" * 32, headers=ALICE)
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
        caller.send("GET", "/v1/nowhere?api_key=ABCD-1234")
        return caller

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", [1, 2, 3, 4, 5]),
            ("api=curator", [4, 5]),
            ("operation=datasift.source.create", [1, 2]),
            ("operation=datasift.source", [1, 2, 3]),
            ("account=bob", [2]),
            ("method=POST", [1, 2]),
            ("status=404", [3, 5]),
            ("violations=true", []),
            ("violations=false&limit=1", [5]),
            ("after=3", [4, 5]),
            ("limit=2", [4, 5]),
            ("params=%7B%22name%22:%22two%22%7D", [2]),
            ("api=datasift&status=404&account=alice", [3]),
            ("operation=datasift.source.delete", []),
        ],
    )
    def test_an_exchange_matches_every_filter(self, busy: Caller, query: str, numbers: list[int]) -> None:
        """The oldest comes first."""
        _, journal = busy.control("GET", f"/journal?{query}")

        assert [exchange["number"] for exchange in journal["exchanges"]] == numbers
        assert journal["total"] == 5

    def test_an_exchange_has_request_and_response_without_secrets(self, busy: Caller) -> None:
        _, journal = busy.control("GET", "/journal?bodies=true")

        exchange = journal["exchanges"][0]
        assert (exchange["method"], exchange["status"], exchange["params"]["name"]) == ("POST", 201, "one")
        assert exchange["response_body"]["name"] == "one"
        assert ["Content-Type", "application/json"] in exchange["headers"]
        assert exchange["response_headers"]
        assert (exchange["time"], exchange["error"]) == ("2026-01-01T00:00:00Z", "")
        assert journal["exchanges"][2]["error"] == "datasift.source.get.not-found"
        assert "api_key=***" in journal["exchanges"][3]["url"]
        assert not [key for key in KEYS if key in json.dumps(journal)]

    @pytest.mark.parametrize(
        ("method", "target", "headers", "body"),
        [
            ("GET", "/v1.6/source/get", {"Authorization": "alice:s3cret"}, b""),
            ("GET", "/v1.6/source/get", {"Authorization": "Basic YWxpY2U6czNjcmV0"}, b""),
            ("GET", "/v1.6/source/get", {"Auth": "alice:s3cret"}, b""),
            ("GET", "/v1.6/source/get?api_key=s3cret&token=s3cret", {"Authorization": "alice:key"}, b""),
            ("POST", "/v1.6/source/create", FORM, b"name=x&auth=[{%22parameters%22:{%22value%22:%22s3cret%22}}]"),
            ("POST", "/v1.6/source/create", FORM, b"name=x&parameters={%22access_token%22:%22s3cret%22}"),
            ("POST", "/v1.6/source/create", FORM, b"s3cret=%ff"),
            ("POST", "/v1.6/source/create", JSON_BODY, b'{"auth": [{"parameters": {"value": "s3cret"}}]}'),
            ("POST", "/v1.6/source/create", JSON_BODY, b'{"auth": "s3cret'),
            ("GET", "/v1/feeds?api_key=s3cret", {}, b""),
            ("GET", "/v1/feeds?API_KEY=s3cret", {"Cookie": "session=s3cret"}, b""),
            ("GET", "/v1/feeds", {"Authorization": "Basic czNjcmV0Og=="}, b""),
        ],
    )
    def test_a_secret_is_masked_wherever_it_is_sent(
        self, caller: Caller, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> None:
        """In a header, a query, a form or JSON, valid or not: neither the journal nor the violations show it."""
        caller.send(method, target, body, tuple(headers.items()))

        shown = [caller.control("GET", path)[1] for path in ("/journal?bodies=true", "/violations")]

        assert caller.fake.journal.total == 1
        for secret in ("s3cret", "czNjcmV0", "YWxpY2U6czNjcmV0"):
            assert secret not in json.dumps(shown)

    def test_an_account_that_is_a_key_is_masked_unless_it_has_a_name(self, hosting: Callable[..., Caller]) -> None:
        """Curator's accounts are known by their keys; with credentials they have names."""
        unnamed, named = hosting(), hosting({"credentials": {"curator": {"team": "ABCD-1234"}}})
        for caller in (unnamed, named):
            caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        accounts = [caller.control("GET", "/journal")[1]["exchanges"][0]["account"] for caller in (unnamed, named)]

        assert accounts == ["***", "team"]

    def test_bodies_are_included_on_request_alone(self, busy: Caller) -> None:
        bodies = {"body", "response_body"}
        _, without = busy.control("GET", "/journal")
        _, complete = busy.control("GET", "/journal?bodies=true")

        assert not [exchange for exchange in without["exchanges"] if bodies & set(exchange)]
        assert all(bodies <= set(exchange) for exchange in complete["exchanges"])

    @pytest.mark.parametrize(("query", "count"), [("", 200), ("?limit=5", 5), ("?limit=1000", 230)])
    def test_the_latest_200_are_returned_by_default(self, caller: Caller, query: str, count: int) -> None:
        """The total still counts all of them."""
        for _ in range(230):
            caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        _, journal = caller.control("GET", f"/journal{query}")

        numbers = [exchange["number"] for exchange in journal["exchanges"]]
        assert (len(numbers), numbers[-1], journal["total"]) == (count, 230, 230)

    def test_a_waiting_request_returns_the_first_match(self, caller: Caller) -> None:
        """An exchange that does not match does not end the waiting."""
        responses: list[Any] = []
        waiting = threading.Thread(
            target=lambda: responses.append(caller.control("GET", "/journal?operation=curator.feeds.list&wait=60"))
        )
        waiting.start()

        caller.create()
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
        waiting.join(60)

        assert [exchange["operation"] for exchange in responses[0][1]["exchanges"]] == ["curator.feeds.list"]

    def test_a_waiting_request_without_a_match_returns_an_empty_list(self, caller: Caller) -> None:
        assert caller.control("GET", "/journal?wait=0.01") == (200, {"exchanges": [], "total": 0, "removals": 0})


class TestViolations:
    """Contract violations, listed and cleared."""

    def test_a_violation_has_the_fields_of_python(self, caller: Caller) -> None:
        caller.send("GET", "/v1.6/source/get?pge=2", headers=ALICE)

        _, listed = caller.control("GET", "/violations")

        [violation] = listed["violations"]
        assert violation == {
            "rule": "datasift.source.get.unknown-parameter",
            "api": "datasift",
            "operation": "datasift.source.get",
            "path": "$.pge",
            "actual": '"2"',
            "expected": violation["expected"],
            "message": violation["message"],
            "source": violation["source"],
            "suggestion": "page",
            "side": "request",
            "account": "alice",
            "time": "2026-01-01T00:00:00Z",
            "exchange": 1,
            "test": "",
        }

    def test_clearing_them_returns_their_number(self, caller: Caller) -> None:
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=ALICE)

        cleared = caller.control("DELETE", "/violations")

        assert cleared == (200, {"cleared": 1})
        assert caller.control("GET", "/violations")[1] == {"violations": [], "dropped": 0}

    def test_each_has_its_account_time_and_exchange(self, caller: Caller) -> None:
        """An account that is a key is masked."""
        caller.create()
        caller.fake.clock.advance(90)
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=ALICE)
        caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)

        _, listed = caller.control("GET", "/violations")

        facts = [[each[name] for name in ("api", "account", "time", "exchange")] for each in listed["violations"]]
        assert facts == [
            ["datasift", "alice", "2026-01-01T00:01:30Z", 2],
            ["curator", "***", "2026-01-01T00:01:30Z", 3],
        ]

    @pytest.mark.parametrize(
        ("query", "remaining"),
        [("account=bob", ["alice", "***"]), ("api=curator", ["alice", "bob"]), ("account=carol", None)],
    )
    def test_those_of_one_account_are_listed_and_cleared_alone(
        self, caller: Caller, query: str, remaining: list[str] | None
    ) -> None:
        """Test suites that share a server do not see each other's."""
        for user in ("alice", "bob"):
            caller.send("GET", "/v1.6/source/get?nmae=x", headers=(("Authorization", f"{user}:s3cret"),))
        caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)
        accounts = ["alice", "bob", "***"]

        _, listed = caller.control("GET", f"/violations?{query}")
        _, cleared = caller.control("DELETE", f"/violations?{query}")

        assert len(listed["violations"]) == cleared["cleared"] == len(accounts) - len(remaining or accounts)
        _, listed = caller.control("GET", "/violations")
        assert [each["account"] for each in listed["violations"]] == (remaining or accounts)


class TestFaults:
    """Faults, planned, listed and cleared."""

    @pytest.mark.parametrize(("count", "known"), [(0, "there is none"), (3, "1, 2, 3"), (12, "1 to 12")])
    def test_an_unknown_number_is_an_error_with_the_numbers_there_are(
        self, caller: Caller, count: int, known: str
    ) -> None:
        """Many numbers are not listed one by one."""
        for _ in range(count):
            caller.control("POST", "/faults", {"operation": START, "respond": 503})

        status, error = caller.control("DELETE", "/faults/99")

        assert status == 404
        assert error["error"] == f"fault: expected the number of a planned one ({known}), got '99'"

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            ({"error": "not-found"}, 404),
            ({"respond": 503, "body": {"error": "down"}}, 503),
            ({"error": "not-found", "when": {"id": "x"}}, 200),
        ],
    )
    def test_a_fault_applies_to_the_next_call(self, caller: Caller, fault: dict[str, Any], status: int) -> None:
        """Only to that one."""
        id = caller.create()["id"]
        planned, _ = caller.control("POST", "/faults", {"operation": "datasift.source.start", **fault})

        statuses = [caller.send("PUT", f"/v1.6/source/start?id={id}", headers=ALICE).status for _ in range(2)]

        assert (planned, statuses) == (201, [status, 200])

    @pytest.mark.parametrize("headers", [[["Retry-After", "5"]], {"Retry-After": "5"}], ids=["pairs", "object"])
    def test_a_response_has_the_planned_body_and_headers(self, caller: Caller, headers: Any) -> None:
        fault = {"respond": 429, "body": {"error": "slow down"}, "headers": headers}
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", **fault})

        response = caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        assert (response.status, json.loads(response.body)) == (429, {"error": "slow down"})
        assert ("Retry-After", "5") in response.headers

    @pytest.mark.parametrize(
        "fault", [{"respond": 503}, {"error": "not-found"}, {"delay": 5}, {"disconnect": "reset"}], ids=str
    )
    def test_a_fault_of_one_account_leaves_the_others_alone(self, caller: Caller, fault: dict[str, Any]) -> None:
        sources = {name: caller.create(user=name)["id"] for name in ("alice", "bob")}
        caller.control("POST", "/faults", {"operation": "datasift.source.start", "account": "bob", **fault})

        responses = {
            name: caller.send("PUT", f"/v1.6/source/start?id={id}", headers=(("Authorization", f"{name}:s3cret"),))
            for name, id in sources.items()
        }

        failed = {name for name, each in responses.items() if each.status != 200 or each.delay or each.disconnect}
        assert failed == {"bob"}

    def test_a_fault_of_a_curator_account_is_planned_by_its_key(self, caller: Caller) -> None:
        """The key is in the query or in Basic credentials; it is masked in the list of faults."""
        caller.control(
            "POST", "/faults", {"operation": "curator.feeds.list", "account": "key", "respond": 503, "times": 2}
        )
        account = caller.control("GET", "/faults")[1]["faults"][0]["account"]
        responses = [
            caller.send("GET", "/v1/feeds?api_key=other"),
            caller.send("GET", "/v1/feeds?api_key=key"),
            caller.send("GET", "/v1/feeds", headers=(("Authorization", "Basic a2V5Og=="),)),
            caller.send("GET", "/v1/feeds", headers=(("Authorization", "Basic ???"),)),
        ]

        assert account == "***"
        assert [response.status for response in responses] == [200, 503, 503, 400]

    @pytest.mark.parametrize(("method", "path"), [("DELETE", "/faults?account=bob"), ("POST", "/reset?account=bob")])
    def test_the_faults_of_one_account_are_cleared_alone(self, caller: Caller, method: str, path: str) -> None:
        """By clearing them, and by a reset of the account."""
        for account in ({"account": "alice"}, {"account": "bob"}, {}):
            caller.control("POST", "/faults", {"operation": "datasift.source.start", "respond": 503, **account})
        caller.control("POST", "/faults", {"operation": "datasift.source.start", "account": "bob", "hold": True})

        caller.control(method, path)

        _, remaining = caller.control("GET", "/faults")
        assert [fault["account"] for fault in remaining["faults"]] == ["alice", ""]

    @pytest.mark.parametrize("how", ["reset", "empty", "truncated", "timeout"])
    def test_a_disconnect_is_left_to_the_adapter(self, caller: Caller, how: str) -> None:
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "disconnect": how})

        assert caller.send("GET", "/v1/feeds?api_key=ABCD-1234").disconnect == how

    def test_a_lost_response_may_belong_to_an_executed_call(self, caller: Caller) -> None:
        caller.control(
            "POST", "/faults", {"operation": "datasift.source.delete", "disconnect": "reset", "takes_effect": True}
        )
        id = caller.create()["id"]

        caller.send("DELETE", f"/v1.6/source/delete?id={id}", headers=ALICE)

        assert caller.names() == []

    def test_a_delay_applies_as_often_as_planned(self, caller: Caller) -> None:
        """To every call unless `times` is given."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "delay": 2.5, "times": 1})

        delays = [caller.send("GET", "/v1/feeds?api_key=ABCD-1234").delay for _ in range(2)]

        assert delays == [2.5, 0.0]

    def test_a_hold_ends_when_the_faults_are_cleared(self, caller: Caller) -> None:
        """The held request gets its ordinary response."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "hold": True})
        statuses: list[int] = []
        held = threading.Thread(
            target=lambda: statuses.append(caller.send("GET", "/v1/feeds?api_key=ABCD-1234").status), daemon=True
        )
        held.start()
        assert not statuses

        caller.control("DELETE", "/faults")
        held.join(60)

        assert statuses == [200]

    def test_planned_faults_are_listed_and_cleared(self, caller: Caller) -> None:
        for fault in ({"respond": 500, "times": 3}, {"error": "not-found", "times": None}, {"hold": True}):
            caller.control("POST", "/faults", {"operation": "datasift.source.get", **fault})

        _, listed = caller.control("GET", "/faults")
        cleared = caller.control("DELETE", "/faults")

        common = {"operation": "datasift.source.get", "account": ""}
        assert listed["faults"] == [
            {**common, "number": 1, "type": "status 500", "remaining": 3, "count": 0},
            {**common, "number": 2, "type": "not-found", "remaining": None, "count": 0},
            {**common, "number": 3, "type": "hold", "remaining": None, "count": 0},
        ]
        assert cleared == (200, {"cleared": 3})
        assert caller.control("GET", "/faults")[1] == {"faults": []}

    def test_a_fault_counts_the_calls_it_applied_to(self, caller: Caller) -> None:
        caller.control("POST", "/faults", {"operation": "datasift.source.get", "respond": 500, "times": 3})
        caller.send("GET", "/v1.6/source/get", headers=ALICE)

        [fault] = caller.control("GET", "/faults")[1]["faults"]

        assert (fault["remaining"], fault["count"]) == (2, 1)


class TestClock:
    """The fake's time."""

    def test_it_is_set_and_advanced_and_follows_real_time(self, caller: Caller) -> None:
        _, before = caller.control("GET", "/clock")
        _, moved = caller.control("POST", "/clock", {"set": "2018-01-16T10:00:00+01:00", "advance": 90})
        _, running = caller.control("POST", "/clock", {"running": True})

        assert before == {"now": "2026-01-01T00:00:00Z", "running": False}
        assert moved == {"now": "2018-01-16T09:01:30Z", "running": False}
        assert running["running"] is True


START = "datasift.source.start"
EMPTY_STATE = {
    "fakesources": 1,
    "clock": {"now": "2026-01-01T00:00:00Z", "running": False},
    "datasift": {},
    "curator": {},
}
KINDS = "exactly one of error, respond, disconnect, delay, hold"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/helth", None, 404, "under /_fakesources, got '/helth'; did you mean '/health'?"),
        ("GET", "/nothing-like-it", None, 404, "GET /_fakesources lists them"),
        ("GET", "/reset", None, 405, "expected POST"),
        ("DELETE", "/state", None, 405, "expected GET, HEAD, PUT"),
        ("GET", "/journal?operaton=x", None, 400, "'operation'"),
        ("GET", "/journal?operation=datasift.sorce.get", None, 400, "did you mean 'datasift.source.get'"),
        ("GET", "/journal?operation=datasift.sourc", None, 400, "operation: "),
        ("GET", "/journal?wait=soon", None, 400, "$.wait"),
        ("GET", "/journal?wait=-1", None, 400, "at least 0"),
        ("GET", "/journal?after=1&after=2", None, 400, "twice"),
        ("GET", "/journal?a=%ff", None, 400, "not UTF-8"),
        ("GET", "/health?x=1", None, 400, "$: expected no parameters, got 'x'"),
        ("POST", "/clock", {}, 400, "$: expected at least 1 of set, advance, running, got {}"),
        ("POST", "/clock", {"advnace": 1}, 400, "'advance'"),
        ("POST", "/clock", {"advance": -1}, 400, "$.advance: expected at least 0, got -1"),
        ("POST", "/clock", {"set": "yesterday"}, 400, "$.set"),
        ("POST", "/clock", {"set": "2018-01-16T10:00:00"}, 400, "offset"),
        ("POST", "/clock", [], 400, "object"),
        ("POST", "/clock", {"set": "0001-01-01T00:00:00+05:00"}, 400, "years 1 to 9999"),
        ("POST", "/clock", {"advance": 300_000_000_000}, 400, "$.advance"),
        ("POST", "/clock", {"advance": 1e15}, 400, "years 1 to 9999"),
        ("POST", "/clock", {"set": "9999-12-31T00:00:00Z", "advance": 86_400}, 400, "years 1 to 9999"),
        ("POST", "/snapshots", {"name": "../x"}, 400, "$.name"),
        ("POST", "/snapshots", {"name": "."}, 400, "$.name"),
        ("POST", "/snapshots", {"name": ".."}, 400, "$.name"),
        ("POST", "/snapshots", {"name": "a\n"}, 400, "$.name"),
        ("POST", "/snapshots/clean/restore", None, 404, "a snapshot (none), got 'clean'"),
        ("POST", "/reset?api=datsift", None, 404, "did you mean 'datasift'"),
        ("POST", "/reset", {"account": "alice"}, 400, "send it in the query: ?account="),
        ("POST", "/reset", {"acount": "alice"}, 400, "'acount'"),
        ("GET", "/rules?api=datsift", None, 404, "'datasift'"),
        ("GET", "/rules?reason=x", None, 400, "one of api, provenance, got 'reason'"),
        ("GET", "/journal?api=datsift", None, 404, "'datasift'"),
        ("POST", "/faults", {"operation": START}, 400, f"$: expected {KINDS}, got none"),
        ("POST", "/faults", {"operation": START, "delay": 1, "hold": True}, 400, f"{KINDS}, got delay and hold"),
        ("POST", "/faults", {"operation": START, "hold": True, "body": 1}, 400, "body only together with respond, got body"),
        ("POST", "/faults", {"operation": START, "delay": 1, "fields": {}}, 400, "fields only together with error, got"),
        ("POST", "/faults", {"operation": START, "hold": True, "times": 2}, 400, "$.times: expected null, got 2"),
        ("POST", "/faults", {"operation": START, "respond": 503, "headers": {"A": 5}}, 400, "$.headers.A: expected string, got 5"),
        ("POST", "/faults", {"operation": START, "respond": 503, "headers": "A: b"}, 400, "$.headers: expected array or object"),
        ("POST", "/faults", {"operation": START, "respond": 503, "headers": [["A"]]}, 400, "$.headers[0]"),
        ("POST", "/faults", {"operation": START, "respond": 503, "headers": {"Bad name": "b"}}, 422, "headers: "),
        ("POST", "/faults", {"operation": START, "respond": 503, "headers": [["Bad name", "b"]]}, 422, "headers: "),
        ("POST", "/faults", {"operation": START, "respond": 99}, 400, "$.respond"),
        ("POST", "/faults", {"operation": START, "respond": 204, "body": {}}, 400, "$.body: expected null"),
        ("POST", "/faults", {"operation": START, "disconnect": "slow"}, 400, "$.disconnect: expected one of reset,"),
        ("POST", "/faults", {"operation": START, "fail": "not-found"}, 400, "one of operation, "),
        ("POST", "/faults", {"operation": START, "delay": 1e12}, 400, "$.delay"),
        ("POST", "/faults", {"operation": "datasift.source.strat", "hold": True}, 422, START),
        ("POST", "/faults", {"operation": START, "error": "not-fuond"}, 422, "did you mean 'not-found'"),
        ("POST", "/faults", {"operation": START, "error": "xyz"}, 422, "; there are "),
        ("POST", "/faults", {"operation": START, "error": "xyz"}, 422, "`respond` takes any status"),
        ("GET", "/rules/datasift.source.start.not-fuond", None, 404, "datasift.source.start.not-found"),
        ("PUT", "/state", {"fakesources": 1}, 400, "clock"),
        ("PUT", "/state", {**EMPTY_STATE, "datsift": {}}, 422, "did you mean 'datasift'"),
    ],
)  # fmt: skip
def test_an_error_names_the_place_and_the_expected_value(
    caller: Caller, method: str, path: str, body: Any, status: int, message: str, whole_text: WholeText
) -> None:
    """The state does not change."""
    before = caller.fake.snapshot()

    actual, error = caller.control(method, path, body)

    assert (actual, set(error)) == (status, {"error", "name"}), error
    assert message in error["error"]
    whole_text(
        f"{method} {path} {'' if body is None else json.dumps(body)}".strip(), f"{error['name']}: {error['error']}"
    )
    assert not caller.fake.diff(before)
    assert not caller.fake.faults.planned


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'"\\ud800"', b"null", b"{}" * 10, b"7"])
def test_a_body_that_is_not_an_object_is_an_error(caller: Caller, body: bytes) -> None:
    response = caller.send("POST", "/_fakesources/clock", body, JSON)

    assert response.status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", b'{"advance": 1, "advance": 2}'),
        ("/faults", b'{"operation": "datasift.source.get", "error": "a", "error": "b"}'),
        ("/state", b'{"fakesources": 1, "datasift": {"a": 1, "a": 2}}'),
    ],
)
def test_a_name_twice_in_a_body_is_an_error(caller: Caller, path: str, body: bytes) -> None:
    """As in a query: one of the two values would be lost."""
    method = "PUT" if path == "/state" else "POST"
    response = caller.send(method, f"/_fakesources{path}", body, JSON)

    assert response.status == 400
    assert "a name twice: " in json.loads(response.body)["error"]


def test_a_state_may_be_larger_than_other_bodies(caller: Caller) -> None:
    """Up to a limit of its own."""
    _, state = caller.control("GET", "/state")
    large = json.dumps(state).encode() + b" " * (2 << 20)

    assert caller.send("PUT", "/_fakesources/state", large, JSON).status == 200
    assert caller.send("POST", "/_fakesources/clock", large, JSON).status == 413


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
