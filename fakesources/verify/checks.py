"""The contract in a test suite: one exchange held to it, or files of recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.contract.validation import Violation
from ..core.engine.exchanges import Exchange
from ..core.http.masking import mask_text
from ..core.http.messages import Request, Response
from ..core.text import arguments
from .checker import Check, bases_named, editions_named
from .inputs import Input, expand
from .recordings import jsonl
from .recordings.documents import NO_LAYOUT
from .recordings.entry import Bounds, Entry, RecordingError, unrecorded
from .recordings.reader import Progress, read
from .report import Report
from .selection import Selection, read_baseline

Names = str | Iterable[str]
Checkable = Exchange | tuple[Request, Response] | Entry | Mapping[str, Any]


EXCHANGE = arguments.a(
    Exchange, tuple, Entry, Mapping, expected="an Exchange, a pair of Request and Reply or a mapping"
)
PATHS = arguments.Kind(
    "a list of paths", lambda paths: isinstance(paths, list) and all(isinstance(path, str | Path) for path in paths)
)


def check(exchange: Checkable, *, edition: Names = (), base_url: Names = (), warnings: bool = False) -> list[Violation]:
    """Return what one exchange breaks of the contract; empty when it holds.

    It is a journal's Exchange, a pair of Request and Reply, or a parsed line of a recording in JSON lines. `edition` is
    a name like `live-1.6`, or one for each API; without one the best-fitting edition of the exchange's API is taken.
    `base_url` are addresses beside the vendors' own. With `warnings` the list also has what contradicts a rule that no
    page and no recording shows.

    Raises ValueError for an exchange with any other host or endpoint, and for an edition that does not exist; Unusable
    for a recording that is none.
    """
    arguments.check(exchange=(exchange, EXCHANGE))
    held = Check(editions_named(named(edition)), bases_named(named(base_url)))
    entry = _entry(exchange)
    if isinstance(exchange, Exchange):
        held = Check(editions_named(named(edition)), {f"http://{entry.request.host or 'localhost'}": exchange.api})
        entry = _hosted(entry)
    held.take(entry)
    report = held.report()
    if report.others:
        raise ValueError(f"an exchange with {entry.request.host or 'no host'}, which is no API's; give its base_url")
    wanted = ("finding", "warning") if warnings else ("finding",)
    return [group.first for part in report.parts for group in part.groups if group.severity in wanted]


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
    """Return what recordings break of the contract: HAR, VCR cassettes or JSON lines, told apart by what stands in them.

    `paths` are files, folders, patterns, or `-` for standard input. `ignore` are ids of rules, `operation` ids of the
    operations to check, `baseline` a file of findings that are known.

    Raises Unusable where a file cannot be read, and ValueError for an edition, a base URL or an id that does not exist.
    """
    paths = paths if isinstance(paths, str | bytes) else list(paths)  # any iterable; a text is most likely one path
    arguments.check(paths=(paths, PATHS))
    selection = Selection.of(named(ignore), named(operation), read_baseline(baseline) if baseline is not None else ())
    checker = Check(editions_named(named(edition)), bases_named(named(base_url)), whole_session, selection)
    inputs = expand(map(str, paths))
    for each in inputs:
        if why := check_input(checker, each, bounds, progress):
            raise why
    return checker.report([each.name for each in inputs])


def check_input(
    checker: Check, file: Input, bounds: Bounds | None = None, progress: Progress | None = None
) -> RecordingError | None:
    """Check one file. Return why it could not be used, or not to its end; what stands before the damage was checked. A
    file of a folder that is no recording is passed over.
    """
    recording = checker.begin(file.name)
    try:
        if file.problem:
            raise RecordingError(file.name, file.problem)
        for recorded in read(file.name, bounds, progress):
            checker.offer(recorded)
    except RecordingError as why:
        if not file.is_named and NO_LAYOUT in why.why:
            checker.pass_over(recording)
            return None
        recording.unusable = mask_text(str(why))
        return why
    return None


def _entry(exchange: Checkable) -> Entry:
    if isinstance(exchange, Entry):
        return exchange
    if isinstance(exchange, Exchange):
        exchange = (exchange.raw_request, exchange.response)
    if isinstance(exchange, tuple):
        request, reply = exchange
        known = not unrecorded(request.headers, request.body)
        return Entry("exchange", request, reply, None, known, not unrecorded(reply.headers, reply.body))
    if isinstance(exchange, Mapping):
        return jsonl.entry("exchange", dict(exchange), Bounds())
    raise RecordingError(
        "exchange", f"is a {type(exchange).__name__}; expected an Exchange, (Request, Reply) or a mapping"
    )


def _hosted(entry: Entry) -> Entry:
    """An entry whose host is never empty: what came through no door has none."""
    return entry if entry.request.host else replace(entry, request=entry.request._replace(host="localhost"))


def named(names: Names) -> tuple[str, ...]:
    """Several names from one or from several."""
    return (names,) if isinstance(names, str) else tuple(names)
