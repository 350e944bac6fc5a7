"""A Report as people and machines read it: text, JSON, JUnit XML. Nothing is decided here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from ..apis import ALL
from ..core.rules import Rule, rulebook
from .report import PLACES, Group, Part, Report


def text(report: Report) -> str:
    """For a person: what was checked against what, each finding with its rule and its page, and the count."""
    lines: list[str] = []
    for part in report.parts:
        lines += [_held(part), ""]
        for group in part.groups:
            lines += [*_told(part, group, _alone(report)), ""]
    named = f" ({_hosts(report)})" if report.hosts else ""
    left = [f"{report.others} with other hosts{named}"] if report.others else []
    left += [f"{report.preflights} preflights"] if report.preflights else []
    if left:
        lines.append(f"Left out: {', '.join(left)}.")
    if not report.parts:
        lines.append("Nothing was checked.")
    elif report.findings:
        kinds = sum(len(part.groups) for part in report.parts)
        lines.append(
            f"{_many(report.findings, 'finding')} of {_many(kinds, 'kind')} in {_many(report.exchanges, 'exchange')}."
        )
    else:
        lines.append(f"{_many(report.exchanges, 'exchange')}, no findings.")
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """For a program: everything the report holds."""
    parts = [
        {
            "api": part.api,
            "edition": part.edition,
            "edition_chosen": part.chosen,
            "findings_by_edition": dict(part.by_edition),
            "given_up": sorted(part.lost),
            "exchanges": part.exchanges,
            "operations": dict(part.operations),
            "findings": [_object(part, group) for group in part.groups],
        }
        for part in report.parts
    ]
    whole = {
        "files": list(report.files),
        "exchanges": report.exchanges,
        "findings": report.findings,
        "other_hosts": report.others,
        "preflights": report.preflights,
        "apis": parts,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def junit(report: Report) -> str:
    """For a build server: an API is a suite, an operation without findings a passed test, a finding a failed one."""
    root = ElementTree.Element("testsuites", name="fakesources check")
    for part in report.parts:
        broken = {group.first.operation for group in part.groups}
        passed = [name for name in part.operations if name not in broken]
        count, failed = len(part.groups) + len(passed), len(part.groups)
        suite = ElementTree.SubElement(
            root, "testsuite", name=f"{part.api} {part.edition}", tests=str(count), failures=str(failed),
            errors="0", skipped="0",
        )  # fmt: skip
        for name in passed:
            ElementTree.SubElement(suite, "testcase", classname=part.edition, name=name)
        for group in part.groups:
            case = ElementTree.SubElement(
                suite, "testcase", classname=group.first.operation, name=_printable(group.first.rule)
            )
            failure = ElementTree.SubElement(
                case, "failure", type=group.first.rule, message=_printable(str(group.first))
            )
            failure.text = _printable("\n".join(_told(part, group)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def unchecked(report: Report) -> str:
    """Why nothing was checked, in a sentence; empty where something was."""
    if report.exchanges:
        return ""
    if not report.others + report.preflights:
        return "Nothing was checked: no exchange was recorded."
    if not report.others:
        return "Nothing was checked: there is nothing but a browser's preflights."
    seen = f"those asked are {_hosts(report)}" if report.hosts else "none was named"
    return (
        f"Nothing was checked: no request went to one of the APIs' hosts; {seen};"
        " name what stands for an API with --base-url."
    )


FORMS: dict[str, Callable[[Report], str]] = {"text": text, "json": as_json, "junit": junit}


def _held(part: Part) -> str:
    counts = {name: f"{total} or more" if name in part.lost else str(total) for name, total in part.by_edition.items()}
    others = [f"{name} would give {count}" for name, count in counts.items() if name != part.edition]
    chosen = f" (the best fit; {', '.join(others)})" if part.chosen and others else ""
    return f"{part.api}: {_many(part.exchanges, 'exchange')} held to {part.edition}{chosen}, {_many(part.findings, 'finding')}"


def _hosts(report: Report) -> str:
    """The other hosts by name."""
    return ", ".join(report.hosts[:PLACES]) + (" and others" if len(report.hosts) > PLACES else "")


def _alone(report: Report) -> str:
    """What need not be said of each place, since there is but one file."""
    return f"{report.files[0]}: " if len(report.files) == 1 else ""


def _told(part: Part, group: Group, known: str = "") -> Iterator[str]:
    first, rule = group.first, _rule(part, group)
    side = "request" if first.side == "request" else "answer"
    times = f"  ×{group.count}" if group.count > 1 else ""
    hint = f" (did you mean {first.nearest!r}?)" if first.nearest else ""
    yield f"  {first.rule}{times}"
    yield f"    {side} of {first.operation}, {first.at}: got {first.got}, expected {first.expected}{hint}"
    if first.says:
        yield f"    {first.says}"
    if rule is not None:
        yield f"    {rule.standing}: {rule.docs or 'no page'}" + (f" ({rule.reason})" if rule.reason else "")
    more = "" if group.count <= PLACES else f" and {group.count - len(group.places)} more"
    yield f"    at {', '.join(place.removeprefix(known) for place in group.places)}{more}"


def _object(part: Part, group: Group) -> dict[str, Any]:
    first, rule = group.first, _rule(part, group)
    return {
        "rule": first.rule,
        "operation": first.operation,
        "side": first.side,
        "at": first.at,
        "got": first.got,
        "expected": first.expected,
        "nearest": first.nearest,
        "says": first.says,
        "page": rule.docs if rule else first.page,
        "standing": rule.standing if rule else "",
        "count": group.count,
        "places": list(group.places),
    }


def _rule(part: Part, group: Group) -> Rule | None:
    api = next(api for api in ALL if api.name == part.api)
    return rulebook(api).find(group.first.rule, part.edition)


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _printable(words: str) -> str:
    """Without the characters that XML cannot carry."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", words)
