"""The clock beside tools that freeze or move the time of day: a clock that follows it does so, any other ignores them."""

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
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = "/v1.6/source/get"


@contextmanager
def frozen(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Time frozen by freezegun; gives what moves it on."""
    with freezegun.freeze_time(when) as factory:
        yield factory.tick


@contextmanager
def ticking(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Time that freezegun lets run on from a moment."""
    with freezegun.freeze_time(when, tick=True) as factory:
        yield factory.tick


@contextmanager
def travelled(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Time that stands still where time-machine put it."""
    with time_machine.travel(when, tick=False) as traveller:
        yield traveller.shift


@contextmanager
def travelling(when: datetime = THEN) -> Iterator[Callable[[timedelta], object]]:
    """Time that runs on from where time-machine put it."""
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


def ask(fake: FakeSources) -> Any:
    return fake.handle(Request("GET", SOURCES, (("Authorization", "user:key"),), host="api.datasift.com"))


def show_the_time_of_day(fake: FakeSources) -> bool:
    """Whether the fake's time lies between two readings of the process's own clocks."""
    before = datetime.now(UTC)
    shown = fake.clock.now()
    return before <= shown <= datetime.now(UTC) and abs(fake.clock.seconds() - time.time()) < 1


@tools
@orders
def test_a_real_clock_shows_the_time_of_day_whatever_that_is(tool: Any, made: str) -> None:
    """Made before or inside, moved meanwhile, and again after the tool is gone."""
    fake = FakeSources(clock="real") if made == "before" else None
    with tool() as move:
        fake = fake or FakeSources(clock="real")
        assert show_the_time_of_day(fake)
        assert fake.clock.now() >= THEN
        move(LATER)
        assert show_the_time_of_day(fake)
        assert fake.clock.now() >= THEN + LATER

    assert show_the_time_of_day(fake)


@tools
@orders
@pytest.mark.parametrize("clock", [None, THEN - LATER])
def test_a_clock_of_its_own_ignores_them(tool: Any, made: str, clock: datetime | None) -> None:
    """It stands where it stood, and moves when the test moves it."""
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
def test_a_clock_of_its_own_that_runs_counts_real_seconds(tool: Any, made: str) -> None:
    """Neither a freeze nor a jump of the time of day reaches it."""
    fake = FakeSources()
    if made == "before":
        fake.clock.run()
    with tool() as move:
        fake.clock.run()
        first = fake.clock.now()
        move(LATER)
        assert NEW_YEAR <= first <= fake.clock.now() < NEW_YEAR + LATER
        while fake.clock.now() == first:  # it does run
            pass

    assert fake.clock.now() < NEW_YEAR + LATER


@tools
def test_nested_tools_are_followed_one_by_one(tool: Any) -> None:
    """The innermost one counts, and the outer one again when that is gone."""
    fake = FakeSources(clock="real")
    with tool():
        with tool(THEN - timedelta(days=400)):
            assert show_the_time_of_day(fake)
            assert fake.clock.now() < THEN
        assert show_the_time_of_day(fake)
        assert fake.clock.now() >= THEN


@tools
def test_a_real_clock_moved_by_hand_stays_ahead_of_the_time_of_day(tool: Any) -> None:
    """`advance` and `set` add to what the tool shows, and a reset takes that back."""
    fake = FakeSources(clock="real")
    with tool() as move:
        fake.clock.advance(hours=1)
        assert fake.clock.now() - datetime.now(UTC) > timedelta(minutes=59)
        move(LATER)
        assert fake.clock.now() >= THEN + LATER + timedelta(minutes=59)
        fake.clock.set(THEN)
        assert fake.clock.now() - THEN < timedelta(seconds=30)

        fake.reset()
        assert show_the_time_of_day(fake)


def test_a_real_clock_may_be_stopped_and_run_again() -> None:
    """What a tool does while it stands still moves nothing."""
    fake = FakeSources(clock="real")
    with frozen() as move:
        fake.clock.freeze()
        move(LATER)
        assert fake.clock.now() == THEN
        fake.clock.run()
        move(LATER)
        assert fake.clock.now() == THEN + LATER


@tools
def test_rate_windows_follow(tool: Any) -> None:
    """An hour after the window opened the credits are back, wherever the hour came from."""
    fake = FakeSources(clock="real", rate_limit=5)
    with tool() as move:
        assert [ask(fake).status, ask(fake).status] == [200, 403]
        move(LATER)
        assert ask(fake).status == 200
    assert ask(fake).status == 200, "a window that lies in the future is opened anew"


@tools
def test_what_was_arranged_for_a_time_happens_there(tool: Any) -> None:
    """With the first request after it."""
    fake, seen = FakeSources(clock="real"), []
    with tool() as move:
        fake.clock.after(3600, lambda: seen.append(fake.clock.now()))
        ask(fake)
        assert seen == []
        move(LATER)
        ask(fake)

        assert seen[0] >= THEN + LATER


@tools
def test_times_of_rows_posts_and_exchanges_are_those_of_the_tool(tool: Any) -> None:
    """The journal, the Date header, rows made by a test and posts that arrive."""
    fake = FakeSources(clock="real", posts=60)
    with tool() as move:
        source = fake.datasift.sources.add()
        fake.curator.sources.add(tag="cats")
        assert len(fake.curator.posts) == 0
        move(LATER)
        reply = ask(fake)

        assert source.created_at - int(THEN.timestamp()) in range(30)
        assert fake.journal.last().time >= (THEN + LATER).timestamp()
        assert dict(reply.headers)["Date"].startswith("Tue, 06 May 2031 08:09:")
        assert len(fake.curator.posts) == 20
        assert fake.curator.feeds.add().meta == {}


@tools
@orders
@pytest.mark.parametrize("clock", ["real", None])
def test_snapshots_come_back_under_a_tool(tool: Any, made: str, clock: Any) -> None:
    """Rows are those of the snapshot; a real clock goes on following the time of day, its own one stands where it stood."""
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
        assert show_the_time_of_day(fake) if clock else fake.clock.now() == NEW_YEAR
    assert show_the_time_of_day(fake) if clock else fake.clock.now() == NEW_YEAR


@tools
@orders
@pytest.mark.parametrize("clock", ["real", None])
def test_state_documents_are_read_under_a_tool(tool: Any, made: str, clock: Any) -> None:
    """Written before or inside, whoever made the rows: times are read as times."""
    fake = FakeSources(clock=clock)
    fake.curator.posts.add(text="made outside")
    document = fake.dump() if made == "before" else None
    with tool():
        fake.curator.posts.add(text="made inside")
        document = document or fake.dump()
        other = FakeSources(clock=clock)
        other.load(document)
        assert other.curator.posts.change(next(iter(other.curator.posts)), likes=3).likes == 3
        assert show_the_time_of_day(other) if clock else other.clock.now() == NEW_YEAR
    fake.load(document)
    assert fake.dump()["curator"] == document["curator"]


def test_a_running_state_does_not_fall_behind_itself() -> None:
    """A clock that was put ahead by hand stays there when its state is loaded by one that follows the time of day."""
    fake = FakeSources(clock="real")
    fake.clock.advance(days=1)
    other = FakeSources(clock="real")

    other.load(fake.dump())

    assert timedelta(hours=23) < other.clock.now() - datetime.now(UTC) <= timedelta(days=1)


@tools
@pytest.mark.parametrize("clock", ["real", None])
def test_requests_are_answered_by_every_way_under_a_tool(tool: Any, clock: Any) -> None:
    """In-process and through a socket, whose deadlines and waits go by a clock that no test stops."""
    with tool() as move, FakeSources(clock=clock) as fake:
        in_process = requests.get(
            "https://api.datasift.com/v1.6/source/get", headers={"Authorization": "u:k"}, timeout=5
        )
        with fake.server() as server, requests.Session() as session:
            for _ in range(2):
                over_a_socket = session.get(f"{server.url}{SOURCES}", headers={"Authorization": "u:k"}, timeout=5)
                move(LATER)  # no connection has been idle for so long

    assert (in_process.status_code, over_a_socket.status_code) == (200, 200)
    shown = over_a_socket.headers["Date"]
    assert "2031" in shown if clock else "2026" in shown


@tools
def test_a_held_request_is_waited_for_under_a_tool(tool: Any) -> None:
    """Waits end by real seconds: neither at once nor never."""
    with tool(), FakeSources() as fake, ExitStack() as stack:
        latch = stack.enter_context(fake.faults.hold("datasift.source.get"))
        with pytest.raises(TimeoutError):
            latch.wait(timeout=0.01)


@tools
def test_a_server_is_given_its_grace_and_no_more(tool: Any) -> None:
    """A request that goes on keeps a server that is stopped for so many real seconds, whatever a test freezes."""
    fake = FakeSources()
    with fake.faults.hold("datasift.source.get") as latch, tool(), fake.server() as server:
        client = threading.Thread(target=unanswered, args=(f"{server.url}{SOURCES}",))
        client.start()
        latch.wait()
        server.stop(grace=0.05)
        latch.release()
        client.join()


def unanswered(url: str) -> None:
    with suppress(requests.RequestException):
        requests.get(url, headers={"Authorization": "u:k"}, timeout=30)


@pytest.mark.parametrize("year", [1969, 1970, 2031])
def test_a_package_first_imported_under_a_tool_is_the_same_afterwards(year: int) -> None:
    """Everything is imported by the first fake: what the modules keep of time has to be the real thing."""
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
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TZ": "UTC"},
        check=False,
    )

    assert done.returncode == 0, done.stderr
