"""Load generator: repeats one request over several connections without pause, and times each response.

One thread with a selector takes a fraction of the time that any server here takes for a response. Every response is
read to its end and must have the expected status. If a server closes a connection, a new one is opened within the
measured time, since clients of such a server pay for that.
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
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class LoadFigures:
    """Responses per second, and percentiles of the latency in microseconds."""

    per_second: float
    p50: float
    p99: float


class LoadConnection:
    """Connection with one request in flight."""

    def __init__(self, address: tuple[str, int], request: bytes, status: bytes) -> None:
        self.address, self.request, self.status = address, request, status
        self.times: list[float] = []
        self.open()

    def open(self) -> None:
        """Connect, or connect again."""
        self.socket = socket.create_connection(self.address, timeout=_TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send_request(self) -> None:
        """Send the request and start the clock."""
        self.received = b""
        self.expected_length = 0
        self.began = time.perf_counter()
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Receive, and return True when the response is complete. Raise AssertionError for an unexpected response."""
        chunk = self.socket.recv(262_144)
        self.received = self.received + chunk if self.received else chunk
        if not self.expected_length:
            end = self.received.find(_END)
            if end < 0:
                assert chunk, "closed before a response"
                return False
            length = _LENGTH.search(self.received, 0, end)
            assert length is not None, self.received[:end]
            assert self.received[9:12] == self.status, self.received[:300]
            self.expected_length = end + 4 + int(length[1])
            self.closes = _CLOSE.search(self.received, 0, end) is not None
        if len(self.received) < self.expected_length:
            assert chunk, "closed within a response"
            return False
        self.times.append((time.perf_counter() - self.began) * 1e6)
        return True


def measure_load(
    port: int, request: bytes, *, status: int = 200, connections: int = 8, seconds: float = 2.0
) -> LoadFigures:
    """Send requests to a server on loopback for so many seconds. Raise AssertionError for an unexpected response."""
    opened = [LoadConnection(("127.0.0.1", port), request, str(status).encode()) for _ in range(connections)]
    with selectors.DefaultSelector() as waiting:
        for connection in opened:
            waiting.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send_request()
        began = time.perf_counter()
        until = began + seconds
        while time.perf_counter() < until:
            ready = waiting.select(_TIMEOUT_SECONDS)
            assert ready, f"no response for {_TIMEOUT_SECONDS:g} s"
            for key, _ in ready:
                connection = key.data
                if not connection.receive():
                    continue
                if connection.closes:
                    waiting.unregister(connection.socket)
                    connection.socket.close()
                    connection.open()
                    waiting.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send_request()
        took = time.perf_counter() - began
    for connection in opened:
        connection.socket.close()
    times = [each for connection in opened for each in connection.times]
    cuts = statistics.quantiles(times, n=100)
    return LoadFigures(len(times) / took, cuts[49], cuts[98])
