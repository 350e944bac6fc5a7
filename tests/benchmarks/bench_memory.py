"""Resident memory of `fakesources serve` after many requests, large bodies and violations, against a stated limit."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from harness import Case, Group, Promise
from servers import Peer, Running, ours, running
from subjects import ClientRequest, create_datasift, list_twenty

LIMIT, LIMIT_MEBIBYTES = "the limit", 96.0
BATCH = 50
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
BODY_BYTES = 1 << 20


def after(peer: Peer, name: str, requests: Callable[[], Iterator[ClientRequest]]) -> Case:
    """Return a case that gives the resident memory of a server in MiB after it has answered some requests."""

    def sample() -> dict[str, float]:
        with running(peer) as server:
            send_all(server.port, requests())
            return {name: resident_mebibytes(server)}

    return Case(name, sample, "" if sys.platform == "linux" else "/proc exists on Linux only")


def resident_mebibytes(server: Running) -> float:
    """Return the resident memory of a server's process."""
    status = Path(f"/proc/{server.process}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def send_all(port: int, requests: Iterator[ClientRequest]) -> None:
    """Send requests on one connection, some of them ahead, and read every response."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        ahead: list[bytes] = []
        for request in requests:
            ahead.append(request.on_the_wire(f"127.0.0.1:{port}"))
            if len(ahead) == BATCH or len(ahead[-1]) >= BODY_BYTES:
                exchange(client, ahead)
                ahead = []
        exchange(client, ahead)


def exchange(client: socket.socket, ahead: list[bytes]) -> None:
    """Send requests and read as many responses."""
    client.sendall(b"".join(ahead))
    with client.makefile("rb") as received:
        for _ in ahead:
            head = b"".join(iter(received.readline, b"\r\n"))
            length = LENGTH.search(head)
            assert length is not None, head
            received.read(int(length[1]))


def gets() -> Iterator[ClientRequest]:
    """Yield 200,000 requests for a list."""
    return (list_twenty() for _ in range(200_000))


def large_bodies() -> Iterator[ClientRequest]:
    """Yield 300 requests with a body of 1 MiB, the most that is accepted."""
    request = create_datasift()
    body = b'{"name": "%s"}' % (b"x" * (BODY_BYTES - len(b'{"name": ""}')))
    return (ClientRequest("POST", request.url, request.headers, body) for _ in range(300))


def violations() -> Iterator[ClientRequest]:
    """Yield 20,000 requests with an unknown parameter, each with another name."""
    request = list_twenty()
    separator = "&" if "?" in request.url else "?"
    return (ClientRequest("GET", f"{request.url}{separator}nmae{n}=1", request.headers) for n in range(20_000))


def groups() -> list[Group]:
    """Return the groups about memory."""
    peer = ours(list_twenty(), [create_datasift()])
    cases = [
        after(peer, "its start", lambda: iter(())),
        after(peer, "200,000 requests", gets),
        after(peer, "300 bodies of 1 MiB", large_bodies),
        after(peer, "20,000 violations", violations),
    ]
    limit = Case(LIMIT, lambda: {LIMIT: LIMIT_MEBIBYTES})
    return [
        Group(
            "server memory",
            cases=[*cases, limit],
            promises=[
                Promise(
                    f"`fakesources serve`, resident memory after {case.name}",
                    f"{LIMIT_MEBIBYTES:g} MiB",
                    (case.name,),
                    (LIMIT,),
                    1,
                )
                for case in cases
            ],
            unit="MiB",
            rounds=1,
        )
    ]
