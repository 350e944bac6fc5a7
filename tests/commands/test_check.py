"""Facts about `fakesources check`, `rules` and `openapi` as they are typed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources.apis import ALL
from fakesources.commands.main import main
from fakesources.verify import check, check_files
from fakesources.verify.formats import FORMATS

RECORDINGS = Path(__file__).parents[1] / "verify" / "recordings"
BASE = ("--base-url", "http://127.0.0.1:18400")
SOURCES = "https://api.curator.io/v1/sources"


def run(*arguments: Any) -> Result:
    """The command line, in this process."""
    apart = (
        {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    )  # always so since click 8.2
    return CliRunner(**apart).invoke(main, [str(argument) for argument in arguments])


def line(**request: Any) -> str:
    """A line of a recording: a list of sources, unless it says otherwise."""
    sent = {"method": "GET", "url": "https://api.curator.io/v1/sources?api_key=k", **request}
    return json.dumps({"request": sent, "response": {"status": 200, "json": []}})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A recording with one finding, made twice, and one warning, made twice."""
    path = tmp_path / "broken.jsonl"
    wrong = {**json.loads(line()), "response": {"status": 200, "json": {}}}
    path.write_text("\n".join([json.dumps(wrong), line(url=f"{SOURCES}?feed_id=1&feed_id=2")] * 2), "utf-8")
    return path


def test_clean_recordings_are_told_in_a_few_lines() -> None:
    """Exit code 0, and who was held to what."""
    ran = run("check", RECORDINGS / "vcrpy.yaml", RECORDINGS / "chromium.har", *BASE)

    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[0].startswith(
        "datasift: 20 exchanges checked against docs-1.6 (the best fit; live-1.6 would give "
    )
    assert ran.stdout.splitlines()[-1] == "35 exchanges, no findings."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\0\1\2", "is binary"),
        (b'{"log": {}}', "log: has no 'entries' array"),
        (b"interactions: &a [*a]", "contains itself by an alias"),
    ],
)
def test_unusable_input_is_one_line_and_exit_code_2(content: bytes, told: str, tmp_path: Path) -> None:
    """Nothing is checked halfway: the place and the reason, on standard error."""
    path = tmp_path / "traffic"
    path.write_bytes(content)

    ran = run("check", path)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"{path}: " in ran.stderr
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--edition", "live-1.7"), "did you mean 'live-1.6'?"),
        (("--base-url", "localhost"), "expected base URLs"),
        (("--format", "csv"), "csv"),
    ],
)
def test_a_wrong_option_is_told(arguments: tuple[str, str], told: str, broken: Path) -> None:
    """Exit code 2, and the nearest right word."""
    ran = run("check", broken, *arguments)

    assert ran.exit_code == 2
    assert told in ran.stderr


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is unusable input."""
    ran = run("check", tmp_path / "nothing.har")

    assert ran.exit_code == 2
    assert f"{tmp_path / 'nothing.har'}: {os.strerror(errno.ENOENT)}" in ran.stderr


@pytest.mark.parametrize("command", [("check", RECORDINGS / "chromium.har", *BASE), ("openapi", "curator")])
def test_an_output_that_cannot_be_written_is_one_line_and_exit_code_2(command: tuple[Any, ...], tmp_path: Path) -> None:
    """Where a report or a document was to go and why it could not, on standard error."""
    ran = run(*command, "--output", tmp_path / "nowhere" / "x")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.endswith(f"{tmp_path / 'nowhere' / 'x'}: {os.strerror(errno.ENOENT)}\n")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("urls", "seen"),
    [
        (["https://example.org/"], "those asked are example.org; name"),
        (
            ["https://b.example/", "http://a.example:81/", "https://b.example/x"],
            "those asked are b.example, a.example:81; name",
        ),
        ([f"https://{n}.example/" for n in range(9)], "3.example, 4.example and others; name"),
        (["/v1/sources"], "none was named; name"),
    ],
    ids=["one", "two", "many", "without a host"],
)
def test_nothing_to_check_is_told_and_exit_code_2(urls: list[str], seen: str, form: str, tmp_path: Path) -> None:
    """A recording of other hosts alone proves nothing: they are named, with the option that may be missing."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(line(url=url) for url in urls), "utf-8")

    ran = run("check", path, "--format", form)

    assert ran.exit_code == 2
    assert ran.stdout.startswith(FORMATS[form](check_files([path]), False))
    assert "Nothing was checked: no request went to one of the APIs' hosts; " in ran.stderr
    assert ran.stderr.endswith(f"{seen} what stands for an API with --base-url.\n")
    assert ran.stderr.count("\n") == 1


def test_an_address_that_was_mistyped_is_no_success() -> None:
    """Where no request went to the base URL that was named, the exit code is 2."""
    ran = run("check", RECORDINGS / "chromium.har", "--base-url", "http://127.0.0.1:18401")

    assert ran.exit_code == 2
    assert "those asked are 127.0.0.1:18400;" in ran.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"log": {"entries": []}}', "no exchange was recorded"),
        (
            line(method="OPTIONS", headers={"Access-Control-Request-Method": "PUT"}),
            "there is nothing but what was left out (1 as CORS preflights)",
        ),
    ],
)
def test_a_recording_without_exchanges_is_no_success(content: str, why: str, tmp_path: Path) -> None:
    """A recorder that recorded nothing, or nothing of the API's, proves nothing."""
    path = tmp_path / "traffic"
    path.write_text(content, "utf-8")

    ran = run("check", path)

    assert ran.exit_code == 2
    assert ran.stdout.endswith("Nothing was checked.\n")
    assert ran.stderr.endswith(f"Nothing was checked: {why}.\n")


def test_other_hosts_are_left_out(broken: Path) -> None:
    """Beside what is checked, what is not is counted and named."""
    with broken.open("a", encoding="utf-8") as file:
        file.write("\n" + line(url="https://example.org/"))

    ran = run("check", broken)
    assert "Checked 4 exchanges; left out 1 (1 with other hosts: example.org)." in ran.stdout.splitlines()
    assert json.loads(run("check", broken, "--format", "json").stdout)["other_hosts"] == 1


def test_the_layout_of_json_lines_is_told() -> None:
    """The exchange that `check --help` shows is one that is read, and what it sends and answers is looked at."""
    told = run("check", "--help").stdout

    example, end = json.JSONDecoder().raw_decode(told, told.index('{"request"'))
    assert told[end] == "\n"
    assert check(example) == []
    example["response"]["body"] = "[]"
    assert {found.side for found in check(example)} == {"response"}
    example["request"]["json"] = {"nmae": "Cats"}
    assert {found.side for found in check(example, warnings=True)} == {"request", "response"}


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals to be had on this system")
def test_a_large_file_shows_how_far_it_is_on_a_terminal_alone(tmp_path: Path) -> None:
    """On a terminal a bar, on standard error; in a log nothing."""
    path = tmp_path / "large.jsonl"
    elsewhere = line(url="https://example.org/", body="x" * 100_000)
    path.write_text("\n".join([line(), *[elsewhere] * 90]), "utf-8")
    command = [sys.executable, "-m", "fakesources", "check", str(path)]
    ours, theirs = os.openpty()

    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    told = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
        while block := os.read(ours, 4096):
            told += block
    os.close(ours)
    silent = subprocess.run(command, capture_output=True, check=True)

    assert b"Reading" in told
    assert b"100%" in told
    assert silent.stderr == b""
    assert silent.stdout == shown.stdout


# -- rules ---------------------------------------------------------------------------------------------------------


def test_every_rule_is_listed() -> None:
    """A line a rule, each with its standing, its id, what it says and where that was read."""
    ran = run("rules")

    lines = ran.stdout.splitlines()
    assert len(lines) > 1000
    assert {each.split()[0] for each in lines} == {"documented", "recorded", "observed", "decided"}
    assert any("datasift.source.start.not-found" in each and "endpoints/sourcestart>" in each for each in lines)


def test_one_rule_is_shown_with_its_examples() -> None:
    """What it says, where it was read, in which editions it holds, and what it looks like."""
    ran = run("rules", "datasift.source.start.not-found")

    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[:5] == [
        "datasift.source.start.not-found",
        "  No source of the account has this id.",
        "  documented: https://dev.datasift.com/docs/platform/api/rest-api/endpoints/sourcestart",
        "  editions: docs-1.6, live-1.6",
        '  example: {"status": 404, "body": {"error": "Source not found"}}',
    ]


def test_rules_are_listed_as_json() -> None:
    """The same for a program; one rule with its examples."""
    (row,) = json.loads(run("rules", "curator.sources.create.unknown-feed", "--json").stdout)

    assert (row["id"], row["standing"], row["editions"]) == (
        "curator.sources.create.unknown-feed", "decided", ["docs-2017", "docs-2025"],
    )  # fmt: skip
    assert row["reason"]
    assert row["examples"][0]["status"] == 422
    assert len(json.loads(run("rules", "--json").stdout)) > 1000


@pytest.mark.parametrize("provenance", ["documented", "recorded", "observed", "decided"])
def test_rules_are_chosen_by_each_provenance(provenance: str) -> None:
    """Every provenance there is can be asked for, and stands in both forms of the list."""
    rows = json.loads(run("rules", "--json", "--standing", provenance).stdout)
    lines = run("rules", "--standing", provenance).stdout.splitlines()

    assert {row["standing"] for row in rows} == {provenance}
    assert {line.split()[0] for line in lines} == {provenance}
    assert len(rows) == len(lines)


def test_rules_are_chosen_by_standing_and_edition() -> None:
    """What was decided in an edition, and nothing else; a rule of no API has no editions."""
    rows = json.loads(run("rules", "--json", "--standing", "decided", "--edition", "live-1.6").stdout)

    assert rows
    assert all(row["standing"] == "decided" and (not row["editions"] or "live-1.6" in row["editions"]) for row in rows)
    assert all(row["reason"] for row in rows)


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    """Part of an id lists what has it; anything else is told."""
    assert run("rules", "source.start").stdout.count("\n") > 10

    ran = run("rules", "datasift.source.strat.not-found")
    assert ran.exit_code == 2
    assert "Did you mean 'datasift.source.start.not-found'?" in ran.stderr


def test_editions_are_compared() -> None:
    """A table for each two editions of an API."""
    ran = run("rules", "--editions")

    assert "| `source` | `status` | one of active, stopped | one of running, stopped |" in ran.stdout
    assert [each for each in ran.stdout.splitlines() if each.startswith("## ")] == [f"## {api.title}" for api in ALL]


# -- openapi -------------------------------------------------------------------------------------------------------


def test_an_api_is_written_as_openapi(tmp_path: Path) -> None:
    """To standard output or into a file, in any edition, with a server of one's own."""
    shown = json.loads(run("openapi", "curator", "--edition", "docs-2025", "--server", "http://127.0.0.1:8080").stdout)
    run("openapi", "curator", "--output", tmp_path / "curator.json")

    assert (shown["openapi"], shown["info"]["version"]) == ("3.1.0", "docs-2025")
    assert shown["servers"] == [{"url": "http://127.0.0.1:8080"}]
    assert json.loads((tmp_path / "curator.json").read_text("utf-8"))["info"]["version"] == "docs-2017"


@pytest.mark.parametrize(
    ("edition", "hint"),
    [
        ("live-1.5", "Did you mean 'live-1.6'?"),
        ("docs-2017", "That is an edition of curator."),
        ("newest", ""),
    ],
)
def test_an_unknown_edition_is_told(edition: str, hint: str) -> None:
    """With those there are, and the nearest; an edition of another API with whose it is."""
    ran = run("openapi", "datasift", "--edition", edition)

    assert ran.exit_code == 2
    assert ran.stderr.endswith(f"datasift has no edition {edition!r}, only docs-1.6, live-1.6. {hint}".strip() + "\n")
