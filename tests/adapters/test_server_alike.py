"""A connection served by the server's thread and one served by its own thread are alike to a client."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources.core.http.messages import Request, Response
from fakesources.server.server import Server

SENT = [
    b"GET /a HTTP/1.1\r\nHost: here\r\n\r\n",
    b"\r\n\r\nHEAD /b HTTP/1.1\r\nHost: here\r\n\r\n",
    b"PUT /c HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody",
    b"PUT /d HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\nTrailer: z\r\n\r\n",
    b"PUT /e HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
    b"GET /f HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"GET /g HTTP/1.0\r\n\r\n",
    b"GET /h HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n",
    b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n",
    b"PUT /i HTTP/1.1\r\nHost: here\r\nContent-Length: many\r\n\r\n",
    b"PUT /j HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
    b"no request at all\r\n\r\n",
    b"GET /half HTT",
]


def handle(request: Request) -> Response:
    """Respond with the request, so that responses differ; one of them is larger than a socket buffer."""
    if request.path == "/large":
        return Response(200, (), b"x" * 5_000_000)
    return Response(200, (), f"{request.method} {request.path} {request.body!r}".encode())


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """A server that responds in its own thread, and one that gives every request to a thread."""
    with Server(handle, at_once=handle) as at_once, Server(handle) as threaded:
        yield at_once, threaded


def receive(server: Server, pieces: list[bytes]) -> bytes:
    """Return what a client receives that sends these pieces, one by one, and then no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
        with suppress(OSError):  # it may have closed already
            client.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(1 << 20), b""))
    return received.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")  # which depends on what had come by then


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENT), min_size=1, max_size=6), st.lists(st.integers(0, 400), max_size=6))
def test_both_send_the_same(servers: tuple[Server, Server], sent: list[bytes], cuts: list[int]) -> None:
    """However requests follow each other and are split, valid or not."""
    whole = b"".join(sent)
    ends = sorted({*(cut for cut in cuts if cut < len(whole)), len(whole)})
    pieces = [whole[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    at_once, threaded = (receive(server, pieces) for server in servers)

    assert at_once == threaded


def test_clients_that_disconnect_do_not_affect_others(servers: tuple[Server, Server]) -> None:
    """At every byte of a request."""
    request = SENT[3] + SENT[2]
    for server in servers:
        with ExitStack() as staying:
            for end in range(len(request)):
                client = staying.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
                client.sendall(request[:end])
                if end % 2:
                    client.close()
            assert b"PUT /c b'body'" in receive(server, [request])
