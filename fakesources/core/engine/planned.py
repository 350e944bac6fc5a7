"""Planned faults: what is to go wrong, for which requests, and how often."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..contract.errors import ApiError
from ..http.messages import Pairs
from .exchanges import RecordedRequest

Disconnect = Literal["reset", "empty", "truncated", "timeout"]
When = Callable[[RecordedRequest], bool] | Mapping[str, Any] | None
"""Which requests are meant: those a function says yes to, or those with these parameters; None means all."""


@dataclass(eq=False, slots=True)
class PlannedFault:
    """One thing that was arranged. `left` counts down to 0 as it happens; None means every time."""

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
    place: str = ""

    def __repr__(self) -> str:
        often = "every time" if self.remaining is None else f"{self.remaining} to come"
        return f"<{self.type} of {self.operation or 'any operation'}, {often}>"

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
        """Take it back: it happens no more, and that it did not happen is no mistake."""
        self.remaining = 0

    @property
    def unused(self) -> str:
        """Say that it never happened, or not as often as was planned; empty where it did, or was cancelled."""
        if not self.pending or (self.remaining is None and self.count):
            return ""
        often = (
            f"happened {self.count} of {self.count + (self.remaining or 0)} times" if self.count else "never happened"
        )
        return f"{self.type} of {self.operation}: {often}"


def meant(when: When, asked: RecordedRequest) -> bool:
    """Return whether a request is one of those that are meant."""
    if when is None:
        return True
    if callable(when):
        return bool(when(asked))
    return all(name in asked.params and _alike(asked.params[name], value) for name, value in when.items())


def _alike(sent: Any, wanted: Any) -> bool:
    """Text from a form or an address stands for the value it spells."""
    return bool(sent == wanted) or (isinstance(sent, str) and isinstance(wanted, int | float) and sent == str(wanted))


def filled(problem: ApiError, *known: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a problem's text, from the first of `known` that has each; a field nobody knows names itself."""
    names = [name for _, name, _, _ in string.Formatter().parse(problem.text) if name]
    return {name: next((each[name] for each in known if each and name in each), name) for name in names}
