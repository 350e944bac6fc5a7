"""Tests of the formats of a report: each is parsed again, and none has unsafe characters."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from exchanges import CURATOR, DATASIFT, answered, call, har, har_entry, lines

from fakesources import Violation
from fakesources.apis.registry import installed
from fakesources.verify import Report, check_files, grouping
from fakesources.verify.formats import FORMATS, words
from fakesources.verify.report import Group, Occurrence, Part

ALL = installed()

GET, FEEDS = f"{DATASIFT}/v1.6/source/get", f"{CURATOR}/v1/feeds?api_key=t0p-s3cret"
RAW = "\x1b[31m\x9b\x00\u202e\ud800\x7f<script>alert(1)</script>|`*"
"""Characters that are unsafe in terminals and pages."""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Return a report with findings, warnings, notes, and entries that were left out and not read."""
    wrong = call("GET", f"{GET}?pge=2")
    found = [
        wrong,
        wrong,
        call("POST", FEEDS, {"name": "Cats", "nam": "x"}),
        answered(call("GET", FEEDS), 502, "<html>"),
        {**call("GET", GET), "response": {"status": "x"}},
        {"request": {"method": "GET", "url": "https://example.org/?token=t0p-s3cret"}, "response": {"status": 200}},
    ]
    return check_files([lines(tmp_path, *found)])


def test_text_shows_each_finding_and_ends_with_the_counts(report: Report) -> None:
    shown = FORMATS["text"](report, False).splitlines()

    assert "  finding  datasift.source.get.unknown-parameter  ×2" in shown
    assert "    at line 1: GET https://api.datasift.com/v1.6/source/get?pge=2, 200, 2026-01-01T00:00:00.000Z" in shown
    assert "  warning  curator.feeds.create.unknown-parameter" in shown
    assert shown[-1] == "2 findings of 1 kind, 1 warning, 1 note in 4 exchanges."
    assert "Checked 4 exchanges; left out 1 (1 with other hosts: example.org); could not read 1." in shown


@pytest.mark.parametrize(
    ("count", "left_out", "why"),
    [
        (1, 0, "1 exchange could not be read"),
        (2, 0, "2 exchanges could not be read"),
        (1, 1, "1 exchange could not be read"),
        (0, 1, "all of it was left out"),
        (0, 0, "no exchange was recorded"),
    ],
)
def test_text_names_each_file_without_an_exchange_and_why(count: int, left_out: int, why: str, tmp_path: Path) -> None:
    good = lines(tmp_path, call("GET", GET), name="good.jsonl")
    unreadable = {**call("GET", GET), "response": {"status": "x"}}
    foreign = {"request": {"method": "GET", "url": "https://example.org/"}, "response": {"status": 200}}
    bad = har(tmp_path, *[unreadable] * count, *[foreign] * left_out, name="bad.har")

    report = check_files([good, bad])

    assert list(words.empty(report)) == [f"{bad}: nothing was checked: {why}; --allow-empty permits that"]
    assert list(words.empty(check_files([bad]))) == []


FOREIGN = {"request": {"method": "GET", "url": "https://example.org/"}, "response": {"status": 200}}
PREFLIGHT = {
    "request": {"method": "OPTIONS", "url": GET, "headers": {"Access-Control-Request-Method": "PUT"}},
    "response": {"status": 204},
}
NO_HOST = "no request went to one of the APIs' hosts; {}; name what stands for an API with --base-url"


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([{"request": {"method": "GET", "url": GET}, "response": {"status": "x"}}] * 2, "none of 2 exchanges could be read"),
        ([FOREIGN], NO_HOST.format("those asked are example.org")),
        ([{"request": {"method": "GET", "url": "/v1/sources"}, "response": {"status": 200}}], NO_HOST.format("none was named")),
        ([PREFLIGHT], "there is nothing but what was left out (1 as CORS preflights)"),
        ([PREFLIGHT, FOREIGN],
         "there is nothing but what was left out (1 as CORS preflights, 1 with other hosts: example.org)"),
    ],
)  # fmt: skip
def test_a_report_of_nothing_says_why(entries: list[Any], why: str, tmp_path: Path) -> None:
    assert words.unchecked(check_files([lines(tmp_path, *entries)])) == f"Nothing was checked: {why}."


@pytest.mark.parametrize(
    ("entries", "strict", "state"),
    [
        ([call("GET", GET)], True, "passed"),
        ([call("POST", FEEDS, {"name": "Cats", "nam": "x"})], False, "passed"),
        ([call("POST", FEEDS, {"name": "Cats", "nam": "x"})], True, "failed"),
        ([call("GET", f"{GET}?pge=2")], False, "failed"),
        ([FOREIGN], True, "unusable"),
    ],
    ids=["nothing", "a warning", "a warning that counts", "a finding", "nothing was checked"],
)
def test_a_page_says_by_its_colour_whether_the_check_passed(
    entries: list[Any], strict: bool, state: str, tmp_path: Path
) -> None:
    page = FORMATS["html"](check_files([lines(tmp_path, *entries)]), strict)

    assert f'<header class="{state}">' in page


def test_json_has_everything(report: Report) -> None:
    shown = json.loads(FORMATS["json"](report, True))

    assert (shown["exchanges"], shown["findings"], shown["warnings"], shown["notes"]) == (4, 2, 1, 1)
    assert (shown["unreadable"], shown["left_out"], shown["strict"]) == (1, {"with other hosts": 1}, True)
    (file,) = shown["recordings"]
    assert (file["checked"], file["left_out"], file["unreadable"]) == (4, 1, 1)
    found = shown["apis"][0]["findings"][0]
    assert re.fullmatch("[0-9a-f]{16}", found["id"])
    assert (found["severity"], found["rule"], found["provenance"]) == (
        "finding",
        "datasift.source.get.unknown-parameter",
        "recorded",
    )
    assert (found["path"], found["actual"], found["suggestion"], found["count"]) == ("$.pge", '"2"', "page", 2)
    assert found["expected"]
    assert found["source"]
    assert [(each["entry"], each["method"], each["status"]) for each in found["occurrences"]] == [
        ("line 1", "GET", 200),
        ("line 2", "GET", 200),
    ]
    assert {each["file"] for each in found["occurrences"]} == set(shown["files"])
    assert found["occurrences"][0]["time"].startswith("2026-01-01T00:00:00")


@pytest.mark.parametrize("strict", [False, True])
def test_junit_has_a_failure_for_each_finding_and_an_error_for_each_unreadable_entry(
    report: Report, strict: bool
) -> None:
    root = ElementTree.fromstring(FORMATS["junit"](report, strict))

    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["datasift docs-1.6", "curator docs-2017", "recordings"]
    for suite in [root, *suites]:
        cases = suite.findall(".//testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == len(suite.findall(f".//{tag}"))
    assert len(root.findall(".//failure")) == (2 if strict else 1)
    assert len(root.findall(".//error")) == 1
    failure = root.find(".//failure")
    assert failure is not None
    assert "at " in (failure.text or "")
    assert failure.get("message", "").startswith("finding: ")


def test_markdown_has_a_table_of_findings(report: Report) -> None:
    shown = FORMATS["markdown"](report, False)

    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert "`datasift.source.get.unknown-parameter`" in shown


class Page(HTMLParser):
    """Parsed page: its elements, attributes that load resources, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [f"{tag} {name} {value}" for name, value in attrs if name in ("src", "href", "action", "style")]
        self.links += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_page_without_any_asset(report: Report) -> None:
    page = Page(FORMATS["html"](report, False))

    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert all(link.startswith("a href https://") for link in page.links)
    assert page.tags.count("article") == 3
    for word in (
        "2 findings of 1 kind",
        "$.pge",
        "did you mean",
        "502",
        "Operations of datasift",
        "line 1",
        "could not read 1",
    ):
        assert word in page.text
    for operation in (endpoint.id for api in ALL for endpoint in api.endpoints if "OPTIONS" not in endpoint.methods):
        assert operation in page.text


@pytest.mark.parametrize("form", FORMATS)
def test_secrets_stay_out_of_every_format(form: str, report: Report, tmp_path: Path) -> None:
    """Secrets are masked in URLs, headers and the excerpts of bodies."""
    new = {"source_type": "facebook_page", "name": "x", "resources": [], "nmae": "x", "tokn": "t0p-s3cret"}
    created = call("POST", f"{DATASIFT}/v1.6/source/create", {**new, "auth": [{"parameters": {"value": "t0p-s3cret"}}]})
    assert "t0p-s3cret" in created["response"]["body"]

    for each in (report, check_files([lines(tmp_path, created)])):
        shown = FORMATS[form](each, False)
        assert "unknown-parameter" in shown
        assert "s3cret" not in shown
        assert "0123456789abcdef" not in shown


@pytest.fixture
def hostile(tmp_path: Path) -> Report:
    """Return a report in which every text of a recording has unsafe characters."""
    odd, body, wrong, gone, failed = (har_entry(call("GET", GET)) for _ in range(5))
    odd["request"]["url"] = f"{GET}?pge{RAW}=1"
    text = json.dumps({"count": RAW.replace("\ud800", ""), RAW.replace("\ud800", ""): 1})
    body["response"]["content"] = {"text": text, "mimeType": "application/json"}
    body["response"]["headers"] += [{"name": f"Content-{RAW}", "value": RAW}]
    wrong["request"]["url"] = f"{DATASIFT}/v1.6/source/{RAW}"
    gone["request"]["url"] = f"https://example.org{RAW}/"
    failed["response"]["status"] = RAW
    path = har(tmp_path, odd, body, wrong, gone, failed, name="\x1b]0;x\x07<b>.har")
    return check_files([path])


@pytest.mark.parametrize("form", FORMATS)
def test_unsafe_characters_of_a_recording_are_escaped(form: str, hostile: Report) -> None:
    """Control characters but line breaks, unpaired surrogates, bidirectional marks, and markup."""
    shown = FORMATS[form](hostile, False)

    assert hostile.exchanges >= 3
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown)
    shown.encode()
    if form == "html":
        assert "script" not in Page(shown).tags
        assert Page(shown).tags.count("b") == 6
    if form == "junit":
        ElementTree.fromstring(shown)
    if form == "json":
        json.loads(shown)


def test_a_finding_has_the_same_id_in_every_run_and_every_file(tmp_path: Path) -> None:
    """Ids do not depend on file, entry, time, numbers in a path, or other findings."""

    def ids(*found: Any, name: str) -> dict[str, str]:
        report = check_files([lines(tmp_path, *found, name=name)])
        return {group.first.rule: group.id for part in report.parts for group in part.groups}

    wrong = call("GET", f"{GET}?pge=2")
    first = ids(wrong, name="a.jsonl")
    other = ids(call("GET", FEEDS), call("GET", f"{GET}?pge=99"), answered(wrong, 502, ""), name="b.jsonl")

    assert first["datasift.source.get.unknown-parameter"] == other["datasift.source.get.unknown-parameter"]


def test_har_entries_are_named_by_their_path(tmp_path: Path) -> None:
    entries = [har_entry(call("GET", GET)), har_entry(call("GET", f"{GET}?pge=2"))]

    (part,) = check_files([har(tmp_path, *entries)]).parts

    (occurrence,) = part.groups[0].occurrences
    assert (occurrence.entry, occurrence.when) == ("log.entries[1]", "2026-01-01T00:00:00.000Z")
    assert occurrence.file.endswith("session.har")


def test_further_kinds_of_findings_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one recording, and of several together."""
    monkeypatch.setattr(grouping, "MAX_GROUPS", 2)
    for name, letters in (("first.jsonl", "abc"), ("second.jsonl", "xyz")):
        calls = [call("GET", f"{GET}?pge{letter}=2") for letter in letters]
        (tmp_path / name).write_text("\n".join(map(json.dumps, calls)))

    (part,) = check_files([tmp_path / "first.jsonl", tmp_path / "second.jsonl"]).parts

    assert (len(part.groups), part.dropped) == (2, 4)


BARE = Violation(
    rule="datasift.source.get.of-another-version", operation="datasift.source.get", side="response", path="$", expected="a", actual="b",
    message="",
)  # fmt: skip


def shown_as(form: str, group: Group) -> str:
    """Return a report of one group of findings."""
    part = Part("datasift", "docs-1.6", False, {"docs-1.6": 1}, frozenset(), {"datasift.source.get": 1}, (group,))
    return FORMATS[form](Report((), (part,)), False)


@pytest.mark.parametrize("form", FORMATS)
def test_a_finding_with_nothing_but_its_rule_is_shown(form: str) -> None:
    """Without a message, an address, a place, and an exchange."""
    shown = shown_as(form, Group(BARE, count=1))

    assert BARE.rule in shown
    assert "None" not in shown


@pytest.mark.parametrize(("file", "attribute"), [("", False), ("a.har", True)])
def test_junit_names_the_file_of_a_finding_that_is_in_one(file: str, attribute: bool) -> None:
    shown = shown_as("junit", Group(BARE, count=1, occurrences=[Occurrence(file, "line 1")]))

    assert ('file="' in shown) == attribute


@pytest.mark.parametrize(("request_", "response"), [("GET /", ""), ("", "200"), ("", "")])
def test_a_page_shows_what_there_is_of_an_exchange(request_: str, response: str) -> None:
    shown = shown_as("html", Group(BARE, count=1, request=request_, response=response))

    assert ('aria-label="request"' in shown, 'aria-label="response"' in shown) == (bool(request_), bool(response))
    assert ("Request and response" in shown) == bool(request_ or response)


def test_a_report_of_nothing_has_the_reason(tmp_path: Path) -> None:
    nothing, unreadable, good = (tmp_path / f"{name}.jsonl" for name in ("nothing", "unreadable", "good"))
    nothing.write_text("[]")
    unreadable.write_text(json.dumps({**call("GET", GET), "response": {"status": "x"}}))
    good.write_text(json.dumps(call("GET", GET)))

    assert words.unchecked(check_files([good])) == ""
    assert words.unchecked(check_files([unreadable])).startswith(
        "Nothing was checked: none of 1 exchange could be read"
    )
    assert words.unchecked(check_files([nothing])) == "Nothing was checked: no exchange was recorded."
