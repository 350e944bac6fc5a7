"""One client of the live server: its socket, its times, and how it can fail.

HTTP itself is read and written in `wire`; what is asked is handed to the server. Times are seconds.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from .wire import Gone, Incoming, Unreadable, refusal, request_of, written

if TYPE_CHECKING:
    from .server import Server

_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_READ = 65_536
_DRAINED = 64 << 20
_FOREVER = 1e6


class Connection(threading.Thread):
    """One client, from its first byte to its last."""

    def __init__(self, server: Server, client: socket.socket, peer: str) -> None:
        super().__init__(name=f"{peer} at fakesources {server.host}", daemon=True)
        self.handling = False
        self._server, self._socket, self._peer = server, client, peer
        self._incoming = Incoming(self._receive)
        self._deadline = 0.0  # for the request that is being read; 0 while none has begun
        self._patience = 0.0

    def run(self) -> None:
        """Serve until either side has had enough."""
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wait_at_most(self._server.read_timeout)
            if self._server.tls is not None:
                self._socket = self._server.tls.wrap_socket(self._socket, server_side=True)
            while not self._server.cut_off.is_set() and self._serve():
                pass
        except (OSError, Gone):
            pass  # the client's affair: it left, stalled, or spoke no TLS
        except Exception as bug:
            self._server.own_up(bug)
        finally:
            self._socket.close()
            self._server.left(self)

    def shut(self, how: int) -> None:
        """Wake the thread out of whatever it waits for on its socket; from another thread."""
        with suppress(OSError):  # closed already
            socket.socket.shutdown(self._socket, how)  # not SSLSocket's, which would go on in the clear

    def _serve(self) -> bool:
        """Answer the next request; whether there may be another."""
        self._deadline = 0.0
        try:
            head = self._incoming.head()
            if head is None:
                return False
            if head.waits and head.length != 0 and not self._incoming:
                self._socket.sendall(_CONTINUE)
            body, whole = self._incoming.body(head, self._server.limit(head.target))
        except Unreadable as no:
            return self._refuse(no)
        except TimeoutError:
            if not self._deadline:
                return False
            return self._refuse(Unreadable(408, f"the request was not whole after {self._server.read_timeout:g} s"))
        began = time.perf_counter()
        self.handling = True
        reply = self._server.answer(request_of(head, body, self._server.scheme, self._peer))
        self.handling = False
        if reply.delay and self._server.cut_off.wait(reply.delay):
            return False
        keep_alive = head.keep_alive and whole and not reply.breaks and not self._server.stopping.is_set()
        try:
            start, rest = written(reply, head, keep_alive)
        except ValueError as bug:
            reply = self._server.own_up(bug)
            start, rest = written(reply, head, keep_alive)
        if reply.breaks:
            self._break(reply.breaks, start, rest)
        else:
            self._socket.sendall(start + rest)
        if self._server.access is not None:
            took = (time.perf_counter() - began) * 1000
            self._server.access(head.method, head.target.partition("?")[0], reply.status, took)
        if not keep_alive and not reply.breaks:
            self._say_goodbye()
        return keep_alive

    def _receive(self) -> bytes:
        """Some bytes. Before a request has begun there is `idle_timeout` for them, then `read_timeout` for the rest."""
        if not self._deadline:
            self._wait_at_most(self._server.idle_timeout)
        elif (left := self._deadline - time.monotonic()) > 0:
            self._wait_at_most(left)
        else:
            raise TimeoutError
        try:
            received = self._socket.recv(_READ)
        except BlockingIOError as late:
            raise TimeoutError from late
        self._deadline = self._deadline or time.monotonic() + self._server.read_timeout
        return received

    def _wait_at_most(self, seconds: float) -> None:
        """Bound what the socket waits for, by the system where it can: Python's own timeouts cost a poll a call."""
        if seconds == self._patience:
            return
        self._patience = seconds
        if self._server.tls is not None or os.name == "nt":
            self._socket.settimeout(seconds)
            return
        most = max(int(seconds * 1_000_000), 1_000)
        interval = struct.pack("ll", *divmod(most, 1_000_000))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)

    def _refuse(self, no: Unreadable) -> bool:
        self._socket.sendall(refusal(no))
        self._say_goodbye()
        return False

    def _say_goodbye(self) -> None:
        """Close so that the client still reads the answer: what it goes on sending is taken in and forgotten."""
        self.shut(socket.SHUT_WR)
        self._forget(time.monotonic() + self._server.read_timeout)

    def _forget(self, until: float) -> None:
        taken = 0
        while taken < _DRAINED and (left := until - time.monotonic()) > 0 and not self._server.cut_off.is_set():
            self._wait_at_most(left)
            received = self._socket.recv(_READ)
            if not received:
                return
            taken += len(received)

    def _break(self, how: str, start: bytes, rest: bytes) -> None:
        """Fail as networks do. A reply without a body has nothing to be cut off, so not a byte of it arrives."""
        if how == "timeout":
            self._forget(time.monotonic() + _FOREVER)
        elif how == "reset":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        else:
            if how == "truncated" and rest:
                self._socket.sendall(start + rest[: len(rest) // 2])
            self._say_goodbye()
