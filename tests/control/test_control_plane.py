"""What the control plane does: each row, and what it says of a mistake."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from calling import Caller

from fakesources.control.api import ENDPOINTS
from fakesources.core.contract.schemas import exists, load

KEYS = ("ABCD-1234", "s3cret", "t0ken")
JSON = (("Content-Type", "application/json"),)
FORM = {"Authorization": "alice:key", "Content-Type": "application/x-www-form-urlencoded"}
TYPED = {"Authorization": "alice:key", "Content-Type": "application/json"}


def test_every_row_is_listed_once(caller: Caller) -> None:
    """The index lists every row, and no two of them share a method and a path."""
    _, index = caller.control("GET", "")

    listed = [(row["method"], row["path"]) for row in index["operations"]]
    assert listed == [(row.documented[0], row.paths[0]) for row in ENDPOINTS]
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.id)
def test_every_row_has_its_shapes(row: Any) -> None:
    """What a row asks, takes and gives is there as a schema, each property of it described."""
    for name in filter(None, (row.query_schema, row.body_schema, *row.responses.values())):
        assert exists(f"control/{name}.json")
        for about in load(f"control/{name}.json").get("properties", {}).values():
            assert "description" in about


def test_the_control_plane_is_not_in_the_journal(caller: Caller) -> None:
    """Whatever is asked of it, the journal holds the APIs' exchanges alone."""
    caller.control("GET", "/health")
    caller.control("POST", "/reset")
    caller.control("GET", "/nowhere")

    assert len(caller.fake.journal) == 0


def test_a_path_that_only_begins_alike_is_an_apis(caller: Caller) -> None:
    """`/_fakesourcesque` is for an API to refuse."""
    reply = caller.send("GET", "/_fakesourcesque")

    assert reply.status == 404
    assert caller.fake.journal.last().request.path == "/_fakesourcesque"


class TestTelling:
    """What the server tells of itself."""

    def test_health_tells_this_run_from_another(self, caller: Caller, hosting: Callable[..., Caller]) -> None:
        """The token of a run is the same as long as it lasts, and another in another run."""
        first, again, other = (each.control("GET", "/health")[1] for each in (caller, caller, hosting()))

        assert first == again
        assert first["status"] == "ok"
        assert first["started"] != other["started"]

    def test_version(self, caller: Caller) -> None:
        """The package's version and Python's."""
        from fakesources import __version__

        assert caller.control("GET", "/version")[1]["fakesources"] == __version__

    def test_editions(self, hosting: Callable[..., Caller]) -> None:
        """Which edition each API speaks, and all it could."""
        _, told = hosting({"datasift": "live-1.6"}).control("GET", "/editions")

        assert told["datasift"]["edition"] == "live-1.6"
        assert [edition["name"] for edition in told["curator"]["known"]] == ["docs-2017", "docs-2025"]

    def test_rules(self, caller: Caller) -> None:
        """Rules can be listed, and looked up by their ids."""
        _, decided = caller.control("GET", "/rules?api=curator&standing=decided")
        _, one = caller.control("GET", "/rules/datasift.source.start.not-found")

        assert decided["rules"]
        assert {rule["standing"] for rule in decided["rules"]} == {"decided"}
        _, observed = caller.control("GET", "/rules?standing=observed")
        assert {rule["standing"] for rule in observed["rules"]} == {"observed"}
        assert all(rule["id"].startswith("curator.") for rule in decided["rules"])
        assert one["rules"][0]["standing"] == "documented"


class TestState:
    """Reset, state and snapshots."""

    def test_reset_begins_anew(self, caller: Caller) -> None:
        """Rows and journal go; a violation stays, so that a reset cannot hide it."""
        caller.create()
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=(("Authorization", "alice:s3cret"),))

        assert caller.control("POST", "/reset") == (200, {"reset": ["datasift", "curator"]})

        assert caller.names() == []
        assert caller.control("GET", "/journal")[1]["total"] == 1
        assert len(caller.control("GET", "/violations")[1]["violations"]) == 1

    def test_one_account_can_be_reset_alone(self, caller: Caller) -> None:
        """The other account keeps its rows and its exchanges."""
        for user in ("alice", "bob"):
            caller.create(f"{user}'s", user)

        assert caller.control("POST", "/reset?account=bob") == (200, {"reset": ["datasift"]})

        users = [kept.account for kept in caller.fake.journal]
        assert (caller.names("alice"), caller.names("bob"), users) == (["alice's"], [], ["alice"])

    @pytest.mark.parametrize("path", ["/reset?account=bob", "/snapshots/clean/restore?account=bob", "/reset"])
    def test_what_was_begun_before_a_reset_writes_nothing_after_it(self, caller: Caller, path: str) -> None:
        """A call that is held while its account is made as new is answered, and leaves no trace."""
        caller.create("of alice", "alice")
        caller.create("before", "bob")
        caller.control("POST", "/reset?account=bob")
        caller.control("POST", "/snapshots", {"name": "clean"})
        answers: list[Any] = []
        with caller.fake.faults.hold("datasift.source.create") as latch:
            held = threading.Thread(target=lambda: answers.append(caller.create("held", "bob")))
            held.start()
            latch.wait()
            assert caller.control("POST", path)[0] == 200
        held.join(60)

        assert [answer["name"] for answer in answers] == ["held"]
        assert caller.names("bob") == []
        assert not caller.fake.journal.all("datasift.source.create", params={"name": "held"})

    def test_curators_accounts_are_their_keys(self, caller: Caller) -> None:
        """A key's own feed goes, the other key's stays."""
        for key in ("ABCD-1234", "EFGH-5678"):
            body = json.dumps({"name": f"of {key}"}).encode()
            caller.send("POST", f"/v1/feeds?api_key={key}", body, (("Content-Type", "application/json"),))

        assert caller.control("POST", "/reset?api=curator&account=EFGH-5678") == (200, {"reset": ["curator"]})

        left = [json.loads(caller.send("GET", f"/v1/feeds?api_key={key}").body) for key in ("ABCD-1234", "EFGH-5678")]
        assert [len(feeds) for feeds in left] == [2, 1]

    def test_an_account_nobody_used_is_as_new_as_can_be(self, caller: Caller) -> None:
        """Resetting what is not there is no mistake: a suite may begin with it."""
        assert caller.control("POST", "/reset?account=carol") == (200, {"reset": []})

    def test_state_goes_out_and_comes_back(self, caller: Caller, hosting: Callable[..., Caller]) -> None:
        """What one server gives, another one takes, rows and ids to come included."""
        caller.create("Rock Music")
        _, state = caller.control("GET", "/state")
        other = hosting()

        status, _ = other.control("PUT", "/state", state)

        assert status == 200
        assert other.names() == ["Rock Music"]
        assert other.create()["id"] == caller.create()["id"]

    def test_a_broken_state_is_refused_with_its_place(self, caller: Caller) -> None:
        """The place is a JSON path, and what was there stays."""
        caller.create("Rock Music")
        _, state = caller.control("GET", "/state")
        state["datasift"]["accounts"]["home"]["rows"]["sources"][0]["name"] = 7

        status, said = caller.control("PUT", "/state", state)

        assert (status, said["problem"]) == (422, "no-state")
        assert "$.datasift.accounts.home.rows.sources[0].name" in said["error"]
        assert caller.names() == ["Rock Music"]

    def test_saving_needs_a_file(self, caller: Caller, hosting: Callable[..., Caller], tmp_path: Path) -> None:
        """A server that was started with a file writes it when asked; another says how it would have one."""
        file = tmp_path / "state.json"
        saving = hosting(save=file)
        saving.create("Rock Music")

        assert caller.control("POST", "/state/save")[1]["problem"] == "no-save-file"
        assert saving.control("POST", "/state/save") == (200, {"saved": str(file)})
        assert hosting(load=file).names() == ["Rock Music"]

    def test_a_file_that_cannot_be_written_is_told(self, hosting: Callable[..., Caller], tmp_path: Path) -> None:
        """The answer says why."""
        (tmp_path / "folder").mkdir()
        saving = hosting(save=tmp_path / "folder" / "state.json")
        (tmp_path / "folder").rmdir()

        status, said = saving.control("POST", "/state/save")

        assert (status, said["problem"]) == (500, "not-saved")

    def test_snapshots_are_gone_back_to_by_name(self, caller: Caller) -> None:
        """As often as one likes, until they are dropped."""
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
        assert caller.control("POST", "/snapshots/1/restore")[1]["problem"] == "no-such-snapshot"
        assert "'clean'" in caller.control("POST", "/snapshots/claen/restore")[1]["error"]

    def test_one_account_can_go_back_alone(self, caller: Caller) -> None:
        """The other account goes on as it is."""
        for user in ("alice", "bob"):
            caller.create("before", user)
        caller.control("POST", "/snapshots", {"name": "clean"})
        for user in ("alice", "bob"):
            caller.create("after", user)

        caller.control("POST", "/snapshots/clean/restore?account=bob")

        assert (caller.names("alice"), caller.names("bob")) == (["after", "before"], ["before"])


class TestJournal:
    """What was asked and answered."""

    @pytest.fixture
    def busy(self, caller: Caller) -> Caller:
        """Somebody who has asked for a few things."""
        caller.create("one", "alice")
        caller.create("two", "bob")
        caller.send("GET", "/v1.6/source/get?id=" + "0" * 32, headers=(("Authorization", "alice:s3cret"),))
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
    def test_filters(self, busy: Caller, query: str, numbers: list[int]) -> None:
        """An exchange passes when it passes every filter; they come oldest first."""
        _, journal = busy.control("GET", f"/journal?{query}")

        assert [exchange["number"] for exchange in journal["exchanges"]] == numbers
        assert journal["total"] == 5

    def test_an_exchange_has_both_sides_and_no_secret(self, busy: Caller) -> None:
        """Method, address, parameters, status and answer are there; keys and tokens are masked, ours included."""
        _, journal = busy.control("GET", "/journal?bodies=true")

        made = journal["exchanges"][0]
        assert (made["method"], made["status"], made["params"]["name"]) == ("POST", 201, "one")
        assert made["answer"]["name"] == "one"
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
            ("POST", "/v1.6/source/create", TYPED, b'{"auth": [{"parameters": {"value": "s3cret"}}]}'),
            ("POST", "/v1.6/source/create", TYPED, b'{"auth": "s3cret'),
            ("GET", "/v1/feeds?api_key=s3cret", {}, b""),
            ("GET", "/v1/feeds?API_KEY=s3cret", {"Cookie": "session=s3cret"}, b""),
            ("GET", "/v1/feeds", {"Authorization": "Basic czNjcmV0Og=="}, b""),
        ],
    )
    def test_no_way_to_send_a_secret_shows_it(
        self, caller: Caller, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> None:
        """Header, query, form and JSON, whole or broken: neither the journal nor the violations have it."""
        caller.send(method, target, body, tuple(headers.items()))

        told = [caller.control("GET", f"/{what}")[1] for what in ("journal?bodies=true", "violations")]

        assert caller.fake.journal.total == 1
        for secret in ("s3cret", "czNjcmV0", "YWxpY2U6czNjcmV0"):
            assert secret not in json.dumps(told)

    def test_an_account_that_is_a_key_is_masked_unless_it_has_a_name(self, hosting: Callable[..., Caller]) -> None:
        """Curator knows its customers by their keys; with credentials they have names."""
        unnamed, named = hosting(), hosting({"credentials": {"curator": {"team": "ABCD-1234"}}})
        for caller in (unnamed, named):
            caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        accounts = [caller.control("GET", "/journal")[1]["exchanges"][0]["account"] for caller in (unnamed, named)]

        assert accounts == ["***", "team"]

    def test_bodies_are_left_out_unless_asked_for(self, busy: Caller) -> None:
        """Of requests and of responses."""
        _, without = busy.control("GET", "/journal")
        _, complete = busy.control("GET", "/journal?bodies=true")

        assert not [exchange for exchange in without["exchanges"] if {"body", "answer"} & set(exchange)]
        assert all({"body", "answer"} <= set(exchange) for exchange in complete["exchanges"])

    @pytest.mark.parametrize(("query", "count"), [("", 200), ("?limit=5", 5), ("?limit=1000", 230)])
    def test_the_latest_200_are_returned_unless_limit_says_otherwise(
        self, caller: Caller, query: str, count: int
    ) -> None:
        """The total still counts all of them."""
        for _ in range(230):
            caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

        _, journal = caller.control("GET", f"/journal{query}")

        numbers = [exchange["number"] for exchange in journal["exchanges"]]
        assert (len(numbers), numbers[-1], journal["total"]) == (count, 230, 230)

    def test_whoever_waits_gets_the_exchange_that_comes(self, caller: Caller) -> None:
        """A waiting request is answered as soon as an exchange passes its filters, and not by another one."""
        got: list[Any] = []
        asking = threading.Thread(
            target=lambda: got.append(caller.control("GET", "/journal?operation=curator.feeds.list&wait=60"))
        )
        asking.start()

        caller.create()
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
        asking.join(60)

        assert [exchange["operation"] for exchange in got[0][1]["exchanges"]] == ["curator.feeds.list"]

    def test_waiting_ends_with_nothing_when_nothing_comes(self, caller: Caller) -> None:
        """An empty list, not a refusal."""
        assert caller.control("GET", "/journal?wait=0.01") == (200, {"exchanges": [], "total": 0})


class TestViolations:
    """What was swallowed."""

    def test_they_are_told_and_can_be_forgiven(self, caller: Caller) -> None:
        """Each with its rule and its place; clearing tells how many there were."""
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=(("Authorization", "alice:s3cret"),))

        _, told = caller.control("GET", "/violations")
        cleared = caller.control("DELETE", "/violations")

        assert told["violations"][0]["rule"] == "datasift.source.get.unknown-parameter"
        assert told["violations"][0]["nearest"] == ""
        assert cleared == (200, {"cleared": 1})
        assert caller.control("GET", "/violations")[1] == {"violations": [], "dropped": 0}

    def test_each_has_its_account_time_and_exchange(self, caller: Caller) -> None:
        """An account that is a key is masked."""
        caller.create()
        caller.fake.clock.advance(90)
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=(("Authorization", "alice:s3cret"),))
        caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)

        _, told = caller.control("GET", "/violations")

        facts = [[each[name] for name in ("api", "account", "time", "exchange")] for each in told["violations"]]
        assert facts == [
            ["datasift", "alice", "2026-01-01T00:01:30Z", 2],
            ["curator", "***", "2026-01-01T00:01:30Z", 3],
        ]

    @pytest.mark.parametrize(
        ("query", "rest"),
        [("account=bob", ["alice", "***"]), ("api=curator", ["alice", "bob"]), ("account=carol", None)],
    )
    def test_those_of_one_account_are_listed_and_cleared_alone(
        self, caller: Caller, query: str, rest: list[str] | None
    ) -> None:
        """Suites that share a server do not see each other's."""
        for user in ("alice", "bob"):
            caller.send("GET", "/v1.6/source/get?nmae=x", headers=(("Authorization", f"{user}:s3cret"),))
        caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)
        everybody = ["alice", "bob", "***"]

        _, told = caller.control("GET", f"/violations?{query}")
        _, cleared = caller.control("DELETE", f"/violations?{query}")

        assert len(told["violations"]) == cleared["cleared"] == len(everybody) - len(rest or everybody)
        left = [each["account"] for each in caller.control("GET", "/violations")[1]["violations"]]
        assert left == (rest or everybody)


class TestFaults:
    """What is arranged to go wrong."""

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            ({"refuse": "not-found"}, 404),
            ({"status": 503, "body": {"error": "down"}}, 503),
            ({"refuse": "not-found", "when": {"id": "x"}}, 200),
        ],
    )
    def test_the_next_call_goes_wrong(self, caller: Caller, fault: dict[str, Any], status: int) -> None:
        """Once, and the call after it is answered as ever."""
        id = caller.create()["id"]
        made, _ = caller.control("POST", "/faults", {"operation": "datasift.source.start", **fault})
        headers = (("Authorization", "alice:s3cret"),)

        answers = [caller.send("PUT", f"/v1.6/source/start?id={id}", headers=headers).status for _ in range(2)]

        assert (made, answers) == (201, [status, 200])

    @pytest.mark.parametrize(
        ("user", "fault"),
        [
            ("bob", {"status": 503}),
            ("bob", {"refuse": "not-found"}),
            ("bob", {"delay": 5}),
            ("bob", {"breaks": "reset"}),
        ],
    )
    def test_a_fault_can_be_one_accounts_own(self, caller: Caller, user: str, fault: dict[str, Any]) -> None:
        """The other account's calls are answered as ever, whoever calls first."""
        sources = {name: caller.create(user=name)["id"] for name in ("alice", "bob")}
        caller.control("POST", "/faults", {"operation": "datasift.source.start", "account": user, **fault})

        replies = {
            name: caller.send("PUT", f"/v1.6/source/start?id={id}", headers=(("Authorization", f"{name}:s3cret"),))
            for name, id in sources.items()
        }

        wrong = {name for name, reply in replies.items() if reply.status != 200 or reply.delay or reply.disconnect}
        assert wrong == {user}

    def test_a_fault_of_a_curator_account_is_known_by_its_key(self, caller: Caller) -> None:
        """Whether the key comes in the query or as Basic; it is masked where the fault is told."""
        caller.control(
            "POST", "/faults", {"operation": "curator.feeds.list", "account": "key", "status": 503, "times": 2}
        )
        told = caller.control("GET", "/faults")[1]["faults"][0]["account"]
        asked = [
            caller.send("GET", "/v1/feeds?api_key=other"),
            caller.send("GET", "/v1/feeds?api_key=key"),
            caller.send("GET", "/v1/feeds", headers=(("Authorization", "Basic a2V5Og=="),)),
            caller.send("GET", "/v1/feeds", headers=(("Authorization", "Basic ???"),)),
        ]

        assert told == "***"
        assert [reply.status for reply in asked] == [200, 503, 503, 400]

    @pytest.mark.parametrize(("method", "path"), [("DELETE", "/faults?account=bob"), ("POST", "/reset?account=bob")])
    def test_one_accounts_faults_can_be_taken_back(self, caller: Caller, method: str, path: str) -> None:
        """By clearing them, and by a reset of the account; everybody's faults and the other account's stay."""
        for account in ({"account": "alice"}, {"account": "bob"}, {}):
            caller.control("POST", "/faults", {"operation": "datasift.source.start", "status": 503, **account})
        caller.control("POST", "/faults", {"operation": "datasift.source.start", "account": "bob", "hold": True})

        caller.control(method, path)

        _, left = caller.control("GET", "/faults")
        assert [fault["account"] for fault in left["faults"]] == ["alice", ""]

    @pytest.mark.parametrize("how", ["reset", "empty", "truncated", "timeout"])
    def test_a_transport_can_fail(self, caller: Caller, how: str) -> None:
        """The door is told how."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "breaks": how})

        assert caller.send("GET", "/v1/feeds?api_key=ABCD-1234").disconnect == how

    def test_an_answer_can_take_its_time(self, caller: Caller) -> None:
        """Every answer of the operation, unless it is said how many."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "delay": 2.5, "times": 1})

        delays = [caller.send("GET", "/v1/feeds?api_key=ABCD-1234").delay for _ in range(2)]

        assert delays == [2.5, 0.0]

    def test_calls_are_held_until_the_faults_are_cleared(self, caller: Caller) -> None:
        """What is held is let go, and answered as ever."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "hold": True})
        got: list[int] = []
        held = threading.Thread(
            target=lambda: got.append(caller.send("GET", "/v1/feeds?api_key=ABCD-1234").status), daemon=True
        )
        held.start()
        assert not got

        caller.control("DELETE", "/faults")
        held.join(60)

        assert got == [200]

    def test_what_is_to_come_is_told_and_can_be_taken_back(self, caller: Caller) -> None:
        """Each fault with how often it is left."""
        caller.control("POST", "/faults", {"operation": "curator.feeds.list", "status": 500, "times": 3})

        _, told = caller.control("GET", "/faults")
        cleared = caller.control("DELETE", "/faults")

        assert [(fault["operation"], fault["left"]) for fault in told["faults"]] == [("curator.feeds.list", 3)]
        assert cleared == (200, {"cleared": 1})
        assert caller.control("GET", "/faults")[1] == {"faults": []}


class TestClock:
    """The fake's time."""

    def test_it_can_be_put_moved_and_let_run(self, caller: Caller) -> None:
        """A time, then a step, then whether it runs."""
        _, stood = caller.control("GET", "/clock")
        _, moved = caller.control("POST", "/clock", {"set": "2018-01-16T10:00:00+01:00", "advance": 90})
        _, running = caller.control("POST", "/clock", {"running": True})

        assert stood == {"now": "2026-01-01T00:00:00Z", "running": False}
        assert moved == {"now": "2018-01-16T09:01:30Z", "running": False}
        assert running["running"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/helth", None, 404, "/_fakesources/health"),
        ("GET", "/nothing-like-it", None, 404, "/_fakesources lists"),
        ("GET", "/reset", None, 405, "takes POST"),
        ("DELETE", "/state", None, 405, "takes GET, HEAD, PUT"),
        ("GET", "/journal?operaton=x", None, 400, "'operation'"),
        ("GET", "/journal?operation=datasift.sorce.get", None, 400, "did you mean 'datasift.source.get'"),
        ("GET", "/journal?operation=datasift.sourc", None, 400, "operation: "),
        ("GET", "/journal?wait=soon", None, 400, "$.wait"),
        ("GET", "/journal?wait=-1", None, 400, "at least 0"),
        ("GET", "/journal?after=1&after=2", None, 400, "twice"),
        ("GET", "/journal?a=%ff", None, 400, "not UTF-8"),
        ("GET", "/health?x=1", None, 400, "'x'"),
        ("POST", "/clock", {}, 400, "$"),
        ("POST", "/clock", {"advnace": 1}, 400, "'advance'"),
        ("POST", "/clock", {"advance": -1}, 400, "$.advance"),
        ("POST", "/clock", {"set": "yesterday"}, 400, "$.set"),
        ("POST", "/clock", {"set": "2018-01-16T10:00:00"}, 400, "offset"),
        ("POST", "/clock", [], 400, "object"),
        ("POST", "/clock", {"set": "0001-01-01T00:00:00+05:00"}, 400, "years 1 to 9999"),
        ("POST", "/clock", {"advance": 300_000_000_000}, 400, "$.advance"),
        ("POST", "/clock", {"advance": 1e15}, 400, "years 1 to 9999"),
        ("POST", "/clock", {"set": "9999-12-31T00:00:00Z", "advance": 86_400}, 400, "years 1 to 9999"),
        ("POST", "/snapshots", {"name": "../x"}, 400, "$.name"),
        ("POST", "/reset?api=datsift", None, 404, "'datasift'"),
        ("POST", "/reset", {"account": "alice"}, 400, "belongs in the query: ?account="),
        ("POST", "/reset", {"acount": "alice"}, 400, "'acount'"),
        ("GET", "/rules?api=datsift", None, 404, "'datasift'"),
        ("GET", "/journal?api=datsift", None, 404, "'datasift'"),
        ("POST", "/faults", {"operation": "datasift.source.start"}, 400, "one of refuse"),
        ("POST", "/faults", {"operation": "datasift.source.start", "delay": 1, "hold": True}, 400, "one of refuse"),
        ("POST", "/faults", {"operation": "datasift.source.start", "delay": 1e12}, 400, "$.delay"),
        ("POST", "/faults", {"operation": "datasift.source.strat", "hold": True}, 422, "datasift.source.start"),
        ("POST", "/faults", {"operation": "datasift.source.start", "refuse": "not-fuond"}, 422, "not-found"),
        ("GET", "/rules/datasift.source.start.not-fuond", None, 404, "datasift.source.start.not-found"),
        ("PUT", "/state", {"fakesources": 1}, 400, "clock"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_would_be_right(
    caller: Caller, method: str, path: str, body: Any, status: int, said: str
) -> None:
    """A refusal names the place, and the nearest or the expected; the state stays as it was."""
    before = caller.fake.snapshot()

    got, answer = caller.control(method, path, body)

    assert (got, set(answer)) == (status, {"error", "problem"})
    assert said in answer["error"]
    assert not caller.fake.diff(before)


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'"\\ud800"', b"null", b"{}" * 10, b"7"])
def test_a_body_that_is_no_object_is_refused(caller: Caller, body: bytes) -> None:
    """Whatever the bytes are, the answer is a refusal."""
    reply = caller.send("POST", "/_fakesources/clock", body, (("Content-Type", "application/json"),))

    assert reply.status == 400


def test_a_state_may_be_larger_than_anything_an_api_is_sent(caller: Caller) -> None:
    """What is too large for an API is a state all the same, up to a limit of its own."""
    _, state = caller.control("GET", "/state")
    large = json.dumps(state).encode() + b" " * (2 << 20)
    headers = (("Content-Type", "application/json"),)

    assert caller.send("PUT", "/_fakesources/state", large, headers).status == 200
    assert caller.send("POST", "/_fakesources/clock", large, headers).status == 413
