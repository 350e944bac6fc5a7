"""One server and many clients at once: patient ones, hostile ones, and suites that share it."""

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
from processes import PATIENCE, Serve, Served, reached

HOSTILE = Path(__file__).parents[1] / "benchmarks" / "hostile.py"
HEAD = b"GET /v1/feeds?api_key=ABCD-1234 HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def held_by(served: Served) -> tuple[int, int]:
    """How many threads and descriptors the server has."""
    process = Path("/proc", str(served.process.pid))
    return len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))


def at_rest(served: Served) -> tuple[int, int]:
    """The same, once the connections that were there are gone: nothing has changed for a while."""
    seen = (0, 0)
    while seen != (seen := held_by(served)):
        time.sleep(0.3)
    return seen


def connect(served: Served) -> socket.socket:
    """A bare connection to the server."""
    parts = urlsplit(served.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def test_a_crowd_is_served_and_leaves_nothing_behind(serve: Serve) -> None:
    """Two hundred connections that stay open are answered while others dawdle, leave half-way or send several requests
    at once; when all are gone, the server has the threads and descriptors it began with.
    """
    served = serve()
    served.control("GET", "health")
    if not Path("/proc", str(served.process.pid), "task").is_dir():
        pytest.skip("this system does not show a process's threads and descriptors")
    before = at_rest(served)
    dawdling = [connect(served) for _ in range(50)]
    for client in dawdling:
        client.sendall(HEAD[:20])
    half_closed = [connect(served) for _ in range(20)]
    for client in half_closed:
        client.sendall(HEAD + b"\r\n")
        client.shutdown(socket.SHUT_WR)
    gone = [connect(served) for _ in range(20)]
    for client in gone:
        client.sendall(HEAD)
        client.close()
    pipelined = connect(served)
    pipelined.sendall((HEAD + b"\r\n") * 5)
    netloc = urlsplit(served.url).netloc
    patient = [http.client.HTTPConnection(netloc, timeout=PATIENCE) for _ in range(200)]

    def ask_once(connection: http.client.HTTPConnection) -> int:
        connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
        answer = connection.getresponse()
        answer.read()
        return answer.status

    with ThreadPoolExecutor(20) as pool:
        for _ in range(3):
            assert set(pool.map(ask_once, patient)) == {200}
    assert all(client.recv(12) == b"HTTP/1.1 200" for client in half_closed)
    answers = b""
    while answers.count(b"HTTP/1.1 200") < 5:
        answers += pipelined.recv(65_536)

    for client in (*dawdling, *half_closed, pipelined, *patient):
        client.close()
    assert reached(lambda: all(now <= then for now, then in zip(held_by(served), before, strict=True))), (
        before,
        held_by(served),
    )


def test_two_suites_share_a_server_and_notice_nothing_of_each_other(serve: Serve) -> None:
    """Each has its own credential and so its own rows, ids, faults and journal; resetting its account changes nothing
    for the other, which is in the middle of its work.
    """
    served = serve()

    def suite(user: str) -> list[str]:
        ids = []
        for round in range(12):
            made = [served.create(f"{user} {round} {number}", user)["id"] for number in range(3)]
            listed = [source["id"] for source in served.sources(user)]
            assert sorted(listed) == sorted(made), (user, round)
            served.control(
                "POST", "faults", {"operation": "datasift.source.log", "account": user, "error": "not-found"}
            )
            headers = {"Authorization": f"{user}:key"}
            logs = [served.ask("GET", f"/v1.6/source/log?id={made[0]}", headers=headers).status for _ in range(2)]
            assert logs == [404, 200], (user, round)
            told = served.control("GET", f"journal?account={user}")["exchanges"]
            assert len(told) == 6, (user, round)
            assert {exchange["account"] for exchange in told} == {user}
            assert served.control("POST", f"reset?account={user}") == {"reset": ["datasift"]}
            assert served.sources(user) == []
            served.control("POST", f"reset?account={user}")
            ids += made
        return ids

    with ThreadPoolExecutor(2) as pool:
        alice, bob = pool.map(suite, ("alice", "bob"))

    assert len(set(alice)) == len(set(bob)) == 3
    assert not set(alice) & set(bob)


def test_one_account_goes_back_while_the_other_goes_on(serve: Serve) -> None:
    """A snapshot is of everything; what is gone back to may be one account's part of it."""
    served = serve()
    for user in ("alice", "bob"):
        served.create("before", user)
    served.control("POST", "snapshots", {"name": "clean"})

    def go_back() -> None:
        for _ in range(10):
            served.create("after", "alice")
            served.control("POST", "snapshots/clean/restore?account=alice")
            assert [source["name"] for source in served.sources("alice")] == ["before"]

    def go_on() -> None:
        for number in range(10):
            served.create(f"source {number}", "bob")
            assert len(served.sources("bob")) == number + 2

    with ThreadPoolExecutor(2) as pool:
        for working in [pool.submit(go_back), pool.submit(go_on)]:
            working.result()


@pytest.mark.parametrize(
    "kind", ["line_breaks", "pipelines", "wrong_chunks", "never_reading", "many_at_once", "uploads"]
)
def test_a_termination_ends_a_busy_server(serve: Serve, kind: str) -> None:
    """With exit code 0 and not a word, however busy some clients keep it."""
    served = serve()
    port = str(urlsplit(served.url).port)
    clients = subprocess.Popen([sys.executable, str(HOSTILE), kind, port], stdin=subprocess.PIPE)
    try:
        assert reached(lambda: served.control("GET", "health")["used"]["connections"] > 1)

        assert served.stop(signal.SIGTERM) == (0, "", "")
    finally:
        clients.communicate(timeout=PATIENCE)
