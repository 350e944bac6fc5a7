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

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a clock stands, for a snapshot: its time, and whether it was running."""

    seconds: float
    running: bool


@dataclass(order=True, frozen=True, slots=True)
class Due:
    """Something that happens when the clock reaches a time; of equal times the first made goes first."""

    at: float
    turn: int
    happen: Callable[[], None] = field(compare=False)


class Clock:
    """One clock per fake: it stands still until a test moves it, unless told to run with real time.

    Reading it runs nothing; `advance` and `set` run what falls due, in order, each at its own time.
    """

    def __init__(self, start: datetime | None = None, *, running: bool = False) -> None:
        self._lock = threading.RLock()
        self._base = (start or START).timestamp()
        self._since: float | None = time.monotonic() if running else None
        self._due: list[Due] = []
        self._turns = 0

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat()} {'running' if self.running else 'frozen'}>"

    @property
    def running(self) -> bool:
        """Whether it follows real time."""
        return self._since is not None

    def seconds(self) -> float:
        """The time as seconds since 1970."""
        if self._since is None:
            return self._base
        return self._base + time.monotonic() - self._since

    def now(self) -> datetime:
        """The time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float = 0, **parts: float) -> datetime:
        """Move the clock on; `parts` are those of timedelta (`minutes=5`). What falls due happens on the way.

        Raises ValueError for a negative step: time does not run backwards, `set` may put it back.
        """
        step = timedelta(seconds=seconds, **parts).total_seconds()
        if step < 0:
            raise ValueError(f"advance() goes forward only, not by {step:g} s; set() puts the clock to any time")
        with self._lock:
            self._reach(self.seconds() + step)
        return self.now()

    def set(self, when: datetime) -> datetime:
        """Put the clock to a time, earlier or later; what is due by then happens. Raises ValueError for a naive time."""
        if when.tzinfo is None:
            raise ValueError(f"set() takes an aware datetime, such as {when.isoformat()}+00:00; got {when.isoformat()}")
        with self._lock:
            self._reach(when.timestamp())
        return self.now()

    def run(self) -> None:
        """Follow real time from here on."""
        with self._lock:
            if self._since is None:
                self._since = time.monotonic()

    def freeze(self) -> None:
        """Stand still from here on."""
        with self._lock:
            self._base, self._since = self.seconds(), None

    def at(self, when: float, happen: Callable[[], None]) -> Due:
        """Have something happen when the clock reaches `when` (seconds since 1970); it may be cancelled."""
        with self._lock:
            self._turns += 1
            due = Due(when, self._turns, happen)
            heapq.heappush(self._due, due)
        return due

    def cancel(self, due: Due) -> None:
        """Take back what `at` arranged; nothing happens if it is past."""
        with self._lock:
            if due in self._due:
                self._due.remove(due)
                heapq.heapify(self._due)

    def settle(self) -> None:
        """Let happen what is due by now: a running clock reaches times without anyone moving it."""
        if self._due and self._due[0].at <= self.seconds():
            with self._lock:
                self._happen(self.seconds())

    def moment(self) -> Moment:
        """Where the clock stands, for a snapshot."""
        return Moment(self.seconds(), self.running)

    def return_to(self, moment: Moment) -> None:
        """Go back to a moment; nothing happens on the way and what was arranged is dropped."""
        with self._lock:
            self._due.clear()
            self._base = moment.seconds
            self._since = time.monotonic() if moment.running else None

    def _reach(self, when: float) -> None:
        running = self._since is not None
        self._happen(when)
        self._base, self._since = when, time.monotonic() if running else None

    def _happen(self, by: float) -> None:
        while self._due and self._due[0].at <= by:
            due = heapq.heappop(self._due)
            if self._since is None:
                self._base = max(self._base, due.at)
            due.happen()


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
