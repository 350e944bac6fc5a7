"""Violations, and what finds them: parameters held against their schema, and sorted into the three kinds of wrong.

What the API would swallow is mended, so that the call goes on as the real one would, and noted as a Violation;
anything else that breaks the schema is a refusal, which the API words. Knows no vendor and no HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from types import TracebackType
from typing import Any, Literal

from ..http.parsing import Unreadable, json_of
from ..text.spelling import nearest as nearest
from .schemas import Schema, SchemaError

Side = Literal["request", "response"]


VIOLATIONS_LIMIT = 100
"""Most violations that are listed of one call. A body of 10,000 wrong names says no more than its first hundred."""

MORE_VIOLATIONS = (
    f"Of one call at most {VIOLATIONS_LIMIT} violations are listed; the last says how many more there are."
)


class RenderedText:
    """A dataclass field for a text, or for a function that renders it when it is first read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type | None = None) -> str:
        if instance is None:
            return ""  # the field's default
        given: str | Callable[[], str] = vars(instance)[self._name]
        text = given if isinstance(given, str) else given()
        vars(instance)[self._name] = text
        return text

    def __set__(self, instance: object, text: str | Callable[[], str]) -> None:
        vars(instance)[self._name] = text


@dataclass(frozen=True)
class Violation:
    """One place where an exchange breaks the contract without anybody being told.

    `at` is the JSON path, `got` what stood there (secrets masked), `expected` what should have; `nearest` the valid
    name or value closest to it. `page` is where the rule was read, `caller` the file and line that made the request,
    when it is known, and `trace` the way there. `api`, `account`, `time` (the fake's, in seconds since 1970) and `exchange`
    (its number in the journal, 0 where it was not recorded) are those of the call; `test` is the test that ran, where the
    code under test has named it. `excerpt` and `curl` may be given as functions, which are called when somebody looks;
    `request_bytes` is this violation's share of the request that is kept until then.
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

    def altered(self, **changes: Any) -> Violation:
        """Return a copy with some fields changed, and nothing rendered for it."""
        copy = object.__new__(Violation)
        vars(copy).update(vars(self) | changes)
        return copy

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields, rendered; frames go into no other process and no copy."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"trace": None}

    def __str__(self) -> str:
        """The one line a summary needs."""
        hint = f" (did you mean {self.suggestion!r}?)" if self.suggestion else ""
        return f"{self.operation} {self.path}: got {self.actual}, expected {self.expected}{hint} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Coerced:
    """Values as the API would take them, what had to be overlooked for that, and what cannot be overlooked."""

    values: Any
    tolerated: tuple[SchemaError, ...] = ()
    errors: tuple[SchemaError, ...] = ()


def coerce(shape: Schema, values: Any) -> Coerced:
    """Hold values against a shape. Unknown names are dropped and scalars of another scalar type are read as the
    one that was wanted (`values` is changed in place); everything else that breaks the shape is refused.

    Refusals come with missing names first, then in the order of the schema. At most a few rounds: mending a value may
    show that it breaks another rule.
    """
    if shape.is_valid(values):
        return Coerced(values)
    overlooked: list[SchemaError] = []
    for _ in range(3):
        refused: list[SchemaError] = []
        for fault in shape.errors(values):
            if fault.keyword == "additionalProperties" and fault.names:
                holder = _at(values, fault.path)
                for name in fault.names:
                    overlooked.append(
                        replace(fault, path=(*fault.path, name), actual=holder.pop(name, None), names=(name,))
                    )
            elif fault.keyword == "type" and fault.path and (reading := _reading(fault)) is not None:
                holder = _at(values, fault.path[:-1])
                holder[fault.path[-1]] = reading[0]
                overlooked.append(fault)
            else:
                refused.append(fault)
        if refused:
            refused.sort(key=lambda fault: fault.keyword != "required")
            return Coerced(values, tuple(overlooked), tuple(refused))
        if shape.is_valid(values):
            break
    return Coerced(values, tuple(overlooked))


def _at(values: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        values = values[part]
    return values


_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_SPELLINGS = {"true": True, "false": False, "t": True, "f": False, "1": True, "0": False}


def _reading(fault: SchemaError) -> tuple[Any] | None:
    """A scalar read as the type that was wanted; None where there is no such reading."""
    if isinstance(fault.actual, (dict, list)) or fault.actual is None:
        return None
    wanted = [fault.expected] if isinstance(fault.expected, str) else list(fault.expected)
    got = fault.actual
    if isinstance(got, str):
        for kind in wanted:
            value = from_text(kind, got)
            if kind != "string" and type(value) is not str:
                return (value,)
        return None
    if "string" in wanted:
        return (str(got).lower() if isinstance(got, bool) else str(got),)
    if "boolean" in wanted and not isinstance(got, bool) and got in (0, 1):
        return (bool(got),)
    if ("integer" in wanted or "number" in wanted) and isinstance(got, bool):
        return (int(got),)
    return None


def from_text(kind: str, text: str) -> Any:
    """Text from a query or a form read as a JSON type; the text itself where it has no such reading."""
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean":
        return _SPELLINGS.get(text.lower(), text)
    if kind in ("array", "object"):
        try:
            return json_of(text)
        except Unreadable:
            return text
    return text


def described(fault: SchemaError) -> str:
    """What a schema wanted at a place, in words."""
    keyword, wanted = fault.keyword, fault.expected
    if keyword == "type":
        return " or ".join([wanted] if isinstance(wanted, str) else list(wanted))
    if keyword == "enum":
        return "one of " + ", ".join(str(value) for value in wanted)
    if keyword == "const":
        return str(wanted)
    if keyword == "required":
        return "also " + ", ".join(repr(name) for name in fault.names)
    if keyword == "additionalProperties":
        return "only known names"
    words = {
        "minimum": "at least", "maximum": "at most", "minLength": "a length of at least", "maxLength": "a length of at most",
        "minItems": "a number of items of at least", "maxItems": "a number of items of at most", "pattern": "text that matches",
    }  # fmt: skip
    return f"{words[keyword]} {wanted}" if keyword in words else fault.message


def shown(value: Any, limit: int = 80) -> str:
    """A value as it appears in a message: JSON, shortened, and with nothing in it that no terminal could be sent."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"
