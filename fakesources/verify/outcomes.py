"""Outcome of recordings for one API: findings by edition, counts, and the best-fitting edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..core.contract.rulebook import Rulebook
from .grouping import Groups
from .report import Part
from .selection import Selection

CUTOFF_MARGIN = 200
"""Number of findings beyond ten times those of the best edition after which another is abandoned.

Exchanges with findings take far longer to check than valid ones."""


class Outcome:
    """Findings of one or several recordings by edition. `abandoned` are editions that are no longer checked."""

    def __init__(self, book: Rulebook, editions: Iterable[str], selection: Selection) -> None:
        self._book, self._selection = book, selection
        self.groups = {name: Groups(book, name, selection) for name in editions}
        self.abandoned: set[str] = set()
        self.operations: Counter[str] = Counter()
        self._statuses: dict[str, Counter[int]] = {}

    def count(self, operation: str, status: int) -> None:
        """Count one exchange."""
        self.operations[operation] += 1
        self._statuses.setdefault(operation, Counter())[status] += 1

    def abandon(self) -> None:
        """Abandon editions with far more findings than the best of those still checked."""
        running = {name: groups.rank[0] for name, groups in self.groups.items() if name not in self.abandoned}
        best = min(running.values())
        self.abandoned |= {name for name, total in running.items() if total > 10 * best + CUTOFF_MARGIN}

    def best(self) -> tuple[str, ...]:
        """Return the best-fitting edition, or several that fit equally well."""
        ranks = {name: groups.rank for name, groups in self.groups.items() if name not in self.abandoned}
        least = min(ranks.values())
        return tuple(name for name, rank in ranks.items() if rank == least)

    def empty(self) -> Outcome:
        """Return an empty outcome for the same editions."""
        return Outcome(self._book, self.groups, self._selection)

    def merge(self, other: Outcome) -> None:
        """Add the outcome of other recordings, without changing it."""
        for name, groups in other.groups.items():
            self.groups[name].merge(groups)
        self.abandoned |= other.abandoned
        self.operations += other.operations
        for operation, statuses in other._statuses.items():
            self._statuses.setdefault(operation, Counter()).update(statuses)

    def part(self, api: str, edition: str) -> Part:
        """Return the part of a report for an API checked against an edition."""
        groups = self.groups[edition]
        totals = {name: each.total for name, each in self.groups.items()}
        statuses = {name: dict(counts) for name, counts in self._statuses.items()}
        return Part(
            api, edition, len(totals) > 1, totals, frozenset(self.abandoned), dict(self.operations), tuple(groups),
            statuses, groups.ignored, groups.known, groups.dropped,
        )  # fmt: skip


class Outcomes:
    """Outcomes of several recordings, each in its best-fitting edition.

    A recording that several editions fit equally well is assigned to one of them at the end, by the other recordings.
    """

    def __init__(self) -> None:
        self._by_best: dict[tuple[str, ...], Outcome] = {}

    def add(self, outcome: Outcome) -> None:
        """Add the outcome of one recording, unless it is empty."""
        if outcome.operations:
            best = outcome.best()
            if best not in self._by_best:
                self._by_best[best] = outcome.empty()
            self._by_best[best].merge(outcome)

    def parts(self, api: str, current: Outcome) -> list[Part]:
        """Return a part for each edition, including the outcome of the current recording."""
        outcomes = Outcomes()
        for outcome in (*self._by_best.values(), current):
            outcomes.add(outcome)
        merged: dict[str, Outcome] = {}
        for best, outcome in sorted(outcomes._by_best.items(), key=lambda item: len(item[0])):
            fitting = [name for name in best if name in merged] or best[:1]
            edition = max(fitting, key=lambda name: merged[name].operations.total() if name in merged else 0)
            merged.setdefault(edition, outcome.empty()).merge(outcome)
        return [merged[name].part(api, name) for name in current.groups if name in merged]
