"""Expectations of violations that end when they are asked to, for tests that are not in Python."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..contract.validation import Violation
from .reports import reports

_MAX_OTHERS = 10
"""Most other violations that the failure of an expectation reports."""


@dataclass(eq=False, slots=True)
class ExpectedViolation:
    """Expectation of `times` violations of one rule, by calls of one account and API, or of any where None.

    `matched` are those that occurred: they do not count as violations. `others` are the first ones of other rules.
    """

    number: int
    rule: str
    times: int = 1
    account: str | None = None
    api: str | None = None
    matched: list[Violation] = field(default_factory=list)
    others: list[Violation] = field(default_factory=list)

    def accept(self, violation: Violation) -> bool:
        """Return whether a violation is one of the expected ones, which it counts as from then on."""
        if self.account not in (None, violation.account) or self.api not in (None, violation.api):
            return False
        if violation.rule == self.rule and len(self.matched) < self.times:
            self.matched.append(violation.copy_with(snippet="", curl="", trace=None, request_bytes=0))
            return True
        if violation.rule != self.rule and len(self.others) < _MAX_OTHERS:
            self.others.append(violation.copy_with(trace=None))
        return False

    @property
    def failure(self) -> str:
        """Text about an expectation that was not met; empty for one that was."""
        count = len(self.matched)
        if count >= self.times:
            return ""
        if count:
            return f"expected {self.times} violations of {self.rule}, got {count}\n{reports(self.matched)}"
        actual = f"got: {reports(self.others)}" if self.others else "got none"
        wanted = "a violation" if self.times == 1 else f"{self.times} violations"
        return f"expected {wanted} of {self.rule}, {actual}"
