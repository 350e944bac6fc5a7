"""Operations on contract violations."""

from __future__ import annotations

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.validation import Violation
from . import serialize
from .accounts import Selection, selected
from .context import context_of
from .operations import operation

MAX_NAMED_TESTS = 1_000
"""Most accounts that may have a test of their own at a time."""


def list_violations(call: Call) -> Result:
    """List the contract violations, or those of one account or API."""
    context, selection = context_of(call), selected(call)
    found = [each for each in list(context.fake.violations) if _matches(each, selection)]
    violations = [serialize.violation(each, context.services.get(each.api)) for each in found]
    return Result(200, {"violations": violations, "dropped": context.fake.violations.dropped})


def clear_violations(call: Call) -> Result:
    """Clear the contract violations, or those of one account or API."""
    selection = selected(call)
    return Result(200, {"cleared": context_of(call).fake.clear_violations(lambda each: _matches(each, selection))})


def _matches(violation: Violation, selection: Selection) -> bool:
    return selection.api in (None, violation.api) and selection.account in (None, violation.account)


def set_test(call: Call) -> Result:
    """Name the running test, of every account or of one: violations are listed by it."""
    tests, account = context_of(call).fake.tests, selected(call, call.params).account or ""
    tests[account] = call.params["name"]
    while len(tests) > MAX_NAMED_TESTS:
        del tests[next(iter(tests))]
    return Result(200, {"test": tests.get(account, "")})


def clear_test(call: Call) -> Result:
    """Clear the name of the running test, of every account or of one."""
    tests, account = context_of(call).fake.tests, selected(call).account
    name = tests.get(account or "", "")
    if account is None:
        tests.clear()
    else:
        tests.pop(account, None)
    return Result(200, {"test": name})


ENDPOINTS = (
    operation("violations.list", "GET", "/violations", list_violations, {200: "violations"}, query="filter.query"),
    operation("violations.clear", "DELETE", "/violations", clear_violations, {200: "cleared"}, query="filter.query"),
    operation("test.set", "PUT", "/test", set_test, {200: "test"}, body="test.request"),
    operation("test.clear", "DELETE", "/test", clear_test, {200: "test"}, query="account.query"),
)
