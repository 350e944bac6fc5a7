"""Latches: they hold requests before anything is done with them, until a test releases them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from types import TracebackType

from ..http.messages import Request
from ..reporting import callers
from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from ..text.arguments import NUMBER, at_least, check
from .planned import When
from .waiting import ClientTimeout, Wait

OWN_THREAD_SECONDS = 10.0
"""Time for which a latch holds a request of the thread that made the latch, and so could hardly release it meanwhile."""


class HeldByOwnThread(RuntimeError):
    """A thread that made a latch has made a request that the latch holds, and nobody released it."""


class Hold(AbstractContextManager["Hold"]):
    """Holds requests of one operation before they are looked at, until `release`. Leaving its block releases them.

    `held` counts the requests that are held now, `arrived` all there ever were. A request whose client gives up,
    by its own timeout or because it is cancelled, is not held any more, and nothing is done with it. One made by the
    thread that made the latch ends after 10 s with an error that says so.
    """

    def __init__(self, operation: str, when: When) -> None:
        self.operation = operation
        self.when = when
        self.held = self.arrived = 0
        self.cancelled = False
        self.place = callers.here()
        self._changed = freed_in_child(threading.Condition())
        self._open = False
        self._made_by = threading.current_thread()
        self._subscribers: list[Callable[[], object]] = []

    def __repr__(self) -> str:
        return f"<Latch of {self.operation}, {'released' if self._open else f'{self.held} held'}>"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def wait(self, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many requests are held. Raises TimeoutError after `timeout` seconds of real time."""
        check(count=(count, at_least(0)), timeout=(timeout, NUMBER))
        with self._changed:
            if not self._changed.wait_for(lambda: self.held >= count or self._open, timeout):
                raise TimeoutError(f"{self.held} of {count} requests of {self.operation} arrived within {timeout:g} s")

    def release(self) -> None:
        """Let go of the requests that are held; later ones are not held any more."""
        with self._changed:
            self._open = True
            self._changed.notify_all()
            subscribers, self._subscribers = self._subscribers, []
        for call in subscribers:
            call()

    def cancel(self) -> None:
        """Take it back, and release what it holds: that nothing reached it is no mistake then."""
        self.cancelled = True
        self.release()

    @property
    def unused(self) -> str:
        """Say that no request ever reached it; empty where one did, and where it was cancelled."""
        return "" if self.arrived or self.cancelled else f"latch of {self.operation}: no request reached it"

    @property
    def released(self) -> bool:
        """Return whether it holds nothing any more."""
        return self._open

    def block(self, seconds: float) -> None:
        """Wait in this thread until it is released, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._open, seconds)

    def subscribe(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call a function when it is released, in the thread that releases it; at once where it is released.

        Return a function that takes this back. What is called must not block, and must not raise.
        """
        with self._changed:
            if not self._open:
                self._subscribers.append(call)
                return lambda: self._unsubscribe(call)
        call()
        return lambda: None

    def _unsubscribe(self, call: Callable[[], object]) -> None:
        with self._changed:
            self._subscribers = [other for other in self._subscribers if other is not call]

    def hold(self, request: Request, deadline: float) -> Generator[Wait, None, None]:
        """Hold a request: yield what it waits for until the latch is released.

        `deadline` is when the client gives up, on the clock of `time.monotonic`. Raises ClientTimeout then, and
        HeldByItsOwnThread where the thread that made the latch waits for this very request for too long.
        """
        bound = monotonic() + OWN_THREAD_SECONDS
        self._count(1)
        try:
            while not self._open:
                now = monotonic()
                if now >= deadline:
                    raise ClientTimeout
                if now >= bound:
                    if self._is_waited_for_by_its_maker(request):
                        raise HeldByOwnThread(self._advice())
                    bound = math.inf
                yield Wait(min(deadline, bound) - now, self)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self.held += change
            self.arrived += max(0, change)
            self._changed.notify_all()

    def _is_waited_for_by_its_maker(self, request: Request) -> bool:
        if request.on_socket:
            return callers.waits(self._made_by, request.host)
        return self._made_by is threading.current_thread()

    def _advice(self) -> str:
        return (
            f"faults.hold({self.operation!r}): expected a release within {OWN_THREAD_SECONDS:g} s, got none: the request"
            " was made by the thread that made the latch, which waits for its answer; make the request in a thread or a"
            " task of its own, and release the latch here"
        )
