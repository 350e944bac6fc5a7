"""Measuring side by side: cases, rounds, and the promises that are held against their ratios.

Every round runs every case of a group once, in a new order, so that a machine's slow minutes fall on all of them
alike. A figure is the median over the rounds; a ratio is the median of the ratios taken inside one round. Knows
nothing of what is measured. Times are microseconds unless a name says otherwise.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

Call = Callable[[], object]
Opened = Callable[[], AbstractContextManager[Call]]
Sample = Callable[[], Mapping[str, float]]

BATCH = 0.06
"""How long one case is called in one round, in seconds."""


@dataclass(frozen=True)
class Case:
    """Something to measure: `sample` is one round of it and gives figures by name; `absent` says why it cannot be.

    `opened` gives the bare call, where there is one, for whoever wants to see where its time goes.
    """

    name: str
    sample: Sample
    absent: str = ""
    gives: tuple[str, ...] = ()
    opened: Opened | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of what it measures; its own name where there is only one thing."""
        return self.gives or (self.name,)


@dataclass(frozen=True)
class Promise:
    """A line of the table: the figures of `ours`, as a ratio to those of `theirs`, on the right side of `bound`; None
    promises nothing and is there for comparison.

    With several figures the worst pair counts.
    """

    what: str
    against: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    bound: float | None
    at_least: bool = False

    def ratio(self, figures: Mapping[str, float]) -> float:
        """The ratio in one round."""
        worst, best = (min, max) if self.at_least else (max, min)
        return worst(figures[name] for name in self.ours) / best(figures[name] for name in self.theirs)


@dataclass(frozen=True)
class Group:
    """Cases that are measured in the same rounds, and what is promised of them."""

    name: str
    cases: Sequence[Case]
    promises: Sequence[Promise]
    unit: str = "µs"
    rounds: int = 15


@dataclass(frozen=True)
class Held:
    """What became of a promise. `ratio` is None where a case was absent, and `absent` says why."""

    promise: Promise
    ratio: float | None
    absent: str = ""

    @property
    def kept(self) -> bool:
        """Whether it was kept, as far as it could be measured."""
        if self.ratio is None or self.promise.bound is None:
            return True
        return self.ratio >= self.promise.bound if self.promise.at_least else self.ratio <= self.promise.bound


@dataclass(frozen=True)
class Outcome:
    """One group, measured: its figures by name, one for each round, and its promises."""

    group: Group
    rounds: Mapping[str, list[float]]
    held: list[Held] = field(default_factory=list)

    def median(self, name: str) -> float:
        """A figure: the median over the rounds."""
        return statistics.median(self.rounds[name])


def measured(group: Group, rounds: int | None = None, seed: int = 1) -> Outcome:
    """Run a group's cases, interleaved, and hold its promises against them."""
    order = [case for case in group.cases if not case.absent]
    shuffle = random.Random(seed).shuffle
    rows: list[dict[str, float]] = []
    for _ in range(rounds or group.rounds):
        shuffle(order)
        row: dict[str, float] = {}
        for case in order:
            row.update(case.sample())
        rows.append(row)
    why = {name: case.absent for case in group.cases for name in case.figures if case.absent}
    figures = {name: [row[name] for row in rows] for case in group.cases for name in case.figures if name not in why}
    return Outcome(group, figures, [held(promise, rows, why) for promise in group.promises])


def held(promise: Promise, rows: list[dict[str, float]], why: Mapping[str, str]) -> Held:
    """A promise against its rounds."""
    for name in (*promise.ours, *promise.theirs):
        if name in why:
            return Held(promise, None, why[name])
    return Held(promise, statistics.median(promise.ratio(row) for row in rows))


def timed(name: str, opened: Opened, *, batch: float = BATCH, absent: str = "") -> Case:
    """A case that calls something over and over; opening, warming up and closing are not counted.

    What is counted is the thread's processor time: nothing that is called here waits, so that is the time it takes on
    a machine that has nothing else to do.
    """
    calibrated: list[int] = []

    def sample() -> dict[str, float]:
        with opened() as call:
            if not calibrated:
                calibrated.append(enough(call, batch))
            number = calibrated[0]
            gc.collect()
            for _ in range(max(3, number // 10)):
                call()
            gc.collect(1)  # not all of it: tables that a full collection sets aside are looked through anew after it
            began = time.thread_time_ns()
            for _ in range(number):
                call()
            return {name: (time.thread_time_ns() - began) / number / 1000}

    return Case(name, sample, absent, opened=opened)


def enough(call: Call, seconds: float) -> int:
    """How many calls take about so many seconds; three at least."""
    number = 3
    while True:
        began = time.perf_counter()
        for _ in range(number):
            call()
        took = time.perf_counter() - began
        if took >= seconds / 4:
            return max(3, round(number * seconds / took))
        number *= 4


def steps(groups: Sequence[Group], only: str) -> Iterator[Group]:
    """The groups that are wanted: all of them, or those whose name holds one of the words."""
    words = only.lower().split(",")
    return (group for group in groups if any(word in group.name.lower() for word in words))
