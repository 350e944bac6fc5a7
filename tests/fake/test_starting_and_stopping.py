"""Fakes and servers that are started and stopped, where a setup and a teardown are apart; and what was never opened."""

from __future__ import annotations

import gc
import http.client
import unittest
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses

from fakesources import ContractViolation, FakeSources, Request, Server

LIST = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "user:key"}
MISSPELT = Request("GET", "/v1.6/source/get?pagee=1", (("Authorization", "user:key"),), host="api.datasift.com")

MOCK = responses.RequestsMock()

WAYS: dict[str, Callable[[FakeSources], Any]] = {
    "fake.start()": lambda fake: fake.start(),
    "fake.open()": lambda fake: fake.open(),
    "fake.open() and fake.stop()": lambda fake: fake.open() and fake,
    "fake.responses().start()": lambda fake: fake.responses().start(),
    "fake.responses(), kept": lambda fake: kept(fake.responses()),
    "fake.responses(mock).start()": lambda fake: fake.responses(MOCK).start(),
    "fake.httpx().start()": lambda fake: fake.httpx().start(),
    "fake.httpx(), kept": lambda fake: kept(fake.httpx()),
    "fake.server().start()": lambda fake: fake.server().start(),
    "fake.server(), kept": lambda fake: kept(fake.server()),
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def kept(opened: Any) -> Any:
    """What was opened, rather than what `start` gives."""
    opened.start()
    return opened


@ways
def test_stopping_checks_the_contract_as_leaving_a_block_does(way: Any) -> None:
    """Once; what is closed is closed also where that raises."""
    fake = FakeSources()
    opened = way(fake)
    fake.handle(MISSPELT)

    with pytest.raises(ContractViolation):
        opened.stop()

    assert fake.violations == []
    with fake:
        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200


@ways
def test_stopping_without_a_violation_raises_nothing(way: Any) -> None:
    """And what was started can be started again."""
    fake = FakeSources()

    for _ in range(2):
        way(fake).stop()


@pytest.mark.parametrize("way", [way for name, way in WAYS.items() if "responses" not in name and "server" not in name])
def test_calls_are_answered_until_it_is_stopped(way: Any) -> None:
    """`requests` is intercepted from the start to the stop, and no longer."""
    from requests.adapters import HTTPAdapter

    before, fake = HTTPAdapter.send, FakeSources()
    opened = way(fake)
    if way not in (WAYS["fake.httpx().start()"], WAYS["fake.httpx(), kept"]):
        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

    opened.stop()

    assert HTTPAdapter.send is before


@pytest.mark.parametrize("mock", [None, MOCK], ids=["beside", "in a mock"])
def test_what_start_gave_need_not_be_kept(mock: Any) -> None:
    """It is open until it is stopped, also when the garbage is collected."""
    fake = FakeSources()
    with MOCK:
        fake.responses(mock).start()
        gc.collect()

        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

        fake.stop()


def test_a_block_ends_itself_and_not_what_was_started_inside() -> None:
    """What was started inside goes on after the block."""
    fake = FakeSources()
    with fake:
        started = fake.responses()
        started.start()
    assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

    started.stop()


def test_starts_and_blocks_nest() -> None:
    """Each stop ends the latest start; a block inside closes itself alone."""
    fake = FakeSources()
    fake.start()
    fake.start()
    with fake, fake.open(), fake.responses():
        pass
    fake.stop()
    assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200
    fake.stop()

    with pytest.raises(RuntimeError, match=r"stop: expected a fake that is started, .* fake\.start\(\)"):
        fake.stop()


@pytest.mark.parametrize("make", [FakeSources.responses, FakeSources.httpx, FakeSources.server, FakeSources.open])
def test_what_is_not_open_cannot_be_stopped(make: Any) -> None:
    """It says so, whatever it is."""
    opened = make(FakeSources())
    with opened:
        pass

    with pytest.raises(RuntimeError, match=r"stop: expected an open fake\.\w+\(\)"):
        opened.stop()


def test_a_server_is_started_and_stopped() -> None:
    """`start` gives the server, whose host and port are what the standard library takes."""
    fake = FakeSources()
    server = fake.server().start()
    assert isinstance(server, Server)

    client = http.client.HTTPConnection(server.host, server.port, timeout=5)
    client.request("GET", "/v1.6/source/get", headers=KEY)
    assert client.getresponse().status == 200
    client.close()

    server.stop(grace=0.1)
    server.start()
    server.stop()
    assert server.netloc == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("name", ["url", "host", "port", "netloc"])
def test_a_server_that_is_not_open_says_how_to_open_it(name: str) -> None:
    """Before it is, and what was kept of it has the server's attributes once it is open."""
    opened: Any = FakeSources().server()

    with pytest.raises(AttributeError, match=rf"^{name}: expected an open fake\.server\(\), got .*start\(\)"):
        getattr(opened, name)

    with opened as server:
        assert getattr(opened, name) == getattr(server, name)
    with pytest.raises(AttributeError):
        _ = opened.colour


@pytest.mark.parametrize("make", [FakeSources.responses, FakeSources.httpx, FakeSources.server])
def test_what_was_never_opened_is_warned_of(make: Any) -> None:
    """A call without `with` and without `start` intercepts nothing, which nobody meant."""
    fake = FakeSources()

    with pytest.warns(RuntimeWarning, match=rf"fake\.{make.__name__}\(\) was never opened: write `with "):  # noqa: PT031
        make(fake)
        gc.collect()


def test_a_setup_and_a_teardown_that_are_apart() -> None:
    """As in unittest: started in one, stopped in the other, and the test that broke the contract is not passed."""

    class Case(unittest.TestCase):
        def setUp(self) -> None:
            self.fake = FakeSources().start()
            self.addCleanup(self.fake.stop)

        def test_right(self) -> None:
            requests.get(LIST, headers=KEY, timeout=5)

        def test_wrong(self) -> None:
            requests.get(LIST, headers=KEY, params={"pagee": 1}, timeout=5)

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)

    assert (result.testsRun, [test._testMethodName for test, _ in result.failures]) == (2, ["test_wrong"])
    assert result.errors == []
