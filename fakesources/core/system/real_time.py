"""Time that no test freezes: for waits and deadlines, which have to end whatever a test does to the calendar."""

from __future__ import annotations

import sys
import time

# freezegun replaces `time.monotonic` itself and in every module that names it, also in those that are imported later.
_MONOTONIC = (getattr(sys.modules.get("freezegun.api"), "real_monotonic", time.monotonic),)


def monotonic() -> float:
    """Return `time.monotonic()` as the operating system has it."""
    seconds: float = _MONOTONIC[0]()
    return seconds
