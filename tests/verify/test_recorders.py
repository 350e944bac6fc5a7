"""Facts about recordings that are made here and now, by the recorders that can be installed beside the tests."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from layouts import HERE

from fakesources import FakeSources
from fakesources.verify import Report, check_files

make = runpy.run_path(str(HERE / "make.py"))


def clean(report: Report) -> bool:
    """Whether every call of the session was checked and nothing was found."""
    return report.findings == 0 and report.exchanges >= 17


@pytest.mark.parametrize("editions", [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")], ids="-".join)
@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_what_vcrpy_records_is_read(editions: tuple[str, str], serializer: str, tmp_path: Path) -> None:
    """A cassette of a session with a fake has no findings, in any edition, and the edition is found out."""
    vcr = pytest.importorskip("vcr", reason="vcrpy is not installed")
    datasift, curator = editions
    path = tmp_path / f"cassette.{serializer}"

    with FakeSources(datasift=datasift, curator=curator).server() as server:
        with vcr.use_cassette(str(path), serializer=serializer):
            make["talk"](server.url)
        report = check_files([path], base_url=server.url, whole_session=True)

    assert clean(report)
    assert {part.edition for part in report.parts} == set(editions)


@pytest.mark.parametrize("editions", [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")], ids="-".join)
def test_what_a_browser_records_is_read(editions: tuple[str, str], tmp_path: Path) -> None:
    """A HAR that Chromium's own tool made of a page's session with a fake has no findings."""
    node = shutil.which("node")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    tools = shutil.which("playwright-core") or ""
    if not (node and chromium and tools):
        pytest.skip("node, chromium and playwright-core are not all installed")
    datasift, curator = editions
    path = tmp_path / "chromium.har"

    with FakeSources(datasift=datasift, curator=curator).server() as server:
        command = [node, str(HERE / "make_har.mjs"), server.url, str(path), chromium]
        subprocess.run(command, check=True, cwd=Path(tools).parents[2])
        report = check_files([path], base_url=server.url, whole_session=True)

    assert clean(report)
    assert {part.edition for part in report.parts} == set(editions)
