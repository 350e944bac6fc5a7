"""Rule: one thing that is enforced or emitted, with its source and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Provenance = Literal["documented", "recorded", "observed", "decided"]
"""Provenance of a fact: written on a page, part of a recorded live response, shown by client code or a third party, or
decided in this project, with a reason.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing the fake enforces or emits.

    `id` is stable and begins with an operation's id, or with the API's name where the rule holds for every operation.
    `source` is the page it was read from, `reason` explains a decided one. `editions` are those it holds in; empty
    means all. `reported` marks the rules of violations; one that an API's table gives for the whole API stands for one
    rule of each operation.
    """

    id: str
    description: str
    source: str
    provenance: Provenance = "documented"
    reason: str = ""
    editions: tuple[str, ...] = ()
    reported: bool = False
