"""Waiting for the right moment to answer a request, in whatever way the caller of the engine waits.

`Engine.steps(request)` gives `Steps`: a generator that yields a `Wait` each time the request has to wait, and returns
the reply. Nothing in it blocks, sleeps or holds a lock while it is suspended, so the same generator is driven by a
thread (`run`), by a coroutine (`adapters.awaiting`) or by a server with timers and futures:

1. `next(steps)` gives a Wait, or raises StopIteration whose `value` is the reply. It may call functions that a test
   has made (`when=` of a fault, events of the clock), which may call the fake again: an event loop that serves the
   fake runs it in a worker thread.
2. Wait until `wait.latch` is released (`wait.latch.subscribe` calls a function then, from any thread) or
   `wait.seconds` of real time have passed, whichever comes first. There may be neither a latch nor a limit to the
   time, not both. A Wait that is not `real` is not waited for: its time has passed on the fake's clock already.
3. Go on with 1. It does not matter which of the two it was, nor whether it was a little early.

To give the request up (its client has left, its task was cancelled) close the generator: `steps.close()`. The latch
forgets the request, nothing is acted on and nothing enters the journal. A fault counts from the moment at which the
request begins to wait for it, so it stays counted. Whoever drives the steps closes them in any case (`finally`).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from typing import NamedTuple, Protocol

from ..http.messages import Response


class Releasable(Protocol):
    """Something that happens once, and ends the waiting of whoever waits for it: a latch, an exchange in a journal."""

    def block(self, seconds: float) -> None:
        """Wait in this thread until it has happened, at most so many seconds."""

    def subscribe(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call a function when it happens, at once where it has. Return a function that takes this back."""


class Wait(NamedTuple):
    """Something a request waits for: the release of a latch, or `seconds` to pass; infinite where there is no limit."""

    seconds: float = math.inf
    event: Releasable | None = None
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
"""The way of one request to its reply, with everything it waits for."""


class ClientTimeout(Exception):
    """The client's own timeout has passed while its request waited: it is told so in its own library's words."""


def run(steps: Steps) -> Response:
    """Drive the steps of a request in this thread, and return the reply."""
    try:
        while True:
            next(steps).block()
    except StopIteration as end:
        reply: Response = end.value
        return reply
    finally:
        steps.close()
