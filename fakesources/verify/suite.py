"""The contract in a test suite: one exchange held to it, or files of recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core import arguments
from ..core.contract import Violation
from ..core.journal import Exchange
from ..core.messages import Reply, Request
from .checking import Check, bases_named, editions_named
from .recordings import lines
from .recordings.entries import Bounds, Entry, Unusable, unrecorded
from .recordings.reading import Progress, read
from .report import Report

Names = str | Iterable[str]
Checkable = Exchange | tuple[Request, Reply] | Entry | Mapping[str, Any]


EXCHANGE = arguments.a(
    Exchange, tuple, Entry, Mapping, expected="an Exchange, a pair of Request and Reply or a mapping"
)
PATHS = arguments.Kind(
    "a list of paths", lambda paths: isinstance(paths, list) and all(isinstance(path, str | Path) for path in paths)
)


def check(exchange: Checkable, *, edition: Names = (), base_url: Names = ()) -> list[Violation]:
    """What one exchange breaks of the contract; empty when it holds.

    It is a journal's Exchange, a pair of Request and Reply, or a parsed line of a recording in JSON lines. `edition` is
    a name like `live-1.6`, or one for each API; without one the best-fitting edition of the exchange's API is taken.
    `base_url` are addresses beside the vendors' own. Raises ValueError for an exchange with any other host, and for an
    edition that does not exist; Unusable for a recording that is none.
    """
    arguments.check(exchange=(exchange, EXCHANGE))
    held = Check(editions_named(named(edition)), bases_named(named(base_url)))
    entry = _entry(exchange)
    if isinstance(exchange, Exchange):
        held = Check(editions_named(named(edition)), {f"http://{entry.request.host or 'localhost'}": exchange.api})
        entry = _hosted(entry)
    if not held.take(entry) and not held.report().parts:
        raise ValueError(f"an exchange with {entry.request.host or 'no host'}, which is no API's; give its base_url")
    return [group.first for part in held.report().parts for group in part.groups]


def check_files(
    paths: Iterable[Path | str],
    *,
    edition: Names = (),
    base_url: Names = (),
    whole_session: bool = False,
    bounds: Bounds | None = None,
    progress: Progress | None = None,
) -> Report:
    """What recordings break of the contract: HAR, VCR cassettes or JSON lines, told apart by what stands in them.

    Raises Unusable where one cannot be read, and ValueError for an edition or a base URL that is none.
    """
    paths = paths if isinstance(paths, str | bytes) else list(paths)  # any iterable; a text is most likely one path
    arguments.check(paths=(paths, PATHS))
    names = [str(path) for path in paths]
    held = Check(editions_named(named(edition)), bases_named(named(base_url)), whole_session)
    for name in names:
        held.begin()
        for entry in read(name, bounds, progress):
            held.take(entry)
    return held.report(names)


def _entry(exchange: Checkable) -> Entry:
    if isinstance(exchange, Entry):
        return exchange
    if isinstance(exchange, Exchange):
        exchange = (exchange.sent, exchange.reply)
    if isinstance(exchange, tuple):
        request, reply = exchange
        known = not unrecorded(request.headers, request.body)
        return Entry("exchange", request, reply, None, known, not unrecorded(reply.headers, reply.body))
    if isinstance(exchange, Mapping):
        return lines.entry("exchange", dict(exchange), Bounds())
    raise Unusable("exchange", f"is a {type(exchange).__name__}; expected an Exchange, (Request, Reply) or a mapping")


def _hosted(entry: Entry) -> Entry:
    """An entry whose host is never empty: what came through no door has none."""
    return entry if entry.request.host else replace(entry, request=entry.request._replace(host="localhost"))


def named(names: Names) -> tuple[str, ...]:
    """Several names from one or from several."""
    return (names,) if isinstance(names, str) else tuple(names)
