"""Checks for test suites: of one exchange, and of files of recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.contract.validation import Violation
from ..core.engine.exchanges import Exchange
from ..core.http.messages import Request, Response
from ..core.text import arguments
from .checker import Check, masked_error, parse_bases, parse_editions
from .inputs import Input, expand
from .recordings.documents import NO_LAYOUT
from .recordings.entry import Bounds, Entry, RecordingError, is_body_missing
from .recordings.loading import Context, load_entry
from .recordings.reader import Progress, read
from .report import Report
from .selection import Selection, read_baseline

Names = str | Iterable[str]
Checkable = Exchange | tuple[Request, Response] | Entry | Mapping[str, Any]


EXCHANGE = arguments.a(
    Exchange, tuple, Entry, Mapping, expected="an Exchange, a pair of Request and Response or a mapping"
)
PATHS = arguments.Kind(
    "a list of paths", lambda paths: isinstance(paths, list) and all(isinstance(path, str | Path) for path in paths)
)


def check(exchange: Checkable, *, edition: Names = (), base_url: Names = (), warnings: bool = False) -> list[Violation]:
    """Return the findings of one exchange; empty if it is valid.

    `exchange` is an Exchange of a journal, a pair of Request and Response, or a parsed line of a recording in JSON
    lines. `edition` is the name of an edition, or one for each API; the default is the best-fitting edition. `base_url`
    are base URLs beside those of the vendors. With `warnings` the list includes contradictions to rules that are
    neither documented nor recorded.

    Raises ValueError for an exchange with another host and for an unknown edition, RecordingError for a mapping that is
    no exchange.
    """
    arguments.check(exchange=(exchange, EXCHANGE))
    checker = Check(parse_editions(as_names(edition)), parse_bases(as_names(base_url)))
    entry = _entry(exchange)
    if isinstance(exchange, Exchange):
        checker = Check(
            parse_editions(as_names(edition)), {f"http://{entry.request.host or 'localhost'}": exchange.api}
        )
        entry = _with_host(entry)
    checker.add(entry)
    report = checker.report()
    if report.other_hosts:
        host = entry.request.host or "no host"
        raise ValueError(f"exchange: expected a host of an API, got {host}; name its base URL with base_url")
    severities = ("finding", "warning") if warnings else ("finding",)
    return [group.first for part in report.parts for group in part.groups if group.severity in severities]


def check_files(
    paths: Iterable[Path | str],
    *,
    edition: Names = (),
    base_url: Names = (),
    whole_session: bool = False,
    ignore: Names = (),
    operation: Names = (),
    baseline: Path | str | None = None,
    bounds: Bounds | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the report of recordings: HAR, VCR cassettes or JSON lines, detected by their content.

    `paths` are files, folders, patterns, or `-` for standard input. `whole_session` is True if no request was made
    before the recorded ones. `ignore` are ids of rules, `operation` ids of the operations to check, `baseline` is a
    file of known findings.

    Raises RecordingError if a file cannot be read, and ValueError for an unknown edition, base URL or id.
    """
    paths = paths if isinstance(paths, str | bytes) else list(paths)  # a single text is reported as a wrong argument
    arguments.check(paths=(paths, PATHS))
    selection = Selection.of(
        as_names(ignore), as_names(operation), read_baseline(baseline) if baseline is not None else ()
    )
    checker = Check(parse_editions(as_names(edition)), parse_bases(as_names(base_url)), whole_session, selection)
    inputs = expand(map(str, paths))
    for each in inputs:
        if error := check_input(checker, each, bounds, progress):
            raise error
    return checker.report([each.name for each in inputs])


def check_input(
    checker: Check, file: Input, bounds: Bounds | None = None, progress: Progress | None = None
) -> RecordingError | None:
    """Check one file. Return the error that ended it, if any; entries before the error were checked.

    A file found in a folder that is no recording is counted as left out.
    """
    recording = checker.begin(file.name)
    try:
        if file.error:
            raise RecordingError(file.name, file.error)
        for recorded in read(file.name, bounds, progress):
            checker.add_recorded(recorded)
    except RecordingError as error:
        if not file.is_named and NO_LAYOUT in error.reason:
            checker.discard(recording)
            return None
        recording.unusable = masked_error(error, file.name)
        return error
    return None


def _entry(exchange: Checkable) -> Entry:
    if isinstance(exchange, Entry):
        return exchange
    if isinstance(exchange, Exchange):
        exchange = (exchange.raw_request, exchange.response)
    if isinstance(exchange, tuple):
        request, response = exchange
        is_request_complete, is_response_complete = (not is_body_missing(each.headers, each.body) for each in exchange)
        return Entry("exchange", request, response, None, is_request_complete, is_response_complete)
    return load_entry(Context("", Bounds()), "exchange", dict(exchange))


def _with_host(entry: Entry) -> Entry:
    """Return an entry with a host; a request that was passed directly to a fake has none."""
    return entry if entry.request.host else replace(entry, request=entry.request._replace(host="localhost"))


def as_names(names: Names) -> tuple[str, ...]:
    """Return one or several names as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
