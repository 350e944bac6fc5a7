"""Reject connections to the fake's hosts that no adapter intercepted, before a packet leaves.

Patches Python's socket module, below every client library: name resolution and connecting, which asyncio uses too, and
the module in C below it, for code that has imported a function of it before. uvloop resolves names in C itself, so its
loop is patched once it is imported. Other hosts and this machine are not affected.
"""

from __future__ import annotations

import _socket
import errno
import ipaddress
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ..core.http.messages import Handles
from .import_hook import ImportHook
from .patching import Patch, patched


class Escape(ConnectionRefusedError):
    """A client tried to connect to a real host that the fake handles, since no adapter was open for it."""

    def __init__(self, host: str, advice: str = "") -> None:
        self.host = host
        reason = f"{host} belongs to the fake, but this call came through none of its adapters"
        super().__init__(errno.ECONNREFUSED, f"{reason}: {advice}" if advice else reason)


class EscapedName(Escape, socket.gaierror):
    """A client tried to resolve the name of such a host; also a gaierror, which clients expect where that fails."""


@contextmanager
def guard(handles: Handles, report: Callable[[str], None], advice: str = "") -> Iterator[None]:
    """Reject connections from any thread to hosts that the fake handles, and call `report` with each host.

    `advice` ends the text of the exception. A host that the fake handles below some path only is not rejected: a
    connection has no path.
    """

    def check(patch: Patch, host: Any, port: Any, error: type[Escape] = EscapedName) -> None:
        name = host_name(host)
        if patch.active and name and (handles(name, "/") or handles(f"{name}:{port}", "/")):
            report(name)
            raise error(name, advice)

    def make_resolve(patch: Patch) -> Callable[..., Any]:
        def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
            check(patch, host, args[0] if args else kwargs.get("port"))
            return patch.original(host, *args, **kwargs)

        return resolve

    def make_connect(patch: Patch) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and len(address) >= 2:
                check(patch, address[0], address[1], Escape)
            return patch.original(self, address)

        return connect

    def make_method(patch: Patch) -> Callable[..., Any]:
        def method(loop: Any, *args: Any, **kwargs: Any) -> Any:
            host, port = _address(patch.name, *args, **kwargs)
            check(patch, host, port)
            return patch.original(loop, *args, **kwargs)

        return method

    def patch_uvloop() -> AbstractContextManager[None]:
        loop = sys.modules["uvloop"].Loop
        return patched(*((loop, name, make_method) for name in ("getaddrinfo", "create_connection", "sock_connect")))

    with (
        patched(
            (_socket, "getaddrinfo", make_resolve),
            (socket, "getaddrinfo", make_resolve),
            (socket, "gethostbyname", make_resolve),
            (socket, "gethostbyname_ex", make_resolve),
            (socket.socket, "connect", make_connect),
            (socket.socket, "connect_ex", make_connect),
        ),
        patch_uvloop() if "uvloop" in sys.modules else ImportHook(("uvloop",), patch_uvloop),
    ):
        yield


def _address(method: str, first: Any = None, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Return the host and the port of a call of a method of uvloop's event loop."""
    if method == "getaddrinfo":
        return kwargs.get("host", first), args[0] if args else kwargs.get("port")
    if method == "create_connection":  # its first argument makes a protocol
        return (args or (kwargs.get("host"),))[0], (args[1:] or (kwargs.get("port"),))[0]
    address = args[0] if args else kwargs.get("address")
    return address[:2] if isinstance(address, tuple) and len(address) >= 2 else (None, None)


def host_name(host: Any) -> str:
    """Return a host's name in lower case; empty for an address, for this machine and for any other value."""
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    if not isinstance(host, str):
        return ""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name
    return ""
