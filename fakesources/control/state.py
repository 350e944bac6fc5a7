"""Rows about the whole state: reset, read, load and save."""

from __future__ import annotations

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from . import errors
from .account_faults import clear_faults
from .context import context_of
from .operations import row


def reset(call: Call) -> Result:
    """Reset everything but the violations, or one account with its faults and exchanges."""
    context = context_of(call)
    account, api = call.query.get("account"), call.query.get("api")
    if account is None and api is None:
        context.fake.reset()
        return Result(200, {"reset": list(context.services)})
    with errors.names_checked():
        done = context.fake.reset_account(account, api)
    if account is not None:
        clear_faults(context.fake.faults, account)
    return Result(200, {"reset": done})


def read(call: Call) -> Result:
    """Return the whole state."""
    return Result(200, context_of(call).fake.dump())


def load(call: Call) -> Result:
    """Replace the state; nothing changes where the given one is invalid."""
    context = context_of(call)
    try:
        context.fake.load(call.params)
    except ValueError as error:
        raise ApiErrorRaised(errors.NO_STATE, reason=error) from None
    return Result(200, {"reset": list(context.services)})


def save(call: Call) -> Result:
    """Write the state to the server's file."""
    write = context_of(call).save
    if write is None:
        raise ApiErrorRaised(errors.NO_SAVE_FILE)
    try:
        return Result(200, {"saved": str(write())})
    except OSError as error:
        raise ApiErrorRaised(errors.NOT_SAVED, reason=error.strerror or error) from None


ENDPOINTS = (
    row(
        "reset", "POST", "/reset", reset,
        "Reset everything but the violations, or one account alone with its faults and exchanges.",
        {200: "reset"}, query="account.query",
    ),
    row(
        "state.read", "GET", "/state", read,
        "Return the whole state: rows, rate windows, id counters and the clock. Secrets are not masked in it.",
        {200: "state"},
    ),
    row(
        "state.load", "PUT", "/state", load, "Replace the state by another one, all of it or nothing.",
        {200: "reset"}, body="state", errors=(errors.NO_STATE,),
    ),
    row(
        "state.save", "POST", "/state/save", save,
        "Write the state to the file the server was started with, all of it or nothing.",
        {200: "saved"}, errors=(errors.NO_SAVE_FILE, errors.NOT_SAVED),
    ),
)  # fmt: skip
