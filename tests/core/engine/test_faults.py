"""Faults: documented refusals by name, any status by number, broken transports, delays, latches."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis import ALL
from fakesources.core.engine.fault_kinds import MAX_DELAY_SECONDS

START = "datasift.source.start"
ALICE = (("Authorization", "alice:key"), ("Content-Type", "application/x-www-form-urlencoded"))
OPERATIONS = [(api, endpoint) for api in ALL for endpoint in api.endpoints]


@pytest.fixture
def fake() -> FakeSources:
    """A fake with nothing in it."""
    return FakeSources()


@pytest.fixture
def source(fake: FakeSources) -> str:
    """The id of a source that is stopped."""
    return fake.datasift.sources.add().id


def start(fake: FakeSources, id: str, peer: str = "") -> Response:
    """Alice starts a source."""
    return fake.handle(
        Request("PUT", "/v1.6/source/start", ALICE, f"id={id}".encode(), "api.datasift.com", "https", "direct", peer)
    )


def test_a_documented_refusal_is_the_apis_own(fake: FakeSources, source: str) -> None:
    """It has the API's status, text and headers, is charged as the real one, and changes nothing."""
    fake.faults.error(START, "not-found")

    reply = start(fake, source)

    assert (reply.status, json.loads(reply.body)) == (404, {"error": "Source not found"})
    assert (reply.header("x-ratelimit-remaining"), reply.header("x-ratelimit-cost")) == ("9995", "5")
    assert not fake.datasift.sources[source].running
    assert fake.journal.last().error == f"{START}.not-found"
    assert fake.journal.last().fault == "not-found"


def test_an_arranged_refusal_for_the_rate_spends_no_window(fake: FakeSources, source: str) -> None:
    """The answer says that nothing remains; the account has nearly all it had, and the next call is answered."""
    fake.faults.error(START, "rate-limit")

    refused, answered = start(fake, source), start(fake, source)

    assert (refused.status, refused.header("x-ratelimit-remaining")) == (403, "0")
    assert (answered.status, int(answered.header("x-ratelimit-remaining") or 0) >= 9_990) == (200, True)


def test_it_happens_as_often_as_was_said(fake: FakeSources, source: str) -> None:
    """Twice is twice; then the call is answered as it should be."""
    fault = fake.faults.error(START, "not-found", times=2)

    assert [start(fake, source).status for _ in range(3)] == [404, 404, 200]
    assert fault.count == 2
    assert fake.faults.planned == ()


def test_it_may_happen_every_time_until_it_is_cancelled(fake: FakeSources, source: str) -> None:
    """Without an end it goes on, and can be taken back."""
    fault = fake.faults.error(START, "not-found", times=None)

    assert [start(fake, source).status for _ in range(3)] == [404, 404, 404]
    fault.cancel()
    assert start(fake, source).status == 200


@pytest.mark.parametrize(
    "when", [lambda asked: asked.params["id"] == "b" * 32, {"id": "b" * 32}], ids=["function", "parameters"]
)
def test_it_happens_to_the_requests_that_are_meant(fake: FakeSources, when: Any) -> None:
    """A function of the request, or the parameters it has, say which."""
    for id in ("a" * 32, "b" * 32):
        fake.datasift.sources.add(id=id)
    fake.faults.error(START, "not-found", when=when)

    assert start(fake, "a" * 32).status == 200
    assert start(fake, "b" * 32).status == 404
    assert start(fake, "b" * 32).status == 200


def test_what_the_api_refuses_anyway_uses_no_fault_up(fake: FakeSources, source: str) -> None:
    """A call without a credential is refused for that; the fault waits for the next one."""
    fake.faults.error(START, "not-found")

    no_key = fake.handle(Request("PUT", "/v1.6/source/start", (), b"", "api.datasift.com"))

    assert no_key.status == 401
    assert start(fake, source).status == 404


def test_a_refusal_before_the_account_is_known_charges_nothing(fake: FakeSources, source: str) -> None:
    """A refused credential comes without rate-limit headers and without a cost, as the real one does."""
    fake.faults.error(START, "unauthorized")

    reply = start(fake, source)

    assert (reply.status, reply.header("x-ratelimit-remaining")) == (401, None)
    assert start(fake, source).header("x-ratelimit-remaining") == "9995"


def test_a_rate_limit_says_that_nothing_is_left(fake: FakeSources, source: str) -> None:
    """The answer's counters agree with what it says."""
    fake.faults.error(START, "rate-limit")

    reply = start(fake, source)

    assert (reply.status, reply.header("x-ratelimit-remaining")) == (403, "0")


@pytest.mark.parametrize(("api", "endpoint"), OPERATIONS, ids=[endpoint.id for _, endpoint in OPERATIONS])
def test_every_documented_refusal_can_be_arranged(api: Any, endpoint: Any) -> None:
    """For each operation, every name that `names` lists can be planned, and each belongs to the API's catalogue."""
    fake = FakeSources()

    names = fake.faults.names(endpoint.id)

    assert set(names) == {problem.name for problem in (*api.errors, *endpoint.errors)}
    for name in names:
        fake.faults.error(endpoint.id, name)
    assert len(fake.faults.planned) == len(names)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (lambda faults: faults.error(START, "not-fond"), "expected an error that is documented for datasift.source.start, got 'not-fond'; did you mean 'not-found'"),
        (lambda faults: faults.error("datasift.source.strat", "not-found"), "did you mean 'datasift.source.start'"),
        (lambda faults: faults.error("datasift.source.create", "not-found"), "expected an error that is documented for .*, got 'not-found'"),
        (lambda faults: faults.respond(START, 99), "status: expected 200 to 599, got 99"),
        (lambda faults: faults.disconnect(START, "rest"), "how: expected one of .*, got 'rest'; did you mean 'reset'"),
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
def test_what_cannot_be_arranged_is_refused(fake: FakeSources, plan: Callable[[Any], Any], said: str) -> None:
    """A fault that no documentation allows is told when it is arranged, with the nearest that is."""
    with pytest.raises(ValueError, match=said):
        plan(fake.faults)

    assert fake.faults.planned == ()


def test_any_status_is_the_explicit_exception(fake: FakeSources, source: str) -> None:
    """Without a body it has the API's own form of an error; nothing is charged and nothing changed."""
    fake.faults.respond(START, 503)

    reply = start(fake, source)

    assert (reply.status, json.loads(reply.body)) == (503, {"error": "Service Unavailable"})
    assert reply.header("x-ratelimit-remaining") is None
    assert not fake.datasift.sources[source].running


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ({"a": 1}, b'{"a":1}', "application/json"),
        ("<html>", b"<html>", "text/plain; charset=utf-8"),
        (b"\xff", b"\xff", "application/octet-stream"),
    ],
)
def test_a_status_may_bring_any_body(fake: FakeSources, source: str, body: Any, sent: bytes, kind: str) -> None:
    """A JSON value, a text or bytes, each with its media type; headers may say another."""
    fake.faults.respond(START, 502, body=body)
    fake.faults.respond(START, 502, body=body, headers=(("Content-Type", "x/y"), ("Retry-After", "3")))

    plain, dressed = start(fake, source), start(fake, source)

    assert (plain.status, plain.body, plain.header("content-type")) == (502, sent, kind)
    assert [value for name, value in dressed.headers if name.lower() == "content-type"] == ["x/y"]
    assert dressed.header("retry-after") == "3"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_that_has_no_body_brings_none(fake: FakeSources, source: str, status: int) -> None:
    """Neither a body nor the media type of one is sent."""
    fake.faults.respond(START, status, headers=(("Retry-After", "3"),))

    reply = start(fake, source)

    assert (reply.status, reply.body, reply.header("content-type")) == (status, b"", None)
    assert reply.header("retry-after") == "3"


def test_a_delay_of_nothing_leaves_the_answer_as_it_is(fake: FakeSources, source: str) -> None:
    """0 seconds are a delay as any other, and it happens."""
    delay = fake.faults.delay(START, 0, times=1)

    reply = start(fake, source)

    assert (reply.status, reply.delay, delay.count) == (200, 0, 1)


@pytest.mark.parametrize(
    ("how", "took_effect"), [("reset", False), ("empty", False), ("timeout", False), ("truncated", True)]
)
def test_a_transport_breaks(fake: FakeSources, source: str, how: Any, took_effect: bool) -> None:
    """The door is told how; a truncated answer alone is one to a call that took effect."""
    fake.faults.disconnect(START, how)

    reply = start(fake, source)

    assert reply.disconnect == how
    assert fake.datasift.sources[source].running is took_effect
    assert repr(fake.journal.last()).endswith(f"-> {how}>")


def test_a_call_may_take_effect_though_its_answer_is_lost(fake: FakeSources, source: str) -> None:
    """The nasty case: the source runs, and the client cannot know."""
    fake.faults.disconnect(START, "reset", takes_effect=True)

    assert start(fake, source).disconnect == "reset"
    assert fake.datasift.sources[source].running


def test_a_delay_passes_on_the_clock_in_process(fake: FakeSources, source: str) -> None:
    """Nothing sleeps: the clock moves, and what is written has the later time."""
    fake.faults.delay(START, 90)

    reply = start(fake, source)

    assert reply.delay == 90
    assert fake.clock.now().isoformat() == "2026-01-01T00:01:30+00:00"
    assert reply.header("date") == "Thu, 01 Jan 2026 00:01:30 GMT"


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("left", [timedelta(0), timedelta(seconds=2), timedelta(days=400)])
def test_a_delay_ends_with_the_calendar(left: timedelta, running: bool) -> None:
    """A clock close to the end of the year 9999 is answered by as ever, and no delay moves it out of that year."""
    fake = FakeSources(clock=datetime.max.replace(tzinfo=UTC) - left)
    source = fake.datasift.sources.add().id
    if running:
        fake.clock.run()
    fake.faults.delay(START, MAX_DELAY_SECONDS)
    fake.faults.delay(START, MAX_DELAY_SECONDS)

    replies = [start(fake, source) for _ in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 200]
    assert fake.clock.now() >= datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert replies[0].header("date") == "Fri, 31 Dec 9999 23:59:59 GMT"
    fake.load(fake.dump())


def test_no_door_is_told_to_sleep_for_longer_than_it_can(fake: FakeSources, source: str) -> None:
    """Delays that come together on a socket are no longer than the longest that can be arranged."""
    fake.faults.delay(START, MAX_DELAY_SECONDS)
    fake.faults.delay(START, MAX_DELAY_SECONDS)

    assert start(fake, source, peer="127.0.0.1").delay == MAX_DELAY_SECONDS


def test_a_delay_is_the_doors_on_a_socket(fake: FakeSources, source: str) -> None:
    """Behind a socket the answer says how long to wait, and the clock stands where it stood."""
    fake.faults.delay(START, 0.25, times=1)

    reply = start(fake, source, peer="127.0.0.1")

    assert reply.delay == 0.25
    assert fake.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert start(fake, source, peer="127.0.0.1").delay == 0


def test_delays_and_a_refusal_come_together(fake: FakeSources, source: str) -> None:
    """A slow refusal is both."""
    fake.faults.delay(START, 5)
    fake.faults.delay(START, 5)
    fake.faults.error(START, "not-found")

    reply = start(fake, source)

    assert (reply.status, reply.delay) == (404, 10)


def test_faults_of_one_operation_leave_the_others_alone(fake: FakeSources, source: str) -> None:
    """What is arranged for start is not for get."""
    fake.faults.error(START, "not-found", times=None)

    got = fake.handle(Request("GET", f"/v1.6/source/get?id={source}", ALICE, b"", "api.datasift.com"))

    assert got.status == 200


def test_of_two_faults_the_first_arranged_comes_first(fake: FakeSources, source: str) -> None:
    """A list of faults is a script."""
    fake.faults.error(START, "not-found")
    fake.faults.respond(START, 503)

    assert [start(fake, source).status for _ in range(3)] == [404, 503, 200]


def test_one_shot_faults_meet_one_request_each(fake: FakeSources, source: str) -> None:
    """Of many threads at once, exactly as many are refused as were arranged."""
    for _ in range(10):
        fake.faults.error(START, "not-found")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(start(fake, source).status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] * 10 + [404] * 10


def test_what_is_arranged_while_requests_come_is_not_lost(fake: FakeSources) -> None:
    """Arranging and answering take turns: nothing slips in between."""
    fake.faults.error("datasift.source.stop", "not-found", times=None)
    asked = Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com")
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            fake.handle(asked)

    asking = threading.Thread(target=ask)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        asking.start()
        for _ in range(500):
            fake.faults.error(START, "not-found")
    finally:
        sys.setswitchinterval(before)
        done.set()
        asking.join()

    assert len(fake.faults.planned) == 501


@pytest.mark.parametrize("arranged", ["a refusal", "a latch"])
def test_what_has_happened_is_forgotten(fake: FakeSources, source: str, arranged: str) -> None:
    """Once nothing is left to happen, calls cost what they do in a fake without faults."""
    if arranged == "a refusal":
        fake.faults.error(START, "not-found")
    else:
        fake.faults.hold(START).release()
    start(fake, source)
    start(fake, source)

    assert not fake.faults.any


def held(fake: FakeSources, source: str) -> tuple[threading.Thread, list[Response]]:
    """A thread that starts a source, and where its answer will be."""
    replies: list[Response] = []
    thread = threading.Thread(target=lambda: replies.append(start(fake, source)))
    thread.start()
    return thread, replies


def test_a_latch_holds_a_request_until_it_is_released(fake: FakeSources, source: str) -> None:
    """While it is held, nothing has happened and other requests are answered."""
    with fake.faults.hold(START) as latch:
        thread, replies = held(fake, source)
        latch.wait()
        assert not fake.datasift.sources[source].running
        assert fake.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com")).status == 200

        latch.release()
        thread.join()

    assert replies[0].status == 200
    assert fake.datasift.sources[source].running


def test_a_latch_that_is_left_holds_nothing(fake: FakeSources, source: str) -> None:
    """Leaving its block releases what it holds, and later requests pass."""
    with fake.faults.hold(START) as latch:
        thread, _ = held(fake, source)
        latch.wait()
    thread.join()

    assert start(fake, source).status == 200


def test_waiting_for_requests_that_never_come_ends(fake: FakeSources) -> None:
    """A wait that is in vain raises TimeoutError and says what arrived."""
    with (
        fake.faults.hold(START) as latch,
        pytest.raises(TimeoutError, match=r"expected 2 requests of datasift\.source\.start within 0 s, got 0"),
    ):
        latch.wait(2, timeout=0)


def test_a_request_begun_before_a_reset_writes_nothing_after_it(fake: FakeSources, source: str) -> None:
    """A reset lets go of it; it is answered from the state it began with, and leaves no trace."""
    latch = fake.faults.hold(START)
    thread, replies = held(fake, source)
    latch.wait()

    fake.reset()
    thread.join()

    assert replies[0].status == 200
    assert len(fake.datasift.sources) == len(fake.journal) == 0


def test_a_request_begun_before_a_restore_writes_nothing_after_it(fake: FakeSources, source: str) -> None:
    """It is answered from the state it began with; what a snapshot or a document brought back stays as it was."""
    before, document = fake.snapshot(), fake.dump()
    for go_back in (lambda: fake.restore(before), lambda: fake.load(document)):
        with fake.faults.hold(START) as latch:
            thread, replies = held(fake, source)
            latch.wait()
            go_back()
        thread.join()

        assert replies[0].status == 200
        assert fake.dump() == document


def test_a_reset_takes_back_what_was_arranged(fake: FakeSources) -> None:
    """After a reset nothing is planned."""
    fake.faults.error(START, "not-found", times=None)

    fake.reset()

    assert fake.faults.planned == ()
    assert start(fake, fake.datasift.sources.add().id).status == 200
