"""All exchanges with one API, held to one edition or, recording by recording, to the best of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.contract.api import Api
from ..core.contract.rulebook import rulebook
from ..core.contract.validation import Violation
from ..core.http.masking import mask_text
from . import excerpts
from .exchange import CheckedExchange, ExchangeChecker
from .outcomes import Outcome, Outcomes
from .recordings.entry import Entry
from .report import Occurrence, Part
from .selection import Selection
from .sequence import Session


class EditionRuns:
    """One API and the editions it is held to. `whole` says that nothing came before what was recorded."""

    def __init__(self, api: Api[Any], editions: Iterable[str], whole: bool, selection: Selection) -> None:
        self.api = api
        self._selection = selection
        self._sessions = {name: Session(ExchangeChecker(api, api.editions[name]), whole) for name in editions}
        self._current = Outcome(rulebook(api), self._sessions, selection)
        self._finished = Outcomes()

    def add(self, entry: Entry, path: str, file: str, name: str) -> tuple[bool, dict[str, list[Violation]]]:
        """Check one exchange. Return whether its operation is one of those chosen, and its findings by edition."""
        found: dict[str, list[Violation]] = {}
        checked: CheckedExchange | None = None
        for edition, session in self._sessions.items():
            if edition not in self._current.lost:
                checked = session.checker.check(entry, path)
                found[edition] = checked.findings + session.follow(entry, checked)
        operation = (checked.operation if checked is not None else "") or self.api.name
        if not self._selection.keeps(operation):
            return False, {}
        self._current.count(operation, entry.response.status)
        for edition, findings in found.items():
            self._note(edition, findings, entry, file, name)
        self._current.drop()
        return True, found

    def note_preflight(self, entry: Entry, file: str, name: str) -> None:
        """Note an OPTIONS request without the headers of a preflight."""
        for edition, session in self._sessions.items():
            rule = f"{self.api.name}.traffic.preflight"
            note = session.checker.finding(rule, self.api.name, "request", "method", "OPTIONS", "a call of the API")
            self._note(edition, [note], entry, file, name)

    def missed(self) -> None:
        """Take account of a request whose effect and response are not known."""
        for session in self._sessions.values():
            session.missed()

    def begin(self) -> None:
        """Begin another recording, with objects of its own, and an edition of its own."""
        self._finished.add(self._current)
        self._current = self._current.empty()
        for session in self._sessions.values():
            session.begin()

    def parts(self) -> list[Part]:
        """Return the outcome in each edition: a recording counts in the one that fits it best, of those not given up."""
        return self._finished.parts(self.api.name, self._current)

    def _note(self, edition: str, findings: list[Violation], entry: Entry, file: str, name: str) -> None:
        if not findings:
            return
        secrets, request = self.api.secrets, entry.request
        url = excerpts.url_of(request, secrets)
        occurrence = Occurrence(file, mask_text(name), request.method, url, entry.response.status, entry.at)

        def shown(finding: Violation) -> tuple[str, str]:
            asked, answered = (finding.path, "") if finding.side == "request" else ("", finding.path)
            return excerpts.of_request(request, asked, secrets), excerpts.of_response(entry.response, answered, secrets)

        self._current.groups[edition].add(findings, occurrence, shown)
