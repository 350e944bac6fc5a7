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


def test_100_continue_is_not_sent_once_a_part_of_the_body_has_come(server: Server) -> None:
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    with connected_to(server) as client:
        client.sendall(head + b"bo")
        requests.head(server.url, timeout=5)  # the server waits for the rest by now
        client.sendall(b"dy")

        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")


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
def test_a_body_of_exactly_the_limit_is_kept(server: Server, echo: Echo, chunked: bool) -> None:
    body: Any = b"x" * BODY_LIMIT
    got = requests.post(server.url, data=iter([body]) if chunked else body, timeout=30)

    assert (got.text, got.headers.get("Connection")) == ("hello", None)
    assert (echo.last.is_oversized, len(echo.last.body)) == (False, BODY_LIMIT)


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


GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
CHUNKS = b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
LIMITS = {
    "target": (
        lambda size: b"GET /" + b"a" * (size - 1) + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        (65_536, 65_537),
        "414 request target: expected at most 65536 bytes, got more",
    ),
    "all headers": (  # each with the four bytes of its separators, Host included
        lambda size: GET + b"X: " + b"y" * (size - len("Host: a\r\nX: \r\n")) + b"\r\n\r\n",
        (65_536, 65_537),
        "431 headers: expected at most 65536 bytes, got more",
    ),
    "number of headers": (
        lambda number: GET + b"X: y\r\n" * (number - 1) + b"\r\n",
        (1_000, 1_001),
        "431 headers: expected at most 1000, got more",
    ),
    "a header that does not end": (
        lambda size: GET + b"X: " + b"y" * size,
        (None, 140_000),
        "431 headers: expected at most 65536 bytes, got more",
    ),
    "a chunk extension": (  # counted in the pieces in which it is read
        lambda size: CHUNKS + b"1;" + b"e" * size + b"\r\na\r\n0\r\n\r\n",
        (7_000, 10_500),
        "413 chunk extensions: expected at most 8192 bytes, got more",
    ),
    "a trailer": (
        lambda size: CHUNKS + b"1\r\na\r\n0\r\nX: " + b"y" * size + b"\r\n\r\n",
        (7_000, 10_500),
        "431 trailers: expected at most 8192 bytes each, got more",
    ),
}


@pytest.mark.parametrize("limited", LIMITS)
def test_a_request_up_to_a_limit_is_served_and_a_longer_one_is_answered_with_the_limit(
    server: Server, limited: str
) -> None:
    """Send one of the largest requests that are served, and one above the limit, whose answer names the limit."""
    request_of, (largest, too_large), answer = LIMITS[limited]
    if largest is not None:
        with connected_to(server) as client:
            client.sendall(request_of(largest))
            assert read_response(client) == (200, b"hello")
    with connected_to(server) as client:
        client.sendall(request_of(too_large))
        status, body = read_response(client)

    assert f"{status} {body.decode()}" == f"{answer}\n"


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_of_the_limit_is_read_whole(server: Server, echo: Echo, chunked: bool) -> None:
    """Send a body of exactly the limit, 1 MiB, and one more byte."""
    for size in (1_048_576, 1_048_577):
        body: Any = b"x" * size
        requests.post(server.url, data=iter([body]) if chunked else body, timeout=5)

    exact, longer = echo.seen
    assert (exact.is_oversized, len(exact.body)) == (False, 1_048_576)
    assert longer.is_oversized or len(longer.body) == 1_048_577


REJECTED = {
    "two Host headers": (GET + b"Host: b\r\n\r\n", "400 Host: expected one header, got several"),
    "no Host header": (
        b"GET / HTTP/1.1\r\n\r\n",
        "400 Host: expected the header, got none; HTTP/1.1 requires it",
    ),
    "another version": (
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "505 version: expected HTTP/1.0 or HTTP/1.1, got HTTP/2.0",
    ),
    "a proxy's method": (
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "400 method: expected one for a resource, got CONNECT; this is no proxy",
    ),
    "a URL of another scheme": (
        b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "400 request target: expected a path or an http URL, got something else",
    ),
    "a URL without a host": (
        b"GET http://me@/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "400 request target: expected a host in the URL, got none",
    ),
    "a coding before chunked": (
        GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        "501 Transfer-Encoding: expected chunked, got 'gzip, chunked'",
    ),
    "another expectation": (
        GET + b"Expect: the best\r\n\r\n",
        "417 Expect: expected 100-continue, got 'the best'",
    ),
}


@pytest.mark.parametrize("request_", REJECTED)
def test_a_rejected_request_is_answered_with_the_reason(server: Server, echo: Echo, request_: str) -> None:
    """Send requests that llhttp accepts and HTTP/1.1 does not."""
    sent, answer = REJECTED[request_]
    with connected_to(server) as client:
        client.sendall(sent)
        status, body = read_response(client)

    assert (f"{status} {body.decode()}", echo.seen) == (f"{answer}\n", [])
