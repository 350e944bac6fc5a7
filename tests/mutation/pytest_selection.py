"""pytest plugin of the mutation tests: runs the chosen tests in their order, and records the calls of each test.

Variables: MUTATION_TESTS names a file with one test function a line; MUTATION_RECORD a file for the outcomes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SELECTION, RECORD = os.environ.pop("MUTATION_TESTS", ""), os.environ.pop("MUTATION_RECORD", "")
outcomes: dict[str, dict[str, Any]] = {}


def function_id(nodeid: str) -> str:
    """Return the id of a test without its parameters."""
    return nodeid.partition("[")[0]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if SELECTION:
        order = {name: number for number, name in enumerate(Path(SELECTION).read_text("utf-8").splitlines())}
        chosen = [item for item in items if function_id(item.nodeid) in order]
        config.hook.pytest_deselected(items=[item for item in items if function_id(item.nodeid) not in order])
        items[:] = sorted(chosen, key=lambda item: order[function_id(item.nodeid)])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not RECORD:
        return (yield)
    from coverage import Coverage

    measured = Coverage.current()
    name, start = function_id(item.nodeid), time.perf_counter()
    row = outcomes.setdefault(name, {"seconds": 0.0, "passed": True})
    assert measured is not None
    measured.switch_context(name)
    try:
        return (yield)
    finally:
        measured.switch_context("")
        row["seconds"] += time.perf_counter() - start


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if RECORD and report.failed:
        outcomes[function_id(report.nodeid)]["passed"] = False


def pytest_sessionfinish() -> None:
    if RECORD:
        Path(RECORD).write_text(json.dumps(outcomes), "utf-8")
