"""A live server: what it answers in a second over eight connections, how evenly, and how soon after its start."""

from __future__ import annotations

from harness import Case, Group, Promise
from load import served
from servers import Peer, httpserver, moto_server, ours, prism, running
from subjects import MOTO_OBJECT, Ask, answered, create_datasift, get_this, list_twenty

from fakesources import FakeSources

CONNECTIONS = 8
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


def groups() -> list[Group]:
    """Under load, and at the start."""
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
            "server start",
            cases=[started(we), started(node)],
            promises=[Promise("`fakesources serve`, start to first answer", node.name, (we.name,), (node.name,), 0.15)],
            unit="ms",
            rounds=9,
        ),
    ]
