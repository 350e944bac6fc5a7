"""The same request arrives the same through every door, and the same answer leaves."""

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
    "a refusal": Response(404, (("Content-Type", "application/json"),), b'{"error": "Source not found"}'),
    "a failure": Response(503, (("Retry-After", "1"),), b"later"),
    "a status without a name": Response(499, (), b"odd"),
    "repeated headers": Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/"), ("Vary", "Accept")), b"x"),
    "a header in Latin-1": Response(200, (("X-Name", "Zoë"),), b"x"),
    "a large body": Response(200, (("Content-Type", "text/plain"),), b"0123456789abcdef" * 200_000),
}


@pytest.mark.parametrize("sent", REQUESTS.values(), ids=REQUESTS)
def test_a_request_arrives_as_it_was_sent(send: Send, echo: Echo, sent: ClientRequest) -> None:
    """Method, target, headers and body are what the client sent, whatever lies between."""
    send(sent)

    got = echo.last
    assert (got.method, got.target) == (sent.method, sent.target)
    assert got.body == (sent.body or b"".join(sent.chunks))
    headers = lower(got.headers)
    assert [pair for pair in headers if pair in lower(sent.headers)] == list(lower(sent.headers))


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_an_answer_leaves_as_it_was_given(send: Send, echo: Echo, response: Response) -> None:
    """Status, headers and body are what the fake answered, repeated headers in their order."""
    echo.response = response

    got = send(ClientRequest(target="/x"))

    assert (got.status, got.body) == (response.status, response.body)
    for name, _ in lower(response.framed):
        assert got.all(name) == [value for key, value in lower(response.framed) if key == name]


def test_head_announces_the_body_and_keeps_it(send: Send, echo: Echo) -> None:
    """A HEAD is answered with the Content-Length of the body that GET would bring, and without the body."""
    echo.response = Response(200, (), b"twelve bytes")

    got = send(ClientRequest("HEAD", "/x"))

    assert (got.all("content-length"), got.body) == (["12"], b"")


def test_a_compressed_answer_is_read_by_the_client(send: Send, echo: Echo) -> None:
    """An answer in gzip is unpacked by each client as it unpacks the real API's."""
    echo.response = Response(200, (("Content-Encoding", "gzip"),), gzip.compress(b"unpacked"))

    got = send(ClientRequest(target="/x"))

    assert got.body in (b"unpacked", echo.response.body)  # the bare socket and the WSGI client unpack nothing
