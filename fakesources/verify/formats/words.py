"""Words and sentences that the formats share, and text made safe for terminals, XML and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..report import PLACES, SEVERITIES, Group, Occurrence, Part, Report, Severity

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
"""Controls, escape sequences, marks that reorder text or cannot be seen, and unpaired surrogates."""


def printable(words: str) -> str:
    """Return one line of text with everything replaced that a terminal, XML or HTML must not be sent."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


def printable_lines(words: str) -> str:
    """The same for text of several lines."""
    return "\n".join(printable(line) for line in words.split("\n"))


def many(count: int, name: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def counts(report: Report | Part) -> str:
    """Return how many findings, warnings and notes there are."""
    found: dict[Severity, int] = {severity: report.count(severity) for severity in SEVERITIES}
    rest = [many(found[severity], severity) for severity in SEVERITIES[1:] if found[severity]]
    return ", ".join([many(found["finding"], "finding") if found["finding"] else "no findings", *rest])


def held(part: Part) -> str:
    """Return what an API's exchanges were checked against."""
    totals = {name: f"{total} or more" if name in part.lost else str(total) for name, total in part.by_edition.items()}
    others = [f"{name} would give {count}" for name, count in totals.items() if name != part.edition]
    chosen = f" (the best fit; {', '.join(others)})" if part.chosen and others else ""
    return f"{part.api}: {many(part.exchanges, 'exchange')} checked against {part.edition}{chosen}, {counts(part)}"


def explained(group: Group) -> Iterator[str]:
    """Yield what is wrong, what the rule says, and where that was read."""
    first, rule = group.first, group.rule
    side = "request" if first.side == "request" else "response"
    hint = f" (did you mean {first.suggestion!r}?)" if first.suggestion else ""
    yield f"{side} of {first.operation}, {first.path}: got {first.actual}, expected {first.expected}{hint}"
    if first.message:
        yield first.message
    if rule is not None:
        yield f"{rule.provenance}: {rule.source or 'no page'}" + (f" ({rule.reason})" if rule.reason else "")


def located(occurrence: Occurrence, known: str = "") -> str:
    """Return where a finding was made; `known` is the beginning of the place that need not be repeated."""
    place = occurrence.place.removeprefix(known)
    asked = f"{occurrence.method} {occurrence.url}, {occurrence.status}" if occurrence.method else ""
    return ": ".join(filter(None, [place, ", ".join(filter(None, [asked, occurrence.when]))]))


def more_places(group: Group) -> str:
    """Return how many places are not named; "" where all are."""
    left = group.count - len(group.occurrences)
    return f"and {left} more" if group.count > PLACES and left else ""


def summary(report: Report) -> Iterator[str]:
    """Yield what was checked, left out and not read, and what the user set aside; the counts of findings come last."""
    left = [_left_out(report, reason, count) for reason, count in report.left_out.items()]
    parts = [f"Checked {many(report.exchanges, 'exchange')}"]
    if left:
        parts.append(f"left out {sum(report.left_out.values())} ({', '.join(left)})")
    if report.unreadable_count:
        parts.append(f"could not read {report.unreadable_count}")
    yield "; ".join(parts) + "."
    for why in report.unreadable:
        yield f"Not read: {why}"
    if report.unreadable_count > len(report.unreadable):
        yield f"Not read: {report.unreadable_count - len(report.unreadable)} more"
    for why, count in report.unrecorded.items():
        yield f"Not checked: {why}" + (f" ({count} times)" if count > 1 else "")
    for why in (*report.unusable, *empty(report)):
        yield f"Not usable: {why}"
    aside = [
        (sum(part.ignored for part in report.parts), "ignored"),
        (sum(part.known for part in report.parts), "in the baseline"),
        (sum(part.dropped for part in report.parts), "of further kinds, which are not listed"),
    ]
    listed = [f"{count} {words}" for count, words in aside if count]
    if listed:
        yield f"Findings and warnings not listed: {', '.join(listed)}."


def verdict(report: Report) -> str:
    """Return the one line that says how it ended."""
    if not report.parts:
        return "Nothing was checked."
    if not report.findings:
        return f"{many(report.exchanges, 'exchange')}, {counts(report)}."
    kinds = sum(group.severity == "finding" for part in report.parts for group in part.groups)
    found = counts(report).replace(many(report.findings, "finding"), "", 1)
    return (
        f"{many(report.findings, 'finding')} of {many(kinds, 'kind')}{found} in {many(report.exchanges, 'exchange')}."
    )


def empty(report: Report) -> Iterator[str]:
    """Yield a sentence for each file in which nothing was checked, though it could be read."""
    if len(report.recordings) > 1:
        for recording in report.empty:
            yield f"{recording.name}: {_nothing(recording.left_out, recording.unreadable)}"


def unchecked(report: Report) -> str:
    """Return why nothing was checked at all, in a sentence; "" where something was."""
    if report.exchanges:
        return ""
    if report.unreadable_count:
        return f"Nothing was checked: none of {many(report.unreadable_count, 'exchange')} could be read."
    if not report.left_out:
        return "Nothing was checked: no exchange was recorded."
    if not report.others:
        left = ", ".join(_left_out(report, reason, count) for reason, count in report.left_out.items())
        return f"Nothing was checked: there is nothing but what was left out ({left})."
    seen = f"those asked are {_names(report.hosts)}" if report.hosts else "none was named"
    return (
        f"Nothing was checked: no request went to one of the APIs' hosts; {seen};"
        " name what stands for an API with --base-url."
    )


def _nothing(left_out: int, unreadable: int) -> str:
    why = "all of it was left out" if left_out else "no exchange was recorded"
    if unreadable:
        why = f"{many(unreadable, 'exchange')} could not be read"
    return f"nothing was checked: {why}; --allow-empty permits that"


def _left_out(report: Report, reason: str, count: int) -> str:
    names = report.shown.get(reason, ())
    return f"{count} {reason}" + (f": {_names(names)}" if names else "")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names[:PLACES]) + (" and others" if len(names) > PLACES else "")
