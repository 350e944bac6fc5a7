"""Violations of one fake: a list whose oldest entries are dropped beyond a limit in bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..contract.validation import Violation
from ..text.display import Table, pluralize
from .expected import ExpectedViolation

SIZE_BYTES = 16 << 20
"""Default number of bytes that the violations of a fake may take together."""

_VIOLATION_BYTES = 1_000
"""Approximate bytes of a violation without its texts."""

_REMAINING_SHARE = 0.9
"""Share of the limit that remains in use after dropping: to drop one for each new one would take too long."""


class Violations(Table, list[Violation]):
    """Violations since the fake was made or last checked, the oldest first.

    `dropped` counts those that were dropped since the list was last empty. What one of `expectations` accepts is not added.
    """

    def __init__(self, size_bytes: int = SIZE_BYTES) -> None:
        super().__init__()
        if size_bytes < 1:
            raise ValueError(f"violation_bytes: expected 1 or more, got {size_bytes}")
        self.size_bytes = size_bytes
        self.dropped = 0
        self.expectations: tuple[ExpectedViolation, ...] = ()
        self._estimate = 0

    def record(self, violations: Iterable[Violation]) -> None:
        """Add violations; drop the oldest where all of them take too much memory, but never the latest."""
        if not self:
            self.dropped = self._estimate = 0
        expectations = self.expectations
        for violation in violations:
            if expectations and any(each.accept(violation) for each in expectations):
                continue
            self.append(violation)
            self._estimate += estimate_bytes(violation)
        if self._estimate > self.size_bytes:
            self._drop()

    @property
    def bytes(self) -> int:
        """Approximate bytes of all of them."""
        return sum(map(estimate_bytes, self))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        rows = ((each.rule, each.path, each.actual, each.expected, each.location) for each in self)
        return pluralize(len(self), "violation"), ("rule", "path", "actual", "expected", "location"), rows, len(self)

    def _drop(self) -> None:
        size, count = self.bytes, 0  # estimated again: some may have been removed since
        if size > self.size_bytes:
            while size > self.size_bytes * _REMAINING_SHARE and count < len(self) - 1:
                size -= estimate_bytes(self[count])
                count += 1
            del self[:count]
            self.dropped += count
        self._estimate = size


def estimate_bytes(violation: Violation) -> int:
    """Return approximately how many bytes a violation takes, with its share of the request, rendering nothing."""
    texts = (violation.path, violation.actual, violation.expected, violation.source)
    return _VIOLATION_BYTES + violation.request_bytes + sum(map(len, texts))
