"""Many clients of one server at once: slow ones, hostile ones, and suites that share it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import TIMEOUT_SECONDS, Serve, Served, becomes_true

HOSTILE = Path(__file__).parents[1] / "benchmarks" / "hostile.py"
HEAD = b"GET /v1/feeds?api_key=ABCD-1234 HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def count_threads_and_files(served: Served) -> tuple[int, int]:
    """Return the numbers of threads and of open files of the server."""
    process = Path("/proc", str(served.process.pid))
    return len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))


def count_when_idle(served: Served) -> tuple[int, int]:
    """Return the same numbers once they no longer change."""
    counts = (0, 0)
    while counts != (counts := count_threads_and_files(served)):
        time.sleep(0.3)
    return counts


def connect(served: Served) -> socket.socket:
    """Return a TCP connection to the server."""
    parts = urlsplit(served.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT_SECONDS)


def test_beyond_the_chosen_number_of_connections_the_idlest_is_closed(serve: Serve) -> None:
    served = serve("--max-connections", "2")
    idle = connect(served)
    idle.sendall(HEAD + b"\r\n")
    assert idle.recv(65_536).startswith(b"HTTP/1.1 200")
    with connect(served) as second:
        second.sendall(HEAD + b"\r\n")
        assert second.recv(65_536).startswith(b"HTTP/1.1 200")
        assert served.control("GET", "health")["limits"]["connections"] == 2

        assert idle.recv(1) == b""
    idle.close()


def test_many_connections_are_served_and_closed(serve: Serve) -> None:
    """Others are slow, closed early or pipelined; when all are gone, so are their threads and files."""
    served = serve()
    served.control("GET", "health")
    if not Path("/proc", str(served.process.pid), "task").is_dir():
        pytest.skip("this system does not show a process's threads and descriptors")
    before = count_when_idle(served)
    slow = [connect(served) for _ in range(50)]
    for client in slow:
        client.sendall(HEAD[:20])
    half_closed = [connect(served) for _ in range(20)]
    for client in half_closed:
        client.sendall(HEAD + b"\r\n")
        client.shutdown(socket.SHUT_WR)
    closed = [connect(served) for _ in range(20)]
    for client in closed:
        client.sendall(HEAD)
        client.close()
    pipelined = connect(served)
    pipelined.sendall((HEAD + b"\r\n") * 5)
    netloc = urlsplit(served.url).netloc
    keep_alive = [http.client.HTTPConnection(netloc, timeout=TIMEOUT_SECONDS) for _ in range(200)]

    def get_feeds(connection: http.client.HTTPConnection) -> int:
        connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
        response = connection.getresponse()
        response.read()
        return response.status

    with ThreadPoolExecutor(20) as pool:
        for _ in range(3):
            assert set(pool.map(get_feeds, keep_alive)) == {200}
    assert all(client.recv(12) == b"HTTP/1.1 200" for client in half_closed)
    responses = b""
    while responses.count(b"HTTP/1.1 200") < 5:
        responses += pipelined.recv(65_536)

    for client in (*slow, *half_closed, pipelined, *keep_alive):
        client.close()
    assert becomes_true(
        lambda: all(now <= then for now, then in zip(count_threads_and_files(served), before, strict=True))
    ), (
        before,
        count_threads_and_files(served),
    )


def test_two_suites_share_a_server_without_seeing_each_other(serve: Serve) -> None:
    """Each has a credential of its own, and so its own rows, ids, faults and exchanges."""
    served = serve()

    def suite(user: str) -> list[str]:
        ids = []
        for round in range(12):
            created = [served.create(f"{user} {round} {number}", user)["id"] for number in range(3)]
            listed = [source["id"] for source in served.sources(user)]
            assert sorted(listed) == sorted(created), (user, round)
            served.control(
                "POST", "faults", {"operation": "datasift.source.log", "account": user, "error": "not-found"}
            )
            headers = {"Authorization": f"{user}:key"}
            logs = [served.send("GET", f"/v1.6/source/log?id={created[0]}", headers=headers).status for _ in range(2)]
            assert logs == [404, 200], (user, round)
            exchanges = served.control("GET", f"journal?account={user}")["exchanges"]
            assert len(exchanges) == 6, (user, round)
            assert {exchange["account"] for exchange in exchanges} == {user}
            assert served.control("POST", f"reset?account={user}") == {"reset": ["datasift"]}
            assert served.sources(user) == []
            served.control("POST", f"reset?account={user}")
            ids += created
        return ids

    with ThreadPoolExecutor(2) as pool:
        alice, bob = pool.map(suite, ("alice", "bob"))

    assert len(set(alice)) == len(set(bob)) == 3
    assert not set(alice) & set(bob)


def test_one_account_is_restored_while_another_changes(serve: Serve) -> None:
    served = serve()
    for user in ("alice", "bob"):
        served.create("before", user)
    served.control("POST", "snapshots", {"name": "clean"})

    def restore() -> None:
        for _ in range(10):
            served.create("after", "alice")
            served.control("POST", "snapshots/clean/restore?account=alice")
            assert [source["name"] for source in served.sources("alice")] == ["before"]

    def create() -> None:
        for number in range(10):
            served.create(f"source {number}", "bob")
            assert len(served.sources("bob")) == number + 2

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(restore), pool.submit(create)]:
            future.result()


@pytest.mark.parametrize(
    "kind",
    [
        "line_breaks", "pipelines", pytest.param("wrong_chunks", marks=pytest.mark.slow), "never_reading", "many_at_once",
        "uploads",
    ],
)  # fmt: skip
def test_sigterm_stops_a_busy_server(serve: Serve, kind: str) -> None:
    """The exit code is 0 and nothing is printed."""
    served = serve()
    port = str(urlsplit(served.url).port)
    clients = subprocess.Popen([sys.executable, str(HOSTILE), kind, port], stdin=subprocess.PIPE)
    try:
        assert becomes_true(lambda: served.control("GET", "health")["used"]["connections"] > 1)

        assert served.stop(signal.SIGTERM) == (0, "", "")
    finally:
        clients.communicate(timeout=TIMEOUT_SECONDS)
