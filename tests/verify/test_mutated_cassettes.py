"""Every field of a cassette's entry and of a JSON line dropped, null or of another type: never a crash or a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cassettes import capital, go, php, ruby, vcrpy
from recorders import Recorded, session, yaml_of
from test_mutated_entries import DROP, EDITIONS, VALUES, changed, places, shown

from fakesources.verify import check_files

CALLS = session()


def line(call: Recorded) -> dict[str, Any]:
    """A JSON line of our own."""
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
    "go": (lambda call: capital(go(call, 2)), lambda entries: {"Version": 2, "Interactions": entries}),
    "line": (line, list),
}
SAYS = {"method", "url", "uri", "body", "string", "base64_string", "post_fields", "form", "status", "code", "date"}
"""Names of what is the exchange itself: another value there is another exchange, which may break the contract."""


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("call", CALLS[:3], ids=lambda call: f"{call.method} {call.url}")
def test_a_changed_field_is_no_finding(name: str, call: Recorded, tmp_path: Path) -> None:
    """Each is checked, left out, or shown as unreadable; nothing is lost."""
    build, around = SHAPES[name]
    entry = build(call)
    for says in (False, True):
        changes = [
            (path, value)
            for path in places(entry)
            if any(str(part).lower() in SAYS or "ratelimit" in str(part).lower() for part in path) == says
            for value in VALUES
        ]
        entries = [entry, *(changed(entry, path, value) for path, value in changes)]
        file = tmp_path / "a.json"
        file.write_text(json.dumps(around(entries)), "utf-8")

        report = check_files([file], edition=EDITIONS)

        assert report.exchanges + sum(report.left_out.values()) + report.unreadable_count == len(entries)
        assert shown(report) == [] or says


@pytest.mark.parametrize(
    "value",
    [None, 7, 1.5, "x", [], {}, [7], True, b"\xff", DROP],
    ids=lambda each: "missing" if each is DROP else repr(each),
)
def test_a_changed_field_is_read_in_yaml_too(value: Any, tmp_path: Path) -> None:
    """The types that YAML has beside JSON's."""
    entry = vcrpy(CALLS[0])
    entries = [entry, *(changed(entry, path, value) for path in places(entry))]
    file = tmp_path / "a.yaml"
    file.write_text(yaml_of({"interactions": entries}), "utf-8")

    report = check_files([file], edition=EDITIONS)

    assert report.exchanges + sum(report.left_out.values()) + report.unreadable_count == len(entries)
