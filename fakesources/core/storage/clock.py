"""What a test can predict: the Clock all times come from, and the Ids.

Knows no row and no vendor. Times are seconds since 1970 as floats, or aware datetimes in UTC.
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
from ..text.arguments import DATETIME, FUNCTION, NUMBER, a, check, check_names, either, shown, wrong

START = datetime(2026, 1, 1, tzinfo=UTC)
START_SECONDS = START.timestamp()


@dataclass(order=True, frozen=True, slots=True)
class ScheduledEvent:
    """Something that happens when the clock reaches a time; of equal times the first made goes first."""

    at: float
    turn: int
    happen: Callable[[], object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class ClockState:
    """State of a clock, for a snapshot: its time, whether it was running, and what is to happen; `moved` are the
    seconds by which it was ahead of the time of day, where it followed that.
    """

    seconds: float
    running: bool
    due: tuple[ScheduledEvent, ...] = ()
    moved: float | None = None


class Clock:
    """One clock per fake: it stands still until a test moves it, unless told to run with real time.

    Reading it runs nothing; `advance` and `set` run what falls due, in order, each at its own time, and hold no lock
    while it runs. With `start` "real" it follows the time of day as the process has it: what `time.time()` says, also
    where a test freezes that or travels. Any other clock ignores such tools, and counts real seconds while it runs.

    Raises ValueError for a start without a time zone, and, as whatever moves it does, for a time outside the years 1
    to 9999 in UTC; real time that would carry it out of them leaves it at their end.
    """

    def __init__(self, start: datetime | Literal["real"] | None = None) -> None:
        if start is not None and start != "real":
            reachable(_aware("clock", start))
        self._lock = freed_in_child(threading.RLock())
        self._start = start
        self._real_seconds = _time_of_day if start == "real" else monotonic
        self._due: list[ScheduledEvent] = []
        self._turns = 0
        # The time it had, and the real seconds at that moment if it runs; replaced whole, since it is read without lock.
        self._reading: tuple[float, float | None] = (0.0, None)
        self.restart()

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat()} {'running' if self.running else 'frozen'}>"

    @property
    def running(self) -> bool:
        """Return whether it follows real time."""
        return self._reading[1] is not None

    def restart(self) -> None:
        """Be as new: at the start, with nothing to happen."""
        with self._lock:
            self._due.clear()
            if self._start == "real":
                self._reading = _UNMOVED
            else:
                self._reading = (START_SECONDS if self._start is None else _aware("clock", self._start), None)

    def seconds(self) -> float:
        """The time as seconds since 1970."""
        base, since = self._reading
        return base if since is None else min(base + (self._real_seconds() - since), _LAST)

    def left(self) -> float:
        """How many seconds it may be moved on by: up to the last whole second of the calendar, so that a clock that
        runs does not pass its end while it is moved.
        """
        return max(0.0, _LAST_WHOLE - self.seconds())

    def now(self) -> datetime:
        """The time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float = 0, **parts: float) -> datetime:
        """Move the clock on; `parts` are those of timedelta (`minutes=5`). What falls due happens on the way.

        Raises ValueError for a negative step: time does not run backwards, `set` may put it back.
        """
        step = in_seconds(seconds, **parts)
        if step < 0:
            hint = "; advance() goes forward only, set() puts the clock to any time"
            raise wrong("seconds", "0 or more", f"{step:g}{hint}")
        self._reach(self.seconds() + step)
        return self.now()

    def set(self, when: datetime) -> datetime:
        """Put the clock to a time, earlier or later; what is due by then happens. Raises ValueError for a naive time."""
        self._reach(_aware("when", when))
        return self.now()

    def run(self) -> None:
        """Follow real time from here on."""
        with self._lock:
            base, since = self._reading
            if since is None:
                self._reading = (base, self._real_seconds())

    def freeze(self) -> None:
        """Stand still from here on."""
        with self._lock:
            self._reading = (self.seconds(), None)

    def at(self, when: datetime | float, happen: Callable[[], object]) -> ScheduledEvent:
        """Have something happen when the clock reaches `when` (aware, or seconds since 1970); it may be cancelled.

        On a clock that follows real time it happens with the first request after that. Raises ValueError for a naive
        time.
        """
        check(when=(when, either(NUMBER, DATETIME)), happen=(happen, FUNCTION))
        if not isinstance(when, int | float):
            when = _aware("when", when)
        with self._lock:
            self._turns += 1
            due = ScheduledEvent(when, self._turns, happen)
            heapq.heappush(self._due, due)
        return due

    def after(self, seconds: float, happen: Callable[[], object]) -> ScheduledEvent:
        """Have something happen so many seconds from now."""
        check(seconds=(seconds, NUMBER), happen=(happen, FUNCTION))
        return self.at(self.seconds() + seconds, happen)

    def cancel(self, due: ScheduledEvent) -> None:
        """Take back what `at` arranged; nothing happens if it is past."""
        check(due=(due, _DUE))
        with self._lock:
            if due in self._due:
                self._due.remove(due)
                heapq.heapify(self._due)

    @property
    def overdue(self) -> bool:
        """Return whether something is due that has not happened yet: a running clock reaches times without anyone moving it."""
        try:
            return bool(self._due) and self._due[0].at <= self.seconds()
        except IndexError:  # it has just happened, in another thread
            return False

    def settle(self) -> None:
        """Let happen what is overdue."""
        if self.overdue:
            self._happen(self.seconds())

    def moment(self) -> ClockState:
        """Where the clock stands, for a snapshot."""
        with self._lock:
            base, since = self._reading
            moved = base - since if self._start == "real" and since is not None else None
            return ClockState(self.seconds(), self.running, tuple(self._due), moved)

    def return_to(self, moment: ClockState) -> None:
        """Go back to a moment, to what was arranged then and to nothing else; nothing happens on the way.

        A clock that follows the time of day goes on doing so: it is as far ahead of it as it was then, or, after a
        moment of another clock, far enough not to fall behind that moment.
        """
        with self._lock:
            self._due = list(moment.due)
            base, since = min(moment.seconds, _LAST), self._real_seconds() if moment.running else None
            self._reading = (base, since)
            if since is not None and self._start == "real":
                moved = max(0.0, base - since) if moment.moved is None else moment.moved
                self._reading = (since + moved, since) if moved else _UNMOVED

    def _reach(self, when: float) -> None:
        reachable(when)
        back = when < self.seconds()
        self._happen(when)
        with self._lock:
            base = when if back else max(when, self.seconds())  # what happened may have moved it further
            self._reading = (base, self._real_seconds() if self.running else None)

    def _happen(self, by: float) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0].at > by:
                    return
                due = heapq.heappop(self._due)
                if not self.running:
                    self._reading = (max(self._reading[0], due.at), None)
            due.happen()


_UNMOVED = (0.0, 0.0)
"""A clock that shows the time of day as it is."""


def _time_of_day() -> float:
    return time.time()  # looked up with each call: freezegun replaces the function


def reachable(when: float) -> float:
    """A time in seconds since 1970, as it is given. Raises ValueError for one outside the years 1 to 9999 in UTC."""
    try:
        datetime.fromtimestamp(when, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError(f"{_CALENDAR}, not {when:g} s since 1970") from None
    return when


def in_seconds(seconds: float = 0, **parts: float) -> float:
    """The length of a step, `parts` being those of timedelta. Raises ValueError for one that no calendar has."""
    check_names(parts, _PARTS, "timedelta")
    for name, value in (("seconds", seconds), *parts.items()):
        if not NUMBER.accepts(value) or value != value:  # NaN is no number, and differs from itself
            raise wrong(name, NUMBER.expected, "NaN" if isinstance(value, float) else shown(value))
    try:
        return timedelta(seconds=seconds, **parts).total_seconds()
    except OverflowError:
        raise ValueError(f"{_CALENDAR}, and no step leads further") from None


_LAST_WHOLE = datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp()
_LAST = nextafter(_LAST_WHOLE + 1, 0)
_CALENDAR = "a clock shows the years 1 to 9999 in UTC"


_PARTS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
_DUE = a(ScheduledEvent, expected="what at() or after() returned")


def _aware(name: str, when: datetime) -> float:
    check(**{name: (when, DATETIME)})
    return min(when.timestamp(), _LAST)  # seconds are coarser so far away: the last microsecond would be the year 10000


class HttpDate:
    """The Date header of a time, written anew only when the second has changed."""

    def __init__(self) -> None:
        self._kept = (-1, "")

    def __call__(self, seconds: float) -> str:
        """The header's text for a time in seconds since 1970."""
        whole, kept = int(seconds), self._kept
        if kept[0] != whole:
            kept = self._kept = (whole, formatdate(whole, usegmt=True))
        return kept[1]


class Ids:
    """Ids derived from a seed, an account, a kind and a counter: the same in every run, never the same twice."""

    def __init__(self, seed: int | str, account: str, counters: dict[str, int] | None = None) -> None:
        self._root = f"{seed}\0{account}\0"
        self._counters = dict(counters or {})

    def counters(self) -> dict[str, int]:
        """How many of each kind were made, for a snapshot."""
        return dict(self._counters)

    def return_to(self, counters: dict[str, int]) -> None:
        """Go on from a snapshot's counters."""
        self._counters = dict(counters)

    def count(self, kind: str, many: int = 1) -> int:
        """The next number of a kind, from 1; the first of `many` that are taken at once."""
        number = self._counters.get(kind, 0) + 1
        self._counters[kind] = number + many - 1
        return number

    def digest(self, kind: str) -> str:
        """The next 32 hex digits of a kind."""
        return blake2b(f"{self._root}{kind}\0{self.count(kind)}".encode(), digest_size=16).hexdigest()

    def hex(self, kind: str) -> str:
        """The next id of a kind as a version-4 UUID without hyphens."""
        text = self.digest(kind)
        return f"{text[:12]}4{text[13:16]}{'89ab'[int(text[16], 16) % 4]}{text[17:]}"

    def uuid(self, kind: str) -> str:
        """The next id of a kind as a version-4 UUID with its hyphens."""
        text = self.hex(kind)
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
