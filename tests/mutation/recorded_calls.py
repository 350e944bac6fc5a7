"""The functions that each test calls and the lines it runs in them, recorded with `coverage`, one context a test.

They are kept in the temporary folder. A line is known by its distance from the first one of its function, so that a change
elsewhere in the file does not make a recording useless.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copies import TOP, Copy

FOLDER = Path(tempfile.gettempdir()) / "fakesources-mutation"
FILE = FOLDER / "calls.json"
LEFT_OUT = ("benchmarks", "downstream", "mutation", "typing")
"""Folders of tests that say nothing about the behaviour of the package, or take too long for each mutant."""
SLOW = ("tests/test_release.py", "tests/test_benchmarks.py", "tests/test_dependencies.py")
RECORDING_SECONDS = 1800
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class RecordedTest:
    """One test function: its recorded time, and for each function it called (`FILE::NAME`) the set of lines it ran.

    Bit N of that number stands for the line N lines below the function's first one.
    """

    id: str
    seconds: float
    calls: Mapping[str, int]


@dataclass
class RecordedCalls:
    """The recorded tests of every test file."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @staticmethod
    def load(refresh: bool) -> RecordedCalls:
        """Return the recorded calls; test files that are new or have changed are recorded first."""
        FOLDER.mkdir(exist_ok=True)
        recorded = RecordedCalls(json.loads(FILE.read_text("utf-8")) if FILE.exists() else {})
        if refresh:
            recorded.refresh()
        return recorded

    def refresh(self) -> None:
        current = {name: digest(TOP / name) for name in test_files()}
        self.files = {name: row for name, row in self.files.items() if name in current}
        stale = [name for name, value in current.items() if self.files.get(name, {}).get("digest") != value]
        groups: dict[str, list[str]] = {}
        for name in stale:
            groups.setdefault(str(Path(name).parent), []).append(name)
        if not groups:
            return
        with tempfile.TemporaryDirectory() as folder:
            copy = Copy(Path(folder))
            for number, (place, names) in enumerate(sorted(groups.items()), 1):
                print(f"recording {place} ({number} of {len(groups)})", flush=True)
                for name, tests in record(copy, names).items():
                    self.files[name] = {"digest": current[name], "tests": tests}
                FILE.write_text(json.dumps(self.files), "utf-8")

    @property
    def tests(self) -> list[RecordedTest]:
        """Every test that passed while it was recorded."""
        return [
            RecordedTest(id, row["seconds"], row["calls"])
            for file in self.files.values()
            for id, row in file["tests"].items()
            if row["passed"]
        ]


def record(copy: Copy, names: list[str]) -> dict[str, dict[str, Any]]:
    """Run test files and return, for each file, the outcome, the calls and the lines of each test function."""
    from coverage import CoverageData

    data, outcomes = copy.folder.parent / "coverage.data", copy.folder.parent / "outcomes.json"
    data.unlink(missing_ok=True)
    outcomes.write_text("{}")
    # Without the settings of .ci/run coverage: lines are enough, and those of this process alone.
    settings = f"--rcfile={os.devnull}"
    command = ["-m", "coverage", "run", settings, f"--data-file={data}", "--source=fakesources", "-m", "pytest", "-q"]
    copy.run(
        [*command, "-p", "no:cacheprovider", "-p", "tests.mutation.pytest_selection", *names],
        RECORDING_SECONDS,
        {"MUTATION_RECORD": str(outcomes), "COVERAGE_CORE": "ctrace"},
    )
    rows: dict[str, Any] = json.loads(outcomes.read_text("utf-8"))
    calls: dict[str, dict[str, int]] = {id: {} for id in rows}
    measured = CoverageData(str(data))
    measured.read()
    for path in measured.measured_files():
        file = Path(path).relative_to(copy.folder).as_posix()
        scopes = scopes_of(Path(path).read_text("utf-8"))
        for line, contexts in measured.contexts_by_lineno(path).items():
            name, first = scopes.get(line, ("", line))
            for context in calls.keys() & set(contexts):
                lines = calls[context]
                lines[f"{file}::{name}"] = lines.get(f"{file}::{name}", 0) | 1 << (line - first)
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    for id, row in rows.items():
        found[id.partition("::")[0]][id] = {**row, "calls": calls[id]}
    return found


def scopes_of(text: str) -> dict[int, tuple[str, int]]:
    """Return the qualified name and the first line of the innermost function or class of each line."""
    scopes: dict[int, tuple[str, int]] = {}

    def walk(node: ast.AST, names: tuple[str, ...]) -> None:
        for child in ast.iter_child_nodes(node):
            inner = (*names, child.name) if isinstance(child, SCOPES) else names
            if isinstance(child, SCOPES):
                lines = range(child.lineno, (child.end_lineno or 0) + 1)
                scopes.update(dict.fromkeys(lines, (".".join(inner), child.lineno)))
            walk(child, inner)

    walk(ast.parse(text), ())
    return scopes


def test_files() -> list[str]:
    files = sorted((TOP / "tests").rglob("test_*.py"))
    names = [file.relative_to(TOP).as_posix() for file in files if not set(file.parts) & set(LEFT_OUT)]
    return [name for name in names if name not in SLOW]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
