"""End of a command on a defect of its own: one line without any text that may hold a secret, and exit code 70."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

DEFECT = 70
"""EX_SOFTWARE of sysexits.h."""

P = ParamSpec("P")


def one_line_for_defects(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a command: any exception but click's own ends it with one line and exit code 70."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            click.echo(f"Error: a defect in fakesources, {_where(error)}; please report this line.", err=True)
            sys.exit(DEFECT)

    return wrapped


def _where(error: BaseException) -> str:
    """Type and last line of an exception; never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
