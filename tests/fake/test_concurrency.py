"""Many threads at one fake, through several adapters, with resets, snapshots and forks among their calls."""

from __future__ import annotations

import os
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from fakesources import FakeSources
from fakesources.core.http.messages import Request

CALLS = 30
KEY = {"Authorization": "user:key"}
CREATE = b'{"source_type": "instagram", "name": "Rock", "resources": []}'
JSON = (("Authorization", "user:key"), ("Content-Type", "application/json"))


@pytest.fixture(autouse=True)
def smallest_switch_interval() -> Iterator[None]:
    """Threads take turns as often as the interpreter allows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@contextmanager
def running(*actions: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Repeat each action in a thread of its own while the block runs, and yield what they raised."""
    raised: list[BaseException] = []
    stop = threading.Event()

    def repeat(action: Callable[[], object]) -> None:
        try:
            while not stop.is_set():
                action()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield raised
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def create_directly(fake: FakeSources) -> Callable[[], int]:
    return lambda: fake.handle(Request("POST", "/v1.6/source/create", JSON, CREATE, "api.datasift.com")).status


def create_with_requests() -> int:
    url = "https://api.datasift.com/v1.6/source/create"
    return requests.post(url, data=CREATE, headers=dict(JSON), timeout=60).status_code


def create_at(url: str) -> Callable[[], int]:
    request = urllib.request.Request(f"{url}/v1.6/source/create", CREATE, dict(JSON))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def create() -> int:
        with opener.open(request, timeout=60) as response:
            response.read()
            return int(response.status)

    return create


def test_every_call_of_every_adapter_has_its_effect_once() -> None:
    """Ids never repeat, no row is lost, and each exchange is recorded once."""
    with FakeSources(rate_limit=10**9, seed=1) as fake, fake.server() as server:
        actions = [create_directly(fake), create_with_requests, create_at(server.url)] * 2
        statuses: list[int] = []

        def calls(action: Callable[[], int]) -> Callable[[], None]:
            return lambda: statuses.extend(action() for _ in range(CALLS))

        threads = [threading.Thread(target=calls(action)) for action in actions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        expected = CALLS * len(actions)
        assert statuses == [201] * expected
        assert len(fake.datasift.account("user").sources) == len(fake.journal) == expected
        assert [each.number for each in fake.journal] == list(range(1, expected + 1))


def test_snapshots_and_state_files_in_traffic_are_whole() -> None:
    """A snapshot restores to itself; a state file loads; no call fails."""
    with FakeSources(rate_limit=10**9) as fake, fake.server() as server:
        create_directly(fake)()
        with running(create_directly(fake), create_with_requests, create_at(server.url)) as raised:
            for _ in range(CALLS):
                taken = fake.snapshot()
                document = fake.dump()
                copy = FakeSources()
                copy.load(document)
                copy.restore(taken)
                assert not copy.diff(taken)
                fake.restore(taken)

        assert raised == []
        assert len({*fake.datasift.account("user").sources}) == len(fake.datasift.account("user").sources)


def test_resets_in_traffic_leave_nothing_behind() -> None:
    with FakeSources(rate_limit=10**9) as fake, fake.server() as server:
        with running(create_directly(fake), create_with_requests, create_at(server.url)) as raised:
            for _ in range(CALLS):
                fake.reset()
                fake.reset_account()

        assert raised == []
        fake.reset()
        assert (len(fake.journal), len(fake.datasift.sources)) == (0, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_forked_in_traffic_has_its_own_fake() -> None:
    """No lock that another thread holds stays locked in the child."""
    with FakeSources(rate_limit=10**9) as fake, running(create_directly(fake), create_with_requests) as raised:
        for _ in range(5):
            child = os.fork()
            if not child:
                status = FakeSources().handle(Request("GET", "/v1.6/source/get", JSON, b"", "api.datasift.com")).status
                os._exit(0 if status == 200 else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    assert raised == []
