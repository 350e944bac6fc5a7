"""Connections of the live server: keep-alive, pipelining, half-closed and idle ones, and timeouts."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest
import requests
from echo import Echo
from serving import Serve, connected_to, read_response, until_closed

from fakesources.core.http.messages import Request, Response
from fakesources.server.server import Server


def test_a_connection_serves_many_requests(server: Server, echo: Echo) -> None:
    """HTTP/1.1 connections stay open, those of HTTP/1.0 with `Connection: keep-alive`."""
    with connected_to(server) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert read_response(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")

        assert until_closed(client).endswith(b"Content-Length: 5\r\nConnection: close\r\n\r\nhello")


def test_pipelined_requests_are_answered_in_their_order(server: Server, echo: Echo) -> None:
    """Send several requests before reading; the response to HEAD has no body."""
    with connected_to(server) as client:
        client.sendall(
            b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
        )
        client.sendall(b"GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = until_closed(client)

    assert got.count(b"HTTP/1.1 200 OK") == 4
    assert got.count(b"hello") == 3
    assert [request.path for request in echo.seen] == ["/1", "/2", "/3", "/4"]


def test_a_client_that_has_finished_sending_is_still_answered(server: Server) -> None:
    """A half-closed connection gets its response and is then closed."""
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.shutdown(socket.SHUT_WR)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize("start", [b"GET / HT", b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234"])
def test_an_incomplete_request_is_not_handled(server: Server, echo: Echo, start: bytes) -> None:
    """Half-close within a request: the handler is not called, and the server goes on."""
    with connected_to(server) as client:
        client.sendall(start)
        client.shutdown(socket.SHUT_WR)
        assert until_closed(client) == b""

    assert echo.seen == []
    assert requests.get(server.url, timeout=5).text == "hello"


def test_a_client_that_leaves_within_a_response_does_not_affect_others(server: Server, echo: Echo) -> None:
    """Close before a large response has been read."""
    echo.response = Response(200, (), b"x" * 5_000_000)
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(10)
    echo.response = Response(200, (), b"well")

    assert requests.get(server.url, timeout=5).text == "well"


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_request_may_come_in_pieces(serve: Serve, echo: Echo, size: int) -> None:
    """Cut requests in pieces, so that some hold the end of one and the start of the next."""
    sent = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" * 2 + (
        b"PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
    )
    with serve(echo.handle) as server, connected_to(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(sent), size):
            client.sendall(sent[begin : begin + size])
            time.sleep(0.001)
        assert until_closed(client).count(b"HTTP/1.1 200 OK") == 3

    assert [(request.path, request.body) for request in echo.seen] == [("/a", b"body")] * 2 + [("/b", b"body")]


def test_frozen_time_stops_no_deadline(serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze the time of the process: an idle client is closed all the same."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        assert until_closed(client) == b""


def ask(server: Server) -> None:
    """Return after the server has read what was sent to it before, on any connection."""
    requests.head(server.url, timeout=5)


Skip = Callable[[float], None]


def test_the_read_timeout_begins_with_the_first_byte(serve: Serve, echo: Echo, skip_seconds: Skip) -> None:
    """Send a request after the connection was idle for longer than the read timeout."""
    with serve(echo.handle, read_timeout=50, idle_timeout=500) as server, connected_to(server) as client:
        for _ in range(2):
            skip_seconds(60)
            client.sendall(b"GET / HT")
            ask(server)
            client.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")


def test_the_idle_timeout_begins_with_the_response(serve: Serve, skip_seconds: Skip) -> None:
    """Take longer for a response than the idle timeout."""

    def handle(request: Request) -> Response:
        if request.method == "GET":
            skip_seconds(60)
        return Response(200)

    with serve(handle, idle_timeout=50) as server, connected_to(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client)[0] == 200
            ask(server)


@pytest.mark.parametrize("requests_before", [0, 1], ids=["never used", "used once"])
def test_an_idle_connection_is_closed_in_the_end(serve: Serve, echo: Echo, requests_before: int) -> None:
    """A connection without requests, or without further ones, is closed without a response."""
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        for _ in range(requests_before):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")

        assert until_closed(client) == b""


@pytest.mark.parametrize(
    ("with_the_first", "after_it", "expected"),
    [(b"GET /", b"", b"HTTP/1.1 408 Request Timeout"), (b"", b"GET /", b"HTTP/1.1 408 Request Timeout"), (b"", b"\r\n", b"")],
)  # fmt: skip
def test_a_request_has_begun_with_its_first_byte(
    serve: Serve, echo: Echo, skip_seconds: Skip, with_the_first: bytes, after_it: bytes, expected: bytes
) -> None:
    """Send the first byte with the request before it, after it, or a line break, which begins no request."""
    with serve(echo.handle, read_timeout=50, idle_timeout=500) as server, connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + with_the_first)
        assert read_response(client) == (200, b"hello")
        client.sendall(after_it)
        for seconds in (60,) if expected else (60, 500):
            ask(server)
            skip_seconds(seconds)
        ask(server)

        assert until_closed(client).partition(b"\r\n")[0] == expected


def test_the_read_timeout_does_not_include_the_time_of_the_request(serve: Serve, skip_seconds: Skip) -> None:
    """Send slowly and read slowly, each within the timeout."""
    large = b"x" * 30_000_000
    with serve(Echo(Response(200, (), large)).handle, read_timeout=100) as server, connected_to(server) as client:
        client.sendall(b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        ask(server)
        skip_seconds(70)
        client.sendall(b"4\r\nbo")
        ask(server)
        client.sendall(b"dy\r\n0\r\n\r\n")
        ask(server)
        skip_seconds(80)
        ask(server)
        assert until_closed(client).endswith(large)
