"""Rate-limit headers: whether those of one answer agree with one another, and those of one window with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.contract.traffic import Counters
from ..core.http.messages import Response
from .recordings.entry import moment
from .recordings.masked import is_placeholder

SLACK = 2
"""How many seconds an answer's Date may be off from what its counters were read by."""

Disagreement = tuple[str, str, str]
"""Where, what stood there, and what should have."""


@dataclass(frozen=True, slots=True)
class Read:
    """The counters of one answer as numbers."""

    limit: int
    remaining: int
    cost: int
    reset: int | None
    ttl: int | None


def disagreements(names: Counters, cost: int, reply: Response) -> Iterator[Disagreement]:
    """Yield what is wrong with the counters of one response. Recorders leave headers out, so that none at all is right."""
    texts = {name: reply.header(name) for name in (names.limit, names.remaining, names.cost, names.reset, names.ttl)}
    if not any(texts[name] for name in (names.limit, names.remaining, names.cost)):
        return
    if any(is_placeholder(text) for text in texts.values()):
        return
    for name in (names.limit, names.remaining, names.cost):
        if texts[name] is None:
            yield _at(name), "nothing", "a whole number"
    for name, text in texts.items():
        if text is not None and not (text.isascii() and text.isdigit()):
            yield _at(name), repr(text), "a whole number"
    found = read(names, reply)
    if found is None:
        return
    if found.cost != cost:
        yield _at(names.cost), str(found.cost), f"{cost}, what the operation costs"
    if found.remaining > found.limit:
        yield _at(names.remaining), str(found.remaining), f"at most the limit, {found.limit}"
    if found.ttl is not None and found.ttl > names.window:
        yield _at(names.ttl), str(found.ttl), f"at most {names.window}"
    date = moment(reply.header("date"))
    if date is not None and found.reset is not None and found.ttl is not None:
        due = found.reset - int(date)
        if abs(due - found.ttl) > SLACK:
            yield _at(names.ttl), str(found.ttl), f"{due}, the reset's time less the answer's Date"


def read(names: Counters, reply: Response) -> Read | None:
    """The counters of an answer, None unless limit, remaining and cost are there as numbers."""
    numbers = {}
    for name in (names.limit, names.remaining, names.cost, names.reset, names.ttl):
        text = reply.header(name)
        numbers[name] = int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None
    limit, remaining, cost = numbers[names.limit], numbers[names.remaining], numbers[names.cost]
    if limit is None or remaining is None or cost is None:
        return None
    return Read(limit, remaining, cost, numbers[names.reset], numbers[names.ttl])


def shown_name(name: str) -> str:
    """A header's name as people write it."""
    return "-".join({"ratelimit": "RateLimit"}.get(part, part.capitalize()) for part in name.split("-"))


def _at(name: str) -> str:
    return f"headers['{shown_name(name)}']"
