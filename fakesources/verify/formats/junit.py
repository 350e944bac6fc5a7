"""JUnit XML for build servers: an API is a suite, an operation without findings a passed test, a finding a failed one."""

from __future__ import annotations

from xml.etree import ElementTree

from ..report import Group, Part, Report
from . import words


def write(report: Report, strict: bool = False) -> str:
    """Return the report as XML. Warnings fail where `strict`, else they are skipped tests; notes are skipped tests."""
    root = ElementTree.Element("testsuites", name="fakesources check")
    for part in report.parts:
        _suite(root, part, strict)
    problems = [*report.unusable, *words.empty(report), *report.unreadable]
    if problems or not report.parts:
        _recordings(root, problems or [words.unchecked(report)])
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(root: ElementTree.Element, part: Part, strict: bool) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=f"{part.api} {part.edition}", errors="0")
    broken = {group.first.operation for group in part.groups if fails(group, strict)}
    for name in part.operations:
        if name not in broken:
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
        classname=words.printable(first.operation),
        name=words.printable(f"{first.rule} {first.path}"),
    )
    if group.occurrences and group.occurrences[0].file:
        case.set("file", words.printable(group.occurrences[0].file))
    result = ElementTree.SubElement(case, "failure" if fails(group, strict) else "skipped")
    result.set("type", group.severity)
    result.set("message", words.printable(f"{group.severity}: {first}"))
    lines = [*words.explained(group), *(f"at {words.located(each)}" for each in group.occurrences)]
    result.text = "\n".join(map(words.printable, [*lines, *filter(None, [words.more_places(group)])]))


def _recordings(root: ElementTree.Element, problems: list[str]) -> None:
    count = str(len(problems))
    suite = ElementTree.SubElement(
        root, "testsuite", name="recordings", tests=count, failures="0", errors=count, skipped="0"
    )
    for problem in problems:
        case = ElementTree.SubElement(suite, "testcase", classname="recordings", name=words.printable(problem)[:200])
        ElementTree.SubElement(case, "error", type="recording", message=words.printable(problem))


def fails(group: Group, strict: bool) -> bool:
    """Return whether a finding makes the check fail."""
    return group.severity == "finding" or (strict and group.severity == "warning")
