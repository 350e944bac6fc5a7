"""Waiting before a request is answered, independent of how the caller of the engine waits.

`Engine.steps(request)` returns `Steps`: a generator that yields a `Wait` each time the request has to wait, and returns
the response. It never blocks, sleeps or holds a lock while suspended, so a thread (`run`), a coroutine
(`adapters.async_waiting`) or a server with timers and futures can drive the same generator:

1. `next(steps)` returns a Wait, or raises StopIteration whose `value` is the response. It may call functions of a test
   (`when=` of a fault, events of the clock), which may call the fake again: an event loop that serves the fake calls it
   in a worker thread.
2. Wait until `wait.event` happens (`wait.event.subscribe` registers a callback, called from any thread) or
   `wait.seconds` of real time have passed, whichever comes first. Either may be missing, not both. A Wait that is not
   `real` needs no waiting: its time has already passed on the fake's clock.
3. Repeat from 1. Waking a little early does no harm.

To abandon a request (its client disconnected, its task was cancelled) call `steps.close()`: holds release it, no
operation is performed and nothing is recorded. A fault counts from the moment a request begins to wait for it, so it
stays counted. Drivers close the steps in every case (`finally`).

A response may have `pieces`, for requests of an adapter that sends such bodies: a generator that is driven in the same
way, and also yields bytes. Its driver sends them before it goes on, so that a slow client slows the generator down.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from typing import NamedTuple

from ..http.messages import Response
from ..system.forks import freed_in_child


class OneTimeEvent:
    """Something that happens once and ends waiting: the release of a Hold, or an exchange in the journal."""

    def __init__(self) -> None:
        self.has_happened = False
        self._changed = freed_in_child(threading.Condition())
        self._subscribers: list[Callable[[], object]] = []

    def happen(self) -> None:
        """End the waiting, and call the subscribers."""
        with self._changed:
            self.has_happened = True
            self._changed.notify_all()
            subscribers, self._subscribers = self._subscribers, []
        for call in subscribers:
            call()

    def block(self, seconds: float) -> None:
        """Wait in this thread until it has happened, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.has_happened, seconds)

    def subscribe(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call a function when it happens, in the thread of that; immediately if it has happened.

        The function must neither block nor raise. Return the function that unsubscribes.
        """
        with self._changed:
            if not self.has_happened:
                self._subscribers.append(call)
                return lambda: self._unsubscribe(call)
        call()
        return lambda: None

    def _unsubscribe(self, call: Callable[[], object]) -> None:
        with self._changed:
            self._subscribers = [other for other in self._subscribers if other is not call]


class Wait(NamedTuple):
    """One wait of a request: until `event` happens or `seconds` have passed (infinite: no limit)."""

    seconds: float = math.inf
    event: OneTimeEvent | None = None
    real: bool = True

    def block(self) -> None:
        """Wait in this thread."""
        if not self.real:
            return
        seconds = min(self.seconds, threading.TIMEOUT_MAX)
        if self.event is None:
            time.sleep(seconds)
        else:
            self.event.block(seconds)


Steps = Generator[Wait, None, Response]
"""Processing of one request, suspended at every wait; returns the response."""

Pieces = Generator[Wait | bytes, None, None]
"""Body of a response that comes in pieces, suspended at every wait and after every piece."""


class ClientTimeout(Exception):
    """The client's own timeout has passed while its request waited; adapters raise their library's timeout error."""


def run(steps: Steps) -> Response:
    """Drive the steps of a request in this thread, and return the response."""
    try:
        while True:
            next(steps).block()
    except StopIteration as end:
        response: Response = end.value
        return response
    finally:
        steps.close()
