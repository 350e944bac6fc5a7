"""Rule: one thing that is enforced or emitted, with its source and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Provenance = Literal["documented", "recorded", "observed", "decided"]
"""Provenance of a fact: a page says it, a live response was recorded with it, client code or a third party shows it, or
it was decided here, with a reason.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing the fake enforces or emits.

    `id` is stable and begins with an operation's id, or with the API's name where it holds for every operation.
    `says` is in our words, `docs` the page it was read from; `standing` is documented, recorded, observed, or decided
    with a `reason`. `editions` are those it holds in; empty means all. `reported` marks the rules that a violation
    carries; where an API's table gives one for the whole API, there is one of each operation.
    """

    id: str
    description: str
    source: str
    provenance: Provenance = "documented"
    reason: str = ""
    editions: tuple[str, ...] = ()
    reported: bool = False
