"""Monotonic time that test tools cannot freeze, for waits and deadlines."""

from __future__ import annotations

import sys
import time

# freezegun replaces `time.monotonic` itself and in every module that refers to it, also in modules imported later.
_MONOTONIC = (getattr(sys.modules.get("freezegun.api"), "real_monotonic", time.monotonic),)


def monotonic() -> float:
    """Return `time.monotonic()` of the operating system."""
    seconds: float = _MONOTONIC[0]()
    return seconds
