"""Plugin of pytest: whole texts that users read, word for word, in a file beside the test: `test_a.txt` of `test_a.py`.

`pytest --write-whole-texts FILES` writes the files anew. A section of a file is a title in a line `## TITLE` and the text below
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

WholeText = Callable[[str, str], None]
"""Function that compares a text with the one of a title."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--write-whole-texts`."""
    parser.addoption("--write-whole-texts", action="store_true", help="write the texts of whole_texts.py anew")


def texts_of(path: Path) -> dict[str, str]:
    """Return the texts of a file by their titles; none where there is no file."""
    sections = f"\n{path.read_text('utf-8')}".split("\n## ")[1:] if path.exists() else []
    return {title: text.strip("\n") for title, _, text in (section.partition("\n") for section in sections)}


@pytest.fixture(scope="module")
def whole_text(request: pytest.FixtureRequest) -> Iterator[WholeText]:
    """Compare a text with the one that the file has under a title."""
    path = request.path.with_suffix(".txt")
    is_written, expected, found = request.config.getoption("--write-whole-texts"), texts_of(path), dict[str, str]()

    def check(title: str, text: str) -> None:
        found[title] = text.strip("\n")
        assert is_written or found[title] == expected.get(title)

    yield check
    if is_written and found:
        path.write_text(
            "".join(f"## {title}\n{text}\n\n" for title, text in sorted(found.items())).rstrip("\n") + "\n", "utf-8"
        )
