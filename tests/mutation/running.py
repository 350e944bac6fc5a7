"""Run mutants: the tests that matter for each, and its outcome."""

from __future__ import annotations

import queue
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path

from copies import TOP, Copy
from mutants import Mutant
from recorded_calls import FOLDER, RecordedCalls, RecordedTest, scopes_of

IN_PROCESSES = ("fakesources/commands/", "fakesources/pytest_plugin/", "fakesources/wsgi.py", "fakesources/__main__.py",
                "fakesources/adapters/import_hook.py")  # fmt: skip
"""Code that tests run in processes of their own, whose calls are not recorded: every test of its folder is chosen."""
TABLES = ("tests/contract/", "tests/fidelity/", "tests/test_docs.py")
"""Tests that look at the tables of the APIs, which stand in no function."""
RULES = ("tests/test_architecture.py",)
"""Tests that read the source of every file. They are the last for each mutant."""
TELLING_LENGTH = 8
"""Number of characters from which a text says which tests are about it: those that have it, too."""
MIRRORS = {"fakesources/wsgi.py": "tests/commands", "fakesources/__main__.py": "tests/commands"}


@dataclass(frozen=True)
class Outcome:
    """Outcome of one mutant: the failed test or `timeout`, or an empty text where it survived."""

    killer: str
    seconds: float
    tests: int

    @property
    def survived(self) -> bool:
        return not self.killer


def run_all(
    mutants: Sequence[Mutant], calls: RecordedCalls, workers: int, budget: float
) -> Iterator[tuple[Mutant, Outcome]]:
    """Yield each mutant with its outcome as it ends; each worker has a copy of the tree."""
    waiting, done = queue.SimpleQueue[Mutant](), queue.SimpleQueue[tuple[Mutant, Outcome] | BaseException]()
    for mutant in mutants:
        waiting.put(mutant)
    tests = calls.tests

    def work(folder: Path) -> None:
        try:
            copy = Copy(folder)
            while True:
                mutant = waiting.get_nowait()
                done.put((mutant, run(copy, mutant, chosen_tests(mutant, tests, budget))))
        except queue.Empty:
            return
        except BaseException as error:
            done.put(error)

    with tempfile.TemporaryDirectory(dir=FOLDER, ignore_cleanup_errors=True) as folder:
        for number in range(workers):
            threading.Thread(target=work, args=(Path(folder) / str(number),), daemon=True).start()
        for _ in mutants:
            result = done.get()
            if isinstance(result, BaseException):
                raise result
            yield result


def run(copy: Copy, mutant: Mutant, tests: Sequence[RecordedTest]) -> Outcome:
    """Test one mutant."""
    start = time.monotonic()
    original = (TOP / mutant.file).read_text("utf-8")
    selection = copy.folder.parent / "tests.txt"
    selection.write_text("\n".join(test.id for test in tests), "utf-8")
    files = list(dict.fromkeys(test.id.partition("::")[0] for test in tests))
    if not files:
        return Outcome("", 0.0, 0)
    copy.write(mutant.file, mutant.change.applied(original))
    arguments = ["-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    code, output = copy.run(
        [*arguments, "-p", "tests.mutation.pytest_selection", *files],
        30 + 2 * sum(test.seconds for test in tests),  # recorded beside coverage, thus slower than here
        {"MUTATION_TESTS": str(selection)},
    )
    copy.write(mutant.file, original)
    killer = "timeout" if code is None else "" if code in (0, 5) else first_failure(output) or f"exit code {code}"
    return Outcome(killer, time.monotonic() - start, len(tests))


def first_failure(output: str) -> str:
    """Return the first test that failed, from what pytest printed."""
    lines = output.splitlines()
    return next((line.split(" ")[1] for line in lines if line.startswith(("FAILED ", "ERROR "))), "")


def chosen_tests(mutant: Mutant, tests: Sequence[RecordedTest], budget: float) -> list[RecordedTest]:
    """Return the tests for a mutant, the most specific first, as many as the budget of seconds allows."""
    if mutant.package == "schemas":
        ranked = ranked_by_folder(mutant.file.split("/")[1], tests)
    else:
        ranked = ranked_by_calls(mutant, tests)
    chosen: list[RecordedTest] = []
    for test in ranked:
        if test.seconds <= budget:
            budget -= test.seconds
            chosen.append(test)
    order = list(dict.fromkeys(test.id.partition("::")[0] for test in chosen))
    return sorted(chosen, key=lambda test: order.index(test.id.partition("::")[0]))


SCHEMA_FOLDERS = ("tests/contract/", "tests/control/", "tests/apis/", "tests/fidelity/", "tests/export/",
                  "tests/core/contract/", "tests/verify/", "tests/test_")  # fmt: skip


def ranked_by_folder(api: str, tests: Sequence[RecordedTest]) -> list[RecordedTest]:
    """Return the tests that a schema of an API, or of the control plane, may make fail."""
    others = {"tests/apis/curator/", "tests/apis/datasift/"} - {f"tests/apis/{api}/"}
    folders = [folder for folder in SCHEMA_FOLDERS if folder != "tests/control/" or api == "control"]
    rows = [(folders.index(folder), test) for test in tests for folder in folders if test.id.startswith(folder)]
    rows = [row for row in rows if not row[1].id.startswith(tuple(others))]
    return [test for _, test in sorted(rows, key=lambda row: (row[0], row[1].seconds))]


def ranked_by_calls(mutant: Mutant, tests: Sequence[RecordedTest]) -> list[RecordedTest]:
    """Return the tests that run the line of a mutant, else those that call its function, else any function of its file.

    What stands in a module or a class is run when the file is imported, by no test in particular: the tests of the folder and
    those of the tables are added.
    """
    file, function = mutant.file, mutant.change.function
    callers = running_line(mutant, tests) if function else []
    if not callers:
        callers = [test for test in tests if any(call.startswith(f"{file}::") for call in test.calls)]
    mirror = mirrored_folder(file)
    tables = () if any(f"{file}::{function}" in test.calls for test in tests) else TABLES
    if file.startswith(IN_PROCESSES):
        tables = TABLES
    added = (*RULES, mirror, *tables) if not callers or tables else RULES
    others = [test for test in tests if test.id.startswith(added)]
    callers = list({test.id: test for test in [*callers, *others]}.values())
    specific = sorted(callers, key=lambda test: (len(test.calls), test.seconds))
    turns = Counter[str]()
    ranks: dict[str, tuple[object, ...]] = {}
    for number, test in enumerate(specific):
        name = test.id.partition("::")[0]
        is_table = name.startswith(tables)
        # In turns, since the tests of one file are alike.
        ranks[test.id] = (
            name in RULES, not has_text(name, mutant), not name.startswith(mirror), not is_table, turns[name], number,
        )  # fmt: skip
        turns[name] += 1
    return sorted(specific, key=lambda test: ranks[test.id])


def has_text(file: str, mutant: Mutant) -> bool:
    """Return whether a test file has the text that a mutant changes, where that is long enough to be about one thing."""
    if mutant.change.operator != "text":
        return False
    parts = re.split(r"\{[^}]*\}", mutant.change.words.partition(" -> ")[0].lstrip("fb").strip("'\""))
    longest = max(parts, key=len)
    return len(longest) >= TELLING_LENGTH and longest in text_of(file)


@lru_cache
def text_of(file: str) -> str:
    return (TOP / file).read_text("utf-8")


def running_line(mutant: Mutant, tests: Sequence[RecordedTest]) -> list[RecordedTest]:
    """Return the tests that run the line of a mutant, or the last one before it in its function that any test runs.

    A statement of several lines is recorded at some of them alone.
    """
    own = f"{mutant.file}::{mutant.change.function}"
    callers = [test for test in tests if own in test.calls]
    every = reduce(or_, (test.calls[own] for test in callers), 0)
    line = mutant.change.line - first_line(mutant)
    while line > 0 and not every >> line & 1:
        line -= 1
    return [test for test in callers if test.calls[own] >> line & 1] if line > 0 else callers


def first_line(mutant: Mutant) -> int:
    """Return the first line of the function around a mutant."""
    text = (TOP / mutant.file).read_text("utf-8")
    return scopes_of(text).get(mutant.change.line, ("", mutant.change.line))[1]


@lru_cache
def mirrored_folder(file: str) -> str:
    """Return the folder of tests that mirrors the folder of a file: the deepest one that exists."""
    if file in MIRRORS:
        return MIRRORS[file]
    folder = Path("tests", *Path(file).parts[1:-1])
    while not (TOP / folder).is_dir():
        folder = folder.parent
    return (Path("tests/fake") if folder == Path("tests") else folder).as_posix() + "/"
