"""Outcome of a check as one value: findings by severity, where each was made, and what was left out. Formats write it.

Severity follows from a rule's provenance. What contradicts a documented or recorded rule is a finding; what contradicts
any other rule is a warning, since the service itself did it; what no API did is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from ..core.contract.rule import Rule
from ..core.contract.validation import Violation
from .ownership import OTHER_HOST, PREFLIGHT
from .selection import Key, fingerprint

Severity = Literal["finding", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("finding", "warning", "note")

PLACES = 5
"""How many places of equal findings, and how many other hosts, are kept by name."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One exchange in which a finding was made. `url` has its secrets masked; `time` is seconds since 1970, or None."""

    file: str
    entry: str
    method: str = ""
    url: str = ""
    status: int = 0
    time: float | None = None

    @property
    def place(self) -> str:
        """File and entry."""
        return f"{self.file}: {self.entry}" if self.file else self.entry

    @property
    def when(self) -> str:
        """The time in ISO 8601; "" where it was not recorded."""
        if self.time is None:
            return ""
        moment = datetime.fromtimestamp(min(self.time, 253402300799), UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Group:
    """Equal findings: the first of them, its severity and rule, the first few places, and how many there are.

    `request` and `response` are excerpts of the first exchange, with secrets masked.
    """

    first: Violation
    severity: Severity = "finding"
    rule: Rule | None = None
    key: Key = ()
    occurrences: list[Occurrence] = field(default_factory=list)
    count: int = 0
    request: str = ""
    response: str = ""

    def add(self, occurrence: Occurrence) -> None:
        """Count one more."""
        self.count += 1
        if len(self.occurrences) < PLACES and occurrence not in self.occurrences:
            self.occurrences.append(occurrence)

    def merge(self, other: Group) -> None:
        """Add what was found in another recording."""
        self.count += other.count
        new = [each for each in other.occurrences if each not in self.occurrences]
        self.occurrences += new[: max(PLACES - len(self.occurrences), 0)]

    @property
    def id(self) -> str:
        """The id by which a baseline knows it."""
        return fingerprint(self.key)

    @property
    def places(self) -> list[str]:
        """The first few places."""
        return [occurrence.place for occurrence in self.occurrences]


@dataclass(frozen=True, slots=True)
class Part:
    """Outcome for one API: the edition it was held to, whether that was chosen here, how many findings and warnings
    each edition would have given (those that are `lost`: when they were given up), how many exchanges each operation
    had and with which statuses, and the findings. `ignored` and `known` count what the user or a baseline set aside;
    `dropped` the kinds of findings beyond those that are kept.
    """

    api: str
    edition: str
    chosen: bool
    by_edition: Mapping[str, int]
    lost: frozenset[str]
    operations: Mapping[str, int]
    groups: tuple[Group, ...]
    statuses: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    ignored: int = 0
    known: int = 0
    dropped: int = 0

    @property
    def exchanges(self) -> int:
        """How many exchanges were held to it."""
        return sum(self.operations.values())

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity there are, equal ones counted each."""
        return sum(group.count for group in self.groups if group.severity == severity)

    @property
    def findings(self) -> int:
        """Number of contradictions to documented and recorded rules."""
        return self.count("finding")


@dataclass(slots=True)
class Recording:
    """One file: how many exchanges were checked, how many entries were left out and unreadable, and why it could not be
    used, or not to its end.
    """

    name: str
    checked: int = 0
    left_out: int = 0
    unreadable: int = 0
    unusable: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of a check of files: a part for each API that was met, and what was not checked.

    `left_out` counts entries by reason, `shown` names the first few hosts or endpoints of a reason. `unreadable` are
    the first entries of an API that could not be read, with the reason; `unrecorded` says which bodies could not be
    decoded, with a count each.
    """

    files: tuple[str, ...]
    parts: tuple[Part, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    unrecorded: Mapping[str, int] = field(default_factory=dict)
    recordings: tuple[Recording, ...] = ()

    @property
    def exchanges(self) -> int:
        """How many exchanges were checked."""
        return sum(part.exchanges for part in self.parts)

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity there are."""
        return sum(part.count(severity) for part in self.parts)

    @property
    def findings(self) -> int:
        """Number of contradictions to documented and recorded rules."""
        return self.count("finding")

    @property
    def warnings(self) -> int:
        """Number of contradictions to other rules."""
        return self.count("warning")

    @property
    def notes(self) -> int:
        """Number of answers that no API gave."""
        return self.count("note")

    @property
    def others(self) -> int:
        """Number of entries that were with other hosts."""
        return self.left_out.get(OTHER_HOST, 0)

    @property
    def preflights(self) -> int:
        """Number of entries that were a browser's own questions."""
        return self.left_out.get(PREFLIGHT, 0)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The first few other hosts."""
        return self.shown.get(OTHER_HOST, ())

    @property
    def unreadable_count(self) -> int:
        """Number of entries of an API that could not be read."""
        return sum(recording.unreadable for recording in self.recordings)

    @property
    def unusable(self) -> tuple[str, ...]:
        """Why files could not be used, or not to their end."""
        return tuple(recording.unusable for recording in self.recordings if recording.unusable)

    @property
    def empty(self) -> tuple[Recording, ...]:
        """The files in which nothing was checked, though they could be read."""
        return tuple(each for each in self.recordings if not each.checked and not each.unusable)
