"""Signals of the process: a request to shut down, and forwarding to a child process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subprocess import Popen


def _existing(*names: str) -> tuple[int, ...]:
    """Return the signals of these names that the system has."""
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))


STOP_SIGNALS = _existing("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that make a server save its state and stop."""

FORWARDED_SIGNALS = (*STOP_SIGNALS, *_existing("SIGUSR1", "SIGUSR2"))
"""Signals that `run` forwards to its command."""

POLL_SECONDS = 0.5
"""Interval at which a waiting main thread wakes up. A signal that comes just before the wait does not interrupt it, and
only the main thread runs Python's signal handlers.
"""


def next_of(queue: SimpleQueue[int]) -> int:
    """Return the next number of a queue. Signals are handled meanwhile, also one that comes just before the wait."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=POLL_SECONDS)


class ShutdownSignal:
    """Request to stop, sent as a signal. The first signal can be waited for; the second ends the process at once."""

    def __init__(self) -> None:
        # The only queue whose `put` may interrupt a `get` of the same thread.
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._count = 0

    def wait(self) -> int:
        """Wait for the first signal and return its number."""
        return next_of(self._signals)

    def handle(self, number: int, _: FrameType | None = None) -> None:
        """Handle a signal, as a signal handler."""
        self._count += 1
        if self._count > 1:
            os._exit(128 + number)
        self._signals.put(number)


class SignalForwarder:
    """Forwards signals to a child process; those that come before its start are sent once it runs."""

    def __init__(self) -> None:
        self._child: Popen[bytes] | None = None
        self._pending: list[int] = []

    def forward_to(self, child: Popen[bytes]) -> None:
        """Send pending signals to a child process, and later ones from now on."""
        self._child = child
        while self._pending:
            child.send_signal(self._pending.pop(0))

    def handle(self, number: int, _: FrameType | None = None) -> None:
        """Handle a signal, as a signal handler. A terminal sends SIGINT to the child process itself."""
        if number == signal.SIGINT and _is_foreground():
            return
        if self._child is None:
            self._pending.append(number)
        else:
            self._child.send_signal(number)


@contextmanager
def handle_signals(numbers: tuple[int, ...], handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Install a handler for some signals inside the block. An ignored SIGHUP stays ignored, for `nohup`."""
    hangup = getattr(signal, "SIGHUP", None)
    before = {
        number: signal.signal(number, handler)
        for number in numbers
        if number != hangup or signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


@contextmanager
def interruptible(exit_code: Callable[[int], int]) -> Iterator[None]:
    """Let a signal end the process inside the block, where nothing is to be saved yet; `exit_code` has its number.

    A start may last: a FIFO is opened when another process opens it, too, and a state may be large.
    """
    with handle_signals(STOP_SIGNALS, lambda number, _: sys.exit(exit_code(number))):
        yield


@contextmanager
def block_in_new_threads() -> Iterator[None]:
    """Block signals in threads that are started inside the block.

    A signal that another thread receives does not wake the main thread, which alone runs the handlers.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_foreground() -> bool:
    """Return whether this process group is in the foreground of a terminal."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (AttributeError, OSError):  # no terminal, or a system without terminals
        return False
