"""Findings as they come, in one edition of one API: each gets its severity, and equal ones become one group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ..core.contract.rule import Rule
from ..core.contract.rulebook import Rulebook
from ..core.contract.traffic import NOTES
from ..core.contract.validation import Violation
from .report import Group, Occurrence, Severity
from .selection import Key, Selection

MOST_KINDS = 1_000
"""Number of kinds of findings that are kept; of a recording that breaks more rules the rest is counted."""

Shown = Callable[[Violation], tuple[str, str]]
"""Excerpts of an exchange's request and response around the place of a finding."""


class Groups:
    """Findings of one API in one edition, in the order in which each kind was first made.

    `raw` counts all of them by severity, also those that the selection sets aside.
    """

    def __init__(self, book: Rulebook, edition: str, selection: Selection) -> None:
        self._book, self._edition, self._selection = book, edition, selection
        self._by_key: dict[Key, Group] = {}
        self._rules: dict[str, tuple[Severity, Rule | None]] = {}
        self.raw: Counter[Severity] = Counter()
        self.ignored = self.known = self.dropped = 0

    def add(self, findings: Iterable[Violation], occurrence: Occurrence, shown: Shown) -> None:
        """Take in the findings of one exchange."""
        for finding in findings:
            severity, rule = self._rule(finding.rule)
            self.raw[severity] += 1
            key = key_of(finding)
            if self._selection.ignores(finding.rule, rule):
                self.ignored += 1
            elif severity != "note" and self._selection.knows(key):
                self.known += 1
            elif (group := self._by_key.get(key)) is not None:
                group.add(occurrence)
            elif len(self._by_key) < MOST_KINDS:
                request, response = shown(finding)
                group = Group(finding, severity, rule, key, request=request, response=response)
                group.add(occurrence)
                self._by_key[key] = group
            else:
                self.dropped += 1

    def merge(self, other: Groups) -> None:
        """Add the findings of other recordings."""
        self.raw += other.raw
        self.ignored, self.known = self.ignored + other.ignored, self.known + other.known
        self.dropped += other.dropped
        for key, group in other._by_key.items():
            if (own := self._by_key.get(key)) is not None:
                own.merge(group)
            elif len(self._by_key) < MOST_KINDS:
                self._by_key[key] = replace(group, occurrences=list(group.occurrences))
            else:
                self.dropped += group.count

    @property
    def rank(self) -> tuple[int, int]:
        """Measure of how well the edition fits: the fewer contradictions of any severity the better, then the fewer findings.

        An edition that rests on decisions gives warnings where another gives findings, and would always fit.
        """
        return self.raw["finding"] + self.raw["warning"], self.raw["finding"]

    @property
    def total(self) -> int:
        """Number of findings and warnings."""
        return sum(self.rank)

    def _rule(self, id: str) -> tuple[Severity, Rule | None]:
        if id not in self._rules:
            rule = self._book.find(id, self._edition)
            self._rules[id] = severity_of(id, rule), rule
        return self._rules[id]

    def __iter__(self) -> Iterator[Group]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)


def severity_of(id: str, rule: Rule | None) -> Severity:
    """Return how much a contradiction to a rule means: by what the rule is known from."""
    api, _, name = id.partition(".traffic.")
    if name in NOTES and "." not in api:
        return "note"
    return "finding" if rule is not None and rule.provenance in ("documented", "recorded") else "warning"


def key_of(finding: Violation) -> Key:
    """Return what a finding has in common with its equals: numbers and ids in it do not matter."""
    at = re.sub(r"\[[0-9]+\]", "[*]", finding.path)
    expected = re.sub(r"[0-9a-f]{8,}|[0-9]+", "#", finding.expected)
    return finding.rule, finding.operation, finding.side, at, expected
