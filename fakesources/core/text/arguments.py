"""Arguments of public callables: what each kind accepts, and one message for a value it does not.

`check(name=(name, TEXT), times=(times, optional(INTEGER)))` at the top of a method raises WrongArgument for the first
value of another kind: `times: expected an integer or None, got '3'`. Values that may be secrets are shown by their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, NamedTuple

from .spelling import did_you_mean

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"(?:[!-~\xa0-\xff](?:[\t -~\xa0-\xff]*[!-~\xa0-\xff])?)?")


class WrongArgument(TypeError, ValueError):
    """An argument is of a type, or has a value, that it cannot have."""


class Kind(NamedTuple):
    """Accepted values of an argument: a description for people, and a test; `is_open` tells that a wrong value may be shown."""

    expected: str
    accepts: Callable[[Any], bool]
    is_open: bool = True


def a(*types: type, expected: str = "", is_open: bool = True) -> Kind:
    """Return the kind of the instances of some types; True and False are no numbers."""
    words = expected or " or ".join(f"a {each.__name__}" for each in types)
    return Kind(words, lambda value: isinstance(value, types) and (bool in types or type(value) is not bool), is_open)


def optional(kind: Kind) -> Kind:
    """Return a kind that accepts None as well."""
    return Kind(f"{kind.expected} or None", lambda value: value is None or kind.accepts(value), kind.is_open)


def either(*kinds: Kind) -> Kind:
    """Return a kind that accepts what one of several does."""
    return Kind(
        " or ".join(kind.expected for kind in kinds),
        lambda value: any(kind.accepts(value) for kind in kinds),
        all(kind.is_open for kind in kinds),
    )


def at_least(least: int, what: str = "an integer") -> Kind:
    """Return the kind of the integers from one on."""
    return Kind(f"{what} of {least} or more", lambda value: INTEGER.accepts(value) and value >= least)


def _is_list_of(types: tuple[type, ...]) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str | bytes)
            and all(isinstance(item, types) for item in value)
        )

    return accepts


def list_of(what: str, *types: type) -> Kind:
    """Return the kind of the sequences of instances of some types."""
    return Kind(f"a list of {what}", _is_list_of(types), is_open=False)


TEXT = a(str, expected="a text")
INTEGER = a(int, expected="an integer")
NUMBER = a(int, float, expected="a number")
BOOLEAN = a(bool, expected="True or False")
MAPPING = a(Mapping, expected="a mapping", is_open=False)
FUNCTION = Kind("a function", callable)
PATH = a(str, PathLike, expected="a path")
DATETIME = Kind(
    "an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC)",
    lambda value: isinstance(value, datetime) and value.tzinfo is not None,
)
TIMES = optional(at_least(1))
WHEN = Kind(
    "a function, a mapping of parameters or None",
    lambda value: (
        value is None or callable(value) or (MAPPING.accepts(value) and all(isinstance(key, str) for key in value))
    ),
    is_open=False,
)
PAIRS = Kind(
    "pairs of names and values, all of them texts",
    lambda value: (
        isinstance(value, list | tuple)
        and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
            for pair in value
        )
    ),
    is_open=False,
)
_FRAMING = ("content-length", "transfer-encoding")


def _is_header(name: str, value: str) -> bool:
    return _HEADER_NAME.fullmatch(name) is not None and _HEADER_VALUE.fullmatch(value) is not None


HEADERS = Kind(
    "header names (RFC 9110, 5.1), and values in Latin-1 without control characters; the fake adds Content-Length itself",
    lambda value: all(_is_header(*pair) and pair[0].lower() not in _FRAMING for pair in value),
    is_open=False,
)
"""Headers of an answer that HTTP can carry, of values that are PAIRS."""


def _is_body(value: Any) -> bool:
    if isinstance(value, bytes):
        return True
    try:
        json.dumps(value, allow_nan=False)
        if isinstance(value, str):
            value.encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return True


BODY = Kind("a JSON value, a text or bytes", _is_body, is_open=False)
"""The body of an answer: no NaN, which JSON has not, and no unpaired surrogates in a text, which UTF-8 has not."""


def check(**given: tuple[Any, Kind]) -> None:
    """Raise WrongArgument for the first argument that its kind does not accept. An underscore after a name is no part
    of it.
    """
    for name, (value, kind) in given.items():
        if not kind.accepts(value):
            raise wrong(name.rstrip("_"), kind.expected, shown(value, kind.is_open))


def check_names(given: Iterable[str], known: Collection[str], of: str) -> None:
    """Raise WrongArgument for the first name that is none of the known ones, with the nearest."""
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
            raise wrong(name, f"a field of {of}", f"a name it does not have{hint}")


def wrong(name: str, expected: str, got: str) -> WrongArgument:
    """Return the exception for an argument: `name: expected X, got Y`."""
    return WrongArgument(f"{name}: expected {expected}, got {got}")


def shown(value: Any, is_open: bool = True) -> str:
    """Return a value as a message shows it: short, in characters that any terminal takes, and no containers' contents."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if is_open and isinstance(value, datetime):
        return f"{value.isoformat()}, which has no time zone" if value.tzinfo is None else value.isoformat()
    if is_open and isinstance(value, int | float | str | bytes):
        text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
        return text if len(text) <= 60 else f"{text[:59]}…"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    article = "an" if type(value).__name__[:1].lower() in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
