"""The clock: it stands still until it is moved, and runs due events in order."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fakesources import Clock, FakeSources

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
EAST = timezone(timedelta(hours=5))


def test_a_clock_stands_still() -> None:
    """Reading it does not move it; it starts at the beginning of 2026."""
    clock = Clock()

    assert clock.now() == clock.now() == NEW_YEAR
    assert not clock.running
    assert repr(clock) == "<Clock 2026-01-01T00:00:00+00:00 frozen>"


def test_a_start_in_any_time_zone_is_converted_to_utc() -> None:
    clock = Clock(datetime(2020, 2, 29, 12, tzinfo=timezone(timedelta(hours=2))))

    assert clock.now() == datetime(2020, 2, 29, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "moved"), [({"seconds": 90}, 90), ({"minutes": 5}, 300), ({"hours": 1, "seconds": 0.5}, 3600.5)]
)
def test_advance_returns_the_new_time(step: dict[str, float], moved: float) -> None:
    """Arguments add up as in a timedelta."""
    clock = Clock()

    assert clock.advance(**step) == clock.now() == NEW_YEAR + timedelta(seconds=moved)


def test_a_clock_can_be_set_to_any_time() -> None:
    clock = Clock()

    assert clock.set(NEW_YEAR - timedelta(days=1)) == NEW_YEAR - timedelta(days=1)
    assert clock.set(NEW_YEAR + timedelta(days=1)) == NEW_YEAR + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda clock: clock.advance(-1), "goes forward only"),
        (lambda clock: clock.set(datetime(2026, 1, 1)), "aware datetime"),
        (lambda clock: clock.at(datetime(2026, 1, 1), print), "aware datetime"),
        (lambda clock: Clock(datetime(2026, 1, 1)), "aware datetime"),
        (lambda clock: Clock("2026-01-01"), "aware datetime"),
        (lambda clock: Clock(datetime(1, 1, 1, tzinfo=EAST)), "years 1 to 9999"),
        (lambda clock: clock.set("2031-01-01T00:00:00Z"), "aware datetime.*got '2031-01-01T00:00:00Z'"),
        (lambda clock: clock.at("2031-01-01T00:00:00Z", print), "aware datetime"),
        (lambda clock: clock.set(datetime(1, 1, 1, tzinfo=EAST)), "years 1 to 9999"),
        (lambda clock: clock.advance(300_000_000_000), "years 1 to 9999"),
        (lambda clock: clock.advance(1e15), "years 1 to 9999"),
        (lambda clock: clock.advance(float("inf")), "years 1 to 9999"),
        (lambda clock: clock.advance(float("nan")), "NaN"),
        (lambda clock: clock.advance(days=10**7), "years 1 to 9999"),
    ],
)
def test_an_invalid_time_is_an_error(change, message: str) -> None:  # type: ignore[no-untyped-def]
    """The clock does not move, and no event runs."""
    clock, seen = Clock(), []
    clock.after(60, lambda: seen.append("due"))

    with pytest.raises(ValueError, match=message):
        change(clock)

    assert clock.now() == NEW_YEAR
    assert seen == []


def test_due_events_run_in_order_each_at_its_own_time() -> None:
    """Events of the same time run in the order they were scheduled."""
    clock, seen = Clock(), []
    for seconds, name in ((30, "last"), (10, "first"), (10, "second"), (60, "never")):
        clock.after(seconds, lambda name=name: seen.append((name, (clock.now() - NEW_YEAR).seconds)))  # type: ignore[misc]

    clock.advance(59)

    assert seen == [("first", 10), ("second", 10), ("last", 30)]
    assert clock.now() == NEW_YEAR + timedelta(seconds=59)


def test_an_event_may_schedule_another() -> None:
    """It runs in the same step if it is due."""
    clock, seen = Clock(), []

    def tick() -> None:
        seen.append(clock.seconds() - NEW_YEAR.timestamp())
        clock.after(10, tick)

    clock.after(10, tick)
    clock.advance(35)

    assert seen == [10, 20, 30]


def test_a_cancelled_event_does_not_run() -> None:
    """Cancelling it twice changes nothing."""
    clock, seen = Clock(), []
    event = clock.at(NEW_YEAR + timedelta(seconds=5), lambda: seen.append("it"))

    clock.cancel(event)
    clock.cancel(event)
    clock.advance(10)

    assert seen == []


def test_events_may_use_the_fake() -> None:
    """An event may change rows, in another thread too: no lock is held while it runs."""
    fake = FakeSources()
    source = fake.datasift.sources.add()

    def change() -> None:
        other = threading.Thread(target=lambda: fake.datasift.sources.change(source.id, running=True))
        other.start()
        other.join()

    fake.clock.after(5, change)
    fake.clock.advance(5)

    assert fake.datasift.sources[source.id].running


def test_a_running_clock_follows_real_time() -> None:
    """It never moves backwards, and stands still when it is frozen."""
    clock = Clock("real")
    first = clock.now()

    assert clock.running
    assert clock.now() >= first
    assert abs((first - datetime.now(UTC)).total_seconds()) < 60

    clock.freeze()
    assert clock.now() == clock.now()
    clock.run()
    assert clock.running


def test_the_last_moment_of_the_calendar_can_be_set() -> None:
    """Also by a state file."""
    fake = FakeSources(clock=datetime.max.replace(tzinfo=UTC))

    assert fake.clock.set(datetime.max.replace(tzinfo=UTC)).year == 9999
    state = fake.dump()
    fake.load({**state, "clock": {**state["clock"], "now": datetime.max.replace(tzinfo=UTC).isoformat()}})
    assert fake.clock.now().year == 9999


def test_a_running_clock_stops_at_the_end_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    real_seconds = [0.0]
    monkeypatch.setattr("fakesources.core.storage.clock.monotonic", lambda: real_seconds[0])
    clock = Clock(datetime.max.replace(tzinfo=UTC))
    clock.run()

    real_seconds[0] = 3600.0

    assert clock.now().year == 9999
    assert clock.max_advance() == 0


def test_a_running_clock_runs_overdue_events() -> None:
    """It does so when a request comes in, since no test moves it."""
    clock, seen = Clock("real"), []
    clock.after(-1, lambda: seen.append("due"))
    clock.after(3600, lambda: seen.append("not yet"))

    clock.run_overdue()

    assert seen == ["due"]


def test_a_snapshot_has_the_time_and_the_scheduled_events() -> None:
    """It can be restored any number of times."""
    fake, seen = FakeSources(), []
    fake.clock.after(10, lambda: seen.append("due"))
    before = fake.snapshot()
    fake.clock.advance(20)
    fake.clock.after(1, lambda: seen.append("of another time"))

    for _ in range(2):
        fake.restore(before)
        assert fake.clock.now() == NEW_YEAR
        fake.clock.advance(20)

    assert seen == ["due", "due", "due"]


def test_a_reset_restarts_the_clock() -> None:
    """It is at its start, and has no events."""
    fake, seen = FakeSources(clock=datetime(2025, 5, 5, tzinfo=UTC)), []
    fake.clock.after(10, lambda: seen.append("due"))
    fake.clock.advance(5)
    fake.clock.run()

    fake.reset()

    assert fake.clock.now() == datetime(2025, 5, 5, tzinfo=UTC)
    assert not fake.clock.running
    fake.clock.advance(60)
    assert seen == []
