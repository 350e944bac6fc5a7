"""The same request arrives the same through every door, and the same answer leaves."""

from __future__ import annotations

import gzip

import pytest
from clients import Door, Echo, Sent, lower

from fakesources.core.http.messages import Response

REQUESTS = {
    "the plainest": Sent(),
    "a path and a query": Sent(target="/v1.6/source/get?id=abc&page=2"),
    "percent-encoded UTF-8": Sent(target="/caf%C3%A9/%E2%82%AC?name=%C3%A9t%C3%A9"),
    "an encoded slash": Sent(target="/sources/a%2Fb"),
    "spaces, both ways": Sent(target="/a%20b?q=a+b%20c"),
    "a parameter given twice": Sent(target="/x?a=1&a=2&b=&c"),
    "reserved characters": Sent(target="/x;v=1/@me/(a,b)?t=12:30&u=a/b"),
    "a form": Sent("POST", "/x", (("Content-Type", "application/x-www-form-urlencoded"),), b"id=1&name=%C3%A9"),
    "bytes of every value": Sent("PUT", "/x", (("Content-Type", "application/octet-stream"),), bytes(range(256))),
    "a compressed body": Sent("POST", "/x", (("Content-Encoding", "gzip"),), gzip.compress(b'{"a": 1}')),
    "a large body": Sent("POST", "/x", (), b"0123456789abcdef" * 20_000),
    "a body in chunks": Sent("POST", "/x", (), chunks=(b"one", b"two" * 1000, b"three")),
    "a DELETE with a body": Sent("DELETE", "/x", (("Content-Type", "application/json"),), b"{}"),
    "HEAD": Sent("HEAD", "/x"),
    "an unusual method": Sent("PURGE", "/x"),
    "headers of its own": Sent(headers=(("X-One", "1"), ("Authorization", "user:key"), ("X-Empty", ""))),
}

REPLIES = {
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
def test_a_request_arrives_as_it_was_sent(door: Door, echo: Echo, sent: Sent) -> None:
    """Method, target, headers and body are what the client sent, whatever lies between."""
    door(sent)

    got = echo.last
    assert (got.method, got.target) == (sent.method, sent.target)
    assert got.body == (sent.body or b"".join(sent.chunks))
    headers = lower(got.headers)
    assert [pair for pair in headers if pair in lower(sent.headers)] == list(lower(sent.headers))


@pytest.mark.parametrize("response", REPLIES.values(), ids=REPLIES)
def test_an_answer_leaves_as_it_was_given(door: Door, echo: Echo, reply: Response) -> None:
    """Status, headers and body are what the fake answered, repeated headers in their order."""
    echo.reply = reply

    got = door(Sent(target="/x"))

    assert (got.status, got.body) == (reply.status, reply.body)
    for name, _ in lower(reply.framed):
        assert got.all(name) == [value for key, value in lower(reply.framed) if key == name]


def test_head_announces_the_body_and_keeps_it(door: Door, echo: Echo) -> None:
    """A HEAD is answered with the Content-Length of the body that GET would bring, and without the body."""
    echo.reply = Response(200, (), b"twelve bytes")

    got = door(Sent("HEAD", "/x"))

    assert (got.all("content-length"), got.body) == (["12"], b"")


def test_a_compressed_answer_is_read_by_the_client(door: Door, echo: Echo) -> None:
    """An answer in gzip is unpacked by each client as it unpacks the real API's."""
    echo.reply = Response(200, (("Content-Encoding", "gzip"),), gzip.compress(b"unpacked"))

    got = door(Sent(target="/x"))

    assert got.body in (b"unpacked", echo.reply.body)  # the bare socket and the WSGI client unpack nothing
