"""Every door, and a client for each: one call sends a request and gives back what the client saw.

Behind the doors stands no API but an echo, which notes the request as it arrived and answers what it is told to.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest

from fakesources.core.http import messages
from fakesources.core.http.messages import Pairs, Response

HOST = "api.fake.test"


@dataclass
class Echo:
    """What stands behind a door: `seen` are the requests as they arrived, `reply` is what it answers."""

    reply: Response = field(default_factory=lambda: Response(200, (("Content-Type", "text/plain"),), b"hello"))
    seen: list[messages.Request] = field(default_factory=list)

    def handle(self, request: messages.Request) -> Response:
        self.seen.append(request)
        return self.reply

    @staticmethod
    def handles(host: str, path: str) -> bool:
        return host.partition(":")[0] == HOST

    @property
    def last(self) -> messages.Request:
        return self.seen[-1]


@dataclass(frozen=True)
class Result:
    """A reply as a client saw it; header names in lower case, as some clients hand them out."""

    status: int
    headers: Pairs
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True)
class Sent:
    """A request as a client is told to send it. `chunks` is a body of unknown length."""

    method: str = "GET"
    target: str = "/"
    headers: Pairs = ()
    body: bytes = b""
    chunks: tuple[bytes, ...] = ()


Door = Callable[[Sent], Result]
Opener = Callable[[Echo], Any]


def lower(pairs: Any) -> Pairs:
    return tuple((name.lower(), value) for name, value in pairs)


@contextmanager
def wsgi(echo: Echo) -> Iterator[Door]:
    """The application under werkzeug's test client."""
    from werkzeug.test import Client, EnvironBuilder
    from werkzeug.wrappers import Request

    from fakesources.adapters.wsgi import application

    def send(sent: Sent) -> Result:
        builder = EnvironBuilder(method=sent.method, path=sent.target, base_url=f"http://{HOST}/")
        builder.headers.extend(list(sent.headers))
        environ = builder.get_environ()
        if sent.chunks:  # as servers hand over a chunked body: read to its end, of no known length
            body = b"".join(sent.chunks)
            environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        else:
            body = sent.body
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        got = Client(application(echo.handle)).open(Request(environ))
        return Result(got.status_code, lower(got.headers), got.data)

    yield send


@contextmanager
def through_requests(echo: Echo) -> Iterator[Door]:
    """A `requests` session whose calls are intercepted."""
    from fakesources.adapters.responses import intercept

    with intercept(echo.handle, echo.handles):
        yield requests_to(f"https://{HOST}")


@contextmanager
def requests_at_the_server(echo: Echo) -> Iterator[Door]:
    """A `requests` session that talks to the live server."""
    from fakesources.server.server import Server

    with Server(echo.handle) as server:
        yield requests_to(server.url)


def requests_to(base: str) -> Door:
    import requests

    def send(sent: Sent) -> Result:
        body: Any = iter(sent.chunks) if sent.chunks else sent.body
        headers: dict[str, Any] = {name: value.encode("latin-1") for name, value in sent.headers}
        with requests.Session() as session:
            session.trust_env = False
            with session.request(sent.method, base + sent.target, headers=headers, data=body, timeout=5) as got:
                return Result(got.status_code, lower(got.raw.headers.items()), got.content)

    return send


def httpx_door(library: str, way: str) -> Opener:
    """A client of httpx or httpx2, intercepted or handed the fake's transport, sync or async."""

    @contextmanager
    def open_door(echo: Echo) -> Iterator[Door]:
        httpx = pytest.importorskip(library)
        from fakesources.adapters.httpx import intercept, transport

        def request(client: Any, sent: Sent, chunks: Any) -> Any:
            headers = [(name.encode(), value.encode("latin-1")) for name, value in sent.headers]
            body = {"content": chunks if sent.chunks else sent.body} if sent.chunks or sent.body else {}
            return client.request(sent.method, f"https://{HOST}{sent.target}", headers=headers, **body)

        def answer(got: Any) -> Result:
            pairs = tuple((name.decode().lower(), value.decode("latin-1")) for name, value in got.headers.raw)
            return Result(got.status_code, pairs, got.content)

        def send(sent: Sent) -> Result:
            handed = {"transport": transport(echo.handle, echo.handles)} if "handed" in way else {}
            with httpx.Client(**handed) as client:
                return answer(request(client, sent, iter(sent.chunks)))

        async def async_send(sent: Sent) -> Result:
            async def chunks() -> AsyncIterator[bytes]:
                for chunk in sent.chunks:
                    yield chunk

            handed = {"transport": transport(echo.handle, echo.handles)} if "handed" in way else {}
            async with httpx.AsyncClient(**handed) as client:
                return answer(await request(client, sent, chunks()))

        with ExitStack() as stack:
            if "handed" not in way:
                stack.enter_context(intercept(echo.handle, echo.handles))
            yield (lambda sent: asyncio.run(async_send(sent))) if "async" in way else send

    return open_door


@contextmanager
def through_aiohttp(echo: Echo) -> Iterator[Door]:
    """aiohttp, a client without a door of its own, at the live server."""
    aiohttp = pytest.importorskip("aiohttp")
    yarl = pytest.importorskip("yarl")
    from fakesources.server.server import Server

    async def send(url: str, sent: Sent) -> Result:
        async def chunks() -> AsyncIterator[bytes]:
            for chunk in sent.chunks:
                yield chunk

        body = chunks() if sent.chunks else BytesIO(sent.body) if sent.body else None
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                sent.method, yarl.URL(url + sent.target, encoded=True), headers=list(sent.headers), data=body
            ) as got,
        ):
            pairs = ((name.decode(), value.decode("latin-1")) for name, value in got.raw_headers)
            return Result(got.status, lower(pairs), await got.read())

    with Server(echo.handle) as server:
        yield lambda sent: asyncio.run(send(server.url, sent))


@contextmanager
def through_a_socket(echo: Echo) -> Iterator[Door]:
    """Bytes written to the live server by hand, read back with the standard library."""
    from fakesources.server.server import Server

    def send(sent: Sent) -> Result:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(raw(sent, HOST))
            got = http.client.HTTPResponse(client, method=sent.method)
            got.begin()
            return Result(got.status, lower(got.getheaders()), got.read())

    with Server(echo.handle) as server:
        yield send


def raw(sent: Sent, host: str) -> bytes:
    """A request as it stands on the wire."""
    lines = [f"{sent.method} {sent.target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in sent.headers]
    if sent.chunks:
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*sent.chunks, b""))
    else:
        lines += [f"Content-Length: {len(sent.body)}"] if sent.body else []
        body = sent.body
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@contextmanager
def through_waitress(echo: Echo) -> Iterator[Door]:
    """The application behind waitress, asked with `requests`."""
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
        f"{library} {way}": httpx_door(library, way)
        for library in ("httpx", "httpx2")
        for way in ("intercepted", "handed", "intercepted, async", "handed, async")
    },
}
AT_THE_SERVER: dict[str, Opener] = {
    "requests at the server": requests_at_the_server,
    "aiohttp": through_aiohttp,
    "socket": through_a_socket,
}
DOORS: dict[str, Opener] = {"wsgi": wsgi, "waitress": through_waitress, **IN_PROCESS, **AT_THE_SERVER}
