"""Bounded pool of daemon threads, for requests that may take their time.

The threads of `concurrent.futures` are no daemons: a handler that hangs would keep the interpreter from ending.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from ..core.system.real_time import monotonic

IDLE_SECONDS = 1.0
"""A thread without work ends after this time."""


class Pool:
    """At most `size` threads, started when there is work and none is free. A job must not raise."""

    def __init__(self, size: int, name: str) -> None:
        self._size, self._name = size, name
        self._changed = threading.Condition()
        self._jobs: deque[tuple[object, Callable[[], object]]] = deque()
        self._owners: dict[threading.Thread, object] = {}
        self._free = 0
        self._closed = False

    def submit(self, owner: object, job: Callable[[], object]) -> None:
        """Run a job for its owner. Raises RuntimeError where the system has no thread for it."""
        with self._changed:
            if self._free <= len(self._jobs) and len(self._owners) < self._size and not self._closed:
                thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._owners[thread] = None
                try:
                    thread.start()
                except RuntimeError:
                    del self._owners[thread]
                    if not self._owners:
                        raise
            self._jobs.append((owner, job))
            self._changed.notify()

    def owner_of(self, thread: threading.Thread) -> object:
        """Return the owner of the job that a thread runs, or None."""
        return self._owners.get(thread)

    def close(self, seconds: float) -> None:
        """End the threads; wait at most so long for those that are busy."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify_all()
        until = monotonic() + seconds
        for thread in list(self._owners):
            thread.join(max(0.0, until - monotonic()))

    def _work(self) -> None:
        thread = threading.current_thread()
        while True:
            with self._changed:
                self._free += 1
                self._changed.wait_for(lambda: self._jobs or self._closed, IDLE_SECONDS)
                self._free -= 1
                if not self._jobs:
                    del self._owners[thread]
                    return
                self._owners[thread], job = self._jobs.popleft()
            job()
            self._owners[thread] = None
