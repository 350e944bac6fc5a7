"""Cost of large requests: twenty times as many names take at most twenty times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from harness import Call, Group, Promise, timed
from large_requests import KINDS, UNKNOWN_NAMES

from fakesources import FakeSources, Request

FEW, MANY = 500, 10_000
TWENTY_FOLD = 20.0
OTHERS = ("Curator query names given twice", "resources with an unknown name", "cookies", "a string without an end")
MANY_RESOURCES = 30.0
"""Bound for 10,000 resources, which are objects: repeated garbage collection takes a third of the time."""


@contextmanager
def handled(make: Callable[[int], Request], count: int) -> Iterator[Call]:
    """Open the handling of a large request, and clear its traces each time."""
    fake = FakeSources(strict=False, rate_limit=10**12)
    request = make(count)
    empty = fake.snapshot()

    def call() -> None:
        fake.handle(request)
        fake.violations.clear()
        fake.restore(empty)
        fake.journal.clear()

    yield call


def sized(name: str, count: int) -> str:
    """Return the name of a case."""
    return f"{name}, {count:,}"


def group(name: str) -> Group:
    """Return a group of one kind of request in two sizes."""
    make = KINDS[name]
    few, many = sized(name, FEW), sized(name, MANY)
    bound = MANY_RESOURCES if name == "resources with an unknown name" else TWENTY_FOLD
    return Group(
        f"sizes, {name}",
        cases=[timed(sized(name, count), partial(handled, make, count), batch=0.01) for count in (FEW, MANY)],
        promises=[Promise(many, f"with {FEW}", (many,), (few,), bound)],
        rounds=3,
    )


def groups() -> list[Group]:
    """Return groups for unknown names, and for kinds that were slower than linear once."""
    return [group(name) for name in (*UNKNOWN_NAMES, *OTHERS)]
