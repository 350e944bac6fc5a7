"""Commands `check`, `rules` and `openapi`."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources.apis.registry import installed
from fakesources.commands.main import main
from fakesources.verify import check, check_files
from fakesources.verify.formats import FORMATS

ALL = installed()

RECORDINGS = Path(__file__).parents[1] / "verify" / "recordings"
BASE = ("--base-url", "http://127.0.0.1:18400")
CURATOR = "https://api.curator.io"
SOURCES = f"{CURATOR}/v1/sources"


def run(*arguments: Any) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def line(**request: Any) -> str:
    """Return a line of a recording, by default with a list of sources."""
    sent = {"method": "GET", "url": "https://api.curator.io/v1/sources?api_key=k", **request}
    return json.dumps({"request": sent, "response": {"status": 200, "json": []}})


@pytest.fixture
def invalid(tmp_path: Path) -> Path:
    """Return a recording with one finding and one warning, each made twice."""
    path = tmp_path / "invalid.jsonl"
    wrong = {**json.loads(line()), "response": {"status": 200, "json": {}}}
    path.write_text("\n".join([json.dumps(wrong), line(url=f"{SOURCES}?feed_id=1&feed_id=2")] * 2), "utf-8")
    return path


def test_recordings_without_findings_are_summarized() -> None:
    ran = run("check", RECORDINGS / "vcrpy.yaml", RECORDINGS / "chromium.har", *BASE)

    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[0].startswith(
        "datasift: 20 exchanges checked against docs-1.6 (the best fit; live-1.6 would give "
    )
    assert ran.stdout.splitlines()[-1] == "35 exchanges, no findings."


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "is empty"),
        (b"\0\1\2", "is binary"),
        (b'{"log": {}}', "log: has no 'entries' array"),
        (b"interactions: &a [*a]", "contains itself by an alias"),
    ],
)
def test_unusable_input_is_one_line_and_exit_code_2(content: bytes, error: str, tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    path.write_bytes(content)

    ran = run("check", path)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"{path}: " in ran.stderr
    assert error in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--edition", "live-1.7"), "did you mean 'live-1.6'?"),
        (("--base-url", "localhost"), "expected base URLs"),
        (("--format", "csv"), "csv"),
    ],
)
def test_a_wrong_option_is_an_error_with_a_hint(arguments: tuple[str, str], error: str, invalid: Path) -> None:
    ran = run("check", invalid, *arguments)

    assert ran.exit_code == 2
    assert error in ran.stderr


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    ran = run("check", tmp_path / "nothing.har")

    assert ran.exit_code == 2
    assert f"{tmp_path / 'nothing.har'}: {os.strerror(errno.ENOENT)}" in ran.stderr


@pytest.mark.parametrize("command", [("check", RECORDINGS / "chromium.har", *BASE), ("openapi", "curator")])
def test_an_output_that_cannot_be_written_is_one_line_and_exit_code_2(command: tuple[Any, ...], tmp_path: Path) -> None:
    ran = run(*command, "--output", tmp_path / "nowhere" / "x")

    assert (ran.exit_code, ran.stdout) == (2, "")
    folder = tmp_path / "nowhere"
    assert ran.stderr == f"Error: {folder / 'x'}: expected a file in a folder that exists, got no folder {folder}\n"
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("urls", "hosts"),
    [
        (["https://example.org/"], "example.org; "),
        (
            ["https://b.example/", "http://a.example:81/", "https://b.example/x"],
            "b.example, a.example:81; ",
        ),
        ([f"https://{n}.example/" for n in range(9)], "3.example, 4.example and others; "),
        (["/v1/sources"], ""),
    ],
    ids=["one", "two", "many", "without a host"],
)
def test_nothing_to_check_is_exit_code_2(urls: list[str], hosts: str, form: str, tmp_path: Path) -> None:
    """The hosts of the recording are named, with the option that may be missing."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(line(url=url) for url in urls), "utf-8")

    ran = run("check", path, "--format", form)

    assert ran.exit_code == 2
    assert ran.stdout.startswith(FORMATS[form](check_files([path]), False))
    assert hosts in ran.stderr
    assert "--base-url" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_base_url_without_requests_is_exit_code_2() -> None:
    ran = run("check", RECORDINGS / "chromium.har", "--base-url", "http://127.0.0.1:18401")

    assert ran.exit_code == 2
    assert "127.0.0.1:18400" in ran.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"log": {"entries": []}}', "no exchange was recorded"),
        (
            line(method="OPTIONS", headers={"Access-Control-Request-Method": "PUT"}),
            "there is nothing but what was left out (1 as CORS preflights)",
        ),
        *(
            (
                "\n".join([line(url="https://example.org/"), ours]),
                f"there is nothing but what was left out (1 with other hosts: example.org, {reason})",
            )
            for ours, reason in [
                (line(url=f"{CURATOR}/v1/networks"), "1 with other endpoints: GET /v1/networks"),
                (line(method="OPTIONS", headers={"Access-Control-Request-Method": "PUT"}), "1 as CORS preflights"),
                (json.dumps({**json.loads(line()), "response": {"status": 0}}), "1 failed"),
            ]
        ),
    ],
)
def test_a_recording_without_exchanges_is_exit_code_2(content: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    path.write_text(content, "utf-8")

    ran = run("check", path)

    assert ran.exit_code == 2
    assert ran.stdout.endswith("Nothing was checked.\n")
    assert ran.stderr.endswith(f"Nothing was checked: {why}.\n")


def test_other_hosts_are_left_out(invalid: Path) -> None:
    """They are counted and named."""
    with invalid.open("a", encoding="utf-8") as file:
        file.write("\n" + line(url="https://example.org/"))

    ran = run("check", invalid)
    assert "Checked 4 exchanges; left out 1 (1 with other hosts: example.org)." in ran.stdout.splitlines()
    assert json.loads(run("check", invalid, "--format", "json").stdout)["other_hosts"] == 1


def test_the_example_of_check_help_can_be_read() -> None:
    """Its request and its response are checked."""
    text = run("check", "--help").stdout

    example, end = json.JSONDecoder().raw_decode(text, text.index('{"request"'))
    assert text[end] == "\n"
    example["request"]["url"] = example["request"]["url"].replace("api.example.com", "api.curator.io")
    assert check(example) == []
    example["response"]["body"] = "[]"
    assert {found.side for found in check(example)} == {"response"}
    example["request"]["json"] = {"nmae": "Cats"}
    assert {found.side for found in check(example, warnings=True)} == {"request", "response"}


# -- rules ---------------------------------------------------------------------------------------------------------


def test_operations_are_listed_with_the_numbers_of_their_rules() -> None:
    """Every rule belongs to one row."""
    head, *rows, total = [each.split() for each in run("rules").stdout.splitlines()]

    every = json.loads(run("rules", "--json").stdout)
    assert head == ["operation", "rules", "documented", "recorded", "observed", "decided", "summary"]
    assert {endpoint.id for api in ALL for endpoint in api.endpoints if "OPTIONS" not in endpoint.methods} < {
        row[0] for row in rows
    }
    assert total == ["all", str(len(every))]
    assert sum(int(row[1]) for row in rows) == len(every)


def test_the_rules_of_an_operation_are_listed() -> None:
    """Each line has provenance, id, description and source of a rule; there are as many as the operation's row says."""
    rows = {each.split()[0]: each.split()[1] for each in run("rules").stdout.splitlines()}
    for id in ("datasift.source.start", "datasift", "curator.feeds.list"):
        lines = run("rules", id).stdout.splitlines()

        assert {each.split()[0] for each in lines} <= {"documented", "recorded", "observed", "decided"}
        assert all(each.split()[1].startswith(f"{id}.") for each in lines)
        assert len(lines) == int(rows[id])
    found = run("rules", "datasift.source.start").stdout.splitlines()
    assert any("datasift.source.start.not-found" in each and each.endswith("endpoints/sourcestart") for each in found)


def test_one_rule_is_shown_with_its_examples() -> None:
    ran = run("rules", "datasift.source.start.not-found")

    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[:5] == [
        "datasift.source.start.not-found",
        "  The account has no source with this id.",
        "  documented: https://dev.datasift.com/docs/platform/api/rest-api/endpoints/sourcestart",
        "  editions: docs-1.6, live-1.6",
        '  example: {"status": 404, "body": {"error": "Source not found"}}',
    ]


def test_rules_are_listed_as_json() -> None:
    """One rule has its examples."""
    (row,) = json.loads(run("rules", "curator.sources.create.unknown-feed", "--json").stdout)

    assert (row["id"], row["provenance"], row["editions"]) == (
        "curator.sources.create.unknown-feed", "decided", ["docs-2017", "docs-2025"],
    )  # fmt: skip
    assert row["reason"]
    assert row["examples"][0]["status"] == 422
    assert len(json.loads(run("rules", "--json").stdout)) > 1000


@pytest.mark.parametrize("provenance", ["documented", "recorded", "observed", "decided"])
def test_rules_are_selected_by_provenance(provenance: str) -> None:
    rows = json.loads(run("rules", "--json", "--provenance", provenance).stdout)
    lines = run("rules", "--provenance", provenance).stdout.splitlines()

    assert {row["provenance"] for row in rows} == {provenance}
    assert {line.split()[0] for line in lines} == {provenance}
    assert len(rows) == len(lines)


def test_rules_are_selected_by_provenance_and_edition() -> None:
    """A rule of no API has no editions."""
    rows = json.loads(run("rules", "--json", "--provenance", "decided", "--edition", "live-1.6").stdout)

    assert rows
    assert all(
        row["provenance"] == "decided" and (not row["editions"] or "live-1.6" in row["editions"]) for row in rows
    )
    assert all(row["reason"] for row in rows)


def test_a_part_of_ids_lists_all_rules_with_it() -> None:
    assert run("rules", "source.start").stdout.count("\n") > 10


@pytest.mark.parametrize(
    ("given", "closest"),
    [
        ("datasift.source.strat.not-found", "datasift.source.start.not-found"),
        ("curator.traffic.eror-text", "curator.traffic.error-text"),
        ("datasift.unauthorised", "datasift.unauthorized"),
        ("datasift.source.strat", "datasift.source.start"),
        ("curator.feed.list", "curator.feeds.list"),
        ("Curator.Feeds.Create", "curator.feeds.create"),
        ("datasfit", "datasift"),
    ],
)
def test_an_unknown_id_is_an_error_with_the_closest_one(given: str, closest: str) -> None:
    """The closest id of a rule, an operation or an API."""
    ran = run("rules", given)

    assert ran.exit_code == 2
    assert f"got {given!r}; did you mean {closest!r}?" in ran.stderr


def test_editions_are_compared() -> None:
    """There is one table for each pair of editions."""
    ran = run("rules", "--editions")

    assert "| `source` | `status` | one of active, stopped | one of running, stopped |" in ran.stdout
    assert [each for each in ran.stdout.splitlines() if each.startswith("## ")] == [f"## {api.title}" for api in ALL]


# -- openapi -------------------------------------------------------------------------------------------------------


def test_an_api_is_written_as_openapi(tmp_path: Path) -> None:
    """It goes to standard output or a file, in any edition and with any server."""
    document = json.loads(
        run("openapi", "curator", "--edition", "docs-2025", "--server", "http://127.0.0.1:8080").stdout
    )
    run("openapi", "curator", "--output", tmp_path / "curator.json")

    assert (document["openapi"], document["info"]["version"]) == ("3.1.0", "docs-2025")
    assert document["servers"] == [{"url": "http://127.0.0.1:8080"}]
    assert json.loads((tmp_path / "curator.json").read_text("utf-8"))["info"]["version"] == "docs-2017"


@pytest.mark.parametrize(
    ("edition", "hint"),
    [
        ("live-1.5", "; did you mean 'live-1.6'?"),
        ("docs-2017", "; that is an edition of curator"),
        ("newest", ""),
    ],
)
def test_an_unknown_edition_is_an_error_with_a_hint(edition: str, hint: str) -> None:
    """The hint is the closest edition, or the API of the edition."""
    ran = run("openapi", "datasift", "--edition", edition)

    assert ran.exit_code == 2
    assert ran.stderr.endswith(f"--edition: expected docs-1.6 or live-1.6, got {edition!r}{hint}\n")
