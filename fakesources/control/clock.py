"""Operations on the fake's clock."""

from __future__ import annotations

from datetime import datetime

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.storage.clock import in_seconds, reachable
from ..core.text.display import short_json, utc_text
from . import errors
from .context import context_of
from .operations import operation


def get_clock(call: Call) -> Result:
    """Return the fake's time, and whether its clock follows real time."""
    clock = context_of(call).fake.clock
    return Result(200, {"now": utc_text(clock.seconds()), "running": clock.running})


def update_clock(call: Call) -> Result:
    """Set the clock, advance it, freeze it or let it follow real time, in this order.

    Where a time is out of range, nothing of it happens.
    """
    clock, body = context_of(call).fake.clock, call.params
    when = _parse_time(body["set"]) if "set" in body else None
    start, step = (clock.seconds() if when is None else when.timestamp()), body.get("advance", 0)
    for name, actual, further in (("set", body.get("set"), 0), ("advance", step, step)):
        try:
            reachable(start + in_seconds(further))
        except (ValueError, OverflowError) as error:
            raise errors.invalid(f"$.{name}", short_json(actual), f"a time within reach: {error}") from None
    if when is not None:
        clock.set(when)
    if "advance" in body:
        clock.advance(body["advance"])
    if "running" in body:
        (clock.run if body["running"] else clock.freeze)()
    return get_clock(call)


def _parse_time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise errors.invalid("$.set", short_json(text), "a time with its UTC offset, such as 2026-01-01T00:00:00Z")
    return when


ENDPOINTS = (
    operation("clock.get", "GET", "/clock", get_clock, {200: "clock"}),
    operation(
        "clock.update", "POST", "/clock", update_clock, {200: "clock"}, body="clock.request", errors=(errors.INVALID,)
    ),
)
