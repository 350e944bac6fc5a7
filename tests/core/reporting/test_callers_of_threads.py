"""Callers of requests that a library makes for user code: in another thread, or below an installed package."""

from __future__ import annotations

import asyncio
import functools
import linecache
import os
import subprocess
import sys
import threading
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any
from unittest import mock

import anyio
import pytest
import requests

from fakesources import FakeSources, Violation

KEY = {"Authorization": "user:key"}
PATH = "/v1.6/source/get?pge=1"
Get = Callable[[str], Any]
get: Get = functools.partial(requests.get, headers=KEY, timeout=10)


def line_of(violation: Violation) -> str:
    """Return the line of code that a violation names."""
    file, _, line = violation.location.rpartition(":")
    return linecache.getline(file, int(line))


# -- requests in other threads -------------------------------------------------------------------------------------


def in_a_thread(url: str) -> None:
    thread = threading.Thread(target=get, args=[url])
    thread.start()  # here, until it runs
    thread.join()  # here


def in_an_executor(url: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(get, url).result()  # here


def mapped_by_an_executor(url: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        list(pool.map(get, [url]))  # here


def awaited_at_the_end_of_an_executor(url: str) -> None:
    with ThreadPoolExecutor(1) as pool:  # here
        pool.submit(get, url)  # here, until it is submitted


def mapped_by_a_pool(url: str) -> None:
    with ThreadPool(1) as pool:
        pool.map(get, [url])  # here
        pool.close()
        pool.join()


def to_thread(url: str) -> None:
    async def main() -> None:
        await asyncio.to_thread(get, url)  # here

    asyncio.run(main())


def to_thread_beside_other_tasks(url: str) -> None:
    async def main() -> None:
        others = [asyncio.create_task(each) for each in (asyncio.Queue().get(), asyncio.Event().wait())]
        await asyncio.to_thread(get, url)  # here
        for other in others:
            other.cancel()

    asyncio.run(main())


def run_in_executor(url: str) -> None:
    async def main() -> None:
        await asyncio.get_running_loop().run_in_executor(None, get, url)  # here

    asyncio.run(main())


def gathered(url: str) -> None:
    async def main() -> None:
        await asyncio.gather(asyncio.to_thread(get, url), asyncio.to_thread(int))  # here

    asyncio.run(main())


def with_a_time_limit(url: str) -> None:
    async def main() -> None:
        await asyncio.wait_for(asyncio.to_thread(get, url), 60)  # here

    asyncio.run(main())


def in_a_task_group(url: str) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as group:  # here
            group.create_task(asyncio.to_thread(get, url))

    asyncio.run(main())


def in_a_thread_of_anyio(url: str) -> None:
    async def main() -> None:
        await anyio.to_thread.run_sync(get, url)  # here

    anyio.run(main)


DELEGATED: dict[str, Get] = {
    each.__name__.replace("_", " "): each
    for each in (
        in_a_thread, in_an_executor, mapped_by_an_executor, awaited_at_the_end_of_an_executor, mapped_by_a_pool,
        to_thread, to_thread_beside_other_tasks, run_in_executor, gathered, with_a_time_limit, in_a_task_group,
        in_a_thread_of_anyio,
    )
}  # fmt: skip


@pytest.mark.parametrize("on_socket", [False, True], ids=["in-process", "on a socket"])
@pytest.mark.parametrize("call", DELEGATED.values(), ids=DELEGATED)
def test_the_caller_of_a_thread_that_runs_a_library_is_the_line_that_waits_for_it(call: Get, on_socket: bool) -> None:
    fake = FakeSources(strict=False)
    if on_socket:
        with fake.server() as server:
            call(server.url + PATH)
    else:
        with fake:
            call("https://api.datasift.com" + PATH)

    (violation,) = fake.violations
    assert "# here" in line_of(violation)
    assert violation.trace is not None


def test_the_caller_of_an_escape_in_another_thread_is_the_line_that_waits_for_it() -> None:
    with FakeSources(strict=False) as fake, ThreadPoolExecutor(1) as pool, suppress(OSError):
        pool.submit(urllib.request.urlopen, "https://api.datasift.com/").result()  # here

    (violation,) = fake.violations
    assert "# here" in line_of(violation)


def test_a_caller_is_unknown_where_two_lines_wait_for_threads() -> None:
    released = threading.Event()
    other = threading.Thread(target=released.wait)
    other.start()
    with FakeSources(strict=False) as fake, ThreadPoolExecutor(1) as pool:
        begun = threading.Event()
        bystander = threading.Thread(target=lambda: (begun.set(), other.join()))
        bystander.start()
        begun.wait()
        pool.submit(get, "https://api.datasift.com" + PATH).result()
        released.set()
        bystander.join()

    (violation,) = fake.violations
    assert (violation.location, violation.trace) == ("", None)


# -- installed packages --------------------------------------------------------------------------------------------


WRAPPER = """
import requests

def get(url):
    return requests.get(url, headers={"Authorization": "user:key"}, timeout=10)

def call(function, *given):
    return function(*given)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Install a package, from an index or from a folder of this machine, and return its module."""
    folder = tmp_path / "lib" / "site-packages"
    monkeypatch.syspath_prepend(folder)

    def install(name: str, is_local: bool = False) -> Any:
        package, info = folder / name, folder / f"{name}-1.0.dist-info"
        for each in (package, info):
            each.mkdir(parents=True)
        (package / "__init__.py").write_text(WRAPPER, "utf-8")
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", "utf-8")
        (info / "RECORD").write_text(f"{name}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n", "utf-8")
        if is_local:
            (info / "direct_url.json").write_text('{"url": "file:///app", "dir_info": {}}', "utf-8")
        return __import__(name)

    yield install
    for name in [name for name in sys.modules if name.startswith("wrapper_")]:
        del sys.modules[name]


def test_the_caller_of_a_package_from_an_index_is_the_line_that_uses_it(install: Callable[..., Any]) -> None:
    """Its own lines are no more of interest than those of `requests`."""
    wrapper = install("wrapper_of_an_index")
    with FakeSources(strict=False) as fake:
        wrapper.get("https://api.datasift.com" + PATH)  # here
        wrapper.call(get, "https://api.datasift.com" + PATH)  # here
        wrapper.call(lambda: get("https://api.datasift.com" + PATH))  # here
        mock.Mock(side_effect=wrapper.get)("https://api.datasift.com" + PATH)  # here
        wrapper.call(mock.Mock(wraps=wrapper.get), "https://api.datasift.com" + PATH)  # here

    assert ["# here" in line_of(violation) for violation in fake.violations] == [True] * 5
    assert {
        Path(step.filename).name for violation in fake.violations for step in traceback.extract_tb(violation.trace)
    } == {Path(__file__).name}


def test_the_caller_in_a_package_from_this_machine_is_its_own_line(install: Callable[..., Any]) -> None:
    """Such as the application under test, which tox and `pip install .` install."""
    application = install("wrapper_of_the_application", is_local=True)
    with FakeSources(strict=False) as fake:
        application.get("https://api.datasift.com" + PATH)

    (violation,) = fake.violations
    assert violation.location == f"{application.__file__}:5"


def test_the_caller_of_a_package_in_another_thread_is_the_line_that_waits_for_it(install: Callable[..., Any]) -> None:
    wrapper = install("wrapper_in_a_thread")
    with FakeSources(strict=False) as fake, ThreadPoolExecutor(1) as pool:
        pool.submit(wrapper.get, "https://api.datasift.com" + PATH).result()  # here

    (violation,) = fake.violations
    assert "# here" in line_of(violation)


def test_the_caller_where_all_code_is_installed_is_the_innermost_line(install: Callable[..., Any]) -> None:
    """Such as that of tests that are installed with their package."""
    file = Path(install("wrapper_with_tests").__file__)
    (file.parent / "__main__.py").write_text(
        f"""
from fakesources import FakeSources
from wrapper_with_tests import get

with FakeSources(strict=False) as fake:
    get("https://api.datasift.com{PATH}")
print(fake.violations[0].location)
""",
        "utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(file.parents[1]), *filter(None, sys.path)])}
    finished = subprocess.run(
        [sys.executable, "-m", "wrapper_with_tests"], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )

    assert finished.stdout.strip() == f"{file}:5"
