"""Adapters of a fake: each intercepts the calls of a client library, and only while it is open.

An adapter's module is imported by the method that opens it, which keeps starting up fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType, NoneType
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
from ..core.system.contexts import AsyncContext
from ..core.text.arguments import BOOLEAN, INTEGER, TEXT, Kind, a, check
from .context import AdapterContext

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication
    from responses import RequestsMock

    from ..server.server import Server
    from .httpx import FakeTransport

_HTTPX = ("httpx", "httpx2")
ADVICE = (
    "open fake.responses() for requests, fake.httpx() for httpx and httpx2, fake.server() and its url for all others"
)
"""Advice for a call that no adapter intercepted."""

PORT = Kind("a port from 0 to 65535", lambda value: INTEGER.accepts(value) and 0 <= value <= 65_535)


class Adapters(AsyncContext):
    """Methods that open adapters, and the functions that these call.

    `handle` responds to one request, and raises InternalError when the fake breaks its own contract; `steps` does so
    for an adapter that does not block while a request waits, and `handle_nonblocking` for one that never waits.
    `handles` returns whether the fake answers for a host and a path.
    """

    def __init__(
        self,
        handle: Handle,
        steps: Callable[[Request], Steps],
        handle_nonblocking: HandleNonblocking,
        hosts: Hosts,
        faults: Faults,
        violations: Violations,
        strict: bool,
    ) -> None:
        self.handle = handle
        self.steps = steps
        self.handle_nonblocking = handle_nonblocking
        self.hosts = hosts
        self.handles = hosts.handles
        self.faults = faults
        self.violations = violations
        self.strict = strict
        self._process = os.getpid()
        self._open: list[AdapterContext[Self]] = []  # those that were started, the latest last, until they are stopped
        self._entered: list[AdapterContext[Self]] = []  # those of them that `with` blocks over this object opened

    @property
    def in_forked_child(self) -> bool:
        """Return whether this is a copy, in a process that was forked after the fake was made."""
        return os.getpid() != self._process

    def _intercepted(self, request: Request) -> Response:
        """Respond to a call that was intercepted in-process. Raises CalledInForkedChild in a forked child."""
        if self.in_forked_child:
            raise forks.forked_child_error(request.host)
        return self.handle(request)

    def check(self) -> None:
        """Raise ContractViolation if there were violations since the fake was made or last checked."""
        __tracebackhide__ = True
        if self.violations:
            violations, self.violations[:] = list(self.violations), []
            error = ContractViolation(violations)
            raise error.with_traceback(error.trace)

    def responses(self, mock: RequestsMock | ModuleType | None = None) -> AdapterContext[Self]:
        """Respond to every call of `requests` to the APIs' hosts; other hosts are not affected.

        With `mock`, a RequestsMock or the module `responses` itself, an entry of that mock responds while it is
        started: the calls are in its `calls`, and its own entries for the same URLs take precedence. A connection to
        the APIs' hosts in any other way is rejected, and is a violation.
        """
        if mock is None:
            adapter = self._requests()
        else:
            from . import responses_mock

            adapter = responses_mock.add_to(mock, self._intercepted, self.handles, self.hosts.described)
        return AdapterContext(self, self, self._guard(), adapter, name="fake.responses()", leaving=self._leave)

    def httpx(self) -> AdapterContext[Self]:
        """Respond to every call of `httpx` and `httpx2` to the APIs' hosts, by any client, sync or async.

        A connection to the APIs' hosts in any other way is rejected, and is a violation.
        """
        return AdapterContext(self, self, self._guard(), self._httpx(), name="fake.httpx()", leaving=self._leave)

    def transport(self) -> FakeTransport:
        """Return a transport for a client of `httpx` or `httpx2`, sync or async.

        Raises ModuleNotFoundError when neither is installed.
        """
        from . import httpx

        return httpx.transport(self._intercepted, self.handles, self.hosts.described, self._steps_of)

    def server(
        self, host: str = "127.0.0.1", port: int = 0, *, tls: SSLContext | None = None, checks: bool = True
    ) -> AdapterContext[Server]:
        """Serve every API on a real socket, at `server.url`; `.netloc` is its `.host` and `.port`. Port 0 is any free one.

        Opened by a `with` block, or by `server = fake.server().start()` and `server.stop()`.

        `checks`: a strict fake is checked when the server stops. Raises OSError when the address is not available, and
        CalledInForkedChild in a forked child, where a copy of the fake would respond.
        """
        if self.in_forked_child:
            raise forks.forked_child_error("fake.server()")
        from ..server.server import Server

        check(host=(host, TEXT), port=(port, PORT), checks=(checks, BOOLEAN))
        if tls is not None:  # then its module is imported
            contexts = getattr(sys.modules.get("ssl"), "SSLContext", NoneType)
            check(tls=(tls, a(contexts, expected="an ssl.SSLContext or None")))
        server = Server(self.handle, host, port, handle_nonblocking=self.handle_nonblocking, steps=self.steps, tls=tls)
        return AdapterContext(self, server, server, name="fake.server()", checks=checks)

    @property
    def wsgi(self) -> WSGIApplication:
        """WSGI application that serves every API."""
        from . import wsgi

        return wsgi.application(self.handle)

    def open(self, *, checks: bool = True) -> AdapterContext[Self]:
        """Open the adapters of `with fake:`: for `requests`, and for `httpx` and `httpx2` once they are imported.

        Any other connection to the APIs' hosts is rejected, and is a violation. Closed by `stop` of the fake or of the
        result, or at the end of a `with` block over that. `checks`: a strict fake is checked then.
        """
        check(checks=(checks, BOOLEAN))
        is_imported = any(name in sys.modules for name in _HTTPX)
        httpx = self._httpx() if is_imported else self._httpx_when_imported()
        context = AdapterContext(
            self, self, self._guard(), self._requests(), httpx, name="fake.open()", checks=checks, leaving=self._leave
        )
        context.start()
        return context

    def _started(self, context: AdapterContext[Any]) -> None:
        self._open.append(context)

    def _leave(self, context: AdapterContext[Self]) -> None:
        if context in self._open:
            self._open.remove(context)
            if not self._open:
                self.faults.release()

    def start(self) -> Self:
        """Open the adapters of `with fake:` until `stop`, for a setup and a teardown in different functions."""
        self.open()
        return self

    def stop(self) -> None:
        """Undo the latest start, of this fake or of `fake.responses()` and `fake.httpx()`.

        Raises ContractViolation as leaving a block does, RuntimeError if nothing is open.
        """
        __tracebackhide__ = True
        if not self._open:
            raise RuntimeError("stop: expected a fake that is started, got one that is not; fake.start() starts it")
        self._open[-1].stop()

    def __enter__(self) -> Self:
        self._entered.append(self.open())
        return self

    def __exit__(self, *error: Any) -> None:
        __tracebackhide__ = True
        self._entered.pop().__exit__(*error)

    def _guard(self) -> AbstractContextManager[Any]:
        from . import network_guard

        return network_guard.guard(self.handles, self._report_escape, ADVICE)

    def _report_escape(self, host: str) -> None:
        """Record a connection that no adapter intercepted as a violation; the client may suppress its exception."""
        if self.in_forked_child:
            raise forks.forked_child_error(host)
        caller = callers.find("", "", host)
        violation = Violation(
            rule="connection.escaped",
            operation="connection",
            path="host",
            actual=host,
            expected="a call through one of the fake's adapters",
            message=f"{ADVICE[0].upper()}{ADVICE[1:]}.",
            location=caller.location,
            trace=caller.trace,
        )
        self.violations.record([violation])

    def _requests(self) -> AbstractContextManager[Any]:
        from . import responses

        return responses.intercept(self._intercepted, self.handles)

    def _httpx(self) -> AbstractContextManager[Any]:
        from . import httpx

        return httpx.intercept(self._intercepted, self.handles, self._steps_of)

    def _httpx_when_imported(self) -> AbstractContextManager[Any]:
        from . import import_hook

        return import_hook.ImportHook(_HTTPX, self._httpx)

    def _steps_of(self, request: Request) -> Steps | None:
        return self.steps(request) if self.faults.any and not self.in_forked_child else None
