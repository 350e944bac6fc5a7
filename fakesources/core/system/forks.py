"""Forked child processes: each has a copy of every fake, and none of the threads that may have held its locks."""

from __future__ import annotations

import os
from typing import Any, TypeVar
from weakref import WeakSet

Lock = TypeVar("Lock")

_locks: WeakSet[Any] = WeakSet()


class CalledInForkedChild(RuntimeError):
    """A vendor's host was called in a forked child, where only a copy of the fake could answer."""


def freed_in_child(lock: Lock) -> Lock:
    """Return the lock, which a forked child finds free even if another thread held it at the fork."""
    _locks.add(lock)
    return lock


def refusal(host: str) -> CalledInForkedChild:
    """The exception for a call to a host in a forked child. It holds one text, so that it can be pickled."""
    return CalledInForkedChild(
        f"{host or 'the fake'} was called in a forked child process, which has only a copy of the fake: the rows, "
        "journal and violations of the copy would never reach the test. Start fake.server() before the fork and use "
        "its url in the child, or make a fake in the child itself."
    )


def _free() -> None:
    """Free the locks of threads that this child does not have; one that the forking thread holds stays its own."""
    for lock in list(_locks):
        if lock.acquire(blocking=False):
            lock.release()
        else:
            lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_free)
