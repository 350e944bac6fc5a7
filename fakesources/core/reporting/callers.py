"""Caller of a request: the file and line of user code that called a client library, and the traceback to it.

In-process the caller's frames are on the stack. Behind a socket of the same process the caller is a thread, or a task,
that waits for its response: all of them are searched, and the caller is known where exactly one can be meant.
"""

from __future__ import annotations

import gc
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from types import CodeType, FrameType, TracebackType
from typing import Any

from ..http.messages import Request
from .frames import Step, is_library, package_of, steps_from, user_steps

_CLIENTS = frozenset(
    {"requests", "urllib3", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "http", "urllib", "anyio"}
)
"""Packages whose frames wait for a response."""

_POOLS = frozenset({"threading", "concurrent", "multiprocessing"})
"""Packages whose frames wait for another thread, or run what user code gave them there."""

_POOL_COROUTINES = frozenset({"to_thread", "run_sync", "run_sync_in_worker_thread"})
"""Coroutines of asyncio and anyio that wait for another thread."""

_TASK_COROUTINES = frozenset({"wait_for", "__aexit__"})
"""Coroutines of asyncio that wait for another task, which may itself wait for a thread."""

_SEARCHES, _THREAD_SEARCHES, _NAME_SEARCHES, _PAUSE_SECONDS = 10, 50, 500, 0.001
"""Number of searches for a caller that is still sending, and the pause between two of them.

There are more for a line that waits for another thread, which it may not have reached yet on a busy machine, and for a
task that resolves a host name, which always suspends.
"""

_SOCKET_DEPTH = 4
"""Number of innermost frames of a waiting thread among which one has its socket as a local variable."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A line of user code, as `file:line`, and the traceback to it from the beginning of the test."""

    location: str = ""
    trace: TracebackType | None = None


UNKNOWN = Caller()


def find(peer: str, host: str, resolving: str = "") -> Caller:
    """Return the caller of the request that this thread processes; UNKNOWN where none, or several, can be meant.

    `peer` is empty in-process; `host` is the address of the server's socket, as "127.0.0.1:8080".

    A thread without user code on its stack works for an event loop or for another thread: the caller is the line that waits
    for it.
    `resolving` is the host name, in lower case, that such a thread resolves: the caller is the task that awaits that.
    """
    own_stack = [] if peer else list(steps_from(sys._getframe(1)))
    if own_steps := user_steps(own_stack, or_installed=False):
        return _caller(own_steps)
    stacks: list[list[Step]] = []
    if peer or resolving:
        stacks = _search(lambda: _waiting_stacks(host, resolving), _NAME_SEARCHES if resolving else _SEARCHES)
    is_library_alone = len(stacks) == 1 and not user_steps(stacks[0], or_installed=False)
    if is_library_alone or (not stacks and not peer):  # in a thread that runs a library for user code of another one
        stacks = _search(_delegating_stacks, _THREAD_SEARCHES) or stacks or [own_stack]
    return _caller(user_steps(stacks[0])) if len(stacks) == 1 else UNKNOWN


def _search(search: Callable[[], tuple[list[list[Step]], bool]], times: int) -> list[list[Step]]:
    """Return the stacks that a search finds, which is repeated while there are none but others soon may be."""
    for _ in range(times):
        try:
            stacks, is_busy = search()
        except Exception:  # pragma: no cover - the frames of other threads change while they are read
            return []
        if stacks or not is_busy:
            return stacks
        time.sleep(_PAUSE_SECONDS)
    return []


def here() -> str:
    """Return the line of user code that led to this thread's current call, or an empty string."""
    return _caller(user_steps(steps_from(sys._getframe(1)))).location


def makes(thread: threading.Thread, request: Request) -> bool:
    """Return whether a thread makes the request that this thread processes.

    On a socket that is a thread that waits for a response from its host, also in a task of an event loop that it runs.
    """
    if not request.on_socket:
        return thread is threading.current_thread()
    frame = sys._current_frames().get(thread.ident or 0)
    stack = list(steps_from(frame))
    try:
        if _has_socket(stack, request.host):
            return True
        loops = [each.f_locals["self"] for each, _ in stack if _is_loop(each)]
        return any(not _CLIENTS.isdisjoint(map(package_of, inner)) for loop in loops for inner, _ in _tasks(loop))
    except Exception:  # pragma: no cover - its frames change while they are read
        return False


def _caller(steps: list[Step]) -> Caller:
    if not steps:
        return UNKNOWN
    trace: TracebackType | None = None
    for frame, line in steps:
        trace = TracebackType(trace, frame, max(frame.f_lasti, 0), line)
    code: CodeType = steps[0][0].f_code
    return Caller(f"{code.co_filename}:{steps[0][1]}", trace)


def _waiting_stacks(host: str, name: str) -> tuple[list[list[Step]], bool]:
    """Return the stacks of the threads and tasks that wait for a response from a host, and whether others soon may.

    Where tasks await the address of the given name, only theirs are returned.
    """
    waiting: list[list[Step]] = []
    resolving: list[list[Step]] = []
    stacks, is_busy = _stacks_of_others()
    for stack in stacks:
        loop_index = next((number for number, (each, _) in enumerate(stack) if _is_loop(each)), None)
        if loop_index is not None and not user_steps(stack[:loop_index]):  # between two steps of its tasks
            for inner, steps in _tasks(stack[loop_index][0].f_locals["self"]):
                if any(_resolves(frame, name) for frame in inner):
                    resolving.append(steps)
                elif not _CLIENTS.isdisjoint(map(package_of, inner)) and _POOL_COROUTINES.isdisjoint(_names(inner)):
                    waiting.append(steps)
            is_busy = True
        elif _has_socket(stack, host):
            waiting.append(stack)
        else:
            is_busy = is_busy or loop_index is not None or any(package_of(each) in _CLIENTS for each, _ in stack)
    return resolving or waiting, is_busy


def _stacks_of_others() -> tuple[list[list[Step]], bool]:
    """Return the stacks of the other threads, and whether one of them ran meanwhile: its stack may be cut off.

    All of them are read before anything that lets other threads run.
    """
    own_thread = threading.get_ident()
    frames = {thread: frame for thread, frame in sys._current_frames().items() if thread != own_thread}
    stacks = [list(steps_from(frame)) for frame in frames.values()]
    now = sys._current_frames()
    return stacks, any(now.get(thread) is not frame for thread, frame in frames.items())


def _delegating_stacks() -> tuple[list[list[Step]], bool]:
    """Return the stacks of user code that waits for other threads, one for each line, and whether others soon may."""
    found: list[list[Step]] = []
    stacks, is_busy = _stacks_of_others()
    for stack in stacks:
        loop_index = next((number for number, (each, _) in enumerate(stack) if _is_loop(each)), None)
        if loop_index is not None and not user_steps(stack[:loop_index]):
            for inner, steps in _tasks(stack[loop_index][0].f_locals["self"]):
                if not inner or not (_POOL_COROUTINES | _TASK_COROUTINES).isdisjoint(_names(inner)):
                    found.append(steps)
        elif user_steps(stack, or_installed=False):
            inner = list(takewhile(is_library, (frame for frame, _ in stack)))
            if not _POOLS.isdisjoint(map(package_of, inner)):
                found.append(stack)
            is_busy = True
    return list({_caller(user_steps(each)).location: each for each in found}.values()), is_busy


def _names(frames: list[FrameType]) -> Iterator[str]:
    return (frame.f_code.co_name for frame in frames)


def _resolves(frame: FrameType, name: str) -> bool:
    """Return whether a frame is asyncio's own, awaiting the address of a host name."""
    if not name or frame.f_code.co_name != "getaddrinfo" or package_of(frame) != "asyncio":
        return False
    host = frame.f_locals.get("host")
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return text.lower().rstrip(".") == name


def _has_socket(stack: list[Step], host: str) -> bool:
    """Return whether one of the innermost frames of a stack has a socket that is connected to a host."""
    innermost = (frame for frame, _ in stack[:_SOCKET_DEPTH])
    return any(_is_connected(value, host) for frame in innermost for value in list(frame.f_locals.values()))


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
    """Return whether a frame is that of a running event loop; there is none where asyncio is not imported."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or frame.f_code.co_name != "run_forever":
        return False
    return isinstance(frame.f_locals.get("self"), asyncio.AbstractEventLoop)


def _tasks(loop: Any) -> Iterator[tuple[list[FrameType], list[Step]]]:
    """Yield the tasks of an event loop that have user code, each as its frames below that code, and all its steps."""
    for task in sys.modules["asyncio"].all_tasks(loop):
        steps = list(_suspended(task.get_coro()))[::-1]
        if user_steps(steps):
            yield list(takewhile(is_library, (frame for frame, _ in steps))), steps


def _suspended(coroutine: Any) -> Iterator[Step]:
    """Yield the frames of a coroutine and of its awaitables, outermost first."""
    while coroutine is not None:
        frame = next(
            (f for name in ("cr_frame", "gi_frame", "ag_frame") if (f := getattr(coroutine, name, None))), None
        )
        if frame is not None:
            yield frame, frame.f_lineno
        if (
            type(coroutine).__name__ == "coroutine_wrapper"
        ):  # the result of `__await__`; its coroutine is no attribute of it
            coroutine = next(iter(gc.get_referents(coroutine)), None)
            continue
        coroutine = next(
            (inner for name in ("cr_await", "gi_yieldfrom", "ag_await") if (inner := getattr(coroutine, name, None))),
            None,
        )
