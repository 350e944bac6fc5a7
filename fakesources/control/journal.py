"""The row that reads the journal, and waits for an exchange."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from ..core.system.real_time import monotonic
from . import errors, serialize
from .context import context_of
from .operations import row

LIMIT = 200
"""Exchanges in one response, unless `limit` says otherwise."""


class NotYet(Exception):
    """No exchange passes the filters yet, and the request asks to wait for one."""

    def __init__(self, seconds: float, event: NextExchange) -> None:
        super().__init__()
        self.seconds, self.event = seconds, event


class NextExchange:
    """Event: the next exchange that passes a filter is recorded, or the server stops. `cancel` ends the subscription."""

    def __init__(self, journal: Journal, passes: Callable[[Exchange], bool]) -> None:
        self._passes = passes
        self._happened = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], object]] = []
        self.cancel = journal.subscribe(self._heard)

    def _heard(self, exchange: Exchange | None) -> None:
        if exchange is not None and not self._passes(exchange):
            return
        with self._lock:
            self._happened.set()
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def block(self, seconds: float) -> None:
        """Wait in this thread until it has happened, at most so many seconds."""
        self._happened.wait(seconds)

    def subscribe(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call a function when it happens, at once where it has. Return a function that takes this back."""
        with self._lock:
            if not self._happened.is_set():
                self._calls.append(call)
                return lambda: self._unsubscribe(call)
        call()
        return lambda: None

    def _unsubscribe(self, call: Callable[[], object]) -> None:
        with self._lock:
            self._calls = [other for other in self._calls if other is not call]


def read(call: Call) -> Result:
    """Return the exchanges that pass the filters. Raises NotYet where there is none and the request may wait."""
    context, query = context_of(call), call.query
    journal = context.fake.journal
    with errors.names_checked():
        journal.check(query.get("operation", ""), query.get("params"), query.get("account"), prefix=True)
    passes = matcher(query)
    found = [exchange for exchange in journal if passes(exchange)]
    seconds = call.time + query.get("wait", 0) - monotonic()
    if not found and seconds > 0 and not context.closing.is_set():
        limit = context.limits["waiting_requests"]
        if journal.subscriptions >= limit:
            raise ApiErrorRaised(errors.TOO_MANY_WAITING, limit=limit)
        event = NextExchange(journal, passes)
        found = [exchange for exchange in journal if passes(exchange)]  # one may have come before the subscription
        if not found and not context.closing.is_set():
            raise NotYet(seconds, event)
        event.cancel()
    latest = found[-query.get("limit", LIMIT) :]
    shown = [
        serialize.exchange(exchange, context.services[exchange.api], bodies=query.get("bodies", False))
        for exchange in latest
    ]
    return Result(200, {"exchanges": shown, "total": journal.total})


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
            and query.get("method", exchange.raw_request.method) == exchange.raw_request.method
            and query.get("status", exchange.response.status) == exchange.response.status
            and all(name in exchange.params and exchange.params[name] == wanted for name, wanted in params.items())
        )

    return passes


ENDPOINTS = (
    row(
        "journal.read", "GET", "/journal", read,
        "Return the exchanges that pass the filters; with `wait`, wait until one does.",
        {200: "journal"}, query="journal.query", errors=(errors.INVALID, errors.TOO_MANY_WAITING),
    ),
)  # fmt: skip
