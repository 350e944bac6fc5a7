"""Rows about faults: list, plan and clear."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.faults import Faults
from ..core.engine.holds import Hold
from ..core.engine.planned import PlannedFault, When
from . import errors, serialize
from .account_faults import OfAccount, clear_faults
from .context import context_of
from .operations import row

_KINDS = ("refuse", "status", "breaks", "delay", "hold")


def read(call: Call) -> Result:
    """List the planned faults."""
    faults = context_of(call).fake.faults
    return Result(200, {"faults": [*map(_planned, faults.planned), *map(_latch, faults.holds)]})


def plan(call: Call) -> Result:
    """Plan a fault. One that the documentation does not know is refused, as it is in Python."""
    body = call.params
    kinds = [kind for kind in _KINDS if kind in body]
    if len(kinds) != 1:
        raise errors.invalid("$", " and ".join(kinds) or "none of them", f"one of {', '.join(_KINDS)}")
    faults, limit = context_of(call).fake.faults, context_of(call).limits["planned_faults"]
    if len(faults.planned) + len(faults.holds) >= limit:
        raise ApiErrorRaised(errors.TOO_MANY_FAULTS, limit=limit)
    try:
        faults.check(body["operation"], body.get("when"), body.get("account"))
        planned = _plan(faults, kinds[0], body, _when(call))
    except ValueError as why:
        raise ApiErrorRaised(errors.NO_SUCH_FAULT, reason=why) from None
    return Result(201, _latch(planned) if isinstance(planned, Hold) else _planned(planned))


def _when(call: Call) -> When:
    """Return which calls are meant: those with some parameters, and of one account where one is named."""
    account, params = call.params.get("account"), call.params.get("when")
    for service in context_of(call).services.values():
        for endpoint in service.api.endpoints:
            if account is not None and endpoint.id == call.params["operation"]:
                return OfAccount(account, service, endpoint, params)
    return params


def _plan(faults: Faults, kind: str, body: dict[str, Any], when: When) -> PlannedFault | Hold:
    operation = body["operation"]
    times = {"times": body["times"]} if "times" in body else {}
    if kind == "hold":
        return faults.hold(operation, when=when)
    if kind == "refuse":
        return faults.error(operation, body["refuse"], when=when, fields=body.get("fields"), **times)
    if kind == "status":
        return faults.respond(operation, body["status"], body=body.get("body"), when=when, **times)
    if kind == "delay":
        return faults.delay(operation, body["delay"], when=when, real=body.get("real", False), **times)
    takes_effect = body.get("takes_effect", False)
    return faults.disconnect(operation, body["breaks"], when=when, takes_effect=takes_effect, **times)


def _planned(planned: PlannedFault) -> dict[str, Any]:
    return _fault(planned.operation, planned.when, planned.type, planned.remaining, planned.count)


def _latch(latch: Hold) -> dict[str, Any]:
    return _fault(latch.operation, latch.when, "hold", None, latch.held)


def _fault(operation: str, when: When, what: str, left: int | None, happened: int) -> dict[str, Any]:
    account = serialize.account(when.account, when.service) if isinstance(when, OfAccount) else ""
    return {"operation": operation, "account": account, "what": what, "left": left, "happened": happened}


def clear(call: Call) -> Result:
    """Clear every fault, or one account's, and release the requests they hold."""
    faults, account = context_of(call).fake.faults, call.query.get("account")
    if account is not None:
        with errors.names_checked():
            context_of(call).fake.journal.check(account=account)
        return Result(200, {"cleared": clear_faults(faults, account)})
    count = len(faults.planned) + len(faults.holds)
    faults.clear()
    return Result(200, {"cleared": count})


ENDPOINTS = (
    row("faults.read", "GET", "/faults", read, "List the planned faults.", {200: "faults"}),
    row(
        "faults.arrange", "POST", "/faults", plan,
        "Plan a fault for the next calls of an operation, everybody's or one account's.",
        {201: "fault"}, body="fault.request", errors=(errors.INVALID, errors.NO_SUCH_FAULT, errors.TOO_MANY_FAULTS),
    ),
    row(
        "faults.clear", "DELETE", "/faults", clear,
        "Clear every fault, or one account's, and release the requests they hold.",
        {200: "cleared"}, query="owner.query",
    ),
)  # fmt: skip
