"""Errors of the command line: their wording and their exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from ..core.text.spelling import did_you_mean

DEFECT_EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h."""

P = ParamSpec("P")


class FileError(click.ClickException):
    """Input or output that cannot be used: one line, and exit code 2."""

    exit_code = 2


def unknown_value(name: str, value: str, known: Iterable[str], hint: str = "") -> click.UsageError:
    """Return the error for a value that is none of the known ones. `hint` replaces the closest known value."""
    names = list(known)
    expected = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return click.UsageError(f"{name}: expected {expected}, got {value!r}{hint or did_you_mean(value, names)}")


def os_error_text(error: OSError | ValueError) -> str:
    """Return the text of a file's error without its number and path."""
    return getattr(error, "strerror", None) or str(error)


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
