"""A live server: what it answers in a second over eight connections, how evenly, how soon after its start, and what
one request costs it.
"""

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
from load import served
from servers import Peer, httpserver, moto_server, ours, prism, running
from subjects import MOTO_OBJECT, Ask, answered, create_datasift, get_one, get_this, list_twenty, stocked

from fakesources import FakeSources
from fakesources.server.connection import Connection
from fakesources.server.scheduling import Scheduler
from fakesources.server.service import Service

CONNECTIONS = 8
STARTING_SECONDS = 0.5
SECONDS = 2.0


def under_load(peer: Peer, ask: Ask) -> Case:
    """A server's answers a second, and the middle and the slowest hundredth of their times."""
    names = (peer.name, f"{peer.name}, p50 µs", f"{peer.name}, p99 µs")

    def sample() -> dict[str, float]:
        with running(peer) as server:
            request = ask.on_the_wire(f"127.0.0.1:{server.port}")
            served(server.port, request, connections=CONNECTIONS, seconds=SECONDS / 4)
            figures = served(server.port, request, connections=CONNECTIONS, seconds=SECONDS)
        return dict(zip(names, (figures.per_second, figures.p50, figures.p99), strict=True))

    return Case(peer.name, sample, peer.absent, names)


def started(peer: Peer) -> Case:
    """Milliseconds from starting a server to its first answer."""

    def sample() -> dict[str, float]:
        with running(peer) as server:
            return {peer.name: server.took}

    return Case(peer.name, sample, peer.absent)


ALONE = "alone"


def beside(peer: Peer, ask: Ask, kind: str) -> Case:
    """How long a polite client waits for an answer, beside hostile ones of a kind, which are a process of their own."""

    def sample() -> dict[str, float]:
        with running(peer) as server, harassed(kind, server.port):
            request = ask.on_the_wire(f"127.0.0.1:{server.port}")
            return {kind: served(server.port, request, connections=1, seconds=SECONDS / 2).p50}

    return Case(kind, sample)


@contextmanager
def harassed(kind: str, port: int) -> Iterator[None]:
    """A block beside which hostile clients are busy with a server."""
    if kind == ALONE:
        yield
        return
    clients = subprocess.Popen([sys.executable, hostile.__file__, kind, str(port)], stdin=subprocess.PIPE)
    try:
        time.sleep(STARTING_SECONDS)
        yield
    finally:
        clients.communicate()


STEP, ECHO = "one request of one connection", "the same bytes, received and sent"


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client's socket and a server's, connected over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as one:
        other, _ = listening.accept()
        with other:
            yield one, other


@contextmanager
def step() -> Iterator[Call]:
    """What the server's thread does for a request, client included: receive, read, answer, write, send."""
    fake = stocked(20)
    request = get_one(fake).on_the_wire("127.0.0.1")
    with pair() as (client, accepted):
        service, scheduler = Service(fake.handle, handle_nonblocking=fake.handle_nonblocking), Scheduler("benchmark")
        connection = Connection(service, scheduler, set(), "127.0.0.1")
        connection.connection_made(Sending(accepted))

        def call() -> bytes:
            client.sendall(request)
            connection.buffer_updated(accepted.recv_into(scheduler.buffer))
            return client.recv(65_536)

        assert call().startswith(b"HTTP/1.1 200 ")
        yield call
        scheduler.loop.close()


class Sending(asyncio.Transport):
    """What a connection needs of a transport; the system takes each response at once."""

    def __init__(self, to: socket.socket) -> None:
        super().__init__()
        self.write = to.send  # type: ignore[method-assign]

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def is_closing(self) -> bool:
        return False

    def resume_reading(self) -> None: ...


@contextmanager
def echo() -> Iterator[Call]:
    """What the system takes for it."""
    fake = stocked(20)
    ask = get_one(fake)
    request = ask.on_the_wire("127.0.0.1")
    answer = b"x" * 600 + answered(fake, ask, 200).body
    with pair() as (client, accepted):

        def call() -> bytes:
            client.sendall(request)
            accepted.recv(65_536)
            accepted.send(answer)
            return client.recv(65_536)

        yield call


def groups() -> list[Group]:
    """Under load, at the start, and step by step."""
    fake = FakeSources()
    one = get_this(answered(fake, create_datasift(), 201).body)
    body = answered(fake, one, 200).body
    we = ours(list_twenty(), [create_datasift()])
    threaded, aws, node = httpserver(one, body), moto_server(body), prism(one, body)

    def faster_than(peer: Peer, bound: float) -> Promise:
        what = f"live server, {CONNECTIONS} connections, requests/s"
        return Promise(what, peer.name, (we.name,), (peer.name,), bound, at_least=True)

    median, slowest = f"{we.name}, p50 µs", f"{we.name}, p99 µs"
    return [
        Group(
            "live server",
            cases=[
                *(under_load(peer, one) for peer in (we, threaded, node)),
                under_load(aws, Ask("GET", f"http://127.0.0.1{MOTO_OBJECT}")),
            ],
            promises=[
                faster_than(threaded, 3),
                faster_than(aws, 15),
                faster_than(node, 3),
                Promise(f"live server, p99 at {CONNECTIONS} connections", "its own p50", (slowest,), (median,), 6),
            ],
            unit="requests/s",
            rounds=5,
        ),
        Group(
            "hostile clients",
            cases=[beside(we, one, kind) for kind in (ALONE, *hostile.KINDS)],
            promises=[
                Promise(f"live server, a polite client beside {kind}", "the same client alone", (kind,), (ALONE,), 5)
                for kind in hostile.KINDS
            ],
            unit="µs",
            rounds=3,
        ),
        Group(
            "server start",
            cases=[started(we), started(node)],
            promises=[Promise("`fakesources serve`, start to first answer", node.name, (we.name,), (node.name,), 0.15)],
            unit="ms",
            rounds=9,
        ),
        Group(
            "server step",
            cases=[timed(STEP, step), timed(ECHO, echo)],
            promises=[Promise(f"live server, {STEP}", ECHO, (STEP,), (ECHO,), None)],
        ),
    ]
