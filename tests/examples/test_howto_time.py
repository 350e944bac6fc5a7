"""How to test what takes time.

The fake has a clock of its own that stands still until the test moves it. Every timestamp, rate-limit window, arrival
of posts and delay follows it, so hours pass in no time and every run is the same.

A suite that freezes or moves the time of day with freezegun or time-machine has a choice: the fake's own clock ignores
both, and `clock="real"` follows what `time.time()` and `datetime.now()` say in the test.
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


def test_it_is_always_the_same_time(fakesources: FakeSources) -> None:
    """A test begins at the start of 2026, and everything made has that time."""
    source = fakesources.datasift.sources.add()

    assert datetime.fromtimestamp(source.created_at, UTC) == fakesources.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.fakesources(rate_limit=10)
def test_an_hour_passes(fakesources: FakeSources) -> None:
    """A list costs 5 credits: the third is refused, and an hour later the credits are back."""
    calls = [requests.get(LIST, headers=KEY, timeout=5).status_code for _ in range(3)]
    fakesources.clock.advance(hours=1)
    calls.append(requests.get(LIST, headers=KEY, timeout=5).status_code)

    assert calls == [200, 200, 403, 200]


@pytest.mark.fakesources(posts=90)
def test_posts_arrive(fakesources: FakeSources) -> None:
    """Posts of a new source may take their time."""
    fakesources.curator.sources.add(tag="cats")
    assert len(fakesources.curator.posts) == 0

    fakesources.clock.advance(seconds=90)

    assert len(fakesources.curator.posts) == 20


def test_something_happens_meanwhile(fakesources: FakeSources) -> None:
    """What is arranged for a time happens on the way there, in order, each at its own time."""
    source = fakesources.datasift.sources.add(running=True)
    fakesources.clock.after(60, lambda: fakesources.datasift.log.add(source.id, "Token expired"))
    fakesources.clock.after(61, lambda: fakesources.datasift.sources.change(source.id, running=False))

    fakesources.clock.advance(minutes=2)

    (entry,) = fakesources.datasift.log.values()
    assert entry.event_time == source.created_at + 60
    assert not fakesources.datasift.sources[source.id].running


def test_a_client_gives_up(fakesources: FakeSources) -> None:
    """A delay passes on the clock: the client that waits less gets its timeout, and the test does not wait."""
    fakesources.faults.delay("datasift.source.get", 30)
    before = fakesources.clock.now()

    with pytest.raises(requests.ReadTimeout):
        requests.get(LIST, headers=KEY, timeout=10)

    assert fakesources.clock.now() - before == timedelta(seconds=30)


@pytest.mark.fakesources(clock="real", rate_limit=5)
def test_the_fake_follows_frozen_time(fakesources: FakeSources) -> None:
    """With `clock="real"` an hour that freezegun lets pass is an hour for the fake, which was made before."""
    with freezegun.freeze_time("2031-05-06 07:08:09") as frozen:
        source = fakesources.datasift.sources.add()
        assert datetime.fromtimestamp(source.created_at, UTC) == datetime.now(UTC)

        calls = [requests.get(LIST, headers=KEY, timeout=5).status_code for _ in range(2)]
        frozen.tick(timedelta(hours=1))
        calls.append(requests.get(LIST, headers=KEY, timeout=5).status_code)

    assert calls == [200, 403, 200]


@pytest.mark.fakesources(clock="real", posts=90)
def test_the_fake_follows_a_traveller(fakesources: FakeSources) -> None:
    """The same with time-machine."""
    with time_machine.travel(datetime(2031, 5, 6, tzinfo=UTC), tick=False) as traveller:
        fakesources.curator.sources.add(tag="cats")
        assert len(fakesources.curator.posts) == 0

        traveller.shift(90)

        assert len(fakesources.curator.posts) == 20


@freezegun.freeze_time("2031-05-06")
def test_the_fakes_own_clock_does_not(fakesources: FakeSources) -> None:
    """Without `clock="real"` the application may live in 2031 and the fake's rows are still made at the start of 2026."""
    assert fakesources.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
