"""Rules for recorded traffic that schemas cannot express: rate-limit headers, and the lifetime of objects.

Data only: an API names the operations that create, return and delete objects; `verify` applies the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .rule import Provenance, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Ids of one kind of object in the requests and responses of one operation.

    `creates` and `returns` are paths of response properties (`id`, `sources.id`; arrays have no part of their own)
    with the id of a created and of a returned object. `parameter` is the parameter with the id of an object, `parent` the one
    with the id of its parent. `deletes` is true for an operation that deletes the object, `external` where callers
    may use ids that were in no response.
    """

    operation: str
    kind: str
    creates: str = ""
    returns: tuple[str, ...] = ()
    parameter: str = ""
    parent: str = ""
    deletes: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Names of the rate-limit headers, in lower case.

    `window` is the length of one window in seconds. A response beyond the limit has one of the statuses `exceeded`: its
    call was not charged, whatever is shown to remain.
    """

    limit: str
    remaining: str
    cost: str
    reset: str
    ttl: str
    window: int = 3600
    exceeded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """Change of an object's state by an operation; "" is an object that does not exist."""

    operation: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """Name of the change in coverage reports: `stopped to running`."""
        return f"{self.before or 'nothing'} to {self.after or 'nothing'}"


class Deviation(NamedTuple):
    """Part of a valid response that the real API would not send: rule, JSON path, actual and expected value."""

    rule: str
    path: str
    actual: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Rules for an API's recorded traffic.

    - `pages`: the source of each of NAMES that applies; those in `recorded` are known from traffic only.
    - `namespaces`: path prefixes of the API; `neighbours`: path segments one letter from theirs
      that belong to other services.
    - `determined`: by operation, the response properties that the request determines; they must equal the fake's.
    - `changes`: the possible changes of an object's `status`, the usual one of an operation first; `states` maps the
      words of every edition to those of `changes`.
    - `deviations(operation, value)`: finds deviations of a response that its schema accepts.
    - `arrange(call, value)`: creates the objects in the call's account that a response with this value requires; the
      call's parameters are parsed by then.
    """

    pages: Mapping[str, str]
    recorded: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    neighbours: frozenset[str] = frozenset()
    counters: Counters | None = None
    traces: tuple[Trace, ...] = field(default=())
    determined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    arrange: Callable[[Any, Any], None] | None = None
    deviations: Callable[[str, Any], Iterator[Deviation]] | None = None

    def rules(self, api: str) -> Iterator[Rule]:
        """Yield a rule for each name that applies to the API."""
        for name, description in NAMES.items():
            if name in self.pages:
                provenance: Provenance = "recorded" if name in self.recorded else "documented"
                if name in DECIDED:
                    provenance = "decided"
                yield Rule(
                    id=f"{api}.traffic.{name}",
                    description=description,
                    source=self.pages[name],
                    provenance=provenance,
                    reason=DECIDED.get(name, ""),
                )


NAMES = {
    "status": "An operation responds with a status that is documented for it.",
    "content-type": "The Content-Type of a response agrees with its body.",
    "body": "A response has a readable body where one is documented, and none elsewhere.",
    "error-text": "The text of an error is one that is documented for its operation and status.",
    "rate-headers": "The rate-limit headers are integers that agree with one another and with the operation's cost.",
    "rate-window": "The remaining credits of a window fall by each response's cost, and do not rise before its end.",
    "unseen-id": "An id in a request was returned by an earlier response.",
    "gone-id": "A deleted object is not found and not listed again.",
    "path": "A request below the API's documented paths names a documented endpoint.",
    "failure": "A status of 5xx, or the error page of a gateway, is not evidence about the contract.",
    "redirect": "A redirect to https is made before the API is reached.",
    "preflight": "A browser's preflight (OPTIONS) is not a call of the API.",
}
"""Descriptions of the rules that only recorded traffic can break, by the last part of their ids."""

DECIDED = {
    "error-text": "no page lists every text of every error",
    "failure": "gateways and failing services respond in formats of their own",
    "redirect": "browsers (HSTS) and gateways redirect by themselves",
    "preflight": "browsers send it by themselves; recorders strip the headers that identify it",
}
"""Those of NAMES that no source describes, with the reason for each."""

NOTES = frozenset({"failure", "redirect", "preflight"})
"""Those of NAMES that are reported as notes: neither the API nor its caller is at fault."""
