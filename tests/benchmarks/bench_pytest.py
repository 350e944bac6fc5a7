"""Cost of the pytest plugin: in a run that does not use it, and of its fixture in a test."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import entry_points
from pathlib import Path

from harness import Case, Group, Promise, one_core

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
OTHERS = [f"-pno:{each.name}" for each in entry_points(group="pytest11") if each.name != "fakesources"]
"""Options that leave out every other plugin of the environment: one that takes seconds would hide what ours costs."""
WITH, WITHOUT = "a pytest run that does not use the plugin", "the same run with -p no:fakesources"
FAKE, MOCK = "time the `fakesources` fixture adds to a test", "time a fixture with an empty RequestsMock adds"


@contextmanager
def pytest_run(files: Mapping[str, str], *options: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start a pytest run on some files; yield its process and the folder it runs in."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, "utf-8")
        with subprocess.Popen(
            [*PYTEST, *OTHERS, *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            yield process, Path(folder)


def processor_milliseconds(process: subprocess.Popen[str]) -> float:
    """Wait for a run, which must have passed; return its processor time in milliseconds."""
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, output
    return (used.ru_utime + used.ru_stime) * 1000


def side_by_side() -> dict[str, float]:
    """Measure both runs at the same time on the same core.

    A slow moment of the machine then affects both alike. One after the other, pairs differed by 16 %; now by 2 %.
    """
    files = {"test_plain.py": PLAIN}
    runs = [(WITH, ()), (WITHOUT, ("-p", "no:fakesources"))]
    random.shuffle(runs)
    with one_core(), ExitStack() as stack:
        processes = {name: stack.enter_context(pytest_run(files, *options))[0] for name, options in runs}
        return {name: processor_milliseconds(process) for name, process in processes.items()}


def fixture_costs() -> dict[str, float]:
    """Return the time each fixture adds to an empty test, from setup to teardown: the difference of the medians."""
    with pytest_run({"conftest.py": TIMED, "test_fixtures.py": FIXTURES}) as (process, folder):
        processor_milliseconds(process)
        report = (folder / "spent.json").read_text("utf-8")
    spent = {name: statistics.median(times) for name, times in json.loads(report).items()}
    return {FAKE: spent["test_fake"] - spent["test_bare"], MOCK: spent["test_mock"] - spent["test_bare"]}


def groups() -> list[Group]:
    """Return the groups of the plugin: a run without the fixture, and a test with it."""
    return [
        Group(
            "pytest run",
            cases=[Case("runs", side_by_side, figure_names=(WITH, WITHOUT))],
            promises=[Promise(WITH, WITHOUT, (WITH,), (WITHOUT,), 1.01)],
            unit="ms",
            rounds=21,
        ),
        Group(
            "fixture",
            cases=[Case("fixtures", fixture_costs, figure_names=(FAKE, MOCK))],
            promises=[
                Promise(
                    FAKE,
                    MOCK,
                    (FAKE,),
                    (MOCK,),
                    3,
                    goal=1.5,
                    obstacle="half of the time makes the fake with its two APIs, half patches eight functions of clients",
                )
            ],
            rounds=7,
        ),
    ]
