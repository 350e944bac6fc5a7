"""Whole reports of a recording in every format, word for word.

`python tests/verify/test_whole_reports.py` writes them anew.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import chdir
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]  # for the command above

from exchanges import CURATOR, DATASIFT, answered, call, lines  # noqa: E402

from fakesources.verify import check_files  # noqa: E402
from fakesources.verify.formats import FORMATS  # noqa: E402

FOLDER = Path(__file__).with_name("whole_reports")
SUFFIXES = {"text": "txt", "json": "json", "junit": "xml", "markdown": "md", "html": "html"}
GET, FEEDS = f"{DATASIFT}/v1.6/source/get", f"{CURATOR}/v1/feeds?api_key=t0p-s3cret"
CALLS = [
    call("GET", f"{GET}?pge=2"),
    call("GET", f"{GET}?pge=2"),
    call("POST", FEEDS, {"name": "Cats", "nam": "`x` <b>"}),
    call("POST", FEEDS, {"name": "Cats", "x`": 1}),
    answered(call("GET", FEEDS), 502, "<html>"),
    answered(call("GET", f"{GET}?id={'a' * 32}"), 200, {"id": "a" * 32, "name": 5}),
    {**call("GET", GET), "response": {"status": "x"}},
    {"request": {"method": "GET", "url": "https://example.org/?token=t0p-s3cret"}, "response": {"status": 200}},
]


def rendered(format: str, folder: Path) -> str:
    """Return the report of a recording in a folder as text, without the style sheet of a page."""
    with chdir(folder):
        text = FORMATS[format](check_files([lines(Path(), *CALLS)]), False)
    before, start, rest = text.partition("<style>")
    return before + start + rest[rest.find("</style>") :] if start else text


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_is_word_for_word_as_written(format: str, tmp_path: Path) -> None:
    expected = (FOLDER / f"report.{SUFFIXES[format]}").read_text("utf-8")

    assert rendered(format, tmp_path).rstrip("\n") == expected.rstrip("\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in FORMATS:
        with tempfile.TemporaryDirectory() as name:
            text = rendered(each, Path(name)).rstrip("\n") + "\n"
        (FOLDER / f"report.{SUFFIXES[each]}").write_text(text, "utf-8")
