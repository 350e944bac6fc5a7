"""Handler and clients of the tests of the live server."""

from __future__ import annotations

import gc
import http.client
import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fakesources.server import tls
from fakesources.server.server import Server

Serve = Callable[..., Server]

CERTIFICATES = Path(__file__).parents[1] / "commands"
GET_ROOT = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
GET = b"GET /v1.6/source/get HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\n\r\n"
FEEDS = b"GET /v1/feeds?api_key=key HTTP/1.1\r\nHost: a\r\n\r\n"


@contextmanager
def connected_to(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        yield client


@contextmanager
def securely_connected_to(server: Server) -> Iterator[socket.socket]:
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with connected_to(server) as plain, trust.wrap_socket(plain, server_hostname="localhost") as client:
        yield client


def read_response(client: socket.socket, method: str = "GET") -> tuple[int, bytes]:
    got = http.client.HTTPResponse(client, method=method)
    got.begin()
    return got.status, got.read()


def until_closed(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


def until_begun(server: Server) -> None:
    """Wait until the server has read a part of a request."""
    until = time.monotonic() + 5
    while server.begun_requests == 0:
        assert time.monotonic() < until, "no request has begun"
        time.sleep(0.001)


def threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if "fakesources" in each.name}


def eventually(fact: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not fact():
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


def disconnect_client(client: socket.socket, how: str) -> None:
    """Close a connection as a client that gives up, one that is killed, or one that only stops sending."""
    if how == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if how == "half":
        client.shutdown(socket.SHUT_WR)
    else:
        client.close()


def descriptors() -> int:
    """Return the number of open descriptors of this process, without those that the garbage collector would close."""
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


def tls_context() -> ssl.SSLContext:
    return tls.context(str(CERTIFICATES / "localhost.pem"), str(CERTIFICATES / "localhost.key"))
