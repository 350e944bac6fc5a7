"""Rows about contract violations: list and clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.calls import Call
from ..core.contract import Violation
from ..core.endpoints import Answer
from . import rendering
from .context import context_of
from .rows import row


def read(call: Call) -> Answer:
    """Return the violations so far, or those of one account or API."""
    context = context_of(call)
    found = [each for each in list(context.fake.violations) if _is_meant(each, call.query)]
    shown = [rendering.violation(each, context.services.get(each.api)) for each in found]
    return Answer(200, {"violations": shown, "dropped": context.fake.violations.dropped})


def clear(call: Call) -> Answer:
    """Clear the violations so far, or those of one account or API."""
    return Answer(200, {"cleared": context_of(call).fake.clear_violations(lambda each: _is_meant(each, call.query))})


def _is_meant(violation: Violation, query: Mapping[str, Any]) -> bool:
    return all(getattr(violation, name) == wanted for name, wanted in query.items())


ENDPOINTS = (
    row(
        "violations.read", "GET", "/violations", read, "Return the violations so far, or those of one account or API.",
        {200: "violations"}, query="account.query",
    ),
    row(
        "violations.clear", "DELETE", "/violations", clear, "Clear the violations so far, or those of one account or API.",
        {200: "cleared"}, query="account.query",
    ),
)  # fmt: skip
