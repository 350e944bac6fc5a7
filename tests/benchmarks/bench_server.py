"""Live server: requests per second over eight connections, latency, time to start, and the cost of one request."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import hostile
from harness import Call, Case, Group, Promise, timed
from load import measure_load
from servers import Peer, httpserver, moto_server, ours, prism, running
from subjects import (
    MOTO_OBJECT,
    ClientRequest,
    checked_response,
    create_datasift,
    filled_fake,
    get_created,
    get_one,
    list_twenty,
)

from fakesources import FakeSources
from fakesources.server.connection import Connection
from fakesources.server.scheduling import Scheduler
from fakesources.server.service import Service

CONNECTIONS = 8
STARTING_SECONDS = 0.5
FILLING_SECONDS = 5.0
"""Time that hostile clients get who first create what they ask for."""
SECONDS = 2.0


def under_load(peer: Peer, client_request: ClientRequest) -> Case:
    """Return a case that gives requests per second, and the 50th and 99th percentile of the latency."""
    names = (peer.name, f"{peer.name}, p50 µs", f"{peer.name}, p99 µs")

    def sample() -> dict[str, float]:
        with running(peer) as server:
            request = client_request.on_the_wire(f"127.0.0.1:{server.port}")
            measure_load(server.port, request, connections=CONNECTIONS, seconds=SECONDS / 4)
            figures = measure_load(server.port, request, connections=CONNECTIONS, seconds=SECONDS)
        return dict(zip(names, (figures.per_second, figures.p50, figures.p99), strict=True))

    return Case(peer.name, sample, peer.absent, names)


def start_time(peer: Peer) -> Case:
    """Return a case that gives milliseconds from starting a server to its first response."""

    def sample() -> dict[str, float]:
        with running(peer) as server:
            return {peer.name: server.start_milliseconds}

    return Case(peer.name, sample, peer.absent)


ALONE = "alone"


def beside_hostile_clients(peer: Peer, client_request: ClientRequest, kind: str) -> Case:
    """Return a case that gives the latency of a client while hostile clients in another process use the same server."""

    def sample() -> dict[str, float]:
        with running(peer) as server, hostile_clients(kind, server.port):
            request = client_request.on_the_wire(f"127.0.0.1:{server.port}")
            return {kind: measure_load(server.port, request, connections=1, seconds=SECONDS / 2).p50}

    return Case(kind, sample)


@contextmanager
def hostile_clients(kind: str, port: int) -> Iterator[None]:
    """Run hostile clients of one kind against a server while the block runs."""
    if kind == ALONE:
        yield
        return
    clients = subprocess.Popen([sys.executable, hostile.__file__, kind, str(port)], stdin=subprocess.PIPE)
    try:
        time.sleep(FILLING_SECONDS if kind == "large_lists" else STARTING_SECONDS)
        yield
    finally:
        clients.communicate()


STEP, ECHO = "one request of one connection", "the same bytes, received and sent"


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield a client's socket and a server's, connected over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as one:
        other, _ = listening.accept()
        with other:
            yield one, other


@contextmanager
def step() -> Iterator[Call]:
    """Open the work of the server's thread for a request, client included: receive, parse, handle, render, send."""
    fake = filled_fake(20)
    request = get_one(fake).on_the_wire("127.0.0.1")
    with pair() as (client, accepted):
        service, scheduler = Service(fake.handle, handle_nonblocking=fake.handle_nonblocking), Scheduler("benchmark")
        connection = Connection(service, scheduler, set(), "127.0.0.1")
        connection.connection_made(SocketTransport(accepted))

        def call() -> bytes:
            client.sendall(request)
            connection.buffer_updated(accepted.recv_into(connection.get_buffer(-1)))
            return client.recv(65_536)

        assert call().startswith(b"HTTP/1.1 200 ")
        yield call
        scheduler.loop.close()


class SocketTransport(asyncio.Transport):
    """Part of a transport that a connection uses; the socket's buffer takes each response at once."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__()
        self.write = connected.send  # type: ignore[method-assign, assignment]

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def is_closing(self) -> bool:
        return False

    def resume_reading(self) -> None: ...


@contextmanager
def echo() -> Iterator[Call]:
    """Open the baseline: the same bytes, without a server."""
    fake = filled_fake(20)
    client_request = get_one(fake)
    request = client_request.on_the_wire("127.0.0.1")
    response = b"x" * 600 + checked_response(fake, client_request, 200).body
    with pair() as (client, accepted):

        def call() -> bytes:
            client.sendall(request)
            accepted.recv(65_536)
            accepted.send(response)
            return client.recv(65_536)

        yield call


def groups() -> list[Group]:
    """Return the groups of the live server."""
    fake = FakeSources()
    one = get_created(checked_response(fake, create_datasift(), 201).body)
    body = checked_response(fake, one, 200).body
    our_server = ours(list_twenty(), [create_datasift()])
    threaded, aws, node = httpserver(one, body), moto_server(body), prism(one, body)

    def faster_than(peer: Peer, bound: float, goal: float) -> Promise:
        subject = f"live server, {CONNECTIONS} connections, requests/s"
        return Promise(
            subject, peer.name, (our_server.name,), (peer.name,), bound, at_least=True, goal=goal,
            obstacle="the client that makes the load shares two cores with the server, and is as busy as the server",
        )  # fmt: skip

    median, slowest = f"{our_server.name}, p50 µs", f"{our_server.name}, p99 µs"
    return [
        Group(
            "live server",
            cases=[
                *(under_load(peer, one) for peer in (our_server, threaded, node)),
                under_load(aws, ClientRequest("GET", f"http://127.0.0.1{MOTO_OBJECT}")),
            ],
            promises=[
                faster_than(threaded, 3, 12),
                faster_than(aws, 15, 40),
                faster_than(node, 3, 12),
                Promise(f"live server, p99 at {CONNECTIONS} connections", "its own p50", (slowest,), (median,), 6),
            ],
            unit="requests/s",
            rounds=5,
        ),
        Group(
            "hostile clients",
            cases=[beside_hostile_clients(our_server, one, kind) for kind in (ALONE, *hostile.KINDS)],
            promises=[
                Promise(f"live server, a client beside {kind}", "the same client alone", (kind,), (ALONE,), 5)
                for kind in hostile.KINDS
            ],
            unit="µs",
            rounds=3,
        ),
        Group(
            "server start",
            cases=[start_time(our_server), start_time(node)],
            promises=[
                Promise(
                    "`fakesources serve`, start to first response", node.name, (our_server.name,), (node.name,), 0.15
                )
            ],
            unit="ms",
            rounds=9,
        ),
        Group(
            "server step",
            cases=[timed(STEP, step), timed(ECHO, echo)],
            promises=[Promise(f"live server, {STEP}", ECHO, (STEP,), (ECHO,), None)],
        ),
    ]
