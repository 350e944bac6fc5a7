"""Results of a run: the table by package, and the mutants that are known to be equivalent."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mutants import PACKAGES, Mutant
from running import Outcome

PASSING_PERCENT = 95.0
FILE = Path(__file__).with_name("equivalent.json")


@dataclass(frozen=True)
class Equivalent:
    """One change that no test can notice, with the reason: `words` as `python -m tests.mutation --list` prints them."""

    file: str
    function: str
    words: str
    reason: str


def equivalents() -> list[Equivalent]:
    """Return the changes that are known to be equivalent."""
    return [Equivalent(**row) for row in json.loads(FILE.read_text("utf-8"))]


@dataclass
class Results:
    """Counts by package."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    known: dict[tuple[str, str, str], str] = field(
        default_factory=lambda: {(row.file, row.function, row.words): row.reason for row in equivalents()}
    )

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        self.counts.setdefault(mutant.package, Counter())[self.status(mutant, outcome)] += 1

    def status(self, mutant: Mutant, outcome: Outcome) -> str:
        """Return `killed`, `survived` or `equivalent`."""
        if not outcome.survived:
            return "killed"
        return "equivalent" if (mutant.file, mutant.change.function, mutant.words) in self.known else "survived"

    @property
    def percent(self) -> float:
        """Percentage of the mutants that are not equivalent which were killed."""
        return percent_killed(sum(self.counts.values(), Counter()))

    def table(self) -> str:
        """Return the table by package, with the totals."""
        rows = [(package, self.counts[package]) for package in PACKAGES if package in self.counts]
        rows.append(("all", sum(self.counts.values(), Counter())))
        lines = [f"{'package':14} {'killed':>8} {'survived':>9} {'equivalent':>11} {'percent':>8}"]
        for package, count in rows:
            percent = percent_killed(count)
            lines.append(
                f"{package:14} {count['killed']:8} {count['survived']:9} {count['equivalent']:11} {percent:8.1f}"
            )
        return "\n".join(lines)


def percent_killed(count: Counter[str]) -> float:
    tested = count["killed"] + count["survived"]
    return 100.0 * count["killed"] / tested if tested else 100.0
