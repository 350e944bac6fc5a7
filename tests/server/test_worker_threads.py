"""Requests answered in the thread of the loop and in worker threads: clients see no difference."""

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
    """Answer with method, path and body of a request, or with a body larger than a socket buffer."""
    if request.path == "/large":
        return Response(200, (), b"x" * 5_000_000)
    return Response(200, (), f"{request.method} {request.path} {request.body!r}".encode())


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """One server that answers in the thread of the loop, and one that uses workers."""
    with Server(handle, handle_nonblocking=handle) as inline, Server(handle) as threaded:
        yield inline, threaded


def received(server: Server, pieces: list[bytes]) -> bytes:
    """Return what a client receives that sends these pieces one by one, and then no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
        with suppress(OSError):  # it may have closed already
            client.shutdown(socket.SHUT_WR)
        got = b"".join(iter(lambda: client.recv(1 << 20), b""))
    return got.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")  # sent unless the body has come already


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENT), min_size=1, max_size=6), st.lists(st.integers(0, 400), max_size=6))
def test_both_give_the_same_answers(servers: tuple[Server, Server], sent: list[bytes], cuts: list[int]) -> None:
    """Send valid and invalid requests in any order and in any pieces."""
    whole = b"".join(sent)
    ends = sorted({*(cut for cut in cuts if cut < len(whole)), len(whole)})
    pieces = [whole[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    inline, threaded = (received(server, pieces) for server in servers)

    assert inline == threaded


def test_clients_that_disconnect_do_not_affect_others(servers: tuple[Server, Server]) -> None:
    """Cut a request at every byte, and then send it whole."""
    request = SENT[3] + SENT[2]
    for server in servers:
        with ExitStack() as staying:
            for end in range(len(request)):
                client = staying.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
                client.sendall(request[:end])
                if end % 2:
                    client.close()
            assert b"PUT /c b'body'" in received(server, [request])
