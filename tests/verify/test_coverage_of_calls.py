"""Coverage of one fake's calls: what is counted of each, and what it costs in memory."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, Request
from fakesources.kit import Api, ApiErrorRaised
from fakesources.verify import operation_counts
from fakesources.verify.coverage import Coverage, percent

KEY = (("Authorization", "alice:0123456789"), ("Content-Type", "application/json"))


class Watched:
    """A fake whose calls are counted."""

    def __init__(self, **options: Any) -> None:
        self.fake, self.coverage = FakeSources(strict=False, **options), Coverage()
        self.fake.journal.subscribe(self.coverage.counter(self.fake.journal), is_waiting=False)

    def call(self, target: str, value: Any = None, host: str = "api.datasift.com", headers: Any = KEY) -> Any:
        """Make a call, and return the JSON value of its response."""
        body = b"" if value is None else json.dumps(value).encode()
        response = self.fake.handle(Request("GET" if value is None else "PUT", target, headers, body, host))
        return json.loads(response.body) if response.body else None

    def send(self, target: str) -> bytes:
        """Make a call without a body, and return the body of its response."""
        return self.fake.handle(Request("PUT", target, KEY, b"{}", "api.datasift.com")).body

    def rows(self) -> dict[str, Any]:
        """Return the operations of the coverage by id."""
        return {row["id"]: row for row in self.coverage.value(self.fake.services)["operations"]}


def test_every_operation_of_a_fake_is_listed_before_any_call() -> None:
    watched = Watched()

    value = watched.coverage.value(watched.fake.services)

    operations = [
        endpoint.id
        for service in watched.fake.services.values()
        for endpoint in service.api.endpoints
        if "OPTIONS" not in endpoint.methods
    ]
    assert [row["id"] for row in value["operations"] if row["id"] != row["api"]] == operations
    assert value["total"]["met"] == 0
    assert value["total"]["of"] == sum(row["of"] for row in value["operations"])


def test_operations_keep_their_order_whatever_is_called_first() -> None:
    watched = Watched()
    before = list(watched.rows())
    watched = Watched()
    watched.call("/v1.6/source/stop", {"id": "x"})

    assert list(watched.rows()) == before


@pytest.mark.parametrize(
    ("target", "value", "headers", "id", "kind", "name"),
    [
        ("/v1.6/source/stop", {"id": "x"}, KEY, "datasift.source.stop", "errors", "not-found"),
        ("/v1.6/source/stop", {"id": "x"}, KEY, "datasift.source.stop", "parameters", "id"),
        ("/v1.6/source/stop", {"id": "x"}, KEY[1:], "datasift", "errors", "unauthorized"),
        ("/v1.6/nowhere", {}, KEY, "datasift", "errors", "no-such-endpoint"),
        ("/v1.6/source/get?per_page=2", None, KEY, "datasift.source.get", "parameters", "per_page"),
        ("/v1.6/source/get?per_page=2", None, KEY, "datasift.source.get", "responses", 200),
    ],
)
def test_a_call_meets(target: str, value: Any, headers: Any, id: str, kind: str, name: Any) -> None:
    """Each thing is met in its operation and nowhere else."""
    watched = Watched()
    assert name in watched.rows()[id][kind]["missed"]

    watched.call(target, value, headers=headers)

    assert [row["id"] for row in watched.rows().values() if name in row[kind]["met"]] == [id]
    assert name not in watched.rows()[id][kind]["missed"]


def test_changes_of_state_follow_the_object() -> None:
    """The state before a call is that of the object's last response; a reset starts anew, with the same ids."""
    watched = Watched()
    source = {"source_type": "twitter_gnip", "name": "n", "resources": [{"parameters": {"mapping": "gnip_1"}}]}
    for last in ("stop", "delete"):
        id = watched.call("/v1.6/source/create", source)["id"]
        for action in ("start", "start", "stop", last):
            watched.call(f"/v1.6/source/{action}", {"id": id})
        watched.fake.reset()

    met = {id: row["changes"]["met"] for id, row in watched.rows().items() if row["changes"]["met"]}
    assert met == {
        "datasift.source.create": ["nothing to stopped"],
        "datasift.source.start": ["stopped to running", "running to running"],
        "datasift.source.stop": ["running to stopped", "stopped to stopped"],
        "datasift.source.delete": ["stopped to nothing"],
    }
    created = next(row for row in watched.coverage.counts if row["id"] == "datasift.source.create")
    assert created["changes"] == {"nothing to stopped": 2}


def test_a_fault_without_a_documented_status_changes_no_state() -> None:
    watched = Watched()
    source = watched.fake.datasift.sources.add(running=False)
    watched.fake.faults.respond("datasift.source.start", status=502)
    watched.call("/v1.6/source/start", {"id": source.id})

    row = watched.rows()["datasift.source.start"]

    assert (row["calls"], row["changes"]["met"], row["responses"]["met"]) == (1, [], [])


@pytest.mark.parametrize(
    ("body", "met"),
    [
        (b"not JSON", []),
        (b"", []),
        (b"[]", []),
        (b'{"status": "stopped"}', []),
        (b'{"id": 7, "status": "stopped"}', []),
        (b'{"id": "x"}', []),
        (b'{"id": "x", "status": "lost"}', []),
        (b'{"id": "x", "status": "running"}', []),
        (b'{"id": "x", "status": "stopped"}', ["nothing to stopped"]),
    ],
    ids=str,
)
def test_a_response_of_a_fault_is_a_change_where_it_shows_one(body: bytes, met: list[str]) -> None:
    watched = Watched()
    watched.fake.faults.respond("datasift.source.create", status=201, body=body)

    assert watched.send("/v1.6/source/create") == body

    row = watched.rows()["datasift.source.create"]

    assert (row["calls"], row["responses"]["met"], row["changes"]["met"]) == (1, [201], met)


@pytest.mark.parametrize("created", [{"id": "x"}, {"id": "x", "status": "lost"}, {"id": "x", "status": "stopped"}, {}])
def test_an_object_whose_state_is_unknown_makes_the_usual_change(created: dict[str, str]) -> None:
    """Each account has objects of its own, whatever their ids."""
    watched = Watched()
    watched.fake.faults.respond("datasift.source.create", status=201, body=json.dumps(created).encode())
    watched.fake.faults.respond("datasift.source.start", status=200, body=b"{}", times=2)
    watched.send("/v1.6/source/create")
    for user in ("alice", "bob"):
        headers = (("Authorization", f"{user}:0123456789"), KEY[1])
        watched.call("/v1.6/source/start", {"id": "x"}, headers=headers)

    (counts,) = [each for each in watched.coverage.counts if each["id"] == "datasift.source.start"]

    assert counts["changes"] == {"stopped to running": 2, "running to running": 0}


@pytest.mark.parametrize("named", [{}, {"source_type": 7}, {"source_type": ["twitter_gnip"]}, {"source_type": "x"}])
def test_parameters_of_no_known_variant_are_not_counted(named: dict[str, Any]) -> None:
    watched = Watched()
    before = watched.rows()["datasift.source.create"]["parameters"]
    watched.call("/v1.6/source/create", {**named, "resources": [7, {"parameters": {"mapping": "gnip_1"}}, "x"]})

    after = watched.rows()["datasift.source.create"]["parameters"]

    assert sorted(after["met"] + after["missed"]) == sorted(before["met"] + before["missed"])
    assert set(after["met"]) == {*named, "resources"}


def test_parameters_in_a_list_are_counted_in_each_of_its_objects() -> None:
    watched = Watched()
    resources = [7, {"parameters": {"mapping": "gnip_1"}}, "x", None, {"parameters": {"mapping": "gnip_1"}}]
    watched.call("/v1.6/source/create", {"source_type": "twitter_gnip", "name": "n", "resources": resources})

    (counts,) = [each for each in watched.coverage.counts if each["id"] == "datasift.source.create"]

    assert {name: count for name, count in counts["parameters"].items() if count} == {
        "name": 1,
        "source_type": 1,
        "source_type=twitter_gnip": 1,
        "resources": 1,
        "resources.parameters": 2,
        "resources.parameters.mapping": 2,
    }


def test_parameters_that_depend_on_another_are_listed_once_a_call_names_it() -> None:
    watched = Watched()
    before = watched.rows()["datasift.source.create"]["parameters"]
    resource = {"parameters": {"mapping": "gnip_1", "colour": 1}, "colour": 1}
    watched.call("/v1.6/source/create", {"source_type": "twitter_gnip", "name": "n", "resources": [resource]})

    after = watched.rows()["datasift.source.create"]["parameters"]

    assert "source_type=twitter_gnip" in before["missed"]
    assert not [name for name in (*before["met"], *before["missed"]) if "mapping" in name]
    assert {"source_type=twitter_gnip", "resources.parameters.mapping"} <= set(after["met"])
    assert not [name for name in (*after["met"], *after["missed"]) if "colour" in name]


class Query(TypedDict, total=False):
    colour: str


def shop() -> Api:
    """Return an API of one's own with an error."""
    api = Api("shop", host="shop.test", editions=("one", "two"))
    sold_out = api.error("sold-out", 410, {"message": "sold out"})

    @api.get("/things/<id>", query=Query, responses={200: {}}, errors=[sold_out])
    def thing(call: Any) -> dict[str, Any]:
        """Return a thing."""
        if call.path["id"] == "gone":
            raise ApiErrorRaised(sold_out)
        return {}

    return api


def test_an_error_with_the_status_of_a_success_is_no_response_of_its_operation() -> None:
    api = Api("shop", host="shop.test")
    sold_out = api.error("sold-out", 200, {"message": "sold out"})

    @api.get("/things", responses={200: {}}, errors=[sold_out])
    def things(call: Any) -> dict[str, Any]:
        """Return things."""
        raise ApiErrorRaised(sold_out)

    fake, coverage = FakeSources(apis=[api]), Coverage()
    fake.journal.subscribe(coverage.counter(fake.journal), is_waiting=False)
    fake.handle(Request("GET", "/things", (), b"", "shop.test"))

    _, row = coverage.value(fake.services)["operations"]

    assert (row["errors"]["met"], row["responses"]) == (["sold-out"], {"met": [], "missed": [200]})


def test_an_error_that_its_operation_does_not_declare_is_met_nowhere() -> None:
    """It is neither among those to cover of the operation that raises it, nor one of every operation."""
    api = Api("shop", host="shop.test")
    sold_out = api.error("sold-out", 410, {"message": "sold out"})

    @api.get("/things", responses={200: {}})
    def things(call: Any) -> dict[str, Any]:
        """Return things."""
        raise ApiErrorRaised(sold_out)

    @api.get("/others", responses={200: {}}, errors=[sold_out])
    def others(call: Any) -> dict[str, Any]:
        """Return others."""
        return {}

    fake, coverage = FakeSources(apis=[api]), Coverage()
    fake.journal.subscribe(coverage.counter(fake.journal), is_waiting=False)

    assert fake.handle(Request("GET", "/things", (), b"", "shop.test")).status == 410
    rows = coverage.value(fake.services)["operations"]
    assert [(row["id"], row["calls"]) for row in rows] == [("shop", 1), ("shop.things", 1), ("shop.others", 0)]
    assert [row["errors"]["met"] for row in rows] == [[], [], []]


@pytest.mark.parametrize("declared_again", [False, True])
def test_an_api_of_ones_own_is_counted(declared_again: bool) -> None:
    """Two fakes of one run count together, also where each declares the API."""
    first = shop()
    coverage = Coverage()
    for target in ("/things/1?colour=red", "/things/gone", "/nothing"):
        fake = FakeSources(apis=[shop() if declared_again else first])
        fake.journal.subscribe(lambda each, journal=fake.journal: each and coverage.add(each, journal))
        fake.handle(Request("GET", target, (), b"", "shop.test"))

    common, row = coverage.value()["operations"]

    assert (common["id"], common["calls"], common["errors"]["met"]) == ("shop", 3, ["no-such-endpoint"])
    assert (row["id"], row["calls"], row["errors"]["met"]) == ("shop.thing", 2, ["sold-out"])
    assert set(row["parameters"]["met"]) == {"id", "colour"}
    assert row["summary"] == "Return a thing."


def test_counts_of_two_processes_are_added() -> None:
    one, other = Watched(), Watched()
    one.call("/v1.6/source/stop", {"id": "x"})
    other.call("/v1.6/source/stop", {"id": "x"})
    other.call("/v1.6/source/get?page=1")
    merged = Coverage()
    for each in (one, other):
        each.rows()
        merged.merge(each.coverage.counts)

    rows = {row["id"]: row for row in merged.value()["operations"]}

    assert (rows["datasift"]["calls"], rows["datasift.source.stop"]["calls"]) == (3, 2)
    assert rows["datasift.source.get"]["parameters"]["met"] == ["page"]
    assert rows["datasift.source.get"]["responses"] == {"met": [200], "missed": []}
    assert {id: row["of"] for id, row in rows.items()} == {id: row["of"] for id, row in one.rows().items()}


def test_the_states_of_objects_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation_counts, "MAX_OBJECTS", 3)
    watched = Watched()
    for _ in range(6):
        watched.call("/v1.6/source/start", {"id": watched.fake.datasift.sources.add(running=False).id})

    assert len(watched.coverage.counter(watched.fake.journal).states) == 3


def test_a_counter_is_not_among_the_requests_that_wait() -> None:
    assert Watched().fake.journal.subscriptions == 0


@pytest.mark.parametrize(
    ("met", "of", "shown"), [(0, 0, 0.0), (0, 3, 0.0), (1, 3, 33.3), (1999, 2000, 99.9), (7, 7, 100.0)]
)
def test_only_everything_is_100_per_cent(met: int, of: int, shown: float) -> None:
    assert percent(met, of) == shown
