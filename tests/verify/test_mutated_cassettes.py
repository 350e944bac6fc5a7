"""Tests of changed fields in cassettes and JSON lines: missing, null or of another type, without a crash or finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cassettes import capitalized, go, php, ruby, vcrpy
from recorders import Recorded, session, yaml_of
from test_mutated_entries import DROP, EDITIONS, VALUES, changed, places, shown

from fakesources.verify import check_files

CALLS = session()


def line(call: Recorded) -> dict[str, Any]:
    """Return a JSON line."""
    return {
        "request": {"method": call.method, "url": call.url, "headers": call.sent, "body": call.body.decode()},
        "response": {"status": call.status, "headers": call.headers, "body": call.answer.decode()},
        "at": "2026-01-01T00:00:00Z", "label": "x",
    }  # fmt: skip


SHAPES = {
    "vcrpy": (vcrpy, lambda entries: {"interactions": entries, "version": 1}),
    "ruby": (lambda call: ruby(call, f":{call.method.lower()}"), lambda entries: {"http_interactions": entries}),
    "ruby base64": (
        lambda call: ruby(call, call.method.lower(), "base64_string"),
        lambda entries: {"http_interactions": entries},
    ),
    "php": (lambda call: php(call, True), list),
    "go": (lambda call: capitalized(go(call, 2)), lambda entries: {"Version": 2, "Interactions": entries}),
    "line": (line, list),
}
CONTENT = {"method", "url", "uri", "body", "string", "base64_string", "post_fields", "form", "status", "code", "date"}
"""Names of fields with the content of the exchange: another value there may be a finding."""


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("call", CALLS[:3], ids=lambda call: f"{call.method} {call.url}")
def test_a_changed_field_is_no_finding(name: str, call: Recorded, tmp_path: Path) -> None:
    """Each changed entry is checked, left out, or listed as unreadable."""
    build, wrap = SHAPES[name]
    entry = build(call)
    for is_content in (False, True):
        changes = [
            (path, value)
            for path in places(entry)
            if any(str(part).lower() in CONTENT or "ratelimit" in str(part).lower() for part in path) == is_content
            for value in VALUES
        ]
        entries = [entry, *(changed(entry, path, value) for path, value in changes)]
        file = tmp_path / "a.json"
        file.write_text(json.dumps(wrap(entries)), "utf-8")

        report = check_files([file], edition=EDITIONS)

        assert report.exchanges + sum(report.left_out.values()) + report.unreadable_count == len(entries)
        assert shown(report) == [] or is_content


@pytest.mark.parametrize(
    "value",
    [None, 7, 1.5, "x", [], {}, [7], True, b"\xff", DROP],
    ids=lambda each: "missing" if each is DROP else repr(each),
)
def test_a_changed_field_is_read_in_yaml_too(value: Any, tmp_path: Path) -> None:
    """YAML has types that JSON does not have."""
    entry = vcrpy(CALLS[0])
    entries = [entry, *(changed(entry, path, value) for path in places(entry))]
    file = tmp_path / "a.yaml"
    file.write_text(yaml_of({"interactions": entries}), "utf-8")

    report = check_files([file], edition=EDITIONS)

    assert report.exchanges + sum(report.left_out.values()) + report.unreadable_count == len(entries)
