"""Input files of a check, from names of files, folders, patterns and standard input."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

from .recordings.opening import SUFFIXES, is_named_like_recording

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One input file.

    `is_named` is False for a file found in a folder, which need not be a recording; `error` is the reason if a name
    matches no file.
    """

    name: str
    is_named: bool = True
    error: str = ""

    @property
    def size(self) -> int:
        """Size in bytes; 0 if it is unknown before reading."""
        try:
            found = os.stat(self.name)
        except (OSError, ValueError):  # reading it gives the reason
            return 0
        return found.st_size if stat.S_ISREG(found.st_mode) else 0


def expand(names: Iterable[str]) -> list[Input]:
    """Return the files of names, in their order and each once."""
    found: dict[tuple[str, str], Input] = {}
    for name in names:
        for each in _expand(name):
            found.setdefault(_identity(each.name), each)
    return list(found.values())


def _expand(name: str) -> Iterator[Input]:
    if name == STDIN:
        yield Input(name)
    elif os.path.isdir(name):
        files = sorted(str(path) for path in Path(name).rglob("*") if _is_recording(path, Path(name)))
        if not files:
            yield Input(name, error=f"has no recordings; expected files named *{', *'.join(SUFFIXES)}")
        for file in files:
            yield Input(file, is_named=False)
    elif has_magic(name) and not os.path.lexists(name):
        matches = sorted(glob(name, recursive=True))
        if not matches:
            yield Input(name, error="matches no file")
        for match in matches:
            yield from _expand(match)
    else:
        yield Input(name)


def _is_recording(path: Path, folder: Path) -> bool:
    """Return whether a file in a folder is named like a recording. Hidden files and folders are ignored."""
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        return False
    return (is_named_like_recording(path.name) or path.name.lower().endswith(".har.zip")) and path.is_file()


def _identity(name: str) -> tuple[str, str]:
    """Return a key that is equal for names of the same file. Devices and pipes are read once per name."""
    if name == STDIN or not os.path.isfile(name):
        return "", name
    found = os.stat(name)
    return str(found.st_dev), str(found.st_ino)
