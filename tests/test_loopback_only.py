"""The guard of the tests against connections to elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ELSEWHERE = {
    "connect": "socket.socket().connect(('192.0.2.1', 80))",
    "connect, IPv6": "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    "connect_ex": "socket.socket().connect_ex(('192.0.2.1', 80))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 80))",
    "a datagram message": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b''], [], 0, ('192.0.2.1', 80))",
    "getaddrinfo": "socket.getaddrinfo('example.org', 80)",
    "getaddrinfo, bytes": "socket.getaddrinfo(b'example.org', 80)",
    "gethostbyname": "socket.gethostbyname('example.org')",
    "gethostbyname_ex": "socket.gethostbyname_ex('example.org')",
    "gethostbyaddr": "socket.gethostbyaddr('192.0.2.1')",
    "getnameinfo": "socket.getnameinfo(('192.0.2.1', 80), 0)",
    "a thread": "t = threading.Thread(target=lambda: socket.create_connection(('192.0.2.1', 80))); t.start(); t.join()",
    "urllib": "urllib.request.urlopen('http://example.org/')",
    "asyncio": "asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    "requests": "requests.get('http://192.0.2.1/')",
    "httpx": "httpx.get('http://example.org/', verify=False)",
}
HERE = {
    "loopback": "socket.create_server(('127.0.0.1', 0)); socket.getaddrinfo('localhost', 80)",
    "IPv6": "socket.getaddrinfo('::1', 80)",
    "no host": "socket.getaddrinfo(None, 80)",
    "a pair": "[each.close() for each in socket.socketpair()]",
    "a Unix socket": "socket.socket(socket.AF_UNIX).connect('/nowhere')",
}
TEST = """
import asyncio, contextlib, socket, threading, urllib.request
import httpx, pytest, requests

@pytest.mark.parametrize("statement", {statements!r})
def test_reach(statement):
    with contextlib.suppress(Exception):
        exec(statement)
"""


@pytest.mark.once
def test_a_test_that_reaches_elsewhere_fails(pytester: pytest.Pytester) -> None:
    """Also where its client handles the error. The tests after it are unaffected."""
    statements = [*ELSEWHERE.values(), *HERE.values()]
    pytester.makepyfile(TEST.format(statements=statements))
    quiet = ("-q", "-W", "ignore", "-p", "no:cacheprovider", "--tb=short")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", *quiet, "-p", "loopback_only", "-rE"]

    run = subprocess.run(command, cwd=pytester.path, env=environment, capture_output=True, text=True)

    errors = {line.partition("[")[2] for line in run.stdout.splitlines() if line.startswith("ERROR ")}
    assert len(errors) == len(ELSEWHERE), run.stdout
    assert f"{len(statements)} passed, {len(ELSEWHERE)} errors" in run.stdout
    assert not [each for each in HERE.values() if any(error.startswith(each) for error in errors)]
    assert "connect: expected an address of loopback, got ('192.0.2.1', 80)" in run.stdout
