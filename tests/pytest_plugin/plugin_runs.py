"""Runs of pytest on a project of a user: its application, the run of its tests, and the reports."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
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


def start_misspelt(id):
    try:
        requests.put(API + "start", data={"id": id, "nmae": "x"}, headers=ALICE)
    except Exception:
        pass
"""

_KEPT = ("fakesources", "xdist", "xdist.looponfail")
_OTHERS = {each.name for each in entry_points(group="pytest11")}.difference(_KEPT)
ALONE = tuple(f"-pno:{name}" for name in ("cacheprovider", *sorted(_OTHERS)))
"""Arguments that disable other installed plugins: reports show only what ours adds, and a run starts in half the time."""


class Recorder:
    """Plugin of a run that records its reports."""

    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)


class Failure(NamedTuple):
    """Phase and message of a failure, the lines of its traceback as `file.py:number`, and the sections of its report."""

    when: str
    message: str
    places: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


def failures(result: pytest.RunResult) -> list[Failure]:
    """Return the failures of a run that come from an exception, in order."""
    found = []
    for report in result.reports:
        if getattr(report.longrepr, "reprcrash", None) and not hasattr(report, "wasxfail"):
            entries = getattr(report.longrepr.reprtraceback, "reprentries", ())
            lines = [entry.reprfileloc for entry in entries if getattr(entry, "reprfileloc", None)]
            places = tuple(f"{Path(line.path).name}:{line.lineno}" for line in lines)
            found.append(Failure(report.when, report.longrepr.reprcrash.message, places, tuple(report.sections)))
    return found


def failure(result: pytest.RunResult) -> Failure:
    """Return the only failure of a run."""
    [only] = failures(result)
    return only


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """Return the outcome of each test's call phase, by its name without the file."""
    return {each.nodeid.partition("::")[2]: each.outcome for each in result.reports if each.when == "call"}


def shows(result: pytest.RunResult, block: str) -> bool:
    """Return whether a run printed these lines, one below the other; `...` ends a line that may be longer."""
    expected = dedent(block).strip("\n").splitlines()
    lines = [line.rstrip() for line in result.outlines]

    def matches(line: str, pattern: str) -> bool:
        return line.startswith(pattern[:-3]) if pattern.endswith("...") else line == pattern

    return any(
        all(matches(line, pattern) for line, pattern in zip(lines[at:], expected, strict=False))
        for at in range(len(lines) - len(expected) + 1)
    )
