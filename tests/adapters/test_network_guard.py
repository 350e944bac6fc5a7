"""The network guard: connections to the fake's hosts that no adapter intercepted are rejected and reported."""

from __future__ import annotations

import _socket
import asyncio
import http.client
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from socket import create_connection as imported_create_connection
from socket import getaddrinfo as imported_getaddrinfo
from typing import Any

import pytest
import requests
from clients import HOST, Echo

from fakesources import FakeSources
from fakesources.adapters.network_guard import Escape, guard, host_name
from fakesources.adapters.registry import ADVICE
from fakesources.adapters.responses import intercept
from fakesources.server.server import Server

PLACES = tuple((socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"))


def functions() -> list[object]:
    """Return what the guard patches; methods that the class does not have itself are those of its base class."""
    methods = [_socket.getaddrinfo, *(vars(socket.socket).get(name) for name in ("connect", "connect_ex"))]
    return [getattr(owner, name) for owner, name in PLACES] + methods


@pytest.fixture
def escaped() -> Iterator[list[str]]:
    """Hosts of rejected connections, while the guard is active."""
    hosts: list[str] = []
    before = functions()  # pytest-socket has set some of them, where it is installed
    with guard(Echo.handles, hosts.append, ADVICE):
        yield hosts
    assert functions() == before


async def open_connection() -> None:
    await asyncio.open_connection(HOST, 443)


async def connect_a_socket() -> None:
    with socket.socket() as client:
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, (HOST, 443))


async def resolve_a_name() -> None:
    await asyncio.get_running_loop().getaddrinfo(HOST, 443)


def connect(method: str, name: Any = HOST) -> None:
    with socket.socket() as client:
        getattr(client, method)((name, 443))


WAYS: dict[str, Callable[[], Any]] = {
    "getaddrinfo": lambda: socket.getaddrinfo(HOST, 443),
    "getaddrinfo by name": lambda: socket.getaddrinfo(host=HOST, port="https", type=socket.SOCK_STREAM),
    "getaddrinfo, imported earlier": lambda: imported_getaddrinfo(HOST, 443),
    "create_connection, imported earlier": lambda: imported_create_connection((HOST, 443)),
    "the function below getaddrinfo": lambda: _socket.getaddrinfo(HOST, 443),
    "bytes, a dot, capitals": lambda: socket.getaddrinfo(b"API.Fake.Test.", None),
    "gethostbyname": lambda: socket.gethostbyname(HOST),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex(HOST),
    "create_connection": lambda: socket.create_connection((HOST, 443)),
    "connect": lambda: connect("connect"),
    "connect_ex": lambda: connect("connect_ex"),
    "http.client": lambda: http.client.HTTPSConnection(HOST).request("GET", "/"),
    "asyncio": lambda: asyncio.run(open_connection()),
    "asyncio, a socket": lambda: asyncio.run(connect_a_socket()),
    "uvloop": lambda: pytest.importorskip("uvloop").run(open_connection()),
    "uvloop, a name": lambda: pytest.importorskip("uvloop").run(resolve_a_name()),
    "uvloop, a socket": lambda: pytest.importorskip("uvloop").run(connect_a_socket()),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_to_connect_is_rejected(escaped: list[str], way: Callable[[], Any]) -> None:
    """The exception names the adapters to open."""
    with pytest.raises(
        Escape, match=rf"{HOST} belongs to the fake.*fake\.responses\(\).*fake\.httpx\(\).*fake\.server"
    ):
        way()

    assert escaped == [HOST]


RESOLVING = [name for name in WAYS if "get" in name]


@pytest.mark.parametrize("way", RESOLVING)
def test_a_name_is_rejected_by_an_error_that_resolving_names_has(escaped: list[str], way: str) -> None:
    """Twisted waits for ever, and gevent prints a traceback, where another one is raised there."""
    with pytest.raises(socket.gaierror, match="belongs to the fake") as raised:
        WAYS[way]()

    assert isinstance(raised.value, Escape)
    assert escaped == [HOST]


def test_a_connection_is_reported_although_the_client_suppresses_the_error(escaped: list[str]) -> None:
    with pytest.raises(urllib.error.URLError, match="belongs to the fake"):
        urllib.request.urlopen(f"https://{HOST}/")
    with pytest.raises(requests.ConnectionError, match="belongs to the fake"):
        requests.get(f"https://{HOST}/")

    assert escaped == [HOST, HOST]


def test_aiohttp_is_rejected(escaped: list[str]) -> None:
    """A client without an adapter of its own."""
    aiohttp = pytest.importorskip("aiohttp")

    async def call() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(f"https://{HOST}/")

    with pytest.raises(aiohttp.ClientConnectorError, match=r"fake\.server\(\)"):
        asyncio.run(call())
    assert escaped == [HOST]


def test_intercepted_calls_are_not_reported(escaped: list[str], echo: Echo) -> None:
    with intercept(echo.handle, echo.handles):
        assert requests.get(f"https://{HOST}/").text == "hello"

    assert escaped == []


def test_other_hosts_and_this_machine_are_not_affected(escaped: list[str], echo: Echo) -> None:
    with Server(echo.handle) as server:
        assert requests.get(server.url, timeout=5).text == "hello"
        assert requests.get(f"http://localhost:{server.port}", timeout=5).text == "hello"
        assert socket.gethostbyname("localhost") == socket.gethostbyname_ex("localhost")[2][0] == "127.0.0.1"

    assert escaped == []


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_unix_sockets_are_not_affected(escaped: list[str], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))

    assert escaped == []


@pytest.mark.parametrize("resolve", [name for _, name in PLACES])
def test_names_of_other_hosts_reach_the_resolver(monkeypatch: pytest.MonkeyPatch, resolve: str) -> None:
    """A recorder stands for it, so that no name leaves this machine."""
    resolved: list[Any] = []
    monkeypatch.setattr(socket, resolve, lambda *arguments: resolved.append(arguments))
    with guard(Echo.handles, resolved.append):
        getattr(socket, resolve)("other.test", *([443, 0] if resolve == "getaddrinfo" else []))

    assert resolved == [("other.test", 443, 0) if resolve == "getaddrinfo" else ("other.test",)]


def test_localhost_is_not_affected_even_where_the_fake_handles_it() -> None:
    hosts: list[str] = []
    with guard(lambda host, path: True, hosts.append), Server(Echo().handle) as server:
        assert requests.get(server.url, timeout=5).text == "hello"
        assert socket.getaddrinfo("localhost", server.port)
        with pytest.raises(Escape):
            socket.getaddrinfo("other.test", 80)

    assert hosts == ["other.test"]


def test_a_host_is_rejected_by_its_port_but_not_below_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection has no path."""
    hosts: list[str] = []
    resolved: list[Any] = []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *arguments, **named: resolved.append((*arguments, *named.values()))
    )
    with guard(lambda host, path: host == "a.invalid:8443" or path.startswith("/ds"), hosts.append):
        with pytest.raises(Escape):
            socket.getaddrinfo("a.invalid", 8443)
        with pytest.raises(Escape):
            socket.getaddrinfo(host="a.invalid", port=8443)
        for port in (443, None):
            socket.getaddrinfo("a.invalid", port)
            socket.getaddrinfo("a.invalid", port=port)

    assert hosts == ["a.invalid"] * 2
    assert resolved == [("a.invalid", 443)] * 2 + [("a.invalid", None)] * 2


def test_threads_are_guarded(escaped: list[str]) -> None:
    """Also those whose exceptions are not seen."""

    def work() -> None:
        with suppress(OSError):
            socket.gethostbyname(HOST)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert escaped == [HOST]


def test_guards_left_in_any_order_leave_nothing_behind() -> None:
    hosts: list[str] = []
    first, second = (
        guard(Echo.handles, lambda host: hosts.append("first")),
        guard(Echo.handles, lambda host: hosts.append("second")),
    )
    before = functions()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with pytest.raises(Escape):
        connect("connect")
    second.__exit__(None, None, None)

    assert hosts == ["second"]
    assert functions() == before


@pytest.mark.parametrize(
    ("host", "name"),
    [(None, ""), (7, ""), (b"API.Curator.IO.", "api.curator.io"), (b"\xff", "\ufffd"), ("localhost", ""), ("::1", "")],
)
def test_a_host_has_a_name_or_none(host: object, name: str) -> None:
    assert host_name(host) == name


def test_an_address_of_every_interface_is_looked_up() -> None:
    with FakeSources():
        assert socket.getaddrinfo(None, 0, type=socket.SOCK_STREAM)
