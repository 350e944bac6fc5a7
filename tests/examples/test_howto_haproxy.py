"""Run several servers behind HAProxy.

The state is in memory, so an account has to reach the same server each time: HAProxy hashes the credential, which is
DataSift's `Authorization` (or `Auth`) header or Curator's `api_key`. Start each server with `--home none`: a home
account gets the ids of the documentation's examples, and every server would have one; without it ids follow from the
account alone, and no two accounts get the same. Set a token (behind a proxy, every client appears to be on loopback),
and send control requests to each server's own address: through HAProxy they reach only one of them.

    fakesources serve --port 8081 --home none --token s3cret
    fakesources serve --port 8082 --home none --token s3cret
    LISTEN=:8080 ONE=127.0.0.1:8081 TWO=127.0.0.1:8082 haproxy -f haproxy.cfg

with CONFIGURATION below as `haproxy.cfg`; clients use http://127.0.0.1:8080.

Limits: a request without a credential goes to either server. On Curator's widget paths, which have a feed and no key
(`/v1/feeds/FEED/posts`), it may be the one that answers 404; with `?api_key=KEY` added it is the right one. An account
that sends its key in two forms (`user:key` and Basic) may reach two servers.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import urllib.error
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
    bind "${LISTEN}"
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
    """Base URLs of two servers."""
    command = [sys.executable, "-m", "fakesources", "serve", "--port", "0", "--home", "none", "--token", "s3cret"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    yield [process.stdout.readline().strip() for process in running if process.stdout]
    for process in running:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def balancer(servers: list[str], tmp_path: Path) -> Iterator[str]:
    """Base URL of HAProxy in front of the servers; it inherits its listening socket."""
    haproxy = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if haproxy is None:
        pytest.skip("HAProxy is not installed")
    file = tmp_path / "haproxy.cfg"
    file.write_text(CONFIGURATION)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one, two = (url.removeprefix("http://") for url in servers)
        variables = {"LISTEN": f"fd@{listener.fileno()}", "ONE": one, "TWO": two}
        process = subprocess.Popen([haproxy, "-db", "-f", str(file)], env=variables, pass_fds=[listener.fileno()])
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        process.terminate()
        process.wait(60)


def call(url: str, path: str, *, body: Any = None, **headers: str) -> Any:
    """Send a request and return the JSON of its response."""
    data = json.dumps(body).encode() if body is not None else None
    content_type = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(url + path, data, {**content_type, **headers})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def status(url: str, path: str) -> int:
    """Return the status of a request, whatever it is."""
    try:
        with urllib.request.urlopen(url + path, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def create(url: str, user: str) -> str:
    """Create a DataSift source and return its id."""
    source = {
        "source_type": "instagram", "name": f"of {user}", "parameters": {},
        "resources": [{"parameters": {"type": "tag", "value": "rock"}}], "auth": [{"parameters": {"value": "token"}}],
    }  # fmt: skip
    created = call(url, "/v1.6/source/create", body=source, Authorization=f"{user}:key")
    return str(created["id"])


def test_every_account_reaches_one_server(balancer: str, servers: list[str]) -> None:
    """Both servers have requests, each account finds its rows, and all ids differ."""
    sources = {user: create(balancer, user) for user in USERS}
    feeds = {key: call(balancer, f"/v1/feeds?api_key={key}")[0]["id"] for key in KEYS}

    listed = {user: call(balancer, "/v1.6/source/get", Authorization=f"{user}:key")["sources"] for user in USERS}
    exchanges = [call(url, "/_fakesources/journal", Authorization="Bearer s3cret")["total"] for url in servers]

    assert {user: [source["id"] for source in rows] for user, rows in listed.items()} == {
        user: [id] for user, id in sources.items()
    }
    assert len({*sources.values(), *feeds.values()}) == len(USERS) + len(KEYS)
    assert min(exchanges) > 0
    assert sum(exchanges) == 3 * 12


def test_a_widget_path_needs_a_key(balancer: str) -> None:
    """Without one, requests go to either server, and one of them does not know the feed."""
    feed = call(balancer, "/v1/feeds?api_key=KEY")[0]["id"]
    path = f"/v1/feeds/{feed}/posts"

    assert {status(balancer, path) for _ in range(40)} == {200, 404}
    assert {status(balancer, f"{path}?api_key=KEY") for _ in range(40)} == {200}


def test_ids_of_two_servers_differ(servers: list[str]) -> None:
    """It does not matter which account calls first."""
    one, two = servers
    ids = [create(url, user) for user, url in zip(USERS, [one, two] * 6, strict=True)]
    ids += [call(url, f"/v1/feeds?api_key={key}")[0]["id"] for key, url in zip(KEYS, [two, one] * 6, strict=True)]

    assert len(set(ids)) == len(ids)
