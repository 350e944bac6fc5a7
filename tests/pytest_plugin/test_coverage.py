"""Options `--fakesources-coverage` and `--fakesources-editions`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from plugin_runs import outcomes

from fakesources.core.engine.journal import Journal
from fakesources.core.text.terminal import Screen
from fakesources.pytest_plugin.coverage_report import lines, missing
from fakesources.verify.operation_counts import KINDS

TESTS = """
    import pytest, requests
    from fakesources import FakeSources, Request

    SOURCE = "https://api.datasift.com/v1.6/source/"
    KEY = {"Authorization": "alice:0123456789"}

    def test_a_source_is_started_and_stopped(fakesources):
        source = fakesources.datasift.sources.add(running=False)
        requests.put(SOURCE + "start", json={"id": source.id}, headers=KEY)
        requests.put(SOURCE + "stop", json={"id": source.id}, headers=KEY)

    def test_a_source_is_unknown(fakesources_server):
        response = requests.put(fakesources_server.url + "/v1.6/source/stop", json={"id": "x"}, headers=KEY)
        assert response.status_code == 404

    def test_a_fake_without_a_fixture():
        body = b'{"source_type": "twitter_gnip", "name": "n", "resources": [{"parameters": {"mapping": "gnip_1"}}]}'
        headers = (*KEY.items(), ("Content-Type", "application/json"))
        FakeSources().handle(Request("POST", "/v1.6/source/create", headers, body, "api.datasift.com"))
"""


def read_coverage(folder: Path) -> dict[str, Any]:
    """Return the operations of the coverage that a run wrote, by id."""
    coverage = json.loads((folder / "coverage.json").read_text("utf-8"))
    return {row["id"]: row for row in coverage["operations"]}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_coverage_counts_what_the_tests_used(run, pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """Exchanges of every fake and every process are counted."""
    result = run(TESTS, "--fakesources-coverage", "--fakesources-coverage-json=coverage.json", *workers)

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*fakesources coverage*", "datasift.source.create*"])
    result.stdout.no_fnmatch_line("curator*")
    found = read_coverage(pytester.path)
    assert {id: row["calls"] for id, row in found.items() if row["calls"]} == {
        "datasift": 4, "datasift.source.create": 1, "datasift.source.start": 1, "datasift.source.stop": 2,
    }  # fmt: skip
    assert {id: row["responses"]["met"] for id, row in found.items() if row["responses"]["met"]} == {
        "datasift.source.create": [201], "datasift.source.start": [200], "datasift.source.stop": [200],
    }  # fmt: skip
    assert {id: row["errors"]["met"] for id, row in found.items() if row["errors"]["met"]} == {
        "datasift.source.stop": ["not-found"]
    }
    assert {id: row["changes"]["met"] for id, row in found.items() if row["changes"]["met"]} == {
        "datasift.source.create": ["nothing to stopped"],
        "datasift.source.start": ["stopped to running"],
        "datasift.source.stop": ["running to stopped"],
    }
    created = found["datasift.source.create"]["parameters"]
    assert {"resources", "source_type=twitter_gnip", "resources.parameters.mapping"} <= set(created["met"])
    assert {"auth", "source_type=instagram", "resources.parameters.unique_id_location"} <= set(created["missed"])


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_apis_that_a_test_declares_are_counted(run, pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """The process that reports has never seen them where workers ran the tests."""
    result = run(
        """
        import pytest, requests
        from typing import TypedDict
        from fakesources import FakeSources
        from fakesources.kit import Api

        class Query(TypedDict, total=False):
            colour: str
            size: int

        def shop():
            api = Api("shop", host="shop.test")

            @api.get("/things/<id>", query=Query, responses={200: {}})
            def thing(call):
                return {}

            @api.delete("/things/<id>", responses={204: None})
            def removed(call): ...

            return api

        @pytest.mark.parametrize("query", ["?colour=red", "?size=1"])
        def test_a_thing(query):
            with FakeSources(apis=[shop()]):
                assert requests.get("https://shop.test/things/1" + query).status_code == 200
        """,
        "--fakesources-coverage-json=coverage.json",
        *workers,
    )

    result.assert_outcomes(passed=2)
    found = read_coverage(pytester.path)
    assert found["shop.thing"]["calls"] == 2
    assert set(found["shop.thing"]["parameters"]["met"]) == {"id", "colour", "size"}
    assert found["shop.removed"]["calls"] == 0
    assert {row["api"] for row in found.values()} == {"shop"}


def test_the_journal_is_patched_only_during_a_run_with_the_option(run, pytester: pytest.Pytester) -> None:
    keep = Journal.record
    result = run(TESTS)
    assert Journal.record is keep
    result.stdout.no_fnmatch_line("*fakesources coverage*")

    run(TESTS, "--fakesources-coverage-json=coverage.json").stdout.no_fnmatch_line("*fakesources coverage*")

    assert read_coverage(pytester.path)["datasift.source.stop"]["calls"] == 2
    assert Journal.record is keep


FILES = ("--fakesources-coverage-json", "--fakesources-coverage-html")


@pytest.mark.parametrize(
    ("minimum", "code", "workers"),
    [("0", 0, ()), ("12", 0, ()), ("12.1", 1, ()), ("100", 1, ()), ("100", 1, ("-n", "2"))],
)
def test_a_run_below_a_minimum_fails(run, minimum: str, code: int, workers: tuple[str, ...]) -> None:
    """The exit code is that of failed tests, though every test passed."""
    result = run(TESTS, f"--fakesources-coverage-fail-under={minimum}", *workers)

    result.assert_outcomes(passed=3)
    assert result.ret == code
    result.stdout.fnmatch_lines([f"fakesources coverage: expected at least {minimum}%, got 12%"])


def test_a_run_without_any_call_has_met_nothing(run) -> None:
    arguments = ("--fakesources-coverage", "--fakesources-coverage-fail-under=1")
    result = run("def test_nothing(): pass", *arguments)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["no operation was called", "*expected at least 1%, got 0%"])


def test_a_failed_run_keeps_its_exit_code(run) -> None:
    assert run("import absent_module", "--fakesources-coverage-fail-under=1").ret == pytest.ExitCode.INTERRUPTED
    assert run(TESTS, "--fakesources-coverage-fail-under=100", "--collect-only").ret == pytest.ExitCode.OK


@pytest.mark.parametrize("given", ["", "x", "-1", "100.1", "nan", "inf", "80%", "1,5"])
def test_a_minimum_that_is_no_percentage_is_a_usage_error(run, given: str) -> None:
    result = run(TESTS, f"--fakesources-coverage-fail-under={given}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"*--fakesources-coverage-fail-under: expected a number from 0 to 100, got {given!r}*"]
    )


@pytest.mark.parametrize(
    ("flag", "given", "expected"),
    [
        (FILES[0], "folder", "a file, got a folder: folder"),
        (FILES[0], "", "a file, got ''"),
        (FILES[0], "file/coverage.json", "a file in a folder, got one below the file *file"),
        (FILES[1], "file", "a folder, got a file: file"),
        (FILES[1], "", "a folder, got ''"),
        (FILES[1], "file/below/it", "a folder in a folder, got one below the file *file"),
    ],
)
def test_a_path_that_cannot_be_written_is_a_usage_error(
    run, pytester: pytest.Pytester, flag: str, given: str, expected: str
) -> None:
    """Before any test runs."""
    pytester.mkdir("folder")
    (pytester.path / "file").write_text("")

    result = run(TESTS, f"{flag}={given}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{flag}: expected {expected}"])


@pytest.mark.parametrize("flag", FILES)
def test_a_file_that_cannot_be_written_in_the_end_fails_the_run(run, pytester: pytest.Pytester, flag: str) -> None:
    """One line says why."""
    test = """
        def test_that_is_in_the_way():
            from pathlib import Path
            Path("out").mkdir()
            Path("out/index.html").mkdir()
    """
    result = run(test, f"{flag}=out")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"{flag}: *out*: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_page_has_everything_that_was_met_and_missed(run, pytester: pytest.Pytester) -> None:
    """One file without external assets, in a folder that need not exist; a test may change the current folder."""
    test = (
        TESTS
        + """
    def test_elsewhere(monkeypatch, tmp_path):
        import os
        os.chdir(tmp_path)
"""
    )
    result = run(
        test, "--fakesources-coverage-html=reports/coverage", "--fakesources-coverage-json=reports/coverage.json"
    )

    page = (pytester.path / "reports" / "coverage" / "index.html").read_text("utf-8")
    rows = json.loads((pytester.path / "reports" / "coverage.json").read_text("utf-8"))["operations"]
    result.stdout.fnmatch_lines(["*reports/coverage/index.html"])
    assert page.count('class="cell met') - len(KINDS) == sum(row["met"] for row in rows)
    assert page.count('class="cell missed') - 1 == sum(row["of"] - row["met"] for row in rows)
    assert all(f'<code class="id">{row["id"]}</code>' for row in rows)
    assert "12 % of the contract was met" in page
    assert not re.findall(r"(?:src|href)=|url[(]|@import|<script", page)


def test_text_for_terminals_is_imported_for_the_report_alone(tmp_path: Path) -> None:
    """Without an option of the coverage neither rich nor the report is imported. Other plugins may import rich."""
    test = """
        import sys

        def test_it(fakesources):
            assert not {"rich", "fakesources.verify.coverage", "fakesources.pytest_plugin.coverage"} & set(sys.modules)
    """
    (tmp_path / "test_it.py").write_text(dedent(test))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "fakesources.pytest_plugin.plugin", "test_it.py"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    process = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)

    assert process.returncode == 0, process.stdout


EDITIONS = """
    import pytest

    def test_any(fakesources, request):
        print("any", fakesources.options.datasift, fakesources.options.curator)

    @pytest.mark.fakesources(datasift="live-1.6")
    def test_marked(fakesources):
        assert fakesources.options.datasift == "live-1.6"

    @pytest.mark.parametrize("number", [1, 2])
    def test_twice(fakesources_server, number):
        pass

    def test_none():
        pass
"""


def test_tests_run_once_for_every_edition_of_an_api(run) -> None:
    """A test with an edition in its marker, or without a fake, runs once."""
    result = run(EDITIONS, "--fakesources-editions=datasift", "-rP")

    result.assert_outcomes(passed=8)
    assert {"test_any[docs-1.6]", "test_any[live-1.6]", "test_marked", "test_none"} < set(outcomes(result))
    assert sum(name.startswith("test_twice[") for name in outcomes(result)) == 4
    result.stdout.fnmatch_lines_random(["any docs-1.6 docs-2017", "any live-1.6 docs-2017"])


def test_tests_run_once_for_every_pair_of_editions(run) -> None:
    result = run(EDITIONS, "--fakesources-editions=datasift", "--fakesources-editions=curator", "-rP")

    result.assert_outcomes(passed=4 + 2 + 8 + 1)
    result.stdout.fnmatch_lines_random(["any live-1.6 docs-2025", "any docs-1.6 docs-2025"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ["--fakesources-editions=datasit"],
            "*--fakesources-editions: expected datasift or curator, got 'datasit'; did you mean 'datasift'?*",
        ),
        (
            ["--fakesources-editions=curator", "--fakesources-curator=docs-2025"],
            "*--fakesources-editions: expected no --fakesources-curator beside it*",
        ),
    ],
)
def test_a_wrong_api_is_a_usage_error(run, options: list[str], error: str) -> None:
    result = run(EDITIONS, *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([error])


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (0, "a, bb, error ccc, status 204, started"),
        (37, "a, bb, error ccc, status 204, started"),
        (36, "a, bb, error ccc and 2 more"),
        (30, "a, bb, error ccc and 2 more"),
        (29, "a, bb and 3 more"),
        (19, "a, bb and 3 more"),
        (18, "a and 4 more"),
        (15, "a and 4 more"),
        (14, "5 names"),
        (1, "5 names"),
    ],
)
def test_names_that_were_missed_are_cut_at_the_width(limit: int, text: str) -> None:
    """The longest text within the limit that leaves space for `and 1000 more`."""
    missed: dict[str, list[Any]] = {"parameters": ["a", "bb"], "errors": ["ccc"], "responses": [204]}
    operation = {"calls": 1, "changes": {"missed": ["started"]}, **{kind: {"missed": missed[kind]} for kind in missed}}

    assert missing(operation, limit) == text
    assert missing(operation | {"calls": 0}, limit) == "never called"


# -- the whole report ----------------------------------------------------------------------------------------------


def operation(id: str, calls: int, met: int, of: int, statuses: Sequence[int] = (), **kinds: Any) -> dict[str, Any]:
    """Return the counts of an operation: for each kind of things those that were met, and those that were missed."""
    counts = {name: {"met": kinds.get(name, ((), ()))[0], "missed": kinds.get(name, ((), ()))[1]} for name in PARTS}
    return {"id": id, "api": "shop", "calls": calls, "met": met, "of": of, **counts, "responses": {"missed": statuses}}


PARTS = ("parameters", "errors", "changes")
COUNTED = {
    "operations": [
        operation("shop", 7, 1, 3, errors=(["invalid"], ["unauthorized", "unreadable"])),
        operation(
            "shop.order.create", 7, 3, 6, [202], parameters=(["name"], ["colour"]), changes=(["new"], ["to sold"])
        ),
        operation("shop.order.delete", 0, 0, 2, errors=((), ["gone"])),
    ],
    "total": {"met": 4, "of": 11},
}
WIDE = """\
Operation          Calls  Parameters  Errors  Changes  Cover  Missing
shop                   7               33.3%           33.3%  error unauthorized, error unreadable
shop.order.create      7         50%              50%    50%  colour, status 202, to sold
shop.order.delete      0                  0%              0%  never called
TOTAL                  7         50%     25%      50%  36.3%"""
NARROW = """\
Operation          Cover
shop               33.3%
  missing: error unauthorized, error unreadable
shop.order.create    50%
  missing: colour, status 202, to sold
shop.order.delete     0%
TOTAL              36.3%"""


@pytest.mark.parametrize(("width", "expected"), [(0, WIDE), (120, WIDE), (60, NARROW)])
def test_the_report_is_word_for_word_as_written(width: int, expected: str) -> None:
    """A pipe has no width."""
    assert "\n".join(lines(COUNTED, Screen(width, has_colours=False))) == expected
