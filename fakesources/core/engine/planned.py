"""Planned faults: what goes wrong, for which requests, and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..contract.errors import ApiError, field_names
from ..http.messages import Disconnect, Pairs
from .exchanges import RecordedRequest

When = Callable[[RecordedRequest], bool] | Mapping[str, Any] | None
"""Condition of a fault: a function of the request, or the parameters it must have; None accepts every request."""


@dataclass(eq=False, slots=True)
class PlannedFault:
    """One planned fault. `remaining` counts down to 0 as it happens; None is every time. `number` identifies it."""

    operation: str
    type: str
    when: When
    remaining: int | None
    error: ApiError | None = None
    fields: Mapping[str, Any] | None = None
    status: int = 0
    body: Any = None
    headers: Pairs = ()
    disconnect: Disconnect | Literal[""] = ""
    takes_effect: bool = False
    delay: float | None = None
    real: bool = False
    count: int = 0
    location: str = ""
    number: int = 0

    def __repr__(self) -> str:
        often = "every time" if self.remaining is None else f"{self.remaining} to come"
        return f"<{self.type} of {self.operation}, {often}>"

    @property
    def pending(self) -> bool:
        """Return whether it is still to happen."""
        return self.remaining is None or self.remaining > 0

    def count_one(self) -> None:
        """Count that it happens now."""
        self.count += 1
        if self.remaining is not None:
            self.remaining -= 1

    def cancel(self) -> None:
        """Cancel it: it happens no more, and is not reported as unused."""
        self.remaining = 0

    @property
    def unused(self) -> str:
        """Description of a fault that never happened, or less often than planned; empty for any other."""
        if not self.pending or (self.remaining is None and self.count):
            return ""
        often = (
            f"happened {self.count} of {self.count + (self.remaining or 0)} times" if self.count else "never happened"
        )
        return f"{self.type} of {self.operation}: {often}"


def matches(when: When, request: RecordedRequest) -> bool:
    """Return whether a request meets a condition."""
    if when is None:
        return True
    if callable(when):
        return bool(when(request))
    return all(name in request.params and _is_equal(request.params[name], value) for name, value in when.items())


def _is_equal(actual: Any, expected: Any) -> bool:
    """Return whether two values are equal, where a number equals its text from a form or a path."""
    if actual == expected:
        return True
    return isinstance(actual, str) and isinstance(expected, int | float) and actual == str(expected)


def error_fields(error: ApiError, *sources: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of an error's text, each from the first of `sources` that has it, else its own name."""
    return {
        name: next((source[name] for source in sources if source and name in source), name)
        for name in field_names(error)
    }
