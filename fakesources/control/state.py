"""Operations on the whole state."""

from __future__ import annotations

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.system import files
from . import errors
from .account_faults import clear_account_faults
from .accounts import selected
from .context import context_of
from .operations import operation


def reset(call: Call) -> Result:
    """Reset everything but the violations, or one account alone with its faults and exchanges."""
    context = context_of(call)
    api, account, _ = selected(call)
    if account is None and api is None:
        context.fake.reset()
        return Result(200, {"reset": list(context.services)})
    with errors.names_checked():
        apis = context.fake.reset_account(account, api)
    if account is not None:
        clear_account_faults(context.fake.faults, account, api)
    return Result(200, {"reset": apis})


def get_state(call: Call) -> Result:
    """Return the whole state: rows, rate windows, id counters and the clock. Secrets are not masked in it."""
    return Result(200, context_of(call).fake.dump())


def load_state(call: Call) -> Result:
    """Replace the whole state; an invalid one changes nothing."""
    context = context_of(call)
    try:
        context.fake.load(call.params)
    except ValueError as error:
        raise ApiErrorRaised(errors.INVALID_STATE, reason=error) from None
    return Result(200, {"reset": list(context.services)})


def save_state(call: Call) -> Result:
    """Write the state to the file the server was started with, completely or not at all."""
    save = context_of(call).save
    if save is None:
        raise ApiErrorRaised(errors.NO_STATE_FILE)
    try:
        return Result(200, {"saved": str(save())})
    except OSError as error:
        raise ApiErrorRaised(errors.NOT_SAVED, reason=files.error_text(error)) from None


ENDPOINTS = (
    operation("reset", "POST", "/reset", reset, {200: "reset"}, query="filter.query"),
    operation("state.get", "GET", "/state", get_state, {200: "state"}),
    operation("state.load", "PUT", "/state", load_state, {200: "reset"}, body="state", errors=(errors.INVALID_STATE,)),
    operation(
        "state.save", "POST", "/state/save", save_state, {200: "saved"},
        errors=(errors.NO_STATE_FILE, errors.NOT_SAVED),
    ),
)  # fmt: skip
