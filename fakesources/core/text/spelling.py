"""Names that are close to one another: suggestions for a wrong name, and names that are a slip away from known ones.

The cost of a look-up is bounded by what is known, not by the name that came in: a name longer than any known one could
be is close to none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_NAME = 100
"""Longest name in characters that is compared. No known name has more, and comparing takes time in the square of it."""


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name closest to a wrong one, or an empty string when none is close."""
    if len(name) > LONGEST_NAME:
        return ""
    by_folded = {other.lower(): other for other in known if len(other) <= LONGEST_NAME}
    close = get_close_matches(name.lower(), by_folded, n=1, cutoff=cutoff)
    return by_folded[close[0]] if close else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name closest to a wrong one, or an empty string."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""


def is_within(name: str, other: str, slips: int) -> bool:
    """Return whether at most so many letters have to be added, left out, changed or swapped with the next to make one
    name of the other.
    """
    if abs(len(name) - len(other)) > slips:
        return False
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(name, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and name[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
        if min(line) > slips:
            return False
    return above[-1] <= slips


class Slips:
    """Words that are recognized although misspelt, for look-ups by the thousand.

    A word of six letters or more is recognized with two slips, one of four or five with one, a shorter one with none;
    with `most`, none is recognized with more than so many. Words are compared in full only where nearly the same letters
    stand in both.
    """

    def __init__(self, words: Iterable[str], most: int = 2) -> None:
        self._words = [(word, len(word), _letters(word), min(_slips(word), most)) for word in words]

    def find(self, name: str) -> str:
        """Return the word that a name is or is misspelt from, or an empty string."""
        size, letters = len(name), _letters(name)
        for word, length, own, slips in self._words:
            if (
                (letters ^ own).bit_count() <= 2 * slips
                and abs(size - length) <= slips
                and is_within(name, word, slips)
            ):
                return word
        return ""


def _slips(word: str) -> int:
    return 2 if len(word) >= 6 else 1 if len(word) >= 4 else 0


def _letters(word: str) -> int:
    """Return the set of a word's letters as bits; letters that share a bit only cost a comparison."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
