"""What came out of a check: equal findings as one, with the places where they were made. A value; others write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core.contract import Violation

PLACES = 5
"""How many places of equal findings, and how many other hosts, are kept by name."""


@dataclass(slots=True)
class Group:
    """Equal findings: the first of them, where the first few were made, and how many there are."""

    first: Violation
    places: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, place: str) -> None:
        """One more, made at a place."""
        self.count += 1
        if len(self.places) < PLACES and place not in self.places:
            self.places.append(place)


class Groups:
    """Findings as they come, equal ones together, in the order in which each was first made."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], Group] = {}
        self.total = 0

    def add(self, place: str, findings: Iterable[Violation]) -> None:
        """The findings of one exchange."""
        for finding in findings:
            self.total += 1
            at = re.sub(r"\[[0-9]+\]", "[*]", finding.at)
            expected = re.sub(r"[0-9a-f]{8,}|[0-9]+", "#", finding.expected)
            key = (finding.rule, finding.operation, finding.side, at, expected)
            self._by_key.setdefault(key, Group(finding)).add(place)

    def __iter__(self) -> Iterator[Group]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)


@dataclass(frozen=True, slots=True)
class Part:
    """What came out for one API: the edition it was held to, whether that was chosen here, how many findings each
    edition would have given (those that are `lost`: when they were given up), how many exchanges each operation had, and
    the findings.
    """

    api: str
    edition: str
    chosen: bool
    by_edition: Mapping[str, int]
    lost: frozenset[str]
    operations: Mapping[str, int]
    groups: tuple[Group, ...]

    @property
    def exchanges(self) -> int:
        """How many exchanges were held to it."""
        return sum(self.operations.values())

    @property
    def findings(self) -> int:
        """How many findings there are, equal ones counted each."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class Report:
    """What came out of the files: a part for each API that was met, and how many exchanges were left out.

    `others` were with other hosts, `hosts` the first few of them; `preflights` were a browser's own questions.
    """

    files: tuple[str, ...]
    parts: tuple[Part, ...]
    others: int = 0
    preflights: int = 0
    hosts: tuple[str, ...] = ()

    @property
    def exchanges(self) -> int:
        """How many exchanges were checked."""
        return sum(part.exchanges for part in self.parts)

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(part.findings for part in self.parts)
