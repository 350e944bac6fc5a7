"""HTML report: one page without external assets, for CI artifacts, printing, and light and dark mode."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ...apis.registry import installed
from ...core.text.display import pluralize
from ..report import SEVERITIES, Group, Part, Report
from . import words
from .page import page, text

OPEN_FINDINGS = 20
"""Number of findings whose excerpts are open at first."""


def render(report: Report, strict: bool = False) -> str:
    """Return the page: verdict, numbers, findings with excerpts, operations, and the entries left out."""
    body = [*_head(report, strict), *_findings(report)]
    for part in report.parts:
        body += _coverage(part)
    body += _summary(report)
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    return page(f"{words.verdict(report)} fakesources check", style, body)


def _head(report: Report, strict: bool) -> Iterator[str]:
    failed = report.findings or (strict and report.warnings)
    state = "failed" if failed else "passed" if report.exchanges and not report.unusable else "unusable"
    yield f'<header class="{state}">'
    yield "<p>fakesources check</p>"
    yield f"<h1>{text(words.verdict(report))}</h1>"
    yield "</header>"
    yield '<ul class="numbers">'
    numbers = [("exchange", report.exchanges)] + [(severity, report.count(severity)) for severity in SEVERITIES]
    for name, count in numbers:
        number, _, noun = pluralize(count, name).partition(" ")
        yield f"<li><b>{number}</b> {noun}</li>"
    for name, count in (("left out", sum(report.left_out.values())), ("not read", report.unreadable_count)):
        yield f"<li><b>{count:,}</b> {name}</li>"
    yield "</ul>"


def _findings(report: Report) -> Iterator[str]:
    shown = 0
    for severity in SEVERITIES:
        groups = [(part, group) for part in report.parts for group in part.groups if group.severity == severity]
        if groups:
            yield f"<section><h2>{severity.capitalize()}s</h2>"
            for part, group in groups:
                yield from _finding(part, group, shown < OPEN_FINDINGS)
                shown += 1
            yield "</section>"


def _finding(part: Part, group: Group, is_open: bool) -> Iterator[str]:
    first, rule = group.first, group.rule
    yield f'<article class="{group.severity}" id="{part.edition}-{group.id}">'
    times = f' <span class="times">{group.count:,} times</span>' if group.count > 1 else ""
    yield f'<h3><span class="tag">{group.severity}</span> <code>{text(first.rule)}</code>{times}</h3>'
    if first.message:
        yield f"<p>{text(first.message)}</p>"
    rows = [("path", f"{'request' if first.side == 'request' else 'response'} of {first.operation}, {first.path}")]
    rows += [("actual", first.actual), ("expected", first.expected)]
    rows += [("did you mean", first.suggestion)] if first.suggestion else []
    rows += [("edition", f"{part.api} {part.edition}")]
    yield "<dl>"
    for name, value in rows:
        yield f"<dt>{name}</dt><dd><code>{text(value)}</code></dd>"
    if rule is not None:
        reason = f" ({text(rule.reason)})" if rule.reason else ""
        yield f"<dt>source</dt><dd>{rule.provenance}: {_links(rule.source)}{reason}</dd>"
    yield "</dl>"
    yield '<ul class="places">'
    for occurrence in group.occurrences:
        yield f"<li>{text(words.located(occurrence))}</li>"
    if more := words.more_places(group):
        yield f"<li>{more}</li>"
    yield "</ul>"
    if group.request or group.response:
        yield f"<details{' open' if is_open else ''}><summary>Request and response</summary>"
        yield f'<div class="pair">{_excerpt("request", group.request)}{_excerpt("response", group.response)}</div>'
        yield "</details>"
    yield "</article>"


def _excerpt(name: str, content: str) -> str:
    lines = "\n".join(map(text, content.split("\n")))
    return f'<pre aria-label="{name}">{lines}</pre>' if content else ""


def _coverage(part: Part) -> Iterator[str]:
    api = next(api for api in installed() if api.name == part.api)
    known = [endpoint.id for endpoint in api.endpoints if not endpoint.is_preflight]
    count_called = sum(name in part.operations for name in known)
    yield f"<section><h2>Operations of {text(part.api)}</h2>"
    yield f"<p>{text(words.headline(part))}. {count_called} of {len(known)} operations were called.</p>"
    yield "<table><thead><tr><th>operation</th><th>exchanges</th><th>statuses</th><th>findings</th><th>warnings</th>"
    yield "</tr></thead><tbody>"
    for name in dict.fromkeys([*known, *part.operations]):
        count = part.operations.get(name, 0)
        statuses = ", ".join(f"{status} ×{n}" for status, n in sorted(part.statuses.get(name, {}).items()))
        own = [group for group in part.groups if group.first.operation == name]
        found, warned = (sum(g.count for g in own if g.severity == each) for each in ("finding", "warning"))
        state = "missed" if not count else "bad" if found else "good"
        cells = f"<td>{count:,}</td><td>{statuses}</td><td>{found or ''}</td><td>{warned or ''}</td>"
        shown = f"<code>{text(name)}</code>" if name in known else "no documented operation"
        yield f'<tr class="{state}"><td>{shown}</td>{cells}</tr>'
    yield "</tbody></table></section>"


def _summary(report: Report) -> Iterator[str]:
    yield "<section><h2>What was checked</h2><ul>"
    for line in words.summary(report):
        yield f"<li>{text(line)}</li>"
    yield "</ul>"
    if report.recordings and any(each.name for each in report.recordings):
        yield "<table><thead><tr><th>file</th><th>checked</th><th>left out</th><th>not read</th></tr></thead><tbody>"
        for each in report.recordings:
            cells = f"<td>{each.checked:,}</td><td>{each.left_out:,}</td><td>{each.unreadable:,}</td>"
            yield f"<tr><td>{text(each.name)}</td>{cells}</tr>"
        yield "</tbody></table>"
    yield "</section>"


def _links(sources: str) -> str:
    """Return sources in HTML, addresses as links."""
    links = []
    for source in (sources or "no page").split(", "):
        is_url, shown = source.startswith(("https://", "http://")), text(source)
        links.append(f'<a href="{shown}" rel="noreferrer">{shown}</a>' if is_url else shown)
    return ", ".join(links)
