"""Stopping a live server: what is answered, what is cut off, and what it does not wait for."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import threading
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from echo import Echo
from serving import (
    Serve,
    connected_to,
    read_response,
    securely_connected_to,
    threads,
    tls_context,
    until_begun,
    until_closed,
)

from fakesources.core.http.messages import Request, Response
from fakesources.server.scheduling import Scheduler
from fakesources.server.server import Server


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
        assert read_response(client) == (200, b"hello")
        stopping = threading.Thread(target=server.stop, args=(float("inf"),))
        stopping.start()
        stopping.join(5)

        assert not stopping.is_alive()


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


def test_the_end_of_threads_whose_call_has_returned_is_waited_for() -> None:
    """However long they take to end; those whose call still runs get a bounded time."""
    scheduler, returned, ends = Scheduler("fakesources test"), threading.Event(), threading.Event()

    def post(_: object) -> None:
        returned.set()
        ends.wait(30)

    async def call() -> None:
        task = asyncio.ensure_future(scheduler.run_in_worker(None, lambda: None))
        while not returned.is_set():
            await asyncio.sleep(0)
        task.cancel()

    scheduler.post = post  # type: ignore[method-assign]
    scheduler.loop.run_until_complete(call())
    joining = threading.Thread(target=scheduler.join_workers, args=(0.0,))
    joining.start()
    joining.join(0.05)
    is_waiting = joining.is_alive()
    ends.set()
    joining.join(30)
    scheduler.loop.close()

    assert is_waiting
    assert threads() == set()
