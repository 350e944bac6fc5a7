"""What follows from one exchange for the next: an id that is used was returned, what was deleted stays gone, counters
fall by what was paid.

Held to an object once its creation was seen; to everything where the recording is said to be whole. Keeps the ids of
what it has seen and the last counters of each window, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..core.contract.schemas import json_path
from ..core.contract.traffic import Trace
from ..core.contract.validation import Violation
from .exchange import CheckedExchange, ExchangeChecker
from .rate_headers import Read, read
from .recordings.entry import Entry
from .recordings.masked import is_placeholder

Path = tuple[str | int, ...]


class Session:
    """The exchanges of one API, in the order they were recorded. `whole` says that nothing came before them."""

    def __init__(self, checker: ExchangeChecker, whole: bool = False) -> None:
        self.checker = checker
        self.whole = whole
        self.begin()

    def begin(self) -> None:
        """Begin anew, with nothing seen: another recording is another session."""
        self._made: set[tuple[str, str]] = set()
        self._returned: set[tuple[str, str]] = set()
        self._gone: dict[tuple[str, str], str] = {}
        self._windows: dict[tuple[str, int], tuple[Read, float | None]] = {}
        self._doubtful: set[tuple[str, int]] = set()
        self._is_complete = True

    def missed(self) -> None:
        """Take account of a request whose answer is not known: it may have been paid for, and may have returned ids."""
        self._doubtful |= self._windows.keys()
        self._is_complete = False

    def follow(self, entry: Entry, checked: CheckedExchange) -> list[Violation]:
        """What an exchange breaks in the light of those before it; then what it tells is kept."""
        traffic = self.checker.api.traffic
        if checked.is_foreign:
            self.missed()
            return []
        self._is_complete &= checked.is_complete
        if traffic is None:
            return []
        rows = [trace for trace in traffic.traces if trace.operation == checked.operation]
        found = list(self._window(entry, checked))
        if entry.response.status < 400:
            used = [finding for trace in rows for finding in self._used(trace, checked)]
            shown = [finding for trace in rows for finding in self._shown(trace, checked)]
            told = {(finding.rule, finding.actual) for finding in used}
            found += used + [finding for finding in shown if (finding.rule, finding.actual) not in told]
            for trace in rows:
                self._learn(trace, entry, checked)
        return found

    def _used(self, trace: Trace, checked: CheckedExchange) -> Iterator[Violation]:
        if not trace.uses:
            return
        for path, id in _values(checked.params.get(trace.uses), (trace.uses,)):
            key = (trace.kind, id)
            if key in self._gone:
                yield self._gone_finding(checked, "request", path, id, self._gone[key])
            elif key not in self._returned and self._answers_for(trace, checked):
                yield self._finding("unseen-id", checked, "request", path, id, "an id that was returned before")

    def _answers_for(self, trace: Trace, checked: CheckedExchange) -> bool:
        """Return whether every id of a kind must have been seen: the session is whole, or its owner was made in it, and
        every answer was recorded.
        """
        if trace.elsewhere or not self._is_complete:
            return False
        return self.whole or (bool(trace.of) and ("", str(checked.params.get(trace.of))) in self._made)

    def _shown(self, trace: Trace, checked: CheckedExchange) -> Iterator[Violation]:
        for place in trace.shows:
            for path, id in _found(checked.value, place):
                gone = self._gone.get((trace.kind, id))
                if gone:
                    yield self._gone_finding(checked, "response", path, id, gone)

    def _learn(self, trace: Trace, entry: Entry, checked: CheckedExchange) -> None:
        for place in (trace.makes, *trace.shows):
            for _, id in _found(checked.value, place) if place else ():
                self._returned.add((trace.kind, id))
                if place == trace.makes:
                    self._made |= {(trace.kind, id), ("", id)}
                    self._gone.pop((trace.kind, id), None)
        if trace.ends:
            for _, id in _values(checked.params.get(trace.uses), ()):
                if self.whole or (trace.kind, id) in self._made:
                    self._gone[trace.kind, id] = entry.place

    def _window(self, entry: Entry, checked: CheckedExchange) -> Iterator[Violation]:
        traffic = self.checker.api.traffic
        counters = traffic.counters if traffic else None
        now = read(counters, entry.response) if counters else None
        if counters is None or now is None or now.reset is None:
            return
        caller = entry.request.header("authorization") or entry.request.header("auth") or ""
        key = (caller, now.reset)
        before, at = self._windows.get(key, (None, None))
        if at is not None and entry.at is not None and entry.at < at:
            return  # recorded out of order, or asked at the same time: who was counted first is not known
        self._windows[key] = (now, entry.at)
        exact = self.whole and key not in self._doubtful
        self._doubtful.discard(key)
        if before is None or now.limit != before.limit or entry.response.status == 403:
            return
        cost = self._cost(checked.operation, now.cost)
        due = before.remaining - cost
        wrong = now.remaining != due if exact else now.remaining > due
        if wrong and (self.whole or at is None or entry.at is None or entry.at > at):
            expected = f"{'' if exact else 'at most '}{due}: {before.remaining} before, less {cost}"
            yield self.checker.finding(
                f"{self.checker.api.name}.traffic.rate-window", checked.operation, "response",
                "headers['X-RateLimit-Remaining']", str(now.remaining), expected,
            )  # fmt: skip

    def _cost(self, operation: str, told: int) -> int:
        """What a call costs by its row; what the answer says of it has a rule of its own."""
        return next((row.cost for row in self.checker.api.endpoints if row.id == operation), told)

    def _gone_finding(self, checked: CheckedExchange, side: Any, path: Path, id: str, place: str) -> Violation:
        found = self._finding("gone-id", checked, side, path, id, "an id that was not deleted")
        return replace(found, actual=f"{id!r}, deleted at {place}")

    def _finding(self, name: str, checked: CheckedExchange, side: Any, path: Path, id: str, expected: str) -> Violation:
        rule = f"{self.checker.api.name}.traffic.{name}"
        return self.checker.finding(rule, checked.operation, side, json_path(path), repr(id), expected)


def _values(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The ids that a parameter names: itself, or its items."""
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _values(inner, (*path, number))
    elif value is not None and not isinstance(value, (dict, bool)) and not is_placeholder(value):
        yield path, str(value)


def _found(value: Any, place: str, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The ids at a place of an answer: names with dots between them, arrays passed through."""
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _found(inner, place, (*path, number))
    elif not place:
        yield from _values(value, path)
    elif isinstance(value, dict):
        name, _, rest = place.partition(".")
        if name in value:
            yield from _found(value[name], rest, (*path, name))
