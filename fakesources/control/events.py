"""Operation that sends events: exchanges, violations, and changes of the state, as they happen.

Nothing is queued for a client. Each step looks at what the journal has beyond the last exchange that was sent, so a
client that reads slowly misses what the journal drops, and costs no memory.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.exchanges import Exchange
from ..core.engine.waiting import Pieces, Wait
from ..core.system.real_time import monotonic
from . import errors, serialize
from .context import ControlContext, EventStream, context_of
from .journal import NextExchange
from .operations import Content, operation

STREAMING_ADAPTER = "server"
"""Adapter of requests whose responses may come in pieces."""

HEARTBEAT_SECONDS = 15.0
"""Interval of comments, by which both sides notice that the other has left."""

CHECK_SECONDS = 1.0
"""Interval of looking for changes that no exchange and no control operation announces."""

PAUSE_SECONDS = 0.05
"""Time after a piece in which further exchanges are collected for the next one."""

BATCH = 100
"""Upper bound for the exchanges in one piece."""


def stream_events(call: Call) -> Result:
    """Send server-sent events: `exchange` without bodies, `violation`, and `state` with the names of what changed."""
    context = context_of(call)
    if call.request.adapter != STREAMING_ADAPTER:
        raise ApiErrorRaised(errors.NO_EVENTS)
    limit = context.limits["event_streams"]
    stream = EventStream()  # the generator alone refers to it: one that is dropped before it began is not counted
    context.event_streams.add(stream)
    if len(context.event_streams) > limit:
        context.event_streams.discard(stream)
        raise ApiErrorRaised(errors.TOO_MANY_STREAMS, limit=limit)
    after = call.query.get("after", context.fake.journal.total)
    return Result(
        200, Content("text/event-stream; charset=utf-8", b": events follow\n\n", _pieces(context, after, stream))
    )


def _pieces(context: ControlContext, after: int, stream: EventStream) -> Pieces:
    journal = context.fake.journal
    last_sent, parts = monotonic(), _parts(context)
    try:
        while not context.closing.is_set():
            event = NextExchange(journal, lambda _: True)
            try:  # what happens from here on wakes the wait below
                now = _parts(context)
                changed = [name for name, part in now.items() if part != parts[name]]
                after = 0 if "journal" in changed else after
                parts = now
                exchanges = _later(tuple(journal), after)[:BATCH]
                after = exchanges[-1].number if exchanges else after
                piece = b"".join(_events(context, changed, exchanges))
                if not piece and monotonic() - last_sent >= HEARTBEAT_SECONDS:
                    piece = b":\n\n"
                if piece:
                    yield piece
                    last_sent = monotonic()
                    if len(exchanges) < BATCH:
                        yield Wait(PAUSE_SECONDS)
                else:
                    yield Wait(CHECK_SECONDS, event)
            finally:
                event.cancel()
    finally:
        context.event_streams.discard(stream)


def _parts(context: ControlContext) -> dict[str, tuple[Any, ...]]:
    """Return by name a value of each part of the state that differs once the part has changed."""
    fake = context.fake
    violations = list(fake.violations)
    return {
        "journal": (fake.journal.removals,),
        "violations": (len(violations), fake.violations.dropped, id(violations[-1]) if violations else 0),
        "faults": (
            *((id(each), each.remaining, each.count) for each in fake.faults.planned),
            *((id(each), each.held) for each in fake.faults.holds),
        ),
        "clock": fake.clock.reading,
        "snapshots": tuple((name, id(snapshot)) for name, snapshot in context.snapshots.items()),
        "state": (context.writes,),
    }


def _later(exchanges: tuple[Exchange, ...], number: int) -> tuple[Exchange, ...]:
    return exchanges[bisect_right(exchanges, number, key=lambda each: each.number) :]


def _events(context: ControlContext, changed: list[str], exchanges: tuple[Exchange, ...]) -> Iterator[bytes]:
    if changed:
        yield _event("state", {"changed": changed})
    for each in exchanges:
        value = serialize.exchange(each, context.services[each.api], bodies=False)
        yield _event("exchange", value, each.number)
        for violation in value["violations"]:
            yield _event("violation", violation)


def _event(name: str, value: Any, number: int | None = None) -> bytes:
    """Return an event. Its JSON is ASCII, which no character of a client can break."""
    id = "" if number is None else f"id: {number}\n"
    return f"{id}event: {name}\ndata: {json.dumps(value)}\n\n".encode("ascii")


ENDPOINTS = (
    operation(
        "events", "GET", "/events", stream_events, {200: ""}, query="events.query", produces="text/event-stream",
        errors=(errors.NO_EVENTS, errors.TOO_MANY_STREAMS),
    ),
)  # fmt: skip
