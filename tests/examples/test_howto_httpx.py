"""How to test code that uses httpx, or its continuation httpx2.

Code that makes its own clients is intercepted by the `fakesources` fixture once it has imported the library, and by
`with fake.httpx():` anywhere. Code that takes a transport can be handed the fake's. Both work sync and async.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest

from fakesources import FakeSources

FEEDS = "https://api.curator.io/v1/feeds"


def feed_names(key: str) -> list[str]:
    """The code under test, which makes its own client."""
    with httpx.Client(params={"api_key": key}) as client:
        return [feed["name"] for feed in client.get(FEEDS).json()]


async def feed_names_later(key: str, transport: httpx.AsyncBaseTransport | None = None) -> list[str]:
    """The same, async, with a transport that may be handed in."""
    async with httpx.AsyncClient(params={"api_key": key}, transport=transport) as client:
        return [feed["name"] for feed in (await client.get(FEEDS)).json()]


def test_clients_are_intercepted(fakesources: FakeSources) -> None:
    """Whatever client the code makes, sync or async, the fake answers."""
    fakesources.curator.feeds.add(name="Cats")

    assert feed_names("our-key") == ["Default", "Cats"]
    assert asyncio.run(feed_names_later("our-key")) == ["Default", "Cats"]


def test_a_door_for_httpx_alone() -> None:
    """Without the fixture, the door is opened where it is needed."""
    with FakeSources().httpx() as fake:
        assert feed_names("our-key") == ["Default"]

    assert fake.journal.count("curator.feeds.list") == 1


def test_a_transport_is_handed_in() -> None:
    """Nothing is patched: the one client that was given the transport talks to the fake."""
    fake = FakeSources()

    assert asyncio.run(feed_names_later("our-key", fake.transport())) == ["Default"]


def test_httpx2_is_httpx() -> None:
    """The continuation works the same, also beside the original."""
    httpx2 = pytest.importorskip("httpx2")
    fake = FakeSources()

    with httpx2.Client(transport=fake.transport(), params={"api_key": "our-key"}) as client:
        assert client.get(FEEDS).json()[0]["name"] == "Default"


def test_a_timeout_is_met(fakesources: FakeSources) -> None:
    """A slow answer is a timeout for a client that waits less; nothing sleeps."""
    fakesources.faults.delay("curator.feeds.list", 30)

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(FEEDS, params={"api_key": "our-key"}, timeout=5)
