"""Mutants: the changes that are made, and the list of those known to be equivalent."""

from __future__ import annotations

import ast
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from code_changes import code_changes
from mutants import PACKAGES, TOP, Change, choose, mutants_of, survivors
from results import Results, equivalents
from running import Outcome
from schema_changes import schema_changes

pytestmark = pytest.mark.once

CODE = [
    ("x < y", ["x <= y", "x >= y"]),
    ("x is None", ["x is not None"]),
    ("x in y", ["x not in y"]),
    ("x and y", ["x or y", "x", "y"]),
    ("not x", ["x"]),
    ("z = 1 if x else 1", ["not x", "2", "2"]),
    ("x + y", ["x - y"]),
    ("x += y", ["removed", "x -= y"]),
    ("z = True", ["False"]),
    ("z = 'text'", ["'textX'"]),
    ("z = f'no {x}'", ["f'no X{x}'"]),
    ("def f(): return x", ["return None"]),
    ("f(a, b=c)", ["f(a)", "removed"]),
    ("x.y = z", ["removed"]),
    ("raise x", ["removed"]),
    ("def f(a=1): pass", ["2"]),
    ("def f(a: 'X' = ()) -> 'Y': 'doc'", ["('X',)"]),
    ("Pairs = tuple[int, 'x']", []),
    ("__all__ = ['x']", []),
    ("import x", []),
    ("class T(typing.TypedDict, total=False): x: int", []),
    ("@dataclass(slots=True)\nclass C: pass", []),
    ("zip(strict=True)", ["removed"]),
    ("@lru_cache(maxsize=4)\ndef f(): pass", []),
]
SCHEMAS = [
    ({"additionalProperties": False}, {"additionalProperties: false -> removed"}),
    ({"required": ["a", "b"]}, {"required: a -> removed", "required: b -> removed"}),
    ({"type": "string"}, {"type: string -> integer", "type: string -> removed"}),
    ({"type": ["string", "null"]}, {"type: string -> removed", "type: null -> removed"}),
    ({"enum": ["a"]}, {'enum: "a" -> removed', "enum: removed"}),
    ({"minimum": 2}, {"minimum: 2 -> 1", "minimum: 2 -> 3"}),
    ({"pattern": "^a$"}, {"pattern: ^a$ -> removed", "pattern: ^a$ -> without $"}),
    ({"$ref": "a.json"}, {"$ref: a.json -> removed"}),
    ({"x-source": "a", "x-provenance": "observed"},
     {"x-source: a -> none", "x-provenance: observed -> decided", "x-provenance: observed -> removed"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CODE)
def test_code_has_the_expected_changes(text: str, expected: list[str]) -> None:
    """Each is valid and has as many lines as before."""
    changes = [Change(*row) for row in code_changes(text)]

    assert sorted(change.words.rpartition(" -> ")[2] for change in changes) == sorted(expected)
    for change in changes:
        assert ast.parse(change.applied(text))


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS)
def test_a_schema_has_the_expected_changes(schema: dict[str, object], expected: set[str]) -> None:
    text = json.dumps(schema)
    changes = [Change(*row) for row in schema_changes(text)]

    assert {change.words for change in changes} == expected
    assert all(json.loads(change.applied(text)) != schema for change in changes)


def test_a_change_of_several_lines_keeps_the_lines_of_the_rest() -> None:
    text = "f(\n    a,\n    b=1,\n)\ng()\n"

    for change in (Change(*row) for row in code_changes(text)):
        assert change.applied(text).splitlines()[4].strip() in ("g()", "pass"), change


def test_a_sample_is_spread_evenly_and_depends_on_the_seed_alone() -> None:
    packages = ["fake", "export"]
    sample = choose(packages, 20, 1)

    assert Counter(mutant.package for mutant in sample) == {"fake": 10, "export": 10}
    assert choose(packages, 20, 1) == sample != choose(packages, 20, 2)


def test_every_equivalent_change_exists_and_has_a_reason() -> None:
    rows = equivalents()
    package_of = {row.file: next(p for p, paths in PACKAGES.items() if row.file.startswith(paths)) for row in rows}
    existing = {
        (mutant.file, mutant.change.function, mutant.words)
        for package in sorted(set(package_of.values()))
        for mutant in mutants_of(package, only=set(package_of))
    }

    assert [row for row in rows if (row.file, row.function, row.words) not in existing] == []
    assert all(row.reason for row in rows)
    assert all((TOP / row.file).is_file() for row in rows)


def test_equivalent_mutants_do_not_count() -> None:
    first, second = choose(["export"], 2, 0)
    results = Results()
    results.known = {(first.file, first.change.function, first.words): "a reason"}

    results.add(first, Outcome("", 1.0, 1))
    results.add(second, Outcome("a test", 1.0, 1))

    assert results.percent == 100.0
    results.add(second, Outcome("", 1.0, 1))
    assert results.percent == 50.0


WRONG_COMMANDS = [
    ("--only core,cores", "argument --only: expected some of core, "),
    ("--only core,cores", "got 'cores'"),
    ("--sample 0", "argument --sample: expected 1 or more, got '0'"),
    ("--sample -1", "argument --sample: expected 1 or more, got '-1'"),
    ("--workers two", "argument --workers: expected 1 or more, got 'two'"),
    ("--sample 1 --only fake", "coverage: expected it to be installed; run: pip install -e '.[mutation]'\n"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_COMMANDS)
def test_a_command_that_cannot_run_says_what_it_needs(
    arguments: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "coverage", None)
    monkeypatch.setattr(sys, "argv", ["tests.mutation", *arguments.split()])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(TOP / "tests/mutation/__main__.py"), run_name="__main__")
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_the_survivors_of_an_earlier_run_are_found_where_they_are_now() -> None:
    first, second, *_ = mutants_of("fake")
    log = f"killed       1.0 s  {second}\nsurvived    12.5 s  {str(first).replace(':', ':9', 1)}\npackage  killed\n"

    assert survivors(log) == [first]


RUNS_A_CHILD = """
import os
import subprocess
import sys
from pathlib import Path

import copies

folder, pipe, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])


class Interrupted(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        if number:
            open(pipe, "rb").close()  # once the child has it open, too
            os.kill(os.getpid(), number)


copies.subprocess.Popen = Interrupted
copies.TOP, copies.COPIED = folder / "top", ()
copies.end_on_signals()
child = f"import time; pipe = open({pipe!r}, 'wb'); time.sleep(60)"
copies.Copy(folder).run(["-c", child], 60)
"""


def has_writer(pipe: int) -> bool:
    """Return whether the other end of a pipe is open; nothing is ever written."""
    try:
        return os.read(pipe, 1) != b""
    except BlockingIOError:
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals and named pipes of POSIX")
@pytest.mark.parametrize("starting", [False, True], ids=["running", "starting"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_processes_of_the_copies(number: signal.Signals, starting: bool, tmp_path: Path) -> None:
    """Those too that are just being started. A child holds the writing end of a pipe, which ends with it."""
    for name in ("top", "tree"):
        (tmp_path / name).mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    arguments = [str(tmp_path), str(pipe), str(int(number) if starting else 0)]
    process = subprocess.Popen([sys.executable, "-c", RUNS_A_CHILD, *arguments], cwd=Path(__file__).parent)
    try:
        if not starting:
            while process.poll() is None and not has_writer(reading):
                time.sleep(0.01)
            process.send_signal(number)
        assert process.wait(30) == 128 + number
        assert not has_writer(reading)
    finally:
        os.close(reading)
