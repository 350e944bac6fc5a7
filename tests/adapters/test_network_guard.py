"""Nothing escapes: what reaches for a host of the fake's without a door is refused, and told."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
from clients import HOST, Echo

from fakesources.adapters.network_guard import Escape, guard
from fakesources.adapters.responses import intercept
from fakesources.server.server import Server

PLACES = tuple((socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"))
BEFORE = [getattr(owner, name) for owner, name in PLACES]


@pytest.fixture
def escaped() -> Iterator[list[str]]:
    """The hosts that were reached for while the guard stands."""
    hosts: list[str] = []
    with guard(Echo.handles, hosts.append):
        yield hosts
    assert [getattr(owner, name) for owner, name in PLACES] == BEFORE
    assert not {"connect", "connect_ex"} & set(vars(socket.socket))


async def open_connection() -> None:
    await asyncio.open_connection(HOST, 443)


async def connect_a_socket() -> None:
    with socket.socket() as client:
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, (HOST, 443))


def connect(method: str, name: Any = HOST) -> None:
    with socket.socket() as client:
        getattr(client, method)((name, 443))


WAYS: dict[str, Callable[[], Any]] = {
    "getaddrinfo": lambda: socket.getaddrinfo(HOST, 443),
    "getaddrinfo by name": lambda: socket.getaddrinfo(host=HOST, port="https", type=socket.SOCK_STREAM),
    "bytes, a dot, capitals": lambda: socket.getaddrinfo(b"API.Fake.Test.", None),
    "gethostbyname": lambda: socket.gethostbyname(HOST),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex(HOST),
    "create_connection": lambda: socket.create_connection((HOST, 443)),
    "connect": lambda: connect("connect"),
    "connect_ex": lambda: connect("connect_ex"),
    "http.client": lambda: http.client.HTTPSConnection(HOST).request("GET", "/"),
    "asyncio": lambda: asyncio.run(open_connection()),
    "asyncio, a socket": lambda: asyncio.run(connect_a_socket()),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_out_is_refused(escaped: list[str], way: Callable[[], Any]) -> None:
    """Whichever way a client takes through the socket module, it is refused with a text that says which door to open."""
    with pytest.raises(
        Escape, match=rf"{HOST} belongs to the fake.*fake\.responses\(\).*fake\.httpx\(\).*fake\.server"
    ):
        way()

    assert escaped == [HOST]


def test_a_client_that_swallows_it_is_still_told_of(escaped: list[str]) -> None:
    """Clients take the refusal for a network error, as they would a real one; the callback knows better."""
    with pytest.raises(urllib.error.URLError, match="belongs to the fake"):
        urllib.request.urlopen(f"https://{HOST}/")
    with pytest.raises(requests.ConnectionError, match="belongs to the fake"):
        requests.get(f"https://{HOST}/")

    assert escaped == [HOST, HOST]


def test_aiohttp_is_refused(escaped: list[str]) -> None:
    """A client without a door of its own is told to take the server."""
    aiohttp = pytest.importorskip("aiohttp")

    async def call() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(f"https://{HOST}/")

    with pytest.raises(aiohttp.ClientConnectorError, match=r"fake\.server\(\)"):
        asyncio.run(call())
    assert escaped == [HOST]


def test_an_open_door_is_no_way_out(escaped: list[str], echo: Echo) -> None:
    """What a door answers never comes near a socket."""
    with intercept(echo.handle, echo.handles):
        assert requests.get(f"https://{HOST}/").text == "hello"

    assert escaped == []


def test_other_hosts_and_this_machine_are_left_alone(escaped: list[str], echo: Echo) -> None:
    """Loopback is reached by name and by number, and other names go to the resolver."""
    with Server(echo.handle) as server:
        assert requests.get(server.url, timeout=5).text == "hello"
        assert requests.get(f"http://localhost:{server.port}", timeout=5).text == "hello"
        assert socket.gethostbyname("localhost") == socket.gethostbyname_ex("localhost")[2][0] == "127.0.0.1"
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("other.test", 443, flags=socket.AI_NUMERICHOST)  # asks the resolver, not the network

    assert escaped == []


def test_this_machine_is_left_alone_even_where_it_is_the_fakes() -> None:
    """A staging address on localhost is answered by the doors; a server there can still be reached."""
    hosts: list[str] = []
    with guard(lambda host, path: True, hosts.append), Server(Echo().handle) as server:
        assert requests.get(server.url, timeout=5).text == "hello"
        assert socket.getaddrinfo("localhost", server.port)
        with pytest.raises(Escape):
            socket.getaddrinfo("other.test", 80)

    assert hosts == ["other.test"]


def test_a_port_or_a_path_of_its_own_decides(escaped: list[str]) -> None:
    """A host that is the fake's on one port only is refused there; one that is so below a path only is not refused."""
    hosts: list[str] = []
    with guard(lambda host, path: host == "a.invalid:8443" or path.startswith("/ds"), hosts.append):
        with pytest.raises(Escape):
            socket.getaddrinfo("a.invalid", 8443)
        for port in (443, None):
            with pytest.raises(socket.gaierror):
                socket.getaddrinfo("a.invalid", port, flags=socket.AI_NUMERICHOST)

    assert hosts == ["a.invalid"]


def test_threads_are_guarded(escaped: list[str]) -> None:
    """A thread that reaches out is refused and told of, even if nobody asks how it ended."""

    def work() -> None:
        with suppress(OSError):
            socket.gethostbyname(HOST)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert escaped == [HOST]


def test_guards_left_in_any_order_leave_nothing_behind() -> None:
    """Two guards whose times overlap are each gone when left."""
    hosts: list[str] = []
    first, second = (
        guard(Echo.handles, lambda host: hosts.append("first")),
        guard(Echo.handles, lambda host: hosts.append("second")),
    )
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with pytest.raises(Escape):
        connect("connect")
    second.__exit__(None, None, None)

    assert hosts == ["second"]
    assert [getattr(owner, name) for owner, name in PLACES] == BEFORE
    assert not {"connect", "connect_ex"} & set(vars(socket.socket))
