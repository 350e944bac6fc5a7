"""Who made a request: the file and line of user code that called a client library, and the way there.

In-process the caller's frames are on the stack. Behind a socket of the same process the caller is a thread, or a
task, that waits for its answer; it is looked for, and found when only one can be meant. Knows no vendor and no HTTP.
"""

from __future__ import annotations

import gc
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from types import CodeType, FrameType, TracebackType
from typing import Any

_BETWEEN = frozenset(
    {
        "fakesources", "requests", "urllib3", "responses", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "http",
        "urllib", "socket", "ssl", "selectors", "asyncio", "anyio", "trio", "h11", "threading", "concurrent", "contextlib",
        "werkzeug", "wsgiref", "queue", "runpy", "pytest_asyncio",
    }
)  # fmt: skip
"""What may stand between user code and the fake: never shown as the caller."""

_ABOVE = frozenset({"_pytest", "pluggy", "unittest"})
"""What calls the tests: nothing beyond it is user code."""

_CLIENTS = frozenset(
    {"requests", "urllib3", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "http", "urllib", "anyio"}
)
"""Of those, the ones that somebody who waits for an answer waits in."""

_LOOKS, _LOOKS_FOR_NAMES, _PAUSE = 10, 500, 0.001
"""How often, and how many seconds apart, one looks for a caller that is still busy sending. The task that looks up a name
is sure to suspend, so it is waited for longer: on a busy machine its thread may not run for a while.
"""

_DEEP = 4
"""How many frames from the innermost one a waiting thread may hold its socket."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A place in user code, as `file:line`, and the way to it from where the test began, as a traceback."""

    place: str = ""
    trace: TracebackType | None = None


UNKNOWN = Caller()


def find(peer: str, host: str, wanted: str = "") -> Caller:
    """Who made the request that is being answered in this thread. `peer` is empty in-process; `host` is where a socket
    was asked, as "127.0.0.1:8080". UNKNOWN where nobody, or more than one, can be meant.

    A thread that works for an event loop and has no user code on its stack is taken for one behind a socket. `wanted`
    is the name, in lower case, that such a thread looks up: the caller is the task that awaits its address.
    """
    here = [] if peer else _users(_frames(sys._getframe(1)))
    if here:
        return _told(here)
    for _ in range(_LOOKS_FOR_NAMES if wanted else _LOOKS):
        try:
            found, busy = _waiting(host, wanted)
        except Exception:  # other threads' frames are looked at while they move: whatever goes wrong, nobody is named
            return UNKNOWN
        if found or not busy:
            return _told(_users(iter(found[0]))) if len(found) == 1 else UNKNOWN
        time.sleep(_PAUSE)
    return UNKNOWN


def here() -> str:
    """Return the place in user code that led to this thread's current call, or an empty string."""
    return _told(_users(_frames(sys._getframe(1)))).place


def waits(thread: threading.Thread, host: str) -> bool:
    """Return whether a thread of this process waits for an answer from a host, or a task of an event loop that it runs."""
    frame = sys._current_frames().get(thread.ident or 0)
    stack = list(_frames(frame))
    try:
        if any(_is_connected(value, host) for each, _ in stack[:_DEEP] for value in list(each.f_locals.values())):
            return True
        loops = [each.f_locals["self"] for each, _ in stack if _is_loop(each)]
        return any(not _CLIENTS.isdisjoint(map(_room, inner)) for loop in loops for inner, _ in _tasks(loop))
    except Exception:  # its frames are looked at while they move
        return False


Step = tuple[FrameType, int]
"""A frame, and the line it stood at when it was looked at."""


def _frames(frame: FrameType | None) -> Iterator[Step]:
    while frame is not None:
        yield frame, frame.f_lineno
        frame = frame.f_back


def _users(steps: Iterator[Step]) -> list[Step]:
    """The steps in user code, innermost first, as far as the runner of the tests."""
    kept: list[Step] = []
    for frame, line in steps:
        room = _room(frame)
        if room in _ABOVE:
            if kept:
                break
        elif room not in _BETWEEN and not frame.f_code.co_filename.startswith("<frozen"):
            kept.append((frame, line))
    return kept


def _told(steps: list[Step]) -> Caller:
    if not steps:
        return UNKNOWN
    trace: TracebackType | None = None
    for frame, line in steps:
        trace = TracebackType(trace, frame, max(frame.f_lasti, 0), line)
    code: CodeType = steps[0][0].f_code
    return Caller(f"{code.co_filename}:{steps[0][1]}", trace)


def _waiting(host: str, wanted: str) -> tuple[list[list[Step]], bool]:
    """The stacks of the threads and tasks that wait for an answer from a host, and whether there are others that may
    be about to; where tasks await the address of a name that is wanted, theirs alone.
    """
    found: list[list[Step]] = []
    resolving: list[list[Step]] = []
    busy = False
    mine = threading.get_ident()
    for thread, frame in sys._current_frames().items():
        if thread == mine:
            continue
        stack = list(_frames(frame))
        inside = next((number for number, (each, _) in enumerate(stack) if _is_loop(each)), None)
        if inside is not None and not _users(iter(stack[:inside])):  # between two steps of its tasks
            for inner, steps in _tasks(stack[inside][0].f_locals["self"]):
                if any(_resolves(frame, wanted) for frame in inner):
                    resolving.append(steps)
                elif not _CLIENTS.isdisjoint(map(_room, inner)):
                    found.append(steps)
            busy = True
        elif any(_is_connected(value, host) for each, _ in stack[:_DEEP] for value in list(each.f_locals.values())):
            found.append(stack)
        else:
            busy = busy or inside is not None or any(_room(each) in _CLIENTS for each, _ in stack)
    return resolving or found, busy


def _resolves(frame: FrameType, name: str) -> bool:
    """Return whether a frame is asyncio's own, awaiting the address of a name."""
    if not name or frame.f_code.co_name != "getaddrinfo" or _room(frame) != "asyncio":
        return False
    host = frame.f_locals.get("host")
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return text.lower().rstrip(".") == name


def _is_connected(value: Any, host: str) -> bool:
    for each in (value, getattr(value, "_sock", None), getattr(value, "sock", None)):
        if isinstance(each, socket.socket):
            try:
                name, port = each.getpeername()[:2]
            except (OSError, ValueError):
                continue
            if f"{name}:{port}" == host or f"[{name}]:{port}" == host:
                return True
    return False


def _is_loop(frame: FrameType) -> bool:
    """Return whether a frame is that of an event loop that runs; where nobody has imported asyncio, there is none."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or frame.f_code.co_name != "run_forever":
        return False
    return isinstance(frame.f_locals.get("self"), asyncio.AbstractEventLoop)


def _tasks(loop: Any) -> Iterator[tuple[list[FrameType], list[Step]]]:
    """The tasks of an event loop that user code has to do with, each as its frames inside what user code awaits, and
    all its steps.
    """
    for task in sys.modules["asyncio"].all_tasks(loop):
        steps = list(_suspended(task.get_coro()))[::-1]
        if _users(iter(steps)):
            yield list(takewhile(lambda frame: _room(frame) in _BETWEEN, (frame for frame, _ in steps))), steps


def _suspended(coroutine: Any) -> Iterator[Step]:
    """The frames of a coroutine and of what it awaits, outermost first."""
    while coroutine is not None:
        frame = next(
            (f for name in ("cr_frame", "gi_frame", "ag_frame") if (f := getattr(coroutine, name, None))), None
        )
        if frame is not None:
            yield frame, frame.f_lineno
        if type(coroutine).__name__ == "coroutine_wrapper":  # what `__await__` gives; it has no name for what is in it
            coroutine = next(iter(gc.get_referents(coroutine)), None)
            continue
        coroutine = next(
            (inner for name in ("cr_await", "gi_yieldfrom", "ag_await") if (inner := getattr(coroutine, name, None))),
            None,
        )


def _room(frame: FrameType) -> str:
    """The package a frame's code belongs to."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
