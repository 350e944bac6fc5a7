"""Suggestions and slips: which names are close, and that long ones are never compared."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest

from fakesources.core.text.spelling import MAX_NAME_LENGTH, Misspellings, did_you_mean, is_within, nearest

KNOWN = ["name", "source_type", "resources", "Parameters"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nmae", "name"), ("NAMES", "name"), ("sourcetype", "source_type"), ("parameter", "Parameters"), ("zzz", ""),
        ("", ""), ("\ud800", ""), ("n" * 100_000, ""), ("name" * 25_000, ""),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_the_nearest_name_is_suggested(name: str, found: str) -> None:
    assert nearest(name, KNOWN) == found
    assert did_you_mean(name, KNOWN) == (f"; did you mean {found!r}?" if found else "")


def test_only_short_names_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes time in the square of the length: neither a long name nor a long known one is."""
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
    ("name", "other", "slips"),
    [
        ("limit", "limit", 0), ("lmit", "limit", 1), ("limitt", "limit", 1), ("lomit", "limit", 1), ("ilmit", "limit", 1),
        ("limti", "limit", 1), ("lmti", "limit", 2), ("", "ab", 2), ("offset", "ofsfet", 1), ("ab", "ba", 1), ("abc", "cab", 2),
    ],
)  # fmt: skip
def test_slips_are_letters_added_left_out_changed_or_swapped(name: str, other: str, slips: int) -> None:
    for pair in ((name, other), (other, name)):
        assert is_within(*pair, slips)
        assert slips == 0 or not is_within(*pair, slips - 1)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("key", "key"), ("kye", ""), ("ke", ""), ("auth", "auth"), ("auht", "auth"), ("ahtu", ""), ("token", "token"),
        ("toknes", ""), ("secret", "secret"), ("scrte", "secret"), ("sec", ""), ("x" * 100_000, ""), ("", ""),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_longer_words_are_recognized_with_more_slips(name: str, found: str) -> None:
    assert Misspellings(["key", "auth", "token", "secret"]).find(name) == found
