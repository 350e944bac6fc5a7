"""Texts that match patterns, for generated values: every construct of a pattern that says which characters stand where."""

from __future__ import annotations

import re
from random import Random

import pytest

from fakesources.kit.patterns import text_matching

PATTERNS = (
    "^abc$", "^[a-c]{2}$", "^[^a-zA-Z]$", "^[^/]+$", r"^[^\s]{3}$", r"^\d\D\s\S\w\W$", "^.$", "^(a|bc|)d$", "^(?:ab)+?$", "^a*b?c{2,}$",
    "^(?P<name>a)b$", "^(?i:a)$", "a", "", "^é{2}$", r"^\.\*$", "^a{20}$", r"^[\d.-]{4}$", r"\bword\b",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_text_matches_its_pattern(pattern: str) -> None:
    random = Random(1)

    texts = [text_matching(pattern, random) for _ in range(20)]

    assert all(text is not None and re.search(pattern, text) for text in texts)


@pytest.mark.parametrize("pattern", ["[", "(?=a)b", "(?!a)a", r"(a)\1", "^[^\\w\\W]$", "^[^ -~]$", "a$b"])
def test_a_pattern_without_a_known_text_has_none(pattern: str) -> None:
    assert text_matching(pattern, Random(1)) is None
