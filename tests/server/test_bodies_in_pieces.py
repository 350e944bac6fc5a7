"""Bodies of responses that come in pieces: sent as they come, slowed down by slow clients, and ended with either side."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from serving import disconnect_client, eventually
from test_waiting_and_bodies import threads

from fakesources.core.engine.waiting import Pieces, Wait
from fakesources.core.http.messages import Request, Response
from fakesources.server.server import Server

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Gate:
    """Event that a test lets happen."""

    def __init__(self) -> None:
        self._happened = threading.Event()
        self._calls: list[object] = []

    def block(self, seconds: float) -> None:
        raise AssertionError("a server waits without a thread")

    def subscribe(self, call: object) -> object:
        self._calls.append(call)
        return lambda: self._calls.remove(call)

    def happen(self) -> None:
        for call in [*self._calls]:
            call()  # type: ignore[operator]

    @property
    def waiting(self) -> int:
        return len(self._calls)


class Producer:
    """Body of one response; `closed` counts the generators that ended."""

    def __init__(self, *steps: object) -> None:
        self.steps, self.closed, self.produced = steps, 0, 0
        self._lock = threading.Lock()

    def pieces(self) -> Pieces:
        try:
            for step in self.steps:
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, itertools.repeat):
                    for piece in step:
                        self.produced += len(piece)
                        yield piece
                yield step  # type: ignore[misc]
        finally:
            with self._lock:
                self.closed += 1

    def handle(self, request: Request) -> Response:
        return Response(200, (("Content-Type", "text/plain"),), b"first,", pieces=self.pieces())


@contextmanager
def serving(producer: Producer) -> Iterator[Server]:
    server = Server(producer.handle)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        yield client


def read_until(client: socket.socket, ending: bytes) -> bytes:
    data = b""
    while not data.endswith(ending):
        received = client.recv(65_536)
        assert received, data
        data += received
    return data


def read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_pieces_are_sent_as_they_come_and_the_end_closes_the_connection(version: bytes) -> None:
    gate = Gate()
    with serving(Producer(b"second,", Wait(60, gate), b"", b"third")) as server, connected(server) as client:
        client.sendall(GET.replace(b"1.1", version))
        head, _, body = read_until(client, b"second,").partition(b"\r\n\r\n")
        assert eventually(lambda: gate.waiting == 1)
        gate.happen()
        rest = read_all(client)

    assert b"Connection: close" in head
    assert b"Content-Length" not in head
    assert body + rest == b"first,second,third"


def test_what_is_sent_ahead_behind_a_body_in_pieces_is_not_answered() -> None:
    """The end of the connection ends the body, so that no other response can follow."""
    producer = Producer(b"second")
    with serving(producer) as server, connected(server) as client:
        client.sendall(GET * 3)

        assert read_all(client).endswith(b"\r\n\r\nfirst,second")
    assert producer.closed == 1


def test_a_head_request_gets_no_piece() -> None:
    with serving(Producer(b"second")) as server, connected(server) as client:
        client.sendall(GET.replace(b"GET", b"HEAD"))

        assert read_all(client).endswith(b"\r\n\r\n")


def test_open_bodies_need_no_thread() -> None:
    gate = Gate()
    with serving(Producer(Wait(60, gate))) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(100)]
        for client in clients:
            client.sendall(GET)
        assert eventually(lambda: gate.waiting == 100)
        assert eventually(lambda: threads(server) == 1)  # workers end when they are idle
        for client in clients:
            client.close()
        assert eventually(lambda: gate.waiting == 0)


@pytest.mark.parametrize("how", ["close", "reset", "half"])
@pytest.mark.parametrize("step", ["event", "time", "pieces"])
def test_a_body_ends_with_its_client(how: str, step: str) -> None:
    gate = Gate()
    waits = {"event": Wait(60, gate), "time": Wait(60), "pieces": itertools.repeat(b"x" * 1000)}
    producer = Producer(b"second", waits[step])
    with serving(producer) as server, connected(server) as client:
        client.sendall(GET)
        client.recv(4_096)
        assert step != "event" or eventually(lambda: gate.waiting == 1)
        disconnect_client(client, how)

        assert eventually(lambda: producer.closed == 1)
        assert eventually(lambda: server.open_connections == 0)


def test_a_client_that_does_not_read_stops_the_producer_and_is_closed_after_the_timeout() -> None:
    producer = Producer(itertools.repeat(b"x" * 100_000))
    server = Server(producer.handle, read_timeout=0.5)
    with server, connected(server) as client:
        client.sendall(GET)

        assert eventually(lambda: producer.closed == 1)
        assert eventually(lambda: server.open_connections == 0)
    assert 0 < producer.produced < 64 << 20  # what the system's buffers take


def test_an_error_of_the_producer_fails_the_connection_and_is_reported() -> None:
    bugs: list[BaseException] = []
    server = Server(Producer(b"second", ValueError("a bug")).handle, on_bug=bugs.append)
    with server, connected(server) as client:
        client.sendall(GET)
        try:
            received = read_all(client)
        except ConnectionResetError:
            received = b""

    assert not received.endswith(b"third")
    assert [str(bug) for bug in bugs] == ["a bug"]


@pytest.mark.parametrize("grace", [0.0, 0.3])
def test_a_stop_ends_a_body_at_the_latest_after_its_grace(grace: float) -> None:
    producer = Producer(Wait(60, Gate()))
    server = Server(producer.handle).start()
    with connected(server) as client:
        client.sendall(GET)
        client.recv(4_096)
        server.stop(grace=grace)

        assert eventually(lambda: producer.closed == 1)
        assert server.open_connections == 0
