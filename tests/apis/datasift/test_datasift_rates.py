"""Rate limiting: what calls cost, the hour they are taken from, and what happens when it is used up."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Answered, Caller

from fakesources import FakeSources

NAMES = ("Limit", "Remaining", "Cost", "Reset", "Reset-Ttl")
NOON = 1767225600


def told(answer: Answered) -> tuple[int, ...]:
    return tuple(answer.rate(name) for name in NAMES)


@pytest.mark.parametrize(
    ("path", "cost"),
    [("create", 25), ("update", 25), ("delete", 25), ("resource/add", 25), ("resource/remove", 25), ("auth/add", 25),
     ("auth/remove", 25), ("get", 5), ("log", 5), ("start", 5), ("stop", 5)],
)  # fmt: skip
@pytest.mark.parametrize("id", [None, "unknown", "known"])
def test_a_call_costs_the_same_however_it_ends(either: Caller, path: str, cost: int, id: str | None) -> None:
    """Reading, starting and stopping costs 5, anything else 25: also for a 400 and for a 404."""
    source = either.fake.datasift.sources.add()
    params: dict[str, Any] = {
        "resources": [],
        "auth": [],
        "resource_ids": [],
        "auth_ids": [],
        "name": "n",
        "source_type": "yammer",
    }
    params |= {} if id is None else {"id": source.id if id == "known" else "f" * 32}

    answer = either("POST", path, json_body=params)

    assert told(answer) == (10_000, 10_000 - cost, cost, NOON + 3600, 3600)


def test_the_window_opens_at_the_first_call_and_lasts_an_hour(call: Caller) -> None:
    """Reset is an hour after the first call whatever time that was; the count-down follows the clock; then all is new."""
    clock = call.fake.clock
    clock.advance(1000)
    seen = [told(call("GET", "get"))]
    for step in (600, 2999, 1):
        clock.advance(step)
        seen.append(told(call("GET", "get")))

    opened = NOON + 1000
    assert seen == [
        (10_000, 9_995, 5, opened + 3600, 3600),
        (10_000, 9_990, 5, opened + 3600, 3000),
        (10_000, 9_985, 5, opened + 3600, 1),
        (10_000, 9_995, 5, opened + 7200, 3600),
    ]


def test_a_clock_put_back_opens_a_new_window(call: Caller) -> None:
    """When a test puts the clock back, the window starts anew: no count-down is longer than an hour."""
    call("GET", "get")
    now = call.fake.clock.now()
    call.fake.clock.set(now.replace(year=2020))

    assert told(call("GET", "get"))[1::3] == (9_995, 3600)


@pytest.mark.parametrize("status", [403, 429])
def test_beyond_the_allowance_a_call_is_refused(status: int) -> None:
    """A call that costs more than is left is refused, does nothing and takes nothing; `Remaining` says 0."""
    fake = FakeSources(rate_limit=30, rate_limit_status=status)
    call = Caller(fake)
    assert told(call.create())[1] == 5

    refused = call.create()

    assert (refused.status, refused.error) == (status, "API Rate Limit Exceeded")
    assert told(refused) == (30, 0, 25, NOON + 3600, 3600)
    assert len(fake.datasift.sources) == 1
    assert told(call("GET", "get"))[1] == 0
    fake.clock.advance(hours=1)
    assert call.create().status == 201


def test_the_last_credits_can_be_spent() -> None:
    """A call that costs just what is left goes through and leaves nothing."""
    call = Caller(FakeSources(rate_limit=30))

    assert [told(answer)[1] for answer in (call("GET", "get"), call.create())] == [25, 0]
    assert len(call.fake.datasift.sources) == 1


def test_the_default_refusal_is_one_every_client_understands() -> None:
    """By default the refusal is 403 with a cost above what remains, and nothing remaining."""
    answer = Caller(FakeSources(rate_limit=3))("GET", "get")

    assert (answer.status, answer.rate("Remaining"), answer.rate("Cost")) == (403, 0, 5)


def test_accounts_have_hours_of_their_own(call: Caller) -> None:
    """What one account spends is not taken from another; a limit can be set for one alone, at any time."""
    fake = call.fake
    call.create()
    bob = Caller(fake, "bob:key")
    fake.datasift.account("bob").rate_limit = 100

    assert (told(call("GET", "get"))[:2], told(bob("GET", "get"))[:2]) == ((10_000, 9_970), (100, 95))
    fake.datasift.rate_limit = 31
    assert call("GET", "get").status == 403
    assert (fake.datasift.rate_limit, fake.datasift.account("bob").rate_limit) == (31, 100)


@pytest.mark.parametrize(("name", "value"), [("rate_limit", -1), ("rate_limit_status", 200)])
def test_settings_that_mean_nothing_are_refused(name: str, value: int) -> None:
    """A limit below 0, or a status that the page does not give, is a ValueError."""
    with pytest.raises(ValueError, match=name):
        FakeSources(**{name: value})


def test_a_snapshot_holds_the_window(call: Caller) -> None:
    """Going back to a snapshot goes back to what was left of the hour."""
    call("GET", "get")
    state = call.fake.snapshot()
    call.create()

    call.fake.restore(state)

    assert told(call("GET", "get"))[1] == 9_990


def test_a_reset_fills_the_hour(call: Caller) -> None:
    """After a reset the hour is whole again."""
    call.create()

    call.fake.reset()

    assert told(call("GET", "get"))[1] == 9_995
