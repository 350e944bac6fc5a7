"""Style sheets of the pages: every rule is read by browsers, and is about something that a page may have."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, answered, call, lines

from fakesources import FakeSources, Request
from fakesources.verify import check_files
from fakesources.verify.coverage import Coverage
from fakesources.verify.formats import FORMATS, coverage_page

OTHERS = {"*", ".passed", ".failed", ".finding", ".warning", ".note"}
"""Anything, and the classes of which a page has some."""


def report_page(folder: Path) -> str:
    wrong = call("GET", f"{DATASIFT}/v1.6/source/get?pge=2")
    found = [wrong, call("POST", f"{CURATOR}/v1/feeds?api_key=k", {"nam": "x"}), answered(wrong, 502, "<html>")]
    return FORMATS["html"](check_files([lines(folder, *found)]), False)


def coverage_page_of_a_call() -> str:
    fake, coverage = FakeSources(), Coverage()
    fake.handle(Request("GET", "/v1/feeds?api_key=k", host="api.curator.io"))
    coverage.add(fake.journal.last(), fake.journal)
    return coverage_page.render(coverage.value(fake.services))


class Names(HTMLParser):
    """Names of the elements and classes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.found |= {tag, *(f".{name}" for name in (dict(attrs).get("class") or "").split())}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every page, since they share rules."""
    return [report_page(tmp_path_factory.mktemp("recording")), coverage_page_of_a_call()]


def style_rules(page: str) -> list[tuple[str, str]]:
    """Return selectors and declarations of a page's innermost rules."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    return re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))


@pytest.mark.parametrize("number", [0, 1], ids=["report", "coverage"])
def test_every_rule_is_about_something_on_a_page(pages: list[str], number: int) -> None:
    known = set().union(*(Names(page).found for page in pages)) | OTHERS
    rules = style_rules(pages[number])

    assert rules
    for selector, declarations in rules:
        names = re.sub(r"::?[\w-]+(\([^)]*\))?|\[[^\]]*\]", "", selector)
        assert set(re.findall(r"[^\s,>+~]+?(?=[\s,>+~.]|$)", names)) <= known, selector
        for each in filter(str.strip, declarations.split(";")):
            assert re.fullmatch(r"\s*(--)?[a-z][a-z-]*\s*:\s*\S.*", each, re.DOTALL), (selector, each)
