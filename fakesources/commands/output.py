"""Where a command's result goes: standard output or a file; and how a command says that it cannot go on."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click


class Failed(click.ClickException):
    """Input or output that cannot be used: one line, and exit code 2."""

    exit_code = 2


def put(text: str, path: Path | None) -> None:
    """Write a result to a file, or to standard output where none is named. Raises Failed where that is impossible.

    A file is written beside its place and then moved there, so that nobody ever sees half of it and a failure leaves
    what was there. A link keeps leading to the file; devices and pipes are written to as they are.
    """
    if path is None:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding))
        return
    data = (text + "\n").encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except (OSError, ValueError) as error:
        raise Failed(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _replace(target: Path, data: bytes) -> None:
    fresh = target.with_name(f".{target.name[:200]}.{os.getpid()}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        if target.exists():
            fresh.chmod(stat.S_IMODE(target.stat().st_mode))
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def is_one_of(path: Path, inputs: Iterable[str]) -> str:
    """Return the input that is the same file as a path, by whatever name or link; "" where none is."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(found.st_mode):
        return ""
    for name in inputs:
        with suppress(OSError, ValueError):
            other = os.fstat(0) if name == "-" else os.stat(name)
            if os.path.samestat(found, other):
                return name
    return ""
