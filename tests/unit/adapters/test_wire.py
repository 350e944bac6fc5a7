"""HTTP/1.1 as bytes: what is read, what is refused, what is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.adapters import wire
from fakesources.adapters.wire import Gone, Head, Incoming, Unreadable
from fakesources.core.messages import BODY_LIMIT, Reply

GET = Head("GET", "/", 1, (), "", 0, True, False)


def fed(data: bytes, piece: int = 0) -> Callable[[], bytes]:
    """What a connection receives: all at once, or in pieces of a size."""
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)] if piece else [data]
    waiting = iter(pieces)
    return lambda: next(waiting, b"")


def read(data: bytes, piece: int = 0) -> tuple[Head, bytes, bool]:
    incoming = Incoming(fed(data, piece))
    head = incoming.head()
    assert head is not None
    return head, *incoming.body(head)


READ = {
    "the least": (b"GET / HTTP/1.1\r\n\r\n", Head("GET", "/", 1, (), "", 0, True, False)),
    "bare line feeds": (b"GET /a HTTP/1.1\nHost: X\n\n", Head("GET", "/a", 1, (("Host", "X"),), "x", 0, True, False)),
    "line breaks before": (b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", Head("GET", "/", 1, (), "", 0, True, False)),
    "1.0": (b"GET / HTTP/1.0\r\n\r\n", Head("GET", "/", 0, (), "", 0, False, False)),
    "a host in the URL": (b"GET http://Me@A.b:80/c?d HTTP/1.1\r\n\r\n", Head("GET", "/c?d", 1, (), "a.b:80", 0, True, False)),
    "a URL without a path": (b"GET https://a.b?c HTTP/1.1\r\n\r\n", Head("GET", "/?c", 1, (), "a.b", 0, True, False)),
    "the whole server": (b"OPTIONS * HTTP/1.1\r\n\r\n", Head("OPTIONS", "*", 1, (), "", 0, True, False)),
    "bytes in the path": (b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", Head("GET", "/%C3%A9", 1, (), "", 0, True, False)),
}  # fmt: skip


@pytest.mark.parametrize("piece", [0, 1, 7])
@pytest.mark.parametrize(("data", "head"), READ.values(), ids=READ)
def test_a_head_is_read_however_it_arrives(data: bytes, head: Head, piece: int) -> None:
    """All at once or byte by byte, a head says the same."""
    assert read(data, piece) == (head, b"", True)


def test_header_values_are_latin_1_without_their_margins() -> None:
    """Spaces and tabs around a value are no part of it; its bytes are Latin-1."""
    head, _, _ = read(b"GET / HTTP/1.1\r\nX-A: \t Zo\xeb \r\nX-A:\r\nx-b:1:2\r\n\r\n")

    assert head.headers == (("X-A", "Zoë"), ("X-A", ""), ("x-b", "1:2"))


@pytest.mark.parametrize(
    ("line", "keeps"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", True),
    ],
)
def test_the_version_and_the_client_decide_whether_the_connection_stays(line: bytes, keeps: bool) -> None:
    """HTTP/1.1 stays unless told to close, HTTP/1.0 closes unless told to stay."""
    assert read(line)[0].keep_alive is keeps


REFUSED = {
    "no request line": (b"hello\r\n\r\n", 400),
    "no version": (b"GET /\r\n\r\n", 400),
    "a space in the path": (b"GET /a b HTTP/1.1\r\n\r\n", 400),
    "a control character in the path": (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "no path": (b"CONNECT a.b:443 HTTP/1.1\r\n\r\n", 400),
    "another scheme": (b"GET ftp://a.b/ HTTP/1.1\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "a header without a colon": (b"GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
    "a header with a space in its name": (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    "a folded header": (b"GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", 400),
    "a carriage return in a header": (b"GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a length in words": (b"GET / HTTP/1.1\r\nContent-Length: ten\r\n\r\n", 400),
    "a signed length": (b"GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
    "a length of many digits": (b"GET / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 400),
    "two lengths": (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "length and chunks": (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "an unknown coding": (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "a chunk without a size": (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a chunk longer than its size": (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", 400),
    "an endless chunk size": (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 5000, 400),
    "endless trailers": (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 20_000, 431),
    "a long request line": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    "a long header": (b"GET / HTTP/1.1\r\nX: " + b"a" * 140_000 + b"\r\n\r\n", 431),
    "headers of 70 kB": (b"GET / HTTP/1.1\r\n" + b"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 2_000 + b"\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 101 + b"\r\n", 431),
}


@pytest.mark.parametrize("piece", [0, 4_000])
@pytest.mark.parametrize(("data", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_named(data: bytes, status: int, piece: int) -> None:
    """Each way to break HTTP's grammar or a limit has its status and a sentence that says what is wrong."""
    with pytest.raises(Unreadable) as no:
        read(data, piece)

    assert no.value.status == status
    assert wire.refusal(no.value).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n1234",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
    ],
)
def test_a_client_that_leaves_half_way_is_gone(data: bytes) -> None:
    """A request that is not whole when the client closes is no request."""
    with pytest.raises(Gone):
        read(data, 3)


@pytest.mark.parametrize("data", [b"", b"\r\n"])
def test_a_client_that_closes_between_requests_is_done(data: bytes) -> None:
    """No further request is not an error."""
    assert Incoming(fed(data)).head() is None


def test_requests_may_follow_each_other_without_waiting() -> None:
    """Pipelined requests are read one by one, each with its own body."""
    data = b"PUT /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nonePUT /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\ntwo"
    incoming = Incoming(fed(data))
    got = []
    while head := incoming.head():
        got.append((head.target, incoming.body(head)))

    assert got == [("/1", (b"one", True)), ("/2", (b"two", True))]


@pytest.mark.parametrize("more", [0, 1, 1000])
def test_a_body_is_read_no_further_than_a_byte_past_the_limit(more: int) -> None:
    """A body up to the limit is whole; of a longer one there is a byte more than the limit, in chunks or not."""
    body = b"x" * (BODY_LIMIT + more)
    plain = b"PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    chunked = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    assert [read(data)[1:] for data in (plain, chunked)] == [
        (body[: BODY_LIMIT + 1], len(body) <= BODY_LIMIT + (1 if data is plain else 0)) for data in (plain, chunked)
    ]


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8), st.integers(1, 64))
def test_chunks_say_what_their_bytes_say(chunks: list[bytes], piece: int) -> None:
    """A body in chunks, arriving in any pieces, is its chunks put together."""
    framed = b"".join(b"%X;note=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    data = b"PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n" + framed + b"0\r\nTrailer: x\r\n\r\n"

    assert read(data, piece)[1:] == (b"".join(chunks), True)


@given(st.binary(max_size=400), st.integers(0, 50))
def test_no_bytes_at_all_are_a_bug(data: bytes, piece: int) -> None:
    """Whatever arrives is a request, a refusal or a client that left; nothing else is raised."""
    with suppress(Unreadable, Gone):
        read(b"POST / HTTP/1.1\r\n" + data + b"\r\n\r\n", piece)


def test_a_reply_is_written_with_its_framing() -> None:
    """Status line, headers in their order, length, and the body."""
    reply = Reply(201, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b"{}")

    head, body = wire.written(reply, GET, keep_alive=True)

    assert head == b"HTTP/1.1 201 Created\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n"
    assert body == b"{}"


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "€"])
def test_a_header_that_cannot_be_written_is_not_written(value: str) -> None:
    """A line break or a character beyond Latin-1 in a header is the fake's bug, and never reaches a client."""
    with pytest.raises(ValueError, match=r"line break|latin-1"):
        wire.written(Reply(200, (("X", value),)), GET, keep_alive=True)
