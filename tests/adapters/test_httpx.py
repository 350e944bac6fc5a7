"""The adapter for httpx and httpx2: intercepted clients, and clients with the fake's transport."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from clients import HOST, Echo

from fakesources.core.contract.errors import InternalError
from fakesources.core.http.messages import BODY_LIMIT, Response
from fakesources.server.server import Server

pytest.importorskip("httpx")
pytest.importorskip("httpx2")

from fakesources.adapters.httpx import UnhandledHost, intercept, transport

URL = f"https://{HOST}"
COVERED = (("HTTPTransport", "handle_request"), ("AsyncHTTPTransport", "handle_async_request"))


@pytest.fixture(params=["httpx", "httpx2"])
def httpx(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Each of the two libraries, checked for leftovers."""
    library = pytest.importorskip(request.param)
    before = [vars(getattr(library, owner))[name] for owner, name in COVERED]
    yield library
    assert [vars(getattr(library, owner))[name] for owner, name in COVERED] == before


def sync_get(httpx: Any, url: str, **options: Any) -> Any:
    with httpx.Client(**options) as client:
        return client.get(url)


def async_get(httpx: Any, url: str, **options: Any) -> Any:
    async def call() -> Any:
        async with httpx.AsyncClient(**options) as client:
            return await client.get(url)

    return asyncio.run(call())


@pytest.mark.parametrize("get", [sync_get, async_get], ids=["sync", "async"])
def test_other_hosts_are_reached_over_the_network(httpx: Any, echo: Echo, elsewhere: Server, get: Any) -> None:
    with intercept(echo.handle, echo.handles):
        texts = [get(httpx, url).text for url in (URL, elsewhere.url)]

    assert (texts, [request.host for request in echo.seen]) == (["hello", "elsewhere"], [HOST])
    assert echo.last.adapter == httpx.__name__


def test_a_client_made_before_is_intercepted_only_while_the_fake_is_open(
    httpx: Any, echo: Echo, elsewhere: Server
) -> None:
    with httpx.Client() as client:
        with intercept(echo.handle, echo.handles):
            assert client.get(URL).text == "hello"

        assert client.get(elsewhere.url).text == "elsewhere"


def test_a_subclass_of_the_librarys_transport_is_intercepted(httpx: Any, echo: Echo) -> None:
    class Signing(httpx.HTTPTransport):  # type: ignore[misc,name-defined]
        def handle_request(self, request: Any) -> Any:
            request.headers["X-Signed"] = "yes"
            return super().handle_request(request)

    with intercept(echo.handle, echo.handles):
        sync_get(httpx, URL, transport=Signing())

    assert echo.last.header("x-signed") == "yes"


def test_the_librarys_test_transports_are_not_intercepted(httpx: Any, echo: Echo) -> None:
    mocked = httpx.MockTransport(lambda request: httpx.Response(200, text="mocked"))
    with intercept(echo.handle, echo.handles):
        assert sync_get(httpx, URL, transport=mocked).text == "mocked"


@pytest.mark.parametrize("get", [sync_get, async_get], ids=["sync", "async"])
def test_the_transport_raises_for_another_host(httpx: Any, echo: Echo, get: Any) -> None:
    """The exception names the fake's hosts, and is not one that clients take for a network error."""
    fake_transport = transport(echo.handle, echo.handles, "api.fake.test, staging.test/ds")

    with pytest.raises(UnhandledHost, match=r"host: expected one of api\.fake\.test, staging.* got other\.test:8443$"):
        get(httpx, "https://other.test:8443/", transport=fake_transport)


def test_an_ipv6_address_has_brackets_and_the_port(httpx: Any, echo: Echo) -> None:
    """Unless that is the scheme's default."""
    fake_transport = transport(echo.handle, lambda host, path: host == "[::1]:8443")

    assert sync_get(httpx, "https://[::1]:8443/", transport=fake_transport).text == "hello"
    with pytest.raises(UnhandledHost, match=r"got \[::1\]$"):
        sync_get(httpx, "https://[::1]:443/", transport=fake_transport)


def test_one_transport_serves_both_kinds_of_both_libraries(echo: Echo) -> None:
    """Sync and async clients of httpx and of httpx2."""
    import httpx
    import httpx2

    fake_transport = transport(echo.handle, echo.handles)
    assert isinstance(fake_transport, httpx.BaseTransport | httpx2.BaseTransport)
    assert isinstance(fake_transport, httpx.AsyncBaseTransport)
    assert isinstance(fake_transport, httpx2.AsyncBaseTransport)
    for library in (httpx, httpx2):
        for get in (sync_get, async_get):
            response = get(library, URL, transport=fake_transport)
            assert (type(response), response.text) == (library.Response, "hello")


def test_a_response_is_complete(httpx: Any, echo: Echo) -> None:
    """Request, URL, elapsed time, reason, protocol and cookies, as over the network."""
    echo.response = Response(404, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b'{"error": "Source not found"}')
    with httpx.Client(transport=transport(echo.handle, echo.handles), base_url=f"{URL}/v1.6") as client:
        response = client.get("/source/get", params={"id": "1"})
        client.get("/source/get")

    assert (str(response.url), response.reason_phrase, response.http_version) == (
        f"{URL}/v1.6/source/get?id=1",
        "Not Found",
        "HTTP/1.1",
    )
    assert response.extensions["http_version"] == b"HTTP/1.1"
    assert response.extensions["reason_phrase"] == b"Not Found"
    assert response.elapsed.total_seconds() > 0
    assert echo.last.header("cookie") == "a=1; b=2"
    with pytest.raises(httpx.HTTPStatusError):
        response.raise_for_status()


def test_responses_can_be_streamed(httpx: Any, echo: Echo) -> None:
    echo.response = Response(200, (), b"0123456789")

    async def pieces() -> list[bytes]:
        async with (
            httpx.AsyncClient(transport=transport(echo.handle, echo.handles)) as client,
            client.stream("GET", URL) as response,
        ):
            return [piece async for piece in response.aiter_bytes(4)]

    with httpx.Client(transport=transport(echo.handle, echo.handles)) as client, client.stream("GET", URL) as response:
        assert b"".join(response.iter_raw()) == b"0123456789"
    assert asyncio.run(pieces()) == [b"0123", b"4567", b"89"]


def test_an_endless_body_is_read_just_past_the_limit(httpx: Any, echo: Echo) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    async def call() -> None:
        async with httpx.AsyncClient(transport=transport(echo.handle, echo.handles)) as client:
            await client.post(URL, content=endless())

    with httpx.Client(transport=transport(echo.handle, echo.handles)) as client:
        client.post(URL, content=iter(lambda: b"x" * 65_536, None))
    asyncio.run(call())

    assert [len(request.body) for request in echo.seen] == [BODY_LIMIT + 1] * 2


def test_a_multipart_upload_arrives(httpx: Any, echo: Echo) -> None:
    with httpx.Client(transport=transport(echo.handle, echo.handles)) as client:
        client.post(URL, files={"file": ("a.txt", b"content")})

    assert b"content" in echo.last.body
    assert echo.last.header("content-type").startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("get", [sync_get, async_get], ids=["sync", "async"])
def test_an_internal_error_is_raised_to_the_test(httpx: Any, echo: Echo, get: Any) -> None:
    def handle(request: Any) -> Response:
        raise InternalError("an answer that breaks its own schema")

    with intercept(handle, echo.handles), pytest.raises(InternalError):
        get(httpx, URL)


def test_nesting_and_leaving_in_any_order(httpx: Any) -> None:
    """The inner of two fakes responds; left in the wrong order, each is gone when it was left."""
    one, two = Echo(Response(200, (), b"one")), Echo(Response(200, (), b"two"))
    first, second = intercept(one.handle, one.handles), intercept(two.handle, two.handles)
    first.__enter__()
    second.__enter__()
    texts = [sync_get(httpx, URL).text]
    first.__exit__(None, None, None)
    texts.append(async_get(httpx, URL).text)
    second.__exit__(None, None, None)

    assert (texts, one.seen) == (["two", "two"], [])


def test_tasks_and_threads_call_side_by_side(httpx: Any, echo: Echo) -> None:
    async def tasks() -> list[str]:
        async with httpx.AsyncClient() as client:
            return [response.text for response in await asyncio.gather(*(client.get(URL) for _ in range(20)))]

    texts: list[str] = []
    with intercept(echo.handle, echo.handles):
        threads = [threading.Thread(target=lambda: texts.append(sync_get(httpx, URL).text)) for _ in range(5)]
        for thread in threads:
            thread.start()
        texts += asyncio.run(tasks())
        for thread in threads:
            thread.join()

    assert texts == ["hello"] * 25


@pytest.mark.parametrize("absent", ["httpx", "httpx2", "both"])
def test_either_library_may_be_absent(absent: str) -> None:
    """The adapter works for the library there is; without any, the exception names what to install."""
    script = f"""
import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, package=None: None if name == {absent!r} or ({absent!r} == "both" and name in ("httpx", "httpx2")) else found(name, package)
from fakesources.adapters.httpx import intercept, LIBRARIES
from fakesources.core.http.messages import Response
try:
    with intercept(lambda request: Response(200, (), b"hello"), lambda host, path: True):
        print([library.__name__ for library in LIBRARIES], LIBRARIES[0].get("https://a.test").text)
except ModuleNotFoundError as error:
    print(error)
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()

    assert (
        output
        == {
            "httpx": "['httpx2'] hello",
            "httpx2": "['httpx'] hello",
            "both": "neither httpx nor httpx2 is installed; either comes with fakesources[httpx]",
        }[absent]
    )


def test_without_a_library_the_exception_names_what_to_install() -> None:
    script = """
import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, package=None: None if name in ("httpx", "httpx2") else found(name, package)
from fakesources import FakeSources
for action in (FakeSources().transport, lambda: FakeSources().httpx().__enter__()):
    try:
        action()
    except ModuleNotFoundError as error:
        print(error)
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert output == "neither httpx nor httpx2 is installed; either comes with fakesources[httpx]\n" * 2
