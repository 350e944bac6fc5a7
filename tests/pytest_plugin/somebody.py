"""Somebody else's project: its application, the run of its tests, and what the run printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

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


class Recorder:
    """Plugin of a run that keeps its reports: what they say needs no reading of the lines that pytest prints."""

    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)


class Failure(NamedTuple):
    """Phase and exception of a failure, the lines of its traceback as `file.py:number`, and the sections added to it."""

    when: str
    message: str
    places: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


def failures(result: pytest.RunResult) -> list[Failure]:
    """The failures of a run that come from an exception, in order."""
    found = []
    for report in result.reports:
        if getattr(report.longrepr, "reprcrash", None) and not hasattr(report, "wasxfail"):
            entries = getattr(report.longrepr.reprtraceback, "reprentries", ())
            spots = [entry.reprfileloc for entry in entries if getattr(entry, "reprfileloc", None)]
            places = tuple(f"{Path(spot.path).name}:{spot.lineno}" for spot in spots)
            found.append(Failure(report.when, report.longrepr.reprcrash.message, places, tuple(report.sections)))
    return found


def failure(result: pytest.RunResult) -> Failure:
    """The one failure of a run."""
    [only] = failures(result)
    return only


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """The outcome of each test's call phase, by its name without the file."""
    return {each.nodeid.partition("::")[2]: each.outcome for each in result.reports if each.when == "call"}


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
