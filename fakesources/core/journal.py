"""The Journal: every exchange at every door, refused ones too, in the order they were answered.

A bounded ring: the oldest exchanges go when it is full. Bodies are kept as they were sent; what is written for eyes
has no query, no header and no body in it, which may hold secrets.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple, overload

from .carriers import Unreadable, pairs_of
from .contract import Violation, nearest
from .masking import MASK, is_secret, mask_url, show
from .messages import Reply, Request

SIZE = 1000
"""How many exchanges a journal keeps unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the journal shows it: as it was sent, and what was understood of it.

    `query` and `headers` are lists of pairs as sent; `params` are the decoded parameters by name, from the query,
    the form or the JSON body.
    """

    sent: Request
    params: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Asked {self.sent.method} {mask_url(self.sent.raw_path)}>"

    @property
    def method(self) -> str:
        """The method, as sent."""
        return self.sent.method

    @property
    def path(self) -> str:
        """The path, its percent-encoding resolved."""
        return self.sent.path

    @property
    def url(self) -> str:
        """The whole address."""
        return self.sent.url

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's names and values in order; empty when it cannot be read."""
        try:
            return pairs_of(self.sent.query_string)
        except Unreadable:
            return []

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers in order, as sent."""
        return list(self.sent.headers)

    @property
    def body(self) -> bytes:
        """The body, as sent."""
        return self.sent.body

    @property
    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is none."""
        return json.loads(self.sent.body)


class Exchange(NamedTuple):
    """One request and its answer.

    `operation` is empty where the path leads nowhere; `refusal` is the id of the rule by which it was refused;
    `fault` is what a test had arranged for it; `at` is the fake's time in seconds since 1970; `secrets` are the names
    that are masked where it is shown.
    """

    number: int
    at: float
    api: str
    operation: str
    account: str
    sent: Request
    params: Mapping[str, Any]
    reply: Reply
    refusal: str = ""
    violations: tuple[Violation, ...] = ()
    fault: str = ""
    secrets: frozenset[str] = frozenset()

    @property
    def request(self) -> Asked:
        """The request as it was sent and as it was understood."""
        return Asked(self.sent, self.params)

    @property
    def status(self) -> int:
        """The status that was answered."""
        return self.reply.status

    def __repr__(self) -> str:
        """Number, operation, method, path and status; never a query, a header or a body, which may hold secrets."""
        end = self.reply.breaks or str(self.reply.status)
        path = mask_url(self.sent.raw_path, self.secrets)
        return f"<Exchange {self.number} {self.operation or self.api} {self.sent.method} {path} -> {end}>"


class Journal:
    """All that was asked and answered. Reading it changes nothing.

    Where a method takes an operation, a status or parameters, it means the exchanges that have them all; parameters
    are compared with those that were understood, others may be there too. An operation that is none of `operations`
    raises ValueError: of a misspelt one nothing would ever be found.
    """

    def __init__(self, size: int = SIZE, operations: Sequence[str] = ()) -> None:
        if size < 1:
            raise ValueError(f"a journal keeps 1 exchange or more, not {size}")
        self.size = size
        self.operations = operations
        self.total = 0
        self.turn = 0
        self._forgotten = 0
        self._kept: deque[Exchange] = deque(maxlen=size)
        self._subscribers: Mapping[object, Callable[[Exchange | None], None]] = {}
        self._subscribing = Lock()

    def keep(self, exchange: Exchange) -> None:
        """Add one exchange; the oldest goes when the ring is full."""
        self.total += 1
        self._kept.append(exchange)
        for heard in self._subscribers.values():
            heard(exchange)

    def subscribe(self, heard: Callable[[Exchange | None], None]) -> Callable[[], None]:
        """Have a function called with each exchange that is recorded, in the recording thread, and with None on `wake`.
        Returns the function that ends the subscription, which may be called more than once.
        """
        key = object()
        with self._subscribing:
            self._subscribers = {**self._subscribers, key: heard}

        def cancel() -> None:
            with self._subscribing:
                self._subscribers = {each: other for each, other in self._subscribers.items() if each is not key}

        return cancel

    @property
    def subscriptions(self) -> int:
        """The number of subscriptions that have not ended."""
        return len(self._subscribers)

    def wake(self) -> None:
        """Call every subscriber without an exchange: something else that they wait for may have happened."""
        for heard in self._subscribers.values():
            heard(None)

    def forget(self, api: str, account: str) -> None:
        """Forget the exchanges of one account of an API; the numbers of the others stay."""
        kept = [each for each in self._kept if (each.api, each.account) != (api, account)]
        self._forgotten += len(self._kept) - len(kept)
        self._kept.clear()
        self._kept.extend(kept)

    def clear(self) -> None:
        """Forget everything; what was asked before and is answered later is not kept either."""
        self._kept.clear()
        self.total = self._forgotten = 0
        self.turn += 1

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._kept))

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return list(self)[index]
        return self._kept[index]

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} exchanges>"

    def all(
        self, operation: str = "", *, status: int | None = None, params: Mapping[str, Any] | None = None
    ) -> list[Exchange]:
        """The exchanges that are meant, oldest first. Raises ValueError, as they all do, for an unknown operation."""
        if operation and self.operations and operation not in self.operations:
            near = nearest(operation, self.operations)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(self.operations)}"
            raise ValueError(f"there is no operation {operation!r}; {hint}")
        sought = Sought(operation, status, params)
        return [exchange for exchange in self if not sought.missed_by(exchange)]

    def count(self, operation: str = "", *, status: int | None = None, params: Mapping[str, Any] | None = None) -> int:
        """How many exchanges are meant."""
        return len(self.all(operation, status=status, params=params))

    def only(
        self, operation: str = "", *, status: int | None = None, params: Mapping[str, Any] | None = None
    ) -> Exchange:
        """The one exchange that is meant. Raises AssertionError when there is none, or more than one."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params)
        if len(found) != 1:
            raise AssertionError(self._story("exactly one exchange", Sought(operation, status, params), found))
        return found[0]

    def last(
        self, operation: str = "", *, status: int | None = None, params: Mapping[str, Any] | None = None
    ) -> Exchange:
        """The latest exchange that is meant. Raises AssertionError when there is none."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params)
        if not found:
            raise AssertionError(self._story("an exchange", Sought(operation, status, params), found))
        return found[-1]

    def none(self, operation: str = "", *, status: int | None = None, params: Mapping[str, Any] | None = None) -> None:
        """Raises AssertionError when there is any exchange that is meant."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params)
        if found:
            raise AssertionError(self._story("no exchange", Sought(operation, status, params), found))

    def _story(self, expected: str, sought: Sought, found: Sequence[Exchange]) -> str:
        """What was expected, what there is, and what is nearest to it."""
        lines = [f"expected {expected} of {sought}, found {len(found) or 'none'}"]
        kept = list(self)
        if found:
            lines += [f"  {exchange!r}" for exchange in found[-8:]]
        elif not kept:
            lines.append("  nothing was asked at all")
        else:
            near = min(reversed(kept), key=lambda exchange: len(sought.missed_by(exchange)))
            lines.append(f"nearest is {near!r}:")
            lines += [f"  {name}: expected {wanted}, got {got}" for name, wanted, got in sought.missed_by(near)]
            lines.append("all of them:")
            lines += [f"  {exchange!r}" for exchange in islice(reversed(kept), 8)]
        if gone := self.total - self._forgotten - len(kept):
            lines.append(f"the journal keeps {self.size} exchanges; {gone} older ones are gone")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a test looks for in the journal."""

    operation: str
    status: int | None
    params: Mapping[str, Any] | None

    def __str__(self) -> str:
        parts = [self.operation or "any operation"]
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.params is not None:
            parts.append(f"parameters {', '.join(self.params) or 'of no name'}")
        return " with ".join(parts[:1]) if len(parts) == 1 else f"{parts[0]} with {' and '.join(parts[1:])}"

    def missed_by(self, exchange: Exchange) -> list[tuple[str, str, str]]:
        """Field by field, where an exchange is another one: the field, what it should be, what it is."""
        missed = []
        if self.operation and exchange.operation != self.operation:
            missed.append(("operation", self.operation, exchange.operation or "no operation at all"))
        if self.status is not None and exchange.reply.status != self.status:
            missed.append(("status", str(self.status), str(exchange.reply.status)))
        for name, wanted in (self.params or {}).items():
            hidden = is_secret(name, exchange.secrets)
            if name not in exchange.params:
                near = nearest(name, exchange.params)
                missed.append(
                    (f"params.{name}", _told(wanted, hidden, exchange), f"nothing{f' (but {near})' * bool(near)}")
                )
            elif exchange.params[name] != wanted:
                got = exchange.params[name]
                missed.append((f"params.{name}", _told(wanted, hidden, exchange), _told(got, hidden, exchange)))
        return missed


def _told(value: Any, hidden: bool, exchange: Exchange) -> str:
    return MASK if hidden else show(value, exchange.secrets)
