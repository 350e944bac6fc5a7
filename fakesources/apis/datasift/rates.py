"""Rate limiting: the cost of a call, the window it is charged to, and the headers about both.

The window opens with the first call and resets an hour later on the fake's clock. A window in the future, after a test
set the clock back, is replaced by a new one.
"""

from __future__ import annotations

from ...core.contract.api import RateWindow
from ...core.contract.call import Call, Service
from ...core.contract.errors import ApiErrorRaised
from ...core.http.messages import Pairs
from . import errors
from .account import DataSiftAccount
from .state import Rates

WINDOW_SECONDS = 3600

READ_COST = 5
"""Cost of get, log, start and stop in credits."""

WRITE_COST = 25
"""Cost of every other operation in credits."""


def charge(call: Call) -> None:
    """Charge the cost of a call to its account's window. A preflight costs nothing.

    Raises RATE_LIMIT or RATE_LIMIT_429 where the remaining credits do not cover it.
    """
    assert call.endpoint is not None
    if call.account is None:
        return
    account: DataSiftAccount = call.account
    rates, cost = current_window(account.extra, call.seconds), call.endpoint.cost
    if limit_of(call.service, account) - rates.spent < cost:
        account.extra = rates
        status = call.settings.rate_limit_status
        raise ApiErrorRaised(errors.RATE_LIMIT_429 if status == 429 else errors.RATE_LIMIT)
    account.extra = Rates(rates.limit, rates.opened, rates.spent + cost)


def current_window(rates: Rates, now: int) -> Rates:
    """Return the given window while it is open, else a new one."""
    opened = rates.opened
    if opened is not None and opened <= now < opened + WINDOW_SECONDS:
        return rates
    return Rates(rates.limit, now)


def limit_of(service: Service, account: DataSiftAccount) -> int:
    """Return the credits of an account for an hour."""
    own = account.extra.limit
    return int(service.settings.rate_limit) if own is None else own


def window_at(service: Service, account: DataSiftAccount, seconds: float) -> RateWindow:
    """Return the window of an account at a time, as its next call finds it."""
    rates = current_window(account.extra, int(seconds))
    is_open = rates is account.extra and rates.opened is not None
    end = rates.opened + WINDOW_SECONDS if is_open and rates.opened is not None else None
    return RateWindow(limit_of(service, account), rates.spent, end)


def headers(call: Call) -> Pairs:
    """Return the rate-limit headers of a response, none for a call that was not charged."""
    error, endpoint, account = call.error, call.endpoint, call.account
    if account is None or endpoint is None or (error is not None and not error.charged):
        return ()
    rates: Rates = account.extra
    is_exceeded = error is errors.RATE_LIMIT or error is errors.RATE_LIMIT_429
    limit, seconds = limit_of(call.service, account), call.seconds
    remaining = 0 if is_exceeded else limit - rates.spent
    reset = (seconds if rates.opened is None else rates.opened) + WINDOW_SECONDS
    return (
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(remaining)),
        ("X-RateLimit-Cost", str(endpoint.cost)),
        ("X-RateLimit-Reset", str(reset)),
        ("X-RateLimit-Reset-Ttl", str(reset - seconds)),
    )
