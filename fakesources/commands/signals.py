"""Being told to stop: signals as values that somebody waits for, or hands on to a child."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subprocess import Popen

STOP = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that tell a server to save its state and stop."""

HANDED_ON = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2") if hasattr(signal, name)
)


AWAKE = 0.5
"""How often in seconds one who waits wakes by himself: a signal that comes in the instant before the waiting begins
does not end it, and its handler would never run.
"""


class Told:
    """Request to stop, sent as a signal. The first signal is waited for; the second ends the process at once."""

    def __init__(self) -> None:
        # Of all queues only this one may be filled by a handler that interrupts its own reader.
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._count = 0

    def wait(self) -> int:
        """The number of the first signal, once it has come."""
        while True:
            with suppress(Empty):
                return self._signals.get(timeout=AWAKE)

    def hear(self, number: int, _: FrameType | None = None) -> None:
        """What the signals are handled with."""
        self._count += 1
        if self._count > 1:
            os._exit(128 + number)
        self._signals.put(number)


class HandedOn:
    """Signals for a child: those that come before it is there are kept until it is."""

    def __init__(self) -> None:
        self._child: Popen[bytes] | None = None
        self._early: list[int] = []

    def to(self, child: Popen[bytes]) -> None:
        """Hand on to this child from now on, and what came too early first."""
        self._child = child
        while self._early:
            child.send_signal(self._early.pop(0))

    def hear(self, number: int, _: FrameType | None = None) -> None:
        """What the signals are handled with. A terminal sends its interrupt to the child by itself."""
        if number == signal.SIGINT and _in_front_of_a_terminal():
            return
        if self._child is None:
            self._early.append(number)
        else:
            self._child.send_signal(number)


@contextmanager
def handled(numbers: tuple[int, ...], hear: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Handle signals by one function, and restore the previous handlers when left. A hangup that is ignored stays so, as
    `nohup` wants it.
    """
    hangup = getattr(signal, "SIGHUP", None)
    before = {
        number: signal.signal(number, hear)
        for number in numbers
        if number != hangup or signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def left_to_this_thread() -> Iterator[None]:
    """Threads that are started in here never get a signal. One that another thread gets does not wake the main one,
    which alone runs handlers: it would be heard whenever the main thread next wakes by itself.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDED_ON)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_front_of_a_terminal() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (AttributeError, OSError):  # not a terminal, or a system without them
        return False
