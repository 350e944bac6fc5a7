"""What recorded traffic of an API can be held to beyond its shapes: the counters in its headers, and its objects' lives.

Rows only. Which operation makes an object, which names one, which ends one, is an API's to say; what follows from
that is the same for every API, and is checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .rule import Provenance, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one operation tells of one kind of object.

    `makes` and `shows` are places in the answer (`id`, `sources.id`: property names, arrays passed through) where ids
    of that kind are made or returned; `uses` is the parameter or the part of the path that names one, `of` the one
    that names the object it belongs to. `ends` says that afterwards it is gone, `elsewhere` that callers may know the
    id without having asked for it.
    """

    operation: str
    kind: str
    makes: str = ""
    shows: tuple[str, ...] = ()
    uses: str = ""
    of: str = ""
    ends: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """The headers that count what an account has left, in lower case. `window` is how long one lasts, in seconds."""

    limit: str
    remaining: str
    cost: str
    reset: str
    ttl: str
    window: int = 3600


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an object's state that an operation makes; "" is an object that is not there."""

    operation: str
    before: str
    after: str

    @property
    def id(self) -> str:
        """What it is called where changes are counted."""
        return f"{self.operation}: {self.before or 'nothing'} to {self.after or 'nothing'}"


class Deviation(NamedTuple):
    """Where an answer of the right shape is not as the API's answers are: the rule, the place (in JSON path's writing),
    what stands there, and what should.
    """

    rule: str
    path: str
    actual: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What an API's traffic is held to. `pages` name the page behind each of NAMES that applies; those `recorded` are
    known from traffic alone.

    `follows` are, by operation, the places of the answer that follow from what was asked: they have to be what the
    fake answers to the same. `changes` are those an object's `status` can make, the usual one of an operation first, in
    the words that `states` gives for the words of every edition. `departures(operation, value)` finds what no schema can
    say of an answer: orders, and counts that have to agree. `arrange(call, value)` makes, in the account of a call, the objects without which it could not have been answered
    with that value; the call's parameters are read by then.
    """

    pages: Mapping[str, str]
    recorded: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    neighbours: frozenset[str] = frozenset()
    media: str = "application/json"
    counters: Counters | None = None
    traces: tuple[Trace, ...] = field(default=())
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    arrange: Callable[[Any, Any], None] | None = None
    departures: Callable[[str, Any], Iterator[Deviation]] | None = None

    def rules(self, api: str) -> Iterator[Rule]:
        """A rule for each name that applies to the API."""
        for name, says in NAMES.items():
            if name in self.pages:
                standing: Provenance = "recorded" if name in self.recorded else "documented"
                if name in DECIDED:
                    standing = "decided"
                yield Rule(
                    id=f"{api}.traffic.{name}",
                    description=says,
                    source=self.pages[name],
                    provenance=standing,
                    reason=DECIDED.get(name, ""),
                )


NAMES = {
    "status": "An operation answers with the statuses that are documented for it, and no others.",
    "content-type": "A body is said to be what it is, by its Content-Type.",
    "body": "An answer has a body that can be read where one is documented, and none where none is.",
    "error-text": "A refusal is worded as documented for its operation and its status.",
    "rate-headers": "The rate-limit headers are whole numbers that agree with one another and with the operation's cost.",
    "rate-window": "What remains of a window falls by each answer's cost, and never rises before the window ends.",
    "unseen-id": "An id that is used was returned before.",
    "gone-id": "What was deleted stays gone: it is not found, and no list shows it.",
    "path": "A request below the API's documented paths names an endpoint that a page describes.",
    "failure": "A status of 5xx, or the error page of a gateway, says nothing about the contract.",
    "redirect": "A redirect to https is made before the API is reached.",
    "preflight": "A browser's preflight (OPTIONS) is not a call of the API.",
}
"""The rules that only traffic can break, by the end of their ids: `datasift.traffic.gone-id`."""

DECIDED = {
    "error-text": "no page lists every text of every refusal",
    "failure": "gateways and failing services answer in forms of their own",
    "redirect": "browsers (HSTS) and gateways redirect by themselves",
    "preflight": "browsers send it by themselves; recorders strip the headers that tell it",
}
"""Those of NAMES that no page speaks of, with the reason for each."""

NOTES = frozenset({"failure", "redirect", "preflight"})
"""Those of NAMES that are told as notes: nothing that the API or its caller did."""
