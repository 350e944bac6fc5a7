"""Operations on the journal: they read it, wait for an exchange, or clear it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.exchange_filter import ExchangeFilter
from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from ..core.engine.waiting import OneTimeEvent
from ..core.http.curl import curl
from ..core.system.real_time import monotonic
from . import errors, serialize
from .accounts import selected
from .context import context_of
from .operations import numbered, operation

DEFAULT_LIMIT = 200
"""Most exchanges in one response of a request without `limit`."""


class WouldBlock(Exception):
    """No exchange matches yet, and the request has time to wait: call the handler again after the event or the time."""

    def __init__(self, seconds: float, event: NextExchange) -> None:
        super().__init__()
        self.seconds, self.event = seconds, event


class NextExchange(OneTimeEvent):
    """Event: a matching exchange was recorded, or the server is shutting down. `cancel` ends the subscription."""

    def __init__(self, journal: Journal, matches: Callable[[Exchange], bool]) -> None:
        super().__init__()
        self._matches = matches
        self.cancel = journal.subscribe(self._on_exchange)

    def _on_exchange(self, exchange: Exchange | None) -> None:
        if exchange is None or self._matches(exchange):
            self.happen()


def list_exchanges(call: Call) -> Result:
    """Return the exchanges that match the filters; with `wait`, wait until one does.

    Raises WouldBlock while none matches and the request has time to wait.
    """
    context, query = context_of(call), call.query
    journal, conditions = context.fake.journal, filter_of(call)
    found = journal.matching(conditions)
    seconds = call.time + query.get("wait", 0) - monotonic()
    if not found and seconds > 0 and not context.closing.is_set():
        limit = context.limits["waiting_requests"]
        event = NextExchange(journal, conditions.accepts)
        if journal.subscriptions > limit:
            event.cancel()
            raise ApiErrorRaised(errors.TOO_MANY_WAITING, limit=limit)
        found = journal.matching(conditions)  # one may have come before the subscription
        if not found and not context.closing.is_set():  # pragma: no branch - one has just come
            raise WouldBlock(seconds, event)
        event.cancel()  # pragma: no cover - one has just come
    exchanges = [
        serialize.exchange(exchange, context.services[exchange.api], bodies=query.get("bodies", False))
        for exchange in found[-query.get("limit", DEFAULT_LIMIT) :]
    ]
    return Result(200, {"exchanges": exchanges, "total": journal.total, "removals": journal.removals})


def filter_of(call: Call) -> ExchangeFilter:
    """Return the filter that a query describes. Raises ApiErrorRaised for an unknown name."""
    query, selection = call.query, selected(call)
    operation, params = query.get("operation", ""), query.get("params")
    with errors.names_checked():
        context_of(call).fake.journal.check(operation, params, prefix=True)
    return ExchangeFilter(
        operation,
        query.get("status"),
        params,
        selection.account,
        selection.api,
        query.get("method"),
        query.get("violations"),
        query.get("after", 0),
        is_prefix=True,
    )


def count_exchanges(call: Call) -> Result:
    """Return the number of exchanges that match the filters."""
    return Result(200, {"count": len(context_of(call).fake.journal.matching(filter_of(call)))})


def get_only_exchange(call: Call) -> Result:
    """Return the one exchange that matches the filters. None, or more than one, is an error with the nearest exchange."""
    try:
        found = context_of(call).fake.journal.only_matching(filter_of(call))
    except AssertionError as error:
        raise ApiErrorRaised(errors.NOT_MET, reason=error) from None
    return Result(200, _whole(call, found))


def get_exchange(call: Call) -> Result:
    """Return an exchange with its bodies, and the curl command that repeats its request."""
    return Result(200, _whole(call, numbered(call, list(context_of(call).fake.journal), errors.NO_SUCH_EXCHANGE)))


def _whole(call: Call, exchange: Exchange) -> dict[str, Any]:
    service = context_of(call).services[exchange.api]
    command = curl(exchange.raw_request, service.api.secrets)
    return {"exchange": serialize.exchange(exchange, service), "curl": command}


def clear_journal(call: Call) -> Result:
    """Remove the exchanges of one account or API from the journal, or all of them."""
    selection = selected(call)
    return Result(200, {"cleared": context_of(call).fake.clear_exchanges(selection.account, selection.api)})


ENDPOINTS = (
    operation(
        "journal.list", "GET", "/journal", list_exchanges, {200: "journal"}, query="journal.query",
        errors=(errors.INVALID, errors.TOO_MANY_WAITING),
    ),
    operation(
        "journal.count", "GET", "/journal/count", count_exchanges, {200: "journal.count"}, query="journal.filter.query"
    ),
    operation(
        "journal.only", "GET", "/journal/only", get_only_exchange, {200: "journal.by-number"},
        query="journal.filter.query", errors=(errors.NOT_MET,),
    ),
    operation(
        "journal.get", "GET", "/journal/<number>", get_exchange, {200: "journal.by-number"},
        errors=(errors.NO_SUCH_EXCHANGE,),
    ),
    operation("journal.clear", "DELETE", "/journal", clear_journal, {200: "cleared"}, query="filter.query"),
)  # fmt: skip
