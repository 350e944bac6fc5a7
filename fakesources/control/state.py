"""Rows about the whole state: reset, read, load and save."""

from __future__ import annotations

from ..core.contract.api import Answer
from ..core.contract.call import Call
from ..core.contract.errors import Refused
from . import errors
from .account_faults import clear_faults
from .context import context_of
from .operations import row


def reset(call: Call) -> Answer:
    """Reset everything but the violations, or one account with its faults and exchanges."""
    context = context_of(call)
    account, api = call.query.get("account"), call.query.get("api")
    if account is None and api is None:
        context.fake.reset()
        return Answer(200, {"reset": list(context.services)})
    with errors.names_checked():
        done = context.fake.reset_account(account, api)
    if account is not None:
        clear_faults(context.fake.faults, account)
    return Answer(200, {"reset": done})


def read(call: Call) -> Answer:
    """Return the whole state."""
    return Answer(200, context_of(call).fake.dump())


def load(call: Call) -> Answer:
    """Replace the state; nothing changes where the given one is invalid."""
    context = context_of(call)
    try:
        context.fake.load(call.params)
    except ValueError as error:
        raise Refused(errors.NO_STATE, reason=error) from None
    return Answer(200, {"reset": list(context.services)})


def save(call: Call) -> Answer:
    """Write the state to the server's file."""
    write = context_of(call).save
    if write is None:
        raise Refused(errors.NO_SAVE_FILE)
    try:
        return Answer(200, {"saved": str(write())})
    except OSError as error:
        raise Refused(errors.NOT_SAVED, reason=error.strerror or error) from None


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
