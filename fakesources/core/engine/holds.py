"""Holds: they stop requests before anything is done with them, until a test releases them."""

from __future__ import annotations

import math
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager

from ..http.messages import Request
from ..reporting import callers
from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from ..text.arguments import NUMBER, at_least, check
from .planned import When
from .waiting import ClientTimeout, OneTimeEvent, Wait

OWN_THREAD_SECONDS = 10.0
"""Time for which a request of the thread that made the Hold is held: that thread can hardly release it meanwhile."""


class HeldByOwnThread(RuntimeError):
    """A request is held by a Hold that its own thread made and did not release."""


class Hold(AbstractContextManager["Hold"]):
    """Requests of one operation, held before anything is done with them until `release`, or until the block is left.

    `held` counts the requests that are held now, `arrived` all that ever were. A request whose client times out, or is
    cancelled, is no longer held, and nothing is done with it. One made by the thread that made the Hold fails after
    10 s with an error that explains it.
    """

    def __init__(self, operation: str, when: When) -> None:
        self.operation = operation
        self.when = when
        self.held = self.arrived = 0
        self.cancelled = False
        self.number = 0
        self.location = callers.here()
        self._changed = freed_in_child(threading.Condition())
        self._release = OneTimeEvent()
        self._thread = threading.current_thread()

    def __repr__(self) -> str:
        return f"<Hold of {self.operation}, {'released' if self.released else f'{self.held} held'}>"

    def __exit__(self, *_: object) -> None:
        self.release()

    def wait(self, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many requests are held. Raises TimeoutError after `timeout` seconds of real time."""
        check(count=(count, at_least(0)), timeout=(timeout, NUMBER))
        with self._changed:
            if not self._changed.wait_for(lambda: self.held >= count or self.released, timeout):
                expected = f"{count} requests of {self.operation} within {timeout:g} s"
                raise TimeoutError(f"count: expected {expected}, got {self.held}")

    def release(self) -> None:
        """Release the requests that are held; later ones are not held."""
        self._release.happen()
        with self._changed:
            self._changed.notify_all()

    def cancel(self) -> None:
        """Release it, and do not report it as unused."""
        self.cancelled = True
        self.release()

    @property
    def unused(self) -> str:
        """Description of a hold that no request reached; empty for any other, and for one that was cancelled."""
        return "" if self.arrived or self.cancelled else f"hold of {self.operation}: no request reached it"

    @property
    def released(self) -> bool:
        """Return whether it was released."""
        return self._release.has_happened

    def hold(self, request: Request, deadline: float) -> Generator[Wait, None, None]:
        """Hold a request: yield its waits until the release.

        `deadline` is the time of `time.monotonic` at which the client gives up. Raises ClientTimeout then, and
        HeldByOwnThread where the thread that made this Hold has waited too long for this very request.
        """
        own_thread_deadline = monotonic() + OWN_THREAD_SECONDS
        self._count(1)
        try:
            while not self.released:
                now = monotonic()
                if now >= deadline:
                    raise ClientTimeout
                if now >= own_thread_deadline:
                    if callers.makes(self._thread, request):
                        raise HeldByOwnThread(self._advice())
                    own_thread_deadline = math.inf
                yield Wait(min(deadline, own_thread_deadline) - now, self._release)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self.held += change
            self.arrived += max(0, change)
            self._changed.notify_all()

    def _advice(self) -> str:
        return (
            f"faults.hold({self.operation!r}): expected a release within {OWN_THREAD_SECONDS:g} s, got none: the request"
            " was made by the thread that planned the hold, and that thread waits for the response; make the request in"
            " a thread or a task of its own, and release the hold here"
        )
