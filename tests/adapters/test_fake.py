"""Both APIs through every door: the same story, told the same everywhere; and nothing left when a test is over."""

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
    """A source is made, found, started, stopped and deleted, with some mistakes in between."""

    def ask(method: str, target: str, headers: Any = KEY, body: bytes = b"", chunks: Any = ()) -> ClientResponse:
        answers.append(send(ClientRequest(method, f"/v1.6/source/{target}", headers, body, chunks)))
        return answers[-1]

    answers: list[ClientResponse] = []
    new = json.dumps(NEW).encode()
    id = json.loads(ask("POST", "create", KEY + JSON, new).body)["id"]
    ask("POST", "create", KEY + JSON, chunks=(new[:10], new[10:]))
    ask("GET", f"get?id={id}")
    ask("HEAD", f"get?id={id}")
    ask("GET", "get?page=1&per_page=1")
    ask("PUT", "start", KEY + FORM, f"id={id}".encode())
    ask("PUT", f"stop?id={id}")
    ask("DELETE", f"delete?id={id}")
    ask("GET", f"get?id={id}")
    ask("GET", "get", ())
    ask("PUT", "start", KEY + JSON, b"\xff not JSON")
    ask("POST", "create", KEY + JSON, b'"' + b"x" * 2_000_000 + b'"')
    ask("GET", "caf%C3%A9")
    ask("PATCH", "get")
    return answers


def curator(send: Send) -> list[ClientResponse]:
    """A source is made, listed, changed and deleted, with some mistakes in between."""

    def ask(method: str, target: str, body: Any = None, key: str = "api_key=team") -> Any:
        body = b"" if body is None else json.dumps(body).encode()
        answers.append(send(ClientRequest(method, f"/v1/{target}?{key}", JSON if body else (), body)))
        return answers[-1].body

    answers: list[ClientResponse] = []
    feed = json.loads(ask("GET", "feeds"))[0]["id"]
    id = json.loads(ask("POST", "sources", {"feed_id": feed, "source_type": 2, "tag": "kätzchen"}))["id"]
    ask("GET", "sources")
    ask("PUT", f"sources/{id}", {"tag": "dogs"})
    ask("GET", "sources", key=f"api_key=team&feed_id={feed}")
    ask("DELETE", f"sources/{id}")
    ask("GET", f"sources/{id}")
    ask("GET", "sources", key="rnd=1")
    return answers


STORIES: dict[str, Callable[[Send], list[ClientResponse]]] = {"datasift": datasift, "curator": curator}


def faked(api: str) -> FakeSources:
    """A fake that answers for the doors' host as for an API; two made alike answer alike."""
    return FakeSources(strict=False, hosts={f"https://{HOST}": api})


def directly(fake: FakeSources) -> Send:
    """No door at all: what every door is measured by."""

    def send(sent: ClientRequest) -> ClientResponse:
        body = sent.body or b"".join(sent.chunks)
        response = fake.handle(Request(sent.method, sent.target, sent.headers, body, HOST))
        return ClientResponse(response.status, lower(response.framed), b"" if sent.method == "HEAD" else response.body)

    return send


@contextmanager
def subprocess_adapter(fake: FakeSources) -> Iterator[Send]:
    """`fakesources serve` in a process of its own, as suites in other languages have it."""
    words = ["serve", "--port", "0", "--no-strict", "--clock", "2026-01-01T00:00:00Z"]
    with subprocess.Popen([sys.executable, "-m", "fakesources", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield requests_to(process.stdout.readline().strip())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.mark.parametrize("api", STORIES)
@pytest.mark.parametrize("opened", [*ADAPTERS.values(), subprocess_adapter], ids=[*ADAPTERS, "serve"])
def test_every_door_tells_the_same_story(opened: Any, api: str) -> None:
    """Status, body and headers of a whole story are the same through any door, byte for byte."""
    expected = STORIES[api](directly(faked(api)))
    with opened(faked(api)) as send:
        told = STORIES[api](send)

    assert [answer.status for answer in told] == [answer.status for answer in expected]
    assert [answer.body for answer in told] == [answer.body for answer in expected]
    for answer, meant in zip(told, expected, strict=True):
        kept = [pair for pair in answer.headers if pair[0] not in OF_THE_SERVERS_OWN]
        assert sorted(kept) == sorted(pair for pair in meant.headers if pair[0] not in OF_THE_SERVERS_OWN)


def test_all_doors_lead_to_one_state() -> None:
    """A source made through one door is there behind every other, and the journal has every call in its order."""
    fake = faked("datasift")
    id = json.loads(datasift_create(directly(fake)).body)["id"]
    for opened in ADAPTERS.values():
        with opened(fake) as send:
            assert json.loads(send(ClientRequest("GET", f"/v1.6/source/get?id={id}", KEY)).body)["id"] == id

    assert fake.journal.total == len(ADAPTERS) + 1


def datasift_create(send: Send) -> ClientResponse:
    return send(ClientRequest("POST", "/v1.6/source/create", KEY + JSON, json.dumps(NEW).encode()))


# -- nothing is left -------------------------------------------------------------------------------------------------

SEND, START = HTTPAdapter.send, RequestsMock.unbound_on_send
URL = "https://api.datasift.com/v1.6/source/get"


def names(fake: FakeSources) -> list[str]:
    return [source.name for source in fake.datasift.sources.values()]


def test_a_test_that_fails_leaves_no_state_and_no_door() -> None:
    """The next fake is empty and `requests` is whole, though the last test died in the middle."""
    with pytest.raises(ZeroDivisionError), FakeSources() as fake:  # noqa: PT012
        fake.datasift.sources.add(name="left")
        requests.get(URL, headers=dict(KEY))
        raise ZeroDivisionError

    assert (HTTPAdapter.send, RequestsMock.unbound_on_send) == (SEND, START)
    with FakeSources() as fake:
        assert requests.get(URL, headers=dict(KEY)).json()["sources"] == []


def test_nested_fakes_keep_their_states_apart() -> None:
    """The inner fake sees nothing of the outer one's, and the outer one goes on where it was."""
    with FakeSources() as outer:
        outer.datasift.sources.add(name="outer")
        with FakeSources() as inner:
            inner.datasift.sources.add(name="inner")
            assert [row["name"] for row in requests.get(URL, headers=dict(KEY)).json()["sources"]] == ["inner"]
        assert [row["name"] for row in requests.get(URL, headers=dict(KEY)).json()["sources"]] == ["outer"]

    assert (names(outer), names(inner)) == (["outer"], ["inner"])


def test_the_same_fake_can_be_entered_again() -> None:
    """Opened inside itself, a fake stays one fake and closes once for each time it was opened."""
    fake = FakeSources()
    with fake, fake.responses(), fake:
        fake.datasift.sources.add(name="one")
        assert len(requests.get(URL, headers=dict(KEY)).json()["sources"]) == 1

    assert HTTPAdapter.send is SEND


def test_fakes_side_by_side_share_nothing() -> None:
    """Parallel fakes, each behind a server of its own, do not see each other's sources."""
    with FakeSources().server() as one, FakeSources().server() as two:
        seen = []
        for server in (one, two, one):
            send = requests_to(server.url)
            datasift_create(send)
            seen.append(json.loads(send(ClientRequest("GET", "/v1.6/source/get", KEY)).body)["count"])

    assert seen == [1, 1, 2]


def test_a_thread_still_running_when_the_test_ends_does_not_reach_the_next_fake_unasked() -> None:
    """A late call is answered by the fake that is open then, and the one it was meant for is not touched any more."""
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


def test_a_client_made_before_the_fake_is_its_client() -> None:
    """Sessions and clients at module level, made at import, are answered like any other."""
    httpx = pytest.importorskip("httpx")
    with requests.Session() as session, httpx.Client() as client, FakeSources() as fake:
        fake.datasift.sources.add(name="one")

        assert session.get(URL, headers=dict(KEY)).json()["count"] == 1
        assert client.get(URL, headers=dict(KEY)).json()["count"] == 1


def test_a_call_through_no_door_fails_the_test_though_the_client_swallows_it() -> None:
    """A connection that none of the doors caught is a violation, whatever the code under test makes of its error."""
    with (
        pytest.raises(ContractViolation, match=r"api\.datasift\.com"),
        FakeSources(),
        suppress(urllib.error.URLError),
    ):
        urllib.request.urlopen(URL)


def test_async_code_has_its_fake() -> None:
    """`async with` opens the same doors; async clients of both libraries are answered side by side."""
    httpx, httpx2 = pytest.importorskip("httpx"), pytest.importorskip("httpx2")

    async def story() -> list[int]:
        async with FakeSources() as fake, httpx.AsyncClient() as one, httpx2.AsyncClient() as two:
            fake.datasift.sources.add(name="one")
            got = await asyncio.gather(*(client.get(URL, headers=dict(KEY)) for client in (one, two, one, two)))
            return [answer.json()["count"] for answer in got]

    assert asyncio.run(story()) == [1, 1, 1, 1]
    assert HTTPAdapter.send is SEND


def test_a_unittest_case_leaves_nothing_behind() -> None:
    """Each test method of a decorated class has a new fake, also after one that failed."""

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
