"""Starting a live server: its address, its port, and resources given back."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from echo import Echo
from serving import GET_ROOT, Serve, connected_to, descriptors, threads, until_begun, until_closed

from fakesources.core.http.messages import Response
from fakesources.server import loop
from fakesources.server.connection import Connection
from fakesources.server.scheduling import Scheduler
from fakesources.server.server import Server
from fakesources.server.service import Service


def test_it_answers_as_soon_as_it_has_started(serve: Serve, echo: Echo) -> None:
    """Connect right after `start`: the URL is that of the server."""
    server = serve(echo.handle).start()
    try:
        assert server.url == f"http://{server.netloc}" == f"http://127.0.0.1:{server.port}"
        assert requests.get(server.url, timeout=5).text == "hello"
        assert (echo.last.host, echo.last.scheme, echo.last.adapter, echo.last.peer) == (
            server.netloc,
            "http",
            "server",
            "127.0.0.1",
        )
    finally:
        server.stop()


def test_a_busy_port_is_an_error_at_once(serve: Serve, server: Server, echo: Echo) -> None:
    """A port in use is an OSError of the usual number, whose text has a way out."""
    with pytest.raises(OSError, match=rf"port {server.port} of 127\.0\.0\.1 is in use: .*0 for any") as busy:
        serve(echo.handle, port=server.port).start()

    assert busy.value.errno == errno.EADDRINUSE


def test_a_port_is_free_again_after_stop(serve: Serve, echo: Echo) -> None:
    """Start another server on the port of one that had connections."""
    with serve(echo.handle) as first:
        requests.get(first.url, timeout=5)

    with serve(echo.handle, port=first.port) as second:
        assert requests.get(second.url, timeout=5).text == "hello"


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::1", "::1"), ("localhost", "localhost")])
def test_the_host_is_an_address_that_clients_can_use(serve: Serve, echo: Echo, host: str, shown: str) -> None:
    """Bound to every interface, `host` is this machine; IPv6 is in brackets."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serve(echo.handle, host) as server:
        assert (server.netloc, server.host) == (server.url.removeprefix("http://"), shown)
        assert requests.get(server.url, timeout=5).text == "hello"


def test_a_thousand_servers_leave_no_thread_and_no_descriptor(serve: Serve, echo: Echo) -> None:
    """Start and stop, sometimes with an open connection."""
    before = descriptors()
    with ExitStack() as clients:
        for count in range(1000):
            with serve(echo.handle) as server:
                if count % 100 == 0:
                    clients.enter_context(connected_to(server)).sendall(GET_ROOT)

    assert (descriptors(), threads()) == (before, set())


def test_a_server_may_be_stopped_before_its_thread_runs(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop right after the start, before the thread has begun to run."""
    begun = threading.Event()
    run = loop.LoopThread.run

    def late(thread: loop.LoopThread) -> None:
        begun.wait(10)
        run(thread)

    monkeypatch.setattr(loop.LoopThread, "run", late)
    server = serve(echo.handle).start()
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    while not server.stopping.is_set():
        time.sleep(0.001)
    begun.set()
    stopping.join(10)

    assert threads() == set()


def test_threads_that_start_a_server_at_once_start_it_once(serve: Serve, echo: Echo) -> None:
    """Start in 20 threads, and stop once."""
    server = serve(echo.handle)
    starting = [threading.Thread(target=server.start) for _ in range(20)]
    for each in starting:
        each.start()
    for each in starting:
        each.join(5)
    server.stop()

    assert threads() == set()


def test_starting_twice_changes_nothing(serve: Serve, echo: Echo) -> None:
    """Start a running server, as `with` does, and one that was stopped: the port stays the same."""
    server = serve(echo.handle).start()
    port = server.port
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")


def test_a_server_that_is_being_stopped_starts_again_after_it(serve: Serve, echo: Echo) -> None:
    """Start while a request is still to be answered: the start waits for it, and stays in effect."""
    server = serve(echo.handle).start()
    with connected_to(server) as half:
        half.sendall(b"GET / HT")
        until_begun(server)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        server.stopping.wait(5)
        threading.Timer(0.1, half.sendall, (b"TP/1.1\r\nHost: a\r\n\r\n",)).start()
        with server.start():
            assert until_closed(half).endswith(b"hello")
            stopping.join(5)
            assert requests.get(server.url, timeout=5).text == "hello"
    assert threads() == set()


def test_a_request_of_a_server_that_is_being_stopped_cannot_start_it(serve: Serve) -> None:
    """Start in a request of the server: it would wait for itself."""
    holder: list[Server] = []

    def handle(request: Any) -> Response:
        holder[0].stop()
        holder[0].start()
        return Response(200)

    holder.append(serve(handle).start())
    with connected_to(holder[0]) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"cannot be started again in one of its own requests" in until_closed(client)
    with pytest.raises(RuntimeError, match="in one of its own requests"):
        holder[0].stop()


def test_an_idle_server_uses_no_processor_time(serve: Serve, echo: Echo) -> None:
    """After the last connection is closed no timer runs."""
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        assert until_closed(client) == b""
        before = time.process_time()
        time.sleep(0.2)

        assert time.process_time() - before < 0.1


CROWDED = """
import resource, socket
from fakesources.server.server import Server
from fakesources.core.http.messages import Response

with Server(lambda request: Response(200, (), b"hello")) as server:
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    crowd = []
    try:
        while True:
            crowd.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
    except OSError:
        crowd.pop().close()
    last = crowd.pop()
    for client in crowd:
        client.close()
    last.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    print(b"".join(iter(lambda: last.recv(1000), b"")).decode().splitlines()[-1])
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on descriptors are POSIX's")
def test_a_server_out_of_descriptors_recovers() -> None:
    """Open connections until there are no descriptors, close them, and use the last one."""
    got = subprocess.run([sys.executable, "-c", CROWDED], capture_output=True, text=True, timeout=60)

    assert (got.stdout, got.stderr) == ("hello\n", "")


BUSY = """
import resource, socket, threading
from fakesources.core.http.messages import Response
from fakesources.server.loop import LoopThread
from fakesources.server.server import Server

released, refused = threading.Event(), threading.Event()

def handle(request):
    released.wait(30)
    return Response(200, (), b"hello")

def abort_idlest(thread, original=LoopThread._abort_idlest):
    original(thread)
    refused.set()

LoopThread._abort_idlest = abort_idlest
clients = [socket.socket() for _ in range(9)]
with Server(handle) as server:
    for client in clients:
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        if client is clients[5]:
            while server.begun_requests < 6:
                pass
            resource.setrlimit(resource.RLIMIT_NOFILE, (8, 40))
    refused.wait(30)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    released.set()
    print(*(b"".join(iter(lambda: client.recv(1000), b"")).decode().splitlines()[-1] for client in clients))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on descriptors are POSIX's")
def test_a_server_out_of_descriptors_disconnects_no_busy_client() -> None:
    """Let no more clients in while all the others are answered: each of them gets its response."""
    got = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, timeout=60)

    assert (got.stdout.split(), got.stderr) == (["hello"] * 9, "")


def test_a_connection_is_complete_before_it_is_listed() -> None:
    """Another thread may ask every listed one, as the number of requests that have begun does."""
    asked: list[bool] = []

    class Asked(set[Connection]):
        def add(self, connection: Connection) -> None:
            asked.append(connection.has_begun)
            super().add(connection)

    scheduler, connections = Scheduler("fakesources test"), Asked()
    try:
        connection = Connection(Service(Echo().handle), scheduler, connections, "127.0.0.1")
    finally:
        scheduler.loop.close()

    assert (asked, connections) == ([False], {connection})
