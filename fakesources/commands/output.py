"""Output of the commands: results on standard output or in a file, violations on standard error."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeGuard

import click

from ..core.contract.validation import Violation
from ..core.reporting.reports import report
from ..core.system import files
from ..core.text.display import pluralize, printable
from .errors import FileError, os_error_text

if TYPE_CHECKING:
    from ..fake import FakeSources


def write_result(text: str, path: Path | None) -> None:
    """Write a result to a file, or to standard output without one. Raises FileError.

    A regular file is replaced as a whole, so that a reader never sees half of it and a failure leaves the old content.
    A link keeps pointing to its file; devices and pipes are written to directly. A closed pipe is a BrokenPipeError,
    which click ends the command for.
    """
    if path is None:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        try:
            click.echo(text.encode(encoding, "backslashreplace").decode(encoding))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise FileError(f"standard output: {os_error_text(error)}") from None
        return
    text = f"{text}\n".encode("utf-8", "backslashreplace").decode()
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
        else:
            files.write(path, text, is_private=False)
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: {os_error_text(error, path)}") from None


def find_same_file(path: Path, inputs: Iterable[str]) -> str:
    """Return the input, `-` for standard input, that is the same file as a path; an empty string without one."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _find_same_path(path, inputs)
    if not stat.S_ISREG(status.st_mode):
        return ""
    for name in inputs:
        with suppress(OSError, ValueError):
            other = os.fstat(0) if name == "-" else os.stat(name)
            if os.path.samestat(status, other):
                return name
    return ""


def _find_same_path(path: Path, inputs: Iterable[str]) -> str:
    """Return the input with the path of a file that is missing: another output of the same run may create it."""
    with suppress(OSError, ValueError):
        real = os.path.realpath(path)
        return next((name for name in inputs if name != "-" and os.path.realpath(name) == real), "")
    return ""


def is_terminal(stream: TextIO | None) -> TypeGuard[TextIO]:
    """Return whether a standard stream is a terminal; one that was closed before the start is None."""
    return stream is not None and stream.isatty()


def for_screen(lines: Sequence[str], stream: TextIO | None) -> Sequence[str]:
    """Return lines as a terminal shows them, wrapped and in colour; unchanged for a pipe or a file."""
    if not is_terminal(stream):
        return lines
    from ..core.text.terminal import Screen  # late: rich takes as long to import as a server to start

    return Screen.of(stream).lines(lines)


def print_wrapped(text: str) -> None:
    """Print text to standard error, wrapped at the width of a terminal. One that cannot be written to is ignored."""
    with suppress(OSError):
        click.echo("\n".join(for_screen(text.split("\n"), sys.stderr)), err=True)


def print_violations(fake: FakeSources) -> int:
    """List the contract violations of a fake on standard error, by test where tests are named. Return their number."""
    violations, dropped = list(fake.violations), fake.violations.dropped
    count = len(violations) + dropped
    if violations:
        older = f", {dropped} older ones of which were dropped" if dropped else ""
        head = f"fakesources: {pluralize(count, 'contract violation')}{older}"
        print_wrapped("\n\n".join([head, *_reports_by_test(violations)]))
    return count


def _reports_by_test(violations: Sequence[Violation]) -> Iterator[str]:
    tests: dict[str, list[Violation]] = {}
    for violation in violations:
        tests.setdefault(violation.test, []).append(violation)
    for test, of_test in tests.items():
        if test:
            yield f"in {printable(test)}:"
        yield from map(report, of_test)
