"""The Journal: every exchange at every door, refused ones too, in the order they were answered.

A bounded ring: the oldest exchanges go when it is full. Bodies are kept as they were sent.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

from .carriers import Unreadable, pairs_of
from .contract import Violation
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


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `operation` is empty where the path leads nowhere; `refusal` is the id of the rule
    by which it was refused; `at` is the fake's time in seconds.
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

    @property
    def request(self) -> Asked:
        """The request as it was sent and as it was understood."""
        return Asked(self.sent, self.params)

    def __repr__(self) -> str:
        """Method, path and status; never a query, a header or a body, which may hold secrets."""
        return f"<Exchange {self.number} {self.sent.method} {self.sent.raw_path} -> {self.reply.status}>"


class Journal:
    """All that was asked and answered. Reading it changes nothing."""

    def __init__(self, size: int = SIZE) -> None:
        self.size = size
        self._kept: deque[Exchange] = deque(maxlen=size)
        self._bells: list[Event] = []
        self._hanging = Lock()
        self.total = 0

    def keep(self, exchange: Exchange) -> None:
        """Add one exchange; the oldest goes when the ring is full."""
        self.total += 1
        self._kept.append(exchange)
        for bell in self._bells:
            bell.set()

    @contextmanager
    def listening(self) -> Iterator[Event]:
        """A bell that rings whenever an exchange is kept, for whoever waits for one; it is silenced with `clear`."""
        bell = Event()
        with self._hanging:
            self._bells = [*self._bells, bell]
        try:
            yield bell
        finally:
            with self._hanging:
                self._bells = [other for other in self._bells if other is not bell]

    def forget(self, api: str, account: str) -> None:
        """Forget the exchanges of one account of an API; the numbers of the others stay."""
        kept = [each for each in self._kept if (each.api, each.account) != (api, account)]
        self._kept.clear()
        self._kept.extend(kept)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.total = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._kept))

    def __getitem__(self, index: int) -> Exchange:
        return self._kept[index]

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} exchanges>"

    def all(self, operation: str = "") -> list[Exchange]:
        """The exchanges of an operation, oldest first; of all operations without one."""
        return [exchange for exchange in self if not operation or exchange.operation == operation]

    def count(self, operation: str = "") -> int:
        """How many exchanges an operation had."""
        return len(self.all(operation))

    def only(self, operation: str = "") -> Exchange:
        """The one exchange of an operation. Raises AssertionError when there is none, or more than one."""
        found = self.all(operation)
        if len(found) != 1:
            raise AssertionError(self._story(f"exactly one exchange of {operation or 'any operation'}", found))
        return found[0]

    def last(self, operation: str = "") -> Exchange:
        """The latest exchange of an operation. Raises AssertionError when there is none."""
        found = self.all(operation)
        if not found:
            raise AssertionError(self._story(f"an exchange of {operation or 'any operation'}", found))
        return found[-1]

    def none(self, operation: str = "") -> None:
        """Raises AssertionError when an operation was called at all."""
        found = self.all(operation)
        if found:
            raise AssertionError(self._story(f"no exchange of {operation or 'any operation'}", found))

    def _story(self, expected: str, found: list[Exchange]) -> str:
        lines = [f"expected {expected}, found {len(found)}"]
        lines += [f"  {exchange!r} {exchange.operation}" for exchange in (found or list(self))[-8:]]
        return "\n".join(lines)
