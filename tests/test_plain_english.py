"""Language of names and prose: the standard terms of HTTP, OpenAPI, pytest and JSON Schema, and plain English around them."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.once

TOP = Path(__file__).resolve().parents[1]

RETIRED = {
    "adapter": ("door", "doors"),
    "handle": ("hands",),
    "rules, hooks": ("manners", "dress", "dressed"),
    "event": ("bell",),
    "worker": ("errand", "errands"),
    "generator": ("harvest", "harvested", "dice"),
    "accepted silently": ("swallow", "swallows", "swallowed"),
    "tolerate": ("overlook", "overlooked"),
    "coerce": ("mend", "mends", "mended"),
    "parsing": ("carrier", "carriers", "uncarried"),
    "type error": ("misfit", "misfits"),
    "hold": ("latch", "latches"),
    "error": ("refusal", "refusals"),
    "provenance": ("standings",),
    "invalid": ("astray",),
    "clear": ("forgo", "forgive", "forgiven"),
    "shutdown": ("hurry",),
    "schema property": ("spot",),
    "report": ("told",),
    "caller, test, client": ("whoever", "whomever", "nobody", "somebody", "anybody"),
    "package, module": ("housekeeping",),
}
"""Words that are not used, by the one to use."""

_INSTEAD = {word: term for term, words in RETIRED.items() for word in words}
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_ANYWHERE = re.compile("|".join(map(re.escape, _INSTEAD)), re.IGNORECASE)
"""Retired words as parts of others too: a text without a match has none of them."""
_IN_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

RIDDLE = re.compile(r"(What|Whether|That|How|Where|Who|Have|Tell|Give)\b")
"""Beginnings of docstrings that are neither an imperative nor a noun phrase that stands alone."""

_MAY_BEGIN_RIDDLE = re.compile(rf"[\"']\\?\s*{RIDDLE.pattern}")
"""Texts that begin so: a file without a match has no such docstring."""

HERE = Path(__file__).name
CODE = sorted(path for folder in ("fakesources", "tests", ".ci") for path in (TOP / folder).rglob("*.py"))
PROSE = [TOP / "README.md", TOP / "CHANGELOG.md", TOP / ".github" / "CONTRIBUTING.md", *(TOP / "schemas").rglob("*.md")]
SCHEMAS = sorted((TOP / "schemas").rglob("*.json"))


def relative(path: Path) -> str:
    return str(path.relative_to(TOP))


def retired_in(words: Iterator[str]) -> set[str]:
    """Return the retired words among others, each with the term to use."""
    return {f"{word} (use {_INSTEAD[word.lower()]})" for word in words if word.lower() in _INSTEAD}


@pytest.mark.parametrize("path", [path for path in CODE if path.name != HERE], ids=relative)
def test_code_uses_no_retired_word(path: Path) -> None:
    """Neither in a name nor in a docstring, a comment or a message."""
    found: set[str] = set()
    text = path.read_text("utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline) if _ANYWHERE.search(text) else ():
        if token.type == tokenize.NAME:
            found |= retired_in(part for part in _IN_NAME.findall(token.string))
        elif token.type in (tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)):
            found |= retired_in(iter(_WORD.findall(token.string)))

    assert not found


@pytest.mark.parametrize("path", PROSE, ids=relative)
def test_documents_use_no_retired_word(path: Path) -> None:
    """In English or in code."""
    assert not retired_in(iter(_WORD.findall(path.read_text("utf-8"))))


@pytest.mark.parametrize("path", SCHEMAS, ids=relative)
def test_descriptions_of_schemas_use_no_retired_word(path: Path) -> None:
    """Names in schemas are the vendors' own."""

    def descriptions(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in ("description", "title", "$comment") and isinstance(inner, str):
                    yield inner
                else:
                    yield from descriptions(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from descriptions(inner)

    schema = json.loads(path.read_text("utf-8"))
    assert not retired_in(word for text in descriptions(schema) for word in _WORD.findall(text))


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_docstrings_are_no_riddles(path: Path) -> None:
    """They begin with an imperative or a noun phrase."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    text = path.read_text("utf-8")
    tree = ast.walk(ast.parse(text)) if _MAY_BEGIN_RIDDLE.search(text) else ()
    docstrings = [ast.get_docstring(node) or "" for node in tree if isinstance(node, kinds)]

    assert not [text for text in docstrings if RIDDLE.match(text)]
