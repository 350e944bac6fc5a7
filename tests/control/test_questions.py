"""Questions to a server about its fake: exchanges counted and found, actions, rate credits, differences, faults, coverage."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from calling import Caller

ALICE = (("Authorization", "alice:s3cret"),)


class TestCountAndOnly:
    """Assertions on the journal, with the nearest exchange in the error."""

    @pytest.fixture
    def busy(self, caller: Caller) -> Caller:
        """Client that has made a few requests."""
        caller.create("one", "alice")
        caller.create("two", "bob")
        caller.send("GET", "/v1.6/source/get?nmae=x", headers=ALICE)
        return caller

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", [1, 2, 3]), ("operation=datasift.source.create", [1, 2]), ("account=bob", [2]), ("after=1", [2, 3]),
            ("params=%7B%22name%22:%22one%22%7D", [1]), ("violations=true", [3]), ("method=GET&status=200", [3]),
            ("api=curator", []), ("status=404", []),
        ],
    )  # fmt: skip
    def test_the_filters_are_those_of_the_list(self, busy: Caller, query: str, numbers: list[int]) -> None:
        status, found = busy.control("GET", f"/journal/only?{query}")

        assert busy.control("GET", f"/journal/count?{query}") == (200, {"count": len(numbers)})
        assert [each["number"] for each in busy.control("GET", f"/journal?{query}")[1]["exchanges"]] == numbers
        assert status == (200 if len(numbers) == 1 else 409)
        assert len(numbers) != 1 or (found["exchange"]["number"], found["curl"][:5]) == (numbers[0], "curl ")

    @pytest.mark.parametrize(
        ("query", "keywords"),
        [
            ("operation=datasift.source.start", {"operation": "datasift.source.start"}),
            (
                "operation=datasift.source.create&account=alice&params=%7B%22name%22:%22two%22%7D",
                {"operation": "datasift.source.create", "account": "alice", "params": {"name": "two"}},
            ),
            ("operation=datasift.source.create", {"operation": "datasift.source.create"}),
            ("status=500", {"status": 500}),
        ],
    )
    def test_the_error_is_the_text_of_python(self, busy: Caller, query: str, keywords: dict[str, Any]) -> None:
        status, error = busy.control("GET", f"/journal/only?{query}")

        with pytest.raises(AssertionError) as raised:
            busy.fake.journal.only(**keywords)
        assert (status, error) == (409, {"error": str(raised.value), "name": "not-met"})

    @pytest.mark.parametrize("path", ["/journal/count", "/journal/only"])
    def test_an_unknown_name_is_an_error(self, busy: Caller, path: str) -> None:
        """Nothing would ever match it."""
        for query, message in (
            ("operation=datasift.source.strat", "did you mean"),
            ("operaton=x", "'operation'"),
            ("wait=1", "'wait'"),
        ):
            status, error = busy.control("GET", f"{path}?{query}")
            assert status == 400
            assert message in error["error"]

    @pytest.mark.parametrize(
        ("query", "text"),
        [
            ("method=PUT", "method PUT"),
            ("violations=true", "with violations"),
            ("violations=false&status=500", "no violations and status 500"),
        ],
    )
    def test_a_condition_that_no_exchange_meets_is_named(self, caller: Caller, query: str, text: str) -> None:
        caller.send("GET", "/v1.6/source/get", headers=ALICE)

        status, value = caller.control("GET", f"/journal/only?{query}")

        assert (status, text in value["error"]) == (409, True)


class TestActions:
    """Actions that the handle of an account offers besides rows."""

    def test_each_is_listed_with_its_parameters(self, caller: Caller) -> None:
        _, listed = caller.control("GET", "/actions")

        rows = {(each["api"], each["name"]): each for each in listed["actions"]}
        [parameter] = rows["curator", "posts.deliver"]["parameters"]
        assert (parameter["name"], parameter["type"], parameter["required"]) == ("source_id", "string or null", False)
        assert all(each["summary"].endswith(".") for each in listed["actions"])

    def test_posts_are_delivered(self, hosting: Any) -> None:
        caller = hosting({"posts": "manual"})
        caller.control("POST", "/rows/curator/sources", {"tag": "cats"})
        path = "/actions/curator/posts.deliver"

        assert caller.control("POST", f"{path}?account=other")[1] == {"result": 0}
        assert caller.control("POST", path) == (200, {"result": 20})
        assert len(caller.fake.curator.posts) == 20

    def test_the_rate_limit_of_an_account_is_set_and_listed(self, caller: Caller) -> None:
        caller.create(user="alice")
        caller.create(user="bob")

        assert caller.control("POST", "/actions/datasift/rate_limit.set?account=bob", {"credits": 30}) == (
            200,
            {"result": 30},
        )

        rates = caller.control("GET", "/rates")[1]["rates"]
        facts = [[each[name] for name in ("api", "account", "limit", "spent", "remaining", "reset")] for each in rates]
        assert facts == [
            ["datasift", "alice", 10_000, 25, 9_975, "2026-01-01T01:00:00Z"],
            ["datasift", "bob", 30, 25, 5, "2026-01-01T01:00:00Z"],
        ]
        caller.fake.clock.advance(hours=2)
        [later] = caller.control("GET", "/rates?account=bob")[1]["rates"]
        assert (later["spent"], later["reset"]) == (0, None)

    @pytest.mark.parametrize(
        ("path", "body", "status", "message"),
        [
            ("/actions/curator/posts.delivr", {}, 404, "(posts.deliver), got 'posts.delivr'; did you mean 'posts.deliver'?"),
            ("/actions/curatr/posts.deliver", {}, 404, "did you mean 'curator'?"),
            ("/actions/curator/posts.deliver", {"source": "x"}, 400, "did you mean 'source_id'?"),
            ("/actions/curator/posts.deliver", {"source_id": 5}, 400, "$.source_id: expected a text, got 5"),
            ("/actions/curator/posts.deliver", {"source_id": "x"}, 422, "source_id: expected "),
            ("/actions/datasift/rate_limit.set", {}, 400, "also 'credits'"),
            ("/actions/datasift/rate_limit.set", {"credits": -1}, 422, "0 or more"),
        ],
    )  # fmt: skip
    def test_an_error_names_the_place(self, caller: Caller, path: str, body: Any, status: int, message: str) -> None:
        actual, error = caller.control("POST", path, body)

        assert (actual, message in error["error"]) == (status, True), error


class TestDifference:
    """A snapshot beside the present state."""

    def test_it_has_each_change_as_data_and_as_text(self, caller: Caller) -> None:
        caller.create("kept", "alice")
        caller.control("POST", "/snapshots", {"name": "before"})
        before = caller.fake.snapshot()
        id = caller.create("new", "bob")["id"]
        caller.control(
            "PATCH", f"/rows/datasift/sources/{id}?account=bob", {"auth": [{"parameters": {"value": "s3cret"}}]}
        )

        status, found = caller.control("GET", "/snapshots/before/diff")

        assert status == 200
        assert found["text"] == str(caller.fake.diff(before))
        [change] = [each for each in found["diff"]["changes"] if each["name"] == "sources"]
        assert [change[name] for name in ("api", "account", "id", "type")] == ["datasift", "bob", id, "added"]
        assert {"name": "name", "before": None, "after": "new"} in change["fields"]
        assert "s3cret" not in json.dumps(found)
        assert "t0ken" not in json.dumps(found)

    def test_that_of_one_account_is_returned_alone(self, caller: Caller) -> None:
        for user in ("alice", "bob"):
            caller.create(user=user)
        caller.control("POST", "/snapshots", {"name": "before"})
        for user in ("alice", "bob"):
            caller.create("after", user)
        caller.fake.clock.advance(60)

        accounts = [
            {each["account"] for each in caller.control("GET", f"/snapshots/before/diff{query}")[1]["diff"]["changes"]}
            for query in ("", "?account=bob", "?account=%231", "?account=carol")
        ]

        assert accounts == [{"home", "bob", ""}, {"bob"}, {"home"}, set()]

    def test_one_without_changes_is_empty(self, caller: Caller) -> None:
        caller.control("POST", "/snapshots", {"name": "s"})

        assert caller.control("GET", "/snapshots/s/diff")[1] == {"diff": {"changes": []}, "text": "no difference"}
        assert caller.control("GET", "/snapshots/s2/diff")[0] == 404


class TestSingleFaults:
    """Faults by number."""

    def test_one_is_cleared_and_the_others_stay(self, caller: Caller) -> None:
        for status in (500, 502, 503):
            caller.control("POST", "/faults", {"operation": "datasift.source.get", "respond": status, "times": 2})

        cleared = caller.control("DELETE", "/faults/2")

        assert (cleared[0], cleared[1]["type"], cleared[1]["remaining"]) == (200, "status 502", 2)
        assert [each["number"] for each in caller.control("GET", "/faults")[1]["faults"]] == [1, 3]
        assert caller.control("DELETE", "/faults/2")[1]["error"].endswith("(1, 3), got '2'")

    def test_a_hold_is_released(self, caller: Caller) -> None:
        """The held request gets its ordinary response."""
        _, hold = caller.control("POST", "/faults", {"operation": "curator.feeds.list", "hold": True})
        statuses: list[int] = []
        held = threading.Thread(
            target=lambda: statuses.append(caller.send("GET", "/v1/feeds?api_key=ABCD-1234").status), daemon=True
        )
        held.start()
        caller.fake.faults.holds[0].wait()

        assert caller.control("DELETE", f"/faults/{hold['number']}")[1]["count"] == 1
        held.join(60)

        assert statuses == [200]
        assert caller.control("GET", "/journal")[1]["exchanges"][0]["fault"] == "hold"


def test_coverage_counts_the_calls_since_the_start(caller: Caller) -> None:
    """Also those that the journal no longer has."""
    caller.create()
    caller.send("GET", "/v1.6/source/get?id=none", headers=ALICE)
    caller.control("DELETE", "/journal")

    _, coverage = caller.control("GET", "/coverage")

    rows = {each["id"]: each for each in coverage["operations"]}
    assert set(rows) >= {
        endpoint.id for endpoint in caller.fake.services["curator"].api.endpoints if "OPTIONS" not in endpoint.methods
    }
    assert rows["datasift.source.create"]["calls"] == 1
    assert "name" in rows["datasift.source.create"]["parameters"]["met"]
    assert "not-found" in rows["datasift.source.get"]["errors"]["met"]
    assert 0 < coverage["total"]["percent"] < 100
