"""Test code that uses httpx, or its successor httpx2.

The `fakesources` fixture intercepts clients that code creates, and so does `with fake.httpx():` without the fixture.
Code that takes a transport can be given the transport of a fake. All of this works sync and async.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest

from fakesources import FakeSources

FEEDS = "https://api.curator.io/v1/feeds"


def feed_names(key: str) -> list[str]:
    """Return the names of all feeds, with a client of its own (code under test)."""
    with httpx.Client(params={"api_key": key}) as client:
        return [feed["name"] for feed in client.get(FEEDS).json()]


async def feed_names_async(key: str, transport: httpx.AsyncBaseTransport | None = None) -> list[str]:
    """Do the same asynchronously, with an optional transport."""
    async with httpx.AsyncClient(params={"api_key": key}, transport=transport) as client:
        return [feed["name"] for feed in (await client.get(FEEDS)).json()]


def test_clients_are_intercepted(fakesources: FakeSources) -> None:
    """All clients, sync and async, are answered by the fake."""
    fakesources.curator.feeds.add(name="Cats")

    assert feed_names("our-key") == ["Default", "Cats"]
    assert asyncio.run(feed_names_async("our-key")) == ["Default", "Cats"]


def test_the_adapter_for_httpx_alone() -> None:
    """Only httpx is intercepted, and only inside the block."""
    with FakeSources().httpx() as fake:
        assert feed_names("our-key") == ["Default"]

    assert fake.journal.count("curator.feeds.list") == 1


def test_the_transport_of_a_fake() -> None:
    """Nothing is patched: only the client with this transport calls the fake."""
    fake = FakeSources()

    assert asyncio.run(feed_names_async("our-key", fake.transport())) == ["Default"]


def test_httpx2() -> None:
    """It works the same, also beside httpx."""
    httpx2 = pytest.importorskip("httpx2")
    fake = FakeSources()

    with httpx2.Client(transport=fake.transport(), params={"api_key": "our-key"}) as client:
        assert client.get(FEEDS).json()[0]["name"] == "Default"


def test_a_timeout(fakesources: FakeSources) -> None:
    """A slow response is a timeout for a client with a shorter one, without sleeping."""
    fakesources.faults.delay("curator.feeds.list", 30)

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(FEEDS, params={"api_key": "our-key"}, timeout=5)
