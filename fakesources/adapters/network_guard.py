"""Nothing escapes: connections to the fake's hosts that no door caught are refused before a packet leaves.

Stands at Python's socket module, below every client library: name resolution and connecting, which is also what
asyncio does them with. Other hosts and this machine itself are left alone.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ..core.http.messages import Ours
from .patching import Patch

Escaped = Callable[[str], None]

_DOORS = "fake.responses() for requests, fake.httpx() for httpx and httpx2, fake.server() and its url for all others"


class Escape(ConnectionRefusedError):
    """A client tried to reach a real host that the fake answers for: its door was not open."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            errno.ECONNREFUSED,
            f"{host} belongs to the fake, but this call came through none of its doors: open {_DOORS}",
        )


@contextmanager
def guard(ours: Ours, escaped: Escaped) -> Iterator[None]:
    """Refuse connections to hosts that are `ours`, from any thread, and tell `escaped` of each, until left.

    A host that is the fake's below some path only is not refused: a connection does not say what it will ask for.
    """

    def check(cover: Patch, host: Any, port: Any) -> None:
        name = named(host)
        if cover.live and name and (ours(name, "/") or ours(f"{name}:{port}", "/")):
            escaped(name)
            raise Escape(name)

    def resolving(cover: Patch) -> Callable[..., Any]:
        def resolve(host: Any, port: Any = None, *args: Any, **kwargs: Any) -> Any:
            check(cover, host, port)
            return cover.below(host, port, *args, **kwargs)

        return resolve

    def looking_up(cover: Patch) -> Callable[..., Any]:
        def look_up(hostname: Any) -> Any:
            check(cover, hostname, None)
            return cover.below(hostname)

        return look_up

    def connecting(cover: Patch) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and len(address) >= 2:
                check(cover, address[0], address[1])
            return cover.below(self, address)

        return connect

    with ExitStack() as leaving:
        for owner, name, stand_in_for in (
            (socket, "getaddrinfo", resolving),
            (socket, "gethostbyname", looking_up),
            (socket, "gethostbyname_ex", looking_up),
            (socket.socket, "connect", connecting),
            (socket.socket, "connect_ex", connecting),
        ):
            cover = Patch(owner, name)
            cover.put_on(stand_in_for(cover))
            leaving.callback(cover.take_off)
        yield


def named(host: Any) -> str:
    """A host by its name, in lower case; empty for an address, for this machine and for what is no name."""
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
