"""Plugin of pytest: a test that connects to anything but loopback, or resolves another name, fails.

Python's audit events are below every client library, and below what a test or an adapter patches. The call itself raises
ConnectionRefusedError, as on a machine without a network; since clients may handle that, the test fails when it ends.
"""

from __future__ import annotations

import errno
import ipaddress
import sys
from collections.abc import Generator
from typing import Any

import pytest

EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""Audit events of connecting, sending and name resolution, with the position of the address among their arguments."""

attempts: list[str] = []
"""Calls since the last test ended that would have left this machine."""


def is_local(address: Any) -> bool:
    """Return whether an address is on loopback: a host, (host, port, …), the path of a Unix socket, or nothing at all."""
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("latin-1")
    if not isinstance(host, str) or host in ("", "localhost") or host.startswith(("/", "\0")):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for an audit event of a connection to elsewhere, and record it."""
    position = EVENTS.get(event)
    if position is not None and not is_local(arguments[position]):
        attempt = f"{event}: expected an address of loopback, got {arguments[position]!r}"
        attempts.append(attempt)
        raise ConnectionRefusedError(errno.ECONNREFUSED, attempt)


sys.addaudithook(refuse)  # it cannot be removed; a module is imported once


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Fail the test that tried."""
    result = yield
    if attempts:
        found = "\n".join(attempts)
        attempts.clear()
        pytest.fail(f"a test must need no network\n{found}", pytrace=False)
    return result
