"""Every adapter with a client: one function sends a request through it and returns the client's response."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from echo import Echo as AnyEcho

from fakesources.core.http.messages import Pairs

HOST = "api.fake.test"


class Echo(AnyEcho):
    """Handler of one host."""

    @staticmethod
    def handles(host: str, path: str) -> bool:
        return host.partition(":")[0] == HOST


@dataclass(frozen=True)
class ClientResponse:
    """A response as a client sees it, with header names in lower case."""

    status: int
    headers: Pairs
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True)
class ClientRequest:
    """A request for a client to send. `chunks` is a body of unknown length."""

    method: str = "GET"
    target: str = "/"
    headers: Pairs = ()
    body: bytes = b""
    chunks: tuple[bytes, ...] = ()


Send = Callable[[ClientRequest], ClientResponse]
Opener = Callable[[Echo], Any]


def lower(pairs: Any) -> Pairs:
    return tuple((name.lower(), value) for name, value in pairs)


@contextmanager
def wsgi(echo: Echo) -> Iterator[Send]:
    """The application under werkzeug's test client."""
    from werkzeug.test import Client, EnvironBuilder
    from werkzeug.wrappers import Request

    from fakesources.adapters.wsgi import application

    def send(request: ClientRequest) -> ClientResponse:
        builder = EnvironBuilder(method=request.method, path=request.target, base_url=f"http://{HOST}/")
        builder.headers.extend(list(request.headers))
        environ = builder.get_environ()
        if request.chunks:  # as servers provide a chunked body: read to its end, of no known length
            body = b"".join(request.chunks)
            environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        else:
            body = request.body
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        response = Client(application(echo.handle)).open(Request(environ))
        return ClientResponse(response.status_code, lower(response.headers), response.data)

    yield send


@contextmanager
def through_requests(echo: Echo) -> Iterator[Send]:
    """A `requests` session whose calls are intercepted."""
    from fakesources.adapters.responses import intercept

    with intercept(echo.handle, echo.handles):
        yield requests_to(f"https://{HOST}")


@contextmanager
def requests_at_the_server(echo: Echo) -> Iterator[Send]:
    """A `requests` session that calls the live server."""
    from fakesources.server.server import Server

    with Server(echo.handle) as server:
        yield requests_to(server.url)


def requests_to(base: str) -> Send:
    import requests

    def send(request: ClientRequest) -> ClientResponse:
        body: Any = iter(request.chunks) if request.chunks else request.body
        headers: dict[str, Any] = {name: value.encode("latin-1") for name, value in request.headers}
        with requests.Session() as session:
            session.trust_env = False
            with session.request(
                request.method, base + request.target, headers=headers, data=body, timeout=5
            ) as response:
                return ClientResponse(response.status_code, lower(response.raw.headers.items()), response.content)

    return send


def httpx_adapter(library: str, way: str) -> Opener:
    """A client of httpx or httpx2, intercepted or with the fake's transport, sync or async."""

    @contextmanager
    def open_adapter(echo: Echo) -> Iterator[Send]:
        httpx = pytest.importorskip(library)
        from fakesources.adapters.httpx import intercept, transport

        def send_with(client: Any, request: ClientRequest, chunks: Any) -> Any:
            headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers]
            body = {"content": chunks if request.chunks else request.body} if request.chunks or request.body else {}
            return client.request(request.method, f"https://{HOST}{request.target}", headers=headers, **body)

        def to_response(response: Any) -> ClientResponse:
            pairs = tuple((name.decode().lower(), value.decode("latin-1")) for name, value in response.headers.raw)
            return ClientResponse(response.status_code, pairs, response.content)

        def options() -> dict[str, Any]:
            """Return the arguments of a client; reading the certificates of the system takes longer than a test."""
            return {"transport": transport(echo.handle, echo.handles)} if "transport" in way else {"verify": False}

        def send(request: ClientRequest) -> ClientResponse:
            with httpx.Client(**options()) as client:
                return to_response(send_with(client, request, iter(request.chunks)))

        async def async_send(request: ClientRequest) -> ClientResponse:
            async def chunks() -> AsyncIterator[bytes]:
                for chunk in request.chunks:
                    yield chunk

            async with httpx.AsyncClient(**options()) as client:
                return to_response(await send_with(client, request, chunks()))

        with ExitStack() as stack:
            if "transport" not in way:
                stack.enter_context(intercept(echo.handle, echo.handles))
            yield (lambda request: asyncio.run(async_send(request))) if "async" in way else send

    return open_adapter


@contextmanager
def through_aiohttp(echo: Echo) -> Iterator[Send]:
    """aiohttp, a client without an adapter of its own, at the live server."""
    aiohttp = pytest.importorskip("aiohttp")
    yarl = pytest.importorskip("yarl")
    from fakesources.server.server import Server

    async def send(url: str, request: ClientRequest) -> ClientResponse:
        async def chunks() -> AsyncIterator[bytes]:
            for chunk in request.chunks:
                yield chunk

        body = chunks() if request.chunks else BytesIO(request.body) if request.body else None
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, yarl.URL(url + request.target, encoded=True), headers=list(request.headers), data=body
            ) as response,
        ):
            pairs = ((name.decode(), value.decode("latin-1")) for name, value in response.raw_headers)
            return ClientResponse(response.status, lower(pairs), await response.read())

    with Server(echo.handle) as server:
        yield lambda request: asyncio.run(send(server.url, request))


@contextmanager
def through_a_socket(echo: Echo) -> Iterator[Send]:
    """Bytes written to a socket of the live server; the standard library reads the response."""
    from fakesources.server.server import Server

    def send(request: ClientRequest) -> ClientResponse:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(raw(request, HOST))
            response = http.client.HTTPResponse(client, method=request.method)
            response.begin()
            return ClientResponse(response.status, lower(response.getheaders()), response.read())

    with Server(echo.handle) as server:
        yield send


def raw(request: ClientRequest, host: str) -> bytes:
    """Return a request as it is sent on a connection."""
    lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.chunks:
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*request.chunks, b""))
    else:
        lines += [f"Content-Length: {len(request.body)}"] if request.body else []
        body = request.body
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@contextmanager
def through_waitress(echo: Echo) -> Iterator[Send]:
    """The application behind waitress, called with `requests`."""
    waitress = pytest.importorskip("waitress")
    from waitress import wasyncore

    from fakesources.adapters.wsgi import application

    channels: dict[int, Any] = {}
    server = waitress.create_server(application(echo.handle), host="127.0.0.1", port=0, map=channels)
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            wasyncore.loop(timeout=1, map=channels, count=1)
        for channel in list(channels.values()):
            channel.handle_close()  # with the files it put large answers in

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield requests_to(f"http://127.0.0.1:{server.effective_port}")
    finally:
        done.set()
        with suppress(OSError):  # the loop woke by itself, saw that it is done, and closed what would wake it
            server.pull_trigger()
        thread.join(5)
        server.task_dispatcher.shutdown()


IN_PROCESS: dict[str, Opener] = {
    "requests": through_requests,
    **{
        f"{library} {way}": httpx_adapter(library, way)
        for library in ("httpx", "httpx2")
        for way in ("intercepted", "transport", "intercepted, async", "transport, async")
    },
}
AT_THE_SERVER: dict[str, Opener] = {
    "requests at the server": requests_at_the_server,
    "aiohttp": through_aiohttp,
    "socket": through_a_socket,
}
ADAPTERS: dict[str, Opener] = {"wsgi": wsgi, "waitress": through_waitress, **IN_PROCESS, **AT_THE_SERVER}
