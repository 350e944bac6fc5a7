"""Harness: cases measured in rounds, and promises about the ratios between them.

Every round runs every case of a group once, in a new order, so that slow minutes of the machine affect all of them
alike; interleaved cases alternate every few milliseconds. A figure is the median over the rounds; a ratio is the
median of the ratios inside one round. Times are microseconds unless a name has another unit.
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

BATCH_SECONDS = 0.06
"""Duration of one case in one round."""

TURNS = 6
"""Number of parts of a round, between which the other interleaved cases run."""

_TURN_TIMEOUT_SECONDS = 60.0
"""Upper bound for the wait for a turn; another case has failed by then."""


@dataclass(frozen=True)
class Case:
    """Thing to measure: `sample` runs one round and returns figures by name; `absent` is the reason why it cannot run.

    `open_call` opens the bare call, if there is one, for a profile; `paced` is a sample with two callbacks: the first
    is called when everything is ready, the second whenever another case may take its turn.
    """

    name: str
    sample: Sample
    absent: str = ""
    figure_names: tuple[str, ...] = ()
    open_call: AdapterContext | None = None
    paced: Callable[[Wait, Wait], Mapping[str, float]] | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures; the name of the case where there is only one."""
        return self.figure_names or (self.name,)


@dataclass(frozen=True)
class Promise:
    """Line of the table: the ratio of the figures `ours` to `theirs` is within `bound`; None is for comparison only.

    With several figures the worst pair counts. `goal` is the ratio that is aimed at, where the bound is not there yet, and
    `obstacle` is where the profile (`--where`) finds the difference.
    """

    subject: str
    baseline: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    bound: float | None
    at_least: bool = False
    goal: float | None = None
    obstacle: str = ""

    def is_within(self, ratio: float, limit: float | None) -> bool:
        """Return whether a ratio is on the right side of the bound or the goal; every ratio is where there is none."""
        return limit is None or (ratio >= limit if self.at_least else ratio <= limit)

    def ratio(self, figures: Mapping[str, float]) -> float:
        """Return the ratio in one round."""
        worst, best = (min, max) if self.at_least else (max, min)
        return worst(figures[name] for name in self.ours) / best(figures[name] for name in self.theirs)


@dataclass(frozen=True)
class Group:
    """Cases measured in the same rounds, and promises about them; `interleaved` cases alternate every few milliseconds."""

    name: str
    cases: Sequence[Case]
    promises: Sequence[Promise]
    unit: str = "µs"
    rounds: int = 15
    interleaved: bool = False


@dataclass(frozen=True)
class PromiseResult:
    """Result of a promise. `ratio` is None where a case was absent, for the reason in `absent`."""

    promise: Promise
    ratio: float | None
    absent: str = ""

    @property
    def is_kept(self) -> bool:
        """True when the ratio is within the bound, or was not measured."""
        return self.ratio is None or self.promise.is_within(self.ratio, self.promise.bound)

    @property
    def misses_goal(self) -> bool:
        """True when the ratio was measured and is on the wrong side of the goal."""
        return self.ratio is not None and not self.promise.is_within(self.ratio, self.promise.goal)


@dataclass(frozen=True)
class Outcome:
    """Measured group: its figures by name, one for each round, and the results of its promises."""

    group: Group
    rounds: Mapping[str, list[float]]
    results: list[PromiseResult] = field(default_factory=list)

    def median(self, name: str) -> float:
        """Return the median of a figure over the rounds."""
        return statistics.median(self.rounds[name])


def measure(group: Group, rounds: int | None = None, seed: int = 1) -> Outcome:
    """Run the cases of a group in rounds and check its promises."""
    order = [case for case in group.cases if not case.absent]
    shuffle = random.Random(seed).shuffle
    rows: list[dict[str, float]] = []
    interleaved = group.interleaved and sys.platform == "linux"
    if interleaved:
        run_sequentially(order)  # imports and caches are then shared by the forked processes
    for _ in range(rounds or group.rounds):
        shuffle(order)
        rows.append(run_interleaved(order) if interleaved else run_sequentially(order))
    reasons = {name: case.absent for case in group.cases for name in case.figures if case.absent}
    figures = {
        name: [row[name] for row in rows] for case in group.cases for name in case.figures if name not in reasons
    }
    return Outcome(group, figures, [check_promise(promise, rows, reasons) for promise in group.promises])


def run_sequentially(cases: Sequence[Case]) -> dict[str, float]:
    """Run one round of cases, one after the other."""
    row: dict[str, float] = {}
    for case in cases:
        row.update(case.sample())
    return row


def run_interleaved(cases: Sequence[Case]) -> dict[str, float]:
    """Run one round of cases, each in its own process, all on one core, alternating every few milliseconds."""
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(len(cases), timeout=_TURN_TIMEOUT_SECONDS), fork.SimpleQueue()
    turns = [fork.Semaphore(0) for _ in cases]

    def run(number: int) -> None:
        own_turn, next_turn = turns[number], turns[(number + 1) % len(cases)]

        def wait_for_turn() -> None:
            if not own_turn.acquire(timeout=_TURN_TIMEOUT_SECONDS):
                raise TimeoutError(
                    f"turn: expected within {_TURN_TIMEOUT_SECONDS:g} s, got none; another case has failed"
                )

        def ready() -> None:
            start.wait()
            if number:
                wait_for_turn()

        def turn() -> None:
            next_turn.release()
            wait_for_turn()

        try:
            paced = cases[number].paced
            assert paced is not None, "interleaved: expected cases made by timed()"
            results.put(dict(paced(ready, turn)))
            next_turn.release()
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
        raise RuntimeError(f"cases that failed: {', '.join(failed)}")
    row: dict[str, float] = {}
    for _ in cases:
        row.update(results.get())
    return row


@contextmanager
def one_core() -> Iterator[None]:
    """Run the processes that are started in the block on one core, on Linux."""
    if sys.platform != "linux":
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def check_promise(promise: Promise, rows: list[dict[str, float]], reasons: Mapping[str, str]) -> PromiseResult:
    """Return the result of a promise over the rounds."""
    for name in (*promise.ours, *promise.theirs):
        if name in reasons:
            return PromiseResult(promise, None, reasons[name])
    return PromiseResult(promise, statistics.median(promise.ratio(row) for row in rows))


def timed(name: str, open_call: AdapterContext, *, batch: float = BATCH_SECONDS, absent: str = "") -> Case:
    """Return a case that repeats a call; opening, warming up and closing are not timed.

    The clock is the processor time of the thread: no call here waits, so that is the time on an idle machine.
    """
    calibrated: list[int] = []

    def sample(ready: Wait = no_wait, turn: Wait = no_wait) -> dict[str, float]:
        with open_call() as call:
            if not calibrated:
                calibrated.append(calls_per_batch(call, batch))
            number = calibrated[0]
            gc.collect()
            for _ in range(max(3, number // 10)):
                call()
            gc.collect(1)  # not a full collection: tables it has set aside would be scanned again after it
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

    return Case(name, sample, absent, open_call=open_call, paced=sample)


def no_wait() -> None:
    """Return at once: no other case waits for a turn."""


def calls_per_batch(call: Call, seconds: float) -> int:
    """Return the number of calls that take about so many seconds; at least three."""
    number = 3
    while True:
        began = time.perf_counter()
        for _ in range(number):
            call()
        took = time.perf_counter() - began
        if took >= seconds / 4:
            return max(3, round(number * seconds / took))
        number *= 4


def selected(groups: Sequence[Group], only: str) -> Iterator[Group]:
    """Yield the groups whose name contains one of the comma-separated words; every group if there is none."""
    words = only.lower().split(",")
    return (group for group in groups if any(word in group.name.lower() for word in words))
