"""JUnit XML report: an API is a suite, an operation without findings a passed test, a finding a failed test."""

from __future__ import annotations

from xml.etree import ElementTree

from ...core.text.display import printable
from ..report import Group, Part, Report
from . import words


def render(report: Report, strict: bool = False) -> str:
    """Return the report as XML. Notes are skipped tests, and so are warnings unless `strict`."""
    root = ElementTree.Element("testsuites", name="fakesources check")
    for part in report.parts:
        _suite(root, part, strict)
    errors = [*report.unusable, *words.empty(report), *report.unreadable]
    if errors or not report.parts:
        _recordings(root, errors or [words.unchecked(report)])
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(root: ElementTree.Element, part: Part, strict: bool) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=f"{part.api} {part.edition}", errors="0")
    failed = {group.first.operation for group in part.groups if fails(group, strict)}
    for name in part.operations:
        if name not in failed:
            ElementTree.SubElement(suite, "testcase", classname=part.edition, name=name)
    for group in part.groups:
        _case(suite, group, strict)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _case(suite: ElementTree.Element, group: Group, strict: bool) -> None:
    first = group.first
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=printable(first.operation),
        name=printable(f"{first.rule} {first.path}"),
    )
    if group.occurrences and group.occurrences[0].file:
        case.set("file", printable(group.occurrences[0].file))
    result = ElementTree.SubElement(case, "failure" if fails(group, strict) else "skipped")
    result.set("type", group.severity)
    result.set("message", printable(f"{group.severity}: {first}"))
    lines = [*words.explained(group), *(f"at {words.located(each)}" for each in group.occurrences)]
    result.text = "\n".join(map(printable, [*lines, *filter(None, [words.more_places(group)])]))


def _recordings(root: ElementTree.Element, errors: list[str]) -> None:
    count = str(len(errors))
    suite = ElementTree.SubElement(
        root, "testsuite", name="recordings", tests=count, failures="0", errors=count, skipped="0"
    )
    for error in map(printable, errors):
        case = ElementTree.SubElement(suite, "testcase", classname="recordings", name=error[:200])
        ElementTree.SubElement(case, "error", type="recording", message=error)


def fails(group: Group, strict: bool) -> bool:
    """Return whether a finding makes the check fail."""
    return group.severity == "finding" or (strict and group.severity == "warning")
