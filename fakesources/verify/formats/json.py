"""JSON for programs: everything that the report holds."""

from __future__ import annotations

import json
from typing import Any

from ..report import Group, Occurrence, Report


def write(report: Report, strict: bool = False) -> str:
    """Return the report as one JSON object, in ASCII."""
    parts = [
        {
            "api": part.api,
            "edition": part.edition,
            "edition_chosen": part.chosen,
            "findings_by_edition": dict(part.by_edition),
            "given_up": sorted(part.lost),
            "exchanges": part.exchanges,
            "operations": dict(part.operations),
            "statuses": {name: {str(status): n for status, n in by.items()} for name, by in part.statuses.items()},
            "ignored": part.ignored,
            "in_baseline": part.known,
            "findings": [_group(group) for group in part.groups],
        }
        for part in report.parts
    ]
    whole = {
        "files": list(report.files),
        "exchanges": report.exchanges,
        "findings": report.findings,
        "warnings": report.warnings,
        "notes": report.notes,
        "strict": strict,
        "other_hosts": report.others,
        "preflights": report.preflights,
        "left_out": dict(report.left_out),
        "unreadable": report.unreadable_count,
        "not_read": list(report.unreadable),
        "not_recorded": dict(report.unrecorded),
        "recordings": [
            {
                "file": each.name,
                "checked": each.checked,
                "left_out": each.left_out,
                "unreadable": each.unreadable,
                "unusable": each.unusable,
            }
            for each in report.recordings
        ],
        "apis": parts,
    }
    return json.dumps(whole, indent=2)


def _group(group: Group) -> dict[str, Any]:
    first, rule = group.first, group.rule
    return {
        "id": group.id,
        "severity": group.severity,
        "rule": first.rule,
        "operation": first.operation,
        "side": first.side,
        "at": first.path,
        "got": first.actual,
        "expected": first.expected,
        "nearest": first.suggestion,
        "says": first.message,
        "page": rule.source if rule else first.source,
        "standing": rule.provenance if rule else "",
        "count": group.count,
        "places": group.places,
        "occurrences": [_occurrence(each) for each in group.occurrences],
        "request": group.request,
        "response": group.response,
    }


def _occurrence(each: Occurrence) -> dict[str, Any]:
    return {
        "file": each.file,
        "entry": each.entry,
        "method": each.method,
        "url": each.url,
        "status": each.status,
        "time": each.when or None,
    }
