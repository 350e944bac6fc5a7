"""Access log: one line per response, without query, body or secret, as text, JSON or in the Common Log Format."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from ..control import serialize
from ..control.hosted import Hosted, is_control
from ..core.http.masking import mask_text, mask_url
from ..core.http.messages import Request, Response
from ..core.text.display import printable, utc_text
from .errors import os_error_text
from .logs import log

LogAccess = Callable[[Request, Response, float], None]
"""Function that logs a response to a request, and the seconds it took."""


def entry(hosted: Hosted, request: Request, response: Response, seconds: float) -> dict[str, Any]:
    """Return the fields of one log entry. Fields that do not apply are left out."""
    fields: dict[str, Any] = {
        "time": utc_text(datetime.now(UTC), "milliseconds"),
        "method": mask_text(request.method),
        "path": mask_url(request.raw_path),
        "status": response.status,
        "ms": round(seconds * 1000, 1),
        "bytes": len(response.body),
        "peer": request.peer,
    }
    if is_control(request.target):
        optional: dict[str, Any] = {"operation": hosted.control_plane.operation(request)}
    elif (exchange := hosted.fake.journal.find(request)) is not None:
        optional = {
            "account": serialize.account(exchange.account, hosted.fake.services[exchange.api]),
            "operation": exchange.operation,
            "error": exchange.error,
            "violations": [violation.rule for violation in exchange.violations],
            "fault": exchange.fault or response.disconnect,
        }
    else:
        return fields
    return fields | {name: value for name, value in optional.items() if value}


def format_text(fields: Mapping[str, Any]) -> str:
    """Format an entry as time, method, path, status and duration, followed by `name=value` pairs."""
    values = {**fields, "violations": ",".join(fields.get("violations", ()))}
    names = ("account", "operation", "error", "violations", "fault")
    pairs = [f"{name}={values[name]}" for name in names if values.get(name)]
    return " ".join(
        [values["time"], values["method"], values["path"], str(values["status"]), f"{values['ms']}ms", *pairs]
    )


def format_common(fields: Mapping[str, Any]) -> str:
    """Format an entry in Apache's Common Log Format: host, account, time, request line, status and size."""
    time = datetime.fromisoformat(fields["time"]).strftime("%d/%b/%Y:%H:%M:%S %z")
    client = f"{fields['peer'] or '-'} - {fields.get('account', '-')}"
    request_line = f"{fields['method']} {fields['path']} HTTP/1.1"
    return f'{client} [{time}] "{request_line}" {fields["status"]} {fields["bytes"] or "-"}'


Formatter = Callable[[Mapping[str, Any]], str]

_FORMATTERS: Mapping[str, Formatter] = {"text": format_text, "json": json.dumps, "common": format_common}
FORMATS = tuple(_FORMATTERS)


@contextmanager
def access_log(params: Mapping[str, Any], hosted: Hosted) -> Iterator[LogAccess | None]:
    """Open the access log of the flags. Return the function that writes to it, None without one. Raises UsageError."""
    name, formatter = params["access_log"], _FORMATTERS[params["access_log_format"]]
    if name is None:
        yield None
    elif str(name) == "-":
        yield _logger(hosted, partial(click.echo, err=True), formatter)
    else:
        try:
            file = name.open("ab", buffering=0)  # closed below
        except (OSError, ValueError) as error:
            raise click.UsageError(f"--access-log: {name}: {os_error_text(error)}") from None
        with file:
            yield _logger(hosted, lambda line: file.write(f"{line}\n".encode()), formatter)


def _logger(hosted: Hosted, write: Callable[[str], object], formatter: Formatter) -> LogAccess:
    """Return the function that writes a line per response, unbuffered.

    Where that fails, responses are not affected; the first of several failures is logged.
    """
    lock = threading.Lock()
    is_failing = False

    def log_access(request: Request, response: Response, seconds: float) -> None:
        nonlocal is_failing
        line = printable(formatter(entry(hosted, request, response, seconds)))
        with lock:
            try:
                write(line)
            except OSError as error:
                if not is_failing:
                    log.warning("the access log could not be written: %s", os_error_text(error))
                is_failing = True
            else:
                is_failing = False

    return log_access
