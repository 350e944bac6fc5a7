"""Rows about the fake's clock: read and move."""

from __future__ import annotations

from datetime import datetime

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.validation import shown
from ..core.storage.clock import in_seconds, reachable
from . import errors, serialize
from .context import context_of
from .operations import row


def read(call: Call) -> Result:
    """Return the time, and whether the clock runs."""
    clock = context_of(call).fake.clock
    return Result(200, {"now": serialize.time(clock.seconds()), "running": clock.running})


def move(call: Call) -> Result:
    """Set the clock, advance it, freeze it or let it run, in that order; nothing of it where a time is out of range."""
    clock, body = context_of(call).fake.clock, call.params
    when = _time(body["set"]) if "set" in body else None
    goal, step = (clock.seconds() if when is None else when.timestamp()), body.get("advance", 0)
    for place, got, further in (("set", body.get("set"), 0), ("advance", step, step)):
        try:
            reachable(goal + in_seconds(further))
        except (ValueError, OverflowError) as why:
            raise errors.invalid(f"$.{place}", shown(got), f"a time within reach: {why}") from None
    if when is not None:
        clock.set(when)
    if "advance" in body:
        clock.advance(body["advance"])
    if "running" in body:
        (clock.run if body["running"] else clock.freeze)()
    return read(call)


def _time(text: str) -> datetime:
    expected = "a time like 2026-01-01T00:00:00Z, its offset included"
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise errors.invalid("$.set", shown(text), expected)
    return when


ENDPOINTS = (
    row("clock.read", "GET", "/clock", read, "Return the time, and whether the clock runs.", {200: "clock"}),
    row(
        "clock.move", "POST", "/clock", move,
        "Set the clock to a time, advance it, freeze it or have it follow real time.",
        {200: "clock"}, body="clock.request", errors=(errors.INVALID,),
    ),
)  # fmt: skip
