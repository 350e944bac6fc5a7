"""Outcome of recordings for one API: the findings in each edition, what was counted, and the edition that fits best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..core.contract.rulebook import Rulebook
from .grouping import Groups
from .report import Part
from .selection import Selection

CUTOFF_MARGIN = 200
"""Number of contradictions beyond ten times the best edition's that put another out of the race: telling what is wrong takes far
longer than telling that nothing is."""


class Outcome:
    """The findings of one or several recordings in each edition. `lost` are the editions that were given up."""

    def __init__(self, book: Rulebook, editions: Iterable[str], selection: Selection) -> None:
        self._book, self._selection = book, selection
        self.groups = {name: Groups(book, name, selection) for name in editions}
        self.lost: set[str] = set()
        self.operations: Counter[str] = Counter()
        self._statuses: dict[str, Counter[int]] = {}

    def count(self, operation: str, status: int) -> None:
        """Count one exchange."""
        self.operations[operation] += 1
        self._statuses.setdefault(operation, Counter())[status] += 1

    def drop(self) -> None:
        """Abandon the editions that are far behind the best of those that are still counted."""
        running = {name: groups.rank[0] for name, groups in self.groups.items() if name not in self.lost}
        best = min(running.values())
        self.lost |= {name for name, total in running.items() if total > 10 * best + CUTOFF_MARGIN}

    def best(self) -> tuple[str, ...]:
        """Return the edition that fits best, or several that fit equally well."""
        ranks = {name: groups.rank for name, groups in self.groups.items() if name not in self.lost}
        least = min(ranks.values())
        return tuple(name for name, rank in ranks.items() if rank == least)

    def empty(self) -> Outcome:
        """Return an outcome of nothing, in the same editions."""
        return Outcome(self._book, self.groups, self._selection)

    def merge(self, other: Outcome) -> None:
        """Add the outcome of other recordings, which stays as it is."""
        for name, groups in other.groups.items():
            self.groups[name].merge(groups)
        self.lost |= other.lost
        self.operations += other.operations
        for operation, statuses in other._statuses.items():
            self._statuses.setdefault(operation, Counter()).update(statuses)

    def part(self, api: str, edition: str) -> Part:
        """Return the part of a report for an API held to an edition."""
        groups = self.groups[edition]
        totals = {name: each.total for name, each in self.groups.items()}
        statuses = {name: dict(counts) for name, counts in self._statuses.items()}
        return Part(
            api, edition, len(totals) > 1, totals, frozenset(self.lost), dict(self.operations), tuple(groups),
            statuses, groups.ignored, groups.known, groups.dropped,
        )  # fmt: skip


class Outcomes:
    """The outcomes of several recordings, each in the edition that fits it best.

    Those that several editions fit equally well are kept by these editions, until it is known what the rest is.
    """

    def __init__(self) -> None:
        self._by_best: dict[tuple[str, ...], Outcome] = {}

    def add(self, outcome: Outcome) -> None:
        """Add the outcome of one recording, unless nothing was checked in it."""
        if outcome.operations:
            best = outcome.best()
            if best not in self._by_best:
                self._by_best[best] = outcome.empty()
            self._by_best[best].merge(outcome)

    def parts(self, api: str, current: Outcome) -> list[Part]:
        """Return a part for each edition, with the outcome of the recording under way."""
        whole = Outcomes()
        for outcome in (*self._by_best.values(), current):
            whole.add(outcome)
        merged: dict[str, Outcome] = {}
        for best, outcome in sorted(whole._by_best.items(), key=lambda item: len(item[0])):
            fitting = [name for name in best if name in merged] or best[:1]
            edition = max(fitting, key=lambda name: merged[name].operations.total() if name in merged else 0)
            merged.setdefault(edition, outcome.empty()).merge(outcome)
        return [merged[name].part(api, name) for name in current.groups if name in merged]
