"""Both APIs through every adapter: the same responses everywhere, and nothing left after a test."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
from clients import ADAPTERS, HOST, ClientRequest, ClientResponse, Send, lower, requests_to
from requests.adapters import HTTPAdapter
from responses import RequestsMock

from fakesources import ContractViolation, FakeSources
from fakesources.core.http.messages import Request

KEY = (("Authorization", "alice:key"),)
JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
NEW = {
    "source_type": "instagram",
    "name": "Röck €",
    "parameters": {"likes": True},
    "auth": [{"parameters": {"value": "token"}}],
    "resources": [{"parameters": {"type": "tag", "value": "rock"}}],
}
OF_THE_SERVERS_OWN = {"server", "date", "via", "connection"}


def datasift(send: Send) -> list[ClientResponse]:
    """Create, get, start, stop and delete a source, with some errors in between."""

    def call(method: str, target: str, headers: Any = KEY, body: bytes = b"", chunks: Any = ()) -> ClientResponse:
        responses.append(send(ClientRequest(method, f"/v1.6/source/{target}", headers, body, chunks)))
        return responses[-1]

    responses: list[ClientResponse] = []
    new = json.dumps(NEW).encode()
    id = json.loads(call("POST", "create", KEY + JSON, new).body)["id"]
    call("POST", "create", KEY + JSON, chunks=(new[:10], new[10:]))
    call("GET", f"get?id={id}")
    call("HEAD", f"get?id={id}")
    call("GET", "get?page=1&per_page=1")
    call("PUT", "start", KEY + FORM, f"id={id}".encode())
    call("PUT", f"stop?id={id}")
    call("DELETE", f"delete?id={id}")
    call("GET", f"get?id={id}")
    call("GET", "get", ())
    call("PUT", "start", KEY + JSON, b"\xff not JSON")
    call("POST", "create", KEY + JSON, b'"' + b"x" * 2_000_000 + b'"')
    call("GET", "caf%C3%A9")
    call("PATCH", "get")
    return responses


def curator(send: Send) -> list[ClientResponse]:
    """Create, list, update and delete a source, with some errors in between."""

    def call(method: str, target: str, body: Any = None, key: str = "api_key=team") -> Any:
        body = b"" if body is None else json.dumps(body).encode()
        responses.append(send(ClientRequest(method, f"/v1/{target}?{key}", JSON if body else (), body)))
        return responses[-1].body

    responses: list[ClientResponse] = []
    feed = json.loads(call("GET", "feeds"))[0]["id"]
    id = json.loads(call("POST", "sources", {"feed_id": feed, "source_type": 2, "tag": "kätzchen"}))["id"]
    call("GET", "sources")
    call("PUT", f"sources/{id}", {"tag": "dogs"})
    call("GET", "sources", key=f"api_key=team&feed_id={feed}")
    call("DELETE", f"sources/{id}")
    call("GET", f"sources/{id}")
    call("GET", "sources", key="rnd=1")
    return responses


SCENARIOS: dict[str, Callable[[Send], list[ClientResponse]]] = {"datasift": datasift, "curator": curator}


def new_fake(api: str) -> FakeSources:
    """Return a fake that serves an API at the adapters' host; two such fakes respond alike."""
    return FakeSources(strict=False, hosts={f"https://{HOST}": api})


def directly(fake: FakeSources) -> Send:
    """Call the fake without an adapter."""

    def send(request: ClientRequest) -> ClientResponse:
        body = request.body or b"".join(request.chunks)
        response = fake.handle(Request(request.method, request.target, request.headers, body, HOST))
        return ClientResponse(
            response.status, lower(response.framed), b"" if request.method == "HEAD" else response.body
        )

    return send


@contextmanager
def subprocess_adapter(fake: FakeSources) -> Iterator[Send]:
    """`fakesources serve` in a process of its own, as suites in other languages use it."""
    arguments = ["serve", "--port", "0", "--no-strict", "--clock", "2026-01-01T00:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-m", "fakesources", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield requests_to(process.stdout.readline().strip())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.mark.parametrize("api", SCENARIOS)
@pytest.mark.parametrize("adapter", [*ADAPTERS.values(), subprocess_adapter], ids=[*ADAPTERS, "serve"])
def test_every_adapter_returns_the_same_responses(adapter: Any, api: str) -> None:
    """Status, body and headers of a whole scenario are the same through any adapter, byte for byte."""
    expected = SCENARIOS[api](directly(new_fake(api)))
    with adapter(new_fake(api)) as send:
        responses = SCENARIOS[api](send)

    assert [response.status for response in responses] == [response.status for response in expected]
    assert [response.body for response in responses] == [response.body for response in expected]
    for response, expected_response in zip(responses, expected, strict=True):
        headers = [pair for pair in response.headers if pair[0] not in OF_THE_SERVERS_OWN]
        assert sorted(headers) == sorted(
            pair for pair in expected_response.headers if pair[0] not in OF_THE_SERVERS_OWN
        )


def test_all_adapters_share_one_state() -> None:
    """A source created through one adapter exists for all others, and the journal has every call in order."""
    fake = new_fake("datasift")
    id = json.loads(datasift_create(directly(fake)).body)["id"]
    for adapter in ADAPTERS.values():
        with adapter(fake) as send:
            assert json.loads(send(ClientRequest("GET", f"/v1.6/source/get?id={id}", KEY)).body)["id"] == id

    assert fake.journal.total == len(ADAPTERS) + 1


def datasift_create(send: Send) -> ClientResponse:
    return send(ClientRequest("POST", "/v1.6/source/create", KEY + JSON, json.dumps(NEW).encode()))


# -- nothing is left -------------------------------------------------------------------------------------------------

SEND, START = HTTPAdapter.send, RequestsMock.unbound_on_send
URL = "https://api.datasift.com/v1.6/source/get"


def names(fake: FakeSources) -> list[str]:
    return [source.name for source in fake.datasift.sources.values()]


def test_a_failing_test_leaves_no_state_and_no_patch() -> None:
    with pytest.raises(ZeroDivisionError), FakeSources() as fake:  # noqa: PT012
        fake.datasift.sources.add(name="left")
        requests.get(URL, headers=dict(KEY))
        raise ZeroDivisionError

    assert (HTTPAdapter.send, RequestsMock.unbound_on_send) == (SEND, START)
    with FakeSources() as fake:
        assert requests.get(URL, headers=dict(KEY)).json()["sources"] == []


def test_nested_fakes_have_separate_states() -> None:
    with FakeSources() as outer:
        outer.datasift.sources.add(name="outer")
        with FakeSources() as inner:
            inner.datasift.sources.add(name="inner")
            assert [row["name"] for row in requests.get(URL, headers=dict(KEY)).json()["sources"]] == ["inner"]
        assert [row["name"] for row in requests.get(URL, headers=dict(KEY)).json()["sources"]] == ["outer"]

    assert (names(outer), names(inner)) == (["outer"], ["inner"])


def test_the_same_fake_can_be_entered_again() -> None:
    """It closes once for each time it was opened."""
    fake = FakeSources()
    with fake, fake.responses(), fake:
        fake.datasift.sources.add(name="one")
        assert len(requests.get(URL, headers=dict(KEY)).json()["sources"]) == 1

    assert HTTPAdapter.send is SEND


def test_parallel_fakes_share_nothing() -> None:
    with FakeSources().server() as one, FakeSources().server() as two:
        seen = []
        for server in (one, two, one):
            send = requests_to(server.url)
            datasift_create(send)
            seen.append(json.loads(send(ClientRequest("GET", "/v1.6/source/get", KEY)).body)["count"])

    assert seen == [1, 1, 2]


def test_a_thread_that_outlives_its_test_calls_the_fake_that_is_open_then() -> None:
    go, results = threading.Event(), []

    def late() -> None:
        go.wait(10)
        results.append(requests.get(URL, headers=dict(KEY)).json()["count"])

    thread = threading.Thread(target=late)
    with FakeSources() as first:
        first.datasift.sources.add(name="first")
        thread.start()
    with FakeSources() as second:
        go.set()
        thread.join()

    assert (results, first.journal.total, second.journal.total) == ([0], 0, 1)


def test_clients_made_before_the_fake_are_intercepted() -> None:
    """Such as sessions at module level."""
    httpx = pytest.importorskip("httpx")
    with requests.Session() as session, httpx.Client() as client, FakeSources() as fake:
        fake.datasift.sources.add(name="one")

        assert session.get(URL, headers=dict(KEY)).json()["count"] == 1
        assert client.get(URL, headers=dict(KEY)).json()["count"] == 1


def test_a_call_past_all_adapters_fails_the_test() -> None:
    """Also where the code under test suppresses the exception."""
    with (
        pytest.raises(ContractViolation, match=r"api\.datasift\.com"),
        FakeSources(),
        suppress(urllib.error.URLError),
    ):
        urllib.request.urlopen(URL)


def test_a_fake_in_async_code() -> None:
    """`async with` opens the same adapters, for async clients of both libraries side by side."""
    httpx, httpx2 = pytest.importorskip("httpx"), pytest.importorskip("httpx2")

    async def calls() -> list[int]:
        async with FakeSources() as fake, httpx.AsyncClient() as one, httpx2.AsyncClient() as two:
            fake.datasift.sources.add(name="one")
            got = await asyncio.gather(*(client.get(URL, headers=dict(KEY)) for client in (one, two, one, two)))
            return [response.json()["count"] for response in got]

    assert asyncio.run(calls()) == [1, 1, 1, 1]
    assert HTTPAdapter.send is SEND


def test_a_unittest_case_leaves_nothing_behind() -> None:
    """Each test method of a decorated class has a reset fake, also after one that failed."""

    @FakeSources()
    class Case(unittest.TestCase):
        fake: FakeSources

        def test_one(self) -> None:
            self.fake.datasift.sources.add(name="one")
            self.fail("on purpose")

        def test_two(self) -> None:
            assert requests.get(URL, headers=dict(KEY)).json()["sources"] == []

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)

    assert (result.testsRun, len(result.failures), result.errors) == (2, 1, [])
    assert HTTPAdapter.send is SEND


def test_an_adapter_has_no_private_attribute_of_its_result() -> None:
    opened = FakeSources().server()
    with opened as server:
        assert opened.url == server.url
        assert not hasattr(opened, "_url")
