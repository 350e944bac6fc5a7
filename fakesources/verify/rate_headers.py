"""Rate-limit headers: consistency of the counters within one response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.contract.traffic import Counters
from ..core.http.messages import Response
from .recordings.entry import parse_count, parse_time
from .recordings.masked import is_placeholder

TOLERANCE_SECONDS = 2
"""Accepted difference between the Date of a response and the time at which its counters were read."""

Disagreement = tuple[str, str, str]
"""Path of a header, its actual value, and the expected one."""


@dataclass(frozen=True, slots=True)
class RateCounters:
    """Counters of one response as numbers."""

    limit: int
    remaining: int
    cost: int
    reset: int | None
    ttl: int | None


def find_disagreements(names: Counters, cost: int, response: Response) -> Iterator[Disagreement]:
    """Yield the counters of one response that are wrong.

    Recorders leave headers out, so none at all is valid; a masked or empty value was not recorded.
    """
    texts = {name: response.header(name) for name in header_names(names)}
    required = (names.limit, names.remaining, names.cost)
    unknown = any(text is not None and (not text.strip() or is_placeholder(text)) for text in texts.values())
    if unknown or not any(texts[name] for name in required):
        return
    for name in required:
        if texts[name] is None:
            yield header_path(name), "nothing", "a whole number"
    for name, text in texts.items():
        if text is not None and not (text.isascii() and text.isdigit()):
            yield header_path(name), repr(text), "a whole number"
    counters = parse_counters(names, response)
    if counters is None:
        return
    if counters.cost != cost:
        yield header_path(names.cost), str(counters.cost), f"{cost}, the cost of the operation"
    if counters.remaining > counters.limit:
        yield header_path(names.remaining), str(counters.remaining), f"at most the limit, {counters.limit}"
    if counters.ttl is not None and counters.ttl > names.window:
        yield header_path(names.ttl), str(counters.ttl), f"at most {names.window}"
    date = parse_time(response.header("date"))
    if date is not None and counters.reset is not None and counters.ttl is not None:
        expected = counters.reset - int(date)
        if abs(expected - counters.ttl) > TOLERANCE_SECONDS:
            yield header_path(names.ttl), str(counters.ttl), f"{expected}, the time of the reset less the Date"


def parse_counters(names: Counters, response: Response) -> RateCounters | None:
    """Return the counters of a response; None unless limit, remaining and cost are numbers."""
    limit, remaining, cost, reset, ttl = (parse_count(response.header(name)) for name in header_names(names))
    if limit is None or remaining is None or cost is None:
        return None
    return RateCounters(limit, remaining, cost, reset, ttl)


def header_names(names: Counters) -> tuple[str, str, str, str, str]:
    """Return the names of the headers of limit, remaining, cost, reset and ttl, in lower case."""
    return names.limit, names.remaining, names.cost, names.reset, names.ttl


def header_path(name: str) -> str:
    """Return the path of a header in a finding."""
    return f"headers['{shown_name(name)}']"


def shown_name(name: str) -> str:
    """Return the name of a header in its usual spelling."""
    return "-".join({"ratelimit": "RateLimit"}.get(part, part.capitalize()) for part in name.split("-"))
