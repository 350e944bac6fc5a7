"""Faults: documented errors by name, any status by number, failing connections, delays and holds."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis.registry import installed
from fakesources.core.contract.errors import field_names
from fakesources.core.engine.fault_kinds import MAX_DELAY_SECONDS

ALL = installed()

START = "datasift.source.start"
ALICE = (("Authorization", "alice:key"), ("Content-Type", "application/x-www-form-urlencoded"))
OPERATIONS = [(api, endpoint) for api in ALL for endpoint in api.endpoints]


@pytest.fixture
def fake() -> FakeSources:
    return FakeSources()


@pytest.fixture
def source(fake: FakeSources) -> str:
    """Id of a stopped source."""
    return fake.datasift.sources.add().id


def start(fake: FakeSources, id: str, peer: str = "") -> Response:
    """Start a source as alice."""
    return fake.handle(
        Request("PUT", "/v1.6/source/start", ALICE, f"id={id}".encode(), "api.datasift.com", "https", "direct", peer)
    )


def create(fake: FakeSources) -> tuple[int, Any]:
    """Create a source with a valid request; return the status and the body of the response."""
    source = {
        "source_type": "instagram",
        "name": "Rock Music",
        "resources": [{"parameters": {"type": "tag", "value": "rock"}}],
        "auth": [{"parameters": {"value": "TOKEN-1"}}],
    }
    headers = (ALICE[0], ("Content-Type", "application/json"))
    body = json.dumps(source).encode()
    response = fake.handle(Request("POST", "/v1.6/source/create", headers, body, "api.datasift.com"))
    return response.status, json.loads(response.body)


def test_an_error_has_the_apis_status_text_headers_and_cost(fake: FakeSources, source: str) -> None:
    fake.faults.error(START, "not-found")

    response = start(fake, source)

    assert (response.status, json.loads(response.body)) == (404, {"error": "Source not found"})
    assert (response.header("x-ratelimit-remaining"), response.header("x-ratelimit-cost")) == ("9995", "5")
    assert not fake.datasift.sources[source].running
    assert fake.journal.last().error == f"{START}.not-found"
    assert fake.journal.last().fault == "not-found"


def test_a_planned_error_about_a_parameter_names_the_first_required_one(fake: FakeSources) -> None:
    fake.faults.error("datasift.source.create", "missing-param")

    assert create(fake) == (400, {"error": "Missing param 'source_type'"})
    assert create(fake)[0] == 201


def test_a_planned_rate_limit_uses_up_no_window(fake: FakeSources, source: str) -> None:
    """The response shows that nothing remains; the account's window is as it was, and the next call succeeds."""
    fake.faults.error(START, "rate-limit")

    first, second = start(fake, source), start(fake, source)

    assert (first.status, first.header("x-ratelimit-remaining")) == (403, "0")
    assert (second.status, int(second.header("x-ratelimit-remaining") or 0) >= 9_990) == (200, True)


@pytest.mark.parametrize(
    ("name", "fields", "text"),
    [
        ("missing-param", {"field": "auth"}, "Missing param 'auth'"),
        ("not-valid", {"field": "page", "kind": "integer"}, "page must be a valid integer"),
        ("not-among", {"values": "a,b", "field": "order"}, "order is invalid; valid values are: a,b"),
        ("invalid-source-type", {"source_type": "myspace"}, "Invalid source type myspace"),
    ],
)
def test_a_planned_error_has_the_given_fields_in_its_text(
    fake: FakeSources, name: str, fields: dict[str, str], text: str
) -> None:
    fake.faults.error("datasift.source.create", name, fields=fields)

    assert create(fake) == (400, {"error": text})
    assert create(fake)[0] == 201


@pytest.mark.parametrize(("api", "endpoint"), OPERATIONS, ids=[endpoint.id for _, endpoint in OPERATIONS])
def test_a_field_of_an_error_is_no_other_parameter_of_its_operation(api: Any, endpoint: Any) -> None:
    """A planned error without fields takes them from the request: `{name}` would become the name of a source."""
    shown = {"id", "source_type"}
    for edition in api.editions:
        for schema in filter(None, (endpoint.body_schema, endpoint.query_schema)):
            parameters = api.schemas.schema_of(edition, schema).schema["properties"].keys() - shown
            for error in endpoint.errors:
                assert not parameters & set(field_names(error)), error.name


def test_a_fault_happens_as_often_as_planned(fake: FakeSources, source: str) -> None:
    fault = fake.faults.error(START, "not-found", times=2)

    assert [start(fake, source).status for _ in range(3)] == [404, 404, 200]
    assert fault.count == 2
    assert fake.faults.planned == ()


def test_a_fault_without_a_limit_happens_until_it_is_cancelled(fake: FakeSources, source: str) -> None:
    fault = fake.faults.error(START, "not-found", times=None)

    assert [start(fake, source).status for _ in range(3)] == [404, 404, 404]
    fault.cancel()
    assert start(fake, source).status == 200


@pytest.mark.parametrize(
    "when", [lambda request: request.params["id"] == "b" * 32, {"id": "b" * 32}], ids=["function", "parameters"]
)
def test_a_fault_happens_to_requests_that_meet_its_condition(fake: FakeSources, when: Any) -> None:
    for id in ("a" * 32, "b" * 32):
        fake.datasift.sources.add(id=id)
    fake.faults.error(START, "not-found", when=when)

    assert start(fake, "a" * 32).status == 200
    assert start(fake, "b" * 32).status == 404
    assert start(fake, "b" * 32).status == 200


def test_a_request_that_fails_anyway_uses_up_no_fault(fake: FakeSources, source: str) -> None:
    """A call without a credential fails for that; the fault waits for the next one."""
    fake.faults.error(START, "not-found")

    no_key = fake.handle(Request("PUT", "/v1.6/source/start", (), b"", "api.datasift.com"))

    assert no_key.status == 401
    assert start(fake, source).status == 404


def test_an_error_before_authentication_charges_nothing(fake: FakeSources, source: str) -> None:
    """An invalid credential has no rate-limit headers and no cost, as with the real API."""
    fake.faults.error(START, "unauthorized")

    response = start(fake, source)

    assert (response.status, response.header("x-ratelimit-remaining")) == (401, None)
    assert start(fake, source).header("x-ratelimit-remaining") == "9995"


def test_a_rate_limit_error_has_matching_counters(fake: FakeSources, source: str) -> None:
    fake.faults.error(START, "rate-limit")

    response = start(fake, source)

    assert (response.status, response.header("x-ratelimit-remaining")) == (403, "0")


@pytest.mark.parametrize(("api", "endpoint"), OPERATIONS, ids=[endpoint.id for _, endpoint in OPERATIONS])
def test_every_documented_error_can_be_planned(api: Any, endpoint: Any) -> None:
    """For each operation, every name in `names` can be planned, and belongs to the API's catalogue."""
    fake = FakeSources()

    names = fake.faults.names(endpoint.id)

    assert set(names) == {error.name for error in (*api.errors, *endpoint.errors)}
    for name in names:
        fake.faults.error(endpoint.id, name)
    assert len(fake.faults.planned) == len(names)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (lambda faults: faults.error(START, "not-fond"), "expected an error that is documented for datasift.source.start, got 'not-fond'; did you mean 'not-found'"),
        (lambda faults: faults.error("datasift.source.strat", "not-found"), "did you mean 'datasift.source.start'"),
        (lambda faults: faults.error("datasift.source.create", "not-found"), "expected an error that is documented for .*, got 'not-found'"),
        (lambda faults: faults.respond(START, 99), "status: expected 200 to 599, got 99"),
        (lambda faults: faults.disconnect(START, "rest"), "how: expected .* or .*, got 'rest'; did you mean 'reset'"),
        (lambda faults: faults.respond(START, 204, body={}), "body: expected None with status 204"),
        (lambda faults: faults.respond(START, 304, body=b""), "body: expected None with status 304"),
        (lambda faults: faults.delay(START, -1), "seconds: expected 0 to .*, got -1"),
        (lambda faults: faults.delay(START, float("nan")), "seconds: expected 0 to .*, got nan"),
        (lambda faults: faults.delay(START, float("inf")), "seconds: expected 0 to .*, got inf"),
        (lambda faults: faults.delay(START, 1e12), "to 3155760000, got 1000000000000.0"),
        (lambda faults: faults.delay(START, 10**400), "to 3155760000, got 1000"),
        (lambda faults: faults.error(START, "not-found", times=0), "times: expected an integer of 1 or more or None, got 0"),
        (lambda faults: faults.hold("nothing"), "got 'nothing'"),
    ],
)  # fmt: skip
def test_an_invalid_fault_is_rejected_with_a_suggestion(
    fake: FakeSources, plan: Callable[[Any], Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plan(fake.faults)

    assert fake.faults.planned == ()


def test_any_status_without_a_body_has_the_apis_form_of_an_error(fake: FakeSources, source: str) -> None:
    """Nothing is charged, and the operation is not performed."""
    fake.faults.respond(START, 503)

    response = start(fake, source)

    assert (response.status, json.loads(response.body)) == (503, {"error": "Service Unavailable"})
    assert response.header("x-ratelimit-remaining") is None
    assert not fake.datasift.sources[source].running


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ({"a": 1}, b'{"a":1}', "application/json"),
        ("<html>", b"<html>", "text/plain; charset=utf-8"),
        (b"\xff", b"\xff", "application/octet-stream"),
    ],
)
def test_a_status_may_have_any_body(fake: FakeSources, source: str, body: Any, sent: bytes, kind: str) -> None:
    """A JSON value, a text or bytes, each with its media type unless the headers have another."""
    fake.faults.respond(START, 502, body=body)
    fake.faults.respond(START, 502, body=body, headers=(("Content-Type", "x/y"), ("Retry-After", "3")))

    plain, customized = start(fake, source), start(fake, source)

    assert (plain.status, plain.body, plain.header("content-type")) == (502, sent, kind)
    assert [value for name, value in customized.headers if name.lower() == "content-type"] == ["x/y"]
    assert customized.header("retry-after") == "3"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_no_media_type_either(fake: FakeSources, source: str, status: int) -> None:
    fake.faults.respond(START, status, headers=(("Retry-After", "3"),))

    response = start(fake, source)

    assert (response.status, response.body, response.header("content-type")) == (status, b"", None)
    assert response.header("retry-after") == "3"


def test_a_delay_of_0_seconds_counts_and_does_not_change_the_response(fake: FakeSources, source: str) -> None:
    delay = fake.faults.delay(START, 0, times=1)

    response = start(fake, source)

    assert (response.status, response.delay, delay.count) == (200, 0, 1)


@pytest.mark.parametrize(
    ("how", "took_effect"), [("reset", False), ("empty", False), ("timeout", False), ("truncated", True)]
)
def test_a_connection_fails(fake: FakeSources, source: str, how: Any, took_effect: bool) -> None:
    """Only a truncated response is one to a call that took effect."""
    fake.faults.disconnect(START, how)

    response = start(fake, source)

    assert response.disconnect == how
    assert fake.datasift.sources[source].running is took_effect
    assert repr(fake.journal.last()).endswith(f"-> {how}>")


def test_a_call_may_take_effect_although_its_response_is_lost(fake: FakeSources, source: str) -> None:
    fake.faults.disconnect(START, "reset", takes_effect=True)

    assert start(fake, source).disconnect == "reset"
    assert fake.datasift.sources[source].running


def test_an_in_process_delay_passes_on_the_clock(fake: FakeSources, source: str) -> None:
    """Nothing sleeps: the clock advances, and the response has the later time."""
    fake.faults.delay(START, 90)

    response = start(fake, source)

    assert response.delay == 90
    assert fake.clock.now().isoformat() == "2026-01-01T00:01:30+00:00"
    assert response.header("date") == "Thu, 01 Jan 2026 00:01:30 GMT"


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("left", [timedelta(0), timedelta(seconds=2), timedelta(days=400)])
def test_a_delay_stops_at_the_end_of_the_calendar(left: timedelta, running: bool) -> None:
    """Requests near the end of the year 9999 succeed as ever, and no delay moves the clock beyond it."""
    fake = FakeSources(clock=datetime.max.replace(tzinfo=UTC) - left)
    source = fake.datasift.sources.add().id
    if running:
        fake.clock.run()
    fake.faults.delay(START, MAX_DELAY_SECONDS)
    fake.faults.delay(START, MAX_DELAY_SECONDS)

    responses = [start(fake, source) for _ in range(3)]

    assert [response.status for response in responses] == [200, 200, 200]
    assert fake.clock.now() >= datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert responses[0].header("date") == "Fri, 31 Dec 9999 23:59:59 GMT"
    fake.load(fake.dump())


def test_delays_on_a_socket_add_up_to_the_longest_delay_at_most(fake: FakeSources, source: str) -> None:
    fake.faults.delay(START, MAX_DELAY_SECONDS)
    fake.faults.delay(START, MAX_DELAY_SECONDS)

    assert start(fake, source, peer="127.0.0.1").delay == MAX_DELAY_SECONDS


def test_a_delay_on_a_socket_is_left_to_the_adapter(fake: FakeSources, source: str) -> None:
    """The response has the seconds to wait, and the clock does not move."""
    fake.faults.delay(START, 0.25, times=1)

    response = start(fake, source, peer="127.0.0.1")

    assert response.delay == 0.25
    assert fake.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert start(fake, source, peer="127.0.0.1").delay == 0


def test_delays_and_an_error_happen_together(fake: FakeSources, source: str) -> None:
    fake.faults.delay(START, 5)
    fake.faults.delay(START, 5)
    fake.faults.error(START, "not-found")

    response = start(fake, source)

    assert (response.status, response.delay) == (404, 10)


def test_faults_of_one_operation_do_not_affect_others(fake: FakeSources, source: str) -> None:
    fake.faults.error(START, "not-found", times=None)

    response = fake.handle(Request("GET", f"/v1.6/source/get?id={source}", ALICE, b"", "api.datasift.com"))

    assert response.status == 200


def test_faults_happen_in_the_order_they_were_planned(fake: FakeSources, source: str) -> None:
    fake.faults.error(START, "not-found")
    fake.faults.respond(START, 503)

    assert [start(fake, source).status for _ in range(3)] == [404, 503, 200]


def test_a_fault_that_happens_once_happens_to_one_request_only(fake: FakeSources, source: str) -> None:
    """Of many threads at once, exactly as many get an error as were planned."""
    for _ in range(10):
        fake.faults.error(START, "not-found")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(start(fake, source).status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] * 10 + [404] * 10


def test_faults_planned_while_requests_are_processed_are_not_lost(fake: FakeSources) -> None:
    fake.faults.error("datasift.source.stop", "not-found", times=None)
    request = Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com")
    done = threading.Event()

    def send_requests() -> None:
        while not done.is_set():
            fake.handle(request)

    thread = threading.Thread(target=send_requests)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        for _ in range(500):
            fake.faults.error(START, "not-found")
    finally:
        sys.setswitchinterval(before)
        done.set()
        thread.join()

    assert len(fake.faults.planned) == 501


@pytest.mark.parametrize("fault", ["an error", "a hold"])
def test_faults_that_have_happened_are_dropped(fake: FakeSources, source: str, fault: str) -> None:
    """Once none remains, requests cost as much as in a fake without faults."""
    if fault == "an error":
        fake.faults.error(START, "not-found")
    else:
        fake.faults.hold(START).release()
    start(fake, source)
    start(fake, source)

    assert not fake.faults.any


def start_in_thread(fake: FakeSources, source: str) -> tuple[threading.Thread, list[Response]]:
    """Start a source in a thread; return the thread and the list for its response."""
    responses: list[Response] = []
    thread = threading.Thread(target=lambda: responses.append(start(fake, source)))
    thread.start()
    return thread, responses


def test_a_held_request_has_no_effect_until_its_release(fake: FakeSources, source: str) -> None:
    """Other requests get their responses meanwhile."""
    with fake.faults.hold(START) as hold:
        thread, responses = start_in_thread(fake, source)
        hold.wait()
        assert not fake.datasift.sources[source].running
        assert fake.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com")).status == 200

        hold.release()
        thread.join()

    assert responses[0].status == 200
    assert fake.datasift.sources[source].running


def test_leaving_its_block_releases_a_hold(fake: FakeSources, source: str) -> None:
    with fake.faults.hold(START) as hold:
        thread, _ = start_in_thread(fake, source)
        hold.wait()
    thread.join()

    assert start(fake, source).status == 200


def test_waiting_for_requests_times_out(fake: FakeSources) -> None:
    with (
        fake.faults.hold(START) as hold,
        pytest.raises(TimeoutError, match=r"expected 2 requests of datasift\.source\.start within 0 s, got 0"),
    ):
        hold.wait(2, timeout=0)


def test_a_request_begun_before_a_reset_writes_nothing_after_it(fake: FakeSources, source: str) -> None:
    """A reset releases it; it acts on the state it began with, and leaves no trace."""
    hold = fake.faults.hold(START)
    thread, responses = start_in_thread(fake, source)
    hold.wait()

    fake.reset()
    thread.join()

    assert responses[0].status == 200
    assert len(fake.datasift.sources) == len(fake.journal) == 0


def test_a_request_begun_before_a_restore_writes_nothing_after_it(fake: FakeSources, source: str) -> None:
    """It acts on the state it began with; the restored or loaded state does not change."""
    before, document = fake.snapshot(), fake.dump()
    for restore in (lambda: fake.restore(before), lambda: fake.load(document)):
        with fake.faults.hold(START) as hold:
            thread, responses = start_in_thread(fake, source)
            hold.wait()
            restore()
        thread.join()

        assert responses[0].status == 200
        assert fake.dump() == document


def test_a_reset_clears_the_faults(fake: FakeSources) -> None:
    fake.faults.error(START, "not-found", times=None)

    fake.reset()

    assert fake.faults.planned == ()
    assert start(fake, fake.datasift.sources.add().id).status == 200


def test_a_hold_shows_its_operation_and_its_state(fake: FakeSources) -> None:
    hold = fake.faults.hold("datasift.source.get")
    held = repr(hold)
    hold.release()

    assert (held, repr(hold)) == ("<Hold of datasift.source.get, 0 held>", "<Hold of datasift.source.get, released>")
