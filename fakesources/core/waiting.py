"""A response that is not there yet: how long to wait for it, what ends the waiting, and how to go on.

A server on an event loop awaits it without a thread; `finish` waits in the thread of its caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import TIMEOUT_MAX, Event
from typing import NamedTuple

from .messages import Reply

Wake = Callable[[], None]
"""Called from any thread when it may be time to go on; must not block."""

Cancel = Callable[[], None]
"""Ends a subscription; may be called from any thread, and more than once."""


class Waiting(NamedTuple):
    """A request whose response depends on something that has not happened yet.

    `deadline` is when to go on in any case, in seconds of `time.monotonic()`; infinity where only an event ends the
    waiting. `subscribe(wake)` has `wake` called when something happened, at once if it happened since the request was
    handled, and returns the function that ends the subscription. `resume()` is called when woken and at the deadline;
    it never blocks.
    """

    deadline: float
    subscribe: Callable[[Wake], Cancel]
    resume: Callable[[], Reply | Waiting]


Outcome = Reply | Waiting
"""What handling a request gives: its response, or what it waits for."""


def finish(outcome: Outcome) -> Reply:
    """Return the response, blocking this thread until it is there."""
    while isinstance(outcome, Waiting):
        woken = Event()
        cancel = outcome.subscribe(woken.set)
        try:
            woken.wait(min(max(0.0, outcome.deadline - time.monotonic()), TIMEOUT_MAX))
        finally:
            cancel()
        outcome = outcome.resume()
    return outcome
