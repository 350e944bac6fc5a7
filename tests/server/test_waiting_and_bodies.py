"""Waiting requests, bodies over the limit, and other clients of the live server."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from serving import FEEDS, GET, disconnect_client, eventually

from fakesources import FakeSources
from fakesources.control.hosted import STATE_LIMIT, Hosted
from fakesources.core.http.messages import BODY_LIMIT, Request, Response
from fakesources.server import tls
from fakesources.server.scheduling import WORKERS
from fakesources.server.server import Server

COMMANDS = Path(__file__).parents[1] / "commands"
CERTIFICATE = str(COMMANDS / "localhost.pem"), str(COMMANDS / "localhost.key")


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        yield client


def threads(server: Server) -> int:
    """Return the number of threads of a server; a fixture may have another one."""
    return sum(f"fakesources {server.netloc}" in each.name for each in threading.enumerate())


# -- waiting -------------------------------------------------------------------------------------------------------


def test_waiting_requests_need_no_thread() -> None:
    """Send held and delayed requests; all of them are answered in the end."""
    fake = FakeSources()
    fake.faults.delay("curator.feeds.list", 0.3)
    with fake.server() as server, ExitStack() as stack:
        hold = fake.faults.hold("datasift.source.get")
        clients = [stack.enter_context(connected(server)) for _ in range(200)]
        for number, client in enumerate(clients):
            client.sendall(GET if number % 2 else FEEDS)
        hold.wait(100, timeout=60)
        assert threads(server) <= 1 + WORKERS
        hold.release()

        assert {client.recv(15) for client in clients} == {b"HTTP/1.1 200 OK"}


@pytest.mark.parametrize("how", ["close", "reset", "half"])
def test_a_held_request_ends_with_its_client(how: str) -> None:
    """Disconnect while a request is held: it is not handled and not in the journal."""
    fake = FakeSources()
    with fake.server() as server, fake.faults.hold("datasift.source.get") as hold, connected(server) as client:
        client.sendall(GET)
        hold.wait()
        disconnect_client(client, how)

        assert eventually(lambda: hold.held == 0)
        assert eventually(lambda: server.open_connections == 0)
    assert list(fake.journal) == []


def test_a_request_is_not_held_once_its_client_has_left() -> None:
    """Disconnect while a `when` function decides whether the request is held."""
    fake, asked, left = FakeSources(), threading.Event(), threading.Event()

    def when(request: Any) -> bool:
        asked.set()
        return left.wait(10)

    with fake.server() as server, connected(server) as client:
        hold = fake.faults.hold("datasift.source.get", when=when)
        client.sendall(GET)
        assert asked.wait(10)
        disconnect_client(client, "reset")
        assert eventually(lambda: server.open_connections == 0)
        left.set()

        assert eventually(lambda: (hold.arrived, hold.held) == (1, 0))
    assert list(fake.journal) == []


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_delayed_request_is_handled_without_its_client(how: str) -> None:
    """Disconnect during a delay: a slow service does not notice, and acts."""
    fake = FakeSources()
    planned = fake.faults.delay("datasift.source.get", 0.2)
    with fake.server() as server, connected(server) as client:
        client.sendall(GET)
        assert eventually(lambda: planned.count == 1)
        disconnect_client(client, how)

        assert eventually(lambda: len(fake.journal) == 1)


def test_a_wait_for_the_journal_ends_with_its_client() -> None:
    """Disconnect while waiting for the journal: the number of waiting requests goes back to 0."""
    hosted = Hosted({})
    with Server(
        hosted.handle, handle_nonblocking=hosted.handle_nonblocking, steps=hosted.steps, authorise=hosted.authorise
    ) as server:
        with connected(server) as client:
            client.sendall(b"GET /_fakesources/journal?wait=300 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert eventually(lambda: hosted.gauges["waiting_requests"]() == 1)

        assert eventually(lambda: hosted.gauges["waiting_requests"]() == 0)


def test_a_stop_ends_waiting_requests() -> None:
    """Stop with a held request, a delayed one, and one whose client has left."""
    fake = FakeSources()
    fake.faults.delay("curator.feeds.list", 3600)
    hold = fake.faults.hold("datasift.source.get")
    with fake.server() as server, connected(server) as held, connected(server) as late, connected(server) as left:
        for client, sent in ((held, GET), (late, FEEDS), (left, FEEDS)):
            client.sendall(sent)
        hold.wait()
        left.close()
        server.stop()

        assert (held.recv(1), late.recv(1), hold.held) == (b"", b"", 0)
        assert eventually(lambda: threads(server) == 0)


def test_handlers_that_block_have_a_bounded_number_of_threads() -> None:
    """Send more than there are workers: all are answered, and a request that does not block meanwhile."""
    release = threading.Event()

    def handle(request: Request) -> Response:
        release.wait(10)
        return Response(200)

    def at_once(request: Request) -> Response | None:
        return Response(204) if request.path == "/now" else None

    with Server(handle, handle_nonblocking=at_once) as server, ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(WORKERS * 3)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert eventually(lambda: server.begun_requests == len(clients))
        assert requests.get(f"{server.url}/now", timeout=10).status_code == 204
        assert eventually(lambda: threads(server) == 1 + WORKERS)
        release.set()

        assert {client.recv(15) for client in clients} == {b"HTTP/1.1 200 OK"}


def test_a_server_starts_and_stops_inside_a_running_loop() -> None:
    """Start two servers in a coroutine: each has its own loop."""

    async def main() -> list[int]:
        with FakeSources().server() as one, FakeSources().server() as other:
            urls = [f"{server.url}/v1/feeds?api_key=key" for server in (one, other)]
            return [(await asyncio.to_thread(requests.get, url, timeout=10)).status_code for url in urls]

    assert asyncio.run(main()) == [200, 200]


def test_a_handshake_has_a_timeout() -> None:
    """Close a TLS client that sends nothing after `read_timeout`."""
    with (
        Server(lambda request: Response(200), tls=tls.context(*CERTIFICATE), read_timeout=0.1) as server,
        connected(server) as silent,
    ):
        assert silent.recv(1) == b""


# -- bodies --------------------------------------------------------------------------------------------------------

TOO_LONG = {
    "datasift": (b"/v1.6/source/create", b"Authorization: alice:key\r\n", 413),
    "curator": (b"/v1/sources?api_key=key", b"", 400),
    "control": (b"/_fakesources/clock", b"", 413),
}


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"], ids=["sends", "expects 100"])
@pytest.mark.parametrize(("path", "header", "status"), TOO_LONG.values(), ids=TOO_LONG)
def test_a_body_over_the_limit_is_an_error_before_it_is_sent(
    path: bytes, header: bytes, status: int, expects: bytes
) -> None:
    """Answer by the length alone as by the bytes: with the error of the API; then the connection ends."""
    hosted = Hosted({})
    limit = hosted.limit(path.decode())
    length = limit + 1
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s" % (path, header)
    with Server(
        hosted.handle,
        handle_nonblocking=hosted.handle_nonblocking,
        steps=hosted.steps,
        authorise=hosted.authorise,
        limit=hosted.limit,
    ) as server:
        with connected(server) as client:
            client.sendall(head + expects + b"Content-Length: %d\r\n\r\n" % length)
            by_its_length = b"".join(iter(lambda: client.recv(65_536), b""))
        with connected(server) as client:
            client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % length + bytes(length))
            by_its_bytes = b"".join(iter(lambda: client.recv(65_536), b""))

    assert by_its_length.startswith(b"HTTP/1.1 %d " % status)
    assert by_its_length.partition(b"\r\n\r\n")[2] == by_its_bytes.partition(b"\r\n\r\n")[2] != b""


def test_a_missing_token_is_an_error_before_the_body_is_read() -> None:
    """Answer 401 to the head of a long state."""
    hosted = Hosted({}, token="secret")
    with (
        Server(
            hosted.handle,
            handle_nonblocking=hosted.handle_nonblocking,
            steps=hosted.steps,
            authorise=hosted.authorise,
            limit=hosted.limit,
        ) as server,
        connected(server) as client,
    ):
        client.sendall(
            b"PUT /_fakesources/state HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n{" % STATE_LIMIT
        )

        assert client.recv(12) == b"HTTP/1.1 401"


# -- other clients ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secured() -> Iterator[Server]:
    fake = FakeSources()
    with Server(
        fake.handle,
        "localhost",
        handle_nonblocking=fake.handle_nonblocking,
        steps=fake.steps,
        tls=tls.context(*CERTIFICATE),
    ) as server:
        yield server


CURL = {
    "a request": [],
    "HTTP/1.0": ["--http1.0"],
    "HEAD": ["--head"],
    "a long body": ["--data-binary", f"@{__file__}"],
    "a long body, expecting 100": ["--data-binary", f"@{__file__}", "--header", "Expect: 100-continue"],
    "a body in chunks": ["--data-binary", f"@{__file__}", "--header", "Transfer-Encoding: chunked"],
}


@pytest.mark.parametrize("flags", CURL.values(), ids=CURL)
def test_curl_is_answered_twice_on_one_secured_connection(secured: Server, flags: list[str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    url = f"{secured.url}/v1/feeds?api_key=key"
    output = ["--write-out", "%{http_code} %{num_connects}\n", "--output", "/dev/null"]
    process = subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--cacert", CERTIFICATE[0], *flags, *output, url, *output, url],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    lines = [line.split() for line in process.stdout.splitlines() if line[:3].isdigit()]
    assert (process.returncode, process.stderr) == (0, "")
    assert [status for status, _ in lines] == [lines[0][0]] * 2
    assert [connects for _, connects in lines] == (["1", "1"] if "--http1.0" in flags else ["1", "0"])


FETCH = """
const url = process.argv[1];
const once = async (number) => {
  const options = number % 2 ? { method: "POST", body: "x".repeat(100000) } : {};
  const response = await fetch(url, options);
  await response.text();
  return response.status;
};
const found = await Promise.all(Array.from({ length: 100 }, (_, number) => once(number)));
console.log(JSON.stringify([...new Set(found)].sort()));
"""


def test_fetch_of_node_is_answered_a_hundred_times_at_once() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    with FakeSources().server() as server:
        url = f"{server.url}/v1/feeds?api_key=key"
        process = subprocess.run(
            [node, "--input-type=module", "-e", FETCH, url], capture_output=True, text=True, timeout=60, check=False
        )
        expected = sorted({requests.get(url, timeout=10).status_code, requests.post(url, timeout=10).status_code})

    assert (json.loads(process.stdout or "null"), process.stderr) == (expected, "")


def answers_over_tls(server: Server, sent: bytes) -> Any:
    trust = ssl.create_default_context(cafile=CERTIFICATE[0])
    with connected(server) as plain, trust.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(sent)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def test_the_error_for_a_body_over_the_limit_is_read_over_tls(secured: Server) -> None:
    """Send the whole body before reading, as most clients do."""
    head = b"POST /v1.6/source/create HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\n"
    length = BODY_LIMIT * 3
    got = answers_over_tls(secured, head + b"Content-Length: %d\r\n\r\n" % length + bytes(length))

    assert got.startswith(b"HTTP/1.1 413 ")
