"""Request that is not answered at once: computed in the pool, and waiting on the loop without a thread."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..core.engine.waiting import Steps, Wait
from ..core.http.messages import Response

if TYPE_CHECKING:
    from .loop import LoopThread


class PendingRequest:
    """Drive the steps of a request (`core.waiting`), and pass the reply to `deliver`, all in the loop's thread.

    Once its client has left, a delay goes on, as a real service would not notice; a wait for an event ends without a
    reply.
    """

    def __init__(self, thread: LoopThread, steps: Steps, deliver: Callable[[Response | None], object]) -> None:
        self._thread, self._steps, self._deliver = thread, steps, deliver
        self._cancels: list[Callable[[], object]] = []
        self._computing = self._closed = self._is_held = self._client_left = False
        thread.pending.add(self)
        self._compute()

    def close(self) -> None:
        """Abandon the request: nothing is left of it, and nobody gets its reply."""
        self._closed = True
        self._stop_waiting()
        self._thread.pending.discard(self)
        if not self._computing:
            self._steps.close()

    def client_leaves(self) -> None:
        """Note that the client has gone, or only waits and sends no more."""
        self._client_left = True
        if self._is_held:
            self._finish(None)

    def _finish(self, reply: Response | None) -> None:
        self.close()
        self._deliver(reply)

    def _compute(self) -> None:
        self._computing = True
        try:
            self._thread.pool.submit(self, self._next)
        except RuntimeError as error:
            self._settle(self._thread.server.internal_error(error))

    def _next(self) -> None:
        """Take the next step, in the pool: it may call functions of a test, which may call this very server."""
        try:
            outcome: Wait | Response = next(self._steps)
        except StopIteration as end:
            outcome = end.value
        except BaseException as error:  # what a test fails with, in something that it arranged, is no Exception
            outcome = self._thread.server.internal_error(error)
        self._thread.post(self._settle, outcome)

    def _settle(self, outcome: Wait | Response) -> None:
        self._computing = False
        if self._closed:
            self._steps.close()
        elif isinstance(outcome, Response):
            self._finish(outcome)
        elif outcome.event is not None and self._client_left:
            self._finish(None)
        elif not outcome.real:
            self._compute()
        else:
            resume = partial(self._resume, outcome)
            if outcome.event is not None:
                self._is_held = True
                self._cancels.append(outcome.event.subscribe(partial(self._thread.post, resume)))
            if outcome.seconds < math.inf:
                self._cancels.append(self._thread.loop.call_later(outcome.seconds, resume).cancel)
            self._wait: Wait | None = outcome

    def _resume(self, wait: Wait) -> None:
        if wait is self._wait:
            self._stop_waiting()
            self._compute()

    def _stop_waiting(self) -> None:
        self._wait, self._is_held = None, False
        while self._cancels:
            self._cancels.pop()()
