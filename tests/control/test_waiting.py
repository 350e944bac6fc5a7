"""Requests that wait for an exchange, without a thread of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from calling import Caller

from fakesources.core.engine.waiting import OneTimeEvent, Steps, Wait
from fakesources.core.http.messages import Request


@pytest.fixture
def steps(caller: Caller) -> Steps:
    """Steps of a request that waits for a list of feeds, as a server with an event loop drives them."""
    target = "/_fakesources/journal?operation=curator.feeds.list&wait=60"
    return caller.hosted.steps(Request("GET", target, (), b"", "127.0.0.1:8080", "http", "server", "127.0.0.1"))


def exchanges(steps: Steps) -> list[Any]:
    """Return the exchanges in the response of a request that no longer waits."""
    with pytest.raises(StopIteration) as end:
        next(steps)
    found: list[Any] = json.loads(end.value.value.body)["exchanges"]
    return found


def event(wait: Wait) -> OneTimeEvent:
    """Return the event that a request waits for."""
    assert wait.event is not None
    return wait.event


def test_a_waiting_request_yields_the_remaining_time(steps: Steps) -> None:
    wait = next(steps)

    assert wait.real
    assert 50 < wait.seconds <= 60


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exchange_before_or_after_the_subscription_wakes_it(caller: Caller, steps: Steps, when: str) -> None:
    woken: list[str] = []
    exchange_recorded = event(next(steps))
    if when == "before":
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")
    exchange_recorded.subscribe(lambda: woken.append("woken"))
    if when == "after":
        caller.create()
        assert woken == []
        caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

    exchange_recorded.block(0)
    assert woken == ["woken"]
    assert [each["operation"] for each in exchanges(steps)] == ["curator.feeds.list"]


def test_an_unsubscribed_function_is_not_called(caller: Caller, steps: Steps) -> None:
    woken: list[str] = []
    event(next(steps)).subscribe(lambda: woken.append("woken"))()

    caller.send("GET", "/v1/feeds?api_key=ABCD-1234")

    assert woken == []


def test_waiting_again_keeps_the_first_deadline(steps: Steps) -> None:
    first, second = next(steps), next(steps)

    assert second.seconds < first.seconds


def test_a_shutdown_wakes_it_and_its_response_has_no_exchanges(caller: Caller, steps: Steps) -> None:
    woken: list[str] = []
    event(next(steps)).subscribe(lambda: woken.append("woken"))

    caller.hosted.begin_shutdown()

    assert woken
    assert exchanges(steps) == []


def test_closing_the_steps_ends_the_subscription(caller: Caller, steps: Steps) -> None:
    next(steps)
    assert caller.fake.journal.subscriptions == 1

    steps.close()

    assert caller.fake.journal.subscriptions == 0
