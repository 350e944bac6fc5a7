"""Test async code, with any library.

`async with FakeSources() as fake` does what `with` does. Libraries without an adapter, such as aiohttp, connect to the
server of the fake: pass its url to your code. A call to a real host that no adapter intercepts fails, and so does the
test, so that no request leaves unnoticed.

A delay passes on the fake's clock, without sleeping. Deadlines of anyio and trio count on that clock; a fake cannot see
those of asyncio (`asyncio.timeout`, `asyncio.wait_for`), so a test of them needs `real=True`.
"""

from __future__ import annotations

import asyncio

import aiohttp
import anyio
import httpx
import pytest

from fakesources import FakeSources, Server

KEY = {"Authorization": "user:key"}


async def stop_all(base: str, ids: list[str]) -> list[int]:
    """Stop several sources at once, with aiohttp (code under test)."""
    async with aiohttp.ClientSession(base, headers=KEY) as session:

        async def stop(id: str) -> int:
            async with session.put("/v1.6/source/stop", data={"id": id}) as response:
                return response.status

        return await asyncio.gather(*map(stop, ids))


def test_aiohttp_with_the_server(fakesources: FakeSources, fakesources_server: Server) -> None:
    """The server and the test share one fake."""
    ids = [fakesources.datasift.sources.add(running=True).id for _ in range(5)]

    assert asyncio.run(stop_all(fakesources_server.url, ids)) == [200] * 5
    assert not any(source.running for source in fakesources.datasift.sources.values())


@pytest.mark.asyncio
async def test_a_fake_in_a_coroutine() -> None:
    async with FakeSources() as fake, httpx.AsyncClient(headers=KEY) as client:
        source = fake.datasift.sources.add()
        await client.put("https://api.datasift.com/v1.6/source/start", data={"id": source.id})

        assert fake.datasift.sources[source.id].running


@FakeSources(datasift="live-1.6")
async def start_a_source(fake: FakeSources) -> str:
    """Start a source in a fake of its own, made for each call."""
    async with httpx.AsyncClient(headers=KEY) as client:
        source = fake.datasift.sources.add()
        response = await client.put("https://api.datasift.com/v1.6/source/start", data={"id": source.id})
        return str(response.json()["status"])


def test_a_decorated_coroutine() -> None:
    """The decorator passes the fake as `fake`."""
    assert asyncio.run(start_a_source()) == "running"  # type: ignore[call-arg]


def test_a_call_to_the_real_host_is_a_violation(fakesources: FakeSources) -> None:
    """Aiohttp is not intercepted: its call to the real host fails, and the violation has the line."""

    async def call_the_real_host() -> None:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientError):
                await session.get("https://api.datasift.com/v1.6/source/get")

    with fakesources.expect_violation("connection.escaped"):  # without this line the test would fail
        asyncio.run(call_the_real_host())


@pytest.mark.asyncio
async def test_a_deadline_of_anyio_on_the_fakes_clock(fakesources: FakeSources) -> None:
    """An hour passes at once, and the deadline with it."""
    fakesources.faults.delay("datasift.source.get", 3600)

    async with httpx.AsyncClient(headers=KEY) as client:
        with pytest.raises(TimeoutError), anyio.fail_after(60):
            await client.get("https://api.datasift.com/v1.6/source/get")


@pytest.mark.asyncio
async def test_a_deadline_of_asyncio_in_real_time(fakesources: FakeSources) -> None:
    """The cancelled request has no effect and is not in the journal."""
    fakesources.faults.delay("datasift.source.get", 30, real=True)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), httpx.AsyncClient(headers=KEY) as client:
            await client.get("https://api.datasift.com/v1.6/source/get")

    fakesources.journal.assert_none("datasift.source.get")
