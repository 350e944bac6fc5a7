"""Tests of the bounds of reading: memory and time are limited for every file."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_recordings import BODY, LINE, URL, coded, har, only, written

from fakesources.commands import check
from fakesources.verify.recordings import reader
from fakesources.verify.recordings.entry import MIB, Bounds, RecordingError
from fakesources.verify.recordings.reader import read


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.har", b'{"log": {"entries": ['), ("a.yaml", b"interactions:\n"), ("a.jsonl", b'{"request": "')],
)
def test_sizes_are_bounded(name: str, start: bytes, tmp_path: Path) -> None:
    """The limit is that of a whole file, or of one line in JSON lines."""
    path = written(tmp_path, name, start + b" " * (3 * MIB))

    with pytest.raises(RecordingError, match=r"larger than 2 MiB"):
        list(read(path, Bounds.of(2 * MIB)))


@pytest.mark.parametrize("around", ['{"log": {"entries": [%s]}}', "%s", "[%s]"])
def test_an_entry_over_the_bound_is_skipped(around: str, tmp_path: Path) -> None:
    """Its URL is known, and the entries after it are read."""
    large = json.dumps({**LINE, "response": {"status": 200, "body": '\\"}]' * MIB}})
    separator = "\n" if around == "%s" else ", "
    path = written(tmp_path, "a", around % separator.join([json.dumps(LINE), large, json.dumps(LINE)]))

    entries = list(read(path, Bounds(entry=MIB)))

    assert [each.url for each in entries] == [URL] * 3
    with pytest.raises(RecordingError, match=r"larger than"):
        entries[1].load()
    assert entries[2].load().response.status == 200


def test_a_limit_may_be_of_any_size(tmp_path: Path) -> None:
    assert only(written(tmp_path, "a", LINE), Bounds.of(10**20 * MIB)).response.status == 200
    assert (
        only(written(tmp_path, "b", coded("gzip", gzip.compress(BODY))), Bounds.of(10**20 * MIB)).response.body == BODY
    )


@pytest.mark.parametrize("text", ["[" + "1," * MIB, "{}\n" * MIB, '{"log": {"entries": [' + "[]," * MIB, "- a\n" * MIB])
def test_a_file_of_unreadable_entries_is_not_read_to_the_end(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "UNREADABLE_ENTRIES", 1_000)

    with pytest.raises(RecordingError, match="more than 1,000 unreadable entries"):
        list(read(written(tmp_path, "a", text)))


PEAK = """
import resource, sys
from fakesources.verify.recordings import reader
from fakesources.verify.recordings.entry import RecordingError
from fakesources.verify.recordings.reader import read
next(read(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    count = sum(1 for _ in read(sys.argv[2]))
except RecordingError:
    count = 0
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes by Linux")
@pytest.mark.parametrize(
    ("start", "entry", "end"),
    [
        ('{"log": {"entries": [', json.dumps(har()["log"]["entries"][0] | {"comment": "x" * 9_999}) + ",\n", "]}}"),
        ("", json.dumps(LINE | {"label": "x" * 9_999}) + "\n", ""),
        ("interactions:\n", "- request: {method: GET, uri: 'x'}\n  response: {body: '%s'}\n" % ("x" * 9_999), ""),
        ("", "\n" * 10_000, ""),
        ("interactions:\n", "\n" * 10_000, ""),
    ],
    ids=["HAR", "lines", "YAML", "newlines", "newlines in YAML"],
)
def test_a_file_is_never_loaded_as_a_whole(start: str, entry: str, end: str, tmp_path: Path) -> None:
    """Two thousand entries, 20 MB in total, take the memory of a few."""
    small, large = written(tmp_path, "small", json.dumps(LINE)), tmp_path / "large"
    with large.open("w") as file:
        file.write(start)
        file.writelines([entry] * 1_999)
        file.write(entry.rstrip(",\n") + end)

    ran = subprocess.run([sys.executable, "-c", PEAK, str(small), str(large)], capture_output=True, check=True)
    count, grown = map(int, ran.stdout.split())

    assert count == (2_000 if entry.strip() else 0)
    assert grown < 10


def limit_memory() -> None:
    """Limit the memory of this process to one gigabyte."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by a call of Linux")
@pytest.mark.parametrize("kind", ["lines", "document", "one line"])
def test_memory_is_bounded_for_a_file_of_any_size(kind: str, tmp_path: Path) -> None:
    """A file of two gigabytes is read or an error in a process with one gigabyte."""
    path = tmp_path / "large"
    line = json.dumps(
        {
            "request": {"method": "GET", "url": "https://other.example/"},
            "response": {"status": 200, "body": "x" * 90_000},
        }
    )
    with path.open("wb") as file:
        if kind == "lines":
            file.write(json.dumps(LINE | {"response": {"status": 200, "json": []}}).encode() + b"\n")
            file.writelines([line.encode() + b"\n"] * 300)
        else:
            file.write(b'{"log": {' if kind == "document" else b'{"request": "')
            file.truncate(2 << 30)

    ran = subprocess.run(
        [sys.executable, "-m", "fakesources", "check", str(path)],
        capture_output=True, text=True, preexec_fn=limit_memory, check=False,
    )  # fmt: skip

    assert ran.returncode == (0 if kind == "lines" else 2), ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("\n") <= 1


def test_the_default_sizes_are_those_of_the_help() -> None:
    bounds = Bounds()
    [flag] = [each for each in check.command.params if each.name == "max_size"]

    sizes = f"{bounds.yaml // MIB} for a YAML file, {bounds.entry // MIB} for an entry, {bounds.body // MIB} for a body"
    assert sizes in str(getattr(flag, "help", ""))
    assert bounds.file is None
