"""The door for everything else: a live server on a socket of this machine.

One thread serves all connections (`loop`), and gives those that would keep it waiting a thread of their own, so a slow
client stalls nobody. What a connection does is in `connections`; here are the beginning and the end of all of them.
Times are seconds. Nothing is written to standard error.
"""

from __future__ import annotations

import errno
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ..core.errors import Bug
from ..core.messages import AtOnce, Handle, Limit, Reply, Request, later, usual
from ..core.real_time import monotonic
from .connections import AN_AGE, Connection, Errand
from .loop import BACKLOG, Loop

if TYPE_CHECKING:
    from ssl import SSLContext

Access = Callable[[str, str, int, float], None]
"""Told of each answer: method, path without the query, status, milliseconds."""

_UNWINDING = 0.03
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # to be told apart, not bound


class Server:
    """A fake behind a socket: accepting once `start` returns, silent once `stop` does. Also a context manager.

    `port` 0 leaves the choice to the system; the chosen one is `port` after `start`. `tls` makes it speak https.
    A request has to arrive within `read_timeout` of its first byte; a connection nobody uses is closed after
    `idle_timeout`. What `at_once` answers costs no thread; the rest is given to `handle`. What either raises becomes a
    500 that says so and is given to `on_bug`; without one the first is raised again by `stop`.
    """

    def __init__(
        self,
        handle: Handle,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        at_once: AtOnce = later,
        tls: SSLContext | None = None,
        read_timeout: float = 30.0,
        idle_timeout: float = 300.0,
        access: Access | None = None,
        on_bug: Callable[[BaseException], None] | None = None,
        limit: Limit = usual,
    ) -> None:
        self.handle = handle
        self.at_once = at_once
        self.limit = limit
        self.tls = tls
        self.read_timeout, self.idle_timeout = read_timeout, idle_timeout
        self.access = access
        self.bugs: list[BaseException] = []
        self.port: int = port
        self.stopping = threading.Event()
        self.finished_by = 0.0  # when grace ends, as `time.monotonic` has it; known before `stopping` is set
        self.cut_off = threading.Event()
        self._address = host
        self._on_bug = on_bug or self.bugs.append
        self._starting = threading.Lock()
        self._lock = threading.RLock()  # a signal may have its handler stop what is just being stopped
        self._errands: set[Errand] = set()
        self._loop: Loop | None = None
        self._stopper: threading.Thread | None = None

    @property
    def scheme(self) -> str:
        """`http`, or `https` for a server with a certificate."""
        return "https" if self.tls else "http"

    def __repr__(self) -> str:
        return f"<Server at {self.url}>"

    @property
    def host(self) -> str:
        """The name or address that clients reach it by: "127.0.0.1"."""
        return _ANYWHERE.get(self._address, self._address)

    @property
    def netloc(self) -> str:
        """Host and port, as a Host header has them: "127.0.0.1:PORT"."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"{self.scheme}://{self.netloc}"

    def start(self) -> Server:
        """Listen, and give the server back; one that is being stopped is first waited for. Raises OSError at once when
        the address cannot be had, RuntimeError in a request of a server that is being stopped.
        """
        with self._starting:
            if self._loop is None or self.stopping.is_set():
                self._start()
            return self

    def _start(self) -> None:
        if self._loop is not None:
            if self._loop.is_alive() and self._serves(threading.current_thread()):
                raise RuntimeError("a server that is being stopped cannot be started again in one of its own requests")
            self._loop.join()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        try:
            listener = socket.create_server((self._address, self.port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise OSError(error.errno, why_not(error, self._address, self.port)) from error
        self.port = listener.getsockname()[1]
        self.stopping.clear()
        self.cut_off.clear()
        self._loop = Loop(self, listener)
        self._loop.start()

    def stop(self, grace: float = 0.0) -> None:
        """Close every socket and thread, and come back when that is done. With `grace`, requests that have begun get so
        many seconds to finish. In a request of its own it waits for nothing: that request is the last to be answered.
        """
        if self._loop is None:
            return
        with self._lock:
            if not self.stopping.is_set():
                self.finished_by = monotonic() + min(grace, AN_AGE)
                self._stopper = threading.current_thread()
                self.stopping.set()
                self._loop.ring()
        if self._serves(threading.current_thread()):
            return
        self._loop.join()
        if self.bugs:
            bug = self.bugs[0]
            self.bugs.clear()
            raise bug

    def end_errands(self) -> None:
        """Let the threads of connections finish while there is grace, then end them; in the loop's thread, at its end."""
        if self.finished_by > monotonic():
            self._end(socket.SHUT_RD, self.finished_by, self.finished_by)
        self.cut_off.set()
        now = monotonic()
        self._end(socket.SHUT_RDWR, now + 1.0, now + _UNWINDING)

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.stop()
        except Exception:
            if kind is None:
                raise

    def answer(self, request: Request) -> Reply:
        """What `handle` answers."""
        try:
            return self.handle(request)
        except BaseException as bug:  # what a test fails with, in something that it has arranged, is no Exception
            return self.own_up(bug)

    def answer_at_once(self, request: Request) -> Reply | None:
        """What `at_once` answers; None where `handle` is to be asked, which may take its time."""
        try:
            return self.at_once(request)
        except BaseException as bug:
            return self.own_up(bug)

    def own_up(self, bug: BaseException) -> Reply:
        """The reply to a request on which the fake failed, or what a test had arranged in it; the failure is kept."""
        with suppress(Exception):  # where telling of it fails too, the client is told all the same
            self._on_bug(bug)
        blame = "the fake has a bug" if isinstance(bug, Bug) else "the fake failed, or something arranged in it"
        try:
            text = str(bug)
        except Exception:
            text = "its text cannot be had"
        said = f"Nothing is wrong with the request; {blame}: {type(bug).__name__}: {text}"
        return Reply(500, (("Content-Type", "application/json"),), json.dumps({"error": said}).encode())

    def send_off(self, connection: Connection) -> None:
        """Give a connection a thread of its own."""
        errand = Errand(self, connection)
        with self._lock:
            self._errands.add(errand)
        try:
            errand.start()
        except RuntimeError as error:  # the system has no more threads to give
            self.done(errand)
            connection.fail(error)

    def take_back(self, connection: Connection) -> None:
        """A connection that was sent off needs its thread no more."""
        if self._loop is not None:
            self._loop.take_back(connection)

    def done(self, errand: Errand) -> None:
        """A thread tells that it ends."""
        with self._lock:
            self._errands.discard(errand)

    def _serves(self, thread: threading.Thread) -> bool:
        """Whether a thread is one of ours, so that the end would wait for it."""
        with self._lock:
            return thread is self._loop or thread in self._errands

    def _end(self, how: int, by: float, handlers_by: float) -> None:
        """Shut connections and wait for their threads, for those inside `handle` until `handlers_by`; who is still
        sending a request may go on where only reading ends, and who stops the server in one of its requests.
        """
        with self._lock:
            errands = list(self._errands)
        for errand in errands:
            if errand is not self._stopper and not (how == socket.SHUT_RD and errand.connection.begun):
                errand.connection.shut(how)
        for errand in errands:
            limit = handlers_by if errand.connection.handling else by
            errand.join(max(0.0, limit - monotonic()))


def why_not(error: OSError, host: str, port: int) -> str:
    """What to tell a person whose address could not be had."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: choose another one, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is not open to you: choose one above 1023, or 0 for any that is free"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
