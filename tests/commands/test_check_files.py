"""Files of `check`: folders, patterns, pipes, unusable and empty files, and the output."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources.commands.main import main
from fakesources.verify import checker

GOOD = json.dumps(
    {
        "request": {"method": "GET", "url": "https://api.curator.io/v1/sources?api_key=k"},
        "response": {"status": 200, "json": []},
    }
)
BAD = GOOD.replace('"json": []', '"json": {}')
FOREIGN = GOOD.replace("api.curator.io", "example.org")
DAMAGED = '{"log": {"entries": [{"request": '


def run(*arguments: Any, stdin: str | None = None) -> Result:
    """Run `check` in this process."""
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of recordings, with other files beside them."""
    inner = tmp_path / "traffic" / "inner"
    inner.mkdir(parents=True)
    (inner / "a.jsonl").write_text(GOOD, "utf-8")
    (inner.parent / "b.jsonl").write_text(f"{GOOD}\n{GOOD}", "utf-8")
    (inner.parent / "package.json").write_text('{"name": "x"}', "utf-8")
    (inner.parent / "notes.txt").write_text("no recording", "utf-8")
    (inner.parent / ".hidden.jsonl").write_text(BAD, "utf-8")
    return inner.parent


def count_exchanges(ran: Result) -> int:
    return int(json.loads(ran.stdout)["exchanges"])


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (["."], 3),
        (["inner"], 1),
        (["*.jsonl"], 2),
        (["**/*.jsonl"], 3),
        (["b.jsonl", "inner/../b.jsonl", "."], 3),
        (["inn*"], 1),
    ],
)
def test_folders_and_patterns_are_searched_and_each_file_is_read_once(
    names: list[str], count: int, folder: Path
) -> None:
    ran = run(*(folder / name for name in names), "--format", "json")

    assert (ran.exit_code, count_exchanges(ran)) == (0, count)


@pytest.mark.parametrize("suffix", [".har", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".JSON"])
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_a_recording_in_a_folder_is_known_by_its_suffix(suffix: str, packed: str, tmp_path: Path) -> None:
    content = GOOD.encode()
    (tmp_path / f"a{suffix}{packed}").write_bytes(gzip.compress(content) if packed else content)
    (tmp_path / f"a{suffix}.txt").write_bytes(b"no recording")

    ran = run(tmp_path, "--format", "json")

    assert (ran.exit_code, count_exchanges(ran)) == (0, 1)


@pytest.mark.parametrize("name", ["folder.har", "folder.har.zip"])
def test_a_folder_that_is_named_like_a_recording_is_searched_as_any_other(name: str, tmp_path: Path) -> None:
    """It is no recording itself."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.jsonl").write_text(GOOD, "utf-8")

    ran = run(tmp_path, "--format", "json")

    assert (ran.exit_code, count_exchanges(ran)) == (0, 1)


def test_files_of_a_folder_without_exchanges_are_counted(folder: Path) -> None:
    ran = run(folder)

    assert ran.exit_code == 0
    assert "left out 1 (1 as no recordings: " in unwrapped(ran.stdout)
    assert run(folder / "package.json").exit_code == 2


def zipped(path: Path, **files: str) -> Path:
    """Write a zip archive; an underscore in a name stands for a dot."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return path


def test_files_of_an_archive_without_exchanges_are_counted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", package_json="{}", a_yml="a: 1", b_jsonl=BAD, c_jsonl=GOOD)

    ran = run(path)

    assert ran.exit_code == 1
    assert f"left out 2 (2 as no recordings: {path}/package.json, {path}/a.yml)" in unwrapped(ran.stdout)


def test_an_archive_without_any_recording_is_an_error(tmp_path: Path) -> None:
    ran = run(path := zipped(tmp_path / "a.zip", package_json="{}", a_yml="a: 1"))

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert unwrapped(ran.stderr).startswith(f"Error: {path}/package.json: line 1: expected HAR")


def unwrapped(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["api-key.har", "token", "password: x.json", "api_key=s.jsonl", "key.zip"])
def test_the_reason_of_an_error_is_shown_whatever_the_file_is_named(name: str, tmp_path: Path) -> None:
    """A secret in a label of the file is masked."""
    unusable, unreadable = tmp_path / name, tmp_path / f"x{name}"
    line = {**json.loads(GOOD), "label": "api_key=s3cret"}
    line["response"] = {"status": "no status"}
    if name.endswith(".zip"):
        zipped(unusable, api_key_har=DAMAGED)
        zipped(unreadable, token_jsonl=json.dumps(line))
    else:
        unusable.write_text(DAMAGED, "utf-8")
        unreadable.write_text(json.dumps(line), "utf-8")

    shown = unwrapped(run(unusable, unreadable).output)

    assert "is not JSON" in shown
    assert f"{unusable}" in shown
    assert "got 'no status'" in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "name", ["a" * 5000, "a/" * 3000 + "a", "missing.har", "missing/a.har", "\N{GRINNING FACE}" * 200]
)
def test_a_name_of_no_file_is_an_error_beside_other_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / "good.jsonl"
    path.write_text(GOOD, "utf-8")

    ran = run(path, name)

    assert ran.exit_code == 2
    assert unwrapped(ran.stderr).startswith(f"Error: {name}: ")
    assert "defect" not in ran.stderr


@pytest.mark.parametrize("name", ["empty", "nothing*.har"])
def test_a_folder_or_pattern_without_recordings_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ran = run(tmp_path / name)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"Error: {tmp_path / name}: ")
    assert ran.stderr.count("\n") == 1


def test_other_files_are_checked_beside_a_pattern_without_recordings(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(BAD, "utf-8")

    ran = run(tmp_path / "none*.har", path, "--format", "json")

    assert (ran.exit_code, json.loads(ran.stdout)["findings"]) == (2, 1)
    assert ran.stderr == f"Error: {tmp_path / 'none*.har'}: matches no file\n"


@pytest.mark.parametrize("form", ["json", "junit"])
def test_machine_readable_reports_contain_unusable_files(form: str, tmp_path: Path) -> None:
    output = tmp_path / "report"

    ran = run(tmp_path / "missing.har", "--format", form, "--output", output)

    assert ran.exit_code == 2
    assert "missing.har" in output.read_text("utf-8")


def test_a_file_name_may_look_like_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "a[1]*.jsonl"
    path.write_text(GOOD, "utf-8")

    assert run(path).exit_code == 0


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1), (FOREIGN, 2), ("", 2)])
def test_standard_input_is_read(text: str, code: int) -> None:
    command = [sys.executable, "-m", "fakesources", "check", "-"]

    ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    assert ran.returncode == code
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(BAD, "utf-8"))
    writer.start()

    ran = run(pipe)

    writer.join()
    assert ran.exit_code == 1


# -- unusable files ------------------------------------------------------------------------------------------------


def test_other_files_are_checked_beside_an_unusable_one(tmp_path: Path) -> None:
    """The exit code is 2."""
    good, bad, broken = tmp_path / "good.jsonl", tmp_path / "bad.jsonl", tmp_path / "broken.har"
    for path, text in ((good, GOOD), (bad, BAD), (broken, DAMAGED)):
        path.write_text(text, "utf-8")

    ran = run(broken, good, bad, tmp_path / "missing.har", "--format", "json")

    report = json.loads(ran.stdout)
    assert (ran.exit_code, report["exchanges"], report["findings"]) == (2, 2, 1)
    assert [each["file"] for each in report["recordings"] if each["unusable"]] == [
        str(broken),
        str(tmp_path / "missing.har"),
    ]
    assert ran.stderr.count("Error: ") == ran.stderr.count("\n") == 2


@pytest.mark.parametrize(
    ("text", "why"), [(FOREIGN, "all of it was left out"), ('{"log": {"entries": []}}', "no exchange was recorded")]
)
def test_one_of_several_files_with_nothing_to_check_is_an_error(text: str, why: str, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.jsonl", tmp_path / "empty.har"
    good.write_text(GOOD, "utf-8")
    empty.write_text(text, "utf-8")

    ran = run(good, empty)

    assert ran.exit_code == 2
    assert ran.stderr == f"Error: {empty}: nothing was checked: {why}; --allow-empty permits that\n"
    assert run(good, empty, "--allow-empty").exit_code == 0
    assert run(empty).exit_code == 2
    assert run(empty, "--allow-empty").exit_code == 0


def test_unreadable_entries_are_listed_and_do_not_fail(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    unreadable = GOOD.replace('"json": []', '"base64": "%"')
    path.write_text(f"{GOOD}\n{unreadable}", "utf-8")

    ran = run(path)

    assert ran.exit_code == 0
    assert "could not read 1." in ran.stdout
    assert f"Not read: {path}: line 2: " in ran.stdout


@pytest.mark.parametrize("size", ["1", "99999999999999999999", str(2**63), "9" * 4000])
def test_any_size_is_accepted_as_the_limit(size: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(GOOD, "utf-8")

    assert run(path, "--max-size", size).exit_code == 0


def test_a_defect_is_reported_on_one_line_without_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        raise LookupError("t0p-s3cret")

    monkeypatch.setattr(checker.Check, "add_recorded", fail)
    path = tmp_path / "a.jsonl"
    path.write_text(GOOD, "utf-8")

    ran = run(path)

    assert (ran.exit_code, ran.stdout) == (70, "")
    assert "LookupError" in ran.stderr
    assert "s3cret" not in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_control_characters_of_file_names_are_escaped(tmp_path: Path) -> None:
    ran = run(tmp_path / "\x1b[31mmissing\u202e.har", tmp_path / "\x9bmissing*.har")

    assert ran.exit_code == 2
    assert not {"\x1b", "\x9b", "\u202e"} & set(ran.stderr)


# -- the output ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "alias", ["same path", "another spelling", "symbolic link", "hard link", "in a folder", "stdin"]
)
@pytest.mark.parametrize("option", ["--output", "--baseline"])
def test_an_input_is_not_overwritten(alias: str, option: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(BAD, "utf-8")
    (tmp_path / "other").mkdir()
    output, argument = path, path
    if alias == "another spelling":
        output = tmp_path / "other" / ".." / "a.jsonl"
    elif alias == "symbolic link":
        output = tmp_path / "link"
        output.symlink_to(path)
    elif alias == "hard link":
        output = tmp_path / "link"
        output.hardlink_to(path)
    elif alias == "in a folder":
        argument = tmp_path
    further = ["--write-baseline"] if option == "--baseline" else []
    options = [option, str(output), *further]

    if alias == "stdin":
        command = [sys.executable, "-m", "fakesources", "check", "-", *options]
        with path.open("rb") as stdin:
            ran = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
        code = ran.returncode
    else:
        code = run(argument, *options).exit_code

    assert code == 2
    assert path.read_text("utf-8") == BAD
    assert output.samefile(path)


@pytest.mark.parametrize("output", ["new.json", "other/../new.json"])
def test_a_report_does_not_replace_the_baseline_of_the_same_run(output: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(BAD, "utf-8")
    (tmp_path / "other").mkdir()

    ran = run(path, "--write-baseline", "--baseline", tmp_path / "new.json", "--output", tmp_path / output)

    assert ran.exit_code == 2
    assert "--output: expected a file of its own" in ran.stderr
    assert not (tmp_path / "new.json").exists()


def test_an_output_file_is_replaced_but_not_a_link_or_device(tmp_path: Path) -> None:
    path, old, link = tmp_path / "a.jsonl", tmp_path / "old.txt", tmp_path / "link"
    path.write_text(BAD, "utf-8")
    old.write_text("x" * 100_000, "utf-8")
    old.chmod(0o640)
    link.symlink_to(old)

    assert run(path, "--output", link).exit_code == 1
    assert link.is_symlink()
    assert old.read_text("utf-8").endswith(" in 1 exchange.\n")
    assert old.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "link", "old.txt"]
    if os.path.exists("/dev/null"):
        assert run(path, "--output", "/dev/null").exit_code == 1
        assert not os.path.isfile("/dev/null")


def test_a_report_can_be_printed_in_ascii(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([BAD, BAD]), "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "fakesources", "check", str(path)]

    ran = subprocess.run(command, capture_output=True, env=environment, check=False)

    assert ran.returncode == 1
    assert b"\\xd72" in ran.stdout
