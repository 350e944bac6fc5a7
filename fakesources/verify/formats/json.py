"""JSON report, with all data."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ..report import Group, Report

_FIELDS = ("rule", "operation", "side", "path", "actual", "expected", "suggestion", "message")


def render(report: Report, strict: bool = False) -> str:
    """Return the report as one JSON object, in ASCII."""
    parts = [
        {
            "api": part.api,
            "edition": part.edition,
            "edition_chosen": part.is_chosen,
            "findings_by_edition": dict(part.by_edition),
            "abandoned": sorted(part.abandoned),
            "exchanges": part.exchanges,
            "operations": dict(part.operations),
            "statuses": {name: {str(status): n for status, n in by.items()} for name, by in part.statuses.items()},
            "ignored": part.ignored,
            "in_baseline": part.known,
            "findings": [_group(group) for group in part.groups],
        }
        for part in report.parts
    ]
    document = {
        "files": list(report.files),
        "exchanges": report.exchanges,
        "findings": report.findings,
        "warnings": report.warnings,
        "notes": report.notes,
        "strict": strict,
        "other_hosts": report.other_hosts,
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
    return json.dumps(document, indent=2)


def _group(group: Group) -> dict[str, Any]:
    first, rule = group.first, group.rule
    return {
        "id": group.id,
        "severity": group.severity,
        **{name: getattr(first, name) for name in _FIELDS},
        "source": rule.source if rule else first.source,
        "provenance": rule.provenance if rule else "",
        "count": group.count,
        "places": group.places,
        "occurrences": [{**asdict(each), "time": each.when or None} for each in group.occurrences],
        "request": group.request,
        "response": group.response,
    }
