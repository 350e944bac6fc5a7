"""A client that asks one thing over several connections as fast as answers come, and times each answer.

One thread over a selector: it takes a fraction of what any server here needs for an answer. Every answer is read
whole and has to have the expected status. Where a server closes its connections a new one is opened, within the time
that is measured, since that is what such a server costs its clients.
"""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_END = b"\r\n\r\n"
_PATIENCE = 10.0


@dataclass(frozen=True)
class Served:
    """What a server did: answers a second, and the times of its answers in microseconds."""

    per_second: float
    p50: float
    p99: float


class Line:
    """One connection with one request on its way."""

    def __init__(self, address: tuple[str, int], request: bytes, status: bytes) -> None:
        self.address, self.request, self.status = address, request, status
        self.times: list[float] = []
        self.open()

    def open(self) -> None:
        """Connect anew."""
        self.socket = socket.create_connection(self.address, timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the request and note the time."""
        self.held = b""
        self.whole = 0
        self.began = time.perf_counter()
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Take in what has come; whether the answer is whole. Raises AssertionError for an answer that is not meant."""
        came = self.socket.recv(262_144)
        self.held = self.held + came if self.held else came
        if not self.whole:
            end = self.held.find(_END)
            if end < 0:
                assert came, "closed before an answer"
                return False
            length = _LENGTH.search(self.held, 0, end)
            assert length is not None, self.held[:end]
            assert self.held[9:12] == self.status, self.held[:300]
            self.whole = end + 4 + int(length[1])
            self.closes = _CLOSE.search(self.held, 0, end) is not None
        if len(self.held) < self.whole:
            assert came, "closed within an answer"
            return False
        self.times.append((time.perf_counter() - self.began) * 1e6)
        return True


def served(port: int, request: bytes, *, status: int = 200, connections: int = 8, seconds: float = 2.0) -> Served:
    """Ask a server on the loopback for so many seconds. Raises AssertionError for an answer that is not meant."""
    lines = [Line(("127.0.0.1", port), request, str(status).encode()) for _ in range(connections)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        began = time.perf_counter()
        until = began + seconds
        while time.perf_counter() < until:
            ready = waiting.select(_PATIENCE)
            assert ready, f"no answer for {_PATIENCE:g} s"
            for key, _ in ready:
                line = key.data
                if not line.receive():
                    continue
                if line.closes:
                    waiting.unregister(line.socket)
                    line.socket.close()
                    line.open()
                    waiting.register(line.socket, selectors.EVENT_READ, line)
                line.ask()
        took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    times = [each for line in lines for each in line.times]
    cuts = statistics.quantiles(times, n=100)
    return Served(len(times) / took, cuts[49], cuts[98])
