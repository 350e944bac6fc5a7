"""Tests of recordings in the layout of each tool: all have the same calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cassettes import write_cassettes
from recorders import FORM, Recorded, har, session, write_har_files

from fakesources.verify import check_files
from fakesources.verify.recordings.reader import read

CALLS = session()


def misspelt(call: Recorded) -> Recorded:
    """Return a call with a misspelt field in its request, and without one in its response."""
    body, answer = call.body.replace(b"id=", b"idd=").replace(b'"tag"', b'"tagg"'), call.answer
    value = json.loads(answer) if answer else None
    if isinstance(value, dict):
        value.pop("name", None)
        answer = json.dumps(value).encode()
    lengths = {"Content-Length": str(len(body))} if "Content-Length" in call.sent else {}
    return replace(call, body=body, answer=answer, sent=call.sent | lengths)


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("valid")
    return write_har_files(folder, CALLS) | write_cassettes(folder, CALLS)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("wrong")
    calls = [misspelt(call) for call in CALLS]
    return write_har_files(folder, calls) | write_cassettes(folder, calls)


def names() -> list[str]:
    """Return the name of each file that is written."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return [*write_har_files(Path(folder), CALLS), *write_cassettes(Path(folder), CALLS)]


def found(path: Path) -> set[tuple[str, str]]:
    """Return the rules and paths of the findings in a file."""
    report = check_files([path], edition=("docs-1.6", "docs-2017"))
    return {(group.first.rule, group.first.path) for part in report.parts for group in part.groups}


@pytest.mark.parametrize("name", names())
def test_the_same_calls_are_read(name: str, valid: dict[str, Path]) -> None:
    """Method, URL, status and both bodies; an empty body may be unknown instead."""
    entries = [each.load() for each in read(valid[name])]

    assert [(each.request.method, each.request.url, each.response.status) for each in entries] == [
        (call.method, call.url, call.status) for call in CALLS
    ]
    for each, call in zip(entries, CALLS, strict=True):
        assert each.is_request_complete
        assert each.response.body == call.answer
        assert each.is_response_complete or not call.answer
        if call.sent.get("Content-Type") == FORM:
            assert each.request.body == call.body
        else:
            assert json.loads(each.request.body or b"0") == json.loads(call.body or b"0")


@pytest.mark.parametrize("name", names())
def test_the_same_findings_are_made(name: str, valid: dict[str, Path], wrong: dict[str, Path]) -> None:
    """Valid calls have no findings, and wrong ones the same findings in every layout."""
    assert found(valid[name]) == set()
    assert found(wrong[name]) == found(wrong["indented"]) != set()


def through_a_fifo(path: Path, folder: Path) -> list[str]:
    """Return the methods of a file's entries, read from a named pipe."""
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(path.read_bytes()))
    writer.start()
    methods = [each.method for each in read(fifo)]
    writer.join()
    return methods


def through_stdin(source: str) -> Callable[[Path, Path], list[str]]:
    """Return a function that reads a file's entries in another process, from its standard input."""

    def run(path: Path, _: Path) -> list[str]:
        code = (
            f"from fakesources.verify.recordings.reader import read\nfor each in read({source!r}): print(each.method)"
        )
        with path.open("rb") as file, subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE) as feed:
            ran = subprocess.run([sys.executable, "-c", code], stdin=feed.stdout, capture_output=True, check=True)
        return ran.stdout.decode().split()

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are files of Unix")
@pytest.mark.parametrize(
    "way", [through_a_fifo, through_stdin("-"), through_stdin("/dev/stdin")], ids=["FIFO", "-", "/dev/stdin"]
)
@pytest.mark.parametrize("name", ["indented", "gzip", "zip", "an entry a line", "vcrpy.yaml"])
def test_a_recording_is_read_from_a_pipe(
    way: Callable[[Path, Path], list[str]], name: str, valid: dict[str, Path], tmp_path: Path
) -> None:
    assert way(valid[name], tmp_path) == [call.method for call in CALLS]


@pytest.mark.parametrize("name", ["../har.json", "/etc/hostname", "..", "nothing.json", "\0", "a/../../secret.json"])
def test_a_body_in_a_file_elsewhere_is_not_recorded(name: str, tmp_path: Path) -> None:
    """Only files in the folder of the HAR are read."""
    (tmp_path / "har.json").write_text("{}", "utf-8")
    (tmp_path / "secret.json").write_text("{}", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    document = har(CALLS[:1])
    content = document["log"]["entries"][0]["response"]["content"]
    del content["text"]
    content["_file"] = name
    (folder / "a.har").write_text(json.dumps(document), "utf-8")

    (entry,) = read(folder / "a.har")

    assert (entry.load().is_response_complete, entry.load().response.body) == (False, b"")
