"""Predictable time and ids: the clock of a fake, and its id generators.

Times are seconds since 1970 as floats, or aware datetimes in UTC.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from hashlib import blake2b
from math import nextafter
from typing import Literal

from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from ..text.arguments import (
    DATETIME,
    FUNCTION,
    NUMBER,
    WrongArgument,
    a,
    check,
    check_names,
    either,
    hidden_for,
    shown,
    wrong,
)

__tracebackhide__ = hidden_for(WrongArgument)

START = datetime(2026, 1, 1, tzinfo=UTC)
START_SECONDS = START.timestamp()


@dataclass(order=True, frozen=True, slots=True)
class ScheduledEvent:
    """Event that calls `callback` when the clock reaches a time. Events of the same time run in the order of their numbers."""

    at: float
    number: int
    callback: Callable[[], object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class ClockState:
    """Snapshot of a clock: its time, whether it is running, and its scheduled events.

    `moved` is how many seconds the clock is ahead of the time of day, where it follows that.
    """

    seconds: float
    running: bool
    due: tuple[ScheduledEvent, ...] = ()
    moved: float | None = None


class Clock:
    """Clock of a fake: it stands still until a test moves it or lets it run with real time.

    Reading it runs nothing. `advance` and `set` run due events in order, each at its own time, without holding the
    lock. With `start` "real" it follows `time.time()`, which tools may freeze or move. Any other clock ignores such
    tools, and counts real seconds while it runs.

    Raises ValueError for a start without a time zone, and, like every method that moves it, for a time outside the
    years 1 to 9999 in UTC. A running clock stops at the end of the year 9999.
    """

    def __init__(self, start: datetime | Literal["real"] | None = None) -> None:
        if start is not None and start != "real":
            reachable(_aware("clock", start))
        self._lock = freed_in_child(threading.RLock())
        self._start = start
        self._real_seconds = _time_of_day if start == "real" else monotonic
        self._events: list[ScheduledEvent] = []
        self._scheduled = 0
        # Its time, and the real seconds at that time if it runs: one value, since it is read without the lock.
        self._reading: tuple[float, float | None] = (0.0, None)
        self.restart()

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat()} {'running' if self.running else 'frozen'}>"

    @property
    def running(self) -> bool:
        """True if the clock follows real time."""
        return self._reading[1] is not None

    @property
    def reading(self) -> tuple[float, float | None]:
        """Its time when it was last moved, frozen or run, and the real seconds then; None while it stands still."""
        return self._reading

    def restart(self) -> None:
        """Reset the clock to its start, without scheduled events."""
        with self._lock:
            self._events.clear()
            if self._start == "real":
                self._reading = _UNMOVED
            else:
                self._reading = (START_SECONDS if self._start is None else _aware("clock", self._start), None)

    def seconds(self) -> float:
        """Return the time as seconds since 1970."""
        base, since = self._reading
        return base if since is None else min(base + (self._real_seconds() - since), _LAST)

    def max_advance(self) -> float:
        """Return the maximum number of seconds to advance by.

        It ends at the last whole second of the calendar, so that a running clock cannot pass the end meanwhile.
        """
        return max(0.0, _LAST_WHOLE - self.seconds())

    def now(self) -> datetime:
        """Return the time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float = 0, **parts: float) -> datetime:
        """Advance the clock, running events that become due; `parts` are those of timedelta (`minutes=5`).

        Raises ValueError for a negative step; `set` moves a clock back.
        """
        step = in_seconds(seconds, **parts)
        if step < 0:
            hint = "; advance() goes forward only, set() puts the clock to any time"
            raise wrong("seconds", "0 or more", f"{step:g}{hint}")
        self._move_to(self.seconds() + step)
        return self.now()

    def set(self, when: datetime) -> datetime:
        """Set the clock to a time, earlier or later, running events due by then. Raises ValueError for a naive time."""
        self._move_to(_aware("when", when))
        return self.now()

    def run(self) -> None:
        """Follow real time from now on."""
        with self._lock:
            base, since = self._reading
            if since is None:
                self._reading = (base, self._real_seconds())

    def freeze(self) -> None:
        """Stand still from now on."""
        with self._lock:
            self._reading = (self.seconds(), None)

    def at(self, when: datetime | float, callback: Callable[[], object]) -> ScheduledEvent:
        """Schedule a callback for a time (aware, or seconds since 1970); `cancel` takes the returned event.

        On a clock that follows real time it runs with the first request after that time. Raises ValueError for a naive
        time.
        """
        check(when=(when, either(NUMBER, DATETIME)), callback=(callback, FUNCTION))
        if not isinstance(when, int | float):
            when = _aware("when", when)
        with self._lock:
            self._scheduled += 1
            event = ScheduledEvent(when, self._scheduled, callback)
            heapq.heappush(self._events, event)
        return event

    def after(self, seconds: float, callback: Callable[[], object]) -> ScheduledEvent:
        """Schedule a callback in a number of seconds."""
        check(seconds=(seconds, NUMBER), callback=(callback, FUNCTION))
        return self.at(self.seconds() + seconds, callback)

    def cancel(self, due: ScheduledEvent) -> None:
        """Cancel an event that `at` or `after` returned. Past events are ignored."""
        check(due=(due, _EVENT))
        with self._lock:
            if due in self._events:
                self._events.remove(due)
                heapq.heapify(self._events)

    @property
    def is_overdue(self) -> bool:
        """True if an event is due that has not run: a running clock reaches its time by itself."""
        try:
            return bool(self._events) and self._events[0].at <= self.seconds()
        except IndexError:  # pragma: no cover - another thread has just run it
            return False

    def run_overdue(self) -> None:
        """Run overdue events."""
        if self.is_overdue:
            self._run_due(self.seconds())

    def save(self) -> ClockState:
        """Return a snapshot of the clock."""
        with self._lock:
            base, since = self._reading
            moved = base - since if self._start == "real" and since is not None else None
            return ClockState(self.seconds(), self.running, tuple(self._events), moved)

    def restore(self, state: ClockState) -> None:
        """Restore a snapshot with its events, running none.

        A clock that follows the time of day continues to: it is ahead of it by as much as it was then, or, after the
        snapshot of another clock, by enough not to be behind that.
        """
        with self._lock:
            self._events = list(state.due)
            base, since = min(state.seconds, _LAST), self._real_seconds() if state.running else None
            self._reading = (base, since)
            if since is not None and self._start == "real":
                moved = max(0.0, base - since) if state.moved is None else state.moved
                self._reading = (since + moved, since) if moved else _UNMOVED

    def _move_to(self, when: float) -> None:
        reachable(when)
        is_back = when < self.seconds()
        self._run_due(when)
        with self._lock:
            base = when if is_back else max(when, self.seconds())  # an event may have moved it further
            self._reading = (base, self._real_seconds() if self.running else None)

    def _run_due(self, by: float) -> None:
        while True:
            with self._lock:
                if not self._events or self._events[0].at > by:
                    return
                event = heapq.heappop(self._events)
                if not self.running:
                    self._reading = (max(self._reading[0], event.at), None)
            event.callback()


_UNMOVED = (0.0, 0.0)
"""Reading of a clock that shows the time of day unchanged."""


def _time_of_day() -> float:
    return time.time()  # looked up on each call: freezegun replaces the function


def reachable(when: float) -> float:
    """Return a time in seconds since 1970. Raises ValueError for one outside the years 1 to 9999 in UTC."""
    try:
        datetime.fromtimestamp(when, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError(f"{_CALENDAR}, not {when:g} s since 1970") from None
    return when


def in_seconds(seconds: float = 0, **parts: float) -> float:
    """Return a duration in seconds; `parts` are those of timedelta. Raises ValueError for one that is too long."""
    check_names(parts, _PARTS, "timedelta")
    for name, value in (("seconds", seconds), *parts.items()):
        if not NUMBER.accepts(value) or value != value:  # NaN differs from itself
            raise wrong(name, NUMBER.expected, "NaN" if isinstance(value, float) else shown(value))
    try:
        return timedelta(seconds=seconds, **parts).total_seconds()
    except OverflowError:
        raise ValueError(f"{_CALENDAR}, and no step leads further") from None


_LAST_WHOLE = datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp()
_LAST = nextafter(_LAST_WHOLE + 1, 0)
_CALENDAR = "a clock shows the years 1 to 9999 in UTC"
_PARTS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
_EVENT = a(ScheduledEvent, expected="what at() or after() returned")


def _aware(name: str, when: datetime) -> float:
    check(**{name: (when, DATETIME)})
    return min(
        when.timestamp(), _LAST
    )  # floats are coarse so far away: the last microsecond would be in the year 10000


class HttpDate:
    """Formatter of HTTP dates that caches the text of the last second."""

    def __init__(self) -> None:
        self._cached = (-1, "")

    def __call__(self, seconds: float) -> str:
        """Return the Date header of a time in seconds since 1970."""
        whole, cached = int(seconds), self._cached
        if cached[0] != whole:
            cached = self._cached = (whole, formatdate(whole, usegmt=True))
        return cached[1]


class Ids:
    """Generator of ids from seed, account, kind and a counter: the same in every run, and never repeated."""

    def __init__(self, seed: int | str, account: str) -> None:
        self._root = f"{seed}\0{account}\0"
        self._counters: dict[str, int] = {}

    def counters(self) -> dict[str, int]:
        """Return the number of ids generated of each kind, for a snapshot."""
        return dict(self._counters)

    def restore(self, counters: dict[str, int]) -> None:
        """Restore the counters of a snapshot."""
        self._counters = dict(counters)

    def count(self, kind: str, many: int = 1) -> int:
        """Return the next number of a kind, from 1: the first of `many` that are reserved."""
        number = self._counters.get(kind, 0) + 1
        self._counters[kind] = number + many - 1
        return number

    def digest(self, kind: str) -> str:
        """Return the next 32 hex digits of a kind."""
        return blake2b(f"{self._root}{kind}\0{self.count(kind)}".encode(), digest_size=16).hexdigest()

    def hex(self, kind: str) -> str:
        """Return the next id of a kind as a version-4 UUID without hyphens."""
        text = self.digest(kind)
        return f"{text[:12]}4{text[13:16]}{'89ab'[int(text[16], 16) % 4]}{text[17:]}"

    def uuid(self, kind: str) -> str:
        """Return the next id of a kind as a version-4 UUID with hyphens."""
        text = self.hex(kind)
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
