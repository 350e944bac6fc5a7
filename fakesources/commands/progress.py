"""Progress bar of a command that reads large inputs, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .output import is_terminal

PROGRESS_BAR_BYTES = 2 << 20
"""Size of the input from which on a progress bar is shown: what is smaller is read within a second."""


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[int], None] | None]:
    """Show a progress bar on standard error for a number of bytes; yield the function that adds to those read.

    Yields None, and shows nothing, for a small number and where standard error is no terminal.
    """
    if total < PROGRESS_BAR_BYTES or not is_terminal(sys.stderr):
        yield None
        return
    from rich import progress  # late: most inputs are small

    from ..core.text.terminal import Screen

    screen = Screen.of(sys.stderr)
    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.TaskProgressColumn())
    with progress.Progress(*columns, progress.TimeRemainingColumn(), console=screen.console(sys.stderr)) as bar:
        task = bar.add_task("Reading", total=total)
        yield lambda size: bar.advance(task, size)
