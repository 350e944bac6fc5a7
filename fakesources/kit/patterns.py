"""Texts that match a regular expression, for generated values."""

from __future__ import annotations

import re
import re._parser as parser  # type: ignore[import-not-found]
import string
from random import Random
from typing import Any

MAX_REPEATS = 8
"""Most repetitions of a part that may be repeated without an end, beyond those it needs."""

_CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": string.ascii_letters + string.digits,
    "CATEGORY_WORD": string.ascii_letters + string.digits + "_",
    "CATEGORY_NOT_WORD": " -.",
}
_PRINTABLE = string.ascii_letters + string.digits + " -_.:/@"


def text_matching(pattern: str, random: Random) -> str | None:
    """Return a text in which a pattern is found, or None for a pattern that is none, or has lookarounds or references."""
    try:
        text = _text(parser.parse(pattern), random)
        return text if re.search(pattern, text) else None
    except (re.error, OverflowError, _NotSupportedError):
        return None


class _NotSupportedError(Exception):
    """Raised for a part of a pattern that only matching can tell."""


def _text(parts: Any, random: Random) -> str:
    return "".join(_part(str(kind), value, random) for kind, value in parts)


def _part(kind: str, value: Any, random: Random) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return random.choice([char for char in _PRINTABLE if char != chr(value)])
    if kind == "ANY":
        return random.choice(_PRINTABLE)
    if kind == "AT":
        return ""
    if kind == "IN":
        return random.choice(_members(value))
    if kind == "BRANCH":
        return _text(random.choice(value[1]), random)
    if kind == "SUBPATTERN":
        return _text(value[-1], random)
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        times = random.randint(least, min(int(most), least + MAX_REPEATS))
        return "".join(_text(inner, random) for _ in range(times))
    raise _NotSupportedError(kind)


def _members(items: Any) -> str:
    """Return the characters of a set; of a negated one, the printable ones that are not in it."""
    found = ""
    is_negated = False
    for kind, value in items:
        if str(kind) == "NEGATE":
            is_negated = True
        elif str(kind) == "LITERAL":
            found += chr(value)
        elif str(kind) == "RANGE":
            found += "".join(map(chr, range(value[0], min(value[1], value[0] + 200) + 1)))
        else:
            found += _CATEGORIES[str(value)]
    if is_negated:
        found = "".join(char for char in _PRINTABLE if char not in found)
    if not found:
        raise _NotSupportedError("IN")
    return found
