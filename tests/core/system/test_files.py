"""Atomic writes: whole files or none, and nothing left beside them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fakesources.core.system import files


def left_by(pid: int, path: Path) -> Path:
    """Return a temporary file of a process beside a path."""
    temporary = path.with_name(f".{path.name}.fakesources-{pid}-x1.tmp")
    temporary.touch()
    return temporary


@pytest.fixture(scope="module")
def ended() -> int:
    """Id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    files.write(path, "old", is_private=False)

    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        files.write(path, "new", is_private=False)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("state.json", "old")]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize(("is_private", "mode"), [(True, 0o600), (False, 0o640)])
def test_a_file_has_the_mode_that_the_mask_leaves(is_private: bool, mode: int, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "a", "x", is_private=is_private)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="the ids of processes are those of POSIX")
def test_files_of_ended_processes_are_removed(tmp_path: Path, ended: int) -> None:
    path = tmp_path / "state.json"
    stale = [left_by(pid, path) for pid in (ended, os.getpid(), 2**70)]
    kept = [left_by(pid, path) for pid in (1, os.getppid())]
    other = left_by(ended, tmp_path / "other.json")

    files.remove_stale(path)

    assert [each.exists() for each in (*stale, *kept, other)] == [False] * 3 + [True] * 3


def test_a_file_that_cannot_be_removed_is_left(tmp_path: Path, ended: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    stale = left_by(ended, path)

    def fail(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", fail)
    files.remove_stale(path)

    assert stale.exists()


def test_a_process_of_another_user_is_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    temporary = left_by(1, path)

    def fail(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", fail)
    files.remove_stale(path)

    assert temporary.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_file_that_exists_keeps_its_mode_unless_it_is_private(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.touch()
    path.chmod(0o604)

    files.write(path, "open", is_private=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    files.write(path, "private", is_private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "short"),
    [("a" * 250, "a" * 100), ("é" * 125, "é" * 50), ("x" + "🎸" * 62, "x" + "🎸" * 24)],
    ids=["ASCII", "two bytes", "four bytes"],
)
def test_a_name_may_be_as_long_as_the_file_system_takes(name: str, short: str, tmp_path: Path, ended: int) -> None:
    """Its length counts in bytes. The temporary file beside it has a shorter one, by which it is found again."""
    path = tmp_path / name
    stale = tmp_path / f".{short}.fakesources-{ended}-x1.tmp"
    stale.touch()

    files.remove_stale(path)
    files.write(path, "text", is_private=False)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(path.name, "text")]
