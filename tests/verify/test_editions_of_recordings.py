"""Tests of recordings of several editions in one check: each is checked against its best-fitting edition."""

from __future__ import annotations

import json
import re
from pathlib import Path

from exchanges import call

from fakesources import FakeSources
from fakesources.verify import Report, check_files
from fakesources.verify.formats import html

POSTS = "https://api.curator.io/v1/feeds/adfdad0b-88ea-4660-8fc5-6ab02741/posts"
PING = "https://api.curator.io/v1/feeds/adfdad0b-88ea-4660-8fc5-6ab02741/nothing"


def recording(folder: Path, name: str, edition: str, urls: list[str]) -> None:
    fake = FakeSources(strict=False, curator=edition)
    lines = [call("GET", url, fake=fake) for url in urls]
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def parts(report: Report) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    """Return exchanges and findings by edition."""
    return {
        part.edition: (part.exchanges, [(group.first.path, group.count) for group in part.groups if group.severity == "finding"])
        for part in report.parts
    }  # fmt: skip


def test_recordings_of_two_editions_give_no_findings(tmp_path: Path) -> None:
    recording(tmp_path, "a", "docs-2017", [POSTS])
    recording(tmp_path, "b", "docs-2025", [POSTS, POSTS])
    recording(tmp_path, "c", "docs-2017", [POSTS])

    assert parts(check_files([tmp_path])) == {"docs-2017": (2, []), "docs-2025": (2, [])}


def test_equal_findings_of_several_recordings_are_one(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        recording(tmp_path, name, "docs-2025", [POSTS, PING])

    report = check_files([tmp_path])

    assert parts(report) == {"docs-2025": (6, [("path", 3)])}
    assert [place.partition(":")[0] for place in report.parts[0].groups[0].places] == [
        str(tmp_path / f"{name}.jsonl") for name in ("a", "b", "c")
    ]


def test_a_recording_that_several_editions_fit_counts_with_the_others(tmp_path: Path) -> None:
    """Its findings are those of the edition of the other recordings."""
    recording(tmp_path, "a", "docs-2025", [PING])
    recording(tmp_path, "b", "docs-2025", [POSTS])

    assert parts(check_files([tmp_path])) == {"docs-2025": (2, [("path", 1)])}


def test_the_number_of_each_edition_is_that_of_its_findings_and_warnings(tmp_path: Path) -> None:
    recording(tmp_path, "a", "docs-2017", [POSTS, PING])
    recording(tmp_path, "b", "docs-2017", [POSTS])

    (part,) = check_files([tmp_path]).parts

    assert part.by_edition == {
        edition: sum(
            each.count("finding") + each.count("warning") for each in check_files([tmp_path], edition=edition).parts
        )
        for edition in part.by_edition
    }


def test_a_finding_in_two_editions_has_two_ids_in_the_page(tmp_path: Path) -> None:
    recording(tmp_path, "a", "docs-2017", [POSTS, PING])
    recording(tmp_path, "b", "docs-2025", [POSTS, PING])

    report = check_files([tmp_path])

    ids = re.findall(r'<article class="finding" id="([^"]+)"', html.render(report))
    assert len(ids) == len(set(ids)) == report.findings == 2


def test_a_named_edition_holds_for_every_recording(tmp_path: Path) -> None:
    recording(tmp_path, "a", "docs-2017", [POSTS])
    recording(tmp_path, "b", "docs-2025", [POSTS])

    report = check_files([tmp_path], edition="docs-2017")

    assert [part.edition for part in report.parts] == ["docs-2017"]
    assert report.findings > 0
