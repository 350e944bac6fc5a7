"""Requests and responses are the same through every adapter."""

from __future__ import annotations

import gzip

import pytest
from clients import ClientRequest, Echo, Send, lower

from fakesources.core.http.messages import Response

REQUESTS = {
    "the plainest": ClientRequest(),
    "a path and a query": ClientRequest(target="/v1.6/source/get?id=abc&page=2"),
    "percent-encoded UTF-8": ClientRequest(target="/caf%C3%A9/%E2%82%AC?name=%C3%A9t%C3%A9"),
    "an encoded slash": ClientRequest(target="/sources/a%2Fb"),
    "spaces, both ways": ClientRequest(target="/a%20b?q=a+b%20c"),
    "a parameter given twice": ClientRequest(target="/x?a=1&a=2&b=&c"),
    "reserved characters": ClientRequest(target="/x;v=1/@me/(a,b)?t=12:30&u=a/b"),
    "a form": ClientRequest(
        "POST", "/x", (("Content-Type", "application/x-www-form-urlencoded"),), b"id=1&name=%C3%A9"
    ),
    "bytes of every value": ClientRequest(
        "PUT", "/x", (("Content-Type", "application/octet-stream"),), bytes(range(256))
    ),
    "a compressed body": ClientRequest("POST", "/x", (("Content-Encoding", "gzip"),), gzip.compress(b'{"a": 1}')),
    "a large body": ClientRequest("POST", "/x", (), b"0123456789abcdef" * 20_000),
    "a body in chunks": ClientRequest("POST", "/x", (), chunks=(b"one", b"two" * 1000, b"three")),
    "a DELETE with a body": ClientRequest("DELETE", "/x", (("Content-Type", "application/json"),), b"{}"),
    "HEAD": ClientRequest("HEAD", "/x"),
    "an unusual method": ClientRequest("PURGE", "/x"),
    "headers of its own": ClientRequest(headers=(("X-One", "1"), ("Authorization", "user:key"), ("X-Empty", ""))),
}

RESPONSES = {
    "JSON": Response(200, (("Content-Type", "application/json"),), b'{"a": "\xc3\xa9"}'),
    "created": Response(201, (("Content-Type", "application/json"), ("X-RateLimit-Cost", "5")), b"{}"),
    "no content": Response(204, (("X-RateLimit-Cost", "5"),)),
    "an empty body": Response(200, (("Content-Type", "text/html"),)),
    "an error": Response(404, (("Content-Type", "application/json"),), b'{"error": "Source not found"}'),
    "a server error": Response(503, (("Retry-After", "1"),), b"later"),
    "a status without a name": Response(499, (), b"odd"),
    "repeated headers": Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/"), ("Vary", "Accept")), b"x"),
    "a header in Latin-1": Response(200, (("X-Name", "Zoë"),), b"x"),
    "a large body": Response(200, (("Content-Type", "text/plain"),), b"0123456789abcdef" * 200_000),
}


@pytest.mark.parametrize("client_request", REQUESTS.values(), ids=REQUESTS)
def test_a_request_arrives_as_it_was_sent(send: Send, echo: Echo, client_request: ClientRequest) -> None:
    """Method, target, headers and body."""
    send(client_request)

    received = echo.last
    assert (received.method, received.target) == (client_request.method, client_request.target)
    assert received.body == (client_request.body or b"".join(client_request.chunks))
    headers = lower(received.headers)
    assert [pair for pair in headers if pair in lower(client_request.headers)] == list(lower(client_request.headers))


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_a_response_arrives_as_it_was_returned(send: Send, echo: Echo, response: Response) -> None:
    """Status, headers and body; repeated headers in their order."""
    echo.response = response

    received = send(ClientRequest(target="/x"))

    assert (received.status, received.body) == (response.status, response.body)
    for name, _ in lower(response.framed):
        assert received.all(name) == [value for key, value in lower(response.framed) if key == name]


def test_head_has_the_length_of_the_body_and_no_body(send: Send, echo: Echo) -> None:
    echo.response = Response(200, (), b"twelve bytes")

    received = send(ClientRequest("HEAD", "/x"))

    assert (received.all("content-length"), received.body) == (["12"], b"")


def test_clients_decompress_a_response(send: Send, echo: Echo) -> None:
    echo.response = Response(200, (("Content-Encoding", "gzip"),), gzip.compress(b"unpacked"))

    received = send(ClientRequest(target="/x"))

    assert received.body in (b"unpacked", echo.response.body)  # the bare socket and the WSGI client unpack nothing
