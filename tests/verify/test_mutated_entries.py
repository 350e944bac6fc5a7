"""Tests of changed fields in HAR: missing, null, empty, of another type or huge, without a crash or false finding."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, FEED, Line, call, har, har_entry

from fakesources import FakeSources
from fakesources.verify import RecordingError, Report, check_files
from fakesources.verify.formats import FORMATS

DROP = object()
VALUES: tuple[Any, ...] = (
    DROP, None, "", "x", 0, -1, True, [], {}, [7], {"x": 1}, 10**30, "é" * 9_999, "\ud800\x1b",
)  # fmt: skip


def exchanges() -> dict[str, Line]:
    """Return exchanges with a list, an object, a page of posts, a body sent as JSON, and a response without a body."""
    fake = FakeSources(strict=False)
    id = fake.datasift.sources.add().id
    return {
        "list": call("GET", f"{DATASIFT}/v1.6/source/get", fake=fake),
        "posts": call("GET", f"{CURATOR}/v1/feeds/{FEED}/posts?limit=2", fake=fake),
        "json": call("POST", f"{CURATOR}/v1/feeds?api_key=k", {"name": "Cats"}, fake),
        "start": call("PUT", f"{DATASIFT}/v1.6/source/start", {"id": id}, fake),
        "delete": call("DELETE", f"{DATASIFT}/v1.6/source/delete?id={id}", fake=fake),
    }


ENTRIES = {name: har_entry(line) for name, line in exchanges().items()}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value within a value; of lists only the first item."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(entry: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return an entry with another value at a path."""
    entry = copy.deepcopy(entry)
    holder = entry
    for key in path[:-1]:
        holder = holder[key]
    if value is DROP:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return entry


CONTENT = {
    ("request", "url"),
    ("request", "method"),
    ("request", "postData"),
    ("request", "postData", "text"),
    ("response", "status"),
    ("response", "content"),
    ("response", "content", "text"),
}
"""Paths with the content of the exchange: another value there may be a finding."""


EDITIONS = ("docs-1.6", "docs-2017")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_changed_field_is_no_finding(name: str, tmp_path: Path) -> None:
    """Each changed entry is checked, left out, or listed as unreadable."""
    paths = list(places(ENTRIES[name]))
    for is_content in (False, True):
        changes = [(path, value) for path in paths if (path in CONTENT) == is_content for value in VALUES]
        entries = [changed(ENTRIES[name], path, value) for path, value in changes]

        report = check_files([har(tmp_path, ENTRIES[name], *entries)], edition=EDITIONS)

        counted = report.exchanges + sum(report.left_out.values()) + report.unreadable_count
        assert counted == 1 + len(entries)
        assert shown(report) == [] or is_content
        for render in FORMATS.values():
            render(report, True).encode()


def shown(report: Report) -> list[str]:
    """Return the findings; a changed request may have warnings."""
    groups = [group for part in report.parts for group in part.groups if group.severity == "finding"]
    return [f"{each.place}: {group.first}" for group in groups for each in group.occurrences]


@pytest.mark.parametrize("path", sorted(CONTENT))
@pytest.mark.parametrize("value", [DROP, None], ids=["missing", "null"])
def test_a_missing_field_is_no_finding(path: tuple[str, ...], value: Any, tmp_path: Path) -> None:
    entry = ENTRIES["json"]

    assert shown(check_files([har(tmp_path, entry, changed(entry, path, value))])) == []


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], True], ids=repr)
@pytest.mark.parametrize("path", [("log",), ("log", "entries"), ("log", "version"), ("log", "creator")])
def test_a_changed_document_is_read_or_unusable(path: tuple[str, ...], value: Any, tmp_path: Path) -> None:
    document = {"log": {"version": "1.2", "creator": {}, "entries": [ENTRIES["list"]]}}
    file = tmp_path / "a.har"
    file.write_text(json.dumps(changed(document, path, value)), "utf-8")

    try:
        report = check_files([file])
    except RecordingError:
        return
    assert shown(report) == []
