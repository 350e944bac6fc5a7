"""A `requests` session under watch: every exchange is held to the contract as it happens.

Nothing is altered: the session sends what it would have sent, and gets what it would have got.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from ..core import arguments
from ..core.contract import Violation
from ..core.messages import Reply
from ..core.reports import ContractViolation
from .checking import Check, bases_named, editions_named
from .recordings.entries import Entry, moment, requested
from .report import Report
from .suite import Names, named


def watch(session: Session, *, edition: Names = (), base_url: Names = (), strict: bool = True) -> Watch:
    """Hold every exchange of a `requests` session to the contract, from entering the block to leaving it.

    Exchanges with other hosts are passed over. Leaving a strict block raises ContractViolation when anything was found
    and nothing else went wrong. Of a streamed answer status and headers are checked, and its body left to whoever reads it.
    """
    arguments.check(
        session=(session, arguments.a(Session, expected="a requests.Session")), strict=(strict, arguments.BOOLEAN)
    )
    return Watch(session, Check(editions_named(named(edition)), bases_named(named(base_url))), strict)


class Watch(AbstractContextManager["Watch"]):
    """A session under watch. `report` and `findings` may be looked at on the way and afterwards."""

    def __init__(self, session: Session, held: Check, strict: bool) -> None:
        self._session = session
        self._check = held
        self._strict = strict
        self._before: Any = None
        self._lock = threading.Lock()
        self._noted: list[tuple[PreparedRequest, Response, bool]] = []
        self._number = 0

    @property
    def report(self) -> Report:
        """What came out so far."""
        with self._lock:
            self._hear()
            return self._check.report()

    @property
    def findings(self) -> list[Violation]:
        """The findings so far, equal ones once."""
        return [group.first for part in self.report.parts for group in part.groups]

    def __enter__(self) -> Watch:
        session = self._session
        self._before = session.__dict__.get("get_adapter")
        original: Callable[[str], BaseAdapter] = session.get_adapter
        session.get_adapter = lambda url: _Listening(original(url), self._note)  # type: ignore[method-assign]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        if self._before is None:
            del self._session.get_adapter
        else:
            self._session.get_adapter = self._before  # type: ignore[method-assign]
        if self._strict and kind is None and (found := self.findings):
            raise ContractViolation(found)

    def _note(self, request: PreparedRequest, response: Response, streamed: bool) -> None:
        with self._lock:
            self._hear()
            self._noted.append((request, response, streamed))

    def _hear(self) -> None:
        """Take in what was noted: by now the session has read the bodies it reads."""
        noted, self._noted = self._noted, []
        for request, response, streamed in noted:
            self._number += 1
            self._check.take(_heard(f"exchange {self._number}", request, response, streamed))


class _Listening(BaseAdapter):
    """An adapter that hands everything on, and tells of each answer."""

    def __init__(self, adapter: BaseAdapter, note: Callable[[PreparedRequest, Response, bool], None]) -> None:
        super().__init__()
        self._adapter = adapter
        self._note = note

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """What the adapter answers."""
        response = self._adapter.send(request, *args, **kwargs)
        self._note(request, response, bool(kwargs.get("stream")))
        return response

    def close(self) -> None:
        """Close the adapter."""
        self._adapter.close()


def _heard(place: str, request: PreparedRequest, response: Response, streamed: bool) -> Entry:
    body, asked = request.body, True
    if isinstance(body, str):
        body = body.encode("utf-8")
    elif not isinstance(body, bytes):
        body, asked = b"", body is None
    try:
        content, answered = (b"", False) if streamed else (response.content or b"", True)
    except (RuntimeError, OSError):  # the session could not read it either
        content, answered = b"", False
    headers = tuple((_text(name), _text(value)) for name, value in request.headers.items())
    reply = Reply(response.status_code, tuple(response.headers.items()), content)
    at = moment(response.headers.get("Date"))
    return Entry(place, requested(place, request.method, request.url, headers, body), reply, at, asked, answered)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
