"""Errors of the command line: their wording and their exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from ..core.system.files import error_text

DEFECT_EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h."""

P = ParamSpec("P")


class FileError(click.ClickException):
    """Input or output that cannot be used: one line, and exit code 2."""

    exit_code = 2


def os_error_text(error: OSError | ValueError, path: Path | None = None) -> str:
    """Return the text of a file's error without its number and path."""
    return error_text(error).removeprefix(f"{path}: ")


def report_defects(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a command: any exception but click's own ends it with one line, without its text, and exit code 70.

    The text of an exception may quote a secret of the input.
    """

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            click.echo(f"Error: a defect in fakesources, {_type_and_line(error)}; please report this line.", err=True)
            sys.exit(DEFECT_EXIT_CODE)

    return wrapped


def _type_and_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    line = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{line}"
