"""Forked children have a copy of a fake that no test sees: calls fail there, and fake.server() is reachable."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import pickle
import select
import signal
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from responses import RequestsMock

from fakesources import FakeSources, Request
from fakesources.core.system.forks import CalledInForkedChild, freed_in_child
from fakesources.kit import Api, Call

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

TIME_LIMIT_SECONDS = 60
LIST = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "user:key"}


def in_child(action: Callable[[], Any]) -> str:
    """Return the result of an action in a forked child, or the name and text of the exception it raises."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            text = str(action())
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"
        os.write(writing, text.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as output:
        if not select.select([output], [], [], TIME_LIMIT_SECONDS)[0]:
            os.kill(child, signal.SIGKILL)
        text = output.read()
    os.waitpid(child, 0)
    return text or "nothing within the time limit"


def get(url: str = LIST) -> int:
    return requests.get(url, headers=KEY, timeout=10).status_code


def with_httpx(library: str) -> Callable[[], int]:
    return lambda: pytest.importorskip(library).get(LIST, headers=KEY).status_code


def async_with(library: str) -> Callable[[], int]:
    async def call() -> int:
        async with pytest.importorskip(library).AsyncClient() as client:
            return (await client.get(LIST, headers=KEY)).status_code

    def run() -> int:
        import asyncio

        return asyncio.run(call())

    return run


def with_http_client() -> int:
    connection = http.client.HTTPSConnection("api.datasift.com", timeout=10)
    connection.request("GET", "/v1.6/source/get", headers=KEY)
    return connection.getresponse().status


CALLS: dict[str, Callable[[], Any]] = {
    "requests": get,
    "a session": lambda: requests.Session().post(LIST, headers=KEY).status_code,
    "httpx": with_httpx("httpx"),
    "httpx2": with_httpx("httpx2"),
    "httpx, async": async_with("httpx"),
    "httpx2, async": async_with("httpx2"),
    "http.client": with_http_client,
    "urllib": lambda: urllib.request.urlopen(urllib.request.Request(LIST, headers=KEY)).status,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_in_a_forked_child_raises(call: Callable[[], Any]) -> None:
    """With any client, the exception names the alternative, and the parent's fake records nothing."""
    with FakeSources() as fake:
        get()
        text = in_child(call)

        assert text.startswith("CalledInForkedChild: api.datasift.com was called in a forked child process")
        assert "fake.server()" in text
        assert (get(), fake.journal.count(), fake.violations) == (200, 2, [])


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_the_transport_of_a_client_made_before_the_fork_raises(library: str) -> None:
    fake = FakeSources()
    with pytest.importorskip(library).Client(transport=fake.transport()) as client:
        text = in_child(lambda: client.get(LIST, headers=KEY).status_code)

    assert text.startswith("CalledInForkedChild: ")
    assert fake.journal.count() == 0


def test_a_server_in_a_forked_child_raises() -> None:
    """It would serve a copy of the fake."""
    fake = FakeSources()

    assert in_child(fake.server).startswith("CalledInForkedChild: fake.server()")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_faults_of_the_parent_do_not_happen_in_a_child(call: Callable[[], Any]) -> None:
    """A request that would wait or fail raises like any other, and uses up no fault."""
    with FakeSources() as fake:
        fault = fake.faults.respond("datasift.source.get", 503)
        fake.faults.hold("datasift.source.get")

        assert in_child(call).startswith("CalledInForkedChild: ")
        assert fault.count == 0


def test_the_entry_of_a_mock_raises() -> None:
    fake = FakeSources()
    with RequestsMock() as mock, fake.responses(mock), busy_threads(get):
        texts = {in_child(get)[:20] for _ in range(5)}

    assert texts == {"CalledInForkedChild:"}


def test_a_process_of_multiprocessing_fails() -> None:
    """A child that does not expect the exception ends with it, visible to its parent."""
    with FakeSources() as fake:
        child = multiprocessing.get_context("fork").Process(target=quiet_get)
        child.start()
        child.join(TIME_LIMIT_SECONDS)

        assert child.exitcode == 1
        assert (fake.journal.count(), fake.violations) == (0, [])


def quiet_get() -> None:
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # multiprocessing prints what ends a child
    get()


def test_a_pool_of_processes_raises_the_exception_in_the_parent() -> None:
    with (
        FakeSources(),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool,
        pytest.raises(CalledInForkedChild, match=r"fake\.server\(\)"),
    ):
        pool.submit(get).result(TIME_LIMIT_SECONDS)


def test_the_exception_can_be_pickled() -> None:
    error = CalledInForkedChild("text")

    assert str(pickle.loads(pickle.dumps(error))) == "text"


def test_a_child_can_call_the_parents_server() -> None:
    """Its calls are part of the parent's state, journal and violations."""
    with FakeSources() as fake:
        with fake.server(checks=False) as server:
            url = f"{server.url}/v1.6/source/create"
            body = {"source_type": "twitter_gnip", "name": "x", "nmae": "y", "resources": []}
            text = in_child(lambda: requests.post(url, headers=KEY, json=body, timeout=10).status_code)

        assert (text, len(fake.datasift.sources), fake.journal.count()) == ("201", 1, 1)
        assert [violation.rule for violation in fake.violations] == ["datasift.source.create.unknown-parameter"]
        fake.violations.clear()


def test_a_fake_made_in_the_child_works() -> None:
    """Inside a fake of the parent too."""

    def work() -> Any:
        with FakeSources() as own:
            own.datasift.sources.add()
            with own.server() as server:
                at_the_server = requests.get(f"{server.url}/v1.6/source/get", headers=KEY, timeout=10).json()["count"]
            return requests.get(LIST, headers=KEY).json()["count"], at_the_server, own.journal.count()

    with FakeSources() as fake:
        assert in_child(work) == "(1, 1, 2)"
        assert fake.journal.count() == 0
    assert in_child(work) == "(1, 1, 2)"


def test_a_server_is_not_started_in_a_child() -> None:
    """A copy of the fake would respond there."""
    fake = FakeSources()

    assert in_child(fake.server).startswith("CalledInForkedChild: ")


def test_a_call_in_a_grandchild_raises() -> None:
    with FakeSources():
        assert in_child(lambda: in_child(get)).startswith("CalledInForkedChild: ")


def test_a_child_that_leaves_the_block_reports_nothing() -> None:
    """The parent reports its violations, once."""
    with FakeSources() as fake:
        requests.put("https://api.datasift.com/v1.6/source/start", headers=KEY, data={"id": "x", "idd": "y"})
        assert in_child(lambda: fake.__exit__(None, None, None)) == "None"
        assert len(fake.violations) == 1
        fake.violations.clear()


@contextmanager
def busy_threads(work: Callable[[], Any]) -> Iterator[None]:
    """Threads that call all the time."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            work()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_no_lock_is_held_in_a_child() -> None:
    """The child can read its copy, leave it, and make a fake of its own, although threads called during the fork."""

    def call_and_plan() -> None:
        get()
        fake.clock.advance(1)
        fake.faults.hold("datasift.source.start").release()
        with FakeSources():
            pass

    def work() -> str:
        with FakeSources() as own:
            result = get(), own.journal.count()
        fake.clock.advance(1)
        fake.reset()
        count = len(fake.datasift.sources)
        fake.__exit__(None, None, None)
        return f"{result} {count}"

    with FakeSources() as fake, busy_threads(call_and_plan):
        results = {in_child(work) for _ in range(12)}

    assert results == {"(200, 1) 0"}


def test_a_lock_that_is_held_at_the_fork_is_free_in_the_child() -> None:
    """Its holder does not exist there."""
    held, release = threading.Event(), threading.Event()
    api = Api("lock", host="lock.test")

    @api.get("/", id="hold", responses={200: None})
    def hold(call: Call) -> None:
        """Wait, as a handler does: with the lock of the fake."""
        held.set()
        release.wait(TIME_LIMIT_SECONDS)

    fake = FakeSources(apis=["datasift", api])
    thread = threading.Thread(target=fake.handle, args=(Request("GET", "/", host="lock.test"),))
    thread.start()
    assert held.wait(TIME_LIMIT_SECONDS)
    text = in_child(lambda: fake.datasift.sources.add(name="Jazz").name)
    release.set()
    thread.join()

    assert text == "Jazz"


def test_the_forking_thread_keeps_its_locks_in_the_child() -> None:
    lock = freed_in_child(threading.RLock())
    with lock:
        text = in_child(lock.release)

    assert text == "None"


def test_workers_of_a_prefork_server_reach_the_parent() -> None:
    with FakeSources() as fake, fake.server() as server:
        url = f"{server.url}/v1.6/source/get"
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            statuses = list(pool.map(get, [url] * 6))

        assert (statuses, fake.journal.count()) == ([200] * 6, 6)
