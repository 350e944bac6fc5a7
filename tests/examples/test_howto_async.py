"""How to test async code, whatever library it uses.

`async with FakeSources() as fake` does what `with` does. Libraries that the fake does not intercept, aiohttp among
them, talk to its socket: hand your code the server's url. A call to the vendor's own host that no door catches is
refused and fails the test, so nothing escapes unnoticed.

A delay passes on the fake's clock, and nobody sleeps. Deadlines of anyio and trio count against that clock; those of
asyncio (`asyncio.timeout`, `asyncio.wait_for`) cannot be seen by a fake, so a test of them needs `real=True`.
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
    """The code under test: stop several sources at once, with aiohttp."""
    async with aiohttp.ClientSession(base, headers=KEY) as session:

        async def stop(id: str) -> int:
            async with session.put("/v1.6/source/stop", data={"id": id}) as answer:
                return answer.status

        return await asyncio.gather(*map(stop, ids))


def test_aiohttp_through_the_socket(fakesources: FakeSources, fakesources_server: Server) -> None:
    """The fake behind the socket is the one the test holds."""
    ids = [fakesources.datasift.sources.add(running=True).id for _ in range(5)]

    assert asyncio.run(stop_all(fakesources_server.url, ids)) == [200] * 5
    assert not any(source.running for source in fakesources.datasift.sources.values())


@pytest.mark.asyncio
async def test_a_fake_in_a_coroutine() -> None:
    """In a coroutine a fake is opened and closed like any other resource."""
    async with FakeSources() as fake, httpx.AsyncClient(headers=KEY) as client:
        source = fake.datasift.sources.add()
        await client.put("https://api.datasift.com/v1.6/source/start", data={"id": source.id})

        assert fake.datasift.sources[source.id].running


@FakeSources(datasift="live-1.6")
async def check(fake: FakeSources) -> str:
    """A coroutine function with a fake of its own, each time it is called."""
    async with httpx.AsyncClient(headers=KEY) as client:
        source = fake.datasift.sources.add()
        answer = await client.put("https://api.datasift.com/v1.6/source/start", data={"id": source.id})
        return str(answer.json()["status"])


def test_a_decorated_coroutine() -> None:
    """The decorator gives the fake as `fake`; callers do not."""
    assert asyncio.run(check()) == "running"  # type: ignore[call-arg]


def test_nothing_escapes(fakesources: FakeSources) -> None:
    """Aiohttp is not intercepted: asked for the vendor's own host it is refused, and the test says where it was."""

    async def forgot_the_url() -> None:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientError):
                await session.get("https://api.datasift.com/v1.6/source/get")

    with fakesources.expect_violation("connection.escaped"):  # without this line the test would fail, as it should
        asyncio.run(forgot_the_url())


@pytest.mark.asyncio
async def test_a_deadline_of_anyio_on_the_fakes_clock(fakesources: FakeSources) -> None:
    """An hour passes in no time, and the deadline with it."""
    fakesources.faults.delay("datasift.source.get", 3600)

    async with httpx.AsyncClient(headers=KEY) as client:
        with pytest.raises(TimeoutError), anyio.fail_after(60):
            await client.get("https://api.datasift.com/v1.6/source/get")


@pytest.mark.asyncio
async def test_a_deadline_of_asyncio_in_real_time(fakesources: FakeSources) -> None:
    """The request that was given up leaves nothing behind: it was not acted on, and is not in the journal."""
    fakesources.faults.delay("datasift.source.get", 30, real=True)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), httpx.AsyncClient(headers=KEY) as client:
            await client.get("https://api.datasift.com/v1.6/source/get")

    fakesources.journal.assert_none("datasift.source.get")
