"""Violations, and the coercion of invalid values that the real API would accept silently."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from itertools import islice
from types import TracebackType
from typing import Any, Literal

from ..http.parsing import Unreadable, json_of
from ..text.spelling import hint
from .schemas import Schema, SchemaError

Side = Literal["request", "response"]

VIOLATIONS_LIMIT = 100
"""Maximum number of violations listed for one call; the rest are counted."""

ERRORS_LIMIT, TOLERATED_LIMIT = 100, 10_000
"""Maximum numbers of errors that are explained at a time, which takes far longer than everything else."""

MORE_VIOLATIONS = f"At most {VIOLATIONS_LIMIT} violations of one call are listed; the last one counts the others."


class RenderedText:
    """Dataclass field that holds a text, or a function that renders it on first access."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type | None = None) -> str:
        if instance is None:
            return ""  # the field's default
        value: str | Callable[[], str] = vars(instance)[self._name]
        text = value if isinstance(value, str) else value()
        vars(instance)[self._name] = text
        return text

    def __set__(self, instance: object, text: str | Callable[[], str]) -> None:
        vars(instance)[self._name] = text


@dataclass(frozen=True)
class Violation:
    """One place where an exchange breaks the contract and the real API would not report it.

    `path` is a JSON path, `actual` the value there (secrets masked), `suggestion` the nearest valid name or value.
    `location` is the file and line that made the request, when known, and `trace` its traceback. `api`, `account`,
    `time` (the fake's, in seconds since 1970) and `exchange` (number in the journal, 0 where not recorded) are those of
    the call; `test` is the id of the running test, where the code under test has named it. `snippet` and `curl` may be
    given as functions, called on first access; `request_bytes` is this violation's share of the request that is kept
    until then.
    """

    rule: str
    operation: str
    path: str
    actual: str
    expected: str
    message: str
    source: str = ""
    suggestion: str = ""
    side: Side = "request"
    location: str = ""
    snippet: RenderedText = RenderedText()
    curl: RenderedText = RenderedText()
    trace: TracebackType | None = field(default=None, repr=False, compare=False)
    api: str = field(default="", repr=False, compare=False)
    account: str = field(default="", repr=False, compare=False)
    time: float = field(default=0.0, repr=False, compare=False)
    exchange: int = field(default=0, repr=False, compare=False)
    test: str = field(default="", compare=False)
    request_bytes: int = field(default=0, repr=False, compare=False)

    def copy_with(self, **changes: Any) -> Violation:
        """Return a copy with some fields changed, without rendering any text."""
        copy = object.__new__(Violation)
        vars(copy).update(vars(self) | changes)
        return copy

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields with their texts rendered, and without the traceback, which cannot be pickled."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"trace": None}

    def __str__(self) -> str:
        """Return the violation as one line of a summary."""
        return f"{self.operation} {self.path}: expected {self.expected}, got {self.actual}{hint(self.suggestion)} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Coerced:
    """Values as the API would read them, the errors it would tolerate, and the errors it would not."""

    values: Any
    tolerated: tuple[SchemaError, ...] = ()
    errors: tuple[SchemaError, ...] = ()


def coerce(schema: Schema, values: Any) -> Coerced:
    """Coerce what can be of values that are not valid: drop unknown names, convert scalars to the expected scalar type.

    `values` is changed in place. Errors are sorted: missing names first, then in the order of the schema; the first
    ERRORS_LIMIT decide. Of more than TOLERATED_LIMIT values to coerce, the rest are errors.
    """
    tolerated: list[SchemaError] = []
    for _ in range(3):  # a coerced value may break another rule
        errors: list[SchemaError] = []
        coercible: list[tuple[SchemaError, tuple[Any] | None]] = []
        for error in islice(schema.iterate_errors(values), TOLERATED_LIMIT):
            converted = _convert(error) if error.keyword == "type" and error.path else None
            if converted or (error.keyword == "additionalProperties" and error.names):
                coercible.append((error, converted))
                continue
            errors.append(error)
            if len(errors) == ERRORS_LIMIT:
                break
        for error, converted in coercible:
            if converted:
                _value_at(values, error.path[:-1])[error.path[-1]] = converted[0]
                tolerated.append(error)
            else:
                tolerated += _drop_names(values, error)
        if errors:
            errors.sort(key=lambda error: error.keyword != "required")
            return Coerced(values, tuple(tolerated), tuple(errors))
        if schema.is_valid(values):
            return Coerced(values, tuple(tolerated))
    return Coerced(values, tuple(tolerated), tuple(islice(schema.iterate_errors(values), 1)))


def _drop_names(values: Any, error: SchemaError) -> Iterator[SchemaError]:
    """Drop the unknown names of an error, and yield an error for each of them."""
    parent, keyword, expected, schema = _value_at(values, error.path), error.keyword, error.expected, error.schema
    for name in error.names:  # dataclasses.replace takes ten times as long
        actual, path = parent.pop(name, None), (*error.path, name)
        yield SchemaError(path, keyword, expected, actual, error.message, error.file, (name,), schema)


def _value_at(values: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        values = values[part]
    return values


_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "t": True, "f": False, "1": True, "0": False}


def _convert(error: SchemaError) -> tuple[Any] | None:
    """Return a scalar converted to an expected type, in a tuple, or None where no conversion applies."""
    actual = error.actual
    if isinstance(actual, (dict, list)) or actual is None:
        return None
    expected = [error.expected] if isinstance(error.expected, str) else list(error.expected)
    if isinstance(actual, str):
        for kind in expected:
            value = convert_text(kind, actual)
            if kind != "string" and type(value) is not str:
                return (value,)
        return None
    if "string" in expected:
        return (str(actual).lower() if isinstance(actual, bool) else str(actual),)
    if "boolean" in expected and not isinstance(actual, bool) and actual in (0, 1):
        return (bool(actual),)
    if ("integer" in expected or "number" in expected) and isinstance(actual, bool):
        return (int(actual),)
    return None


def convert_text(kind: str, text: str) -> Any:
    """Return text from a query or a form converted to a JSON type, or the text itself where it cannot be."""
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean":
        return _BOOLEANS.get(text.lower(), text)
    if kind in ("array", "object"):
        try:
            return json_of(text)
        except Unreadable:
            return text
    return text


def describe_expected(error: SchemaError) -> str:
    """Return the text after "expected" for a schema error: `one of 1, 2`, `at least 3`."""
    keyword, expected = error.keyword, error.expected
    if keyword == "type":
        return " or ".join([expected] if isinstance(expected, str) else list(expected))
    if keyword == "enum":
        return "one of " + ", ".join(str(value) for value in expected)
    if keyword == "const":
        return str(expected)
    if keyword == "required":
        return "also " + ", ".join(repr(name) for name in error.names)
    if keyword == "additionalProperties":
        return "only known names"
    words = {
        "minimum": "at least", "maximum": "at most", "minLength": "a length of at least", "maxLength": "a length of at most",
        "minItems": "a number of items of at least", "maxItems": "a number of items of at most", "pattern": "text that matches",
    }  # fmt: skip
    return f"{words[keyword]} {expected}" if keyword in words else error.message
