"""Tests of watching that hold for every client library."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

import httpx
import httpx2
import pytest
import requests
from requests.adapters import BaseAdapter

from fakesources import ContractViolation
from fakesources.server.server import Server
from fakesources.verify import Watch, watch

KEY = {"Authorization": "alice:0123456789abcdef"}
NEW = {"source_type": "twitter_gnip", "name": "Tweets", "resources": []}
CLIENTS: dict[str, Callable[[], Any]] = {
    "requests": requests.Session,
    "httpx": httpx.Client,
    "httpx2": httpx2.Client,
    "httpx, async": httpx.AsyncClient,
    "httpx2, async": httpx2.AsyncClient,
}


class Call(NamedTuple):
    """Method, target and JSON body of a request."""

    method: str
    target: str
    body: Any = None


def run_calls(client: Callable[[], Any], server: Server, *calls: Call, **options: Any) -> tuple[Watch, list[int]]:
    """Make calls with a watched client. Return the watch and the statuses."""
    options = {"strict": False, "base_url": server.url, **options}

    async def make() -> tuple[Watch, list[int]]:
        session, statuses = client(), []
        session.headers.update(KEY)
        try:
            with watch(session, **options) as watched:
                for call in calls:
                    body = {"json": call.body} if call.body is not None else {}
                    response = session.request(call.method, server.url + call.target, **body)
                    response = await response if inspect.isawaitable(response) else response
                    statuses.append(response.status_code)
        finally:
            closed = session.aclose() if hasattr(session, "aclose") else session.close()
            await closed if inspect.isawaitable(closed) else None
        return watched, statuses

    return asyncio.run(make())


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Each client in turn."""
    return CLIENTS[request.param]


def test_a_finding_is_listed_and_raised_at_the_end_of_the_block(client: Callable[[], Any], server: Server) -> None:
    wrong = Call("POST", "/v1.6/source/create", {**NEW, "colour": "red"})

    watched, statuses = run_calls(client, server, wrong, Call("GET", "/v1.6/source/get"))

    assert statuses == [201, 200]
    assert [found.path for found in watched.findings] == ["$.colour"]
    assert watched.report.exchanges == 2
    with pytest.raises(ContractViolation, match=r"\$\.colour"):
        run_calls(client, server, wrong, strict=True)


def test_warnings_count_on_request(client: Callable[[], Any], server: Server) -> None:
    wrong = Call("POST", "/v1.6/source/create", {**NEW, "name": 7})

    watched, _ = run_calls(client, server, wrong, strict=True)

    assert (watched.findings, [found.path for found in watched.warnings]) == ([], ["$.name"])
    with pytest.raises(ContractViolation, match=r"\$\.name"):
        run_calls(client, server, wrong, strict=True, warnings=True)


@pytest.mark.parametrize("target", ["/v1.6/push/get", "/v1.6/compile", "/v1/networks", "/nowhere", "/"])
def test_other_endpoints_are_left_out(target: str, client: Callable[[], Any], server: Server) -> None:
    watched, _ = run_calls(client, server, Call("GET", target), Call("POST", target, {"hash": "x"}))

    assert watched.report.parts == ()
    assert watched.report.left_out == {"with other endpoints": 2}


def test_a_response_without_a_body_is_no_finding(client: Callable[[], Any], server: Server) -> None:
    watched, statuses = run_calls(
        client, server, Call("HEAD", "/v1/feeds/x/posts"), Call("HEAD", "/v1/sources?api_key=k")
    )

    assert len(statuses) == 2
    assert (watched.findings, watched.warnings, watched.report.exchanges) == ([], [], 2)


def test_secrets_stay_out_of_findings(client: Callable[[], Any], server: Server) -> None:
    calls = [
        Call("GET", "/v1.6/source/get?pge=2&api_key=t0p-s3cret&tokn=t0p-s3cret"),
        Call("POST", "/v1.6/source/create", {**NEW, "auth": [{"parameters": {"valeu": "t0p-s3cret"}}]}),
    ]

    watched, _ = run_calls(client, server, *calls)

    (part,) = watched.report.parts
    assert len(part.groups) >= 3
    assert "s3cret" not in repr(part)
    assert "0123456789abcdef" not in repr(part)


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_streamed_body_of_httpx_is_not_read(library: Any, server: Server) -> None:
    """A body that its caller does not read counts as not recorded."""
    with library.Client(headers=KEY) as client, watch(client, base_url=server.url) as watched:
        with client.stream("GET", f"{server.url}/v1.6/source/get") as response:
            assert not response.is_stream_consumed
            assert json.loads(b"".join(response.iter_bytes(7)))["count"] == 0
        with client.stream("GET", f"{server.url}/v1.6/source/get") as response:
            pass

    assert watched.report.exchanges == 2


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_hooks_of_the_user_are_kept(library: Any, server: Server) -> None:
    """A response is checked although a hook raises, and the hooks are restored."""

    def raise_for_status(response: Any) -> None:
        response.raise_for_status()

    with library.Client(headers=KEY, event_hooks={"response": [raise_for_status]}) as client:
        with watch(client, base_url=server.url) as watched, pytest.raises(library.HTTPStatusError):
            client.get(f"{server.url}/v1.6/source/get?id=1")
        assert client.event_hooks["response"] == [raise_for_status]

    assert watched.report.exchanges == 1


def test_many_calls_at_once_are_all_checked(server: Server) -> None:
    """Responses received while others are being read are checked with their bodies."""

    async def make() -> Watch:
        async with httpx.AsyncClient(headers=KEY) as client, watch(client, base_url=server.url) as watched:
            await asyncio.gather(*(client.get(f"{server.url}/v1.6/source/get") for _ in range(20)))
        return watched

    report = asyncio.run(make()).report
    assert report.exchanges == 20
    assert report.parts[0].statuses == {"datasift.source.get": {200: 20}}


class DelayedBody(httpx.AsyncByteStream):
    """Body that is sent when an event is set."""

    def __init__(self, body: bytes, event: asyncio.Event) -> None:
        self._body, self._event = body, event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._event.wait()
        yield self._body


def test_a_body_received_after_the_next_response_is_checked() -> None:
    """Exchanges are checked in their order, after their bodies have been read."""

    async def make() -> Watch:
        late, now = asyncio.Event(), asyncio.Event()
        now.set()
        bodies = iter([DelayedBody(b"{}", late), DelayedBody(b"[]", now)])
        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=next(bodies)))
        async with httpx.AsyncClient(transport=transport) as client:
            with watch(client, strict=False) as watched:
                first = asyncio.create_task(client.get("https://api.curator.io/v1/feeds?api_key=k"))
                await asyncio.sleep(0)
                await client.get("https://api.curator.io/v1/sources?api_key=k")
                late.set()
                await first
        return watched

    watched = asyncio.run(make())
    assert [found.operation for found in watched.findings] == ["curator.feeds.list"]
    assert watched.report.exchanges == 2


def test_any_other_session_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"session: expected a requests\.Session, .*, got "):
        watch({})


ODD = [
    (304, b"", {}),
    (204, b"", {}),
    (502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}),
    (200, b"", {"Content-Length": "4000"}),
]
"""Statuses, bodies and headers of responses without a JSON body."""


class Canned(BaseAdapter):
    """Adapter of `requests` with a fixed response."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        super().__init__()
        self._response = status, body, headers

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = requests.Response()
        response.request, response.url = request, str(request.url)
        response.status_code, body, headers = self._response
        response.headers.update(headers)
        response.raw = io.BytesIO(body)
        return response

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("status", "body", "headers"), ODD)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_response_without_json_raises_no_exception(
    status: int, body: bytes, headers: dict[str, str], method: str
) -> None:
    """The vendors' own hosts are used, without a network."""
    urls = ("https://api.curator.io/v1/feeds?api_key=k", "https://api.datasift.com/v1.6/source/get")
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    with requests.Session() as session, httpx.Client(transport=transport) as client:
        session.mount("https://", Canned(status, body, headers))
        for each in (session, client):
            with watch(each, strict=False) as watched:
                assert [each.request(method, url).status_code for url in urls] == [status] * 2
            assert watched.report.exchanges == 2
            assert [
                found.rule for found in watched.findings if status != 204 and (status != 200 or method == "HEAD")
            ] == []
