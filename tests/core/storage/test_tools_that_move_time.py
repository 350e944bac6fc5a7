"""Clocks under tools that freeze or move the time of day: one that follows it does, any other ignores the tools."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import freezegun
import pytest
import requests
import time_machine

from fakesources import FakeSources, Request

THEN = datetime(2031, 5, 6, 7, 8, 9, 250_000, tzinfo=UTC)
LATER = timedelta(minutes=61)
MICROSECOND = timedelta(microseconds=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = "/v1.6/source/get"


@contextmanager
def frozen(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Freeze time with freezegun; yield a function that advances it."""
    with freezegun.freeze_time(when) as factory:
        yield factory.tick


@contextmanager
def ticking(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Let time run on from a given one with freezegun."""
    with freezegun.freeze_time(when, tick=True) as factory:
        yield factory.tick


@contextmanager
def travelled(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Freeze time with time-machine."""
    with time_machine.travel(when, tick=False) as traveller:
        yield traveller.shift


@contextmanager
def travelling(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Let time run on from a given one with time-machine."""
    with time_machine.travel(when, tick=True) as traveller:
        yield traveller.shift


TOOLS: dict[str, Callable[..., AbstractContextManager[Callable[[timedelta], object]]]] = {
    "freezegun": frozen,
    "freezegun, ticking": ticking,
    "time-machine": travelled,
    "time-machine, ticking": travelling,
}
tools = pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
orders = pytest.mark.parametrize("made", ["before", "inside"])


def get_sources(fake: FakeSources) -> Any:
    return fake.handle(Request("GET", SOURCES, (("Authorization", "user:key"),), host="api.datasift.com"))


def has_time_of_day(fake: FakeSources) -> bool:
    """Return whether the fake's time is between two readings of the process's own clocks.

    To the microsecond: one clock is cut off there, the other one is rounded.
    """
    before, seconds_before = datetime.now(UTC) - MICROSECOND, time.time() - 1e-6
    now, seconds = fake.clock.now(), fake.clock.seconds()
    after, seconds_after = datetime.now(UTC) + MICROSECOND, time.time() + 1e-6
    return before <= now <= after and seconds_before <= seconds <= seconds_after


@tools
@orders
def test_a_real_clock_follows_the_time_of_day(tool: Any, made: str) -> None:
    """Created before or under the tool, and after the tool has ended."""
    fake = FakeSources(clock="real") if made == "before" else None
    with tool() as move:
        fake = fake or FakeSources(clock="real")
        assert has_time_of_day(fake)
        assert fake.clock.now() >= THEN
        move(LATER)
        assert has_time_of_day(fake)
        assert fake.clock.now() >= THEN + LATER

    assert has_time_of_day(fake)


@tools
@orders
@pytest.mark.parametrize("clock", [None, THEN - LATER])
def test_any_other_clock_ignores_the_tools(tool: Any, made: str, clock: datetime | None) -> None:
    """It moves when the test moves it."""
    fake = FakeSources(clock=clock) if made == "before" else None
    start = clock or NEW_YEAR
    with tool() as move:
        fake = fake or FakeSources(clock=clock)
        assert fake.clock.now() == start
        move(LATER)
        assert fake.clock.now() == start
        assert fake.clock.advance(60) == fake.clock.now() == start + timedelta(seconds=60)

    assert fake.clock.now() == start + timedelta(seconds=60)


@tools
@orders
def test_any_other_running_clock_counts_real_seconds(tool: Any, made: str) -> None:
    fake = FakeSources()
    if made == "before":
        fake.clock.run()
    with tool() as move:
        fake.clock.run()
        first = fake.clock.now()
        move(LATER)
        assert NEW_YEAR <= first <= fake.clock.now() < NEW_YEAR + LATER
        while fake.clock.now() == first:  # it does run
            time.sleep(0.001)

    assert fake.clock.now() < NEW_YEAR + LATER


@tools
def test_nested_tools_are_followed_one_by_one(tool: Any) -> None:
    """The innermost one counts, then the outer one."""
    fake = FakeSources(clock="real")
    with tool():
        with tool(THEN - timedelta(days=400)):
            assert has_time_of_day(fake)
            assert fake.clock.now() < THEN
        assert has_time_of_day(fake)
        assert fake.clock.now() >= THEN


@tools
def test_a_real_clock_that_a_test_moved_stays_ahead_of_the_time_of_day(tool: Any) -> None:
    """`advance` and `set` add to the tool's time until a reset."""
    fake = FakeSources(clock="real")
    with tool() as move:
        fake.clock.advance(hours=1)
        assert fake.clock.now() - datetime.now(UTC) > timedelta(minutes=59)
        move(LATER)
        assert fake.clock.now() >= THEN + LATER + timedelta(minutes=59)
        fake.clock.set(THEN)
        assert fake.clock.now() - THEN < timedelta(seconds=30)

        fake.reset()
        assert has_time_of_day(fake)


def test_a_real_clock_may_be_stopped_and_run_again() -> None:
    """A tool does not move it while it stands still."""
    fake = FakeSources(clock="real")
    with frozen() as move:
        fake.clock.freeze()
        move(LATER)
        assert fake.clock.now() == THEN
        fake.clock.run()
        move(LATER)
        assert fake.clock.now() == THEN + LATER


@tools
def test_rate_windows_follow_the_tool(tool: Any) -> None:
    """An hour after the window began it is full again."""
    fake = FakeSources(clock="real", rate_limit=5)
    with tool() as move:
        assert [get_sources(fake).status, get_sources(fake).status] == [200, 403]
        move(LATER)
        assert get_sources(fake).status == 200
    assert get_sources(fake).status == 200, "a window in the future starts again"


@tools
def test_scheduled_events_run_at_the_time_of_the_tool(tool: Any) -> None:
    """They run with the first request after it."""
    fake, seen = FakeSources(clock="real"), []
    with tool() as move:
        fake.clock.after(3600, lambda: seen.append(fake.clock.now()))
        get_sources(fake)
        assert seen == []
        move(LATER)
        get_sources(fake)

        assert seen[0] >= THEN + LATER


@tools
def test_times_of_rows_posts_and_exchanges_are_those_of_the_tool(tool: Any) -> None:
    """Journal, Date header, rows that a test added and delivered posts."""
    fake = FakeSources(clock="real", posts=60)
    with tool() as move:
        source = fake.datasift.sources.add()
        fake.curator.sources.add(tag="cats")
        assert len(fake.curator.posts) == 0
        move(LATER)
        response = get_sources(fake)

        assert source.created_at - int(THEN.timestamp()) in range(30)
        assert fake.journal.last().time >= (THEN + LATER).timestamp()
        assert dict(response.headers)["Date"].startswith("Tue, 06 May 2031 08:09:")
        assert len(fake.curator.posts) == 20
        assert fake.curator.feeds.add().meta == {}


@tools
@orders
@pytest.mark.parametrize("clock", ["real", None])
def test_snapshots_are_restored_under_a_tool(tool: Any, made: str, clock: Any) -> None:
    """Afterwards a real clock follows the time of day, and any other has the time of the snapshot."""
    fake = FakeSources(clock=clock)
    fake.curator.sources.add()
    state = fake.snapshot() if made == "before" else None
    with tool() as move:
        state = state or fake.snapshot()
        fake.datasift.sources.add()
        move(LATER)
        assert fake.diff(state)
        fake.restore(state)
        assert len(fake.datasift.sources) == 0
        assert has_time_of_day(fake) if clock else fake.clock.now() == NEW_YEAR
    assert has_time_of_day(fake) if clock else fake.clock.now() == NEW_YEAR


@tools
@orders
@pytest.mark.parametrize("clock", ["real", None])
def test_state_files_are_loaded_under_a_tool(tool: Any, made: str, clock: Any) -> None:
    """They may be written before or under the tool."""
    fake = FakeSources(clock=clock)
    fake.curator.posts.add(text="added outside")
    document = fake.dump() if made == "before" else None
    with tool():
        fake.curator.posts.add(text="added inside")
        document = document or fake.dump()
        other = FakeSources(clock=clock)
        other.load(document)
        assert other.curator.posts.change(next(iter(other.curator.posts)), likes=3).likes == 3
        assert has_time_of_day(other) if clock else other.clock.now() == NEW_YEAR
    fake.load(document)
    assert fake.dump()["curator"] == document["curator"]


def test_a_real_clock_that_loads_a_state_file_is_not_behind_it() -> None:
    """A clock that a test advanced stays ahead of the time of day."""
    fake = FakeSources(clock="real")
    fake.clock.advance(days=1)
    other = FakeSources(clock="real")

    other.load(fake.dump())

    assert timedelta(hours=23) < other.clock.now() - datetime.now(UTC) <= timedelta(days=1)


@tools
@pytest.mark.parametrize("clock", ["real", None])
def test_requests_are_handled_in_process_and_on_a_socket_under_a_tool(tool: Any, clock: Any) -> None:
    """Deadlines and waits of the server use a clock that tools do not freeze."""
    with tool() as move, FakeSources(clock=clock) as fake:
        in_process = requests.get(
            "https://api.datasift.com/v1.6/source/get", headers={"Authorization": "u:k"}, timeout=5
        )
        with fake.server() as server, requests.Session() as session:
            for _ in range(2):
                over_a_socket = session.get(f"{server.url}{SOURCES}", headers={"Authorization": "u:k"}, timeout=5)
                move(LATER)  # no connection has been idle for so long

    assert (in_process.status_code, over_a_socket.status_code) == (200, 200)
    date = over_a_socket.headers["Date"]
    assert "2031" in date if clock else "2026" in date


@tools
def test_a_held_request_is_waited_for_under_a_tool(tool: Any) -> None:
    """Timeouts are real seconds."""
    with tool(), FakeSources() as fake, ExitStack() as stack:
        hold = stack.enter_context(fake.faults.hold("datasift.source.get"))
        with pytest.raises(TimeoutError):
            hold.wait(timeout=0.01)


@tools
def test_the_grace_of_a_server_is_in_real_seconds(tool: Any) -> None:
    """A request in progress delays its stop for that long."""
    fake = FakeSources()
    with fake.faults.hold("datasift.source.get") as hold, tool(), fake.server() as server:
        client = threading.Thread(target=send_unanswered, args=(f"{server.url}{SOURCES}",))
        client.start()
        hold.wait()
        server.stop(grace=0.05)
        hold.release()
        client.join()


def send_unanswered(url: str) -> None:
    with suppress(requests.RequestException):
        requests.get(url, headers={"Authorization": "u:k"}, timeout=30)


@pytest.mark.parametrize("year", [1969, 1970, 2031])
def test_a_package_first_imported_under_a_tool_works_afterwards(year: int) -> None:
    """Modules imported with the first fake must not keep the tool's replacements."""
    script = f"""
import freezegun, datetime, time
with freezegun.freeze_time("{year}-05-06T07:08:09Z"):
    from fakesources import FakeSources, Options
    real, own, running = FakeSources(clock="real"), FakeSources(), FakeSources()
    running.clock.run()
    assert real.clock.now().year == {year} and own.clock.now().year == 2026, real.clock
    own.load(own.dump())
    with own.server() as server:
        import urllib.request
        assert urllib.request.urlopen(server.url + "/v1/feeds?api_key=key", timeout=5).status == 200
    post = own.curator.posts.add()
assert abs(real.clock.seconds() - time.time()) < 5
assert own.clock.now().year == running.clock.now().year == 2026
own.load(own.dump())
first = running.clock.seconds()
while running.clock.seconds() == first: pass
assert FakeSources(clock=datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)).clock.now().year == 2030
assert Options(clock=datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)).clock.year == 2030
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TZ": "UTC"},
        check=False,
    )

    assert result.returncode == 0, result.stderr
