"""The live server: how it starts and ends, what it bears, and what it leaves behind."""

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
from clients import HOST, Echo, Sent, raw

from fakesources import FakeSources
from fakesources.core.contract.errors import InternalError
from fakesources.core.http.messages import BODY_LIMIT, Handle, Request, Response, later
from fakesources.server import connection, loop, scheduling, tls
from fakesources.server.server import Server

CERTIFICATES = Path(__file__).parents[1] / "commands"


Serve = Callable[..., Server]


@pytest.fixture(params=["at once", "in threads"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Makes a server whose every answer is given at once, or by a thread of its connection's own."""

    def make(handle: Handle, *args: Any, **options: Any) -> Server:
        return Server(handle, *args, at_once=handle if request.param == "at once" else later, **options)

    return make


@pytest.fixture
def server(serve: Serve, echo: Echo) -> Iterator[Server]:
    """A server with an echo behind it."""
    with serve(echo.handle) as server:
        yield server


@contextmanager
def dialled(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        yield client


@contextmanager
def secured_to(server: Server) -> Iterator[socket.socket]:
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with dialled(server) as plain, trust.wrap_socket(plain, server_hostname="localhost") as client:
        yield client


def answer_on(client: socket.socket, method: str = "GET") -> tuple[int, bytes]:
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
    """When `start` returns, the first connection is served; where it is, it says itself."""
    server = serve(echo.handle).start()
    try:
        assert server.url == f"http://{server.netloc}" == f"http://127.0.0.1:{server.port}"
        assert requests.get(server.url, timeout=5).text == "hello"
        assert (echo.last.host, echo.last.scheme, echo.last.door, echo.last.peer) == (
            server.netloc,
            "http",
            "server",
            "127.0.0.1",
        )
    finally:
        server.stop()


def test_a_busy_port_is_told_at_once(serve: Serve, server: Server, echo: Echo) -> None:
    """A named port that somebody has is an OSError of the usual number, with a way out in its text."""
    with pytest.raises(OSError, match=rf"port {server.port} of 127\.0\.0\.1 is in use: .*0 for any") as busy:
        serve(echo.handle, port=server.port).start()

    assert busy.value.errno == errno.EADDRINUSE


def test_a_port_is_free_again_after_stop(serve: Serve, echo: Echo) -> None:
    """The next server can have the port of one that has stopped, though clients were connected to it."""
    with serve(echo.handle) as first:
        requests.get(first.url, timeout=5)

    with serve(echo.handle, port=first.port) as second:
        assert requests.get(second.url, timeout=5).text == "hello"


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::1", "::1"), ("localhost", "localhost")])
def test_it_names_an_address_that_clients_can_use(serve: Serve, echo: Echo, host: str, shown: str) -> None:
    """Bound to every interface it names this machine; IPv6 stands in brackets."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serve(echo.handle, host) as server:
        assert (server.netloc, server.host) == (server.url.removeprefix("http://"), shown)
        assert requests.get(server.url, timeout=5).text == "hello"


def test_a_thousand_servers_leave_no_thread_and_no_descriptor(serve: Serve, echo: Echo) -> None:
    """Starting and stopping, with connections open now and then, gives back all it took."""
    before = descriptors()
    with ExitStack() as clients:
        for count in range(1000):
            with serve(echo.handle) as server:
                if count % 100 == 0:
                    clients.enter_context(dialled(server)).sendall(raw(Sent(), HOST))

    assert (descriptors(), threads()) == (before, set())


def test_a_server_may_be_stopped_before_it_has_come_to_accept(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop right after the start finds a thread that has not run yet, and ends it all the same."""
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


def test_stop_does_not_wait_for_anybody(echo: Echo) -> None:
    """Idle, half-sent, late and silent connections, and a handler that hangs, hold up no stop; clients see the end.

    What has to be shorter than the patience of any of them is the whole stop, whatever the machine is busy with.
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
        clients = [stack.enter_context(dialled(server)) for _ in range(5)]
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
    """With grace, a request that has begun is answered and its client told to close; idle connections end at once."""
    begun, release = threading.Event(), threading.Event()

    def handle(request: Any) -> Response:
        begun.set()
        release.wait(5)
        return Response(200, (), b"finished")

    server = Server(handle).start()
    with dialled(server) as idle, dialled(server) as busy:
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
def test_a_graceful_stop_lets_a_request_arrive(
    serve: Serve, echo: Echo, start: bytes, rest: bytes, secured: bool
) -> None:
    """With grace, a client that has sent half of its request may send the rest; nobody new gets in, idle ones go."""
    server = serve(echo.handle, tls=certified() if secured else None).start()
    with ExitStack() as stack:
        half, idle = (stack.enter_context(secured_to(server) if secured else dialled(server)) for _ in range(2))
        half.sendall(start)
        until_begun(server)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        with suppress(ssl.SSLError):  # the end is a fault where TLS was not told of it; a timeout is none of these
            assert until_closed(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)
        half.sendall(rest)
        got = until_closed(half)
        stopping.join(10)  # which is not until its grace ends, with nobody left

    assert got.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in got
    assert (threads(), stopping.is_alive()) == (set(), False)


def until_begun(server: Server) -> None:
    """Wait until the server has read some of a request."""
    until = time.monotonic() + 5
    while server.begun_requests == 0:
        assert time.monotonic() < until, "no request has begun"
        time.sleep(0.001)


def test_whoever_else_stops_a_server_waits_for_its_end_too() -> None:
    """Two threads stop it, and it is silent when either comes back; a handler, for which the other waits, goes on."""
    begun, release = threading.Event(), threading.Event()

    def handle(request: Any) -> Response:
        begun.set()
        release.wait(10)
        server.stop()
        return Response(200)

    server = Server(handle).start()
    with dialled(server) as client:
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


def test_a_signal_may_stop_what_is_just_being_stopped() -> None:
    """Its handler runs in the thread that waits for the end already, and waits no longer than that."""
    server = Server(Echo().handle).start()
    before = signal.signal(signal.SIGUSR1, lambda *_: server.stop())
    try:
        with dialled(server) as half:
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
    """A start waits for the end of what is still to be answered, and is not undone by it; in a request it would for ever."""
    server = serve(echo.handle).start()
    with dialled(server) as half:
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


def test_no_request_of_a_server_starts_it_again(serve: Serve) -> None:
    """It would wait for itself."""
    holder: list[Server] = []

    def handle(request: Any) -> Response:
        holder[0].stop()
        holder[0].start()
        return Response(200)

    holder.append(serve(handle).start())
    with dialled(holder[0]) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"cannot be started again in one of its own requests" in until_closed(client)
    with pytest.raises(RuntimeError, match="in one of its own requests"):
        holder[0].stop()


def test_who_had_come_before_a_stop_is_answered(echo: Echo) -> None:
    """Clients that were not let in yet, since the server was busy, get their answers too."""
    busy, release = threading.Event(), threading.Event()

    def handle(request: Request) -> Response:
        if request.path == "/busy":
            busy.set()
            release.wait(5)
        return echo.handle(request)

    server = Server(handle, at_once=handle).start()
    with ExitStack() as stack:
        stack.enter_context(dialled(server)).sendall(b"GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")
        busy.wait(5)
        clients = [stack.enter_context(dialled(server)) for _ in range(50)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        server.stopping.wait(5)
        release.set()

        assert [until_closed(client)[-5:] for client in clients] == [b"hello"] * 50
        stopping.join(5)


def test_every_life_of_a_server_raises_its_own_bug(serve: Serve) -> None:
    """One that was stopped and started again keeps what goes wrong, also where a request of its own stops it."""

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


def test_grace_ends() -> None:
    """A request that does not finish in its grace is cut off."""
    server = Server(Echo(Response(200, delay=60)).handle).start()
    with dialled(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        until_begun(server)
        server.stop(grace=0.05)

        assert until_closed(client) == b""


def test_who_has_an_answer_and_sends_on_holds_up_no_stop(server: Server) -> None:
    """What comes behind the last request of a connection is no request that has begun; no grace is too long to tell."""
    with dialled(server) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\nmore")
        while b"hello" not in client.recv(1000):
            pass
        stopping = threading.Thread(target=server.stop, args=(float("inf"),))
        stopping.start()
        stopping.join(5)

        assert not stopping.is_alive()


def test_threads_that_start_a_server_at_once_start_it_once(serve: Serve, echo: Echo) -> None:
    """All of them find it running, and one stop ends it."""
    server = serve(echo.handle)
    starting = [threading.Thread(target=server.start) for _ in range(20)]
    for each in starting:
        each.start()
    for each in starting:
        each.join(5)
    server.stop()

    assert threads() == set()


def test_what_has_arrived_before_a_stop_is_still_answered() -> None:
    """A request that lies at the server when it is stopped gets its answer, also without grace."""

    def handle(request: Request) -> Response:
        if request.path == "/stop":
            other.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            server.stop()
        return Response(200)

    with Server(handle, at_once=handle) as server, dialled(server) as first, dialled(server) as other:
        for client in (first, other):  # both have been let in
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client)[0] == 200
        first.sendall(b"GET /stop HTTP/1.1\r\nHost: a\r\n\r\n")

        assert until_closed(other).startswith(b"HTTP/1.1 200 OK")


def test_grace_gives_a_request_no_more_time_to_arrive(serve: Serve, echo: Echo) -> None:
    """Who keeps the rest of a request back is told so after `read_timeout`, and the stop waits for nobody then."""
    server = serve(echo.handle, read_timeout=0.3).start()
    with dialled(server) as half:
        half.sendall(b"GET / HT")
        until_begun(server)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        assert until_closed(half).startswith(b"HTTP/1.1 408 ")
        stopping.join(5)

        assert not stopping.is_alive()


def test_grace_ends_for_a_request_that_does_not_arrive(serve: Serve, echo: Echo) -> None:
    """A request whose rest does not come within the grace is cut off without a word."""
    server = serve(echo.handle, read_timeout=2.0).start()
    with dialled(server) as half:
        half.sendall(b"GET / HT")
        until_begun(server)
        server.stop(grace=0.05)

        assert until_closed(half) == b""


@pytest.mark.parametrize(
    "sent",
    [b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", b"no request\r\n\r\nand more"],
    ids=["in its body", "in its line"],
)
def test_a_graceful_stop_does_not_wait_for_who_was_refused(serve: Serve, echo: Echo, sent: bytes) -> None:
    """A client that has its refusal and does not close is no request that has begun, whatever it has sent."""
    server = serve(echo.handle).start()
    with dialled(server) as refused:
        refused.sendall(sent)
        assert until_closed(refused).startswith(b"HTTP/1.1 400 ")
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        stopping.join(5)

        assert not stopping.is_alive()


def test_a_server_that_waits_is_at_rest(serve: Serve, echo: Echo) -> None:
    """Once it has given up on a client there is nothing to look at the clock for: it sleeps until somebody comes."""
    with serve(echo.handle, idle_timeout=0.05) as server, dialled(server) as client:
        assert until_closed(client) == b""
        before = time.process_time()
        time.sleep(0.2)

        assert time.process_time() - before < 0.1


def test_a_client_that_asks_is_told_to_go_on_once(server: Server) -> None:
    """`Expect: 100-continue` is answered by one 100 before the body, and by none when the body is there already."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"
    with dialled(server) as client:
        client.sendall(head + b"\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        time.sleep(0.05)  # the server has come to wait for the body, and to look again when it comes
        client.sendall(b"body")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")  # which has no body
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(head + b"Connection: close\r\n\r\nbody")
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")


def test_who_sends_without_end_after_its_answer_is_cut_off(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after a refusal is taken in and forgotten, but not for ever."""
    monkeypatch.setattr(connection, "DISCARD_BYTES", 1 << 20)
    with serve(echo.handle) as server, dialled(server) as client:
        client.sendall(b"no request\r\n\r\n")
        with pytest.raises(ConnectionError):
            client.sendall(bytes(64 << 20))


def test_frozen_time_stops_no_deadline(serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may freeze the time of the process; a client that says nothing is let go of all the same."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    with serve(echo.handle, idle_timeout=0.05) as server, dialled(server) as client:
        assert until_closed(client) == b""


def test_the_time_for_a_request_begins_with_its_first_byte(serve: Serve, echo: Echo) -> None:
    """However long a client had nothing to ask before."""
    with serve(echo.handle, read_timeout=0.5) as server, dialled(server) as client:
        for _ in range(2):
            time.sleep(0.6)
            client.sendall(b"GET / HT")
            time.sleep(0.05)
            client.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client) == (200, b"hello")


def test_a_connection_is_idle_from_its_answer_on(serve: Serve) -> None:
    """The time that the fake took for an answer is none in which the client had nothing to ask."""

    def handle(request: Request) -> Response:
        time.sleep(0.6)
        return Response(200)

    with serve(handle, idle_timeout=0.5) as server, dialled(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client)[0] == 200
            time.sleep(0.05)


def test_a_stop_that_is_interrupted_keeps_no_other_waiting(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops a server and is stopped in it, as by Ctrl-C, leaves nobody waiting for an end that never comes."""

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
    """The threads of a server follow its load down too."""
    monkeypatch.setattr(scheduling, "IDLE_SECONDS", 0.01)
    with Server(echo.handle) as server:
        for _ in range(3):
            assert requests.get(server.url, timeout=5).text == "hello"
        until = time.monotonic() + 5
        while len(threads()) > 1 and time.monotonic() < until:
            time.sleep(0.001)

        assert len(threads()) == 1


def test_a_handler_can_stop_its_own_server(serve: Serve) -> None:
    """Stopping from inside a request does not wait for that request, whose answer is the last to go out."""
    holder: list[Server] = []

    def handle(request: Any) -> Response:
        holder[0].stop()
        return Response(200)

    with serve(handle) as server, dialled(server) as client:
        holder.append(server)
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert until_closed(client).startswith(b"HTTP/1.1 200 OK")


# -- connections -----------------------------------------------------------------------------------------------------


def test_a_connection_serves_many_requests(server: Server, echo: Echo) -> None:
    """HTTP/1.1 connections stay open; also for HTTP/1.0 where the client asks for it."""
    with dialled(server) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert answer_on(client) == (200, b"hello")
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")

        assert until_closed(client).endswith(b"Content-Length: 5\r\nConnection: close\r\n\r\nhello")


def test_pipelined_requests_are_answered_in_their_order(server: Server, echo: Echo) -> None:
    """A client may send several requests before it reads; a HEAD among them brings no body."""
    with dialled(server) as client:
        client.sendall(
            b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
        )
        client.sendall(b"GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = until_closed(client)

    assert got.count(b"HTTP/1.1 200 OK") == 4
    assert got.count(b"hello") == 3
    assert [request.path for request in echo.seen] == ["/1", "/2", "/3", "/4"]


def test_a_client_that_has_finished_sending_is_still_answered(server: Server) -> None:
    """A half-closed connection gets its answer and is then closed."""
    with dialled(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.shutdown(socket.SHUT_WR)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize("start", [b"GET / HT", b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234"])
def test_a_client_that_leaves_half_way_asks_nothing(server: Server, echo: Echo, start: bytes) -> None:
    """A request cut off by its client never reaches the fake, and the server goes on."""
    with dialled(server) as client:
        client.sendall(start)
        client.shutdown(socket.SHUT_WR)
        assert until_closed(client) == b""

    assert echo.seen == []
    assert requests.get(server.url, timeout=5).text == "hello"


def test_a_client_that_does_not_wait_for_its_answer_harms_nobody(server: Server, echo: Echo) -> None:
    """Closing before a large answer has arrived ends that connection alone."""
    echo.reply = Response(200, (), b"x" * 5_000_000)
    with dialled(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(10)
    echo.reply = Response(200, (), b"well")

    assert requests.get(server.url, timeout=5).text == "well"


def test_two_hundred_connections_stay_open_side_by_side(serve: Serve, server: Server) -> None:
    """Every one of many keep-alive connections is answered, again and again."""
    with ExitStack() as stack:
        clients = [stack.enter_context(dialled(server)) for _ in range(200)]
        for _ in range(3):
            for client in clients:
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert {answer_on(client) for client in clients} == {(200, b"hello")}


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
def test_out_of_descriptors_it_goes_on_when_it_has_some_again() -> None:
    """A crowd that takes all the descriptors of the process keeps the last of it waiting, and no longer."""
    got = subprocess.run([sys.executable, "-c", CROWDED], capture_output=True, text=True, timeout=60)

    assert (got.stdout, got.stderr) == ("hello\n", "")


def test_slow_clients_stall_nobody(serve: Serve, echo: Echo) -> None:
    """While some clients send byte by byte, others are served; who is not done in time is told so."""
    with serve(echo.handle, read_timeout=0.3) as server, ExitStack() as stack:
        slow = [stack.enter_context(dialled(server)) for _ in range(20)]
        for byte in b"GET /":
            for client in slow:
                client.sendall(bytes([byte]))
            assert requests.get(server.url, timeout=5).text == "hello"

        assert {until_closed(client).partition(b"\r\n")[0] for client in slow} == {b"HTTP/1.1 408 Request Timeout"}


@pytest.mark.parametrize("asked", [0, 1], ids=["never used", "used once"])
def test_an_idle_connection_is_closed_in_the_end(serve: Serve, echo: Echo, asked: int) -> None:
    """A connection nobody uses, or uses any more, is closed without a word."""
    with serve(echo.handle, idle_timeout=0.05) as server, dialled(server) as client:
        for _ in range(asked):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client) == (200, b"hello")

        assert until_closed(client) == b""


@pytest.mark.parametrize(
    ("with_the_first", "after_it", "told"),
    [(b"GET /", b"", b"HTTP/1.1 408 Request Timeout"), (b"", b"GET /", b"HTTP/1.1 408 Request Timeout"), (b"", b"\r\n", b"")],
)  # fmt: skip
def test_a_request_has_begun_with_its_first_byte(
    serve: Serve, echo: Echo, with_the_first: bytes, after_it: bytes, told: bytes
) -> None:
    """Its time runs also where that byte came with the request before it; a line break too many begins no request."""
    with serve(echo.handle, read_timeout=0.1, idle_timeout=0.5) as server, dialled(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + with_the_first)
        assert answer_on(client) == (200, b"hello")
        client.sendall(after_it)

        assert until_closed(client).partition(b"\r\n")[0] == told


def test_the_time_for_a_request_is_not_taken_from_its_answer(serve: Serve) -> None:
    """A client that was slow to send may be slow to read as well, each within the server's patience."""
    large = b"x" * 30_000_000
    with serve(Echo(Response(200, (), large)).handle, read_timeout=1.0) as server, dialled(server) as client:
        client.sendall(b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        time.sleep(0.7)
        client.sendall(b"4\r\nbo")
        time.sleep(0.05)
        client.sendall(b"dy\r\n0\r\n\r\n")
        time.sleep(0.8)
        assert until_closed(client).endswith(large)


# -- nobody is kept waiting -----------------------------------------------------------------------------------------------

GET = b"GET /v1.6/source/get HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\n\r\n"
FEEDS = b"GET /v1/feeds?api_key=key HTTP/1.1\r\nHost: a\r\n\r\n"


def test_many_clients_need_one_thread(echo: Echo) -> None:
    """What can be answered at once costs no thread, however many connections there are."""
    with Server(echo.handle, at_once=echo.handle) as server, ExitStack() as stack:
        clients = [stack.enter_context(dialled(server)) for _ in range(100)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert {answer_on(client) for client in clients} == {(200, b"hello")}
        assert len(threads()) == 1


def test_a_request_that_is_held_holds_nobody_else() -> None:
    """While a latch holds one request, others on other connections are answered; then its connection goes on."""
    fake = FakeSources()
    with fake.server() as server, dialled(server) as held, dialled(server) as other:
        with fake.faults.hold("datasift.source.get") as latch:
            held.sendall(GET)
            latch.wait()
            for _ in range(3):
                other.sendall(FEEDS)
                assert answer_on(other)[0] == 200
        assert answer_on(held)[0] == 200
        for client in (held, other, held):
            client.sendall(GET)
            assert answer_on(client)[0] == 200
        while len(threads()) > 1:
            time.sleep(0.001)


def test_what_happens_at_a_time_may_ask_the_server_itself() -> None:
    """An event that falls due with a request runs where it keeps nobody waiting, itself included."""
    fake = FakeSources()
    fake.clock.run()
    with fake.server() as server:
        url = f"{server.url}/v1/feeds?api_key=key"
        seen: list[int] = []
        fake.clock.after(0, lambda: seen.append(requests.get(url, timeout=5).status_code))

        assert requests.get(url, timeout=5).status_code == 200
        assert seen == [200]


def test_a_client_that_does_not_read_keeps_nobody_waiting(serve: Serve) -> None:
    """An answer larger than the system takes at once waits for its reader, the others do not, and it arrives whole."""
    large = b"x" * 30_000_000
    handle = Echo(Response(200, (), large)).handle
    with serve(handle) as server, dialled(server) as slow, dialled(server) as other:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
        time.sleep(0.05)
        other.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_on(other, "HEAD") == (200, b"")
        with slow.makefile("rb") as reading:
            for _ in range(2):
                head = b"".join(iter(reading.readline, b"\r\n"))
                assert head.startswith(b"HTTP/1.1 200 OK")
                assert reading.read(len(large)) == large


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_request_may_come_in_pieces(serve: Serve, echo: Echo, size: int) -> None:
    """However a request is cut up on its way, it is the same; so is the next one, which comes with its end."""
    sent = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" * 2 + (
        b"PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
    )
    with serve(echo.handle) as server, dialled(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(sent), size):
            client.sendall(sent[begin : begin + size])
            time.sleep(0.001)
        assert until_closed(client).count(b"HTTP/1.1 200 OK") == 3

    assert [(request.path, request.body) for request in echo.seen] == [("/a", b"body")] * 2 + [("/b", b"body")]


def test_a_crowd_of_requests_on_one_connection_lets_others_through() -> None:
    """Requests that were sent ahead, more than are received at a time, take turns with those of other clients."""
    order: list[str] = []

    def handle(request: Request) -> Response:
        if len(order) == 5_000:
            other.sendall(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        order.append(request.path)
        return Response(200)

    with Server(handle, at_once=handle) as server, dialled(server) as crowd, dialled(server) as other:
        reading = threading.Thread(target=until_closed, args=(crowd,))
        reading.start()
        crowd.sendall(b"GET /crowd HTTP/1.1\r\nHost: a\r\n\r\n" * 10_000 + b"GET /last HTTP/1.0\r\n\r\n")
        assert answer_on(other)[0] == 200
        reading.join(10)

    assert order.index("/other") < 5_200
    assert order[-1] == "/last"


# -- bodies and limits -------------------------------------------------------------------------------------------------


def test_a_client_may_ask_before_it_sends_its_body(server: Server, echo: Echo) -> None:
    """`Expect: 100-continue` is answered before the body is sent, and not when the body is there already."""
    head = b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    with dialled(server) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"body")
        assert answer_on(client) == (200, b"hello")
        client.sendall(head + b"body")
        assert answer_on(client) == (200, b"hello")

    assert [request.body for request in echo.seen] == [b"body"] * 2


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_of_ten_megabytes_is_answered_and_not_kept(server: Server, echo: Echo, chunked: bool) -> None:
    """The fake is told of a body over its limit, by its length or a byte too many, and the client reads what it says."""
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
def test_what_is_no_request_is_refused_plainly(server: Server, echo: Echo, sent: bytes, status: int) -> None:
    """One line of plain text with HTTP's own status, then the end of the connection; the fake is not asked."""
    with dialled(server) as client:
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
        (pytest.fail.Exception, "the fake failed, or something arranged in it: Failed"),
        (LookupError, "the fake failed, or something arranged in it: LookupError"),
    ],
)
def test_a_bug_is_a_500_that_says_so_and_is_raised_at_the_end(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[BaseException], blame: str
) -> None:
    """A client is told that its request is not to blame; the exception, be it what a test fails with in something that it
    arranged, comes back from `stop`, and nothing is printed.
    """

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


def test_a_reply_that_cannot_be_written_is_a_bug_too(serve: Serve) -> None:
    """A header with a line break never reaches the client; the fake owns up instead."""
    bugs: list[BaseException] = []
    with serve(Echo(Response(200, (("X", "a\r\nY: b"),))).handle, on_bug=bugs.append) as server:
        got = requests.get(server.url, timeout=5)

    assert (got.status_code, "Y" in got.headers) == (500, False)
    assert [type(bug) for bug in bugs] == [ValueError]


@pytest.mark.parametrize("kind", [ValueError, OSError])
def test_what_goes_wrong_after_an_answer_is_a_bug_too(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    """An exception of the access log is kept like any other and written nowhere; its client is served as before."""
    bugs: list[BaseException] = []

    def access(*line: Any) -> None:
        raise kind("a full disk")

    with serve(Echo().handle, access=access, on_bug=bugs.append) as server, dialled(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer_on(client) == (200, b"hello")

    assert [str(bug) for bug in bugs] == ["a full disk"] * 2
    assert capfd.readouterr() == ("", "")


def test_nobody_who_cannot_be_told_of_a_bug_ends_the_server(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """Where telling of a bug fails too, its client is told all the same, and so is the next."""

    def fail(_: Any) -> Any:
        raise ValueError("a closed file")

    with serve(fail, on_bug=fail) as server:
        assert [requests.get(server.url, timeout=5).status_code for _ in range(2)] == [500, 500]

    assert capfd.readouterr() == ("", "")


def test_a_server_that_has_started_has_started(serve: Serve, echo: Echo) -> None:
    """Starting it once more, as `with` does, changes nothing; after a stop it listens again where it was."""
    server = serve(echo.handle).start()
    port = server.port
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")
    with server:
        assert (server.port, requests.get(server.url, timeout=5).text) == (port, "hello")


def test_the_test_that_failed_inside_is_not_hidden_by_a_bug(serve: Serve) -> None:
    """An exception in the body of `with` is the one that is seen."""

    def handle(request: Any) -> Response:
        raise InternalError("second")

    with pytest.raises(RuntimeError, match="first"), serve(handle) as server:  # noqa: PT012
        requests.get(server.url, timeout=5)
        raise RuntimeError("first")


def test_the_access_log_is_called_with_each_request_and_its_response(serve: Serve, echo: Echo) -> None:
    """Also with one that is no request, which has neither a method nor a target."""
    lines: list[tuple[Request, Response, float]] = []
    with serve(echo.handle, access=lambda *line: lines.append(line)) as server, dialled(server) as client:
        requests.get(f"{server.url}/v1/feeds", timeout=5)
        client.sendall(b"no request\r\n\r\n")
        until_closed(client)

    assert [(request.method, request.path, reply.status) for request, reply, _ in lines] == [
        ("GET", "/v1/feeds", 200),
        ("-", "-", 400),
    ]
    assert all(0 <= line[2] < 5 for line in lines)


def certified() -> ssl.SSLContext:
    return tls.context(str(CERTIFICATES / "localhost.pem"), str(CERTIFICATES / "localhost.key"))


def test_with_a_certificate_it_speaks_https(serve: Serve, echo: Echo) -> None:
    """Clients that insist on https are served; one that speaks plainly is shown the door, and stop is as fast."""
    with serve(echo.handle, "localhost", tls=certified()) as server:
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


def test_a_client_that_stalls_in_the_handshake_holds_up_no_stop(serve: Serve, echo: Echo) -> None:
    """Who connects to a server that speaks https and says nothing is gone with the server."""
    with serve(echo.handle, tls=certified()) as server, dialled(server) as silent:
        while server.open_connections < 1:
            time.sleep(0.001)
        server.stop()

        assert threads() == set()
        assert until_closed(silent) == b""


@pytest.mark.parametrize("size", [0, 10_000_000])
def test_the_end_of_an_https_connection_is_said(serve: Serve, echo: Echo, size: int) -> None:
    """A client that tells an end from a cut, as TLS lets it, finds its answer ended, when it comes to read it."""
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with (
        serve(echo.handle, tls=certified()) as server,
        dialled(server) as plain,
        trust.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as client,
    ):
        client.sendall(b"PUT / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize(("certificate", "key"), [("none.pem", None), ("localhost.pem", "none.key"), ("text", "text")])
def test_a_certificate_that_is_none_is_named(tmp_path: Path, certificate: str, key: str | None) -> None:
    """A file that is missing or holds no certificate is an OSError that names it."""
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "localhost.pem").write_bytes((CERTIFICATES / "localhost.pem").read_bytes())

    wrong = key or certificate
    with pytest.raises(OSError, match=wrong):
        tls.context(str(tmp_path / certificate), key and str(tmp_path / key))


class Mute(Exception):
    def __str__(self) -> str:
        raise LookupError


def test_a_bug_without_a_text_is_told_too(serve: Serve) -> None:
    """An exception that cannot be shown ends neither the server nor the connection without a word."""

    def handle(request: Request) -> Response:
        raise Mute

    with serve(handle, on_bug=lambda bug: None) as server:
        for _ in range(2):
            assert "Mute: its text cannot be had" in requests.get(server.url, timeout=5).json()["error"]


def test_a_bug_reads_as_json(server: Server, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of the 500 is one JSON object, whatever the exception's text holds."""
    bugs: list[BaseException] = []
    monkeypatch.setattr(server, "on_bug", bugs.append)
    reply = server.internal_error(ValueError('"quoted"\n\ud800'))

    assert json.loads(reply.body)["error"].endswith('ValueError: "quoted"\n\ud800')
