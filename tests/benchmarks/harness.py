"""Measuring side by side: cases, rounds, and the promises that are held against their ratios.

Every round runs every case of a group once, in a new order, so that a machine's slow minutes fall on all of them
alike; where cases are weighed closely they take turns of milliseconds, and so do its slow moments. A figure is the
median over the rounds; a ratio is the median of the ratios taken inside one round. Knows nothing of what is measured.
Times are microseconds unless a name says otherwise.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

Call = Callable[[], object]
AdapterContext = Callable[[], AbstractContextManager[Call]]
Wait = Callable[[], object]
Sample = Callable[[], Mapping[str, float]]

BATCH = 0.06
"""How long one case is called in one round, in seconds."""

TURNS = 6
"""In how many parts it is called so often, between which others may have their turn."""

_AT_MOST = 60.0
"""How many seconds a case waits for its turn; another has failed by then."""


@dataclass(frozen=True)
class Case:
    """Something to measure: `sample` is one round of it and gives figures by name; `absent` says why it cannot be.

    `opened` gives the bare call, where there is one, for whoever wants to see where its time goes; `paced` is a sample
    that calls what it is handed: first when everything is ready, then whenever others may have a turn.
    """

    name: str
    sample: Sample
    absent: str = ""
    gives: tuple[str, ...] = ()
    opened: AdapterContext | None = None
    paced: Callable[[Wait, Wait], Mapping[str, float]] | None = None

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
    """Cases that are measured in the same rounds, and what is promised of them; `abreast` by turns of milliseconds."""

    name: str
    cases: Sequence[Case]
    promises: Sequence[Promise]
    unit: str = "µs"
    rounds: int = 15
    abreast: bool = False


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
    together = group.abreast and sys.platform == "linux"
    if together:
        in_turn(order)  # what is imported and found out once need not be again in every process
    for _ in range(rounds or group.rounds):
        shuffle(order)
        rows.append(abreast(order) if together else in_turn(order))
    why = {name: case.absent for case in group.cases for name in case.figures if case.absent}
    figures = {name: [row[name] for row in rows] for case in group.cases for name in case.figures if name not in why}
    return Outcome(group, figures, [held(promise, rows, why) for promise in group.promises])


def in_turn(cases: Sequence[Case]) -> dict[str, float]:
    """One round of cases, one after the other."""
    row: dict[str, float] = {}
    for case in cases:
        row.update(case.sample())
    return row


def abreast(cases: Sequence[Case]) -> dict[str, float]:
    """One round of cases side by side: each in a process of its own, all on one core, by turns of a few milliseconds."""
    fork = multiprocessing.get_context("fork")
    start, found = fork.Barrier(len(cases), timeout=_AT_MOST), fork.SimpleQueue()
    turns = [fork.Semaphore(0) for _ in cases]

    def run(number: int) -> None:
        mine, next_one = turns[number], turns[(number + 1) % len(cases)]

        def take() -> None:
            if not mine.acquire(timeout=_AT_MOST):
                raise TimeoutError("whose turn it was has not passed it on")

        def ready() -> None:
            start.wait()
            if number:
                take()

        def turn() -> None:
            next_one.release()
            take()

        try:
            paced = cases[number].paced
            assert paced is not None, "only what is timed can be measured side by side"
            found.put(dict(paced(ready, turn)))
            next_one.release()
        except BaseException:
            start.abort()
            raise

    with one_core():
        processes = [fork.Process(target=run, args=(number,)) for number in range(len(cases))]
        for process in processes:
            process.start()
    for process in processes:
        process.join()
    failed = [case.name for case, process in zip(cases, processes, strict=True) if process.exitcode]
    if failed:
        raise RuntimeError(f"could not be measured: {', '.join(failed)}")
    row: dict[str, float] = {}
    for _ in cases:
        row.update(found.get())
    return row


@contextmanager
def one_core() -> Iterator[None]:
    """Have the processes that are started here share one core, where the system can be told so."""
    if sys.platform != "linux":
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def held(promise: Promise, rows: list[dict[str, float]], why: Mapping[str, str]) -> Held:
    """A promise against its rounds."""
    for name in (*promise.ours, *promise.theirs):
        if name in why:
            return Held(promise, None, why[name])
    return Held(promise, statistics.median(promise.ratio(row) for row in rows))


def timed(name: str, opened: AdapterContext, *, batch: float = BATCH, absent: str = "") -> Case:
    """A case that calls something over and over; opening, warming up and closing are not counted.

    What is counted is the thread's processor time: nothing that is called here waits, so that is the time it takes on
    a machine that has nothing else to do.
    """
    calibrated: list[int] = []

    def sample(ready: Wait = at_once, turn: Wait = at_once) -> dict[str, float]:
        with opened() as call:
            if not calibrated:
                calibrated.append(enough(call, batch))
            number = calibrated[0]
            gc.collect()
            for _ in range(max(3, number // 10)):
                call()
            gc.collect(1)  # not all of it: tables that a full collection sets aside are looked through anew after it
            ready()
            spent = 0
            for part in range(TURNS):
                if part:
                    turn()
                began = time.thread_time_ns()
                for _ in range(max(1, number // TURNS)):
                    call()
                spent += time.thread_time_ns() - began
            return {name: spent / max(1, number // TURNS) / TURNS / 1000}

    return Case(name, sample, absent, opened=opened, paced=sample)


def at_once() -> None:
    """No waiting: the case is alone."""


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
