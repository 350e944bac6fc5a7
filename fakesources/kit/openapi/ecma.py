"""Regular expressions of ECMA-262, in a form that both validators read."""

from __future__ import annotations

import re
from functools import cache

from ...core.contract.schemas import invalid_part, validator_of

_SET = re.compile(r"(?s)(\\.)|(\[\^?)((?:\\.|[^\]\\])*)")
"""An escaped character, or a set of characters."""
_AMBIGUOUS = re.compile(r"(?s)(\\.)|(\[|([&|~])(?=\3)|(?<=.-)-)")
"""In a set: what Python warns of, since it may stand for operations on sets in later versions."""
_ECMA = (
    (re.compile(r"\(\?<([A-Za-z_]\w*)>"), r"(?P<\1>"),
    (
        re.compile(r"(?s)(\\[^p]|\[(?:\\.|[^\]\\])*)|\\p\{(?:L|Letter|Alphabetic)\}"),
        lambda found: found[1] or r"[^\W\d_]",
    ),
    (re.compile(r"\\u\{?([0-9A-Fa-f]{4})\}?"), r"\\u\1"),
    (re.compile(r"\\/"), "/"),
    (re.compile(r"(\\[dswDSW])-(?!\])"), r"\1\\-"),
    (re.compile(r"(?<!\\)-(\\[dswDSW])"), r"\\-\1"),
)


@cache
def usable_pattern(pattern: str) -> str | None:
    """Return a pattern of ECMA-262 in a form that both validators can read, or None where there is none."""
    plain = changed = _unambiguous(pattern)
    for expression, replacement in _ECMA:
        changed = expression.sub(replacement, changed)
    return next(
        (each for each in (plain, changed) if invalid_part({"pattern": each}) is None and _compiles(each)), None
    )


def _unambiguous(pattern: str) -> str:
    """Return a pattern whose sets give no warning in Python and mean the same."""
    return _SET.sub(_unambiguous_set, pattern)


def _unambiguous_set(found: re.Match[str]) -> str:
    """Return a set in which no character has a meaning of its own, and anything else as it is."""
    escaped, start, members = found.groups()
    return escaped or start + _AMBIGUOUS.sub(lambda each: each[1] or "\\" + each[2], members)


def _compiles(pattern: str) -> bool:
    """Return whether the validator that decides can read a pattern."""
    try:
        validator_of({"pattern": pattern})
    except Exception:  # of a type of its own
        return False
    return True


def is_regex(pattern: str) -> bool:
    """Return whether a pattern is one of Python, or has parts that only ECMA-262 has."""
    is_valid = invalid_part({"pattern": _unambiguous(pattern)}) is None
    return is_valid or re.search(r"\\[pPkc]|\\u\{|\(\?<[A-Za-z=!]", pattern) is not None
