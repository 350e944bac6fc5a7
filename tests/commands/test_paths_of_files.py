"""Paths of files: whether two are the same file, which no command overwrites with its output."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakesources.commands.output import find_same_file


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_is_the_same_by_another_path(tmp_path: Path, is_there: bool) -> None:
    """By its contents on the disk, or by the path that it will have."""
    if is_there:
        (tmp_path / "a").write_text("")
    (tmp_path / "folder").mkdir()
    other = str(tmp_path / "folder" / ".." / "a")

    assert find_same_file(tmp_path / "a", ["-", str(tmp_path / "b"), other]) == other
    assert find_same_file(tmp_path / "a", ["-", str(tmp_path / "b")]) == ""


@pytest.mark.parametrize("path", ["a\0b", "x" * 5_000])
def test_a_path_that_no_file_can_have_is_no_input(path: str) -> None:
    assert find_same_file(Path(path), ["-", "\0", "b"]) == ""


def test_a_folder_is_no_input(tmp_path: Path) -> None:
    assert find_same_file(tmp_path, [str(tmp_path)]) == ""
