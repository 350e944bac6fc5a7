"""Report of a check: findings by severity, their occurrences, and the entries left out. Formats render it.

Severity follows from a rule's provenance. A contradiction to a documented or recorded rule is a finding, to any other
rule a warning, since the service may behave so; a response that did not come from the API is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..core.contract.rule import Rule
from ..core.contract.validation import Violation
from ..core.text.display import utc_text
from .ownership import OTHER_HOST, PREFLIGHT
from .selection import Key, fingerprint

Severity = Literal["finding", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("finding", "warning", "note")

PLACES = 5
"""Maximum number of occurrences per group, and of other hosts, that are listed."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One exchange with a finding. `url` has its secrets masked; `time` is in seconds since 1970, or None."""

    file: str
    entry: str
    method: str = ""
    url: str = ""
    status: int = 0
    time: float | None = None

    @property
    def place(self) -> str:
        """File name and entry."""
        return f"{self.file}: {self.entry}" if self.file else self.entry

    @property
    def when(self) -> str:
        """Time in ISO 8601; "" if it was not recorded."""
        return "" if self.time is None else utc_text(self.time, "milliseconds")


@dataclass(slots=True)
class Group:
    """Equal findings: the first of them, its severity and rule, the first occurrences, and the number of findings.

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
        """Count one more finding."""
        self.count += 1
        if len(self.occurrences) < PLACES and occurrence not in self.occurrences:
            self.occurrences.append(occurrence)

    def merge(self, other: Group) -> None:
        """Add the findings of another recording."""
        self.count += other.count
        new = [each for each in other.occurrences if each not in self.occurrences]
        self.occurrences += new[: max(PLACES - len(self.occurrences), 0)]

    @property
    def id(self) -> str:
        """Id of the group in a baseline."""
        return fingerprint(self.key)

    @property
    def places(self) -> list[str]:
        """File and entry of the first occurrences."""
        return [occurrence.place for occurrence in self.occurrences]


@dataclass(frozen=True, slots=True)
class Part:
    """Outcome for one API in one edition.

    `is_chosen` is True if the edition was selected as the best-fitting one; `by_edition` are the numbers of findings and
    warnings in each edition, incomplete for those that were `abandoned`. `operations` and `statuses` count exchanges.
    `ignored` and `known` count findings that were ignored or in the baseline, `dropped` those beyond the maximum number
    of groups.
    """

    api: str
    edition: str
    is_chosen: bool
    by_edition: Mapping[str, int]
    abandoned: frozenset[str]
    operations: Mapping[str, int]
    groups: tuple[Group, ...]
    statuses: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    ignored: int = 0
    known: int = 0
    dropped: int = 0

    @property
    def exchanges(self) -> int:
        """Number of checked exchanges."""
        return sum(self.operations.values())

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity, equal ones counted each."""
        return sum(group.count for group in self.groups if group.severity == severity)

    @property
    def findings(self) -> int:
        """Number of contradictions to documented and recorded rules."""
        return self.count("finding")


@dataclass(slots=True)
class Recording:
    """One file: numbers of entries that were checked, left out and unreadable, and the error that ended it, if any."""

    name: str
    checked: int = 0
    left_out: int = 0
    unreadable: int = 0
    unusable: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of a check: a part for each API with exchanges, and the entries that were not checked.

    `left_out` counts entries by reason, `shown` are the first hosts or endpoints of a reason. `unreadable` are the first
    entries of an API that could not be read, with the reason; `unrecorded` counts bodies that could not be decoded, by
    reason.
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
        """Number of checked exchanges."""
        return sum(part.exchanges for part in self.parts)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
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
        """Number of responses that did not come from an API."""
        return self.count("note")

    @property
    def other_hosts(self) -> int:
        """Number of entries with other hosts."""
        return self.left_out.get(OTHER_HOST, 0)

    @property
    def preflights(self) -> int:
        """Number of CORS preflight requests."""
        return self.left_out.get(PREFLIGHT, 0)

    @property
    def hosts(self) -> tuple[str, ...]:
        """First other hosts."""
        return self.shown.get(OTHER_HOST, ())

    @property
    def unreadable_count(self) -> int:
        """Number of entries of an API that could not be read."""
        return sum(recording.unreadable for recording in self.recordings)

    @property
    def unusable(self) -> tuple[str, ...]:
        """Errors of files that could not be read, or not to their end."""
        return tuple(recording.unusable for recording in self.recordings if recording.unusable)

    @property
    def empty(self) -> tuple[Recording, ...]:
        """Readable files without any checked exchange."""
        return tuple(each for each in self.recordings if not each.checked and not each.unusable)
