"""Test of recordings of the live service by the vendor's own client, with some bodies masked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakesources.verify import check_files


def test_the_vendors_cassettes_have_no_finding(reference: Callable[[str], Path]) -> None:
    """Every exchange of January 2018 is valid in the edition of that time; masked bodies are not checked."""
    report = check_files([str(reference("cassettes-v1.6"))], edition="live-1.6")

    assert report.exchanges > 30
    assert report.unreadable_count == 0
    assert [group for part in report.parts for group in part.groups if group.severity == "finding"] == []
    assert report.unrecorded
