"""What the plugin costs: a run that does not use it, and what its fixture adds to a test."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from harness import Case, Group, Promise

PLAIN = """
import pytest

@pytest.mark.parametrize("number", range(20))
def test_nothing_much(number):
    assert number < 20
"""

TIMED = """
import time
import pytest

spent = {}

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.callspec.params["number"])

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    began = time.perf_counter()
    result = yield
    spent.setdefault(item.originalname, []).append((time.perf_counter() - began) * 1e6)
    return result

def pytest_sessionfinish(session):
    import json
    with open("spent.json", "w") as file:
        json.dump(spent, file)
"""

FIXTURES = """
import pytest
import responses

@pytest.fixture
def mock():
    with responses.RequestsMock() as mock:
        yield mock

@pytest.mark.parametrize("number", range(200))
def test_bare(number):
    pass

@pytest.mark.parametrize("number", range(200))
def test_mock(number, mock):
    pass

@pytest.mark.parametrize("number", range(200))
def test_fake(number, fakesources):
    pass
"""

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
WITH, WITHOUT = "a pytest run that does not use the plugin", "the same run with -p no:fakesources"
FAKE, MOCK = "what the `fakesources` fixture adds to a test", "what a fixture with an empty RequestsMock adds"


def run(files: Mapping[str, str], *options: str) -> tuple[float, str]:
    """Run pytest on some files: the milliseconds of processor time it took, and what it left in `spent.json`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, "utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*PYTEST, *options], cwd=folder, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stdout + done.stderr
        left = Path(folder, "spent.json")
        took = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
        return took * 1000, left.read_text("utf-8") if left.exists() else ""


def side_by_side() -> dict[str, float]:
    """Both runs, the quickest of five each, in processor time and by turns: neighbours on the machine disturb that least."""
    least = {WITH: float("inf"), WITHOUT: float("inf")}
    for _ in range(5):
        for name, options in ((WITH, ()), (WITHOUT, ("-p", "no:fakesources"))):
            least[name] = min(least[name], run({"test_plain.py": PLAIN}, *options)[0])
    return least


def added() -> dict[str, float]:
    """What each fixture adds to a test of nothing, from setup to teardown: the difference of the medians."""
    _, left = run({"conftest.py": TIMED, "test_fixtures.py": FIXTURES})
    spent = {name: statistics.median(times) for name, times in json.loads(left).items()}
    return {FAKE: spent["test_fake"] - spent["test_bare"], MOCK: spent["test_mock"] - spent["test_bare"]}


def groups() -> list[Group]:
    """A run that has no use for the plugin, and a test that has."""
    return [
        Group(
            "pytest run",
            cases=[Case("runs", side_by_side, gives=(WITH, WITHOUT))],
            promises=[Promise(WITH, WITHOUT, (WITH,), (WITHOUT,), 1.02)],
            unit="ms",
            rounds=11,
        ),
        Group(
            "fixture",
            cases=[Case("fixtures", added, gives=(FAKE, MOCK))],
            promises=[Promise(FAKE, MOCK, (FAKE,), (MOCK,), 3)],
            rounds=7,
        ),
    ]
