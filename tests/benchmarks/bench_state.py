"""Cost of state: snapshots, calls among many rows, and the memory of a recorded exchange."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

import requests
import responses
from harness import Call, Case, Group, Promise, timed
from subjects import ClientRequest, checked_response, create, create_datasift, filled_fake, get_one, list_twenty

from fakesources import FakeSources

FEW, MANY = 100, 100_000
RECORDED_CALLS = 500


@cache
def fake_of(sources: int) -> FakeSources:
    """Return a fake with so many sources; filled once, because a hundred thousand take seconds.

    Its rows are frozen in the garbage collector: full collections run between the timed parts, and would take a second
    each, so that the two cases of a ratio would be measured far apart.
    """
    fake = filled_fake(sources)
    gc.freeze()
    return fake


@contextmanager
def snapshot_and_restore(sources: int) -> Iterator[Call]:
    """Open a snapshot and its restore."""
    fake = fake_of(sources)
    yield lambda: fake.restore(fake.snapshot())


RequestAndStatus = tuple[Callable[[FakeSources], ClientRequest], int]
CALLS: dict[str, RequestAndStatus] = {
    "GET one (DataSift)": (get_one, 200),
    "first page of 20 (DataSift)": (lambda fake: list_twenty(), 200),
    "create (DataSift)": (lambda fake: create_datasift(), 201),
    "create (Curator)": (create, 200),
}


@contextmanager
def among_rows(sources: int, name: str) -> Iterator[Call]:
    """Open a call to a fake with so many sources; its state is restored afterwards."""
    make, status = CALLS[name]
    fake = fake_of(sources)
    before = fake.snapshot()
    request = make(fake).request
    checked_response(fake, make(fake), status)
    yield lambda: fake.handle(request)
    fake.restore(before)


def journal_memory() -> dict[str, float]:
    """Return bytes per exchange in a journal, for calls through the `requests` adapter."""
    fake = filled_fake(20)
    client_request = get_one(fake)
    with fake.responses():
        return {JOURNAL: bytes_per_call(client_request)}


def responses_memory() -> dict[str, float]:
    """Return bytes per call that a `responses` mock records, with the same body."""
    fake = filled_fake(20)
    client_request = get_one(fake)
    body = checked_response(fake, client_request, 200).body
    with responses.RequestsMock() as mock:
        mock.add(client_request.method, client_request.url.partition("?")[0], body, content_type="application/json")
        return {RESPONSES: bytes_per_call(client_request)}


def bytes_per_call(client_request: ClientRequest) -> float:
    """Return the memory in bytes that each call leaves behind, once its response is deleted."""
    headers = dict(client_request.headers)
    with requests.Session() as session:
        for _ in range(20):
            session.request(client_request.method, client_request.url, headers=headers, data=client_request.body)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(RECORDED_CALLS):
            session.request(client_request.method, client_request.url, headers=headers, data=client_request.body)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    return (after - before) / RECORDED_CALLS


def sized(name: str, sources: int) -> str:
    """Return the name of a case."""
    return f"{name}, {sources:,} sources"


JOURNAL, RESPONSES = "an exchange in the journal", "a call recorded by `responses`"
ROUND_TRIP = "snapshot and restore"


def among_many(name: str) -> Group:
    """Return a group of one call among few rows and among many, so that no other case runs between the two."""
    few, many = (sized(name, count) for count in (FEW, MANY))
    return Group(
        f"many rows, {name}",
        cases=[timed(sized(name, count), partial(among_rows, count, name)) for count in (FEW, MANY)],
        promises=[Promise(many, f"with {FEW}", (many,), (few,), 1.2)],
        rounds=31,
    )


def groups() -> list[Group]:
    """Return the groups for snapshots, many rows and memory."""
    return [
        Group(
            "snapshots",
            cases=[timed(sized(ROUND_TRIP, count), partial(snapshot_and_restore, count)) for count in (10, 10_000)],
            promises=[
                Promise(
                    f"{ROUND_TRIP}, 10,000 sources",
                    "with 10",
                    (sized(ROUND_TRIP, 10_000),),
                    (sized(ROUND_TRIP, 10),),
                    1.5,
                )
            ],
        ),
        *(among_many(name) for name in CALLS),
        Group(
            "memory",
            cases=[
                Case("journal", journal_memory, figure_names=(JOURNAL,)),
                Case("responses", responses_memory, figure_names=(RESPONSES,)),
            ],
            promises=[Promise(f"memory of {JOURNAL}", f"of {RESPONSES}", (JOURNAL,), (RESPONSES,), 0.5)],
            unit="bytes",
            rounds=5,
        ),
    ]
