"""Findings of one API in one edition: each gets a severity, and equal ones become one group."""

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

MAX_GROUPS = 1_000
"""Maximum number of groups; findings of further kinds are only counted."""

RenderExcerpts = Callable[[Violation], tuple[str, str]]
"""Function that returns the excerpts of request and response around a finding."""


class Groups:
    """Groups of equal findings, in the order of the first finding of each.

    `raw` counts all findings by severity, including those that are ignored or in the baseline.
    """

    def __init__(self, book: Rulebook, edition: str, selection: Selection) -> None:
        self._book, self._edition, self._selection = book, edition, selection
        self._by_key: dict[Key, Group] = {}
        self._rules: dict[str, tuple[Severity, Rule | None]] = {}
        self.raw: Counter[Severity] = Counter()
        self.ignored = self.known = self.dropped = 0

    def add(self, findings: Iterable[Violation], occurrence: Occurrence, render: RenderExcerpts) -> None:
        """Add the findings of one exchange."""
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
            elif len(self._by_key) < MAX_GROUPS:
                request, response = render(finding)
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
            elif len(self._by_key) < MAX_GROUPS:
                self._by_key[key] = replace(group, occurrences=list(group.occurrences))
            else:
                self.dropped += group.count

    @property
    def rank(self) -> tuple[int, int]:
        """Numbers by which the best-fitting edition has the least: findings and warnings, then findings alone.

        Warnings count, since an edition based on decisions has warnings where another has findings.
        """
        return self.raw["finding"] + self.raw["warning"], self.raw["finding"]

    @property
    def total(self) -> int:
        """Number of findings and warnings."""
        return self.rank[0]

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
    """Return the severity of findings under a rule, by its provenance."""
    api, _, name = id.partition(".traffic.")
    if name in NOTES and "." not in api:
        return "note"
    return "finding" if rule is not None and rule.provenance in ("documented", "recorded") else "warning"


def key_of(finding: Violation) -> Key:
    """Return the properties that equal findings share, without the numbers and ids in them."""
    path = re.sub(r"\[[0-9]+\]", "[*]", finding.path)
    expected = re.sub(r"[0-9a-f]{8,}|[0-9]+", "#", finding.expected)
    return finding.rule, finding.operation, finding.side, path, expected
