"""Suggestions and misspellings, and the bound on the length of compared names."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.text.spelling import MAX_NAME_LENGTH, Misspellings, did_you_mean, is_within, nearest

KNOWN = ["name", "source_type", "resources", "Parameters"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nmae", "name"), ("NAMES", "name"), ("sourcetype", "source_type"), ("parameter", "Parameters"), ("zzz", ""),
        ("", ""), ("\ud800", ""), ("n" * 100_000, ""), ("name" * 25_000, ""),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_the_nearest_name_is_suggested(name: str, expected: str) -> None:
    assert nearest(name, KNOWN) == expected
    assert did_you_mean(name, KNOWN) == (f"; did you mean {expected!r}?" if expected else "")


def test_only_short_names_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes quadratic time: neither a long name nor a long known one is compared."""
    compared: list[int] = []
    ratio = SequenceMatcher.ratio
    monkeypatch.setattr(
        SequenceMatcher, "ratio", lambda self: compared.append(len(self.a) + len(self.b)) or ratio(self)
    )

    nearest("n" * 100_000, [*KNOWN, "n" * 90_000])
    nearest("nmae", [*KNOWN, "nmae" * 25_000])

    assert compared
    assert max(compared) <= 2 * MAX_NAME_LENGTH


@pytest.mark.parametrize(
    ("name", "other", "edits"),
    [
        ("limit", "limit", 0), ("lmit", "limit", 1), ("limitt", "limit", 1), ("lomit", "limit", 1), ("ilmit", "limit", 1),
        ("limti", "limit", 1), ("lmti", "limit", 2), ("", "ab", 2), ("offset", "ofsfet", 1), ("ab", "ba", 1), ("abc", "cab", 2),
    ],
)  # fmt: skip
def test_edits_add_remove_change_or_swap_letters(name: str, other: str, edits: int) -> None:
    for pair in ((name, other), (other, name)):
        assert is_within(*pair, edits)
        assert edits == 0 or not is_within(*pair, edits - 1)


def distance(name: str, other: str) -> int:
    """Return the number of edits between two names, by its definition."""
    if not name or not other:
        return len(name) + len(other)
    edits = [
        distance(name[1:], other) + 1,
        distance(name, other[1:]) + 1,
        distance(name[1:], other[1:]) + (name[0] != other[0]),
    ]
    if name[:2] == other[1::-1] and len(other) > 1:
        edits.append(distance(name[2:], other[2:]) + 1)
    return min(edits)


@given(name=st.text("abc", max_size=5), other=st.text("abc", max_size=5), edits=st.integers(0, 4))
def test_the_number_of_edits_is_the_least_there_is(name: str, other: str, edits: int) -> None:
    assert is_within(name, other, edits) == (distance(name, other) <= edits)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("key", "key"), ("kye", ""), ("ke", ""), ("auth", "auth"), ("auht", "auth"), ("ahtu", ""), ("token", "token"),
        ("toknes", ""), ("secrtxy", ""), ("secret", "secret"), ("scrte", "secret"), ("sec", ""), ("x" * 100_000, ""), ("", ""),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_longer_words_are_recognized_with_more_edits(name: str, expected: str) -> None:
    assert Misspellings(["key", "auth", "token", "secret"]).find(name) == expected
