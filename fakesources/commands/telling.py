"""What a command tells a person of contract violations, on standard error."""

from __future__ import annotations

import click

from ..core.reports import report
from ..fake import FakeSources


def tell_violations(fake: FakeSources) -> int:
    """List what was swallowed, if anything, and give its number."""
    found = list(fake.violations)
    if found:
        head = f"fakesources: {len(found)} contract violation{'s' if len(found) > 1 else ''}"
        click.echo("\n\n".join([head, *map(report, found)]), err=True)
    return len(found)
