"""Rows about contract violations: list and clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.validation import Violation
from . import serialize
from .context import context_of
from .operations import row


def read(call: Call) -> Result:
    """Return the violations so far, or those of one account or API."""
    context = context_of(call)
    found = [each for each in list(context.fake.violations) if _is_meant(each, call.query)]
    shown = [serialize.violation(each, context.services.get(each.api)) for each in found]
    return Result(200, {"violations": shown, "dropped": context.fake.violations.dropped})


def clear(call: Call) -> Result:
    """Clear the violations so far, or those of one account or API."""
    return Result(200, {"cleared": context_of(call).fake.clear_violations(lambda each: _is_meant(each, call.query))})


def _is_meant(violation: Violation, query: Mapping[str, Any]) -> bool:
    return all(getattr(violation, name) == wanted for name, wanted in query.items())


def name_test(call: Call) -> Result:
    """Name the test that runs from now on, for every account or for one: violations are listed by it."""
    tests, account = context_of(call).fake.tests, call.params.get("account", "")
    tests[account] = call.params["name"]
    while len(tests) > _MOST_TESTS:
        del tests[next(iter(tests))]
    return Result(200, {"test": tests.get(account, "")})


def end_test(call: Call) -> Result:
    """Name no test any more, for every account or for one."""
    tests, account = context_of(call).fake.tests, call.query.get("account")
    name = tests.get(account or "", "")
    if account is None:
        tests.clear()
    else:
        tests.pop(account, None)
    return Result(200, {"test": name})


_MOST_TESTS = 1_000
"""Number of accounts that may have a test of their own at a time."""

ENDPOINTS = (
    row(
        "violations.read", "GET", "/violations", read, "Return the violations so far, or those of one account or API.",
        {200: "violations"}, query="account.query",
    ),
    row(
        "violations.clear", "DELETE", "/violations", clear, "Clear the violations so far, or those of one account or API.",
        {200: "cleared"}, query="account.query",
    ),
    row(
        "test.name", "PUT", "/test", name_test,
        "Name the test that runs from now on, for every account or for one: violations are listed by it.",
        {200: "test"}, body="test.request",
    ),
    row(
        "test.end", "DELETE", "/test", end_test, "Name no test any more, for every account or for one.",
        {200: "test"}, query="owner.query",
    ),
)  # fmt: skip
