"""Operations on expectations: violations that a test means, listed with their expectation and not as violations."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.http.masking import MASK
from ..core.reporting.expected import ExpectedViolation
from . import errors, serialize
from .accounts import selected
from .context import ControlContext, context_of
from .operations import numbered, operation
from .rules import find_rules


def begin_expectation(call: Call) -> Result:
    """Expect violations of a rule from now on: those that match are listed with the expectation, and not as violations."""
    context, body = context_of(call), call.params
    violations, limit = context.fake.violations, context.limits["expectations"]
    find_rules(call, body["rule"])
    selection = selected(call, body)
    if len(violations.expectations) >= limit:
        raise ApiErrorRaised(errors.TOO_MANY_EXPECTATIONS, limit=limit)
    expectation = ExpectedViolation(
        next(context.expectation_numbers), body["rule"], body.get("times", 1), selection.account, selection.api
    )
    violations.expectations = (*violations.expectations, expectation)
    return Result(201, _shown(context, expectation))


def list_expectations(call: Call) -> Result:
    """List the expectations that have not ended, with the violations that matched each."""
    context = context_of(call)
    return Result(200, {"expectations": [_shown(context, each) for each in context.fake.violations.expectations]})


def end_expectation(call: Call) -> Result:
    """End an expectation and return what matched it. One that was not met is an error that says what happened instead."""
    context = context_of(call)
    violations = context.fake.violations
    found = numbered(call, violations.expectations, errors.NO_SUCH_EXPECTATION)
    violations.expectations = tuple(each for each in violations.expectations if each is not found)
    if found.failure:
        raise ApiErrorRaised(errors.NOT_MET, reason=found.failure)
    return Result(200, _shown(context, found))


def _shown(context: ControlContext, expectation: ExpectedViolation) -> dict[str, Any]:
    return {
        "number": expectation.number,
        "rule": expectation.rule,
        "account": _account(context, expectation),
        "times": expectation.times,
        "matched": [serialize.violation(each, context.services.get(each.api)) for each in list(expectation.matched)],
    }


def _account(context: ControlContext, expectation: ExpectedViolation) -> str:
    """Return the name of an expectation's account, masked where it may be a key."""
    api = expectation.api or expectation.rule.partition(".")[0]
    services = [context.services[api]] if api in context.services else context.services.values()
    name = expectation.account or ""
    return MASK if MASK in {serialize.account(name, service) for service in services} else name


ENDPOINTS = (
    operation("expectations.list", "GET", "/expectations", list_expectations, {200: "expectations"}),
    operation(
        "expectations.begin", "POST", "/expectations", begin_expectation, {201: "expectation"},
        body="expectation.request", errors=(errors.NO_SUCH_RULE, errors.TOO_MANY_EXPECTATIONS),
    ),
    operation(
        "expectations.end", "DELETE", "/expectations/<number>", end_expectation, {200: "expectation"},
        errors=(errors.NO_SUCH_EXPECTATION, errors.NOT_MET),
    ),
)  # fmt: skip
