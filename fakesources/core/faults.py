"""Faults: what a test arranges to go wrong, and when.

Refusals come by name out of an API's own catalogue, and only where its documentation allows them; any other status
is the explicit exception. Transports break, answers are slow, and a Latch holds a request until it is let go. Knows
no vendor and no door: the engine asks what is planned for a call, and does it.
"""

from __future__ import annotations

import string
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, get_args

from .contract import nearest, shown
from .curl import readable
from .endpoints import Api, Endpoint
from .errors import Problem
from .forks import freed_in_child
from .journal import Asked
from .messages import Pairs, Request
from .world import Clock

BODILESS = (204, 304)
"""The statuses, of those that a test may arrange, whose answers have no body: RFC 9110, 6.4.1."""

LONGEST = 36_525 * 86_400
"""The longest delay in seconds: a hundred years, which a clock can pass and a door could sleep."""

Breaking = Literal["reset", "empty", "truncated", "timeout"]
When = Callable[[Asked], bool] | Mapping[str, Any] | None
"""Which requests are meant: those a function says yes to, or those with these parameters; None means all."""


@dataclass(eq=False, slots=True)
class Planned:
    """One thing that was arranged. `left` counts down to 0 as it happens; None means every time."""

    operation: str
    what: str
    when: When
    left: int | None
    problem: Problem | None = None
    fields: Mapping[str, Any] | None = None
    status: int = 0
    body: Any = None
    headers: Pairs = ()
    breaks: Breaking | Literal[""] = ""
    takes_effect: bool = False
    delay: float | None = None
    happened: int = 0

    def __repr__(self) -> str:
        often = "every time" if self.left is None else f"{self.left} to come"
        return f"<{self.what} of {self.operation or 'any operation'}, {often}>"

    @property
    def pending(self) -> bool:
        """Whether it is still to happen."""
        return self.left is None or self.left > 0

    def happens(self) -> None:
        """Count that it happens now."""
        self.happened += 1
        if self.left is not None:
            self.left -= 1

    def cancel(self) -> None:
        """Take it back: it happens no more."""
        self.left = 0

    def is_for(self, operation: str, asked: Asked) -> bool:
        """Whether it is meant for a request."""
        if not self.pending or (self.operation and self.operation != operation):
            return False
        return meant(self.when, asked)


def meant(when: When, asked: Asked) -> bool:
    """Whether a request is one of those that are meant."""
    if when is None:
        return True
    if callable(when):
        return bool(when(asked))
    return all(name in asked.params and _alike(asked.params[name], value) for name, value in when.items())


def _alike(sent: Any, wanted: Any) -> bool:
    """Text from a form or an address stands for the value it spells."""
    return bool(sent == wanted) or (isinstance(sent, str) and isinstance(wanted, int | float) and sent == str(wanted))


class Latch(AbstractContextManager["Latch"]):
    """Holds requests of one operation before they are looked at, until `release`. Leaving its block releases them."""

    def __init__(self, operation: str, when: When) -> None:
        self.operation = operation
        self.when = when
        self._changed = freed_in_child(threading.Condition())
        self._open = False
        self.held = 0

    def __repr__(self) -> str:
        return f"<Latch of {self.operation}, {'released' if self._open else f'{self.held} held'}>"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def wait(self, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many requests are held. Raises TimeoutError after `timeout` seconds of real time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.held >= count or self._open, timeout):
                raise TimeoutError(f"{self.held} of {count} requests of {self.operation} arrived within {timeout:g} s")

    def release(self) -> None:
        """Let go of the requests that are held; later ones are not held any more."""
        with self._changed:
            self._open = True
            self._changed.notify_all()

    @property
    def released(self) -> bool:
        """Whether it holds nothing any more."""
        return self._open

    def hold(self, operation: str, asked: Asked) -> None:
        """Hold the request of this thread, if it is meant."""
        if self._open or self.operation != operation or not meant(self.when, asked):
            return
        with self._changed:
            self.held += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._open)
            self.held -= 1


class Faults:
    """What is arranged to go wrong in one fake. `any` tells at a glance whether there is anything at all; `clock` is
    the one that delays pass on in-process.
    """

    def __init__(self, apis: Iterable[Api[Any]], clock: Clock) -> None:
        self._apis = tuple(apis)
        self._clock = clock
        self._planned: list[Planned] = []
        self._latches: list[Latch] = []
        self._arranging = freed_in_child(threading.Lock())
        self.any = False

    def __repr__(self) -> str:
        return f"<Faults: {len(self.planned)} planned>"

    @property
    def planned(self) -> tuple[Planned, ...]:
        """What is still to happen, in the order it was arranged."""
        return tuple(planned for planned in self._planned if planned.pending)

    @property
    def latched(self) -> bool:
        """Whether a latch may hold a request now."""
        return any(not latch.released for latch in self._latches)

    @property
    def latches(self) -> tuple[Latch, ...]:
        """The latches that are not released, in the order they were made."""
        return tuple(latch for latch in self._latches if not latch.released)

    def names(self, operation: str) -> list[str]:
        """The documented refusals of an operation, by name. Raises ValueError for an unknown operation."""
        return sorted(self._problems(*self._find(operation)))

    def next(
        self,
        operation: str,
        name: str,
        *,
        times: int | None = 1,
        when: When = None,
        fields: Mapping[str, Any] | None = None,
    ) -> Planned:
        """Refuse the next `times` calls of an operation (None: every one) as the API documents it.

        `name` is a refusal of the API's catalogue (`names` lists them), such as "not-found"; its text, headers and
        rate counters are the API's own. `fields` fill the text where the call itself does not. What the request
        would have changed is not changed.

        Only the answer is arranged, not what would lead to it: "rate-limit" says that nothing remains and leaves the
        account's hour as it is, so the next call is answered. To have it run out, and stay so until the clock is an
        hour further, set the account's `rate_limit`. Raises ValueError where the documentation knows no such refusal.
        """
        api, endpoint = self._find(operation)
        problems = self._problems(api, endpoint)
        if name not in problems:
            near = nearest(name, problems)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(sorted(problems))}"
            raise ValueError(
                f"{operation} is not documented to refuse with {name!r}; {hint} (faults.status answers any status)"
            )
        return self._plan(Planned(operation, name, when, times, problems[name], fields))

    def status(
        self,
        operation: str,
        status: int,
        *,
        body: Any = None,
        headers: Pairs = (),
        times: int | None = 1,
        when: When = None,
    ) -> Planned:
        """Answer the next `times` calls with any status, documented or not: the explicit exception.

        `body` is a JSON value, or bytes or text as they are; without one, the API's own form of an error with the
        status's phrase. 204 and 304 have none. Nothing is charged and nothing changed. Raises ValueError for what is
        no status, and for a body where there can be none.
        """
        if not 200 <= status <= 599:
            raise ValueError(f"faults.status answers 200 to 599, not {status}")
        if body is not None and status in BODILESS:
            raise ValueError(f"an answer with status {status} has no body; leave body out")
        self._find(operation)
        return self._plan(
            Planned(operation, f"status {status}", when, times, status=status, body=body, headers=headers)
        )

    def breaks(
        self,
        operation: str,
        how: Breaking,
        *,
        times: int | None = 1,
        when: When = None,
        takes_effect: bool = False,
    ) -> Planned:
        """Have the transport fail: `reset` and `empty` in place of an answer, `truncated` in the middle of its body,
        `timeout` by never answering.

        The call is not acted upon, unless it `takes_effect` and only its answer is lost; a truncated answer is always
        one to a call that took effect.
        """
        self._find(operation)
        if how not in get_args(Breaking):
            near = nearest(how, get_args(Breaking))
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"a transport breaks by {', '.join(get_args(Breaking))}, not {how!r}{hint}")
        acts = takes_effect or how == "truncated"
        return self._plan(Planned(operation, how, when, times, breaks=how, takes_effect=acts))

    def delay(self, operation: str, seconds: float, *, times: int | None = None, when: When = None) -> Planned:
        """Take `seconds` to answer, every time unless `times` says otherwise: on the fake's clock in-process, where
        nothing sleeps, and really on a socket. A client that waits less in-process gets its own timeout error.

        Raises ValueError for less than nothing and for more than a hundred years. A clock that reaches the end of
        the year 9999 by it stops there, and what is left of the delay is not counted.
        """
        if not 0 <= seconds <= LONGEST:
            raise ValueError(f"a delay takes 0 seconds or more, up to {LONGEST} (100 years), not {shown(seconds)}")
        self._find(operation)
        return self._plan(Planned(operation, f"delay of {seconds:g} s", when, times, delay=seconds))

    def latch(self, operation: str, *, when: When = None) -> Latch:
        """Hold every request of an operation until the latch is released; other requests pass."""
        self._find(operation)
        latch = Latch(operation, when)
        with self._arranging:
            self._latches = [*self._latches, latch]
            self.any = True
        return latch

    def release(self) -> None:
        """Release every latch: a thread that is held may be one that somebody waits for."""
        for latch in self._latches:
            latch.release()

    def clear(self) -> None:
        """Take back everything, and release every latch."""
        with self._arranging:
            planned, latches = self._planned, self._latches
            self._planned, self._latches, self.any = [], [], False
        for each in planned:
            each.cancel()
        for latch in latches:
            latch.release()

    def hold(self, operation: str, request: Request) -> None:
        """Hold the request of this thread as long as a latch wants it."""
        if self._latches:
            asked = Asked(request, readable(request))
            for latch in self._latches:
                latch.hold(operation, asked)

    def delays(self, operation: str, request: Request) -> float:
        """How many seconds a request takes; each delay counts as happened. In-process it is no more than the clock has
        left, and on a socket no more than a door could sleep.
        """
        planned = self._meant(operation, request, delays=True)
        for delay in planned:
            delay.happens()
        if not planned:
            return 0.0
        return min(sum(delay.delay or 0.0 for delay in planned), LONGEST if request.peer else self._clock.left())

    def due(self, operation: str, request: Request) -> Planned | None:
        """What goes wrong with a request: the first that is meant for it, which is still to be told that it happens."""
        return next(iter(self._meant(operation, request, delays=False)), None)

    def _meant(self, operation: str, request: Request, *, delays: bool) -> list[Planned]:
        with self._arranging:
            self._planned = [planned for planned in self._planned if planned.pending]
            self._latches = [latch for latch in self._latches if not latch.released]
            self.any = bool(self._planned or self._latches)
            candidates = [planned for planned in self._planned if (planned.delay is not None) == delays]
        if not candidates:
            return []
        asked = Asked(request, readable(request))
        return [planned for planned in candidates if planned.is_for(operation, asked)]

    def _plan(self, planned: Planned) -> Planned:
        if planned.left is not None and planned.left < 1:
            raise ValueError(f"times is 1 or more, or None for every time, not {planned.left}")
        with self._arranging:
            self._planned = [*self._planned, planned]
            self.any = True
        return planned

    def _find(self, operation: str) -> tuple[Api[Any], Endpoint]:
        ids = {endpoint.id: (api, endpoint) for api in self._apis for endpoint in api.endpoints}
        if operation not in ids:
            near = nearest(operation, ids)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(ids)}"
            raise ValueError(f"there is no operation {operation!r}; {hint}")
        return ids[operation]

    def _problems(self, api: Api[Any], endpoint: Endpoint) -> dict[str, Problem]:
        return {problem.name: problem for problem in (*api.problems, *endpoint.refuses)}


def filled(problem: Problem, *known: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a problem's text, from the first of `known` that has each; a field nobody knows names itself."""
    names = [name for _, name, _, _ in string.Formatter().parse(problem.text) if name]
    return {name: next((each[name] for each in known if each and name in each), name) for name in names}
