"""Options of `check`: severity, rules, operations and baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources.commands.main import main
from fakesources.verify import check_files

CURATOR, DATASIFT = "https://api.curator.io/v1", "https://api.datasift.com/v1.6"


def line(method: str, url: str, status: int = 200, body: Any = None) -> str:
    """Return a line of a recording."""
    response = {"status": status, **({"json": body} if body is not None else {})}
    return json.dumps({"request": {"method": method, "url": url, "headers": {"Auth": "a:b"}}, "response": response})


NEW = line("GET", f"{CURATOR}/feeds", body=7)
WRONG = line("GET", f"{CURATOR}/sources", body={})
FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
WARNING = line("GET", f"{CURATOR}/sources?feed_id={FEED}&feed_id={FEED}", body=[])
LISTED = line("GET", f"{DATASIFT}/source/get?pge=1", 404, {"error": "x"})


def run(*arguments: Any) -> Result:
    """Run `check` in this process."""
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([WRONG, WARNING]), "utf-8")
    return path


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_warnings_fail_with_strict(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", WARNING)

    assert run(path).exit_code == 0
    assert run(path, "--strict").exit_code == 1
    assert ("<failure" in run(path, "--format", "junit").stdout) is False
    assert "<failure" in run(path, "--format", "junit", "--strict").stdout


# -- rules and operations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ignored", "code"),
    [
        (["curator.sources.list.200"], 0),
        (["curator.sources"], 0),
        (["curator"], 0),
        (["datasift"], 1),
        (["curator.sources.list.given-twice"], 1),
        (["curator.given-twice", "curator.sources.list.200"], 0),
        (["curator.sources.list.200.tag"], 1),
    ],
)
def test_a_rule_is_ignored_with_everything_below_it(ignored: list[str], code: int, recording: Path) -> None:
    ran = run(recording, *(part for rule in ignored for part in ("--ignore", rule)))

    assert ran.exit_code == code


def test_ignored_findings_are_counted(recording: Path) -> None:
    ran = run(recording, "--ignore", "curator.given-twice", "--strict", "--ignore", "curator.sources.list.200")

    assert ran.exit_code == 0
    assert "Findings and warnings not listed: 2 ignored." in ran.stdout


def test_one_operation_is_checked_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", WRONG, NEW, LISTED)

    ran = run(path, "--operation", "curator.feeds.list", "--format", "json")

    report = json.loads(ran.stdout)
    assert (ran.exit_code, report["exchanges"]) == (1, 1)
    assert report["left_out"] == {"of other operations": 2}
    assert [part["operations"] for part in report["apis"]] == [{"curator.feeds.list": 1}]
    both = run(path, "--operation", "curator.feeds.list", "--operation", "datasift.source.get", "--format", "json")
    assert json.loads(both.stdout)["exchanges"] == 2
    assert run(path, "--operation", "datasift.source.stop").exit_code == 2


@pytest.mark.parametrize(
    ("option", "name", "closest"),
    [
        ("--operation", "datasift.source.strat", "datasift.source.start"),
        ("--operation", "curator.source.list", "curator.sources.list"),
        ("--ignore", "datasift.source.strat.not-found", "datasift.source.start.not-found"),
        ("--ignore", "curator.unknown-paramter", "curator.unknown-parameter"),
        ("--edition", "live-1.7", "live-1.6"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_closest_one(
    option: str, name: str, closest: str, recording: Path
) -> None:
    ran = run(recording, option, name)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"got '{name}'; did you mean '{closest}'?" in ran.stderr


@pytest.mark.parametrize("name", ["datasift.source.get.unknown-parameter", "datasift.unknown-parameter"])
def test_a_rule_of_the_whole_api_can_be_ignored_for_one_operation(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", line("GET", f"{DATASIFT}/source/get?pge=1", 304))

    assert run(path).exit_code == 1
    assert run(path, "--ignore", name).exit_code == 0


# -- baselines -----------------------------------------------------------------------------------------------------


def test_only_new_findings_fail_with_a_baseline(recording: Path, tmp_path: Path) -> None:
    baseline, other = tmp_path / "baseline.json", tmp_path / "b.jsonl"

    assert run(recording, "--baseline", baseline, "--write-baseline").exit_code == 0
    assert run(recording, "--baseline", baseline).exit_code == 0
    assert run(recording, "--baseline", baseline, "--strict").exit_code == 0
    assert "2 in the baseline" in run(recording, "--baseline", baseline).stdout
    write(other, WRONG, WRONG, WARNING)
    assert run(other, "--baseline", baseline, "--strict").exit_code == 0
    write(other, WRONG, WARNING, NEW)
    ran = run(other, "--baseline", baseline)
    assert ran.exit_code == 1
    assert "curator.feeds.list.200" in ran.stdout
    assert check_files([other], baseline=baseline).findings == 1


def test_a_baseline_does_not_depend_on_the_order_of_the_files(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.jsonl", WRONG, NEW), write(tmp_path / "b.jsonl", WARNING)
    texts = []
    for names in ((first, second), (second, first)):
        run(*names, "--baseline", tmp_path / "baseline.json", "--write-baseline")
        texts.append((tmp_path / "baseline.json").read_text("utf-8"))

    assert texts[0] == texts[1]
    rows = json.loads(texts[0])["findings"]
    assert {row["severity"] for row in rows} == {"finding", "warning"}
    assert all(row["rule"] and row["operation"] and row["path"] for row in rows)


def test_a_baseline_can_be_written_again(recording: Path, tmp_path: Path) -> None:
    """It contains the present findings, known and new ones."""
    baseline = tmp_path / "baseline.json"
    for _ in range(2):
        run(recording, "--baseline", baseline, "--write-baseline")

    assert len(json.loads(baseline.read_text("utf-8"))["findings"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"findings": []}',
        '{"format": "fakesources check baseline", "version": 2, "findings": []}',
        "\x00\xff",
    ],
)
def test_a_file_that_is_no_baseline_is_an_error(text: str, recording: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_bytes(text.encode("latin-1"))

    ran = run(recording, "--baseline", baseline)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"baseline: {baseline}: expected " in ran.stderr


def test_a_missing_baseline_is_an_error_with_a_hint(recording: Path, tmp_path: Path) -> None:
    ran = run(recording, "--baseline", tmp_path / "none.json")

    assert ran.exit_code == 2
    assert "--write-baseline" in ran.stderr
    ran = run(recording, "--write-baseline")
    assert ran.exit_code == 2
    assert "--baseline FILE" in ran.stderr
