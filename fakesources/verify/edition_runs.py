"""All exchanges with one API, checked against one edition or, per recording, against the best-fitting of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.contract.api import Api
from ..core.contract.rulebook import rulebook
from ..core.contract.validation import Violation
from ..core.http.masking import mask_text
from .excerpts import Excerpts
from .exchange import CheckedExchange, ExchangeChecker
from .outcomes import Outcome, Outcomes
from .recordings.entry import Entry
from .report import Occurrence, Part
from .selection import Selection
from .sequence import Session


class EditionRuns:
    """One API and the editions to check against. `is_whole` is True if no request was made before the recorded ones."""

    def __init__(self, api: Api[Any], editions: Iterable[str], is_whole: bool, selection: Selection) -> None:
        self.api = api
        self._selection = selection
        self._excerpts = Excerpts(api)
        self._sessions = {name: Session(ExchangeChecker(api, api.editions[name]), is_whole) for name in editions}
        self._current = Outcome(rulebook(api), self._sessions, selection)
        self._finished = Outcomes()

    def add(self, entry: Entry, path: str, file: str, name: str) -> tuple[bool, dict[str, list[Violation]]]:
        """Check one exchange. Return whether its operation is selected, and its findings by edition."""
        found: dict[str, list[Violation]] = {}
        checked: CheckedExchange | None = None
        for edition, session in self._sessions.items():
            if edition not in self._current.abandoned:
                checked = session.checker.check(entry, path)
                found[edition] = checked.findings + session.follow(entry, checked)
        operation = (checked.operation if checked is not None else "") or self.api.name
        if not self._selection.keeps(operation):
            return False, {}
        self._current.count(operation, entry.response.status)
        for edition, findings in found.items():
            self._record(edition, findings, entry, file, name)
        self._current.abandon()
        return True, found

    def note_preflight(self, entry: Entry, file: str, name: str) -> None:
        """Record a note for an OPTIONS request without the headers of a preflight."""
        for edition, session in self._sessions.items():
            rule = f"{self.api.name}.traffic.preflight"
            note = session.checker.finding(rule, self.api.name, "request", "method", "OPTIONS", "a call of the API")
            self._record(edition, [note], entry, file, name)

    def skip(self) -> None:
        """Account for a request whose effect and response are unknown."""
        for session in self._sessions.values():
            session.skip()

    def begin(self) -> None:
        """Begin another recording, with its own objects and its own best edition."""
        self._finished.add(self._current)
        self._current = self._current.empty()
        for session in self._sessions.values():
            session.begin()

    def parts(self) -> list[Part]:
        """Return the outcome by edition; each recording counts in its best-fitting edition that was not abandoned."""
        return self._finished.parts(self.api.name, self._current)

    def _record(self, edition: str, findings: list[Violation], entry: Entry, file: str, name: str) -> None:
        if not findings:
            return
        request, response, excerpts = entry.request, entry.response, self._excerpts
        url = excerpts.url(request)
        occurrence = Occurrence(file, mask_text(name), request.method, url, response.status, entry.time)

        def render(finding: Violation) -> tuple[str, str]:
            request_path, response_path = (finding.path, "") if finding.side == "request" else ("", finding.path)
            return excerpts.request(request, request_path), excerpts.response(response, response_path)

        self._current.groups[edition].add(findings, occurrence, render)
