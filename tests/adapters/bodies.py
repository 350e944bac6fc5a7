"""Responses with many kinds of bodies, and the outcomes of using them in a form that can be compared."""

from __future__ import annotations

import gzip
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakesources.core.http.messages import Response

TIME_LIMIT_SECONDS = 20
LINES = b'{"a": 1}\n{"b": 2}\r\n\n{"c": "\xc3\xa9"}'
TEXT = ("Content-Type", "application/json; charset=utf-8")

RESPONSES = {
    "lines": ("GET", Response(200, (TEXT,), LINES)),
    "large": ("GET", Response(200, (TEXT,), b"0123456789abcdef\n" * 5_000)),
    "empty": ("GET", Response(200, (TEXT,))),
    "no content": ("DELETE", Response(204)),
    "not modified": ("GET", Response(304)),
    "HEAD": ("HEAD", Response(200, (TEXT,), LINES)),
    "an error": ("GET", Response(404, (TEXT,), b'{"error": "Source not found"}')),
    "with cookies": ("GET", Response(200, (("Set-Cookie", "a=1"), TEXT), LINES)),
    "compressed": ("GET", Response(200, (("Content-Encoding", "gzip"), TEXT), gzip.compress(LINES * 9, mtime=0))),
    "not what it claims": ("GET", Response(200, (("Content-Encoding", "gzip"), TEXT), LINES)),
    "truncated": ("GET", Response(200, (TEXT,), LINES, disconnect="truncated")),
    "truncated, with cookies": ("GET", Response(200, (("Set-Cookie", "a=1"), TEXT), LINES, disconnect="truncated")),
    "truncated, large": ("GET", Response(200, (TEXT,), b"0123456789abcdef\n" * 5_000, disconnect="truncated")),
    "truncated, compressed": (
        "GET",
        Response(200, (("Content-Encoding", "gzip"), TEXT), gzip.compress(LINES * 9, mtime=0), disconnect="truncated"),
    ),
}


CASES = [
    *(pytest.param(name, True, id=f"{name}, streamed") for name in RESPONSES),
    *(pytest.param(name, False, id=f"{name}, read at once") for name in ("lines", "HEAD", "truncated, with cookies")),
]
"""Every response, and whether the client reads its body itself (`stream`)."""


@contextmanager
def watchdog() -> Iterator[None]:
    """Fail a block that does not end in time, also one in a busy loop."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        pytest.fail(f"it did not end within {TIME_LIMIT_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(action: Callable[[Any], Any], response: Any) -> Any:
    """Return the result of an action, or the class of the exception it raises."""
    try:
        return action(response)
    except Exception as error:
        return type(error)


def pieces(chunks: Any) -> Any:
    """Return all chunks joined, and the class of the exception that ended them; the network decides on their sizes."""
    taken: list[Any] = []
    try:
        for chunk in chunks:
            taken.append(chunk)  # what came before an exception counts
    except Exception as error:
        return joined(taken), type(error)
    return joined(taken), None


def joined(taken: list[Any]) -> Any:
    return "".join(taken) if taken and isinstance(taken[0], str) else b"".join(taken)


def in_turn(*actions: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Combine several actions on one response, each with its own outcome."""
    return lambda response: [outcome(action, response) for action in actions]
