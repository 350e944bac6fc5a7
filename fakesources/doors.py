"""The doors that lead to a fake: each opens what a client library needs, and only while it is open.

An adapter is imported by the method that opens its door, for the sake of start-up. Knows no vendor and no state: what
asks is handed on to one function.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .core import callers
from .core.contract import Violation
from .core.faults import Faults
from .core.hosts import Hosts
from .core.messages import AtOnce, Handle, Request
from .core.reports import ContractViolation
from .core.violations import Violations
from .core.waiting import Steps
from .opened import Opened

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication

    from .adapters.httpx import FakeTransport
    from .server.server import Server

_HTTPX = ("httpx", "httpx2")


class Doors:
    """What can be opened, for whoever answers: `handle` answers one request, as every door does, and raises Bug when
    the fake breaks its own contract; `steps` is the same for an adapter that does not block while a request waits, and
    `at_once` for one that must not be kept waiting at all; `ours` says whether a host and a path belong to the fake,
    rather than to the rest of the world.
    """

    def __init__(
        self,
        handle: Handle,
        steps: Callable[[Request], Steps],
        at_once: AtOnce,
        hosts: Hosts,
        faults: Faults,
        violations: Violations,
        strict: bool,
    ) -> None:
        self.handle = handle
        self.steps = steps
        self.at_once = at_once
        self.hosts = hosts
        self.ours = hosts.ours
        self.faults = faults
        self.violations = violations
        self.strict = strict
        self._open: list[Opened[Self]] = []

    def check(self) -> None:
        """Raises ContractViolation if anything was swallowed since the fake was made or last checked."""
        __tracebackhide__ = True
        if self.violations:
            found, self.violations[:] = list(self.violations), []
            broken = ContractViolation(found)
            raise broken.with_traceback(broken.trace)

    def responses(self) -> Opened[Self]:
        """Answer every call of `requests` to the vendors' hosts; other hosts are untouched.

        A connection to the vendors' hosts by any other way is refused, and is a violation.
        """
        return Opened(self, self, self._guard(), self._requests())

    def httpx(self) -> Opened[Self]:
        """Answer every call of `httpx` and `httpx2` to the vendors' hosts, made by whatever client, sync or async.

        A connection to the vendors' hosts by any other way is refused, and is a violation.
        """
        return Opened(self, self, self._guard(), self._httpx())

    def transport(self) -> FakeTransport:
        """A transport to hand to a client of `httpx` or `httpx2`, sync or async. Raises ModuleNotFoundError when neither
        is installed.
        """
        from .adapters import httpx

        return httpx.transport(self.handle, self.ours, self.hosts.described, self._waits)

    def server(
        self, host: str = "127.0.0.1", port: int = 0, *, tls: SSLContext | None = None, checks: bool = True
    ) -> Opened[Server]:
        """Both APIs behind a real socket: `server.url`, `server.host`, `server.port`. Port 0 is any that is free.

        `checks` says whether a strict fake is checked when the server is left. Raises OSError at once when the address cannot be had.
        """
        from .server.server import Server

        server = Server(self.handle, host, port, at_once=self.at_once, steps=self.steps, tls=tls)
        return Opened(self, server, server, checks=checks)

    @property
    def wsgi(self) -> WSGIApplication:
        """A WSGI application that serves both APIs."""
        from .adapters import wsgi

        return wsgi.application(self.handle)

    def open(self, *, checks: bool = True) -> Opened[Self]:
        """The doors that `with fake:` opens: `requests`, and `httpx` and `httpx2` once they are imported; any other
        connection to the vendors' hosts is refused, and is a violation.

        `checks` says whether a strict fake is checked when they are left.
        """
        doors = [self._guard(), self._requests()]
        if any(name in sys.modules for name in _HTTPX):
            doors.append(self._httpx())
        else:
            doors.append(self._httpx_when_imported())
        return Opened(self, self, *doors, checks=checks)

    def __enter__(self) -> Self:
        self._open.append(self.open())
        self._open[-1].__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        opened = self._open.pop()
        if not self._open:
            self.faults.release()
        opened.__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)

    def _guard(self) -> AbstractContextManager[Any]:
        from .adapters import guard

        return guard.guard(self.ours, self._escaped)

    def _escaped(self, host: str) -> None:
        """Note a connection that no door caught; the client may swallow the error it gets."""
        caller = callers.find("", "", host)
        escaped = Violation(
            rule="connection.escaped",
            operation="connection",
            at="host",
            got=host,
            expected="a call through one of the fake's doors",
            says="fake.responses() is the door for requests, fake.httpx() for httpx and httpx2; "
            "everything else goes through fake.server() and its url.",
            caller=caller.place,
            trace=caller.trace,
        )
        self.violations.record([escaped])

    def _requests(self) -> AbstractContextManager[Any]:
        from .adapters import responses

        return responses.intercept(self.handle, self.ours)

    def _httpx(self) -> AbstractContextManager[Any]:
        from .adapters import httpx

        return httpx.intercept(self.handle, self.ours, self._waits)

    def _httpx_when_imported(self) -> AbstractContextManager[Any]:
        from .adapters import late

        return late.WhenImported(_HTTPX, self._httpx)

    def _waits(self) -> bool:
        return self.faults.latched
