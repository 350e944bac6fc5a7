"""Faults: what a test arranges to go wrong, and when.

Refusals come by name out of an API's own catalogue, and only where its documentation allows them; any other status
is the explicit exception. Transports break, answers are slow, and a Latch holds a request until it is let go. Knows
no vendor and no door: the engine asks what is planned for a call, and does it.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, get_args

from ..contract.api import Api, Endpoint
from ..contract.errors import ApiError
from ..contract.names import Names, in_query
from ..contract.validation import shown as as_json
from ..http.curl import readable
from ..http.messages import Pairs, Request
from ..reporting import callers
from ..storage.clock import Clock
from ..system.forks import freed_in_child
from ..text.arguments import (
    BODY,
    BOOLEAN,
    HEADERS,
    INTEGER,
    MAPPING,
    NUMBER,
    PAIRS,
    TEXT,
    TIMES,
    WHEN,
    check,
    optional,
    shown,
    wrong,
)
from ..text.display import Table
from ..text.spelling import did_you_mean
from .exchanges import RecordedRequest
from .holds import Hold
from .journal import Journal
from .planned import Disconnect, PlannedFault, When, filled, meant
from .waiting import Wait

BODILESS = (204, 304)
"""The statuses, of those that a test may arrange, whose answers have no body: RFC 9110, 6.4.1."""

LONGEST = 36_525 * 86_400
"""The longest delay in seconds: a hundred years, which a clock can pass and a door could sleep."""


class Faults(Table):
    """What is arranged to go wrong in one fake. `any` tells at a glance whether there is anything at all; `clock` is
    the one that delays pass on in-process.
    """

    def __init__(self, names: Names, clock: Clock, journal: Journal) -> None:
        self._names = names
        self._clock = clock
        self._journal = journal
        self._planned: list[PlannedFault] = []
        self._holds: list[Hold] = []
        self._released: list[Hold] = []  # those that nothing reached
        self._arranging = freed_in_child(threading.Lock())
        self._asking: list[
            tuple[threading.Thread, PlannedFault | Hold]
        ] = []  # whose `when` is called just now, and where
        self.any = False

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        planned = self.planned
        rows = (
            (each.operation, each.type, "every time" if each.remaining is None else each.remaining, each.count)
            for each in planned
        )
        title = f"Faults: {len(planned)} planned" + (f", {len(self.holds)} held by a latch" if self.holds else "")
        return title, ("operation", "fault", "still to happen", "happened"), rows, len(planned)

    @property
    def planned(self) -> tuple[PlannedFault, ...]:
        """What is still to happen, in the order it was arranged."""
        return tuple(planned for planned in self._planned if planned.pending)

    @property
    def unused(self) -> tuple[PlannedFault | Hold, ...]:
        """Faults that were planned and never happened, or not as often as `times` said, and latches that no request reached.
        Nothing that was cancelled or cleared.
        """
        return tuple(each for each in self._arranged() if each.unused)

    def _arranged(self) -> list[PlannedFault | Hold]:
        return [*self._planned, *self._released, *self._holds]

    @property
    def holds(self) -> tuple[Hold, ...]:
        """The latches that are not released, in the order they were made."""
        return tuple(hold for hold in self._holds if not hold.released)

    def names(self, operation: str) -> list[str]:
        """The documented refusals of an operation, by name. Raises ValueError for an unknown operation."""
        check(operation=(operation, TEXT))
        return sorted(self._problems(*self._names.endpoint(operation)))

    def error(
        self,
        operation: str,
        name: str,
        *,
        times: int | None = 1,
        when: When = None,
        fields: Mapping[str, Any] | None = None,
    ) -> PlannedFault:
        """Refuse the next `times` calls of an operation (None: every one) as the API documents it.

        `name` is a refusal of the API's catalogue (`names` lists them), such as "not-found"; its text, headers and
        rate counters are the API's own. `fields` fill the text where the call itself does not. What the request
        would have changed is not changed.

        Only the answer is arranged, not what would lead to it: "rate-limit" says that nothing remains and leaves the
        account's hour as it is, so the next call is answered. To have it run out, and stay so until the clock is an
        hour further, set the account's `rate_limit`. Raises ValueError where the documentation knows no such refusal.
        """
        check(operation=(operation, TEXT), name=(name, TEXT), times=(times, TIMES), when=(when, WHEN))
        check(fields=(fields, optional(MAPPING)))
        api, endpoint = self._names.endpoint(operation)
        problems = self._problems(api, endpoint)
        if name not in problems:
            hint = did_you_mean(name, problems) or f"; there are {', '.join(sorted(problems))}"
            expected = f"an error that is documented for {operation}"
            raise wrong("name", expected, f"{shown(name)}{hint} (faults.respond answers any status)")
        known = filled(problems[name])
        for field in fields or ():
            if field not in known:
                expected = f"one of {', '.join(known)}" if known else "none: its text has no fields"
                raise ValueError(f"fields: expected {expected}, got {field!r}{did_you_mean(field, known)}")
        return self._plan(PlannedFault(operation, name, when, times, problems[name], fields))

    def respond(
        self,
        operation: str,
        status: int,
        *,
        body: Any = None,
        headers: Pairs = (),
        times: int | None = 1,
        when: When = None,
    ) -> PlannedFault:
        """Answer the next `times` calls with any status, documented or not: the explicit exception.

        `body` is a JSON value, or bytes or text as they are; without one, the API's own form of an error with the
        status's phrase. 204 and 304 have none. Nothing is charged and nothing changed. Raises ValueError for what is
        no status, and for a body where there can be none.
        """
        check(operation=(operation, TEXT), status=(status, INTEGER), times=(times, TIMES), when=(when, WHEN))
        check(body=(body, BODY), headers=(headers, PAIRS))
        check(headers=(headers, HEADERS))
        if not 200 <= status <= 599:
            raise wrong("status", "200 to 599", f"{status}")
        if body is not None and status in BODILESS:
            raise wrong("body", f"None with status {status}, whose answers have no body", shown(body, is_open=False))
        return self._plan(
            PlannedFault(operation, f"status {status}", when, times, status=status, body=body, headers=headers)
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
        """Have the transport fail: `reset` and `empty` in place of an answer, `truncated` in the middle of its body,
        `timeout` by never answering.

        The call is not acted upon, unless it `takes_effect` and only its answer is lost; a truncated answer is always
        one to a call that took effect.
        """
        check(operation=(operation, TEXT), how=(how, TEXT), times=(times, TIMES), when=(when, WHEN))
        check(takes_effect=(takes_effect, BOOLEAN))
        if how not in get_args(Disconnect):
            expected = f"one of {', '.join(get_args(Disconnect))}"
            raise wrong("how", expected, f"{shown(how)}{did_you_mean(how, get_args(Disconnect))}")
        acts = takes_effect or how == "truncated"
        return self._plan(PlannedFault(operation, how, when, times, disconnect=how, takes_effect=acts))

    def delay(
        self, operation: str, seconds: float, *, times: int | None = None, when: When = None, real: bool = False
    ) -> PlannedFault:
        """Take `seconds` to answer, every time unless `times` says otherwise: on the fake's clock in-process, where
        nothing sleeps, and in real time on a socket. With `real` it is real time everywhere.

        A client whose own timeout is shorter gets its own timeout error. Deadlines of anyio and trio around the call
        count against the fake's clock, as if that time had passed. Deadlines of asyncio (`asyncio.timeout`,
        `asyncio.wait_for`) cannot be seen by a fake: to test those use `real=True`. Cancelling a request that waits
        leaves nothing behind but the count of the fault: the request is not acted on, and not in the journal.

        Raises ValueError for less than nothing and for more than a hundred years. A clock that reaches the end of
        the year 9999 by it stops there, and what is left of the delay is not counted.
        """
        check(operation=(operation, TEXT), seconds=(seconds, NUMBER), times=(times, TIMES), when=(when, WHEN))
        check(real=(real, BOOLEAN))
        if not 0 <= seconds <= LONGEST:
            raise ValueError(f"seconds: expected 0 to {LONGEST} (100 years), got {as_json(seconds)}")
        return self._plan(PlannedFault(operation, f"delay of {seconds:g} s", when, times, delay=seconds, real=real))

    def hold(self, operation: str, *, when: When = None) -> Hold:
        """Hold every request of an operation until the latch is released; other requests pass."""
        check(operation=(operation, TEXT), when=(when, WHEN))
        self.check(operation, when)
        hold = Hold(operation, when)
        with self._arranging:
            self._holds = [*self._holds, hold]
            self.any = True
        return hold

    def release(self) -> None:
        """Release every latch: a thread that is held may be one that somebody waits for."""
        for hold in self._holds:
            hold.release()

    def clear(self) -> None:
        """Take back everything, and release every latch."""
        with self._arranging:
            arranged = self._arranged()
            self._planned, self._holds, self._released, self.any = [], [], [], False
        for each in arranged:
            each.cancel()

    def hold_request(self, operation: str, asked: RecordedRequest, deadline: float) -> Generator[Wait, None, None]:
        """Hold a request as long as a latch wants it: yield what it waits for.

        Raises ClientTimeout once `deadline` has passed, the time of `time.monotonic` at which its client gives up.
        """
        for hold in self._holds:
            if not hold.released and hold.operation == operation and self._meant(hold, asked):
                yield from hold.hold(asked.raw, deadline)

    def delays(self, operation: str, asked: RecordedRequest) -> list[PlannedFault]:
        """The delays of a request, each of which is counted now."""
        candidates = [planned for planned in self._pending() if planned.delay is not None]
        meant = [planned for planned in candidates if self._is_for(planned, operation, asked)]
        with self._arranging:
            happening = [planned for planned in meant if planned.pending]
            for planned in happening:
                planned.count_one()
        return happening

    def meant(self, operation: str, asked: RecordedRequest) -> list[PlannedFault]:
        """Return what may go wrong with a request: of these the first that is still pending, which the engine counts."""
        candidates = [planned for planned in self._pending() if planned.delay is None]
        return [planned for planned in candidates if self._is_for(planned, operation, asked)]

    def _pending(self) -> list[PlannedFault]:
        """Faults that are still to happen; the rest is forgotten."""
        with self._arranging:
            self._planned = [planned for planned in self._planned if planned.pending]
            self._released += [hold for hold in self._holds if hold.released and hold.unused]
            self._holds = [hold for hold in self._holds if not hold.released]
            self.any = bool(self._planned or self._holds)
            return self._planned

    def _is_for(self, planned: PlannedFault, operation: str, asked: RecordedRequest) -> bool:
        return planned.operation in ("", operation) and self._meant(planned, asked)

    def _meant(self, arranged: PlannedFault | Hold, asked: RecordedRequest) -> bool:
        """Return whether a request is one of those that are meant; asked while no lock is held, since a function of the test
        may call the fake. Of the requests that such a function makes itself, it is not asked again.
        """
        if not callable(arranged.when):
            return meant(arranged.when, asked)
        if any(each is arranged and self._is_made_by(thread, asked.raw) for thread, each in self._asking):
            return False
        mark = (threading.current_thread(), arranged)
        self._asking.append(mark)
        try:
            return meant(arranged.when, asked)
        finally:
            self._asking.remove(mark)

    def _is_made_by(self, thread: threading.Thread, request: Request) -> bool:
        return callers.waits(thread, request.host) if request.on_socket else thread is threading.current_thread()

    def check(self, operation: str, when: When, account: str | None = None) -> None:
        """Raise ValueError for an unknown operation or account, and for a `when` that would never be met: one with
        parameters that neither the operation nor any recorded request of it has.
        """
        api, _ = self._names.endpoint(operation)
        if account is not None:
            self._journal.check(account=account)
        if when is None or callable(when):
            return

        def recorded() -> list[Mapping[str, Any]]:
            sent = [readable(each.raw_request) for each in self._journal if each.operation == operation]
            return [*sent, *self._journal.recorded(operation)]

        self._names.check_parameters("when", when, [operation], recorded, [*in_query(api), *api.unlisted_in_path])

    def _plan(self, planned: PlannedFault) -> PlannedFault:
        self.check(planned.operation, planned.when)
        planned.place = callers.here()
        with self._arranging:
            self._planned = [*self._planned, planned]
            self.any = True
        return planned

    def _problems(self, api: Api[Any], endpoint: Endpoint) -> dict[str, ApiError]:
        return {problem.name: problem for problem in (*api.errors, *endpoint.errors)}
