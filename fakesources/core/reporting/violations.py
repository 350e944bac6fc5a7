"""The violations of one fake: a list that stays within a limit in bytes by dropping the oldest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..contract.validation import Violation
from ..text.display import Table, counted

SIZE_BYTES = 16 << 20
"""Number of bytes that the violations of a fake may take together unless told otherwise."""

_VIOLATION_BYTES = 1_000
"""About what a violation takes beside its texts."""

_KEPT_SHARE = 0.9
"""Share of the limit that is still taken once the oldest were dropped: dropping for each new one would take too long."""


class Violations(Table, list[Violation]):
    """The violations since the fake was made or last checked, the oldest first.

    `dropped` counts those that were dropped for the limit since the list was last empty.
    """

    def __init__(self, size_bytes: int = SIZE_BYTES) -> None:
        super().__init__()
        if size_bytes < 1:
            raise ValueError(f"violation_bytes: expected 1 or more, got {size_bytes}")
        self.size_bytes = size_bytes
        self.dropped = 0
        self._estimate = 0

    def record(self, found: Iterable[Violation]) -> None:
        """Add violations, and drop the oldest where all of them take too much; the latest stays."""
        if not self:
            self.dropped = self._estimate = 0
        for violation in found:
            self.append(violation)
            self._estimate += weigh(violation)
        if self._estimate > self.size_bytes:
            self._drop()

    @property
    def bytes(self) -> int:
        """About how many bytes all of them take."""
        return sum(map(weigh, self))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        rows = ((each.rule, each.path, each.actual, each.expected, each.location) for each in self)
        return counted(len(self), "violation"), ("rule", "at", "got", "expected", "caller"), rows, len(self)

    def _drop(self) -> None:
        taken, count = self.bytes, 0  # anew: others may have left the list
        if taken > self.size_bytes:
            while taken > self.size_bytes * _KEPT_SHARE and count < len(self) - 1:
                taken -= weigh(self[count])
                count += 1
            del self[:count]
            self.dropped += count
        self._estimate = taken


def weigh(violation: Violation) -> int:
    """Return about how many bytes a violation takes, its share of the request included; nothing is rendered for it."""
    texts = (violation.path, violation.actual, violation.expected, violation.source)
    return _VIOLATION_BYTES + violation.request_bytes + sum(map(len, texts))
