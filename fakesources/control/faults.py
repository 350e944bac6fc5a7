"""Operations on faults."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.fault_kinds import ERROR, HOLD, KINDS
from ..core.engine.faults import Faults
from ..core.engine.holds import Hold
from ..core.engine.planned import PlannedFault, When
from ..core.text.arguments import wrong
from ..core.text.spelling import did_you_mean
from . import errors, serialize
from .account_faults import AccountFilter, clear_account_faults
from .accounts import selected
from .context import context_of
from .operations import numbered, operation


def list_faults(call: Call) -> Result:
    """List the planned faults."""
    faults = context_of(call).fake.faults
    return Result(200, {"faults": [_fault(each) for each in faults.pending]})


def plan_fault(call: Call) -> Result:
    """Plan a fault for the next calls of an operation, of every account or of one.

    A fault that Python rejects with ValueError, such as an error without documentation for the operation, gets 422.
    """
    body, context = call.params, context_of(call)
    faults, limit = context.fake.faults, context.limits["planned_faults"]
    if context.gauges["planned_faults"]() >= limit:
        raise ApiErrorRaised(errors.TOO_MANY_FAULTS, limit=limit)
    [kind] = [each for name, each in KINDS.items() if name in body]
    try:
        faults.check(body["operation"], body.get("when"))
        if kind is ERROR:
            _check_documented(faults, body["operation"], body["error"])
        planned = getattr(faults, kind.name)(body["operation"], **{**kind.arguments(body), "when": _when(call)})
    except ValueError as error:
        raise ApiErrorRaised(errors.INVALID_FAULT, reason=error) from None
    return Result(201, _fault(planned))


def _check_documented(faults: Faults, operation: str, name: str) -> None:
    """Raise ValueError for an error that is not documented for an operation, in the words of the request."""
    known = faults.names(operation)
    if name not in known:
        hint = did_you_mean(name, known) or f"; there are {', '.join(known)}, and `respond` takes any status"
        raise wrong("error", f"an error that is documented for {operation}", f"{name!r}{hint}")


def _when(call: Call) -> When:
    """Return the filter of a fault: parameters, an account, both or neither."""
    params = call.params.get("when")
    service, endpoint = next(
        (service, endpoint)
        for service in context_of(call).services.values()
        for endpoint in service.api.endpoints
        if endpoint.id == call.params["operation"]
    )
    account = selected(call, {**call.params, "api": service.api.name}).account
    return params if account is None else AccountFilter(account, service, endpoint, params)


def _fault(planned: PlannedFault | Hold) -> dict[str, Any]:
    shown = (
        (planned.type, planned.remaining, planned.count)
        if isinstance(planned, PlannedFault)
        else (HOLD.name, None, planned.held)
    )
    type, remaining, count = shown
    when = planned.when
    account = serialize.account(when.account, when.service) if isinstance(when, AccountFilter) else ""
    return {
        "number": planned.number,
        "operation": planned.operation,
        "account": account,
        "type": type,
        "remaining": remaining,
        "count": count,
    }


def clear_fault(call: Call) -> Result:
    """Clear one planned fault, or release one hold, and return it as it was."""
    found = numbered(call, context_of(call).fake.faults.pending, errors.NO_SUCH_FAULT)
    value = _fault(found)
    found.cancel()
    return Result(200, value)


def clear_faults(call: Call) -> Result:
    """Clear every fault, or those of one account, and release the requests they hold."""
    context, (api, account, _) = context_of(call), selected(call)
    if account is not None:
        return Result(200, {"cleared": clear_account_faults(context.fake.faults, account, api)})
    count = context.gauges["planned_faults"]()
    context.fake.faults.clear()
    return Result(200, {"cleared": count})


ENDPOINTS = (
    operation("faults.list", "GET", "/faults", list_faults, {200: "faults"}),
    operation(
        "faults.plan", "POST", "/faults", plan_fault, {201: "fault"}, body="fault.request",
        errors=(errors.INVALID, errors.INVALID_FAULT, errors.TOO_MANY_FAULTS),
    ),
    operation(
        "faults.clear-one", "DELETE", "/faults/<number>", clear_fault, {200: "fault"}, errors=(errors.NO_SUCH_FAULT,)
    ),
    operation("faults.clear", "DELETE", "/faults", clear_faults, {200: "cleared"}, query="account.query"),
)  # fmt: skip
