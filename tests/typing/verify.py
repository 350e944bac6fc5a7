"""Types of `fakesources.verify` as users see them; read by type checkers, never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import httpx
import requests

from fakesources import Exchange, FakeSources, Request, Response, Violation
from fakesources.verify import Report, Watch, check, check_files, watch


def one_exchange(fake: FakeSources, exchange: Exchange, request: Request, response: Response) -> None:
    """An exchange has several forms; the result is a list of violations."""
    assert_type(check(exchange), list[Violation])
    assert_type(check(fake.journal.last(), edition="live-1.6"), list[Violation])
    assert_type(check((request, response), base_url=["http://127.0.0.1:8080"]), list[Violation])
    assert_type(check({"request": {}, "response": {}}, warnings=True), list[Violation])


def recordings(path: Path) -> None:
    """A report has a part for each API."""
    report = check_files([path, "session.har"], edition=["live-1.6", "docs-2025"], whole_session=True)
    report = check_files(["-"], ignore="datasift.given-twice", operation=["datasift.source.get"], baseline=path)
    assert_type(report, Report)
    assert_type(report.findings, int)
    assert_type(report.warnings, int)
    for part in report.parts:
        assert_type(part.edition, str)
        assert_type(part.groups[0].first, Violation)
        assert_type(part.groups[0].places, list[str])


def sessions(session: requests.Session | httpx.Client | httpx.AsyncClient) -> None:
    """A watch is a context manager that returns itself."""
    with watch(session, base_url="http://127.0.0.1:8080", strict=False) as watched:
        assert_type(watched, Watch)
    assert_type(watched.findings, list[Violation])
    assert_type(watched.warnings, list[Violation])
    assert_type(watched.report, Report)
