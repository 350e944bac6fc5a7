"""How to run more than one server, behind HAProxy.

State is in memory, so an account has to meet the same server each time: HAProxy hashes what names the account, DataSift's
`Authorization` (or `Auth`) header or Curator's `api_key`. Start each server with `--home none`: with a home account, the
first caller of every server would get the documentation's ids; without one an id follows from the account alone, and no
two accounts get the same. Give them a token (a proxy makes every caller one on loopback), and send control requests to
each server by its own address: through HAProxy they reach one of them only.

What does not work: Curator's widget paths, which name a feed and no key (`/v1/feeds/FEED/posts`), reach one server
whatever the feed; and an account that sends its key in two ways (`user:key` and Basic) may meet two servers.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONFIGURATION = """
global
    maxconn 500

defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    option http-keep-alive

frontend fakes
    bind "fd@${LISTENING}"
    http-request set-var(txn.account) req.hdr(Authorization)
    http-request set-var(txn.account) req.hdr(Auth) unless { var(txn.account) -m found }
    http-request set-var(txn.account) url_param(api_key) unless { var(txn.account) -m found }
    default_backend servers

backend servers
    balance hash var(txn.account)
    hash-type consistent
    server one "${ONE}"
    server two "${TWO}"
"""

USERS = [f"user{number}" for number in range(12)]
KEYS = [f"KEY-{number}" for number in range(12)]


@pytest.fixture
def servers() -> Iterator[list[str]]:
    """The base URLs of two servers."""
    command = [sys.executable, "-m", "fakesources", "serve", "--port", "0", "--home", "none", "--token", "s3cret"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    yield [process.stdout.readline().strip() for process in running if process.stdout]
    for process in running:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def balancer(servers: list[str], tmp_path: Path) -> Iterator[str]:
    """The base URL of HAProxy in front of them; the socket it listens on is handed to it."""
    haproxy = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if haproxy is None:
        pytest.skip("HAProxy is not installed")
    file = tmp_path / "haproxy.cfg"
    file.write_text(CONFIGURATION)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one, two = (url.removeprefix("http://") for url in servers)
        variables = {"LISTENING": str(listening.fileno()), "ONE": one, "TWO": two}
        process = subprocess.Popen([haproxy, "-db", "-f", str(file)], env=variables, pass_fds=[listening.fileno()])
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        process.terminate()
        process.wait(60)


def call(url: str, path: str, *, body: Any = None, **headers: str) -> Any:
    """A request, its response as JSON."""
    sent = json.dumps(body).encode() if body is not None else None
    typed = {"Content-Type": "application/json"} if body is not None else {}
    with urllib.request.urlopen(urllib.request.Request(url + path, sent, {**typed, **headers}), timeout=60) as answer:
        return json.load(answer)


def create(url: str, user: str) -> str:
    """A new source of a DataSift user; its id."""
    source = {
        "source_type": "instagram", "name": f"of {user}", "parameters": {},
        "resources": [{"parameters": {"type": "tag", "value": "rock"}}], "auth": [{"parameters": {"value": "token"}}],
    }  # fmt: skip
    made = call(url, "/v1.6/source/create", body=source, Authorization=f"{user}:key")
    return str(made["id"])


def test_every_account_meets_its_own_server(balancer: str, servers: list[str]) -> None:
    """Both servers have work, each account finds what is its own, and no id is given twice."""
    sources = {user: create(balancer, user) for user in USERS}
    feeds = {key: call(balancer, f"/v1/feeds?api_key={key}")[0]["id"] for key in KEYS}

    found = {user: call(balancer, "/v1.6/source/get", Authorization=f"{user}:key")["sources"] for user in USERS}
    exchanges = [call(url, "/_fakesources/journal", Authorization="Bearer s3cret")["total"] for url in servers]

    assert {user: [source["id"] for source in its] for user, its in found.items()} == {
        user: [id] for user, id in sources.items()
    }
    assert len({*sources.values(), *feeds.values()}) == len(USERS) + len(KEYS)
    assert min(exchanges) > 0
    assert sum(exchanges) == 3 * 12


def test_servers_never_give_two_accounts_the_same_id(servers: list[str]) -> None:
    """Whoever calls which of them first."""
    one, two = servers
    ids = [create(url, user) for user, url in zip(USERS, [one, two] * 6, strict=True)]
    ids += [call(url, f"/v1/feeds?api_key={key}")[0]["id"] for key, url in zip(KEYS, [two, one] * 6, strict=True)]

    assert len(set(ids)) == len(ids)
