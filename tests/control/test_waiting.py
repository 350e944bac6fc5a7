"""Requests that wait for an exchange: awaited as a value, without a thread of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from calling import Caller

from fakesources.core.engine.waiting import Releasable, Steps, Wait
from fakesources.core.http.messages import Request


@pytest.fixture
def steps(caller: Caller) -> Steps:
    """A request that waits for a list of feeds, as a server with an event loop has it."""
    target = "/_fakesources/journal?operation=curator.feeds.list&wait=60"
    return caller.hosted.steps(Request("GET", target, (), b"", "127.0.0.1:8080", "http", "server", "127.0.0.1"))


def exchanges(steps: Steps) -> list[Any]:
    """The exchanges of a response that is there."""
    with pytest.raises(StopIteration) as end:
        next(steps)
    found: list[Any] = json.loads(end.value.value.body)["exchanges"]
    return found


def event(wait: Wait) -> Releasable:
    """What a request waits for."""
    assert wait.event is not None
    return wait.event


def test_a_request_that_may_wait_tells_for_how_long(steps: Steps) -> None:
    wait = next(steps)

    assert wait.real
    assert 50 < wait.seconds <= 60


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exchange_wakes_it_whether_it_came_before_the_subscription_or_after(
    caller: Caller, steps: Steps, when: str
) -> None:
    woken: list[str] = []
    waited = event(next(steps))
    if when == "before":
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
    waited.subscribe(lambda: woken.append("woken"))
    if when == "after":
        caller.create()
        assert woken == []
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

    waited.block(0)
    assert woken == ["woken"]
    assert [each["operation"] for each in exchanges(steps)] == ["curator.feeds.list"]


def test_a_function_that_was_taken_back_is_not_called(caller: Caller, steps: Steps) -> None:
    woken: list[str] = []
    event(next(steps)).subscribe(lambda: woken.append("woken"))()

    caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

    assert woken == []


def test_it_goes_on_waiting_until_its_first_deadline(steps: Steps) -> None:
    first, second = next(steps), next(steps)

    assert second.seconds < first.seconds


def test_a_shutdown_wakes_it_and_it_answers_with_what_there_is(caller: Caller, steps: Steps) -> None:
    woken: list[str] = []
    event(next(steps)).subscribe(lambda: woken.append("woken"))

    caller.hosted.begin_shutdown()

    assert woken
    assert exchanges(steps) == []


def test_a_client_that_leaves_leaves_no_subscription(caller: Caller, steps: Steps) -> None:
    next(steps)
    assert caller.fake.journal.subscriptions == 1

    steps.close()

    assert caller.fake.journal.subscriptions == 0
