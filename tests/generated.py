"""Number of generated examples of a test."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """Return the number of examples in this run: as given, and more in a long one (`--hypothesis-profile=long`).

    The examples of a run are few and differ from those of the run before; CI runs each test several times.
    """
    return number * settings.default.max_examples // 100
