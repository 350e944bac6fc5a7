"""Similar names: suggestions for a wrong name, and misspellings of known words.

The cost of a look-up is bounded by the known names: a name longer than all of them is similar to none.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MAX_NAME_LENGTH = 100
"""Maximum length in characters of a name that is compared, in quadratic time. All known names are shorter."""


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name most similar to a wrong one, or an empty string."""
    if len(name) > MAX_NAME_LENGTH:
        return ""
    by_folded = {other.lower(): other for other in known if len(other) <= MAX_NAME_LENGTH}
    close = get_close_matches(name.lower(), by_folded, n=1, cutoff=cutoff)
    return by_folded[close[0]] if close else ""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name most similar to a wrong one; empty for none, or for no text."""
    return hint(nearest(name, known)) if isinstance(name, str) else ""


def hint(suggestion: str) -> str:
    """Return `; did you mean 'x'?` for a suggestion, or an empty string for none."""
    return f"; did you mean {suggestion!r}?" if suggestion else ""


def suggestion_or_list(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or `; there are a, b` where no known name is similar to a wrong one."""
    names = list(known)
    return did_you_mean(name, names) or f"; there are {', '.join(names) or 'none'}"


def any_of(names: Iterable[str]) -> str:
    """Return names as alternatives: `a, b or c`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def unknown_name(argument: str, given: str, known: Iterable[str], advice: str = "") -> str:
    """Return the message for a name that is none of the known ones: `argument: expected a, b or c, got 'x'`.

    It ends with the advice, or with the nearest known name.
    """
    names = list(known)
    return f"{argument}: expected {any_of(names)}, got {given!r}{advice or did_you_mean(given, names)}"


def is_within(name: str, other: str, max_edits: int) -> bool:
    """Return whether at most `max_edits` edits turn one name into the other.

    An edit adds, removes or changes a letter, or swaps it with the next.
    """
    if abs(len(name) - len(other)) > max_edits:
        return False
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(name, 1):
        line = [row]
        for column, expected in enumerate(other, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != expected))
            if row > 1 and column > 1 and letter == other[column - 2] and name[row - 2] == expected:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
        if min(line) > max_edits:
            return False
    return above[-1] <= max_edits


class Misspellings:
    """Words that are recognized when misspelt, for thousands of look-ups.

    A word of six letters or more is recognized with two edits, one of four or five with one, a shorter one with none;
    `max_edits` lowers these limits. Only names with nearly the same set of letters are compared in full.
    """

    def __init__(self, words: Iterable[str], max_edits: int = 2) -> None:
        self._words = [(word, len(word), _letters(word), min(_max_edits(word), max_edits)) for word in words]

    def find(self, name: str) -> str:
        """Return the word that a name equals or is a misspelling of, or an empty string."""
        size, letters = len(name), _letters(name)
        for word, length, own, edits in self._words:
            if (
                (letters ^ own).bit_count() <= 2 * edits
                and abs(size - length) <= edits
                and is_within(name, word, edits)
            ):
                return word
        return ""


def _max_edits(word: str) -> int:
    return 2 if len(word) >= 6 else 1 if len(word) >= 4 else 0


def _letters(word: str) -> int:
    """Return the set of a word's letters as bits. Letters that share a bit only cost a full comparison."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
