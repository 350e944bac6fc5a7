"""Starting and stopping of fakes, adapters and servers, and warnings for those that were never opened."""

from __future__ import annotations

import gc
import http.client
import os
import subprocess
import sys
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
    "fake.responses() itself": lambda fake: started(fake.responses()),
    "fake.responses(mock).start()": lambda fake: fake.responses(MOCK).start(),
    "fake.httpx().start()": lambda fake: fake.httpx().start(),
    "fake.httpx() itself": lambda fake: started(fake.httpx()),
    "fake.server().start()": lambda fake: fake.server().start(),
    "fake.server() itself": lambda fake: started(fake.server()),
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def started(context: Any) -> Any:
    """Start a context and return it, instead of the result of `start`."""
    context.start()
    return context


@ways
def test_stopping_checks_the_contract(way: Any) -> None:
    """Once, and patches are undone even if it raises."""
    fake = FakeSources()
    context = way(fake)
    fake.handle(MISSPELT)

    with pytest.raises(ContractViolation):
        context.stop()

    assert fake.violations == []
    with fake:
        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200


@ways
def test_stopping_without_a_violation_raises_nothing(way: Any) -> None:
    """And a stopped context can be started again."""
    fake = FakeSources()

    for _ in range(2):
        way(fake).stop()


@pytest.mark.parametrize("way", [way for name, way in WAYS.items() if "responses" not in name and "server" not in name])
def test_requests_are_intercepted_until_the_stop(way: Any) -> None:
    from requests.adapters import HTTPAdapter

    before, fake = HTTPAdapter.send, FakeSources()
    context = way(fake)
    if way not in (WAYS["fake.httpx().start()"], WAYS["fake.httpx() itself"]):
        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

    context.stop()

    assert HTTPAdapter.send is before


@pytest.mark.parametrize("mock", [None, MOCK], ids=["beside", "in a mock"])
def test_the_result_of_start_can_be_discarded(mock: Any) -> None:
    """Garbage collection does not stop it."""
    fake = FakeSources()
    with MOCK:
        fake.responses(mock).start()
        gc.collect()

        assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

        fake.stop()


def test_a_block_does_not_stop_a_context_started_inside() -> None:
    fake = FakeSources()
    with fake:
        context = fake.responses()
        context.start()
    assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200

    context.stop()


def test_starts_and_blocks_nest() -> None:
    """Each stop ends the latest start."""
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
def test_a_closed_context_cannot_be_stopped(make: Any) -> None:
    context = make(FakeSources())
    with context:
        pass

    with pytest.raises(RuntimeError, match=r"stop: expected an open fake\.\w+\(\)"):
        context.stop()


def test_a_server_is_started_and_stopped() -> None:
    """`start` returns the server, and the standard library accepts its host and port."""
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
def test_a_server_that_is_not_open_has_no_address(name: str) -> None:
    """The message has the way to open it; once it is open, the context has the server's attributes."""
    context: Any = FakeSources().server()

    with pytest.raises(AttributeError, match=rf"^{name}: expected an open fake\.server\(\), got .*start\(\)"):
        getattr(context, name)

    with context as server:
        assert getattr(context, name) == getattr(server, name)
    with pytest.raises(AttributeError):
        _ = context.colour


@pytest.mark.parametrize("make", [FakeSources.responses, FakeSources.httpx, FakeSources.server])
def test_a_context_that_was_never_opened_is_a_warning(make: Any) -> None:
    """Without `with` or `start` it intercepts nothing."""
    fake = FakeSources()

    with pytest.warns(RuntimeWarning, match=rf"fake\.{make.__name__}\(\) was never opened: write `with "):  # noqa: PT031
        make(fake)
        gc.collect()


def test_a_fake_can_be_started_in_setup_and_stopped_in_cleanup() -> None:
    """The test with the violation fails."""

    class Case(unittest.TestCase):
        def setUp(self) -> None:
            self.fake = FakeSources().start()
            self.addCleanup(self.fake.stop)

        def test_valid(self) -> None:
            requests.get(LIST, headers=KEY, timeout=5)

        def test_violation(self) -> None:
            requests.get(LIST, headers=KEY, params={"pagee": 1}, timeout=5)

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)

    assert (result.testsRun, [test._testMethodName for test, _ in result.failures]) == (2, ["test_violation"])
    assert result.errors == []


UNSTOPPED: dict[str, tuple[str, int]] = {
    "a fake": ("FakeSources().start(); call()", 1),
    "one adapter": ("FakeSources().responses().start(); call()", 1),
    "a server": ("fake = FakeSources(); server = fake.server().start(); call(server.url)", 1),
    "a call at the end of the program": ("FakeSources().start(); atexit.register(call)", 1),
    "two fakes": ("FakeSources().start(); call(); FakeSources(seed=1).start(); call()", 2),
    "a fake started twice": ("fake = FakeSources().start(); fake.start(); call()", 1),
    "a forked child that ends": ("FakeSources().start(); call(); os.fork() and os.wait()" if hasattr(os, "fork") else "FakeSources().start(); call()", 1),
    "a fake that is called after it was stopped": (
        """
import httpx
fake = FakeSources(); context = fake.open(); context.stop()
with httpx.Client(transport=fake.transport(), headers=KEY) as client:
    client.get("https://api.datasift.com/v1.6/source/get?pagee=1")
assert len(fake.violations) == 1""",
        0,
    ),
    "a fake that was stopped": ("fake = FakeSources().start(); fake.stop()", 0),
    "a fake without violations": ("FakeSources().start()", 0),
    "one that is not strict": ("FakeSources(strict=False).start(); call()", 0),
    "one that is not checked": ("FakeSources().open(checks=False); call()", 0),
    "a block": ("with FakeSources(strict=False): call()", 0),
    "a fake that was checked": ("fake = FakeSources().start(); call()\ntry: fake.check()\nexcept AssertionError: pass", 0),
}  # fmt: skip


@pytest.mark.parametrize(("program", "count"), UNSTOPPED.values(), ids=UNSTOPPED)
def test_violations_of_a_fake_that_is_never_stopped_are_reported_at_the_end_of_the_program(
    program: str, count: int
) -> None:
    """On standard error, with the line of the call; the exit code is the program's own."""
    head = f"""
import atexit, os, requests
from fakesources import FakeSources
KEY = {KEY!r}
def call(base="https://api.datasift.com"):
    requests.get(base + "/v1.6/source/get?pagee=1", headers=KEY, timeout=5)
"""
    finished = subprocess.run([sys.executable, "-c", f"{head}\n{program}\n"], capture_output=True, text=True)

    assert finished.returncode == 0
    assert finished.stderr.count("fakesources: 1 contract violation of a fake that was never stopped") == count
    assert finished.stderr.count("<string>:6") == count
    assert "key" not in finished.stderr
    assert not (count == 0 and finished.stderr)


@pytest.mark.parametrize("name", ["open", "responses", "httpx", "server"])
def test_a_context_says_how_it_was_made_and_whether_it_is_open(name: str) -> None:
    """In its repr, and in what it says to a caller who uses it before it is open."""
    context = getattr(FakeSources(), name)()
    shown = {repr(context)}
    (context.stop if name == "open" else context.__enter__)()
    shown.add(repr(context))
    if name != "open":
        context.__exit__(None, None, None)

    assert shown == {f"<fake.{name}(), not open>", f"<fake.{name}(), open>"}
    with pytest.raises(
        AttributeError, match=rf"^journal: expected an open fake\.{name}\(\), got .*; write `with fake\.{name}\(\)"
    ):
        context.journal  # noqa: B018
