"""Waits of a request under asyncio and trio: they use no thread, and cancelling the task leaves nothing behind.

Time that passes on the fake's clock counts against the deadlines of anyio and trio around the call: these are moved
earlier by as much. Deadlines of asyncio are not accessible: its timers may be anything.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ..core.engine.waiting import Steps, Wait
from ..core.http.messages import Response


async def drive(steps: Steps) -> Response:
    """Drive the steps of a request in this task, and return the response."""
    try:
        while True:
            await wait_for(next(steps))
    except StopIteration as end:
        response: Response = end.value
        return response
    finally:
        steps.close()


async def wait_for(wait: Wait) -> None:
    """Await one wait of a request."""
    in_trio = is_in_trio()
    if not wait.real:
        await count_against_deadlines(wait.seconds, in_trio)
    elif in_trio:
        await wait_in_trio(wait)
    else:
        await wait_in_asyncio(wait)


def is_in_trio() -> bool:
    """Return whether the caller is a task of trio, rather than of asyncio."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


async def wait_in_asyncio(wait: Wait) -> None:
    """Wait under asyncio. The event may happen in any thread."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed, and its tasks are over
            loop.call_soon_threadsafe(over.set)

    timer = loop.call_later(min(wait.seconds, threading.TIMEOUT_MAX), over.set)
    unsubscribe = wait.event.subscribe(wake) if wait.event is not None else None
    try:
        await over.wait()
    finally:
        timer.cancel()
        if unsubscribe is not None:
            unsubscribe()


async def wait_in_trio(wait: Wait) -> None:
    """Wait under trio. The event may happen in any thread."""
    trio = sys.modules["trio"]
    token, over = trio.lowlevel.current_trio_token(), trio.Event()

    def wake() -> None:
        with suppress(trio.RunFinishedError):
            token.run_sync_soon(over.set)

    unsubscribe = wait.event.subscribe(wake) if wait.event is not None else None
    try:
        with trio.move_on_after(wait.seconds):
            await over.wait()
    finally:
        if unsubscribe is not None:
            unsubscribe()


async def count_against_deadlines(seconds: float, in_trio: bool) -> None:
    """Move the deadlines around this task earlier by so many seconds, and end here where one has passed by that.

    Raises the exception by which the library cancels, where a deadline has passed.
    """
    if not in_trio and "anyio" not in sys.modules:
        return
    from anyio import current_effective_deadline, current_time, lowlevel, sleep_until

    deadline = current_effective_deadline()
    scopes = list(scopes_around_trio_task() if in_trio else scopes_around_asyncio_task())
    for scope in scopes:
        if scope.deadline < float("inf"):
            scope.deadline -= seconds
    if deadline <= current_time() + seconds and current_effective_deadline() > current_time():
        await sleep_until(deadline)  # this release of the library hides its scopes: then it takes real time
    await lowlevel.checkpoint()
    await lowlevel.checkpoint_if_cancelled()


def scopes_around_trio_task() -> Iterator[Any]:
    """Yield the cancel scopes around this task, the innermost first. They have no public interface."""
    status = getattr(sys.modules["trio"].lowlevel.current_task(), "_cancel_status", None)
    while status is not None:
        yield status._scope
        status = getattr(status, "_parent", None)


def scopes_around_asyncio_task() -> Iterator[Any]:
    """Yield the cancel scopes of anyio around this task, the innermost first. They have no public interface."""
    backend = sys.modules.get("anyio._backends._asyncio")
    state = getattr(backend, "_task_states", {}).get(asyncio.current_task())
    scope = getattr(state, "cancel_scope", None)
    while scope is not None:
        yield scope
        scope = getattr(scope, "_parent_scope", None)
