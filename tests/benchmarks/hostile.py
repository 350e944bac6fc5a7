"""Hostile clients of several kinds, which send until they are stopped.

As a process: `python hostile.py KIND PORT`, which ends when its standard input closes.
"""

from __future__ import annotations

import selectors
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

HEAD = b"GET /v1/feeds?api_key=key HTTP/1.1\r\nHost: a\r\n"
REQUEST = HEAD + b"\r\n"
PAUSE_SECONDS = 0.01

Stop = threading.Event


def connect(port: int) -> socket.socket:
    """Return a connection with a timeout."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


@contextmanager
def crowd(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Open many connections; the server may close them."""
    with ExitStack() as stack:
        yield [stack.enter_context(connect(port)) for _ in range(count)]


def flood(port: int, stop: Stop, sent: bytes, count: int = 4, begin: bytes = b"") -> None:
    """Send the same bytes on some connections as fast as possible, and read the responses."""
    while not stop.is_set():
        with suppress(OSError), crowd(port, count) as clients, selectors.DefaultSelector() as waiting:
            for client in clients:
                client.sendall(begin)
                client.setblocking(False)
                waiting.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE)
            unsent = {client: memoryview(sent) for client in clients}
            while not stop.is_set():
                for key, events in waiting.select(PAUSE_SECONDS):
                    client = key.fileobj  # type: ignore[assignment]
                    if events & selectors.EVENT_READ and not client.recv(1 << 20):
                        raise ConnectionResetError
                    if events & selectors.EVENT_WRITE:
                        with suppress(BlockingIOError):
                            unsent[client] = unsent[client][client.send(unsent[client]) :] or memoryview(sent)


def line_breaks(port: int, stop: Stop) -> None:
    """Send line breaks without end."""
    flood(port, stop, b"\r\n" * 32_768)


def pipelines(port: int, stop: Stop) -> None:
    """Send requests without end, without waiting for their responses."""
    flood(port, stop, REQUEST * 500)


def wrong_chunks(port: int, stop: Stop) -> None:
    """Send chunks of one byte."""
    flood(port, stop, b"1\r\na\r\n" * 5_000, begin=b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")


def extensions(port: int, stop: Stop) -> None:
    """Send a chunk extension without end."""
    flood(port, stop, b"a" * 65_536, begin=b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;")


def uploads(port: int, stop: Stop) -> None:
    """Send bodies over the limit, although the server rejects their length."""
    flood(port, stop, b"a" * 65_536, begin=b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")


def large_bodies(port: int, stop: Stop) -> None:
    """Send accepted bodies of 100,000 unknown parameters."""
    body = b"&".join(b"%x=1" % number for number in range(100_000))
    head = b"POST /v1.6/source/create HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\nContent-Length: %d\r\n\r\n"
    flood(port, stop, head % len(body) + body)


def large_lists(port: int, stop: Stop) -> None:
    """Create a thousand sources of Curator and four large ones of DataSift, and list them."""
    known = b"Host: a\r\nAuthorization: alice:key\r\nContent-Type: application/json\r\n"
    source = b'{"feed_id": "660b923a-a6e7-4540-bd03-7e08fd006e0d", "source_type": 2, "tag": "cats"}'
    resources = b", ".join(b'{"parameters": {"id": "%d"}}' % number for number in range(4_000))
    large_source = b'{"source_type": "facebook_page", "name": "a", "resources": [%b]}' % resources
    for path, body, count in ((b"/v1/sources?api_key=key", source, 1_000), (b"/v1.6/source/create", large_source, 4)):
        head = b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (path, known, len(body))
        with suppress(OSError), connect(port) as client:
            for _ in range(count):
                client.sendall(head + body)
            answered = b""
            while answered.count(b"HTTP/1.1 ") < count and not stop.is_set() and (part := client.recv(1 << 20)):
                answered += part
    lists = b"GET /v1/sources?api_key=key HTTP/1.1\r\n%b\r\n", b"GET /v1.6/source/get HTTP/1.1\r\n%b\r\n"
    flood(port, stop, b"".join(each % known for each in lists))


def one_byte_at_a_time(port: int, stop: Stop) -> None:
    """Send a hundred heads byte by byte, without end."""
    while not stop.is_set():
        with suppress(OSError), crowd(port, 100) as clients:
            for client in clients:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in HEAD + b"X: " + b"a" * 10_000:
                for client in clients:
                    client.sendall(bytes([byte]))
                if stop.is_set():
                    return


def never_reading(port: int, stop: Stop) -> None:
    """Send requests from a hundred clients that never read."""
    with suppress(OSError), crowd(port, 100) as clients:
        for client in clients:
            client.setblocking(False)
        while not stop.wait(PAUSE_SECONDS):
            for client in clients:
                with suppress(BlockingIOError):
                    client.send(REQUEST * 100)


def many_at_once(port: int, stop: Stop) -> None:
    """Open five hundred connections at once, repeatedly."""
    while not stop.is_set():
        with suppress(OSError), crowd(port, 500):
            pass


def resets(port: int, stop: Stop) -> None:
    """Send requests and reset the connection."""
    while not stop.is_set():
        with suppress(OSError), connect(port) as client:
            client.sendall(REQUEST * 3)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(port: int, stop: Stop) -> None:
    """Open five hundred connections and send nothing: stalled handshakes, if the server uses TLS."""
    with suppress(OSError), crowd(port, 500):
        stop.wait()


KINDS: dict[str, Callable[[int, Stop], None]] = {
    each.__name__: each
    for each in (
        line_breaks, pipelines, wrong_chunks, extensions, uploads, large_bodies, large_lists, one_byte_at_a_time, never_reading,
        many_at_once, resets, silent,
    )
}  # fmt: skip


@contextmanager
def attacked(kind: str, port: int) -> Iterator[None]:
    """Run hostile clients of one kind in a thread while the block runs."""
    stop = Stop()
    thread = threading.Thread(target=KINDS[kind], args=(port, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main(kind: str, port: str) -> None:
    """Run until standard input closes."""
    with attacked(kind, int(port)):
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
