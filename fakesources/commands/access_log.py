"""The access log: a line for each response, without query, body or secret, as text, JSON or in the Common Log Format."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from ..control import serialize
from ..control.hosted import Hosted, is_control
from ..core.http.masking import mask_text, mask_url
from ..core.http.messages import Request, Response

FORMATS = ("text", "json", "common")

Access = Callable[[Request, Response, float], None]


def entry(hosted: Hosted, request: Request, reply: Response, seconds: float) -> dict[str, Any]:
    """The facts of one response, by name; those that do not apply are left out."""
    made: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": mask_text(request.method),
        "path": mask_url(request.raw_path),
        "status": reply.status,
        "ms": round(seconds * 1000, 1),
        "bytes": len(reply.body),
        "peer": request.peer,
    }
    if is_control(request.target):
        operation = hosted.plane.operation(request)
        return made | ({"operation": operation} if operation else {})
    exchange = hosted.fake.journal.find(request)
    if exchange is None:
        return made
    marks = {
        "account": serialize.account(exchange.account, hosted.fake.services[exchange.api]),
        "operation": exchange.operation,
        "error": exchange.error,
        "violations": [violation.rule for violation in exchange.violations],
        "fault": exchange.fault or reply.disconnect,
    }
    return made | {name: value for name, value in marks.items() if value}


def as_text(facts: Mapping[str, Any]) -> str:
    """Time, method, path, status and duration, then the rest by name."""
    shown = {**facts, "violations": ",".join(facts.get("violations", ()))}
    more = [
        f"{name}={shown[name]}" for name in ("account", "operation", "error", "violations", "fault") if shown.get(name)
    ]
    return " ".join([shown["time"], shown["method"], shown["path"], str(shown["status"]), f"{shown['ms']}ms", *more])


def as_common(facts: Mapping[str, Any]) -> str:
    """Host, account, time, request line, status and size, as Apache writes them."""
    time = datetime.fromisoformat(facts["time"]).strftime("%d/%b/%Y:%H:%M:%S %z")
    who = f"{facts['peer'] or '-'} - {facts.get('account', '-')}"
    return f'{who} [{time}] "{facts["method"]} {facts["path"]} HTTP/1.1" {facts["status"]} {facts["bytes"] or "-"}'


_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"text": as_text, "json": json.dumps, "common": as_common}


def printable(line: str) -> str:
    """A line without characters that a terminal would act on, or that UTF-8 cannot write."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


@contextmanager
def access_log(given: Mapping[str, Any], hosted: Hosted) -> Iterator[Access | None]:
    """The function that writes to the log that was asked for, None where none was. Exits with a sentence for a file that
    cannot be written.
    """
    name, write = given["access_log"], _WRITERS[given["access_log_format"]]
    if name is None:
        yield None
    elif name == "-":
        yield _writing(hosted, sys.stderr, write)
    else:
        try:
            file = Path(name).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115  # closed below
        except OSError as error:
            raise click.UsageError(f"--access-log: {error}") from None
        with file:
            yield _writing(hosted, file, write)


def _writing(hosted: Hosted, log: TextIO, write: Callable[[Mapping[str, Any]], str]) -> Access:
    lock = threading.Lock()

    def access(request: Request, reply: Response, seconds: float) -> None:
        line = printable(write(entry(hosted, request, reply, seconds)))
        with lock:
            log.write(f"{line}\n")
            log.flush()

    return access
