"""Checks across the exchanges of a recording: ids were returned before use, deleted objects stay gone, counters fall.

An object is checked once its creation was recorded, or from the beginning if the recording is a whole session. Only the
ids seen so far and the last counters of each window are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..core.contract.names import credential_names
from ..core.contract.schema_properties import values_at
from ..core.contract.schemas import json_path
from ..core.contract.traffic import Trace
from ..core.contract.validation import Side, Violation
from .exchange import CheckedExchange, ExchangeChecker
from .rate_headers import RateCounters, header_path, parse_counters
from .recordings.entry import Entry
from .recordings.masked import is_placeholder

Path = tuple[str | int, ...]


class Session:
    """Exchanges with one API in recorded order. `is_whole` is True if no request was made before them."""

    def __init__(self, checker: ExchangeChecker, is_whole: bool = False) -> None:
        self.checker = checker
        self.is_whole = is_whole
        self._credential_headers = ("authorization", *map(str.lower, credential_names(checker.api, "header")))
        self.begin()

    def begin(self) -> None:
        """Forget all state: another recording is another session."""
        self._created: set[tuple[str, str]] = set()
        self._returned: set[tuple[str, str]] = set()
        self._deleted: dict[tuple[str, str], str] = {}
        self._windows: dict[tuple[str, int], tuple[RateCounters, float | None]] = {}
        self._uncertain_windows: set[tuple[str, int]] = set()
        self._is_complete = True

    def skip(self) -> None:
        """Account for a request without a known response: it may have been charged and may have returned ids."""
        self._uncertain_windows |= self._windows.keys()
        self._is_complete = False

    def follow(self, entry: Entry, checked: CheckedExchange) -> list[Violation]:
        """Return the findings of an exchange that follow from those before it, and record its ids and counters."""
        traffic = self.checker.api.traffic
        if checked.is_foreign:
            self.skip()
            return []
        self._is_complete &= checked.is_complete
        if traffic is None:
            return []
        traces = [trace for trace in traffic.traces if trace.operation == checked.operation]
        if entry.is_repeated:
            self._uncertain_windows |= self._windows.keys()
            for trace in traces:
                self._record_returned(trace, checked)
            return []
        findings = list(self._check_window(entry, checked))
        if entry.response.status < 400:
            used = [finding for trace in traces for finding in self._check_used(trace, checked)]
            shown = [finding for trace in traces for finding in self._check_shown(trace, checked)]
            reported = {(finding.rule, finding.actual) for finding in used}
            findings += used + [finding for finding in shown if (finding.rule, finding.actual) not in reported]
            for trace in traces:
                self._record(trace, entry, checked)
        return findings

    # -- ids -------------------------------------------------------------------------------------------------------

    def _check_used(self, trace: Trace, checked: CheckedExchange) -> Iterator[Violation]:
        if not trace.parameter:
            return
        for path, id in _ids(checked.params.get(trace.parameter), (trace.parameter,)):
            key = (trace.kind, id)
            if key in self._deleted:
                yield self._deleted_id(checked, "request", path, id, self._deleted[key])
            elif key not in self._returned and self._is_exhaustive(trace, checked):
                yield self._finding("unseen-id", checked, "request", path, id, "an id that was returned before")

    def _is_exhaustive(self, trace: Trace, checked: CheckedExchange) -> bool:
        """Return whether every id of a kind must have been returned within the session.

        True if every response was recorded and the session is whole or began before the parent object was created.
        """
        if trace.external or not self._is_complete:
            return False
        return self.is_whole or (bool(trace.parent) and ("", str(checked.params.get(trace.parent))) in self._created)

    def _check_shown(self, trace: Trace, checked: CheckedExchange) -> Iterator[Violation]:
        for place in trace.returns:
            for path, id in _ids_at(checked.value, place):
                deleted_at = self._deleted.get((trace.kind, id))
                if deleted_at:
                    yield self._deleted_id(checked, "response", path, id, deleted_at)

    def _record_returned(self, trace: Trace, checked: CheckedExchange) -> None:
        for place in (trace.creates, *trace.returns):
            self._returned.update((trace.kind, id) for _, id in _ids_at(checked.value, place) if place)

    def _record(self, trace: Trace, entry: Entry, checked: CheckedExchange) -> None:
        self._record_returned(trace, checked)
        for _, id in _ids_at(checked.value, trace.creates) if trace.creates else ():
            self._created |= {(trace.kind, id), ("", id)}
            self._deleted.pop((trace.kind, id), None)
        if trace.deletes:
            for _, id in _ids(checked.params.get(trace.parameter), ()):
                if self.is_whole or (trace.kind, id) in self._created:
                    self._deleted[trace.kind, id] = entry.place

    def _deleted_id(self, checked: CheckedExchange, side: Side, path: Path, id: str, place: str) -> Violation:
        finding = self._finding("gone-id", checked, side, path, id, "an id that was not deleted")
        return replace(finding, actual=f"{id!r}, deleted at {place}")

    def _finding(
        self, name: str, checked: CheckedExchange, side: Side, path: Path, id: str, expected: str
    ) -> Violation:
        rule = f"{self.checker.api.name}.traffic.{name}"
        return self.checker.finding(rule, checked.operation, side, json_path(path), repr(id), expected)

    # -- counters --------------------------------------------------------------------------------------------------

    def _check_window(self, entry: Entry, checked: CheckedExchange) -> Iterator[Violation]:
        names = self.checker.api.traffic.counters if self.checker.api.traffic else None
        if names is None:
            return
        counters = parse_counters(names, entry.response)
        if counters is None or counters.reset is None:
            return
        credentials = (entry.request.header(name) for name in self._credential_headers)
        key = (next(filter(None, credentials), ""), counters.reset)
        before, time = self._windows.get(key, (None, None))
        if time is not None and entry.time is not None and entry.time < time:
            return  # recorded out of order, or concurrent: the order in which they were counted is unknown
        self._windows[key] = (counters, entry.time)
        is_exact = self.is_whole and key not in self._uncertain_windows
        self._uncertain_windows.discard(key)
        if before is None or counters.limit != before.limit or entry.response.status in names.exceeded:
            return
        cost = self._cost(checked.operation, counters.cost)
        remaining = before.remaining - cost
        is_wrong = counters.remaining != remaining if is_exact else counters.remaining > remaining
        if is_wrong and (self.is_whole or time is None or entry.time is None or entry.time > time):
            expected = f"{'' if is_exact else 'at most '}{remaining}: {before.remaining} before, less {cost}"
            yield self.checker.finding(
                f"{self.checker.api.name}.traffic.rate-window", checked.operation, "response",
                header_path(names.remaining), str(counters.remaining), expected,
            )  # fmt: skip

    def _cost(self, operation: str, default: int) -> int:
        """Return the documented cost of an operation; a wrong cost in a response breaks a rule of its own."""
        return next((endpoint.cost for endpoint in self.checker.api.endpoints if endpoint.id == operation), default)


def _ids(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the ids in the value of a parameter, with their paths: the value itself, or its items."""
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _ids(inner, (*path, number))
    elif value is not None and not isinstance(value, (dict, bool)) and not is_placeholder(value):
        yield path, str(value)


def _ids_at(value: Any, place: str) -> Iterator[tuple[Path, str]]:
    """Yield the ids at a place of a response, property names joined by dots."""
    for path, found in values_at(value, place):
        yield from _ids(found, path)
