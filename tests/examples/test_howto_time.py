"""Test what depends on time.

The fake has a clock that stands still until the test advances it. Timestamps, rate limits, the delivery of posts and
delays follow it, so hours pass at once and every run is the same.

For tests that freeze or move the time with freezegun or time-machine there is a choice: the fake's clock ignores both,
and `clock="real"` follows `time.time()` and `datetime.now()`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import freezegun
import pytest
import requests
import time_machine

from fakesources import FakeSources

KEY = {"Authorization": "user:key"}
LIST = "https://api.datasift.com/v1.6/source/get"


def test_the_time_is_fixed(fakesources: FakeSources) -> None:
    """A test begins at the start of 2026; new rows have that time."""
    source = fakesources.datasift.sources.add()

    assert datetime.fromtimestamp(source.created_at, UTC) == fakesources.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.fakesources(rate_limit=10)
def test_an_hour_passes(fakesources: FakeSources) -> None:
    """A list costs 5 credits: the third call is an error, and the limit is reset after an hour."""
    calls = [requests.get(LIST, headers=KEY, timeout=5).status_code for _ in range(3)]
    fakesources.clock.advance(hours=1)
    calls.append(requests.get(LIST, headers=KEY, timeout=5).status_code)

    assert calls == [200, 200, 403, 200]


@pytest.mark.fakesources(posts=90)
def test_posts_are_delivered_later(fakesources: FakeSources) -> None:
    """Posts of a new source can be delivered later."""
    fakesources.curator.sources.add(tag="cats")
    assert len(fakesources.curator.posts) == 0

    fakesources.clock.advance(seconds=90)

    assert len(fakesources.curator.posts) == 20


def test_scheduled_events(fakesources: FakeSources) -> None:
    """Scheduled functions are called in order, each at its time."""
    source = fakesources.datasift.sources.add(running=True)
    fakesources.clock.after(60, lambda: fakesources.datasift.log.add(source.id, "Token expired"))
    fakesources.clock.after(61, lambda: fakesources.datasift.sources.change(source.id, running=False))

    fakesources.clock.advance(minutes=2)

    (entry,) = fakesources.datasift.log.values()
    assert entry.event_time == source.created_at + 60
    assert not fakesources.datasift.sources[source.id].running


def test_a_client_timeout(fakesources: FakeSources) -> None:
    """A delay passes on the clock: the client gets its timeout, and the test does not wait."""
    fakesources.faults.delay("datasift.source.get", 30)
    before = fakesources.clock.now()

    with pytest.raises(requests.ReadTimeout):
        requests.get(LIST, headers=KEY, timeout=10)

    assert fakesources.clock.now() - before == timedelta(seconds=30)


@pytest.mark.fakesources(clock="real", rate_limit=5)
def test_the_fake_follows_frozen_time(fakesources: FakeSources) -> None:
    """With `clock="real"`, an hour of freezegun is an hour of the fake."""
    with freezegun.freeze_time("2031-05-06 07:08:09") as frozen:
        source = fakesources.datasift.sources.add()
        assert datetime.fromtimestamp(source.created_at, UTC) == datetime.now(UTC)

        calls = [requests.get(LIST, headers=KEY, timeout=5).status_code for _ in range(2)]
        frozen.tick(timedelta(hours=1))
        calls.append(requests.get(LIST, headers=KEY, timeout=5).status_code)

    assert calls == [200, 403, 200]


@pytest.mark.fakesources(clock="real", posts=90)
def test_the_fake_follows_time_machine(fakesources: FakeSources) -> None:
    """The same with time-machine."""
    with time_machine.travel(datetime(2031, 5, 6, tzinfo=UTC), tick=False) as traveller:
        fakesources.curator.sources.add(tag="cats")
        assert len(fakesources.curator.posts) == 0

        traveller.shift(90)

        assert len(fakesources.curator.posts) == 20


@freezegun.freeze_time("2031-05-06")
def test_the_clock_of_the_fake_ignores_frozen_time(fakesources: FakeSources) -> None:
    """Without `clock="real"`, the rows of the fake keep the time of its own clock."""
    assert fakesources.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
