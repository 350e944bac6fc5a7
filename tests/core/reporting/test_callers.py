"""Callers of requests: on the stack, behind a socket of this process, or unknown."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import linecache
import socket
import subprocess
import sys
import threading
import traceback
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests

from fakesources import FakeSources, Violation
from fakesources.core.reporting.frames import Step, user_steps

KEY = {"Authorization": "user:key"}
MISSPELT = "https://api.datasift.com/v1.6/source/get?pge=1"


def misspell(base: str) -> None:
    """Call with an unknown parameter."""
    requests.get(f"{base}/v1.6/source/get?pge=1", headers=KEY, timeout=5)  # here


def here() -> str:
    """Return the place of the line above with the comment `here`."""
    lines, first = inspect.getsourcelines(misspell)
    return f"{__file__}:{first + next(number for number, line in enumerate(lines) if '# here' in line)}"


def violations_of(make_calls: Callable[[str], None]) -> list[Violation]:
    """Return the violations of some calls to a fake behind a socket."""
    fake = FakeSources(strict=False)
    with fake.server() as server:
        make_calls(server.url)
    return fake.violations


def test_the_caller_in_process_is_on_the_stack() -> None:
    """The innermost line of user code is the caller, and the traceback to it goes from the outside in."""
    with FakeSources(strict=False) as fake:
        misspell("https://api.datasift.com")

    (violation,) = fake.violations
    assert violation.location == here()
    step_names = [frame.name for frame in traceback.extract_tb(violation.trace)]
    assert step_names[-2:] == ["test_the_caller_in_process_is_on_the_stack", "misspell"]


def test_the_traceback_to_the_caller_begins_in_the_test() -> None:
    """Frames of the program that started the runner of the tests are left out."""

    class Case(unittest.TestCase):
        def test_it(self) -> None:
            misspell("https://api.datasift.com")

    with FakeSources(strict=False) as fake:
        unittest.TextTestRunner(io.StringIO()).run(Case("test_it"))

    (violation,) = fake.violations
    assert [frame.name for frame in traceback.extract_tb(violation.trace)] == ["test_it", "misspell"]


def test_the_caller_of_a_client_that_pytest_calls_is_the_test() -> None:
    """Frames of the runner that are called by the test do not end the search."""

    def fail(*_: object, **__: object) -> None:
        raise LookupError

    with FakeSources(strict=False) as fake:
        pytest.raises(LookupError, requests.get, MISSPELT, headers=KEY, hooks={"response": fail})  # noqa: RUF061  # pytest calls

    (violation,) = fake.violations
    (step,) = traceback.extract_tb(violation.trace)
    assert violation.location == f"{__file__}:{step.lineno}"
    assert "pytest.raises(LookupError" in str(step.line)


def test_the_caller_behind_a_socket_is_the_thread_that_waits() -> None:
    idle = threading.Event()
    bystander = threading.Thread(target=idle.wait)
    bystander.start()

    (violation,) = violations_of(misspell)
    idle.set()
    bystander.join()

    assert violation.location == here()


def test_the_caller_needs_no_client_library() -> None:
    """A line that reads from the socket is the caller."""

    def call(base: str) -> None:
        host, _, port = base.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(
                b"GET /v1.6/source/get?pge=1 HTTP/1.1\r\nHost: %s:%s\r\nAuthorization: a:b\r\n\r\n"
                % (host.encode(), port.encode())
            )
            connection.recv(65536)

    (violation,) = violations_of(call)

    assert violation.location.startswith(f"{__file__}:")


@pytest.mark.parametrize("library", ["httpx", "aiohttp", "aiohttp, awaited"])
def test_the_caller_behind_a_socket_is_the_task_that_waits(library: str) -> None:
    async def through_httpx(url: str) -> None:
        async with httpx.AsyncClient() as client:
            await client.get(url, headers=KEY)  # here too

    async def through_aiohttp(url: str) -> None:
        async with aiohttp.ClientSession() as session, session.get(url, headers=KEY) as response:  # here too
            await response.read()

    async def through_aiohttp_awaited(url: str) -> None:
        async with aiohttp.ClientSession() as session:
            response = await session.get(url, headers=KEY)  # here too
            await response.read()

    async def main(base: str) -> None:
        idle = asyncio.create_task(asyncio.sleep(60))
        clients = {"httpx": through_httpx, "aiohttp": through_aiohttp, "aiohttp, awaited": through_aiohttp_awaited}
        await clients[library](f"{base}/v1.6/source/get?pge=1")
        idle.cancel()

    (violation,) = violations_of(lambda base: asyncio.run(main(base)))

    file, _, line = violation.location.rpartition(":")
    assert file == __file__
    assert "# here too" in linecache.getline(file, int(line))


@pytest.fixture
def accepting_threads() -> Iterator[None]:
    """Threads that wait for a connection; to look at their sockets lets other threads run."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = [threading.Thread(target=accept, args=(listener,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    yield
    for _ in threads:
        socket.create_connection(listener.getsockname()).close()
    for thread in threads:
        thread.join()
    listener.close()


def accept(listener: socket.socket) -> None:
    listener.accept()[0].close()


@pytest.mark.usefixtures("accepting_threads")
@pytest.mark.parametrize("method", ["open_connection", "getaddrinfo", "sock_connect", "aiohttp"])
def test_the_caller_of_an_escape_is_the_task_that_awaits_the_name(method: str) -> None:
    """An event loop resolves names in another thread."""

    async def escape() -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            if method == "open_connection":
                await asyncio.open_connection("API.datasift.com", 443)  # here as well
            elif method == "getaddrinfo":
                await loop.getaddrinfo("api.datasift.com", 443)  # here as well
            elif method == "sock_connect":
                with socket.socket() as client:
                    client.setblocking(False)
                    await loop.sock_connect(client, ("api.datasift.com", 443))  # here as well
            else:
                async with aiohttp.ClientSession() as session:
                    await session.get("http://api.datasift.com/")  # here as well

    async def main(fake: FakeSources) -> None:
        others = [asyncio.create_task(asyncio.sleep(60))]
        with fake:
            await asyncio.gather(escape(), asyncio.sleep(0))
        for other in others:
            other.cancel()

    fake = FakeSources(strict=False)
    asyncio.run(main(fake))

    (violation,) = fake.violations
    file, _, line = violation.location.rpartition(":")
    assert file == __file__
    assert "# here as well" in linecache.getline(file, int(line))
    assert [step.name for step in traceback.extract_tb(violation.trace)][-1] == "escape"


def test_each_of_two_escaping_coroutines_is_found_by_its_host() -> None:
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

    steps = {each.actual: [step.name for step in traceback.extract_tb(each.trace)] for each in fake.violations}
    assert steps == {"api.datasift.com": ["to_datasift", "reach"], "api.curator.io": ["to_curator", "reach"]}


def test_the_caller_is_unknown_where_two_threads_wait() -> None:
    fake = FakeSources(strict=False)
    with fake.server() as server, fake.faults.hold("datasift.source.log") as hold:
        other = threading.Thread(
            target=requests.get, args=(f"{server.url}/v1.6/source/log",), kwargs={"headers": KEY, "timeout": 5}
        )
        other.start()
        hold.wait()
        misspell(server.url)
        hold.release()
        other.join()

    (violation,) = fake.violations
    assert (violation.location, violation.trace) == ("", None)


def test_a_caller_in_another_process_is_unknown() -> None:
    def call(base: str) -> None:
        code = (
            f"import urllib.request as r; r.urlopen(r.Request('{base}/v1.6/source/get?pge=1', headers={KEY!r})).read()"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    (violation,) = violations_of(call)

    assert (violation.location, violation.trace) == ("", None)


@pytest.mark.parametrize("where", ["journal", "equality"])
def test_violations_in_the_journal_have_no_frames(where: str) -> None:
    """And violations are equal independent of their tracebacks."""
    with FakeSources(strict=False) as fake:
        misspell("https://api.datasift.com")

    (recorded,) = fake.journal.only().violations
    if where == "journal":
        assert (recorded.location, recorded.trace) == (here(), None)
    else:
        assert recorded == fake.violations[0]
        assert "trace" not in repr(fake.violations[0])


# -- libraries -----------------------------------------------------------------------------------------------------


def step_in(module: str) -> Step:
    """Return a step in a function of a module that is installed from an index."""
    names: dict[str, Any] = {"__name__": f"{module}.inner", "frame": inspect.currentframe}
    exec(compile("def call(): return frame()", f"/env/site-packages/{module}/inner.py", "exec"), names)
    return names["call"](), 1


@pytest.mark.parametrize(
    "library",
    [
        "requests", "urllib3", "responses", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "anyio",
        "trio", "h11", "werkzeug", "pytest_asyncio", "_pytest", "pluggy", "unittest",
    ],
)  # fmt: skip
def test_a_library_is_not_the_caller_even_of_an_installed_package(library: str) -> None:
    """Such as a tool that sends generated requests: its own line is the caller where no user code is."""
    tool = step_in("some_tool")

    assert user_steps([step_in(library), tool]) == [tool]
    assert user_steps([step_in(library)]) == []
    assert user_steps([tool], or_installed=False) == []
