"""Specification of the kinds of faults: their arguments, and the types and bounds of these.

Read by the methods of `Faults`, and by the control plane for its JSON, which uses the same names: what is
`faults.respond(operation, 503, times=2)` in Python is `{"operation": ..., "respond": 503, "times": 2}` there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from ..http.messages import Break
from ..text.arguments import (
    BODY,
    BOOLEAN,
    INTEGER,
    MAPPING,
    NUMBER,
    PAIRS,
    TEXT,
    TIMES,
    WHEN,
    Kind,
    optional,
    shown,
    wrong,
)
from ..text.arguments import check as check_kind
from ..text.spelling import did_you_mean

# pytest shows a wrong call at the caller's line, not our frames.
__tracebackhide__ = True

MAX_DELAY_SECONDS = 36_525 * 86_400
"""Longest delay: a hundred years, which a clock can advance by and a server can sleep for."""

DISCONNECTS: tuple[str, ...] = tuple(filter(None, get_args(Break)))
"""Ways in which a connection can fail."""


class Argument(NamedTuple):
    """One argument: its name in Python, its type in Python and in JSON (None: Python only), and its bounds."""

    name: str
    kind: Kind
    json_type: str | tuple[str, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: Any) -> None:
        """Raise WrongArgument for a value of another type or outside the bounds."""
        check_kind(**{self.name: (value, self.kind)})
        if self.minimum is not None and self.maximum is not None and not self.minimum <= value <= self.maximum:
            raise wrong(self.name, f"{self.minimum} to {self.maximum}", shown(value))
        if self.choices and value not in self.choices:
            expected = f"one of {', '.join(self.choices)}"
            raise wrong(self.name, expected, f"{shown(value)}{did_you_mean(value, self.choices)}")

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the argument."""
        types = [self.json_type] if isinstance(self.json_type, str) else list(self.json_type or ())
        keywords = {
            "type": types[0] if len(types) == 1 else types,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": list(self.choices),
        }
        return {name: value for name, value in keywords.items() if value not in (None, [])}


OPERATION = Argument("operation", TEXT, "string")
_WHEN = Argument("when", WHEN, "object")
_TIMES = Argument("times", TIMES, ("integer", "null"), minimum=1)


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault, planned by the method of Faults with its name.

    `value` is the argument after the operation, in JSON the value of the kind's own name; a kind without one has true
    there. `options` are the keyword arguments.
    """

    name: str
    value: Argument | None
    options: tuple[Argument, ...]

    def check(self, **given: Any) -> None:
        """Raise WrongArgument for the first argument that has another type, or is outside its bounds."""
        arguments = {argument.name: argument for argument in (OPERATION, self.value, *self.options) if argument}
        for name, value in given.items():
            arguments[name].check(value)

    def arguments(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of the method, but for the operation, from a JSON object."""
        given = {option.name: document[option.name] for option in self.options if option.name in document}
        return given if self.value is None else {self.value.name: document[self.name], **given}

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """JSON Schemas of the names in the JSON object of such a fault."""
        value = {"type": "boolean", "const": True} if self.value is None else self.value.schema
        options = {option.name: option.schema for option in self.options if option.json_type is not None}
        return {OPERATION.name: OPERATION.schema, self.name: value, **options}


ERROR = FaultKind(
    "error", Argument("name", TEXT, "string"), (_TIMES, _WHEN, Argument("fields", optional(MAPPING), "object"))
)
RESPOND = FaultKind(
    "respond",
    Argument("status", INTEGER, "integer", 200, 599),
    (_TIMES, _WHEN, Argument("body", BODY, ()), Argument("headers", PAIRS)),
)
DISCONNECT = FaultKind(
    "disconnect",
    Argument("how", TEXT, "string", choices=DISCONNECTS),
    (_TIMES, _WHEN, Argument("takes_effect", BOOLEAN, "boolean")),
)
DELAY = FaultKind(
    "delay",
    Argument("seconds", NUMBER, "number", 0, MAX_DELAY_SECONDS),
    (_TIMES, _WHEN, Argument("real", BOOLEAN, "boolean")),
)
HOLD = FaultKind("hold", None, (_WHEN,))

KINDS: Mapping[str, FaultKind] = {kind.name: kind for kind in (ERROR, RESPOND, DISCONNECT, DELAY, HOLD)}
