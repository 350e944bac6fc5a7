"""Rate limiting: what a call costs, the hour it is taken from, and the headers that tell.

The window opens with the first call and is full again an hour later on the fake's clock; a window that lies in the
future, because the clock was put back, is opened anew.
"""

from __future__ import annotations

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from ...core.http.messages import Pairs
from . import errors
from .state import DataSiftAccount, Rates

HOUR = 3600

READING = 5
"""What get, log, start and stop cost."""

WRITING = 25
"""What every other endpoint costs."""


def charge(call: Call) -> None:
    """Take what the call costs from the account's hour; refuse it where that is not enough. A preflight costs nothing."""
    assert call.endpoint is not None
    if call.account is None:
        return
    account: DataSiftAccount = call.account
    rates = current(account.extra, call.seconds)
    if remaining(call, rates) < call.endpoint.cost:
        account.extra = rates
        status = call.settings.rate_limit_status
        raise ApiErrorRaised(errors.RATE_LIMIT_429 if status == 429 else errors.RATE_LIMIT)
    account.extra = Rates(rates.limit, rates.opened, rates.spent + call.endpoint.cost)


def current(rates: Rates, now: int) -> Rates:
    """The window that is open now: the one there was, or a new one."""
    opened = rates.opened
    if opened is not None and opened <= now < opened + HOUR:
        return rates
    return Rates(rates.limit, now)


def limit(call: Call) -> int:
    """What the caller may spend in an hour."""
    own: int | None = call.account.extra.limit
    return int(call.settings.rate_limit) if own is None else own


def remaining(call: Call, rates: Rates) -> int:
    """What is left of the hour; never below 0, also when the limit was lowered on the way."""
    return max(0, limit(call) - rates.spent)


def headers(call: Call) -> Pairs:
    """What a charged answer tells of it; nothing for a call that was not charged."""
    problem = call.error
    if call.account is None or call.endpoint is None or (problem is not None and not problem.charged):
        return ()
    rates: Rates = call.account.extra
    refused = problem is errors.RATE_LIMIT or problem is errors.RATE_LIMIT_429
    reset = (call.seconds if rates.opened is None else rates.opened) + HOUR
    return (
        ("X-RateLimit-Limit", str(limit(call))),
        ("X-RateLimit-Remaining", "0" if refused else str(remaining(call, rates))),
        ("X-RateLimit-Cost", str(call.endpoint.cost)),
        ("X-RateLimit-Reset", str(reset)),
        ("X-RateLimit-Reset-Ttl", str(reset - call.seconds)),
    )
