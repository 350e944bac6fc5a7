"""What state costs: snapshots, calls among many rows, and the memory that a kept exchange takes."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import requests
import responses
from harness import Call, Case, Group, Promise, timed
from subjects import Ask, answered, create, create_datasift, get_one, list_twenty, stocked

from fakesources import FakeSources

FEW, MANY = 100, 100_000
KEPT = 500


@cache
def fake_of(sources: int) -> FakeSources:
    """A fake with so many sources; made once, since a hundred thousand take their time.

    Its rows are set aside from full collections, which come between what is timed and never in it: they would take a
    second each, and the slow minutes of a machine would fall between the two cases of a ratio.
    """
    fake = stocked(sources)
    gc.freeze()
    return fake


@contextmanager
def there_and_back(sources: int) -> Iterator[Call]:
    """Take a snapshot and restore it."""
    fake = fake_of(sources)
    yield lambda: fake.restore(fake.snapshot())


Made = tuple[Callable[[FakeSources], Ask], int]
CALLS: dict[str, Made] = {
    "GET one (DataSift)": (get_one, 200),
    "first page of 20 (DataSift)": (lambda fake: list_twenty(), 200),
    "create (DataSift)": (lambda fake: create_datasift(), 201),
    "create (Curator)": (create, 200),
}


@contextmanager
def among(sources: int, name: str) -> Iterator[Call]:
    """A call to a fake with so many sources, which has no more of them afterwards."""
    make, status = CALLS[name]
    fake = fake_of(sources)
    before = fake.snapshot()
    request = make(fake).request
    answered(fake, make(fake), status)
    yield lambda: fake.handle(request)
    fake.restore(before)


def kept_by_journal() -> dict[str, float]:
    """Bytes for each exchange a journal keeps, of calls made through the `requests` door."""
    fake = stocked(20)
    ask = get_one(fake)
    with fake.responses():
        return {JOURNAL: grown_by(ask)}


def kept_by_responses() -> dict[str, float]:
    """Bytes for each call a `responses` mock keeps, with an answer of the same bytes."""
    fake = stocked(20)
    ask = get_one(fake)
    body = answered(fake, ask, 200).body
    with responses.RequestsMock() as mock:
        mock.add(ask.method, ask.url.partition("?")[0], body, content_type="application/json")
        return {RESPONSES: grown_by(ask)}


def grown_by(ask: Ask) -> float:
    """How many bytes more are in use for each call that was made, once its own response is gone."""
    headers = dict(ask.headers)
    with requests.Session() as session:
        for _ in range(20):
            session.request(ask.method, ask.url, headers=headers, data=ask.body)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(KEPT):
            session.request(ask.method, ask.url, headers=headers, data=ask.body)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    return (after - before) / KEPT


def sized(name: str, sources: int) -> str:
    """What a case with so many sources is called."""
    return f"{name}, {sources:,} sources"


JOURNAL, RESPONSES = "an exchange in the journal", "a call kept by `responses`"
BACK = "snapshot and restore"


def among_many(name: str) -> Group:
    """One call among few rows and among many; a group of its own, so that nothing comes between the two."""
    few, many = (sized(name, count) for count in (FEW, MANY))
    return Group(
        f"many rows, {name}",
        cases=[timed(sized(name, count), lambda count=count: among(count, name)) for count in (FEW, MANY)],  # type: ignore[misc]
        promises=[Promise(many, f"with {FEW}", (many,), (few,), 1.2)],
        rounds=31,
    )


def groups() -> list[Group]:
    """Snapshots, many rows, memory."""
    return [
        Group(
            "snapshots",
            cases=[timed(sized(BACK, count), lambda count=count: there_and_back(count)) for count in (10, 10_000)],  # type: ignore[misc]
            promises=[Promise(f"{BACK}, 10,000 sources", "with 10", (sized(BACK, 10_000),), (sized(BACK, 10),), 1.5)],
        ),
        *(among_many(name) for name in CALLS),
        Group(
            "memory",
            cases=[
                Case("journal", kept_by_journal, gives=(JOURNAL,)),
                Case("responses", kept_by_responses, gives=(RESPONSES,)),
            ],
            promises=[Promise(f"memory of {JOURNAL}", f"of {RESPONSES}", (JOURNAL,), (RESPONSES,), 0.5)],
            unit="bytes",
            rounds=5,
        ),
    ]
