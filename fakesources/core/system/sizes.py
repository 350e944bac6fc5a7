"""Estimated memory use of values, for limits in bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

_SCALAR = 32
_TEXT = 56
_CONTAINER = 72
_ITEM = 32
"""Overhead of CPython's objects in bytes, rounded up."""


def size_of(value: Any) -> int:
    """Return the approximate size in bytes of a value with everything in it, each object once."""
    known: set[int] = set()
    total, stack = 0, [value]
    while stack:
        each = stack.pop()
        kind = type(each)
        if kind is int or kind is float or kind is bool or each is None:
            total += _SCALAR
        elif isinstance(each, str | bytes):
            total += _TEXT + (len(each) if isinstance(each, bytes) or each.isascii() else 4 * len(each))
        elif isinstance(each, Mapping | tuple | list | set | frozenset) or is_dataclass(each):
            if id(each) not in known:
                known.add(id(each))
                parts = _parts(each)
                total += _CONTAINER + _ITEM * len(parts)
                stack += parts
        else:
            total += _SCALAR
    return total


_PARTS = ((b"{", 72), (b"[", 72), (b'"', 32), (b",", 40), (b":", 130), (b"&", 128), (b"%", 25))
"""Bytes that each of these characters can stand for: a container, half a string, an item, a member, a pair."""


def size_of_parsed(text: bytes) -> int:
    """Return the approximate size in bytes of the values of a JSON or form text, without parsing it.

    A large body has too many values to be counted for each request.
    """
    width = 1 if text.isascii() and b"\\u" not in text else 4  # the widest character sets the width of a string
    return width * len(text) + sum([size * text.count(mark) for mark, size in _PARTS])


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    items: Iterable[Any] = value
    if is_dataclass(value):
        items = (getattr(value, field.name) for field in fields(value))
    return list(items)
