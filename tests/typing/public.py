"""Public types as users see them; read by type checkers, never run.

Every name comes from the top package, as a user would import it.
"""

from __future__ import annotations

import unittest
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, assert_type

import httpx
import httpx2
import pytest
import responses
from responses import RequestsMock

from fakesources import (
    ContractViolation,
    CuratorSource,
    DataSiftSource,
    Diff,
    Exchange,
    Expectation,
    FakeFactory,
    FakeSources,
    Feed,
    Hold,
    Identity,
    LogEntry,
    Options,
    PlannedFault,
    Post,
    RecordedRequest,
    Request,
    Resource,
    Response,
    Server,
    Snapshot,
    Violation,
    When,
)


def rows(fakesources: FakeSources) -> None:
    """Rows are typed, each by its API."""
    source = fakesources.datasift.sources.add(name="Rock Music", source_type="facebook_page", running=True)
    assert_type(source, DataSiftSource)
    assert_type(source.running, bool)
    assert_type(source.created_at, int)
    assert_type(source.resources, tuple[Resource, ...])
    assert_type(source.auth, tuple[Identity, ...])
    assert_type(fakesources.datasift.sources[source.id], DataSiftSource)
    assert_type(fakesources.datasift.account("bob").sources.change(source.id, running=False), DataSiftSource)
    assert_type(fakesources.datasift.log.add(source.id, "message"), LogEntry)
    assert_type(fakesources.curator.feeds.add(name="Cats"), Feed)
    made = fakesources.curator.sources.add(source_type=2, tag="cats")
    assert_type(made, CuratorSource)
    assert_type(fakesources.curator.posts.add(made.id, text="Meow"), Post)
    assert_type(fakesources.curator.sources.remove(made.id), CuratorSource)
    for id, post in fakesources.curator.posts.items():
        assert_type(post, Post)
        fakesources.curator.posts.change(id, pinned=True)


def misspelt(fakesources: FakeSources) -> None:
    """A misspelt keyword is an error: these lines would be unused ignores if it were not."""
    fakesources.datasift.sources.add(nmae="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    fakesources.curator.feeds.add(nmae="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FakeSources(datasfit="docs-1.6")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Options(sede=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    fakesources.faults.disconnect("datasift.source.start", "rest")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def adapters(fake: FakeSources) -> None:
    """Adapters are context managers that return a fake or a server."""
    with fake as same:
        assert_type(same, FakeSources)
    with fake.responses() as same:
        assert_type(same, FakeSources)
    with fake.responses(RequestsMock()) as same:
        assert_type(same, FakeSources)
    with fake.responses(responses) as same:
        assert_type(same, FakeSources)
    with fake.httpx() as same:
        assert_type(same, FakeSources)
    with fake.server("127.0.0.1", 0) as server:
        assert_type(server, Server)
        assert_type(server.url, str)
        assert_type(server.port, int)
    httpx.Client(transport=fake.transport())
    httpx.AsyncClient(transport=fake.transport())
    httpx2.Client(transport=fake.transport())
    httpx2.AsyncClient(transport=fake.transport())
    assert_type(fake.handle(Request("GET", "/v1/feeds", host="api.curator.io")), Response)


async def async_adapters(fake: FakeSources) -> None:
    """They are async context managers as well."""
    async with fake as same:
        assert_type(same, FakeSources)
    async with fake.server() as server:
        assert_type(server, Server)


def journal(fake: FakeSources) -> None:
    """Exchanges and recorded requests."""
    exchange = fake.journal.only("datasift.source.start", status=200, params={"id": "a"})
    assert_type(exchange, Exchange)
    assert_type(exchange.request, RecordedRequest)
    assert_type(exchange.request.query, list[tuple[str, str]])
    assert_type(exchange.request.params, Mapping[str, Any])
    assert_type(exchange.response, Response)
    assert_type(exchange.violations, tuple[Violation, ...])
    assert_type(fake.journal.all(), list[Exchange])
    assert_type(fake.journal[0], Exchange)
    assert_type(fake.journal[1:], list[Exchange])


def faults(fake: FakeSources) -> None:
    """Callbacks that choose requests have typed parameters and results."""

    def is_big(recorded: RecordedRequest) -> bool:
        return len(recorded.body) > 100

    condition: When = is_big
    assert_type(fake.faults.error("datasift.source.start", "not-found", when=condition), PlannedFault)
    fake.faults.respond("datasift.source.start", 503, when=lambda recorded: recorded.method == "PUT")
    fake.faults.disconnect("datasift.source.start", "reset", when={"id": "a"})
    with fake.faults.hold("datasift.source.start") as hold:
        assert_type(hold, Hold)


def contract(fake: FakeSources) -> None:
    """Violations are data."""
    found: list[Violation] = fake.violations
    assert_type(found[0], Violation)
    with fake.expect_violation("datasift.source.start.unknown-parameter") as expected:
        assert_type(expected, Expectation)
    assert_type(expected.violation, Violation | None)
    try:
        fake.check()
    except ContractViolation as broken:
        assert_type(broken.violations, tuple[Violation, ...])


def state(fake: FakeSources) -> None:
    """State is a value."""
    before = fake.snapshot()
    assert_type(before, Snapshot)
    assert_type(fake.diff(before), Diff)
    assert_type(fake.dump(), dict[str, Any])
    fake.load(Path("state.json"))
    fake.load(fake.dump())
    assert_type(fake.clock.advance(minutes=5), datetime)


@pytest.fixture(scope="session")
def fakesources_options() -> Options:
    """Options complete in an editor."""
    return Options(datasift="live-1.6", strict=False, credentials={"datasift": {"alice": "key"}}, clock="real")


@pytest.fixture(scope="module")
def shared(fakesources_factory: FakeFactory) -> Iterator[FakeSources]:
    """The factory returns context managers of fakes."""
    opened = fakesources_factory(seed=5)
    assert_type(opened, AbstractContextManager[FakeSources, bool | None])
    with opened as fake:
        assert_type(fake, FakeSources)
        yield fake


@FakeSources(seed=3)
def function(number: int, fake: FakeSources | None = None) -> str:
    """Decorated functions keep their types."""
    return f"{number} {fake}"


@FakeSources()
async def coroutine() -> int:
    """Coroutine functions too."""
    return 1


@FakeSources()
class Case(unittest.TestCase):
    """And classes."""

    fake: FakeSources


assert_type(function(1), str)
case: Case = Case()


async def awaited() -> AsyncIterator[int]:
    """A decorated coroutine function keeps its result type."""
    assert_type(await coroutine(), int)
    yield 1
