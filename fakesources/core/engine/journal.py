"""Request journal: every exchange of every adapter, rejected requests included, in the order of the responses.

A bounded ring: the oldest exchanges are dropped when it is full. Bodies are stored as they were sent; texts and tables
contain no query, header or body, which may hold secrets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any, overload

from ..contract.names import Names
from ..http.masking import mask_url
from ..http.messages import Request
from ..system.forks import freed_in_child
from ..text.arguments import INTEGER, MAPPING, TEXT, at_least, check, optional, wrong
from ..text.arguments import shown as shown_argument
from ..text.display import Table, pluralize
from .exchange_filter import ExchangeFilter
from .exchanges import Exchange, estimate_bytes

COUNT = at_least(1)
SIZE = 1000
"""Default number of exchanges in a journal."""

SIZE_BYTES = 32 << 20
"""Default number of bytes that the exchanges of a journal may take together."""

_LATEST = 256
"""Number of exchanges that are searched for that of a request with a fresh response."""

_MAX_LISTED = 8
"""Number of exchanges that a failed assertion lists."""


class Journal(Table):
    """Recorded exchanges. Reading changes nothing.

    Methods that take an operation, a status, parameters or an account consider the exchanges that have all of them.
    Parameters (of the path, the query and the body) are compared as parsed, and an exchange may have others too. An
    unknown name, one of no operation and of no recorded exchange, raises ValueError: nothing would ever match it.
    """

    def __init__(self, size: int, names: Names, size_bytes: int) -> None:
        if not COUNT.accepts(size):
            raise wrong(
                "journal_size", f"{COUNT.expected}, since a journal keeps 1 exchange or more", shown_argument(size)
            )
        if not COUNT.accepts(size_bytes):
            raise wrong("journal_bytes", COUNT.expected, shown_argument(size_bytes))
        self.size, self.size_bytes = size, size_bytes
        self.bytes = 0
        self.names = names
        self.total = 0
        self.generation = self.removals = 0
        self._forgotten = 0
        self._exchanges: deque[Exchange] = deque()
        self._sizes: deque[int] = deque()
        self._subscribers: Mapping[tuple[object, bool], Callable[[Exchange | None], None]] = {}
        self._subscribing = freed_in_child(Lock())

    def record(self, exchange: Exchange) -> None:
        """Record an exchange; drop the oldest where there are too many, or too large ones, but never the latest."""
        self.total += 1
        size = estimate_bytes(exchange)
        self.bytes += size
        self._exchanges.append(exchange)
        self._sizes.append(size)
        recorded = len(self._exchanges)
        while recorded > 1 and (recorded > self.size or self.bytes > self.size_bytes):
            self._exchanges.popleft()
            self.bytes -= self._sizes.popleft()
            recorded -= 1
        for callback in self._subscribers.values():
            callback(exchange)

    def subscribe(self, callback: Callable[[Exchange | None], None], *, is_waiting: bool = True) -> Callable[[], None]:
        """Call a function with each exchange that is recorded, in the recording thread, and with None on `wake`.

        Return the function that unsubscribes, which may be called more than once. `is_waiting` is false for what follows
        the whole journal, which is not among the requests that wait.
        """
        key = (object(), is_waiting)
        with self._subscribing:
            self._subscribers = {**self._subscribers, key: callback}

        def unsubscribe() -> None:
            with self._subscribing:
                self._subscribers = {each: other for each, other in self._subscribers.items() if each is not key}

        return unsubscribe

    @property
    def subscriptions(self) -> int:
        """Number of subscriptions of requests that wait."""
        return sum(is_waiting for _, is_waiting in self._subscribers)

    def wake(self) -> None:
        """Call every subscriber without an exchange: something else that it waits for may have happened."""
        for callback in self._subscribers.values():
            callback(None)

    def forget(self, api: str | None = None, account: str | None = None) -> int:
        """Remove the exchanges of an API, of an account or of both, and return their number; other numbers stay."""
        remaining = [
            each for each in self._exchanges if api not in (None, each.api) or account not in (None, each.account)
        ]
        removed = len(self._exchanges) - len(remaining)
        self._forgotten += removed
        self.removals += bool(removed)
        self._exchanges = deque(remaining)
        self._sizes = deque(map(estimate_bytes, remaining))
        self.bytes = sum(self._sizes)
        return removed

    def clear(self) -> None:
        """Remove every exchange; a request that began before is not recorded either."""
        self._exchanges.clear()
        self._sizes.clear()
        self.total = self._forgotten = self.bytes = 0
        self.generation += 1
        self.removals += 1

    def find(self, request: Request) -> Exchange | None:
        """Return the exchange of this very request object where it is one of the latest, else None."""
        for number in range(-1, -min(len(self._exchanges), _LATEST) - 1, -1):
            try:
                exchange = self._exchanges[number]
            except IndexError:  # pragma: no cover - it was cleared meanwhile
                break
            if exchange.raw_request is request:
                return exchange
        return None

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return list(self)[index]
        check(index=(index, INTEGER))
        try:
            return self._exchanges[index]
        except IndexError:
            raise IndexError(f"index: expected one of the {len(self)} exchanges in the journal, got {index}") from None

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        rows = (
            (
                each.number, each.operation or each.api, each.raw_request.method, mask_url(each.raw_request.raw_path, each.secrets),
                each.response.disconnect or each.response.status, pluralize(len(each.violations), "violation"),
            )
            for each in reversed(list(self))
        )  # fmt: skip
        columns = ("number", "operation", "method", "path", "status", "violations")
        return f"Journal of {pluralize(len(self), 'exchange')}", columns, rows, len(self)

    def all(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> list[Exchange]:
        """Return the matching exchanges, oldest first. Raises ValueError for an unknown name."""
        return self._find(operation, status, params, account)[1]

    def _find(
        self, operation: str, status: int | None, params: Mapping[str, Any] | None, account: str | None
    ) -> tuple[ExchangeFilter, list[Exchange]]:
        """Return a filter of these conditions, and the exchanges that match it."""
        check(operation=(operation, TEXT), status=(status, optional(INTEGER)), params=(params, optional(MAPPING)))
        check(account=(account, optional(TEXT)))
        self.check(operation, params, account)
        conditions = ExchangeFilter(operation, status, params, account)
        return conditions, self.matching(conditions)

    def matching(self, conditions: ExchangeFilter) -> list[Exchange]:
        """Return the exchanges that a filter accepts, oldest first."""
        return [exchange for exchange in self if conditions.accepts(exchange)]

    def only_matching(self, conditions: ExchangeFilter) -> Exchange:
        """Return the one exchange that a filter accepts. Raises AssertionError when there is none, or more than one."""
        __tracebackhide__ = True
        matching = self.matching(conditions)
        if len(matching) != 1:
            raise AssertionError(self._mismatch("exactly one exchange", conditions, matching))
        return matching[0]

    def check(
        self,
        operation: str = "",
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
        *,
        prefix: bool = False,
    ) -> None:
        """Raise ValueError for an unknown name in a filter. With `prefix` the operation may begin several ids."""
        operations = self.names.beginning_with(operation) if prefix else []
        if operation and not operations:
            operations = [self.names.endpoint(operation)[1].id]
        if params:
            self.names.check_parameters("params", params, operations, lambda: self.recorded(*operations))
        if account is not None:
            self.names.check_account(account, lambda: [exchange.account for exchange in self])

    def recorded(self, *operations: str) -> list[Mapping[str, Any]]:
        """Return the parameters of each recorded request of some operations, or of all."""
        return [exchange.params for exchange in self if not operations or exchange.operation in operations]

    def count(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> int:
        """Return the number of matching exchanges. Raises ValueError for an unknown name."""
        return len(self.all(operation, status=status, params=params, account=account))

    def only(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> Exchange:
        """Return the one matching exchange. Raises AssertionError when there is none, or more than one."""
        __tracebackhide__ = True
        return self.only_matching(self._find(operation, status, params, account)[0])

    def last(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> Exchange:
        """Return the latest matching exchange. Raises AssertionError when there is none."""
        __tracebackhide__ = True
        conditions, matching = self._find(operation, status, params, account)
        if not matching:
            raise AssertionError(self._mismatch("an exchange", conditions, matching))
        return matching[-1]

    def assert_none(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> None:
        """Raise AssertionError when there is a matching exchange."""
        __tracebackhide__ = True
        conditions, matching = self._find(operation, status, params, account)
        if matching:
            raise AssertionError(self._mismatch("no exchange", conditions, matching))

    def _mismatch(self, expected: str, conditions: ExchangeFilter, matching: Sequence[Exchange]) -> str:
        """Return the message of a failed assertion: what was expected, what was recorded, and the nearest exchange."""
        lines = [f"expected {expected} of {conditions}, got {len(matching) or 'none'}"]
        exchanges = list(self)
        if matching:
            lines += [f"  {exchange!r}" for exchange in matching[-_MAX_LISTED:]]
        elif not exchanges:
            lines.append("  no request was recorded")
        else:
            near = min(reversed(exchanges), key=lambda exchange: len(conditions.mismatches(exchange)))
            lines.append(f"nearest is {near!r}:")
            lines += [
                f"  {field}: expected {value}, got {actual}" for field, value, actual in conditions.mismatches(near)
            ]
            lines.append("all of them:")
            lines += [f"  {exchange!r}" for exchange in islice(reversed(exchanges), _MAX_LISTED)]
        if dropped := self.total - self._forgotten - len(exchanges):
            limit = f"{self.size} exchanges" if len(exchanges) >= self.size else f"{self.size_bytes} bytes"
            lines.append(f"the journal keeps {limit}; {dropped} older ones were dropped")
        return "\n".join(lines)
