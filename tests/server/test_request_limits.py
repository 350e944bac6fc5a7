"""Requests of the live server: bodies, their limits, `Expect: 100-continue`, and invalid ones."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from echo import Echo
from serving import Serve, connected_to, read_response, until_closed

from fakesources.core.http.messages import BODY_LIMIT
from fakesources.server import connection
from fakesources.server.server import Server


def test_100_continue_is_sent_once(server: Server) -> None:
    """Send `Expect: 100-continue` with a late body, without a body, and with the body at once."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"
    with connected_to(server) as client:
        client.sendall(head + b"\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        requests.head(server.url, timeout=5)  # the server waits for the body by now
        client.sendall(b"body")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")  # which has no body
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(head + b"Connection: close\r\n\r\nbody")
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")


def test_100_continue_is_sent_unless_the_body_has_come(server: Server, echo: Echo) -> None:
    """Send `Expect: 100-continue`, with the body after the 100 and with the body at once."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    with connected_to(server) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"body")
        assert read_response(client) == (200, b"hello")
        client.sendall(head + b"body")
        assert read_response(client) == (200, b"hello")

    assert [request.body for request in echo.seen] == [b"body"] * 2


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_over_the_limit_is_answered_and_not_kept(server: Server, echo: Echo, chunked: bool) -> None:
    """Send 10 MB by length and in chunks: the handler gets no more than its limit, and the client its response."""
    body: Any = b"x" * 10_000_000
    got = requests.post(server.url, data=iter([body]) if chunked else body, timeout=5)

    assert (got.text, got.headers["Connection"]) == ("hello", "close")
    assert (echo.last.is_oversized, len(echo.last.body)) == ((False, BODY_LIMIT + 1) if chunked else (True, 0))


def test_a_client_that_sends_without_end_after_its_response_is_cut_off(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drop what comes after an error response, up to a limit."""
    monkeypatch.setattr(connection, "DISCARD_LIMIT", 1 << 20)
    with serve(echo.handle) as server, connected_to(server) as client:
        client.sendall(b"no request\r\n\r\n")
        with pytest.raises(ConnectionError):
            client.sendall(bytes(64 << 20))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1001 + b"\r\n", 431),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
    ],
)
def test_an_invalid_request_is_answered_in_plain_text(server: Server, echo: Echo, sent: bytes, status: int) -> None:
    """Answer one line of plain text and close; the handler is not called."""
    with connected_to(server) as client:
        client.sendall(sent)
        got = until_closed(client)

    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: text/plain" in head
    assert (body.count(b"\n"), b"Traceback" in body, echo.seen) == (1, False, [])
