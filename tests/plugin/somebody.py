"""Somebody else's project: its application, the run of its tests, and what the run printed."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

Run = Callable[..., pytest.RunResult]

APPLICATION = """
import requests

API = "https://api.datasift.com/v1.6/source/"
ALICE = {"Authorization": "alice:key-of-alice"}


def start(id, **extra):
    return requests.put(API + "start", data={"id": id, **extra}, headers=ALICE).status_code


def start_and_swallow(id):
    try:
        requests.put(API + "start", data={"id": id, "nmae": "x"}, headers=ALICE)
    except Exception:
        pass
"""

ALONE = (
    "-p",
    "no:asyncio",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:anyio",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
)
"""Other plugins of this machine stay out, so that a report shows what ours does."""


def shows(result: pytest.RunResult, block: str) -> bool:
    """Whether a run printed these lines, one below the other; `...` at the end of one stands for its rest."""
    wanted = dedent(block).strip("\n").splitlines()
    lines = [line.rstrip() for line in result.outlines]

    def fits(line: str, want: str) -> bool:
        return line.startswith(want[:-3]) if want.endswith("...") else line == want

    return any(
        all(fits(line, want) for line, want in zip(lines[at:], wanted, strict=False))
        for at in range(len(lines) - len(wanted) + 1)
    )
