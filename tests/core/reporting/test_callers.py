"""Who made a request: found on the stack, behind a socket of this process, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import linecache
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable

import aiohttp
import httpx
import pytest
import requests

from fakesources import FakeSources, Violation

KEY = {"Authorization": "user:key"}


def misspell(base: str) -> None:
    """A call with a parameter that nobody knows."""
    requests.get(f"{base}/v1.6/source/get?pge=1", headers=KEY, timeout=5)  # here


def here() -> str:
    """The place of the line above that says so."""
    lines, first = inspect.getsourcelines(misspell)
    return f"{__file__}:{first + next(number for number, line in enumerate(lines) if '# here' in line)}"


def through(make_calls: Callable[[str], None]) -> list[Violation]:
    """What a fake behind a socket has noted of some calls."""
    fake = FakeSources(strict=False)
    with fake.server() as server:
        make_calls(server.url)
    return fake.violations


def test_in_process_it_is_on_the_stack() -> None:
    """The innermost line of user code is the caller, and the way to it is a traceback from the outside in."""
    with FakeSources(strict=False) as fake:
        misspell("https://api.datasift.com")

    (violation,) = fake.violations
    assert violation.location == here()
    way = [frame.name for frame in traceback.extract_tb(violation.trace)]
    assert way[-2:] == ["test_in_process_it_is_on_the_stack", "misspell"]


def test_behind_a_socket_it_is_the_thread_that_waits() -> None:
    """Of all threads, the one that is connected to the server is the caller."""
    idle = threading.Event()
    bystander = threading.Thread(target=idle.wait)
    bystander.start()

    (violation,) = through(misspell)
    idle.set()
    bystander.join()

    assert violation.location == here()


def test_a_bare_socket_will_do() -> None:
    """No client library is needed: a line that reads from the socket is the caller."""

    def call(base: str) -> None:
        host, _, port = base.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(
                b"GET /v1.6/source/get?pge=1 HTTP/1.1\r\nHost: %s:%s\r\nAuthorization: a:b\r\n\r\n"
                % (host.encode(), port.encode())
            )
            connection.recv(65536)

    (violation,) = through(call)

    assert violation.location.startswith(f"{__file__}:")


@pytest.mark.parametrize("library", ["httpx", "aiohttp", "aiohttp, awaited"])
def test_behind_a_socket_it_is_the_task_that_waits(library: str) -> None:
    """Of the tasks of an event loop, the one that waits for an answer is the caller."""

    async def through_httpx(url: str) -> None:
        async with httpx.AsyncClient() as client:
            await client.get(url, headers=KEY)  # here too

    async def through_aiohttp(url: str) -> None:
        async with aiohttp.ClientSession() as session, session.get(url, headers=KEY) as answer:  # here too
            await answer.read()

    async def through_aiohttp_awaited(url: str) -> None:
        async with aiohttp.ClientSession() as session:
            answer = await session.get(url, headers=KEY)  # here too
            await answer.read()

    async def main(base: str) -> None:
        idle = asyncio.create_task(asyncio.sleep(60))
        ways = {"httpx": through_httpx, "aiohttp": through_aiohttp, "aiohttp, awaited": through_aiohttp_awaited}
        await ways[library](f"{base}/v1.6/source/get?pge=1")
        idle.cancel()

    (violation,) = through(lambda base: asyncio.run(main(base)))

    file, _, line = violation.location.rpartition(":")
    assert file == __file__
    assert "# here too" in linecache.getline(file, int(line))


@pytest.mark.parametrize("way", ["open_connection", "getaddrinfo", "sock_connect", "aiohttp"])
def test_an_escape_of_a_coroutine_is_the_task_that_awaits(way: str) -> None:
    """An event loop has names resolved by another thread; the line is that of the task that wants one, not of the tasks
    that wait for something else or for another name.
    """

    async def escape() -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            if way == "open_connection":
                await asyncio.open_connection("API.datasift.com", 443)  # here as well
            elif way == "getaddrinfo":
                await loop.getaddrinfo("api.datasift.com", 443)  # here as well
            elif way == "sock_connect":
                with socket.socket() as client:
                    client.setblocking(False)
                    await loop.sock_connect(client, ("api.datasift.com", 443))  # here as well
            else:
                async with aiohttp.ClientSession() as session:
                    await session.get("http://api.datasift.com/")  # here as well

    async def main(fake: FakeSources) -> None:
        others = [asyncio.create_task(asyncio.sleep(60))]
        with fake:
            await asyncio.gather(escape(), asyncio.sleep(0.01))
        for other in others:
            other.cancel()

    fake = FakeSources(strict=False)
    asyncio.run(main(fake))

    (violation,) = fake.violations
    file, _, line = violation.location.rpartition(":")
    assert file == __file__
    assert "# here as well" in linecache.getline(file, int(line))
    assert [step.name for step in traceback.extract_tb(violation.trace)][-1] == "escape"


def test_of_two_coroutines_that_escape_each_is_named_by_its_name() -> None:
    """Which of them wants a name is told by the name."""

    async def reach(host: str) -> None:
        with contextlib.suppress(OSError):
            await asyncio.open_connection(host, 443)

    async def to_datasift() -> None:
        await reach("api.datasift.com")

    async def to_curator() -> None:
        await reach("api.curator.io")

    async def main() -> None:
        await asyncio.gather(to_datasift(), to_curator())

    fake = FakeSources(strict=False)
    with fake:
        asyncio.run(main())

    ways = {each.actual: [step.name for step in traceback.extract_tb(each.trace)] for each in fake.violations}
    assert ways == {"api.datasift.com": ["to_datasift", "reach"], "api.curator.io": ["to_curator", "reach"]}


def test_of_two_that_wait_nobody_is_named() -> None:
    """Where more than one thread waits for an answer, a guess would point at the wrong line."""
    fake = FakeSources(strict=False)
    with fake.server() as server, fake.faults.hold("datasift.source.log") as latch:
        other = threading.Thread(
            target=requests.get, args=(f"{server.url}/v1.6/source/log",), kwargs={"headers": KEY, "timeout": 5}
        )
        other.start()
        latch.wait()
        misspell(server.url)
        latch.release()
        other.join()

    (violation,) = fake.violations
    assert (violation.location, violation.trace) == ("", None)


def test_a_caller_in_another_process_is_unknown() -> None:
    """There is no line to point at, so none is told."""

    def call(base: str) -> None:
        code = (
            f"import urllib.request as r; r.urlopen(r.Request('{base}/v1.6/source/get?pge=1', headers={KEY!r})).read()"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    (violation,) = through(call)

    assert (violation.location, violation.trace) == ("", None)


@pytest.mark.parametrize("where", ["journal", "equality"])
def test_frames_are_not_kept_where_they_would_stay(where: str) -> None:
    """The journal keeps the place but no frame, and two violations are equal whatever way led to them."""
    with FakeSources(strict=False) as fake:
        misspell("https://api.datasift.com")

    (kept,) = fake.journal.only().violations
    if where == "journal":
        assert (kept.location, kept.trace) == (here(), None)
    else:
        assert kept == fake.violations[0]
        assert "trace" not in repr(fake.violations[0])
