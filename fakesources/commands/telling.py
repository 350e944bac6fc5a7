"""Contract violations as a command lists them on standard error."""

from __future__ import annotations

import click

from ..core.reports import report
from ..fake import FakeSources


def tell_violations(fake: FakeSources) -> int:
    """List the violations, if there are any, and return their number."""
    found, dropped = list(fake.violations), fake.violations.dropped
    count = len(found) + dropped
    if found:
        older = f", {dropped} older ones of which were dropped" if dropped else ""
        head = f"fakesources: {count} contract violation{'s' if count > 1 else ''}{older}"
        click.echo("\n\n".join([head, *map(report, found)]), err=True)
    return count
