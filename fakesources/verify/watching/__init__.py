"""A client under watch: every exchange of a `requests` session or an `httpx` client is checked as it happens.

Nothing is altered: the client sends what it would have sent, and gets what it would have got.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from requests import Session

from ...core.contract.validation import Violation
from ...core.reporting.reports import ContractViolation
from ...core.text import arguments
from ..checker import Check, bases_named, editions_named
from ..checks import Names, named
from ..report import Report, Severity
from . import httpx, requests
from .seen import Seen

PENDING = 100
"""Number of exchanges that may wait for their bodies to be read; of the oldest beyond them the body counts as not recorded."""


def watch(
    session: Any, *, edition: Names = (), base_url: Names = (), strict: bool = True, warnings: bool = False
) -> Watch:
    """Check every exchange of a client against the contract, from entering the block to leaving it.

    `session` is a `requests.Session`, an `httpx.Client` or an `httpx.AsyncClient`. Exchanges with other hosts and other
    endpoints are left out. Leaving a strict block raises ContractViolation when there were findings and nothing else
    went wrong; with `warnings` these count too. Of a streamed response status and headers are checked, and its body is
    left to whoever reads it.

    Raises TypeError for any other session, and ValueError for an edition or a base URL that does not exist.
    """
    arguments.check(strict=(strict, arguments.BOOLEAN), warnings=(warnings, arguments.BOOLEAN))
    return Watch(session, Check(editions_named(named(edition)), bases_named(named(base_url))), strict, warnings)


class Watch(AbstractContextManager["Watch"]):
    """A client under watch. `report`, `findings` and `warnings` may be looked at on the way and afterwards."""

    def __init__(self, session: Any, checker: Check, strict: bool, warnings: bool = False) -> None:
        self._check = checker
        self._strict = strict
        self._counts_warnings = warnings
        self._lock = threading.Lock()
        self._seen: deque[Seen] = deque()
        self._number = 0
        self._defect: Exception | None = None
        self._tap: requests.Tap | httpx.Tap
        if isinstance(session, Session):
            self._tap = requests.Tap(session, self._note)
        elif httpx.is_client(session):
            self._tap = httpx.Tap(session, self._note)
        else:
            expected = "a requests.Session, an httpx.Client or an httpx.AsyncClient"
            raise arguments.wrong("session", expected, arguments.shown(session))

    @property
    def report(self) -> Report:
        """The outcome so far."""
        with self._lock:
            self._take(everything=True)
            return self._check.report()

    @property
    def findings(self) -> list[Violation]:
        """The findings so far, equal ones once."""
        return self._of("finding")

    @property
    def warnings(self) -> list[Violation]:
        """Contradictions to rules that no page and no recording shows, equal ones once."""
        return self._of("warning")

    def __enter__(self) -> Watch:
        self._tap.attach()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._tap.detach()
        if kind is not None:
            return
        found = self.findings + (self.warnings if self._counts_warnings else [])
        if self._defect is not None:
            raise self._defect
        if self._strict and found:
            raise ContractViolation(found)

    async def __aenter__(self) -> Watch:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)

    def _of(self, severity: Severity) -> list[Violation]:
        return [group.first for part in self.report.parts for group in part.groups if group.severity == severity]

    def _note(self, seen: Seen) -> None:
        """Take note of an exchange from inside the client's call; nothing is ever raised there."""
        with self._lock:
            self._seen.append(seen)
            self._take(everything=False)

    def _take(self, everything: bool) -> None:
        """Check the exchanges whose bodies have been read, in the order they were made, up to the first that has not."""
        while self._seen and (everything or self._seen[0].is_read or len(self._seen) > PENDING):
            seen = self._seen.popleft()
            self._number += 1
            try:
                self._check.take(seen.entry(f"exchange {self._number}"))
            except Exception as error:  # a defect of ours, raised when the block is left
                self._defect = self._defect or error
