"""Markdown report, for the summary of a CI job or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.text.display import printable
from ..report import Group, Part, Report
from . import words


def render(report: Report, strict: bool = False) -> str:  # noqa: ARG001  # a finding keeps its severity
    """Return the verdict, a table of findings for each API, their occurrences, and the entries left out."""
    lines = ["# fakesources check", "", f"**{_plain(words.verdict(report))}**", ""]
    for part in report.parts:
        lines += [f"## {_plain(words.headline(part))}", ""]
        if part.groups:
            lines += [*_table(part), ""]
            for number, group in enumerate(part.groups, 1):
                lines += [*_details(number, group), ""]
    lines += [f"- {_plain(line)}" for line in words.summary(report)]
    return "\n".join(lines)


def _table(part: Part) -> Iterator[str]:
    yield "| # | severity | rule | path | actual | expected | times |"
    yield "| ---: | --- | --- | --- | --- | --- | ---: |"
    for number, group in enumerate(part.groups, 1):
        first = group.first
        cells = [str(number), group.severity, *map(_code, (first.rule, first.path, first.actual, first.expected))]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in [*cells, str(group.count)]) + " |"


def _details(number: int, group: Group) -> Iterator[str]:
    yield f"### {number}. {_code(group.first.rule)}"
    yield ""
    for line in words.explained(group):
        yield f"{_plain(line)}  "
    yield ""
    for occurrence in group.occurrences:
        yield f"- {_code(words.located(occurrence))}"
    if more := words.more_places(group):
        yield f"- {more}"


def _code(text: str) -> str:
    """Return a code span of any text."""
    text = printable(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{space}{text}{space}{fence}"


def _plain(text: str) -> str:
    """Return text with all markup escaped; addresses become links."""
    parts = re.split(r"(https?://[^\s,;()<>]+)", printable(text))
    return "".join(f"<{part}>" if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", text)
