"""Watching clients: every exchange of a `requests` session or an `httpx` client is checked as it happens.

Requests and responses are not changed.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import AbstractContextManager
from typing import Any

from requests import Session

from ...core.contract.validation import Violation
from ...core.reporting.reports import ContractViolation
from ...core.system.contexts import AsyncContext
from ...core.text import arguments
from ..checker import Check, parse_bases, parse_editions
from ..checks import Names, as_names
from ..report import Report, Severity
from . import httpx, requests
from .exchange import WatchedExchange

MAX_PENDING = 100
"""Maximum number of exchanges with unread bodies; beyond it the oldest is checked without its body."""


def watch(
    session: Any, *, edition: Names = (), base_url: Names = (), strict: bool = True, warnings: bool = False
) -> Watch:
    """Return a context manager that checks every exchange of a client against the contract.

    `session` is a `requests.Session`, an `httpx.Client` or an `httpx.AsyncClient`. Exchanges with other hosts and other
    endpoints are left out. A strict block that ends without an exception raises ContractViolation if there are
    findings; with `warnings` these count too. The body of a streamed response is not checked.

    Raises TypeError for any other session, and ValueError for an unknown edition or base URL.
    """
    arguments.check(strict=(strict, arguments.BOOLEAN), warnings=(warnings, arguments.BOOLEAN))
    return Watch(session, Check(parse_editions(as_names(edition)), parse_bases(as_names(base_url))), strict, warnings)


class Watch(AbstractContextManager["Watch"], AsyncContext):
    """Watched client. `report`, `findings` and `warnings` may be read within the block and after it."""

    def __init__(self, session: Any, checker: Check, strict: bool, warnings: bool = False) -> None:
        self._check = checker
        self._strict = strict
        self._counts_warnings = warnings
        self._lock = threading.Lock()
        self._unchecked: deque[WatchedExchange] = deque()
        self._number = 0
        self._defect: Exception | None = None
        self._watcher: requests.Watcher | httpx.Watcher
        if isinstance(session, Session):
            self._watcher = requests.Watcher(session, self._record)
        elif httpx.is_client(session):
            self._watcher = httpx.Watcher(session, self._record)
        else:
            expected = "a requests.Session, an httpx.Client or an httpx.AsyncClient"
            raise arguments.wrong("session", expected, arguments.shown(session))

    @property
    def report(self) -> Report:
        """Outcome of the exchanges so far."""
        with self._lock:
            self._check_read(everything=True)
            return self._check.report()

    @property
    def findings(self) -> list[Violation]:
        """Findings so far, equal ones once."""
        return self._of("finding")

    @property
    def warnings(self) -> list[Violation]:
        """Contradictions to rules that are neither documented nor recorded, equal ones once."""
        return self._of("warning")

    def __enter__(self) -> Watch:
        self._watcher.attach()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        __tracebackhide__ = True
        self._watcher.detach()
        if kind is not None:
            return
        found = self.findings + (self.warnings if self._counts_warnings else [])
        if self._defect is not None:
            raise self._defect
        if self._strict and found:
            raise ContractViolation(found)

    def _of(self, severity: Severity) -> list[Violation]:
        return [group.first for part in self.report.parts for group in part.groups if group.severity == severity]

    def _record(self, exchange: WatchedExchange) -> None:
        """Record an exchange from within a call of the client; nothing is raised there."""
        with self._lock:
            self._unchecked.append(exchange)
            self._check_read(everything=False)

    def _check_read(self, everything: bool) -> None:
        """Check exchanges in their order, up to the first whose body has not been read."""
        pending = self._unchecked
        while pending and (everything or pending[0].is_read or len(pending) > MAX_PENDING):
            exchange = pending.popleft()
            self._number += 1
            try:
                self._check.add(exchange.entry(f"exchange {self._number}"))
            except Exception as error:  # a defect of this module, raised when the block ends
                self._defect = self._defect or error
