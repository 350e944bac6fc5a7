"""Sentences shared by the formats."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.text.display import pluralize
from ..ownership import OTHER_ENDPOINT, OTHER_OPERATION, PREFLIGHT
from ..recordings.entry import FAILED
from ..report import PLACES, SEVERITIES, Group, Occurrence, Part, Report, Severity

_AT_AN_API = frozenset({OTHER_ENDPOINT, OTHER_OPERATION, PREFLIGHT, FAILED})
"""Reasons for entries left out although their host is that of an API."""


def counts(report: Report | Part) -> str:
    """Return the numbers of findings, warnings and notes."""
    found: dict[Severity, int] = {severity: report.count(severity) for severity in SEVERITIES}
    rest = [pluralize(found[severity], severity) for severity in SEVERITIES[1:] if found[severity]]
    return ", ".join([pluralize(found["finding"], "finding") if found["finding"] else "no findings", *rest])


def headline(part: Part) -> str:
    """Return the API, the number of exchanges, the edition and the counts of a part."""
    totals = {
        name: f"{total} or more" if name in part.abandoned else str(total) for name, total in part.by_edition.items()
    }
    others = [f"{name} would give {count}" for name, count in totals.items() if name != part.edition]
    chosen = f" (the best fit; {', '.join(others)})" if part.is_chosen and others else ""
    return f"{part.api}: {pluralize(part.exchanges, 'exchange')} checked against {part.edition}{chosen}, {counts(part)}"


def explained(group: Group) -> Iterator[str]:
    """Yield lines that explain a group: the finding, the description of its rule, and the source."""
    first, rule = group.first, group.rule
    side = "request" if first.side == "request" else "response"
    hint = f" (did you mean {first.suggestion!r}?)" if first.suggestion else ""
    yield f"{side} of {first.operation}, {first.path}: expected {first.expected}, got {first.actual}{hint}"
    if first.message:
        yield first.message
    if rule is not None:
        yield f"{rule.provenance}: {rule.source or 'no page'}" + (f" ({rule.reason})" if rule.reason else "")


def located(occurrence: Occurrence, known: str = "") -> str:
    """Return the place, request and time of an occurrence; the prefix `known` of the place is left out."""
    place = occurrence.place.removeprefix(known)
    exchange = f"{occurrence.method} {occurrence.url}, {occurrence.status}" if occurrence.method else ""
    return ": ".join(filter(None, [place, ", ".join(filter(None, [exchange, occurrence.when]))]))


def more_places(group: Group) -> str:
    """Return the number of occurrences that are not listed; "" if all are."""
    left = group.count - len(group.occurrences)
    return f"and {left} more" if group.count > PLACES and left else ""


def summary(report: Report) -> Iterator[str]:
    """Yield the entries checked, left out and not read, and the numbers of findings that are not listed."""
    left = [_left_out(report, reason, count) for reason, count in report.left_out.items()]
    parts = [f"Checked {pluralize(report.exchanges, 'exchange')}"]
    if left:
        parts.append(f"left out {sum(report.left_out.values())} ({', '.join(left)})")
    if report.unreadable_count:
        parts.append(f"could not read {report.unreadable_count}")
    yield "; ".join(parts) + "."
    for reason in report.unreadable:
        yield f"Not read: {reason}"
    if report.unreadable_count > len(report.unreadable):
        yield f"Not read: {report.unreadable_count - len(report.unreadable)} more"
    for reason, count in report.unrecorded.items():
        yield f"Not checked: {reason}" + (f" ({count} times)" if count > 1 else "")
    for reason in (*report.unusable, *empty(report)):
        yield f"Not usable: {reason}"
    unlisted = [
        (sum(part.ignored for part in report.parts), "ignored"),
        (sum(part.known for part in report.parts), "in the baseline"),
        (sum(part.dropped for part in report.parts), "of further kinds, which are not listed"),
    ]
    texts = [f"{count} {words}" for count, words in unlisted if count]
    if texts:
        yield f"Findings and warnings not listed: {', '.join(texts)}."


def verdict(report: Report) -> str:
    """Return the result of the check in one line."""
    if not report.parts:
        return "Nothing was checked."
    if not report.findings:
        return f"{pluralize(report.exchanges, 'exchange')}, {counts(report)}."
    kinds = sum(group.severity == "finding" for part in report.parts for group in part.groups)
    findings, exchanges = pluralize(report.findings, "finding"), pluralize(report.exchanges, "exchange")
    found = counts(report).replace(findings, "", 1)
    return f"{findings} of {pluralize(kinds, 'kind')}{found} in {exchanges}."


def empty(report: Report) -> Iterator[str]:
    """Yield a sentence for each readable file without any checked exchange."""
    if len(report.recordings) > 1:
        for recording in report.empty:
            yield f"{recording.name}: {_nothing(recording.left_out, recording.unreadable)}"


def unchecked(report: Report) -> str:
    """Return a sentence with the reason why nothing was checked at all; "" if something was."""
    if report.exchanges:
        return ""
    if report.unreadable_count:
        return f"Nothing was checked: none of {pluralize(report.unreadable_count, 'exchange')} could be read."
    if not report.left_out:
        return "Nothing was checked: no exchange was recorded."
    if not report.other_hosts or not report.left_out.keys().isdisjoint(_AT_AN_API):
        left = ", ".join(_left_out(report, reason, count) for reason, count in report.left_out.items())
        return f"Nothing was checked: there is nothing but what was left out ({left})."
    hosts = f"those asked are {_names(report.hosts)}" if report.hosts else "none was named"
    return (
        f"Nothing was checked: no request went to one of the APIs' hosts; {hosts};"
        " name what stands for an API with --base-url."
    )


def _nothing(left_out: int, unreadable: int) -> str:
    reason = "all of it was left out" if left_out else "no exchange was recorded"
    if unreadable:
        reason = f"{pluralize(unreadable, 'exchange')} could not be read"
    return f"nothing was checked: {reason}; --allow-empty permits that"


def _left_out(report: Report, reason: str, count: int) -> str:
    names = report.shown.get(reason, ())
    return f"{count} {reason}" + (f": {_names(names)}" if names else "")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names[:PLACES]) + (" and others" if len(names) > PLACES else "")
