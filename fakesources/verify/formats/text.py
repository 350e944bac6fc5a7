"""Plain-text report, for terminals."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.text.display import printable
from ..report import Group, Report
from . import words


def render(report: Report, strict: bool = False) -> str:  # noqa: ARG001  # a finding keeps its severity
    """Return a headline for each API, findings with rule, source and occurrences, and the counts."""
    lines: list[str] = []
    known = f"{report.files[0]}: " if len(report.files) == 1 else ""
    for part in report.parts:
        lines += [words.headline(part), ""]
        for group in part.groups:
            lines += [*_lines(group, known), ""]
    lines += words.summary(report)
    lines.append(words.verdict(report))
    return "\n".join(map(printable, lines))


def _lines(group: Group, known: str) -> Iterator[str]:
    yield f"  {group.severity}  {group.first.rule}" + (f"  ×{group.count}" if group.count > 1 else "")
    for line in words.explained(group):
        yield f"    {line}"
    for occurrence in group.occurrences:
        yield f"    at {words.located(occurrence, known)}"
    if more := words.more_places(group):
        yield f"    {more}"
