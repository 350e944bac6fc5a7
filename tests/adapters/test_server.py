"""Live server: start, stop, connections, limits, errors, and resources given back."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from clients import HOST, ClientRequest, Echo, raw

from fakesources import FakeSources
from fakesources.core.contract.errors import InternalError
from fakesources.core.http.messages import BODY_LIMIT, Handle, Request, Response, never_inline
from fakesources.server import connection, loop, scheduling, tls
from fakesources.server.server import Server

CERTIFICATES = Path(__file__).parents[1] / "commands"


Serve = Callable[..., Server]


@pytest.fixture(params=["at once", "in threads"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Return a factory of servers that answer in the thread of the loop, or in workers."""

    def make(handle: Handle, *args: Any, **options: Any) -> Server:
        return Server(
            handle, *args, handle_nonblocking=handle if request.param == "at once" else never_inline, **options
        )

    return make


@pytest.fixture
def server(serve: Serve, echo: Echo) -> Iterator[Server]:
    """Started server with an echo as its application."""
    with serve(echo.handle) as server:
        yield server


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


def threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if "fakesources" in each.name}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


# -- beginning and end ---------------------------------------------------------------------------------------------


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
                    clients.enter_context(connected_to(server)).sendall(raw(ClientRequest(), HOST))

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


def test_stop_does_not_wait(echo: Echo) -> None:
    """Idle, half-sent, late and silent connections, and a handler that hangs, do not delay a stop; clients see the end.

    The stop has to be shorter than any of their timeouts, however busy the machine is.
    """
    hanging, release = threading.Event(), threading.Event()

    def handle(request: Any) -> Response:
        if request.path == "/hang":
            hanging.set()
            release.wait(60)
        return {"/late": Response(200, delay=60), "/silent": Response(200, disconnect="timeout")}.get(
            request.path, Response(200)
        )

    server = Server(handle).start()
    with ExitStack() as stack:
        clients = [stack.enter_context(connected_to(server)) for _ in range(5)]
        for client, sent in zip(clients, (b"", b"GET / HT", b"/late", b"/silent", b"/hang"), strict=True):
            client.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % sent if sent.startswith(b"/") else sent)
        hanging.wait(5)
        server.stop()

        assert [until_closed(client) for client in clients] == [b""] * 5
        release.set()
        for thread in threads():
            thread.join(5)
    assert threads() == set()


def test_a_graceful_stop_lets_a_request_finish() -> None:
    """With grace, a request that has begun is answered with `Connection: close`; idle connections end at once."""
    begun, release = threading.Event(), threading.Event()

    def handle(request: Any) -> Response:
        begun.set()
        release.wait(5)
        return Response(200, (), b"finished")

    server = Server(handle).start()
    with connected_to(server) as idle, connected_to(server) as busy:
        busy.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        begun.wait(5)
        stopping = threading.Thread(target=lambda: server.stop(grace=5))
        stopping.start()
        assert until_closed(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)
        release.set()

        got = until_closed(busy)
        stopping.join(5)
    assert got.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in got
    assert got.endswith(b"finished")


SENT_IN_PART = {
    "its line": (b"GET / HT", b"TP/1.1\r\nHost: a\r\n\r\n"),
    "its head": (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n", b"body"),
    "its body": (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab", b"cd"),
    "a chunk": (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab", b"cd\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(("start", "rest"), SENT_IN_PART.values(), ids=SENT_IN_PART.keys())
def test_a_graceful_stop_waits_for_the_rest_of_a_request(
    serve: Serve, echo: Echo, start: bytes, rest: bytes, secured: bool
) -> None:
    """With grace, a client may send the rest of a request; no connection is accepted, idle ones are closed."""
    server = serve(echo.handle, tls=tls_context() if secured else None).start()
    with ExitStack() as stack:
        half, idle = (
            stack.enter_context(securely_connected_to(server) if secured else connected_to(server)) for _ in range(2)
        )
        half.sendall(start)
        until_begun(server)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        with suppress(ssl.SSLError):  # an end without close_notify is an SSLError; a timeout is not
            assert until_closed(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)
        half.sendall(rest)
        got = until_closed(half)
        stopping.join(10)  # before its grace ends, with no connection left

    assert got.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in got
    assert (threads(), stopping.is_alive()) == (set(), False)


def until_begun(server: Server) -> None:
    """Wait until the server has read a part of a request."""
    until = time.monotonic() + 5
    while server.begun_requests == 0:
        assert time.monotonic() < until, "no request has begun"
        time.sleep(0.001)


def test_a_second_stop_waits_for_the_end_too() -> None:
    """Two threads stop it, and it has ended when either returns; a handler that stops it waits for nothing."""
    begun, release = threading.Event(), threading.Event()

    def handle(request: Any) -> Response:
        begun.set()
        release.wait(10)
        server.stop()
        return Response(200)

    server = Server(handle).start()
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        begun.wait(5)
        first = threading.Thread(target=server.stop, args=(60,))
        first.start()
        server.stopping.wait(5)
        threading.Timer(0.05, release.set).start()
        server.stop()

        assert threads() == set()
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")
    first.join(5)
    assert not first.is_alive()


def test_a_signal_handler_may_stop_a_server_that_is_being_stopped() -> None:
    """Stop in a signal handler, in the thread that waits for the end already."""
    server = Server(Echo().handle).start()
    before = signal.signal(signal.SIGUSR1, lambda *_: server.stop())
    try:
        with connected_to(server) as half:
            half.sendall(b"GET / HT")
            until_begun(server)
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            threading.Timer(0.2, half.sendall, (b"TP/1.1\r\nHost: a\r\n\r\n",)).start()
            server.stop(grace=60)

            assert until_closed(half).endswith(b"hello")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert threads() == set()


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


def test_clients_that_connected_before_a_stop_are_answered(echo: Echo) -> None:
    """Connect while the server is too busy to accept, and stop: all are answered."""
    busy, release = threading.Event(), threading.Event()

    def handle(request: Request) -> Response:
        if request.path == "/busy":
            busy.set()
            release.wait(5)
        return echo.handle(request)

    server = Server(handle, handle_nonblocking=handle).start()
    with ExitStack() as stack:
        stack.enter_context(connected_to(server)).sendall(b"GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")
        busy.wait(5)
        clients = [stack.enter_context(connected_to(server)) for _ in range(50)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        server.stopping.wait(5)
        release.set()

        assert [until_closed(client)[-5:] for client in clients] == [b"hello"] * 50
        stopping.join(5)


def test_every_run_of_a_server_raises_its_own_bug(serve: Serve) -> None:
    """Stop and start again: each run keeps its errors, also where a request of its own stops it."""

    def handle(request: Request) -> Response:
        if request.path == "/stop":
            server.stop()
            return Response(200)
        raise LookupError(request.path)

    server = serve(handle)
    for path in ("/first", "/second"):
        server.start()
        for each in (path, "/stop"):
            requests.get(f"{server.url}{each}", timeout=5)
        with pytest.raises(LookupError, match=path):
            server.stop()


def test_grace_ends_for_a_request_that_does_not_finish() -> None:
    """Cut off a request that does not finish in its grace."""
    server = Server(Echo(Response(200, delay=60)).handle).start()
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        until_begun(server)
        server.stop(grace=0.05)

        assert until_closed(client) == b""


def test_bytes_after_the_last_response_do_not_delay_a_stop(server: Server) -> None:
    """Send more after the last request of a connection: it is no request that has begun, and has no grace."""
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\nmore")
        while b"hello" not in client.recv(1000):
            pass
        stopping = threading.Thread(target=server.stop, args=(float("inf"),))
        stopping.start()
        stopping.join(5)

        assert not stopping.is_alive()


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


def test_a_request_received_before_a_stop_is_answered() -> None:
    """Answer a request that is in the socket when the server is stopped, also without grace."""

    def handle(request: Request) -> Response:
        if request.path == "/stop":
            other.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            server.stop()
        return Response(200)

    with (
        Server(handle, handle_nonblocking=handle) as server,
        connected_to(server) as first,
        connected_to(server) as other,
    ):
        for client in (first, other):  # both have been let in
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client)[0] == 200
        first.sendall(b"GET /stop HTTP/1.1\r\nHost: a\r\n\r\n")

        assert until_closed(other).startswith(b"HTTP/1.1 200 OK")


def test_grace_does_not_extend_the_read_timeout(serve: Serve, echo: Echo) -> None:
    """An incomplete request is answered with 408 after `read_timeout`, and the stop ends then."""
    server = serve(echo.handle, read_timeout=0.3).start()
    with connected_to(server) as half:
        half.sendall(b"GET / HT")
        until_begun(server)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        assert until_closed(half).startswith(b"HTTP/1.1 408 ")
        stopping.join(5)

        assert not stopping.is_alive()


def test_grace_ends_for_an_incomplete_request(serve: Serve, echo: Echo) -> None:
    """Cut off an incomplete request without a response."""
    server = serve(echo.handle, read_timeout=2.0).start()
    with connected_to(server) as half:
        half.sendall(b"GET / HT")
        until_begun(server)
        server.stop(grace=0.05)

        assert until_closed(half) == b""


@pytest.mark.parametrize(
    "sent",
    [b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", b"no request\r\n\r\nand more"],
    ids=["in its body", "in its line"],
)
def test_a_graceful_stop_does_not_wait_after_an_error(serve: Serve, echo: Echo, sent: bytes) -> None:
    """Send an invalid request, and keep the connection open: it is no request that has begun."""
    server = serve(echo.handle).start()
    with connected_to(server) as client:
        client.sendall(sent)
        assert until_closed(client).startswith(b"HTTP/1.1 400 ")
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        stopping.join(5)

        assert not stopping.is_alive()


def test_an_idle_server_uses_no_processor_time(serve: Serve, echo: Echo) -> None:
    """After the last connection is closed no timer runs."""
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        assert until_closed(client) == b""
        before = time.process_time()
        time.sleep(0.2)

        assert time.process_time() - before < 0.1


def test_100_continue_is_sent_once(server: Server) -> None:
    """Send `Expect: 100-continue` with a late body, without a body, and with the body at once."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"
    with connected_to(server) as client:
        client.sendall(head + b"\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        time.sleep(0.05)  # the server waits for the body by now
        client.sendall(b"body")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")  # which has no body
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(head + b"Connection: close\r\n\r\nbody")
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_sends_without_end_after_its_response_is_cut_off(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drop what comes after an error response, up to a limit."""
    monkeypatch.setattr(connection, "DISCARD_BYTES", 1 << 20)
    with serve(echo.handle) as server, connected_to(server) as client:
        client.sendall(b"no request\r\n\r\n")
        with pytest.raises(ConnectionError):
            client.sendall(bytes(64 << 20))


def test_frozen_time_stops_no_deadline(serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze the time of the process: an idle client is closed all the same."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        assert until_closed(client) == b""


def test_the_read_timeout_begins_with_the_first_byte(serve: Serve, echo: Echo) -> None:
    """Send a request after the connection was idle for longer than the read timeout."""
    with serve(echo.handle, read_timeout=0.5) as server, connected_to(server) as client:
        for _ in range(2):
            time.sleep(0.6)
            client.sendall(b"GET / HT")
            time.sleep(0.05)
            client.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")


def test_the_idle_timeout_begins_with_the_response(serve: Serve) -> None:
    """Take longer for a response than the idle timeout."""

    def handle(request: Request) -> Response:
        time.sleep(0.6)
        return Response(200)

    with serve(handle, idle_timeout=0.5) as server, connected_to(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client)[0] == 200
            time.sleep(0.05)


def test_an_interrupted_stop_does_not_block_another(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupt a stop, as by Ctrl-C, and stop again."""

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    server = Server(echo.handle).start()
    (thread,) = threads()
    with monkeypatch.context() as patch:
        patch.setattr(thread, "join", interrupted)
        with pytest.raises(KeyboardInterrupt):
            server.stop()
    thread.join(5)
    other = threading.Thread(target=server.stop, daemon=True)
    other.start()
    other.join(5)

    assert not other.is_alive()


def test_a_thread_without_work_ends(monkeypatch: pytest.MonkeyPatch, echo: Echo) -> None:
    """Worker threads end when idle."""
    monkeypatch.setattr(scheduling, "IDLE_SECONDS", 0.01)
    with Server(echo.handle) as server:
        for _ in range(3):
            assert requests.get(server.url, timeout=5).text == "hello"
        until = time.monotonic() + 5
        while len(threads()) > 1 and time.monotonic() < until:
            time.sleep(0.001)

        assert len(threads()) == 1


def test_without_a_thread_for_a_request_its_client_gets_a_500(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run out of threads: the error is raised by `stop`."""

    def fail(thread: threading.Thread) -> None:
        raise RuntimeError("no thread")

    server = Server(echo.handle).start()
    with connected_to(server) as client:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client)[0] == 500
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_response(client) == (200, b"hello")
    with pytest.raises(RuntimeError, match="no thread"):
        server.stop()


def test_a_handler_can_stop_its_own_server(serve: Serve) -> None:
    """Stop in a request: its response is the last to be sent."""
    holder: list[Server] = []

    def handle(request: Any) -> Response:
        holder[0].stop()
        return Response(200)

    with serve(handle) as server, connected_to(server) as client:
        holder.append(server)
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")


# -- connections -----------------------------------------------------------------------------------------------------


def test_a_connection_serves_many_requests(server: Server, echo: Echo) -> None:
    """HTTP/1.1 connections stay open, those of HTTP/1.0 with `Connection: keep-alive`."""
    with connected_to(server) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert read_response(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")

        assert until_closed(client).endswith(b"Content-Length: 5\r\nConnection: close\r\n\r\nhello")


def test_pipelined_requests_are_answered_in_their_order(server: Server, echo: Echo) -> None:
    """Send several requests before reading; the response to HEAD has no body."""
    with connected_to(server) as client:
        client.sendall(
            b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
        )
        client.sendall(b"GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = until_closed(client)

    assert got.count(b"HTTP/1.1 200 OK") == 4
    assert got.count(b"hello") == 3
    assert [request.path for request in echo.seen] == ["/1", "/2", "/3", "/4"]


def test_a_client_that_has_finished_sending_is_still_answered(server: Server) -> None:
    """A half-closed connection gets its response and is then closed."""
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.shutdown(socket.SHUT_WR)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize("start", [b"GET / HT", b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234"])
def test_an_incomplete_request_is_not_handled(server: Server, echo: Echo, start: bytes) -> None:
    """Half-close within a request: the handler is not called, and the server goes on."""
    with connected_to(server) as client:
        client.sendall(start)
        client.shutdown(socket.SHUT_WR)
        assert until_closed(client) == b""

    assert echo.seen == []
    assert requests.get(server.url, timeout=5).text == "hello"


def test_a_client_that_leaves_within_a_response_does_not_affect_others(server: Server, echo: Echo) -> None:
    """Close before a large response has been read."""
    echo.response = Response(200, (), b"x" * 5_000_000)
    with connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(10)
    echo.response = Response(200, (), b"well")

    assert requests.get(server.url, timeout=5).text == "well"


def test_two_hundred_connections_stay_open_side_by_side(serve: Serve, server: Server) -> None:
    """Use each of many connections several times."""
    with ExitStack() as stack:
        clients = [stack.enter_context(connected_to(server)) for _ in range(200)]
        for _ in range(3):
            for client in clients:
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert {read_response(client) for client in clients} == {(200, b"hello")}


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


def test_slow_clients_do_not_delay_others(serve: Serve, echo: Echo) -> None:
    """Send byte by byte: other clients are served meanwhile, and the slow ones get a 408 in the end."""
    with serve(echo.handle, read_timeout=0.3) as server, ExitStack() as stack:
        slow = [stack.enter_context(connected_to(server)) for _ in range(20)]
        for byte in b"GET /":
            for client in slow:
                client.sendall(bytes([byte]))
            assert requests.get(server.url, timeout=5).text == "hello"

        assert {until_closed(client).partition(b"\r\n")[0] for client in slow} == {b"HTTP/1.1 408 Request Timeout"}


@pytest.mark.parametrize("requests_before", [0, 1], ids=["never used", "used once"])
def test_an_idle_connection_is_closed_in_the_end(serve: Serve, echo: Echo, requests_before: int) -> None:
    """A connection without requests, or without further ones, is closed without a response."""
    with serve(echo.handle, idle_timeout=0.05) as server, connected_to(server) as client:
        for _ in range(requests_before):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")

        assert until_closed(client) == b""


@pytest.mark.parametrize(
    ("with_the_first", "after_it", "expected"),
    [(b"GET /", b"", b"HTTP/1.1 408 Request Timeout"), (b"", b"GET /", b"HTTP/1.1 408 Request Timeout"), (b"", b"\r\n", b"")],
)  # fmt: skip
def test_a_request_has_begun_with_its_first_byte(
    serve: Serve, echo: Echo, with_the_first: bytes, after_it: bytes, expected: bytes
) -> None:
    """Send the first byte with the request before it, after it, or a line break, which begins no request."""
    with serve(echo.handle, read_timeout=0.1, idle_timeout=0.5) as server, connected_to(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + with_the_first)
        assert read_response(client) == (200, b"hello")
        client.sendall(after_it)

        assert until_closed(client).partition(b"\r\n")[0] == expected


def test_the_read_timeout_does_not_include_the_time_of_the_request(serve: Serve) -> None:
    """Send slowly and read slowly, each within the timeout."""
    large = b"x" * 30_000_000
    with serve(Echo(Response(200, (), large)).handle, read_timeout=1.0) as server, connected_to(server) as client:
        client.sendall(b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        time.sleep(0.7)
        client.sendall(b"4\r\nbo")
        time.sleep(0.05)
        client.sendall(b"dy\r\n0\r\n\r\n")
        time.sleep(0.8)
        assert until_closed(client).endswith(large)


# -- no client delays another -----------------------------------------------------------------------------------------------

GET = b"GET /v1.6/source/get HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\n\r\n"
FEEDS = b"GET /v1/feeds?api_key=key HTTP/1.1\r\nHost: a\r\n\r\n"


def test_many_clients_need_one_thread(echo: Echo) -> None:
    """Requests that do not block need no worker, however many connections there are."""
    with Server(echo.handle, handle_nonblocking=echo.handle) as server, ExitStack() as stack:
        clients = [stack.enter_context(connected_to(server)) for _ in range(100)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert {read_response(client) for client in clients} == {(200, b"hello")}
        assert len(threads()) == 1


def test_a_held_request_does_not_delay_others() -> None:
    """Hold one request: those on other connections are answered; then its connection goes on."""
    fake = FakeSources()
    with fake.server() as server, connected_to(server) as held, connected_to(server) as other:
        with fake.faults.hold("datasift.source.get") as hold:
            held.sendall(GET)
            hold.wait()
            for _ in range(3):
                other.sendall(FEEDS)
                assert read_response(other)[0] == 200
        assert read_response(held)[0] == 200
        for client in (held, other, held):
            client.sendall(GET)
            assert read_response(client)[0] == 200
        while len(threads()) > 1:
            time.sleep(0.001)


def test_an_event_of_the_clock_may_call_the_server() -> None:
    """Call the server from an event that is due with a request: it runs in a worker."""
    fake = FakeSources()
    fake.clock.run()
    with fake.server() as server:
        url = f"{server.url}/v1/feeds?api_key=key"
        seen: list[int] = []
        fake.clock.after(0, lambda: seen.append(requests.get(url, timeout=5).status_code))

        assert requests.get(url, timeout=5).status_code == 200
        assert seen == [200]


def test_a_client_that_does_not_read_does_not_delay_others(serve: Serve) -> None:
    """Do not read a response larger than a socket buffer: others are served meanwhile, and it is complete in the end."""
    large = b"x" * 30_000_000
    handle = Echo(Response(200, (), large)).handle
    with serve(handle) as server, connected_to(server) as slow, connected_to(server) as other:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
        time.sleep(0.05)
        other.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_response(other, "HEAD") == (200, b"")
        with slow.makefile("rb") as reading:
            for _ in range(2):
                head = b"".join(iter(reading.readline, b"\r\n"))
                assert head.startswith(b"HTTP/1.1 200 OK")
                assert reading.read(len(large)) == large


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_request_may_come_in_pieces(serve: Serve, echo: Echo, size: int) -> None:
    """Cut requests in pieces, so that some hold the end of one and the start of the next."""
    sent = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" * 2 + (
        b"PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
    )
    with serve(echo.handle) as server, connected_to(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(sent), size):
            client.sendall(sent[begin : begin + size])
            time.sleep(0.001)
        assert until_closed(client).count(b"HTTP/1.1 200 OK") == 3

    assert [(request.path, request.body) for request in echo.seen] == [("/a", b"body")] * 2 + [("/b", b"body")]


def test_requests_sent_ahead_do_not_delay_another_connection() -> None:
    """Send more requests ahead than are read at a time: those of other clients come between them."""
    order: list[str] = []

    def handle(request: Request) -> Response:
        if len(order) == 5_000:
            other.sendall(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        order.append(request.path)
        return Response(200)

    with (
        Server(handle, handle_nonblocking=handle) as server,
        connected_to(server) as crowd,
        connected_to(server) as other,
    ):
        reading = threading.Thread(target=until_closed, args=(crowd,))
        reading.start()
        crowd.sendall(b"GET /crowd HTTP/1.1\r\nHost: a\r\n\r\n" * 10_000 + b"GET /last HTTP/1.0\r\n\r\n")
        assert read_response(other)[0] == 200
        reading.join(10)

    assert order.index("/other") < 5_200
    assert order[-1] == "/last"


# -- bodies and limits -------------------------------------------------------------------------------------------------


def test_100_continue_is_sent_unless_the_body_has_come(server: Server, echo: Echo) -> None:
    """Send `Expect: 100-continue`, with the body after the 100 and with the body at once."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    with connected_to(server) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"body")
        assert read_response(client) == (200, b"hello")
        client.sendall(head + b"body")
        assert read_response(client) == (200, b"hello")

    assert [request.body for request in echo.seen] == [b"body"] * 2


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_over_the_limit_is_answered_and_not_kept(server: Server, echo: Echo, chunked: bool) -> None:
    """Send 10 MB by length and in chunks: the handler gets no more than its limit, and the client its response."""
    body: Any = b"x" * 10_000_000
    got = requests.post(server.url, data=iter([body]) if chunked else body, timeout=5)

    assert (got.text, got.headers["Connection"]) == ("hello", "close")
    assert (echo.last.is_oversized, len(echo.last.body)) == ((False, BODY_LIMIT + 1) if chunked else (True, 0))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1001 + b"\r\n", 431),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
    ],
)
def test_an_invalid_request_is_answered_in_plain_text(server: Server, echo: Echo, sent: bytes, status: int) -> None:
    """Answer one line of plain text and close; the handler is not called."""
    with connected_to(server) as client:
        client.sendall(sent)
        got = until_closed(client)

    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: text/plain" in head
    assert (body.count(b"\n"), b"Traceback" in body, echo.seen) == (1, False, [])


# -- bugs, logs, https ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "blame"),
    [
        (InternalError, "the fake has a bug: InternalError"),
        (pytest.fail.Exception, "the fake failed, or a function that a test planned in it: Failed"),
        (LookupError, "the fake failed, or a function that a test planned in it: LookupError"),
    ],
)
def test_a_bug_is_a_500_and_is_raised_by_stop(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[BaseException], blame: str
) -> None:
    """Raise in a handler, also what `pytest.fail` raises: the client gets a 500, `stop` raises it, nothing is printed."""

    def handle(request: Any) -> Response:
        raise kind("an answer that breaks its own schema")

    server = serve(handle).start()
    got = requests.get(server.url, timeout=5)
    with pytest.raises(kind, match="breaks its own schema"):
        server.stop()

    assert got.status_code == 500
    assert got.json()["error"] == f"Nothing is wrong with the request; {blame}: an answer that breaks its own schema"
    assert capfd.readouterr() == ("", "")
    assert threads() == set()


def test_an_invalid_response_header_is_a_bug(serve: Serve) -> None:
    """A header with a line break is answered with a 500 instead."""
    bugs: list[BaseException] = []
    with serve(Echo(Response(200, (("X", "a\r\nY: b"),))).handle, on_bug=bugs.append) as server:
        got = requests.get(server.url, timeout=5)

    assert (got.status_code, "Y" in got.headers) == (500, False)
    assert [type(bug) for bug in bugs] == [ValueError]


@pytest.mark.parametrize("kind", [ValueError, OSError])
def test_an_error_of_the_access_log_is_a_bug(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    """Raise in the access log: the error is reported, nothing is printed, and the client is served."""
    bugs: list[BaseException] = []

    def access(*line: Any) -> None:
        raise kind("a full disk")

    with serve(Echo().handle, access=access, on_bug=bugs.append) as server, connected_to(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")

    assert [str(bug) for bug in bugs] == ["a full disk"] * 2
    assert capfd.readouterr() == ("", "")


def test_an_error_in_on_bug_does_not_end_the_server(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """Raise in `on_bug`: this client and the next get a 500."""

    def fail(_: Any) -> Any:
        raise ValueError("a closed file")

    with serve(fail, on_bug=fail) as server:
        assert [requests.get(server.url, timeout=5).status_code for _ in range(2)] == [500, 500]

    assert capfd.readouterr() == ("", "")


def test_starting_twice_changes_nothing(serve: Serve, echo: Echo) -> None:
    """Start a running server, as `with` does, and one that was stopped: the port stays the same."""
    server = serve(echo.handle).start()
    port = server.port
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")


def test_a_bug_does_not_hide_the_exception_of_a_with_block(serve: Serve) -> None:
    """Raise in a `with` block and in a handler: the former is seen."""

    def handle(request: Any) -> Response:
        raise InternalError("second")

    with pytest.raises(RuntimeError, match="first"), serve(handle) as server:  # noqa: PT012
        requests.get(server.url, timeout=5)
        raise RuntimeError("first")


def test_the_access_log_is_called_with_each_request_and_its_response(serve: Serve, echo: Echo) -> None:
    """Send a request and an invalid one, whose method and target are `-`."""
    lines: list[tuple[Request, Response, float]] = []
    with serve(echo.handle, access=lambda *line: lines.append(line)) as server, connected_to(server) as client:
        requests.get(f"{server.url}/v1/feeds", timeout=5)
        client.sendall(b"no request\r\n\r\n")
        until_closed(client)

    assert [(request.method, request.path, reply.status) for request, reply, _ in lines] == [
        ("GET", "/v1/feeds", 200),
        ("-", "-", 400),
    ]
    assert all(0 <= line[2] < 5 for line in lines)


def tls_context() -> ssl.SSLContext:
    return tls.context(str(CERTIFICATES / "localhost.pem"), str(CERTIFICATES / "localhost.key"))


def test_with_a_certificate_the_server_serves_https(serve: Serve, echo: Echo) -> None:
    """Serve clients over TLS, and close a connection without TLS."""
    with serve(echo.handle, "localhost", tls=tls_context()) as server:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(CERTIFICATES / "localhost.pem")
            assert [session.post(server.url, data=b"x" * 100_000, timeout=5).text for _ in range(2)] == ["hello"] * 2
            assert (server.url, echo.last.scheme) == (f"https://localhost:{server.port}", "https")
        with socket.create_connection(("localhost", server.port), timeout=5) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"200 OK" not in until_closed(plain)

    assert threads() == set()


def test_a_stalled_handshake_does_not_delay_a_stop(serve: Serve, echo: Echo) -> None:
    """Connect without a handshake, and stop: the connection is closed with the server."""
    with serve(echo.handle, tls=tls_context()) as server, connected_to(server) as silent:
        while server.open_connections < 1:
            time.sleep(0.001)
        server.stop()

        assert threads() == set()
        assert until_closed(silent) == b""


@pytest.mark.parametrize("size", [0, 10_000_000])
def test_the_end_of_an_https_connection_is_announced(serve: Serve, echo: Echo, size: int) -> None:
    """Read until close_notify, after a request without and with a long body."""
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with (
        serve(echo.handle, tls=tls_context()) as server,
        connected_to(server) as plain,
        trust.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as client,
    ):
        client.sendall(b"PUT / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize(("certificate", "key"), [("none.pem", None), ("localhost.pem", "none.key"), ("text", "text")])
def test_an_invalid_certificate_is_named(tmp_path: Path, certificate: str, key: str | None) -> None:
    """A missing or invalid file is an OSError that names it."""
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "localhost.pem").write_bytes((CERTIFICATES / "localhost.pem").read_bytes())

    wrong = key or certificate
    with pytest.raises(OSError, match=wrong):
        tls.context(str(tmp_path / certificate), key and str(tmp_path / key))


class Mute(Exception):
    def __str__(self) -> str:
        raise LookupError


def test_a_bug_without_a_text_is_reported(serve: Serve) -> None:
    """Raise an exception whose `str` raises: the client gets a 500 with its type."""

    def handle(request: Request) -> Response:
        raise Mute

    with serve(handle, on_bug=lambda bug: None) as server:
        for _ in range(2):
            assert "Mute: its text is not available" in requests.get(server.url, timeout=5).json()["error"]


def test_a_bug_reads_as_json(server: Server, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of the 500 is one JSON object for any text of an exception."""
    bugs: list[BaseException] = []
    monkeypatch.setattr(server, "on_bug", bugs.append)
    reply = server.internal_error(ValueError('"quoted"\n\ud800'))

    assert json.loads(reply.body)["error"].endswith('ValueError: "quoted"\n\ud800')
