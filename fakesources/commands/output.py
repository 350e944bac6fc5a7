"""Where a command's result goes: standard output or a file; and how a command says that it cannot go on."""

from __future__ import annotations

from pathlib import Path

import click


class Failed(click.ClickException):
    """What was given cannot be used: one line, and exit code 2."""

    exit_code = 2


def put(text: str, path: Path | None) -> None:
    """Write a result to a file, or to standard output where none is named. Raises Failed where that cannot be."""
    if path is None:
        click.echo(text)
        return
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from None
