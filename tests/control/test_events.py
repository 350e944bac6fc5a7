"""Server-sent events of the control plane."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from calling import JSON, Caller

from fakesources.adapters.wsgi import application
from fakesources.control import events
from fakesources.control.hosted import EVENT_STREAMS, Hosted
from fakesources.core.engine.waiting import Pieces, Wait
from fakesources.server.server import Server

Event = tuple[str, Any]


def open_stream(caller: Caller, query: str = "") -> Pieces:
    """Return the pieces of a new stream, after its first step: it waits for news."""
    response = caller.send("GET", f"/_fakesources/events{query}")
    assert response.status == 200
    assert response.header("content-type") == "text/event-stream; charset=utf-8"
    assert response.pieces is not None
    return response.pieces


def until_idle(pieces: Pieces) -> list[Event]:
    """Return the events that a stream sends before it waits for others."""
    sent = b""
    for step in pieces:
        if isinstance(step, bytes):
            sent += step
        elif step.event is not None:
            return parsed(sent.decode("ascii"))
    return parsed(sent.decode("ascii"))


def parsed(text: str) -> list[Event]:
    events = []
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":"))
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def names(events: list[Event]) -> list[str]:
    return [name for name, _ in events]


def test_an_exchange_is_sent_without_bodies_and_with_masked_secrets(caller: Caller) -> None:
    stream = open_stream(caller)
    assert until_idle(stream) == []
    caller.create()
    [(name, exchange)] = until_idle(stream)

    assert name == "exchange"
    assert exchange["operation"] == "datasift.source.create"
    assert "body" not in exchange
    assert "s3cret" not in json.dumps(exchange)


@pytest.mark.parametrize(
    ("query", "expected"), [("", []), ("?after=0", [1, 2, 3]), ("?after=2", [3]), ("?after=9", [])]
)
def test_a_stream_begins_after_an_exchange(caller: Caller, query: str, expected: list[int]) -> None:
    for name in ("one", "two", "three"):
        caller.create(name)

    assert [exchange["number"] for _, exchange in until_idle(open_stream(caller, query))] == expected


def test_every_exchange_is_sent_once_and_in_order(caller: Caller) -> None:
    stream = open_stream(caller)
    numbers = []
    for _ in range(3):
        for _ in range(150):
            caller.names()
        numbers += [exchange["number"] for _, exchange in until_idle(stream)]

    assert numbers == list(range(1, 451))


def test_a_violation_is_sent_after_its_exchange(caller: Caller) -> None:
    stream = open_stream(caller)
    until_idle(stream)
    violate(caller)
    events = dict(until_idle(stream))

    assert list(events) == ["state", "exchange", "violation"]
    assert "violations" in events["state"]["changed"]
    assert events["violation"]["rule"] == "curator.feeds.create.unknown-parameter"
    assert events["violation"]["exchange"] == events["exchange"]["number"]


def violate(caller: Caller) -> None:
    """Send a request with an unknown parameter."""
    body = json.dumps({"name": "Ours", "nam": "x"}).encode()
    assert caller.send("POST", "/v1/feeds?api_key=KEY", body, JSON).status < 300


def change(caller: Caller, what: str) -> None:
    """Change one part of what the control plane shows."""
    error = {"operation": "curator.feeds.list", "error": "wrong-key"}
    calls: dict[str, list[tuple[str, str, Any]]] = {
        "faults": [("POST", "/faults", error)],
        "clock": [("POST", "/clock", {"advance": 60})],
        "snapshots": [("POST", "/snapshots", {"name": "before"})],
        "violations": [("DELETE", "/violations", None)],
        "journal": [("POST", "/reset", None)],
        "state": [("PUT", "/state", caller.control("GET", "/state")[1])],
    }
    for call in calls[what]:
        assert caller.control(*call)[0] < 300


@pytest.mark.parametrize("what", ["faults", "clock", "snapshots", "violations", "journal", "state"])
def test_a_change_of_the_state_is_named(caller: Caller, what: str) -> None:
    violate(caller)
    stream = open_stream(caller)
    until_idle(stream)
    change(caller, what)
    [(name, value)] = until_idle(stream)

    assert name == "state"
    assert what in value["changed"]


def test_a_change_in_python_is_noticed_without_a_request(caller: Caller) -> None:
    stream = open_stream(caller)
    until_idle(stream)
    caller.fake.faults.hold("curator.feeds.list")
    caller.fake.clock.advance(hours=1)

    assert until_idle(stream) == [("state", {"changed": ["faults", "clock"]})]


def test_the_numbers_begin_again_after_a_reset(caller: Caller) -> None:
    caller.create()
    stream = open_stream(caller)
    until_idle(stream)
    caller.control("POST", "/reset")
    caller.create("Jazz")
    (_, state), (_, exchange) = until_idle(stream)

    assert "journal" in state["changed"]
    assert exchange["number"] == 1


def test_those_that_remain_come_again_once_others_were_removed(caller: Caller) -> None:
    caller.create()
    caller.send("GET", "/v1/feeds?api_key=KEY")
    stream = open_stream(caller, "?after=0")
    until_idle(stream)
    caller.control("DELETE", "/journal?api=curator")
    (_, state), (_, exchange) = until_idle(stream)

    assert "journal" in state["changed"]
    assert exchange["number"] == 1


def test_a_shutdown_ends_a_stream(caller: Caller) -> None:
    stream = open_stream(caller)
    until_idle(stream)
    caller.hosted.begin_shutdown()

    assert list(stream) == []
    assert caller.hosted.gauges["event_streams"]() == 0


def test_a_stream_that_is_closed_leaves_nothing(caller: Caller) -> None:
    stream = open_stream(caller)
    until_idle(stream)
    assert caller.hosted.gauges["event_streams"]() == 1
    stream.close()

    assert caller.hosted.gauges["event_streams"]() == caller.fake.journal.subscriptions == 0


def test_the_number_of_streams_is_limited(caller: Caller) -> None:
    streams = [open_stream(caller) for _ in range(EVENT_STREAMS)]
    for stream in streams:
        until_idle(stream)
    status, error = caller.control("GET", "/events")
    assert (status, error["name"]) == (503, "too-many-streams")

    streams.pop().close()
    assert caller.send("GET", "/_fakesources/events").status == 200


def test_streams_that_have_not_begun_count_until_they_are_dropped(caller: Caller) -> None:
    """Many clients may come before the first event is sent; some leave at once, or ask for the head alone."""
    streams = [open_stream(caller) for _ in range(EVENT_STREAMS)]
    status, error = caller.control("GET", "/events")
    assert (status, error["name"]) == (503, "too-many-streams")

    streams.pop().close()
    assert caller.send("HEAD", "/_fakesources/events").status == 200
    del streams
    assert caller.hosted.gauges["event_streams"]() == 0


def test_a_waiting_stream_yields_a_wait_that_ends(caller: Caller) -> None:
    """It has both an event and a time, after which it looks for changes that nothing announces."""
    wait = next(each for each in open_stream(caller) if isinstance(each, Wait) and each.event is not None)

    assert wait.real
    assert 0 < wait.seconds < 60


def test_a_stream_without_events_sends_comments(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment shows each client, and each proxy between, that the stream is alive."""
    now = [0.0]
    monkeypatch.setattr(events, "monotonic", lambda: now[0])
    stream, sent = open_stream(caller), dict[float, object]()
    for seconds in (0, 14, 15, 16, 30, 31):
        now[0] = seconds
        sent[seconds] = next(stream)

    assert {seconds: step for seconds, step in sent.items() if not isinstance(step, Wait)} == {
        15: b":\n\n",
        31: b":\n\n",
    }


def test_a_wsgi_server_rejects_events() -> None:
    from werkzeug.test import Client

    hosted = Hosted({}, token="s3cret", address=None)
    client = Client(application(hosted.handle, served=True))
    response = client.get("/_fakesources/events", headers={"Authorization": "Bearer s3cret"})

    assert response.status_code == 501
    assert "/_fakesources/journal?after=" in response.json["error"]


@contextmanager
def serving(hosted: Hosted) -> Iterator[Server]:
    server = Server(
        hosted.handle, handle_nonblocking=hosted.handle_nonblocking, steps=hosted.steps, authorise=hosted.authorise,
        limit=hosted.limit,
    )  # fmt: skip
    with server:
        yield server
        hosted.begin_shutdown()


def test_events_come_over_a_socket_with_a_token_alone() -> None:
    hosted = Hosted({}, token="s3cret")
    with serving(hosted) as server:
        url = f"{server.url}/_fakesources/events"
        assert requests.get(url, timeout=10).status_code == 401
        with requests.get(url, headers={"Authorization": "Bearer s3cret"}, stream=True, timeout=10) as response:
            lines = response.iter_lines(chunk_size=1, decode_unicode=True)
            next(lines)
            requests.get(f"{server.url}/v1/feeds?api_key=KEY", timeout=10)
            found = list(itertools.islice((line for line in lines if line.startswith(("event", "data"))), 2))
        assert found[0] == "event: exchange"
        assert json.loads(found[1].partition(": ")[2])["operation"] == "curator.feeds.list"
