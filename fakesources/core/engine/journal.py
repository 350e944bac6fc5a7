"""The Journal: every exchange at every door, refused ones too, in the order they were answered.

A bounded ring: the oldest exchanges go when it is full. Bodies are kept as they were sent; what is written for eyes
has no query, no header and no body in it, which may hold secrets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, overload

from ..http.masking import mask_url
from ..http.messages import Request
from ..system.forks import freed_in_child
from ..text.arguments import INTEGER, MAPPING, TEXT, at_least, check, optional, wrong
from ..text.arguments import shown as shown_argument
from ..text.display import Table, counted
from .exchange_filter import ExchangeFilter
from .exchanges import Exchange, weigh

if TYPE_CHECKING:
    from ..contract.names import Names

COUNT = at_least(1)
SIZE = 1000
"""How many exchanges a journal keeps unless told otherwise."""

SIZE_BYTES = 32 << 20
"""Number of bytes that its exchanges may take together unless told otherwise."""

_LATEST = 256
"""Number of exchanges that are looked through for the one of a request that was just answered."""


class Journal(Table):
    """All that was asked and answered. Reading it changes nothing.

    Where a method takes an operation, a status, parameters or an account, it means the exchanges that have them all;
    parameters (those in the path, the query and the body) are compared with those that were understood, others may be
    there too. A name that is none of `names` and of no recorded exchange raises ValueError: of a misspelt one nothing
    would ever be found.
    """

    def __init__(self, size: int = SIZE, names: Names | None = None, size_bytes: int = SIZE_BYTES) -> None:
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
        self.generation = 0
        self._forgotten = 0
        self._kept: deque[Exchange] = deque()
        self._weights: deque[int] = deque()
        self._subscribers: Mapping[object, Callable[[Exchange | None], None]] = {}
        self._subscribing = freed_in_child(Lock())

    def keep(self, exchange: Exchange) -> None:
        """Record one exchange; the oldest are dropped where there are too many, or too large ones. The latest stays."""
        self.total += 1
        weight = weigh(exchange)
        self.bytes += weight
        self._kept.append(exchange)
        self._weights.append(weight)
        while (len(self._kept) > self.size or self.bytes > self.size_bytes) and len(self._kept) > 1:
            self._kept.popleft()
            self.bytes -= self._weights.popleft()
        for heard in self._subscribers.values():
            heard(exchange)

    def subscribe(self, heard: Callable[[Exchange | None], None]) -> Callable[[], None]:
        """Call a function with each exchange that is recorded, in the recording thread, and with None on `wake`.
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
        self._kept = deque(kept)
        self._weights = deque(map(weigh, kept))
        self.bytes = sum(self._weights)

    def clear(self) -> None:
        """Forget everything; what was asked before and is answered later is not kept either."""
        self._kept.clear()
        self._weights.clear()
        self.total = self._forgotten = self.bytes = 0
        self.generation += 1

    def find(self, request: Request) -> Exchange | None:
        """Return the exchange of this very request where it is one of the latest, else None."""
        for number in range(-1, -min(len(self._kept), _LATEST) - 1, -1):
            try:
                exchange = self._kept[number]
            except IndexError:  # it was cleared meanwhile
                break
            if exchange.raw_request is request:
                return exchange
        return None

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
        check(index=(index, INTEGER))
        try:
            return self._kept[index]
        except IndexError:
            raise IndexError(f"index: expected one of the {len(self)} exchanges in the journal, got {index}") from None

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        rows = (
            (
                each.number, each.operation or each.api, each.raw_request.method, mask_url(each.raw_request.raw_path, each.secrets),
                each.response.disconnect or each.response.status, counted(len(each.violations), "violation"),
            )
            for each in reversed(list(self))
        )  # fmt: skip
        columns = ("number", "operation", "method", "path", "status", "violations")
        return f"Journal of {counted(len(self), 'exchange')}", columns, rows, len(self)

    def all(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> list[Exchange]:
        """The exchanges that are meant, oldest first. Raises ValueError, as they all do, for an unknown name."""
        check(operation=(operation, TEXT), status=(status, optional(INTEGER)), params=(params, optional(MAPPING)))
        check(account=(account, optional(TEXT)))
        self.check(operation, params, account)
        sought = ExchangeFilter(operation, status, params, account)
        return [exchange for exchange in self if not sought.missed_by(exchange)]

    def check(
        self,
        operation: str = "",
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
        *,
        prefix: bool = False,
    ) -> None:
        """Raise ValueError for a name that a filter uses and nothing has. With `prefix` the operation may be the
        beginning of several.
        """
        if self.names is None:
            return
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
        """How many exchanges are meant."""
        return len(self.all(operation, status=status, params=params, account=account))

    def only(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> Exchange:
        """The one exchange that is meant. Raises AssertionError when there is none, or more than one."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params, account=account)
        if len(found) != 1:
            raise AssertionError(
                self._story("exactly one exchange", ExchangeFilter(operation, status, params, account), found)
            )
        return found[0]

    def last(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> Exchange:
        """The latest exchange that is meant. Raises AssertionError when there is none."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params, account=account)
        if not found:
            raise AssertionError(self._story("an exchange", ExchangeFilter(operation, status, params, account), found))
        return found[-1]

    def assert_none(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        params: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> None:
        """Raises AssertionError when there is any exchange that is meant."""
        __tracebackhide__ = True
        found = self.all(operation, status=status, params=params, account=account)
        if found:
            raise AssertionError(self._story("no exchange", ExchangeFilter(operation, status, params, account), found))

    def _story(self, expected: str, sought: ExchangeFilter, found: Sequence[Exchange]) -> str:
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
            limit = f"{self.size} exchanges" if len(kept) >= self.size else f"{self.size_bytes} bytes"
            lines.append(f"the journal keeps {limit}; {gone} older ones are gone")
        return "\n".join(lines)
