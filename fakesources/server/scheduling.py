"""Event loop of one server, and what its connections share in it: a read buffer, turns, worker threads."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TypeVar

from ..core.engine.waiting import Wait
from ..core.system.real_time import monotonic

READ_BYTES = 262_144
"""Upper bound for what is read of one connection in one iteration of the loop."""
TURN_SECONDS = 0.0001
"""Time in each iteration of the loop for all that clients have sent ahead."""
WORKERS = 8

T = TypeVar("T")


class Scheduler:
    """Event loop with a queue of turns and a bounded number of worker threads."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.SelectorEventLoop()
        self.loop.time = monotonic  # type: ignore[method-assign]  # a test may have frozen the usual one
        self.buffer = memoryview(bytearray(READ_BYTES))  # what is read is copied at once
        self.workers: dict[threading.Thread, object] = {}
        """Owner of the call that each worker thread runs."""
        self._threads: list[threading.Thread] = []
        self._name = name
        self._free_workers = asyncio.Semaphore(WORKERS)
        self._turns: deque[Callable[[], bool | None]] = deque()
        self._is_scheduled = False
        self._long_turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, call: Callable[[], object]) -> None:
        """Call a function in the loop's thread, from any thread; after the end, do nothing."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(call)

    def add_turn(self, call: Callable[[], bool | None]) -> None:
        """Call a function later: requests that clients have sent ahead wait for those that came alone.

        One that returns True is the last one in its iteration of the loop.
        """
        self._turns.append(call)
        if not self._is_scheduled:
            self._is_scheduled = True
            self.loop.call_soon(self._take_turns)

    def _take_turns(self) -> None:
        self._is_scheduled = bool(self._turns)
        if self._is_scheduled:
            self.loop.call_soon(self._take_turns)
        until = monotonic() + TURN_SECONDS
        while self._turns and monotonic() < until:
            if self._turns.popleft()():
                break

    def add_turn_with_pause(self, call: Callable[[], None], pause: float) -> None:
        """Call a function later; one with a pause in a long turn."""
        if not pause:
            self.add_turn(call)
            return
        task = self.loop.create_task(self._take_long_turn(call, pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_long_turn(self, call: Callable[[], None], pause: float) -> None:
        async with self.long_turn(pause):
            self.loop.call_soon(call)  # not called here: what it raises is for the loop's exception handler
            await asyncio.sleep(0)

    @asynccontextmanager
    async def long_turn(self, pause: float) -> AsyncIterator[None]:
        """Take a long turn, the only one at a time; after it, `pause` times as long is for others."""
        await self._long_turn.acquire()
        began = monotonic()
        try:
            yield
        finally:
            self.loop.call_later(pause * (monotonic() - began), self._long_turn.release)

    async def run_in_worker(self, owner: object, call: Callable[[], T]) -> T:
        """Return the result of a function that may block, and must not raise, called in a worker thread.

        Workers are daemons: those of concurrent.futures would keep the interpreter from ending with a call that hangs.
        Starting one takes less time than any function that may block.
        """
        result: asyncio.Future[T] = self.loop.create_future()

        def work() -> None:
            value = call()
            del self.workers[worker]
            self.post(lambda: None if result.done() else result.set_result(value))

        async with self._free_workers:
            worker = threading.Thread(target=work, name=f"{self._name}, worker", daemon=True)
            self.workers[worker] = owner
            try:
                worker.start()
            except RuntimeError:  # the system has no thread for it
                del self.workers[worker]
                raise
            self._threads = [worker, *(each for each in self._threads if each.is_alive())]
            return await result

    async def wait(self, wait: Wait) -> None:
        """Wait until the event of a Wait has happened or its seconds have passed, without a thread."""
        if wait.event is None:
            await asyncio.sleep(wait.seconds)
            return
        happened = asyncio.Event()
        unsubscribe = wait.event.subscribe(partial(self.post, happened.set))
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(happened.wait(), wait.seconds)
        finally:
            unsubscribe()

    def join_workers(self, seconds: float) -> None:
        """Wait for the end of worker threads: at most some seconds for those whose call still runs."""
        until = monotonic() + seconds
        for worker in self._threads:
            worker.join(max(0.0, until - monotonic()) if worker in self.workers else None)
