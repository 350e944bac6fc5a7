"""Validation of the arguments of public callables, with one error message for all of them.

`check(name=(name, TEXT), times=(times, optional(INTEGER)))` at the top of a method raises WrongArgument for the first
wrong value: `times: expected an integer or None, got '3'`. Values that may be secrets are shown as their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, NamedTuple

from .spelling import suggestion_or_list

# pytest hides these frames: it shows a wrong call at the caller's line, and no arguments, which may be secrets.
__tracebackhide__ = True

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"(?:[!-~\xa0-\xff](?:[\t -~\xa0-\xff]*[!-~\xa0-\xff])?)?")


ENCODABLE = "a text without NUL characters and unpaired surrogates"
"""Description of a text that `is_encodable`, for error messages."""


def is_encodable(text: str) -> bool:
    """Return whether requests and responses can contain a text: encodable as UTF-8, without NUL characters."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


class WrongArgument(TypeError, ValueError):
    """Argument of a wrong type or with a wrong value."""


def hidden_for(*errors: type[Exception]) -> Callable[[Any], bool]:
    """Return the `__tracebackhide__` of a module whose lines pytest leaves out of the tracebacks of these errors alone.

    They are mistakes in a call, and the line of the call is what the reader needs; of any other error all lines are.
    """
    return lambda info: info is not None and isinstance(info.value, errors)


class Kind(NamedTuple):
    """Kind of argument: description and test of accepted values. `is_open` is true if messages may show wrong ones."""

    expected: str
    accepts: Callable[[Any], bool]
    is_open: bool = True


def a(*types: type, expected: str, is_open: bool = True) -> Kind:
    """Return the kind of the instances of some types. A bool is not accepted as an int."""
    return Kind(
        expected, lambda value: isinstance(value, types) and (bool in types or type(value) is not bool), is_open
    )


def optional(kind: Kind) -> Kind:
    """Return a kind that accepts None as well."""
    return Kind(f"{kind.expected} or None", lambda value: value is None or kind.accepts(value), kind.is_open)


def either(*kinds: Kind) -> Kind:
    """Return a kind that accepts the values of any of several kinds."""
    return Kind(
        " or ".join(kind.expected for kind in kinds),
        lambda value: any(kind.accepts(value) for kind in kinds),
        all(kind.is_open for kind in kinds),
    )


def at_least(minimum: int) -> Kind:
    """Return the kind of the integers from a minimum on."""
    return Kind(f"an integer of {minimum} or more", lambda value: INTEGER.accepts(value) and value >= minimum)


def _is_list_of(types: tuple[type, ...]) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str | bytes)
            and all(isinstance(item, types) for item in value)
        )

    return accepts


def list_of(items: str, *types: type) -> Kind:
    """Return the kind of the sequences of instances of some types; `items` describes them in the plural."""
    return Kind(f"a list of {items}", _is_list_of(types), is_open=False)


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
TEXTS = Kind(
    "a mapping of texts",
    lambda value: isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair),
    is_open=False,
)
_FRAMING = ("content-length", "transfer-encoding")
_HEADERS = "header names (RFC 9110, 5.1), and values in Latin-1 without control characters; the fake adds Content-Length itself"


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
"""Body of a response: without NaN, which JSON cannot express, and unpaired surrogates, which UTF-8 cannot."""


def check(**given: tuple[Any, Kind]) -> None:
    """Raise WrongArgument for the first argument that its kind does not accept; `name_` stands for `name`."""
    for name, (value, kind) in given.items():
        if not kind.accepts(value):
            raise wrong(name.rstrip("_"), kind.expected, shown(value, kind.is_open))


def check_headers(pairs: Any) -> None:
    """Raise WrongArgument for headers that are not pairs of texts, and for the first one that HTTP does not allow.

    Its value may be a secret, and is not shown.
    """
    check(headers=(pairs, PAIRS))
    for name, value in pairs:
        is_name = _HEADER_NAME.fullmatch(name) and name.lower() not in _FRAMING
        if not (is_name and _HEADER_VALUE.fullmatch(value)):
            raise wrong("headers", _HEADERS, f"another value of {shown(name)}" if is_name else shown(name))


def check_names(given: Iterable[str], known: Collection[str], of: str) -> None:
    """Raise WrongArgument for the first unknown name; `of` is the name of the object with these fields."""
    for name in given:
        if name not in known:
            raise wrong(name, f"a field of {of}", f"a name it does not have{suggestion_or_list(name, known)}")


def wrong(name: str, expected: str, got: str) -> WrongArgument:
    """Return the exception for an argument: `name: expected X, got Y`."""
    return WrongArgument(f"{name}: expected {expected}, got {got}")


def shown(value: Any, is_open: bool = True) -> str:
    """Return a value for a message: at most 60 printable characters, and only the type of a container."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if is_open and isinstance(value, datetime):
        return f"{value.isoformat()}, which has no time zone" if value.tzinfo is None else value.isoformat()
    if is_open and isinstance(value, int | float | str | bytes):
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:59]}…"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    article = "an" if type(value).__name__[:1].lower() in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
