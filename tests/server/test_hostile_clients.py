"""Hostile clients: others are answered beside them, a stop ends the server, and nothing is left behind.

Latency is measured in tests/benchmarks.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from serving import descriptors

from fakesources import FakeSources
from fakesources.core.http.messages import Request, Response
from fakesources.server import tls
from fakesources.server.server import Server

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / "benchmarks"))

import hostile  # noqa: E402

CERTIFICATE = str(TESTS / "commands" / "localhost.pem"), str(TESTS / "commands" / "localhost.key")


def get(server: Server, connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/v1/feeds?api_key=key")
    response = connection.getresponse()
    response.read()
    return response.status


def connection_to(server: Server) -> http.client.HTTPConnection:
    if server.tls is None:
        return http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    trust = ssl.create_default_context(cafile=CERTIFICATE[0])
    return http.client.HTTPSConnection("localhost", server.port, timeout=30, context=trust)


def descriptors_and_threads() -> tuple[int, int]:
    return descriptors(), threading.active_count()


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", hostile.KINDS)
def test_a_polite_client_is_answered_beside_them_and_nothing_is_left(kind: str, secured: bool) -> None:
    """Use a connection from before and new ones; then the server closes all descriptors and threads."""
    before = descriptors_and_threads()
    with FakeSources().server("localhost", tls=tls.context(*CERTIFICATE) if secured else None) as server:
        early = connection_to(server)
        assert get(server, early) == 200
        with hostile.attacked(kind, server.port):
            for _ in range(3):
                late = connection_to(server)
                assert get(server, late) == 200
                late.close()
            if kind not in ("many_at_once", "silent"):  # others may have been accepted in its place
                assert get(server, early) == 200
        early.close()

    assert descriptors_and_threads() == before


def test_beyond_the_maximum_the_idlest_connection_is_closed() -> None:
    """Serve the new client, and close the connection that was idle for longest."""
    fake = FakeSources()
    with Server(fake.handle, handle_nonblocking=fake.handle_nonblocking, max_connections=3) as server:
        first, *others = [connection_to(server) for _ in range(3)]
        for each in (first, *others):
            assert get(server, each) == 200
        newcomer = connection_to(server)

        assert get(server, newcomer) == 200
        assert first.sock.recv(1) == b""
        assert [get(server, each) for each in others] == [200, 200]
        for each in (first, *others, newcomer):
            each.close()


@pytest.mark.parametrize("stopping", [False, True], ids=["running", "stopping"])
def test_of_many_accepted_at_once_the_ones_beyond_the_maximum_are_closed(stopping: bool) -> None:
    """Close them also before their first iteration of the loop; none is left, and a stop ends."""
    before = descriptors_and_threads()
    is_busy, goes_on = threading.Event(), threading.Event()

    def handle(request: Request) -> Response:
        is_busy.set()
        goes_on.wait(30)
        return Response(204)

    server = Server(handle, handle_nonblocking=handle, max_connections=1).start()
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))]
        clients[0].sendall(hostile.REQUEST)
        assert is_busy.wait(30)
        clients += [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30)) for _ in range(40)
        ]
        if stopping:
            stop = threading.Thread(target=server.stop, daemon=True)
            stop.start()
            assert server.stopping.wait(30)
        goes_on.set()
        if stopping:
            stop.join(30)
            assert not stop.is_alive()
        for client in clients[1:-1]:
            assert client.recv(1) == b""
        if not stopping:
            until = time.monotonic() + 30
            while server.open_connections > 1:
                assert time.monotonic() < until
                time.sleep(0.01)
            server.stop()

    assert descriptors_and_threads() == before


def test_a_client_that_never_reads_is_closed_and_has_little_buffered() -> None:
    """Bytes written for it are bounded, however many requests it has sent; without progress it is closed."""
    fake = FakeSources()
    with Server(fake.handle, handle_nonblocking=fake.handle_nonblocking, read_timeout=0.3) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.setblocking(False)
            sent_bytes = 0
            until = time.monotonic() + 30
            while server.open_connections or not sent_bytes:
                assert time.monotonic() < until
                try:
                    sent_bytes += client.send(hostile.REQUEST * 100)
                except BlockingIOError:
                    time.sleep(0.01)
                except OSError:
                    break

        assert len(fake.journal) < sent_bytes // len(hostile.REQUEST)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork exists on POSIX only")
def test_stop_in_a_forked_child_does_nothing() -> None:
    """Call `stop` in a child, and the server of the parent still answers."""
    with FakeSources().server() as server:
        connection = connection_to(server)
        assert get(server, connection) == 200
        child = os.fork()
        if not child:
            try:
                server.stop()
            finally:
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert get(server, connection) == 200
        connection.close()


def test_requests_sent_ahead_wait_behind_a_single_request() -> None:
    """All connections together have a bounded time per iteration of the loop for them."""
    order: list[str] = []

    def handle(request: Request) -> Response:
        time.sleep(0.0003)  # so that few fit into a turn
        if len(order) == 1_000:
            polite.sendall(b"GET /polite HTTP/1.1\r\nHost: a\r\n\r\n")
        order.append(request.path)
        return Response(204)

    with Server(handle, handle_nonblocking=handle) as server, ExitStack() as stack:
        polite, *crowd = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30)) for _ in range(51)
        ]
        for client in crowd:
            client.sendall(b"GET /ahead HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
        assert polite.recv(12) == b"HTTP/1.1 204"

    assert order.index("/polite") < 1_050
