"""Rate limiting: costs, the window of an hour, and the error beyond the limit."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller, CallResponse

from fakesources import FakeSources

NAMES = ("Limit", "Remaining", "Cost", "Reset", "Reset-Ttl")
START = 1767225600


def rate_headers(response: CallResponse) -> tuple[int, ...]:
    return tuple(response.rate(name) for name in NAMES)


@pytest.mark.parametrize(
    ("path", "cost"),
    [("create", 25), ("update", 25), ("delete", 25), ("resource/add", 25), ("resource/remove", 25), ("auth/add", 25),
     ("auth/remove", 25), ("get", 5), ("log", 5), ("start", 5), ("stop", 5)],
)  # fmt: skip
@pytest.mark.parametrize("id", [None, "unknown", "known"])
def test_a_failed_call_costs_as_much_as_a_successful_one(
    call_either: Caller, path: str, cost: int, id: str | None
) -> None:
    """Get, log, start and stop cost 5, other operations 25; a 400 and a 404 too."""
    source = call_either.fake.datasift.sources.add()
    params: dict[str, Any] = {
        "resources": [],
        "auth": [],
        "resource_ids": [],
        "auth_ids": [],
        "name": "n",
        "source_type": "yammer",
    }
    params |= {} if id is None else {"id": source.id if id == "known" else "f" * 32}

    response = call_either("POST", path, json_body=params)

    assert rate_headers(response) == (10_000, 10_000 - cost, cost, START + 3600, 3600)


def test_the_window_opens_at_the_first_call_and_lasts_an_hour(call: Caller) -> None:
    clock = call.fake.clock
    clock.advance(1000)
    seen = [rate_headers(call("GET", "get"))]
    for step in (600, 2999, 1):
        clock.advance(step)
        seen.append(rate_headers(call("GET", "get")))

    opened = START + 1000
    assert seen == [
        (10_000, 9_995, 5, opened + 3600, 3600),
        (10_000, 9_990, 5, opened + 3600, 3000),
        (10_000, 9_985, 5, opened + 3600, 1),
        (10_000, 9_995, 5, opened + 7200, 3600),
    ]


def test_a_clock_set_back_opens_a_new_window(call: Caller) -> None:
    call("GET", "get")
    now = call.fake.clock.now()
    call.fake.clock.set(now.replace(year=2020))

    assert rate_headers(call("GET", "get"))[1::3] == (9_995, 3600)


@pytest.mark.parametrize("status", [403, 429])
def test_a_call_beyond_the_limit_is_an_error(status: int) -> None:
    """It changes nothing and costs nothing, and `Remaining` is 0."""
    fake = FakeSources(rate_limit=30, rate_limit_status=status)
    call = Caller(fake)
    assert rate_headers(call.create())[1] == 5

    response = call.create()

    assert (response.status, response.error) == (status, "API Rate Limit Exceeded")
    assert rate_headers(response) == (30, 0, 25, START + 3600, 3600)
    assert len(fake.datasift.sources) == 1
    assert rate_headers(call("GET", "get"))[1] == 0
    fake.clock.advance(hours=1)
    assert call.create().status == 201


def test_the_last_credits_can_be_spent() -> None:
    call = Caller(FakeSources(rate_limit=30))

    assert [rate_headers(response)[1] for response in (call("GET", "get"), call.create())] == [25, 0]
    assert len(call.fake.datasift.sources) == 1


def test_the_default_status_beyond_the_limit_is_403() -> None:
    """Official clients recognize the error by a cost above the remaining credits."""
    response = Caller(FakeSources(rate_limit=3))("GET", "get")

    assert (response.status, response.rate("Remaining"), response.rate("Cost")) == (403, 0, 5)


def test_each_account_has_its_own_window_and_limit(call: Caller) -> None:
    fake = call.fake
    call.create()
    bob = Caller(fake, "bob:key")
    fake.datasift.account("bob").rate_limit = 100

    assert (rate_headers(call("GET", "get"))[:2], rate_headers(bob("GET", "get"))[:2]) == ((10_000, 9_970), (100, 95))
    fake.datasift.rate_limit = 31
    assert call("GET", "get").status == 403
    assert (fake.datasift.rate_limit, fake.datasift.account("bob").rate_limit) == (31, 100)


@pytest.mark.parametrize(("name", "value"), [("rate_limit", -1), ("rate_limit_status", 200)])
def test_invalid_settings_raise(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        FakeSources(**{name: value})


def test_a_snapshot_has_the_window(call: Caller) -> None:
    call("GET", "get")
    state = call.fake.snapshot()
    call.create()

    call.fake.restore(state)

    assert rate_headers(call("GET", "get"))[1] == 9_990


def test_a_reset_opens_a_new_window(call: Caller) -> None:
    call.create()

    call.fake.reset()

    assert rate_headers(call("GET", "get"))[1] == 9_995
