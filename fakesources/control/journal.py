"""The row that reads the journal, and waits for an exchange."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.calls import Call
from ..core.contract import nearest
from ..core.endpoints import Answer
from ..core.journal import Exchange
from ..core.waiting import Cancel, Wake
from . import errors, rendering
from .context import ControlContext, context_of
from .rows import row

LIMIT = 200
"""Exchanges in one response, unless `limit` says otherwise."""


class NotYet(Exception):
    """No exchange passes the filters yet, and the request asks to wait for one until `deadline`."""

    def __init__(self, deadline: float, subscribe: Callable[[Wake], Cancel]) -> None:
        super().__init__()
        self.deadline, self.subscribe = deadline, subscribe


def read(call: Call) -> Answer:
    """Return the exchanges that pass the filters. Raises NotYet where there is none and the request may wait."""
    context, query = context_of(call), call.query
    journal = context.fake.journal
    _check_operation(query.get("operation", ""), journal.operations)
    passes = matcher(query)
    seen = journal.total
    found = [exchange for exchange in journal if passes(exchange)]
    deadline = call.at + query.get("wait", 0)
    if not found and deadline > time.monotonic() and not context.closing.is_set():
        raise NotYet(deadline, lambda wake: _subscribe(context, passes, seen, wake))
    latest = found[-query.get("limit", LIMIT) :]
    shown = [
        rendering.exchange(exchange, context.services[exchange.api], bodies=query.get("bodies", False))
        for exchange in latest
    ]
    return Answer(200, {"exchanges": shown, "total": journal.total})


def _subscribe(context: ControlContext, passes: Callable[[Exchange], bool], seen: int, wake: Wake) -> Cancel:
    """Have `wake` called for each exchange that passes, at once for one that came since `seen`, and on closing."""

    def heard(exchange: Exchange | None) -> None:
        if exchange is None or passes(exchange):
            wake()

    journal = context.fake.journal
    cancel = journal.subscribe(heard)
    if journal.total != seen or context.closing.is_set():
        wake()
    return cancel


def _check_operation(operation: str, known: Sequence[str]) -> None:
    """Refuse an operation that is neither known nor the beginning of known ids: nothing would ever pass."""
    if operation and not any(f"{each}.".startswith(f"{operation}.") for each in known):
        near = nearest(operation, known)
        expected, hint = (
            "the id of an operation, or what several begin with",
            f"; did you mean {near!r}?" if near else "",
        )
        raise errors.invalid("$.operation", repr(operation), expected, "the query", hint)


def matcher(query: Mapping[str, Any]) -> Callable[[Exchange], bool]:
    """Return the predicate of a query's filters."""
    operation, params = query.get("operation", ""), query.get("params", {})
    facts = {name: query[name] for name in ("api", "account") if name in query}

    def passes(exchange: Exchange) -> bool:
        return (
            exchange.number > query.get("after", 0)
            and (not operation or exchange.operation == operation or exchange.operation.startswith(f"{operation}."))
            and all(getattr(exchange, name) == wanted for name, wanted in facts.items())
            and query.get("violations", bool(exchange.violations)) == bool(exchange.violations)
            and query.get("method", exchange.sent.method) == exchange.sent.method
            and query.get("status", exchange.reply.status) == exchange.reply.status
            and all(name in exchange.params and exchange.params[name] == wanted for name, wanted in params.items())
        )

    return passes


ENDPOINTS = (
    row(
        "journal.read", "GET", "/journal", read,
        "Return the exchanges that pass the filters; with `wait`, wait until one does.",
        {200: "journal"}, query="journal.query", errors=(errors.INVALID,),
    ),
)  # fmt: skip
