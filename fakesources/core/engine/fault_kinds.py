"""Specification of the kinds of faults: their arguments, and the types and bounds of these.

Read by the methods of `Faults`, and by the control plane for its JSON, which uses the same names: what is
`faults.respond(operation, 503, times=2)` in Python is `{"operation": ..., "respond": 503, "times": 2}` there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from ..http.messages import Disconnect
from ..text import arguments
from ..text.arguments import Kind, either, optional, shown
from ..text.spelling import any_of, did_you_mean

# pytest shows a wrong call at the caller's line, not our frames.
__tracebackhide__ = True

MAX_DELAY_SECONDS = 36_525 * 86_400
"""Longest delay: a hundred years, which a clock can advance by and a server can sleep for."""

DISCONNECTS: tuple[str, ...] = tuple(filter(None, get_args(Disconnect)))
"""Ways in which a connection can fail."""

_PAIR_SCHEMA = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
_HEADERS_SCHEMA = {
    "type": ["array", "object"],
    "items": _PAIR_SCHEMA,
    "additionalProperties": {"type": "string"},
}


class Argument(NamedTuple):
    """One argument: its name and kind in Python, and its JSON Schema, whose bounds and choices hold in Python too."""

    name: str
    kind: Kind
    schema: Mapping[str, Any]

    def check(self, value: Any) -> None:
        """Raise WrongArgument for a value of another kind, out of bounds, or not among the choices."""
        arguments.check(**{self.name: (value, self.kind)})
        if "maximum" in self.schema and not self.schema["minimum"] <= value <= self.schema["maximum"]:
            raise arguments.wrong(self.name, f"{self.schema['minimum']} to {self.schema['maximum']}", shown(value))
        choices = self.schema.get("enum")
        if choices and value not in choices:
            raise arguments.wrong(self.name, any_of(choices), f"{shown(value)}{did_you_mean(value, choices)}")


OPERATION = Argument("operation", arguments.TEXT, {"type": "string"})
_WHEN = Argument("when", arguments.WHEN, {"type": "object"})
_TIMES = Argument("times", arguments.TIMES, {"type": ["integer", "null"], "minimum": 1})


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
        """Raise WrongArgument for the first argument that is not valid."""
        known = {argument.name: argument for argument in (OPERATION, self.value, *self.options) if argument}
        for name, value in given.items():
            known[name].check(value)

    def arguments(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of the method, but for the operation, from a JSON object."""
        options = {option.name: document[option.name] for option in self.options if option.name in document}
        return options if self.value is None else {self.value.name: document[self.name], **options}

    @property
    def properties(self) -> dict[str, Mapping[str, Any]]:
        """JSON Schema of each property of the JSON object, the operation included."""
        value = {"type": "boolean", "const": True} if self.value is None else self.value.schema
        options = {option.name: option.schema for option in self.options}
        return {OPERATION.name: OPERATION.schema, self.name: value, **options}


ERROR = FaultKind(
    "error",
    Argument("name", arguments.TEXT, {"type": "string"}),
    (_TIMES, _WHEN, Argument("fields", optional(arguments.MAPPING), {"type": "object"})),
)
RESPOND = FaultKind(
    "respond",
    Argument("status", arguments.INTEGER, {"type": "integer", "minimum": 200, "maximum": 599}),
    (
        _TIMES,
        _WHEN,
        Argument("body", arguments.BODY, {}),
        Argument("headers", either(arguments.PAIRS, arguments.TEXTS), _HEADERS_SCHEMA),
    ),
)
DISCONNECT = FaultKind(
    "disconnect",
    Argument("how", arguments.TEXT, {"type": "string", "enum": list(DISCONNECTS)}),
    (_TIMES, _WHEN, Argument("takes_effect", arguments.BOOLEAN, {"type": "boolean"})),
)
DELAY = FaultKind(
    "delay",
    Argument("seconds", arguments.NUMBER, {"type": "number", "minimum": 0, "maximum": MAX_DELAY_SECONDS}),
    (_TIMES, _WHEN, Argument("real", arguments.BOOLEAN, {"type": "boolean"})),
)
HOLD = FaultKind("hold", None, (_WHEN,))

KINDS: Mapping[str, FaultKind] = {kind.name: kind for kind in (ERROR, RESPOND, DISCONNECT, DELAY, HOLD)}
