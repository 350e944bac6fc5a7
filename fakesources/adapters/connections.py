"""One client of the live server: its socket, its times, and how it can fail.

HTTP itself is read and written in `wire`; what is asked is handed to the server. A connection is served step by step,
by the server's loop, which must not be kept waiting, or by a thread of its own, which may be. Times are seconds.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ..core.messages import Request
from ..core.real_time import monotonic
from .wire import Gone, Head, Incoming, Unreadable, refusal, request_of, written

if TYPE_CHECKING:
    from ssl import SSLContext, SSLSocket

    from .server import Server

_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_READ = 65_536
_DRAINED = 64 << 20
AN_AGE = 1e6
"""Longer than anybody waits, and not too long for the system to be told."""


class NotYet(Exception):
    """There is nothing to do before the client sends something."""


class Waits(Exception):
    """The next step may take its time: it is for a thread of its own."""


class Whole(NamedTuple):
    """A request that has arrived. `complete` is whether that is all of its body."""

    head: Head
    request: Request
    complete: bool


class Connection:
    """One client, from its first byte to its last.

    A step that raises NotYet or Waits has kept what it has done, and the next one goes on from there. A patient
    connection raises neither, and blocks.
    """

    def __init__(self, server: Server, client: socket.socket, peer: str) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = client
        self.peer = peer
        self._secured: SSLSocket | None = None
        self.handling = False
        self._server = server
        self._incoming = Incoming(self._receive)
        self._patient = False
        self._heard = monotonic()
        self._deadline = 0.0  # for the request that is being read; 0 while none has begun
        self._head: Head | None = None
        self._whole: Whole | None = None
        self._unsent = b""
        self._keeps = True
        self._leaving = False
        self._forgotten = 0

    @property
    def due(self) -> float:
        """When `time.monotonic` says that the client had time enough."""
        return self._deadline or self._heard + self._server.idle_timeout

    @property
    def begun(self) -> bool:
        """Whether some of a request has come that has no answer yet."""
        return not self._leaving and (self._head is not None or bool(self._incoming))

    @property
    def holds_more(self) -> bool:
        """Whether more has been received than was read."""
        return bool(self._incoming)

    def be_patient(self, patient: bool) -> None:
        """Block from here on, or raise instead."""
        self._patient = patient
        self.socket.setblocking(patient)
        if patient:
            self._wait_at_most(self._server.read_timeout)

    def secure(self, tls: SSLContext) -> None:
        """Speak TLS from here on; for a patient connection."""
        self.socket = self._secured = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._secured.do_handshake()  # only now: who stalls in it can be woken by the socket that `shut` has

    def serve(self) -> bool:
        """Do the next thing there is to do; whether there may be more. Raises NotYet, Waits, and OSError or Gone when
        the client has left.
        """
        if self._unsent:
            return self._send(b"")
        if self._leaving:
            return not self._server.stopping.is_set() and self._forget()
        try:
            whole = self._whole = self._whole or self._read()
        except Unreadable as no:
            return self._refuse(no)
        except TimeoutError:
            return self.give_up()
        return whole is not None and self._answer(whole)

    def give_up(self) -> bool:
        """Let go of a client that took too long, and say so if its request had begun."""
        if self._leaving or not self._deadline:
            return False
        return self._refuse(Unreadable(408, f"the request was not whole after {self._server.read_timeout:g} s"))

    def fail(self, error: Exception) -> None:
        """End it: the client has left, stalled, or spoke no TLS, which is its own affair; anything else is ours."""
        if not isinstance(error, OSError | Gone):
            self._server.own_up(error)
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def shut(self, how: int) -> None:
        """Wake a thread out of whatever it waits for on the socket; from another thread."""
        with suppress(OSError):  # closed already
            socket.socket.shutdown(self.socket, how)  # not SSLSocket's, which would go on in the clear

    def _read(self) -> Whole | None:
        """The next request, or None when the client has closed."""
        head = self._head = self._head or self._incoming.head()
        if head is None:
            return None
        if not self._patient and (head.length is None or head.waits):
            raise Waits  # what is read of a body in chunks is not kept
        if head.waits and head.length != 0 and not self._incoming:
            self.socket.sendall(_CONTINUE)
        body, complete = self._incoming.body(head, self._server.limit(head.target))
        return Whole(head, request_of(head, body, self._server.scheme, self.peer), complete)

    def _answer(self, whole: Whole) -> bool:
        began = monotonic()
        if self._patient:
            self.handling = True
            reply = self._server.answer(whole.request)
            self.handling = False
        else:
            at_once = self._server.answer_at_once(whole.request)
            if at_once is None:
                raise Waits
            reply = at_once
        head = whole.head
        self._head = self._whole = None
        if reply.delay and self._server.cut_off.wait(reply.delay):
            return False
        self._heard, self._deadline = monotonic(), 0.0
        self._keeps = head.keep_alive and whole.complete and not reply.breaks and not self._server.stopping.is_set()
        try:
            start, rest = written(reply, head, self._keeps)
        except ValueError as bug:
            reply = self._server.own_up(bug)
            start, rest = written(reply, head, self._keeps)
        try:
            return self._break(reply.breaks, start, rest) if reply.breaks else self._send(start + rest)
        finally:
            if self._server.access is not None:
                took = (monotonic() - began) * 1000
                try:
                    self._server.access(head.method, head.target.partition("?")[0], reply.status, took)
                except Exception as bug:
                    self._server.own_up(bug)

    def _refuse(self, no: Unreadable) -> bool:
        self._keeps = False
        return self._send(refusal(no))

    def _send(self, more: bytes) -> bool:
        """Send what is left to be sent, then say goodbye unless the connection is kept."""
        unsent, self._unsent = self._unsent + more, b""
        if self._patient:
            self._wait_at_most(self._server.read_timeout)
            self.socket.sendall(unsent)
        else:
            try:
                sent = self.socket.send(unsent)
            except BlockingIOError:
                sent = 0
            if sent < len(unsent):
                self._unsent = unsent[sent:]
                raise Waits
        if not self._keeps:
            self._say_goodbye()
        return True

    def _say_goodbye(self) -> None:
        """Close so that the client still reads the answer: what it goes on sending is taken in and forgotten."""
        if self._secured is not None:
            self._secured.settimeout(0)  # say that this is the end, and do not wait for the client to say so too
            with suppress(OSError, ValueError):
                self._secured.unwrap()
        self.shut(socket.SHUT_WR)
        self._leave(monotonic() + self._server.read_timeout)

    def _leave(self, by: float) -> None:
        self._leaving, self._deadline = True, by

    def _forget(self) -> bool:
        """Take in what a client sends that has its answer, until it has read that and closes."""
        try:
            received = self._receive()
        except TimeoutError:
            return False
        self._forgotten += len(received)
        return bool(received) and self._forgotten < _DRAINED

    def _break(self, how: str, start: bytes, rest: bytes) -> bool:
        """Fail as networks do. A reply without a body has nothing to be cut off, so not a byte of it arrives."""
        if how == "timeout":
            self._leave(float("inf"))
        elif how == "reset":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            return False
        else:
            if how == "truncated" and rest:
                self.socket.sendall(start + rest[: len(rest) // 2])
            self._say_goodbye()
        return True

    def _receive(self) -> bytes:
        """Some bytes. Before a request has begun there is `idle_timeout` for them, then `read_timeout` for the rest."""
        if not self._deadline and (self._head is not None or self._incoming):
            self._deadline = self._heard + self._server.read_timeout
        if self._patient:
            left = self.due - monotonic()
            if left <= 0:
                raise TimeoutError
            self._wait_at_most(left)
        try:
            # Once the end was said in TLS nothing is deciphered any more; what is forgotten need not be.
            received = socket.socket.recv(self.socket, _READ) if self._leaving else self.socket.recv(_READ)
        except BlockingIOError as nothing:
            raise TimeoutError if self._patient else NotYet from nothing
        self._heard = monotonic()
        return received

    def _wait_at_most(self, seconds: float) -> None:
        """Bound what a patient socket waits for, by the system where it can: Python's own timeouts cost a poll a call."""
        seconds = min(seconds, AN_AGE)
        if self._server.tls is not None or os.name == "nt":
            self.socket.settimeout(seconds)
            return
        interval = struct.pack("ll", *divmod(max(int(seconds * 1_000_000), 1_000), 1_000_000))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)


class Errand(threading.Thread):
    """A connection in a thread of its own: for a step that takes its time, or for good where it speaks TLS."""

    def __init__(self, server: Server, connection: Connection) -> None:
        super().__init__(name=f"{connection.peer} at fakesources {server.netloc}", daemon=True)
        self.connection = connection
        self._server = server

    def run(self) -> None:
        """Take the step, or all of them, and give the connection back if there may be more."""
        try:
            self.connection.be_patient(True)
            if self._server.tls is not None:
                self.connection.secure(self._server.tls)
                while not self._server.cut_off.is_set() and self.connection.serve():
                    pass
                self.connection.close()
            elif self.connection.serve():
                self._server.take_back(self.connection)
            else:
                self.connection.close()
        except Exception as error:
            self.connection.fail(error)
        finally:
            self._server.done(self)
