"""Reports of a server about itself on standard error, and no secret in it."""

from __future__ import annotations

import logging
import traceback

import click

LEVELS = ("debug", "info", "warning", "error")

log = logging.getLogger("fakesources")


class _ToStandardError(logging.Handler):
    """Writes a line per record, to what standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(f"fakesources: {record.levelname.lower()}: {record.getMessage()}", err=True)


def set_level(level: str) -> None:
    """Report what is at least as grave as `level` on standard error, unless a logging configuration does already."""
    log.setLevel(level.upper())
    if not log.hasHandlers():
        log.addHandler(_ToStandardError())


def log_bug(bug: BaseException) -> None:
    """Report where the fake failed. Neither the text of an exception nor a value is shown, which may be a secret; the
    response had the text.
    """
    lines = []
    error: BaseException | None = bug
    while error is not None:
        lines += [f"{type(error).__name__} at:", *map(str.rstrip, traceback.format_tb(error.__traceback__))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    log.error("a request failed inside fakesources and was answered with status 500\n%s", "\n".join(lines))
