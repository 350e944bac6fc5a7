"""Contract violations as a command lists them on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ..core.contract.validation import Violation
from ..core.reporting.reports import report
from ..fake import FakeSources
from .access_log import printable


def _by_test(found: Sequence[Violation]) -> Iterator[str]:
    """The reports, under the names of the tests where there are any, in the order of their first ones."""
    tests: dict[str, list[Violation]] = {}
    for violation in found:
        tests.setdefault(violation.test, []).append(violation)
    for test, its in tests.items():
        if test:
            yield f"in {printable(test)}:"
        yield from map(report, its)


def tell_violations(fake: FakeSources) -> int:
    """List the violations, if there are any, and return their number."""
    found, dropped = list(fake.violations), fake.violations.dropped
    count = len(found) + dropped
    if found:
        older = f", {dropped} older ones of which were dropped" if dropped else ""
        head = f"fakesources: {count} contract violation{'s' if count > 1 else ''}{older}"
        click.echo("\n\n".join([head, *_by_test(found)]), err=True)
    return count
