"""Forked child processes: a child has a copy of every fake, and none of the threads that may hold its locks."""

from __future__ import annotations

import os
from typing import Any, TypeVar
from weakref import WeakSet

Lock = TypeVar("Lock")

_locks: WeakSet[Any] = WeakSet()


class CalledInForkedChild(RuntimeError):
    """Request to a vendor's host in a forked child, which has only a copy of the fake."""


def freed_in_child(lock: Lock) -> Lock:
    """Return the lock, registered to be free in a forked child even if another thread holds it at the fork."""
    _locks.add(lock)
    return lock


def forked_child_error(host: str) -> CalledInForkedChild:
    """Return the exception for a request in a forked child. Its only argument is a text, so that it can be pickled."""
    return CalledInForkedChild(
        f"{host or 'the fake'} was called in a forked child process, which has only a copy of the fake: the rows, "
        "journal and violations of the copy would never reach the test. Start fake.server() before the fork and use "
        "its url in the child, or make a fake in the child itself."
    )


def _free() -> None:
    """Free the locks that other threads held; those of the forking thread stay locked."""
    for lock in list(_locks):
        if lock.acquire(blocking=False):
            lock.release()
        else:
            lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows cannot fork
    os.register_at_fork(after_in_child=_free)
