"""Options: fields of a dataclass that carry their help, the parser of their text and the types they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .arguments import ENCODABLE, is_encodable, shown

_UNITS = {"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_MAX_DIGITS = 18
_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{_MAX_DIGITS}}}")
_EXPECTED: Mapping[type, str] = {bool: "True or False", int: "an integer", str: "a text", Mapping: "a mapping"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: everything that offering it as a keyword, a flag, a variable or an ini entry takes.

    `types` and `words` are what a value may be besides the default; `expected` describes them in a message.
    """

    name: str
    default: Any
    help: str
    metavar: str
    parse: Callable[[str], Any]
    types: tuple[type, ...]
    words: tuple[str, ...]
    expected: str

    def read(self, text: str) -> Any:
        """Return the value of a text. Raises ValueError with the option's name and what was expected."""
        try:
            return self.parse(text)
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from None

    def type_error(self, value: Any) -> str:
        """Return an error for a value of a type that the option does not take; empty where it takes it."""
        if value is self.default:
            return ""
        if isinstance(value, str) and str in self.types and not is_encodable(value):
            return f"{self.name}: expected {ENCODABLE}, got {value!a}"
        if isinstance(value, self.types) and (type(value) is not bool or bool in self.types):
            return ""
        if isinstance(value, str) and value in self.words:
            return ""
        got = f"a {type(value).__name__}" if Mapping in self.types else repr(value)  # a mapping may hold keys
        return f"{self.name}: expected {self.expected}, got {got}"


def option(
    default: Any,
    help: str,
    metavar: str,
    parse: Callable[[str], Any] = str,
    *,
    types: tuple[type, ...] = (),
    words: tuple[str, ...] = (),
    expected: str = "",
    is_secret: bool = False,
) -> Any:
    """Return a dataclass field for an option."""
    types = types or (type(default),)
    metadata = {
        "help": help, "metavar": metavar, "parse": parse, "types": types, "words": words,
        "expected": expected or _EXPECTED[types[0]],
    }  # fmt: skip
    return field(default=default, repr=not is_secret, metadata=metadata)


def same_option(owner: type, name: str) -> Any:
    """Return a dataclass field for the option that another dataclass has under the same name."""
    known = next(each for each in fields(owner) if each.name == name)
    return field(default=known.default, repr=known.repr, metadata=known.metadata)


def options_of(owner: type) -> dict[str, Option]:
    """Return the options of a dataclass by name, in the order of its fields."""
    return {each.name: Option(each.name, each.default, **each.metadata) for each in fields(owner) if each.metadata}


def parse_integer(text: str) -> int:
    """Return an integer. Raises ValueError."""
    number = text.strip()
    if not _INTEGER.fullmatch(number):
        raise ValueError(f"expected an integer{_limit_for(number)}, got {shown(text)}")
    return int(number)


def _limit_for(number: str) -> str:
    """Return the limit on digits for the message about a text of more digits, which Python may refuse to convert."""
    return f" of at most {_MAX_DIGITS} digits" if len(number) > _MAX_DIGITS and number.lstrip("+-").isdecimal() else ""


def parse_boolean(text: str) -> bool:
    """Return True for yes, true, on and 1, False for their opposites. Raises ValueError."""
    word = text.strip().lower()
    if word in ("yes", "true", "on", "1"):
        return True
    if word in ("no", "false", "off", "0"):
        return False
    raise ValueError(f"expected yes or no, got {text!r}")


def parse_bytes(text: str) -> int:
    """Return a number of bytes, with a unit or without: `65536`, `64KiB`, `32 MiB`. Raises ValueError."""
    number, factor = text.strip().lower(), 1
    if number[-3:] in _UNITS:
        number, factor = number[:-3].strip(), _UNITS[number[-3:]]
    if number.startswith(("+", "-")) or not _INTEGER.fullmatch(number):
        raise ValueError(f"expected a number of bytes such as 65536 or 32MiB{_limit_for(number)}, got {shown(text)}")
    return int(number) * factor


def parse_entries(text: str) -> list[str]:
    """Return the entries of a list that is separated by commas or line breaks."""
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
