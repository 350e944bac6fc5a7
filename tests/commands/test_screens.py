"""Commands on terminals of several widths and on pipes: tables, colours, progress bars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result
from processes import fakesources
from rich.cells import cell_len
from screens import in_terminal, on_terminal

from fakesources.commands.main import main
from fakesources.core.text.terminal import Screen
from fakesources.pytest_plugin import coverage_report

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are POSIX's")

WIDTHS = (40, 80, 200)

RULES = (
    (),
    ("datasift.source.start",),
    ("datasift",),
    ("datasift.source.start.not-found",),
    ("--editions",),
    ("--deviations",),
    ("--provenance", "observed"),
)


def in_pipe(*arguments: str, **variables: str) -> Result:
    """Run a fakesources command in this process, with pipes as its output."""
    return CliRunner(env=variables).invoke(main, arguments, prog_name="fakesources")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording with a finding, a warning and a long URL."""
    path = tmp_path_factory.mktemp("recordings") / "traffic.jsonl"
    url = "https://api.curator.io/v1/sources?api_key=k"
    entries = [
        {"request": {"method": "GET", "url": url}, "response": {"status": 200, "json": [{"id": "x"}]}},
        {"request": {"method": "GET", "url": f"{url}&limti={'1' * 90}"}, "response": {"status": 200, "json": []}},
    ]
    path.write_text("\n".join(map(json.dumps, entries)), "utf-8")
    return path


@pytest.mark.parametrize("columns", [20, *WIDTHS])
@pytest.mark.parametrize("arguments", RULES, ids=" ".join)
def test_rules_fit_the_terminal(arguments: tuple[str, ...], columns: int) -> None:
    shown = in_terminal("rules", *arguments, columns=columns)

    assert (shown.code, shown.width <= columns) == (0, True)


@pytest.mark.parametrize("columns", WIDTHS)
def test_nothing_of_a_rule_is_cut_off(columns: int) -> None:
    """Long words are broken, and lines are wrapped: without its spaces the text is that of a pipe."""
    shown = in_terminal("rules", "datasift.source.start.missing-param", columns=columns)
    piped = in_pipe("rules", "datasift.source.start.missing-param")

    assert "".join(shown.text.split()) == "".join(piped.stdout.split())


def test_a_wide_terminal_shows_more_columns() -> None:
    """The numbers by provenance, then the summary; a pipe has all of them at any width."""
    heads = {columns: in_terminal("rules", columns=columns).lines[0].split() for columns in WIDTHS}

    assert heads[40] == ["operation", "rules"]
    assert heads[80] == [*heads[40], "documented", "recorded", "observed", "decided"]
    assert heads[200] == [*heads[80], "summary"]


@pytest.mark.parametrize(
    ("provenance", "colour"), [("documented", 32), ("recorded", 36), ("observed", 33), ("decided", 35)]
)
def test_a_provenance_has_its_colour(provenance: str, colour: int) -> None:
    shown = in_terminal("rules", "datasift.source.start", "--provenance", provenance, columns=80)

    assert f"\x1b[{colour}m{provenance}" in shown.output


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
@pytest.mark.parametrize("arguments", [("rules",), ("rules", "datasift.source.start"), ("check", "{recording}")])
def test_colours_can_be_switched_off(arguments: tuple[str, ...], variables: dict[str, str], recording: Path) -> None:
    """The text stays the same."""
    words = [each.format(recording=recording) for each in arguments]

    plain, coloured = in_terminal(*words, columns=80, **variables), in_terminal(*words, columns=80)

    assert (plain.has_colours, coloured.has_colours) == (False, True)
    assert [line.rstrip() for line in plain.lines] == [line.rstrip() for line in coloured.lines]


@pytest.mark.parametrize(("given", "width"), [("30", 30), ("500", 60), ("0", 60), ("wide", 60)])
def test_a_given_number_of_columns_makes_a_terminal_narrower_only(given: str, width: int) -> None:
    shown = in_terminal("rules", "datasift", columns=60, COLUMNS=given)

    assert width - 10 < shown.width <= width


def test_a_terminal_that_does_not_know_its_width_has_80_columns() -> None:
    assert 70 < in_terminal("rules", "datasift", columns=0).width <= 80


@pytest.mark.parametrize("arguments", RULES, ids=" ".join)
@pytest.mark.parametrize("variables", [{}, {"COLUMNS": "40"}, {"FORCE_COLOR": "1"}], ids=str)
def test_a_pipe_gets_plain_and_whole_lines(arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    """Whatever the environment says of terminals."""
    piped = in_pipe("rules", *arguments, **variables)

    assert piped.exit_code == 0
    assert "\x1b" not in piped.stdout
    assert "…" not in piped.stdout
    assert max(map(len, piped.stdout.splitlines())) > 80


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_report_of_recorded_traffic_fits_and_has_the_colours_of_its_severities(recording: Path, columns: int) -> None:
    shown = in_terminal("check", str(recording), columns=columns)
    piped = in_pipe("check", str(recording))

    assert (shown.code, shown.width <= columns) == (1, True)
    assert "\x1b[1;31mfinding" in shown.output
    assert "\x1b[33mwarning" in shown.output
    assert "\x1b" not in piped.stdout
    assert "".join(shown.text.split()) == "".join(piped.stdout.split())


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_large_file_has_a_progress_bar_on_a_terminal_only(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "large.jsonl"
    entry = {
        "request": {"method": "GET", "url": "https://example.org/"},
        "response": {"status": 200, "body": "x" * 1_000_000},
    }
    path.write_text("\n".join([json.dumps(entry)] * 3), "utf-8")

    shown = in_terminal("check", str(path), "--allow-empty", columns=columns)
    piped = in_pipe("check", str(path), "--allow-empty")

    assert shown.code == 0
    assert "Reading" in shown.text
    assert "100%" in shown.text
    assert shown.width <= columns
    assert "Reading" not in piped.output


def test_a_small_file_has_no_progress_bar(recording: Path) -> None:
    assert "Reading" not in in_terminal("check", str(recording), columns=80).text


@pytest.mark.parametrize("columns", WIDTHS)
def test_violations_of_a_run_fit_the_terminal(columns: int) -> None:
    call = (
        "import os, urllib.request as u;"
        'u.urlopen(u.Request(os.environ[\'FAKESOURCES_URL\'] + \'/v1/feeds?api_key=k\', b\'{"name":"n","nmae":"'
        + "m"
        * 90
        + "\"}',"
        " {'Content-Type': 'application/json'}))"
    )

    shown = on_terminal(fakesources("run", "--strict", "--", sys.executable, "-c", call), columns)

    assert (shown.code, "nmae" in shown.text, shown.width <= columns) == (1, True, True), shown.text


ERRORS = (
    ("rules", "datasift.source.start.not-fuond.and-a-long-name-that-no-rule-has"),
    ("rules", "--provenance", "documentde"),
    ("check", "a-folder-that-is-not-there/" + "traffic" * 12 + ".jsonl"),
    ("openapi", "datasfit"),
    ("run", "--images-url", "sever", "--", "true"),
    ("run", "--", "a-program-that-is-not-there-" + "x" * 60),
    ("serve", "--load", "a-state-file-that-is-not-there-" + "x" * 60),
)


@pytest.mark.parametrize("arguments", ERRORS, ids=" ".join)
def test_errors_fit_the_terminal(arguments: tuple[str, ...]) -> None:
    """With the text and the exit code that they have in a pipe."""
    shown = in_terminal(*arguments, columns=50)
    piped = in_pipe(*arguments)

    assert (shown.code, shown.width <= 50) == (piped.exit_code, True)
    assert "".join(piped.stderr.split()) == "".join(shown.text.split())
    assert "Error:" in shown.text


COVERED = """
    import requests

    def test_it(fakesources):
        url = "https://api.datasift.com/v1.6/source/stop"
        requests.put(url, json={"id": "x"}, headers={"Authorization": "alice:0123456789"})
"""


COVERAGE = [
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", "test_it.py"),
    *("--fakesources-coverage", "--fakesources-coverage-html=out", "--fakesources-coverage-json=coverage.json"),
    "--fakesources-coverage-fail-under=50",
]


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a suite and the coverage of its run in a pipe: `piped.txt` and `coverage.json`."""
    folder = tmp_path_factory.mktemp("covered")
    (folder / "test_it.py").write_text(dedent(COVERED))
    with (folder / "piped.txt").open("w") as output:
        assert subprocess.run(COVERAGE, cwd=folder, stdout=output, check=False).returncode == 1
    return folder


def test_a_run_with_coverage_fits_a_narrow_terminal(covered: Path) -> None:
    shown = on_terminal(COVERAGE, 40, covered)

    rows = {words[0]: words[1:] for words in map(str.split, shown.lines) if words}
    assert (shown.code, shown.width <= 40) == (1, True)
    assert (rows["Operation"], rows["datasift.source.stop"]) == (["Cover"], ["28.5%"])
    assert "expected at least 50%" in shown.words
    assert "\x1b[1;31m" in shown.output


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_coverage_of_a_run_fits_the_terminal(covered: Path, columns: int) -> None:
    """A line for each operation and the total; the missing names follow, as far as there is room."""
    value = json.loads((covered / "coverage.json").read_text("utf-8"))

    lines = coverage_report.lines(value, Screen(columns))

    rows = {words[0]: words[1:] for words in map(str.split, lines) if words}
    kinds, numbers = ["Calls", "Parameters", "Errors", "Changes"], ["1", "100%", "33.3%", "0%"]
    assert max(map(cell_len, lines)) <= columns
    assert rows["Operation"] == [*(kinds if columns > 40 else []), "Cover", *(["Missing"] if columns > 80 else [])]
    assert rows["datasift.source.stop"][: len(rows["TOTAL"])] == [*(numbers if columns > 40 else []), "28.5%"]
    assert {"datasift.source.create", "datasift"} <= set(rows)
    assert any("never called" in line for line in lines) == (columns > 80)  # elsewhere 0% says it in less room


def test_the_coverage_of_a_run_in_a_pipe_is_plain_and_whole(covered: Path) -> None:
    piped = (covered / "piped.txt").read_text()

    assert "\x1b" not in piped
    assert any(
        line.startswith("datasift.source.stop")
        and line.endswith("error missing-param, error not-valid, status 200, running to stopped, stopped to stopped")
        for line in piped.splitlines()
    )
