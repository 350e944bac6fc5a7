"""Many clients of one live server: none delays another, and threads are few."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest
import requests
from echo import Echo
from serving import FEEDS, GET, GET_ROOT, Serve, connected_to, read_response, threads, until_closed

from fakesources import FakeSources
from fakesources.core.http.messages import Request, Response
from fakesources.server import connection, parsing, scheduling
from fakesources.server.server import Server


def test_two_hundred_connections_stay_open_side_by_side(serve: Serve, server: Server) -> None:
    """Use each of many connections several times."""
    with ExitStack() as stack:
        clients = [stack.enter_context(connected_to(server)) for _ in range(200)]
        for _ in range(3):
            for client in clients:
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert {read_response(client) for client in clients} == {(200, b"hello")}


def test_many_clients_need_one_thread(echo: Echo) -> None:
    """Requests that do not block need no worker, however many connections there are."""
    with Server(echo.handle, handle_nonblocking=echo.handle) as server, ExitStack() as stack:
        clients = [stack.enter_context(connected_to(server)) for _ in range(100)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert {read_response(client) for client in clients} == {(200, b"hello")}
        assert len(threads()) == 1


def test_slow_clients_do_not_delay_others(serve: Serve, echo: Echo) -> None:
    """Send byte by byte: other clients are served meanwhile, and the slow ones get a 408 in the end."""
    with serve(echo.handle, read_timeout=0.3) as server, ExitStack() as stack:
        slow = [stack.enter_context(connected_to(server)) for _ in range(20)]
        for byte in b"GET /":
            for client in slow:
                client.sendall(bytes([byte]))
            assert requests.get(server.url, timeout=5).text == "hello"

        assert {until_closed(client).partition(b"\r\n")[0] for client in slow} == {b"HTTP/1.1 408 Request Timeout"}


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
        other.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_response(other, "HEAD") == (200, b"")
        with slow.makefile("rb") as reading:
            for _ in range(2):
                head = b"".join(iter(reading.readline, b"\r\n"))
                assert head.startswith(b"HTTP/1.1 200 OK")
                assert reading.read(len(large)) == large


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


def test_a_worker_thread_ends_with_its_request(echo: Echo) -> None:
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


UNENDING = {
    "a body over the limit": (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n", b"a" * 65_536),
    "bytes after the last request": (b"GET / HTTP/1.0\r\n\r\n", b"a" * 65_536),
    "a chunk extension": (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 65_536),
    "small chunks": (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 5_000),
    "a long body": (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", b"a" * 65_536),
    "line breaks": (b"", b"\r\n" * 32_768),
}


@pytest.mark.parametrize(("begin", "rest"), UNENDING.values(), ids=UNENDING)
def test_of_clients_that_send_without_end_one_is_read_at_a_time(
    monkeypatch: pytest.MonkeyPatch, begin: bytes, rest: bytes
) -> None:
    """Fill the socket buffers of 20 clients: between requests of another one few of them are read.

    Every client is read once before that: its bytes could be a whole request.
    """
    reads = [0]
    read = connection.Connection.buffer_updated
    monkeypatch.setattr(
        connection.Connection, "buffer_updated", lambda self, size: (reads.append(reads.pop() + 1), read(self, size))
    )

    def handle(request: Request) -> Response:
        if request.path == "/polite":
            if len(reads) == 1:
                is_busy.set()
                goes_on.wait(30)
            if len(reads) < 60:
                polite.sendall(b"GET /polite HTTP/1.1\r\nHost: a\r\n\r\n")
            reads.append(0)
        return Response(204)

    is_busy, goes_on = threading.Event(), threading.Event()
    with Server(handle, handle_nonblocking=handle) as server, ExitStack() as stack:
        polite, *crowd = [stack.enter_context(connected_to(server)) for _ in range(21)]
        for client in crowd:  # all have been accepted
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client)[0] == 204
        polite.sendall(b"GET /polite HTTP/1.1\r\nHost: a\r\n\r\n")
        assert is_busy.wait(30)
        for client in crowd:
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.sendall(begin)
                while True:
                    client.send(rest)
        goes_on.set()
        polite.settimeout(30)
        answered = b""
        while answered.count(b"HTTP/1.1 204") < 60:
            answered += polite.recv(65_536)

    own_reads, one_before_and_one_behind = 1, 2
    assert max(reads[10:60]) <= own_reads + one_before_and_one_behind


def test_of_many_clients_that_connect_one_is_accepted_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 40 clients wait to be accepted: those that have been accepted are answered between them."""
    accepted = [0]
    open_client = connection.Connection.open
    monkeypatch.setattr(
        connection.Connection,
        "open",
        lambda self, client: (accepted.append(accepted.pop() + 1), open_client(self, client)),
    )

    def handle(request: Request) -> Response:
        if len(accepted) == 1:
            is_busy.set()
            goes_on.wait(30)
        if len(accepted) < 30:
            polite.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        accepted.append(0)
        return Response(204)

    is_busy, goes_on = threading.Event(), threading.Event()
    with Server(handle, handle_nonblocking=handle) as server, ExitStack() as stack:
        polite = stack.enter_context(connected_to(server))
        polite.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert is_busy.wait(30)
        for _ in range(40):
            stack.enter_context(connected_to(server))
        goes_on.set()
        answered = b""
        while answered.count(b"HTTP/1.1 204") < 30:
            answered += polite.recv(65_536)

    assert max(accepted[1:30]) <= 2  # one before and one behind a request in an iteration of the loop


FULL_OF_CALLBACKS = {
    "requests": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 5_000 + b"GET / HTTP/1.0\r\n\r\n",
    "small chunks": b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    + b"1\r\na\r\n" * 20_000
    + b"0\r\n\r\n",
}


@pytest.mark.parametrize("sent", FULL_OF_CALLBACKS.values(), ids=FULL_OF_CALLBACKS)
def test_what_has_many_callbacks_is_parsed_in_small_pieces(
    monkeypatch: pytest.MonkeyPatch, echo: Echo, sent: bytes
) -> None:
    """Nothing else runs while a piece is parsed, so its size bounds the time."""
    sizes: list[int] = []
    feed = parsing.RequestParser.feed
    monkeypatch.setattr(
        parsing.RequestParser, "feed", lambda self, data: (sizes.append(len(data)), feed(self, data))[1]
    )
    with Server(echo.handle, handle_nonblocking=echo.handle) as server, connected_to(server) as client:
        reading = threading.Thread(target=until_closed, args=(client,))
        reading.start()
        client.sendall(sent)
        reading.join(30)

    assert (sum(sizes), max(sizes)) == (len(sent), parsing.PIECE_BYTES)


LARGE = b"a" * 20_000
HEAD = b"PUT /long HTTP/1.1\r\nHost: a\r\n"
MAY_TAKE_LONG = {
    "a body over the limit": (9 * 60, HEAD + b"Content-Length: 1000000000\r\n\r\n" + LARGE),
    "a large body": (60, HEAD + b"Content-Length: 20000\r\n\r\n" + LARGE),
    "a large body and the begin of another request": (
        60, HEAD + b"Transfer-Encoding: chunked\r\n\r\n4e20\r\n%b\r\n0\r\n\r\nGET" % LARGE,
    ),
    "a long target": (60, b"GET /long?%b HTTP/1.1\r\nHost: a\r\n\r\n" % LARGE),
    "one behind a small request": (60, GET_ROOT + HEAD + b"Content-Length: 20000\r\n\r\n" + LARGE),
}  # fmt: skip
"""Requests, and the seconds for others behind one that takes a minute."""


@pytest.mark.parametrize(("pause", "sent"), MAY_TAKE_LONG.values(), ids=MAY_TAKE_LONG)
def test_between_requests_that_take_long_the_loop_has_time_for_others(
    skip_seconds: Callable[[float], None], monkeypatch: pytest.MonkeyPatch, pause: float, sent: bytes
) -> None:
    """Let each take a minute: one is answered, then others for a while, then the next one."""
    answered: list[str] = []
    pauses: list[float] = []
    add = scheduling.Scheduler.add_turn_with_pause
    monkeypatch.setattr(
        scheduling.Scheduler,
        "add_turn_with_pause",
        lambda self, call, pause: (pauses.extend([pause] * (pause > 0)), add(self, call, pause)),
    )

    def handle(request: Request) -> Response:
        answered.append(request.path)
        if request.path == "/long":
            skip_seconds(60)
        return Response(204)

    with (
        Server(handle, handle_nonblocking=handle, idle_timeout=3_600) as server,
        connected_to(server) as polite,
        connected_to(server) as first,
        connected_to(server) as second,
    ):

        def others() -> int:
            for _ in range(20):
                polite.sendall(GET_ROOT)
                assert read_response(polite)[0] == 204
            return answered.count("/long")

        first.sendall(sent)
        while "/long" not in answered:
            others()
        second.sendall(sent)
        while len(pauses) < 2:  # all of it has come, and no read timeout can end it
            others()
        assert others() == 1
        skip_seconds(pause - 30)
        assert others() == 1
        skip_seconds(60)
        until = time.monotonic() + 30
        while others() < 2:
            assert time.monotonic() < until
