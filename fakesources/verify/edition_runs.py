"""All exchanges with one API, held to one edition or to each of several that still come into question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..core.contract import Violation
from ..core.endpoints import Api
from ..core.masking import mask_text
from ..core.rules import rulebook
from . import excerpts
from .exchanges import CheckedExchange, ExchangeChecker
from .grouping import Groups
from .recordings.entries import Entry
from .report import Occurrence, Part
from .selection import Selection
from .sessions import Session

CUTOFF_MARGIN = 200
"""How many findings more than ten times the best edition's put another out of the race: telling what is wrong takes far
longer than telling that nothing is."""


class EditionRuns:
    """One API and the editions it is held to. `whole` says that nothing came before what was recorded."""

    def __init__(self, api: Api[Any], editions: Iterable[str], whole: bool, selection: Selection) -> None:
        self.api = api
        book = rulebook(api)
        self._selection = selection
        self._sessions = {name: Session(ExchangeChecker(api, api.editions[name]), whole) for name in editions}
        self._groups = {name: Groups(book, name, selection) for name in self._sessions}
        self._lost: set[str] = set()
        self._operations: Counter[str] = Counter()
        self._statuses: dict[str, Counter[int]] = {}

    def add(self, entry: Entry, path: str, file: str, name: str) -> tuple[bool, dict[str, list[Violation]]]:
        """Check one exchange. Return whether its operation is one of those chosen, and its findings by edition."""
        found: dict[str, list[Violation]] = {}
        checked: CheckedExchange | None = None
        for edition, session in self._sessions.items():
            if edition not in self._lost:
                checked = session.checker.check(entry, path)
                found[edition] = checked.findings + session.follow(entry, checked)
        operation = (checked.operation if checked is not None else "") or self.api.name
        if not self._selection.keeps(operation):
            return False, {}
        self._operations[operation] += 1
        self._statuses.setdefault(operation, Counter())[entry.reply.status] += 1
        for edition, findings in found.items():
            self._note(edition, findings, entry, file, name)
        self._drop()
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
        """Begin another recording, with objects of its own."""
        for session in self._sessions.values():
            session.begin()

    def part(self) -> Part | None:
        """Return the outcome: of the editions not given up the one that fits best, the first of equals. None where no
        exchange was checked.
        """
        if not self._operations:
            return None
        best = min((name for name in self._groups if name not in self._lost), key=lambda name: self._groups[name].rank)
        totals = {name: groups.total for name, groups in self._groups.items()}
        groups = self._groups[best]
        statuses = {name: dict(counts) for name, counts in self._statuses.items()}
        return Part(
            self.api.name, best, len(totals) > 1, totals, frozenset(self._lost), dict(self._operations), tuple(groups),
            statuses, groups.ignored, groups.known, groups.dropped,
        )  # fmt: skip

    def _note(self, edition: str, findings: list[Violation], entry: Entry, file: str, name: str) -> None:
        if not findings:
            return
        secrets, request = self.api.secrets, entry.request
        url = excerpts.url_of(request, secrets)
        occurrence = Occurrence(file, mask_text(name), request.method, url, entry.reply.status, entry.at)

        def shown(finding: Violation) -> tuple[str, str]:
            asked, answered = (finding.at, "") if finding.side == "request" else ("", finding.at)
            return excerpts.of_request(request, asked, secrets), excerpts.of_response(entry.reply, answered, secrets)

        self._groups[edition].add(findings, occurrence, shown)

    def _drop(self) -> None:
        """Give up the editions that are far behind the best of those that are still counted."""
        running = {name: self._groups[name].raw["finding"] for name in self._groups if name not in self._lost}
        best = min(running.values())
        self._lost |= {name for name, total in running.items() if total > 10 * best + CUTOFF_MARGIN}
