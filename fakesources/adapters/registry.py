"""The doors that lead to a fake: each opens what a client library needs, and only while it is open.

An adapter is imported by the method that opens its door, for the sake of start-up. Knows no vendor and no state: what
asks is handed on to one function.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType, NoneType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..core.contract.validation import Violation
from ..core.engine.faults import Faults
from ..core.engine.waiting import Steps
from ..core.http.hosts import Hosts
from ..core.http.messages import Handle, HandleNonblocking, Request, Response
from ..core.reporting import callers
from ..core.reporting.reports import ContractViolation
from ..core.reporting.violations import Violations
from ..core.system import forks
from ..core.text.arguments import BOOLEAN, INTEGER, TEXT, Kind, a, check
from .context import AdapterContext

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication
    from responses import RequestsMock

    from ..server.server import Server
    from .httpx import FakeTransport

_HTTPX = ("httpx", "httpx2")

PORT = Kind("a port from 0 to 65535", lambda value: INTEGER.accepts(value) and 0 <= value <= 65_535)


class Adapters:
    """What can be opened, for whoever answers: `handle` answers one request, as every door does, and raises Bug when
    the fake breaks its own contract; `steps` is the same for an adapter that does not block while a request waits, and
    `at_once` for one that must not be kept waiting at all; `ours` says whether a host and a path belong to the fake,
    rather than to the rest of the world.
    """

    def __init__(
        self,
        handle: Handle,
        steps: Callable[[Request], Steps],
        at_once: HandleNonblocking,
        hosts: Hosts,
        faults: Faults,
        violations: Violations,
        strict: bool,
    ) -> None:
        self.handle = handle
        self.steps = steps
        self.handle_nonblocking = at_once
        self.hosts = hosts
        self.handles = hosts.handles
        self.faults = faults
        self.violations = violations
        self.strict = strict
        self._process = os.getpid()
        self._open: list[
            AdapterContext[Self]
        ] = []  # what was started, the latest last: until it is stopped it is held here
        self._entered: list[AdapterContext[Self]] = []  # those of them that blocks over this object opened

    @property
    def in_forked_child(self) -> bool:
        """Return whether this is the copy that a process has which was forked after the fake was made."""
        return os.getpid() != self._process

    def _intercepted(self, request: Request) -> Response:
        """Answer a call that was intercepted in this process. Raises CalledInForkedChild in a forked child."""
        if self.in_forked_child:
            raise forks.refusal(request.host)
        return self.handle(request)

    def check(self) -> None:
        """Raises ContractViolation if anything was swallowed since the fake was made or last checked."""
        __tracebackhide__ = True
        if self.violations:
            found, self.violations[:] = list(self.violations), []
            broken = ContractViolation(found)
            raise broken.with_traceback(broken.trace)

    def responses(self, mock: RequestsMock | ModuleType | None = None) -> AdapterContext[Self]:
        """Answer every call of `requests` to the vendors' hosts; other hosts are untouched.

        With `mock`, a RequestsMock or the module `responses` itself, the calls are answered by an entry of that mock
        while it is started: they are in its `calls`, and its own entries for the same addresses come first. A
        connection to the vendors' hosts by any other way is refused, and is a violation.
        """
        answered = self._requests() if mock is None else self._entry(mock)
        return AdapterContext(self, self, self._guard(), answered, name="fake.responses()", leaving=self._leave)

    def httpx(self) -> AdapterContext[Self]:
        """Answer every call of `httpx` and `httpx2` to the vendors' hosts, made by whatever client, sync or async.

        A connection to the vendors' hosts by any other way is refused, and is a violation.
        """
        return AdapterContext(self, self, self._guard(), self._httpx(), name="fake.httpx()", leaving=self._leave)

    def transport(self) -> FakeTransport:
        """A transport to hand to a client of `httpx` or `httpx2`, sync or async. Raises ModuleNotFoundError when neither
        is installed.
        """
        from . import httpx

        return httpx.transport(self._intercepted, self.handles, self.hosts.described, self._steps_of)

    def server(
        self, host: str = "127.0.0.1", port: int = 0, *, tls: SSLContext | None = None, checks: bool = True
    ) -> AdapterContext[Server]:
        """Both APIs behind a real socket: `server.url`, `.host`, `.port` and `.netloc`, which is both of them. Port 0 is
        any that is free. Opened by a `with` block, or by `server = fake.server().start()` and `server.stop()`.

        `checks` says whether a strict fake is checked when the server is left. Raises OSError at once when the address
        cannot be had, and CalledInForkedChild in a forked child, where a copy of the fake would answer.
        """
        if self.in_forked_child:
            raise forks.refusal("fake.server()")
        from ..server.server import Server

        check(host=(host, TEXT), port=(port, PORT), checks=(checks, BOOLEAN))
        if tls is not None:  # whoever has a context has imported its module
            contexts = getattr(sys.modules.get("ssl"), "SSLContext", NoneType)
            check(tls=(tls, a(contexts, expected="an ssl.SSLContext or None")))
        server = Server(self.handle, host, port, at_once=self.handle_nonblocking, steps=self.steps, tls=tls)
        return AdapterContext(self, server, server, name="fake.server()", checks=checks)

    @property
    def wsgi(self) -> WSGIApplication:
        """A WSGI application that serves both APIs."""
        from . import wsgi

        return wsgi.application(self.handle)

    def open(self, *, checks: bool = True) -> AdapterContext[Self]:
        """Open at once what `with fake:` opens: `requests`, and `httpx` and `httpx2` once they are imported; any other
        connection to the vendors' hosts is refused, and is a violation.

        It is closed by `stop` of the fake or of what is returned, or at the end of a `with` block over that. `checks`
        says whether a strict fake is checked then.
        """
        check(checks=(checks, BOOLEAN))
        doors = [self._guard(), self._requests()]
        if any(name in sys.modules for name in _HTTPX):
            doors.append(self._httpx())
        else:
            doors.append(self._httpx_when_imported())
        opened = AdapterContext(self, self, *doors, name="fake.open()", checks=checks, leaving=self._leave)
        opened.start()
        return opened

    def _started(self, opened: AdapterContext[Any]) -> None:
        self._open.append(opened)

    def _leave(self, opened: AdapterContext[Self]) -> None:
        if opened in self._open:
            self._open.remove(opened)
            if not self._open:
                self.faults.release()

    def start(self) -> Self:
        """Intercept from here on as `with fake:` does, until `stop`; for a setup and a teardown that are apart."""
        self.open()
        return self

    def stop(self) -> None:
        """End the latest start, of this fake or of `fake.responses()` and `fake.httpx()`. Raises ContractViolation as
        leaving a block does, RuntimeError if nothing is open.
        """
        __tracebackhide__ = True
        if not self._open:
            raise RuntimeError("stop: expected a fake that is started, got one that is not; fake.start() starts it")
        self._open[-1].stop()

    def __enter__(self) -> Self:
        self._entered.append(self.open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._entered.pop().__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)

    def _guard(self) -> AbstractContextManager[Any]:
        from . import network_guard

        return network_guard.guard(self.handles, self._escaped)

    def _escaped(self, host: str) -> None:
        """Note a connection that no door caught; the client may swallow the error it gets."""
        if self.in_forked_child:
            raise forks.refusal(host)
        caller = callers.find("", "", host)
        escaped = Violation(
            rule="connection.escaped",
            operation="connection",
            path="host",
            actual=host,
            expected="a call through one of the fake's doors",
            message="fake.responses() is the door for requests, fake.httpx() for httpx and httpx2; "
            "everything else goes through fake.server() and its url.",
            location=caller.place,
            trace=caller.trace,
        )
        self.violations.record([escaped])

    def _requests(self) -> AbstractContextManager[Any]:
        from . import responses

        return responses.intercept(self._intercepted, self.handles)

    def _entry(self, mock: RequestsMock | ModuleType) -> AbstractContextManager[Any]:
        from . import responses_mock

        return responses_mock.add_to(mock, self._intercepted, self.handles, self.hosts.described)

    def _httpx(self) -> AbstractContextManager[Any]:
        from . import httpx

        return httpx.intercept(self._intercepted, self.handles, self._steps_of)

    def _httpx_when_imported(self) -> AbstractContextManager[Any]:
        from . import import_hook

        return import_hook.WhenImported(_HTTPX, self._httpx)

    def _steps_of(self, request: Request) -> Steps | None:
        return self.steps(request) if self.faults.any and not self.in_forked_child else None
