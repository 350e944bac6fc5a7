"""Log of the server itself on standard error, without secrets."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress

import click

LEVELS = ("debug", "info", "warning", "error")

log = logging.getLogger("fakesources")


class _StandardErrorHandler(logging.Handler):
    """Writes one line per record to the current standard error; one that cannot be written to is ignored."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            click.echo(f"fakesources: {record.levelname.lower()}: {record.getMessage()}", err=True)


def set_level(level: str) -> None:
    """Log records from `level` on to standard error, unless logging is configured already."""
    log.setLevel(level.upper())
    if not log.hasHandlers():
        log.addHandler(_StandardErrorHandler())


def log_internal_error(raised: BaseException) -> None:
    """Log types and tracebacks of an exception and its causes, without their texts, which may hold secrets."""
    lines = []
    error: BaseException | None = raised
    while error is not None:
        lines += [f"{type(error).__name__} at:", *map(str.rstrip, traceback.format_tb(error.__traceback__))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    log.error("a request failed inside fakesources and was answered with status 500\n%s", "\n".join(lines))
