"""Operation that reads the journal, or waits for an exchange."""

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
from .operations import operation

DEFAULT_LIMIT = 200
"""Most exchanges in one response of a request without `limit`."""


class WouldBlock(Exception):
    """No exchange matches yet, and the request has time to wait: call the handler again after the event or the time."""

    def __init__(self, seconds: float, event: NextExchange) -> None:
        super().__init__()
        self.seconds, self.event = seconds, event


class NextExchange:
    """Event: a matching exchange was recorded, or the server is shutting down. `cancel` ends the subscription."""

    def __init__(self, journal: Journal, matches: Callable[[Exchange], bool]) -> None:
        self._matches = matches
        self._happened = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], object]] = []
        self.cancel = journal.subscribe(self._on_exchange)

    def _on_exchange(self, exchange: Exchange | None) -> None:
        if exchange is not None and not self._matches(exchange):
            return
        with self._lock:
            self._happened.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def block(self, seconds: float) -> None:
        """Wait in this thread for the event, at most for the given time."""
        self._happened.wait(seconds)

    def subscribe(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call a function at the event, or now where it has happened. Return a function that unsubscribes."""
        with self._lock:
            if not self._happened.is_set():
                self._callbacks.append(call)
                return lambda: self._unsubscribe(call)
        call()
        return lambda: None

    def _unsubscribe(self, call: Callable[[], object]) -> None:
        with self._lock:
            self._callbacks = [other for other in self._callbacks if other is not call]


def list_exchanges(call: Call) -> Result:
    """Return the exchanges that match the filters; with `wait`, wait until one does.

    Raises WouldBlock while none matches and the request has time to wait.
    """
    context, query = context_of(call), call.query
    journal = context.fake.journal
    with errors.names_checked():
        journal.check(query.get("operation", ""), query.get("params"), query.get("account"), prefix=True)
    matches = matcher(query)
    found = [exchange for exchange in journal if matches(exchange)]
    seconds = call.time + query.get("wait", 0) - monotonic()
    if not found and seconds > 0 and not context.closing.is_set():
        limit = context.limits["waiting_requests"]
        if journal.subscriptions >= limit:
            raise ApiErrorRaised(errors.TOO_MANY_WAITING, limit=limit)
        event = NextExchange(journal, matches)
        found = [exchange for exchange in journal if matches(exchange)]  # one may have come before the subscription
        if not found and not context.closing.is_set():
            raise WouldBlock(seconds, event)
        event.cancel()
    exchanges = [
        serialize.exchange(exchange, context.services[exchange.api], bodies=query.get("bodies", False))
        for exchange in found[-query.get("limit", DEFAULT_LIMIT) :]
    ]
    return Result(200, {"exchanges": exchanges, "total": journal.total})


def matcher(query: Mapping[str, Any]) -> Callable[[Exchange], bool]:
    """Return the predicate of a query's filters."""
    operation, params = query.get("operation", ""), query.get("params", {})
    facts = {name: query[name] for name in ("api", "account") if name in query}

    def matches(exchange: Exchange) -> bool:
        return (
            exchange.number > query.get("after", 0)
            and (not operation or exchange.operation == operation or exchange.operation.startswith(f"{operation}."))
            and all(getattr(exchange, name) == value for name, value in facts.items())
            and query.get("violations", bool(exchange.violations)) == bool(exchange.violations)
            and query.get("method", exchange.raw_request.method) == exchange.raw_request.method
            and query.get("status", exchange.response.status) == exchange.response.status
            and all(name in exchange.params and exchange.params[name] == value for name, value in params.items())
        )

    return matches


ENDPOINTS = (
    operation(
        "journal.list", "GET", "/journal", list_exchanges, {200: "journal"}, query="journal.query",
        errors=(errors.INVALID, errors.TOO_MANY_WAITING),
    ),
)  # fmt: skip
