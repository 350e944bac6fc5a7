"""Rows about contract violations: list and clear."""

from __future__ import annotations

from ..core.calls import Call
from ..core.endpoints import Answer
from . import rendering
from .context import context_of
from .rows import row


def read(call: Call) -> Answer:
    """Return the violations so far."""
    return Answer(200, {"violations": [rendering.violation(found) for found in list(context_of(call).fake.violations)]})


def clear(call: Call) -> Answer:
    """Clear the violations so far."""
    fake = context_of(call).fake
    count = len(fake.violations)
    del fake.violations[:count]
    return Answer(200, {"cleared": count})


ENDPOINTS = (
    row("violations.read", "GET", "/violations", read, "Return the violations so far.", {200: "violations"}),
    row("violations.clear", "DELETE", "/violations", clear, "Clear the violations so far.", {200: "cleared"}),
)
