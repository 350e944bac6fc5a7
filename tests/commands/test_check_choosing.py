"""What a user chooses of `fakesources check`: severity that fails, rules, operations, and a baseline."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources.commands.main import main
from fakesources.verify import check_files

CURATOR, DATASIFT = "https://api.curator.io/v1", "https://api.datasift.com/v1.6"


def line(method: str, url: str, status: int = 200, answer: Any = None) -> str:
    """A line of a recording."""
    response = {"status": status, **({"json": answer} if answer is not None else {})}
    return json.dumps({"request": {"method": method, "url": url, "headers": {"Auth": "a:b"}}, "response": response})


NEW = line("GET", f"{CURATOR}/feeds", answer=7)
WRONG = line("GET", f"{CURATOR}/sources", answer={})
FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
WARNING = line("GET", f"{CURATOR}/sources?feed_id={FEED}&feed_id={FEED}", answer=[])
LISTED = line("GET", f"{DATASIFT}/source/get?pge=1", 404, {"error": "x"})


def run(*arguments: Any) -> Result:
    """The command line, in this process."""
    apart = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    return CliRunner(**apart).invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([WRONG, WARNING]), "utf-8")
    return path


def written(path: Path, *found: str) -> Path:
    path.write_text("\n".join(found), "utf-8")
    return path


def test_warnings_fail_where_they_count(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", WARNING)

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


def test_what_was_ignored_is_counted(recording: Path) -> None:
    ran = run(recording, "--ignore", "curator.given-twice", "--strict", "--ignore", "curator.sources.list.200")

    assert ran.exit_code == 0
    assert "Findings and warnings not listed: 2 ignored." in ran.stdout


def test_one_operation_is_checked_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", WRONG, NEW, LISTED)

    ran = run(path, "--operation", "curator.feeds.list", "--format", "json")

    shown = json.loads(ran.stdout)
    assert (ran.exit_code, shown["exchanges"]) == (1, 1)
    assert shown["left_out"] == {"of other operations": 2}
    assert [part["operations"] for part in shown["apis"]] == [{"curator.feeds.list": 1}]
    both = run(path, "--operation", "curator.feeds.list", "--operation", "datasift.source.get", "--format", "json")
    assert json.loads(both.stdout)["exchanges"] == 2
    assert run(path, "--operation", "datasift.source.stop").exit_code == 2


@pytest.mark.parametrize(
    ("option", "name", "near"),
    [
        ("--operation", "datasift.source.strat", "datasift.source.start"),
        ("--operation", "curator.source.list", "curator.sources.list"),
        ("--ignore", "datasift.source.strat.not-found", "datasift.source.start.not-found"),
        ("--ignore", "curator.unknown-paramter", "curator.unknown-parameter"),
        ("--edition", "live-1.7", "live-1.6"),
    ],
)
def test_a_name_that_does_not_exist_is_reported_with_the_nearest(
    option: str, name: str, near: str, recording: Path
) -> None:
    ran = run(recording, option, name)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"got '{name}'; did you mean '{near}'?" in ran.stderr


@pytest.mark.parametrize("name", ["datasift.source.get.unknown-parameter", "datasift.unknown-parameter"])
def test_a_rule_of_the_whole_api_may_be_named_at_one_operation(name: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", line("GET", f"{DATASIFT}/source/get?pge=1", 304))

    assert run(path).exit_code == 1
    assert run(path, "--ignore", name).exit_code == 0


# -- baselines -----------------------------------------------------------------------------------------------------


def test_only_what_is_new_fails_beside_a_baseline(recording: Path, tmp_path: Path) -> None:
    baseline, other = tmp_path / "baseline.json", tmp_path / "b.jsonl"

    assert run(recording, "--baseline", baseline, "--write-baseline").exit_code == 0
    assert run(recording, "--baseline", baseline).exit_code == 0
    assert run(recording, "--baseline", baseline, "--strict").exit_code == 0
    assert "2 in the baseline" in run(recording, "--baseline", baseline).stdout
    written(other, WRONG, WRONG, WARNING)
    assert run(other, "--baseline", baseline, "--strict").exit_code == 0
    written(other, WRONG, WARNING, NEW)
    ran = run(other, "--baseline", baseline)
    assert ran.exit_code == 1
    assert "curator.feeds.list.200" in ran.stdout
    assert check_files([other], baseline=baseline).findings == 1


def test_a_baseline_is_the_same_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.jsonl", WRONG, NEW), written(tmp_path / "b.jsonl", WARNING)
    texts = []
    for names in ((first, second), (second, first)):
        run(*names, "--baseline", tmp_path / "baseline.json", "--write-baseline")
        texts.append((tmp_path / "baseline.json").read_text("utf-8"))

    assert texts[0] == texts[1]
    rows = json.loads(texts[0])["findings"]
    assert {row["severity"] for row in rows} == {"finding", "warning"}
    assert all(row["rule"] and row["operation"] and row["path"] for row in rows)


def test_a_baseline_written_again_keeps_what_is_still_found(recording: Path, tmp_path: Path) -> None:
    """It holds what is found now, known or new, and nothing else."""
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
def test_a_file_that_is_no_baseline_is_reported(text: str, recording: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_bytes(text.encode("latin-1"))

    ran = run(recording, "--baseline", baseline)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"baseline: {baseline}: expected " in ran.stderr


def test_a_baseline_that_is_missing_is_reported_with_how_to_make_one(recording: Path, tmp_path: Path) -> None:
    ran = run(recording, "--baseline", tmp_path / "none.json")

    assert ran.exit_code == 2
    assert "--write-baseline" in ran.stderr
    ran = run(recording, "--write-baseline")
    assert ran.exit_code == 2
    assert "--baseline FILE" in ran.stderr
