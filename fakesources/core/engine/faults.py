"""Faults: planned errors, responses, failing connections, delays and holds, and which requests they happen to."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

from ..contract.api import Api, Endpoint
from ..contract.errors import ApiError
from ..contract.names import Names, credential_names
from ..http.curl import read_parameters
from ..http.messages import BODILESS, Disconnect, Pairs
from ..reporting import callers
from ..storage.clock import Clock
from ..system.forks import freed_in_child
from ..text.arguments import WrongArgument, check_headers, hidden_for, shown, wrong
from ..text.display import Table, pluralize
from ..text.spelling import did_you_mean, suggestion_or_list
from . import fault_kinds
from .exchanges import RecordedRequest
from .holds import Hold
from .journal import Journal
from .planned import PlannedFault, When, error_fields, matches
from .waiting import Wait

__tracebackhide__ = hidden_for(WrongArgument)


class Faults(Table):
    """Planned faults of one fake. `any` is true while there are any; in-process delays advance `clock`."""

    def __init__(self, names: Names, clock: Clock, journal: Journal) -> None:
        self._names = names
        self._clock = clock
        self._journal = journal
        self._planned: list[PlannedFault] = []
        self._holds: list[Hold] = []
        self._released: list[Hold] = []  # the unused ones
        self._lock = freed_in_child(threading.Lock())
        self._numbers = itertools.count(1)
        self._evaluating: list[tuple[threading.Thread, PlannedFault | Hold]] = []  # calls of `when` functions
        self.any = False

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        planned = self.planned
        rows = (
            (each.operation, each.type, "every time" if each.remaining is None else each.remaining, each.count)
            for each in planned
        )
        title = f"Faults: {len(planned)} planned" + (f", {pluralize(len(self.holds), 'hold')}" if self.holds else "")
        return title, ("operation", "type", "remaining", "count"), rows, len(planned)

    @property
    def planned(self) -> tuple[PlannedFault, ...]:
        """Faults that are still to happen, in the order they were planned."""
        return tuple(planned for planned in self._planned if planned.pending)

    @property
    def unused(self) -> tuple[PlannedFault | Hold, ...]:
        """Faults that never happened, or less often than `times`, and holds that no request reached.

        None that was cancelled or cleared.
        """
        return tuple(each for each in self._all() if each.unused)

    def _all(self) -> list[PlannedFault | Hold]:
        return [*self._planned, *self._released, *self._holds]

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Holds that are not released, in the order they were made."""
        return tuple(hold for hold in self._holds if not hold.released)

    @property
    def pending(self) -> list[PlannedFault | Hold]:
        """Planned faults, and holds that are not released."""
        return [*self.planned, *self.holds]

    def names(self, operation: str) -> list[str]:
        """Return the names of the documented errors of an operation. Raises ValueError for an unknown operation."""
        fault_kinds.OPERATION.check(operation)
        return sorted(_errors(*self._names.endpoint(operation)))

    def error(
        self,
        operation: str,
        name: str,
        *,
        times: int | None = 1,
        when: When = None,
        fields: Mapping[str, Any] | None = None,
    ) -> PlannedFault:
        """Respond to the next `times` requests of an operation (None: to every one) with a documented error.

        `name` is that of an error in the API's catalogue (`names` lists them), such as "not-found"; text, headers and
        rate counters are the API's own. `fields` fill in the text where the request does not. The operation is not
        performed.

        Only the response is planned, not the state that would lead to it: after a planned rate-limit error the account
        has as many calls left as before, and the next request succeeds. Raises ValueError for an error that is not
        documented.
        """
        fault_kinds.ERROR.check(operation=operation, name=name, times=times, when=when, fields=fields)
        errors = _errors(*self._names.endpoint(operation))
        if name not in errors:
            hint = suggestion_or_list(name, sorted(errors))
            expected = f"an error that is documented for {operation}"
            raise wrong("name", expected, f"{shown(name)}{hint} (faults.respond takes any status)")
        known = error_fields(errors[name])
        for field in fields or ():
            if field not in known:
                expected = f"one of {', '.join(known)}" if known else "none: its text has no fields"
                raise wrong("fields", expected, f"{field!r}{did_you_mean(field, known)}")
        return self._plan(PlannedFault(operation, name, when, times, errors[name], fields))

    def respond(
        self,
        operation: str,
        status: int,
        *,
        body: Any = None,
        headers: Pairs | Mapping[str, str] = (),
        times: int | None = 1,
        when: When = None,
    ) -> PlannedFault:
        """Respond to the next `times` requests with any status, documented or not.

        `headers` are pairs, or a mapping where each name is given once. `body` is a JSON value, or bytes or text as they are; without one, the API's own form of an error with the
        status's phrase. 204 and 304 have none. The operation is not performed, and nothing is charged. Raises
        ValueError for an invalid status, and for a body where there is none.
        """
        fault_kinds.RESPOND.check(
            operation=operation, status=status, times=times, when=when, body=body, headers=headers
        )
        pairs = tuple((name, value) for name, value in (headers.items() if isinstance(headers, Mapping) else headers))
        check_headers(pairs)
        if body is not None and status in BODILESS:
            raise wrong("body", f"None with status {status}, whose responses have no body", shown(body, is_open=False))
        return self._plan(
            PlannedFault(operation, f"status {status}", when, times, status=status, body=body, headers=pairs)
        )

    def disconnect(
        self,
        operation: str,
        how: Disconnect,
        *,
        times: int | None = 1,
        when: When = None,
        takes_effect: bool = False,
    ) -> PlannedFault:
        """Fail the connection of the next `times` requests: `reset`, `empty`, `truncated` or `timeout`.

        `reset` and `empty` end it in place of a response, `truncated` ends it within the body, `timeout` never
        responds. The operation is not performed, unless it `takes_effect` and only its response is lost; with
        `truncated` it always is.
        """
        fault_kinds.DISCONNECT.check(operation=operation, how=how, times=times, when=when, takes_effect=takes_effect)
        takes_effect = takes_effect or how == "truncated"
        return self._plan(PlannedFault(operation, how, when, times, disconnect=how, takes_effect=takes_effect))

    def delay(
        self, operation: str, seconds: float, *, times: int | None = None, when: When = None, real: bool = False
    ) -> PlannedFault:
        """Delay responses by `seconds`, of every request unless `times` limits it.

        In-process the delay passes on the fake's clock and nothing sleeps; on a socket it is real time. With `real` it
        is real time everywhere.

        A client whose own timeout is shorter gets its own timeout error. Deadlines of anyio and trio around the call
        count against the fake's clock, as if that time had passed. Deadlines of asyncio (`asyncio.timeout`,
        `asyncio.wait_for`) are not visible to a fake: to test those use `real=True`. Cancelling a request that waits
        leaves nothing behind but the count of the fault: its operation is not performed, and it is not recorded.

        Raises ValueError for less than 0 s and for more than a hundred years. A clock that reaches the end of the year
        9999 stops there, and the rest of the delay does not count.
        """
        fault_kinds.DELAY.check(operation=operation, seconds=seconds, times=times, when=when, real=real)
        return self._plan(PlannedFault(operation, f"delay of {seconds:g} s", when, times, delay=seconds, real=real))

    def hold(self, operation: str, *, when: When = None) -> Hold:
        """Hold every request of an operation until the Hold is released; other requests pass."""
        fault_kinds.HOLD.check(operation=operation, when=when)
        self.check(operation, when)
        hold = Hold(operation, when)
        hold.number = next(self._numbers)
        with self._lock:
            self._holds = [*self._holds, hold]
            self.any = True
        return hold

    def release(self) -> None:
        """Release every hold: the end of a fake may wait for a thread whose request is held."""
        for hold in self._holds:
            hold.release()

    def clear(self) -> None:
        """Cancel every fault, and release every hold."""
        with self._lock:
            cleared = self._all()
            self._planned, self._holds, self._released, self.any = [], [], [], False
        for each in cleared:
            each.cancel()

    def hold_request(self, operation: str, request: RecordedRequest, deadline: float) -> Generator[Wait, None, str]:
        """Hold a request for as long as a Hold requires: yield its waits. Return `hold` where one did, else an empty text.

        Raises ClientTimeout at `deadline`, the time of `time.monotonic` at which the client gives up.
        """
        fault = ""
        for hold in self._holds:
            if not hold.released and hold.operation == operation and self._meets_condition(hold, request):
                fault = fault_kinds.HOLD.name
                yield from hold.hold(request.raw, deadline)
        return fault

    def delays(self, operation: str, request: RecordedRequest) -> list[PlannedFault]:
        """Return the delays of a request, and count each."""
        candidates = [planned for planned in self._pending() if planned.delay is not None]
        matching = [planned for planned in candidates if self._matches(planned, operation, request)]
        with self._lock:
            pending = [planned for planned in matching if planned.pending]
            for planned in pending:
                planned.count_one()
        return pending

    def matching(self, operation: str, request: RecordedRequest) -> list[PlannedFault]:
        """Return the faults other than delays that match a request; the first that is still pending then happens."""
        candidates = [planned for planned in self._pending() if planned.delay is None]
        return [planned for planned in candidates if self._matches(planned, operation, request)]

    def _pending(self) -> list[PlannedFault]:
        """Return the faults that are still to happen, and drop all others."""
        with self._lock:
            self._planned = [planned for planned in self._planned if planned.pending]
            self._released += [hold for hold in self._holds if hold.released and hold.unused]
            self._holds = [hold for hold in self._holds if not hold.released]
            self.any = bool(self._planned or self._holds)
            return self._planned

    def _matches(self, planned: PlannedFault, operation: str, request: RecordedRequest) -> bool:
        return planned.operation == operation and self._meets_condition(planned, request)

    def _meets_condition(self, fault: PlannedFault | Hold, request: RecordedRequest) -> bool:
        """Return whether a request meets a fault's `when`. No lock is held: a function may call the fake.

        A request that such a function makes itself does not meet the condition of the same fault.
        """
        if not callable(fault.when):
            return matches(fault.when, request)
        if any(each is fault and callers.makes(thread, request.raw) for thread, each in self._evaluating):
            return False
        evaluation = (threading.current_thread(), fault)
        self._evaluating.append(evaluation)
        try:
            return matches(fault.when, request)
        finally:
            self._evaluating.remove(evaluation)

    def check(self, operation: str, when: When) -> None:
        """Raise ValueError for an unknown operation, and for a `when` that no request would ever meet.

        That is one with parameters that neither the operation nor any recorded request of it has.
        """
        api, _ = self._names.endpoint(operation)
        if when is None or callable(when):
            return

        def recorded() -> list[Mapping[str, Any]]:
            sent = [read_parameters(each.raw_request) for each in self._journal if each.operation == operation]
            return [*sent, *self._journal.recorded(operation)]

        self._names.check_parameters(
            "when", when, [operation], recorded, [*credential_names(api, "query"), *api.unlisted_in_path]
        )

    def _plan(self, planned: PlannedFault) -> PlannedFault:
        self.check(planned.operation, planned.when)
        planned.location = callers.here()
        planned.number = next(self._numbers)
        with self._lock:
            self._planned = [*self._planned, planned]
            self.any = True
        return planned


def _errors(api: Api[Any], endpoint: Endpoint) -> dict[str, ApiError]:
    """Return the documented errors of an operation by name."""
    return {error.name: error for error in (*api.errors, *endpoint.errors)}
