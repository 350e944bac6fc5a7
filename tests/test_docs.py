"""Documents: their examples run, and their tables are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from readme_tables import DOCUMENTS, SECTION, TABLES, with_tables

TOP = Path(__file__).resolve().parents[1]
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, language: str) -> list[str]:
    """The fenced code of one language in a document, in order."""
    return [code for name, code in BLOCKS.findall((TOP / document).read_text("utf-8")) if name == language]


@pytest.mark.parametrize("number", range(len(blocks("README.md", "python"))))
def test_every_python_example_of_the_readme_runs(number: int, pytester: pytest.Pytester) -> None:
    """Each example is a whole file: it passes as a test file, or runs when it holds no test."""
    code = blocks("README.md", "python")[number]
    path = pytester.makepyfile(test_readme=code)
    if "def test_" in code:
        outcome = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")
        assert outcome.ret == 0
    else:
        assert pytester.runpython(path).ret == 0


def test_the_readme_opens_with_its_two_commands() -> None:
    """The first screen has one sentence, one whole test and the two commands a newcomer types."""
    first_screen = "\n".join((TOP / "README.md").read_text("utf-8").splitlines()[:36])

    assert "python -m pip install . && fakesources serve" in first_screen
    assert "python -m pip install -c tests/constraints.txt -e '.[test]' && python -m pytest" in first_screen


def test_every_command_in_the_readme_exists(pytester: pytest.Pytester) -> None:
    """A `fakesources` line in a shell example names a command and flags that there are."""
    from fakesources.commands.main import main

    lines = [line for code in blocks("README.md", "sh") for line in code.splitlines()]
    named = [part for line in lines for part in re.split(r"&&|\|", line) if part.split()[:1] == ["fakesources"]]
    assert named
    for line in named:
        words = shlex.split(line, comments=True)[1:]
        command = main.get_command(None, words[0])  # type: ignore[arg-type]
        assert command is not None, line
        flags = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
        before = words[: words.index("--")] if "--" in words else words
        unknown = {word.partition("=")[0] for word in before if word.startswith("--")} - flags
        assert not unknown, f"{line}: {unknown}"


def test_the_tables_of_the_documents_are_those_of_the_code() -> None:
    """Python tests/readme_tables.py writes them."""
    texts = [document.read_text("utf-8") for document in DOCUMENTS]

    assert [with_tables(text) for text in texts] == texts
    assert {name for text in texts for _, name, _ in SECTION.findall(text)} == set(TABLES)


@pytest.mark.parametrize("document", ["README.md", ".github/CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_works_wherever_the_document_is_shown(document: str) -> None:
    """A link leads to a heading of the document or to an address: a package index has none of the other files."""
    text = (TOP / document).read_text("utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }

    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target.startswith("https://") or target.removeprefix("#") in headings, target


@pytest.mark.parametrize("document", ["README.md", ".github/CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(document: str) -> None:
    """Paths in code, of the project or of the package; NAME stands for an API."""
    text = (TOP / document).read_text("utf-8")
    named = {path for path in re.findall(r"`([\w.][\w./-]*(?:/|\.(?:py|json|md|txt)))`", text) if "/" in path}

    assert named
    for path in named:
        if path.startswith("build/"):  # written by the benchmarks
            continue
        places = [TOP / path.replace("NAME", api) for api in ("datasift", "curator")]
        places += [TOP / "fakesources" / path.replace("NAME", api) for api in ("datasift", "curator")]
        assert any(place.exists() for place in places), path
