"""Requests that wait for an exchange: awaited as a value, without a thread of their own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from calling import Caller

from fakesources.core.messages import Reply, Request
from fakesources.core.waiting import Outcome, Waiting


def begin(caller: Caller, target: str) -> Outcome:
    """The outcome of a request to the control plane, as a server with an event loop has it."""
    request = Request("GET", f"/_fakesources{target}", (), b"", "127.0.0.1:8080", "http", "server", "127.0.0.1")
    return caller.hosted.begin(request)


def exchanges(reply: Any) -> list[Any]:
    """The exchanges of a response."""
    assert isinstance(reply, Reply)
    found: list[Any] = json.loads(reply.body)["exchanges"]
    return found


@pytest.fixture
def waiting(caller: Caller) -> Waiting:
    """A request that waits for a list of feeds."""
    outcome = begin(caller, "/journal?operation=curator.feeds.list&wait=60")
    assert isinstance(outcome, Waiting)
    return outcome


def test_a_request_that_may_wait_gives_what_it_waits_for(waiting: Waiting) -> None:
    assert 50 < waiting.deadline - time.monotonic() <= 60


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exchange_wakes_it_whether_it_came_before_the_subscription_or_after(
    caller: Caller, waiting: Waiting, when: str
) -> None:
    woken: list[str] = []
    if when == "before":
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
    cancel = waiting.subscribe(lambda: woken.append("woken"))
    if when == "after":
        caller.create()
        assert woken == []
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

    assert woken == ["woken"]
    assert [each["operation"] for each in exchanges(waiting.resume())] == ["curator.feeds.list"]
    cancel()


def test_it_goes_on_waiting_until_its_first_deadline(caller: Caller, waiting: Waiting) -> None:
    again = waiting.resume()

    assert isinstance(again, Waiting)
    assert again.deadline == waiting.deadline


def test_a_shutdown_wakes_it_and_it_answers_with_what_there_is(caller: Caller, waiting: Waiting) -> None:
    woken: list[str] = []
    waiting.subscribe(lambda: woken.append("woken"))

    caller.hosted.begin_shutdown()

    assert woken
    assert exchanges(waiting.resume()) == []


def test_a_client_that_leaves_leaves_no_subscription(caller: Caller, waiting: Waiting) -> None:
    cancel = waiting.subscribe(lambda: None)
    assert caller.fake.journal.subscriptions == 1

    cancel()

    assert caller.fake.journal.subscriptions == 0
