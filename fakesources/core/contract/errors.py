"""Saying no: the Problem is a row of an API's catalogue, Refused is raised with it.

An action raises Refused and nothing else; the engine catches it in one place and hands it to the API's `render`.
`Bug` is ours: an answer that breaks its own schema. It is never turned into a vendor's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .rule import Provenance


@dataclass(frozen=True, eq=False, slots=True)
class ApiError:
    """A refusal the API is known to give: `name` ends the rule's id, `text` is the vendor's, with {fields}.

    `standing` says how well it is known, `docs` where; `reason` why we decided so where no page speaks.
    `rates` tells whether a refused call was charged and its answer carries the rate-limit headers.
    """

    name: str
    status: int
    text: str
    source: str
    description: str
    provenance: Provenance = "documented"
    reason: str = ""
    charged: bool = True


class ApiErrorRaised(Exception):
    """The client asked badly and is told so, in the API's words: an ordinary answer, not a failure."""

    def __init__(self, problem: ApiError, at: str = "$", **fields: Any) -> None:
        self.error, self.path, self.fields = problem, at, fields
        super().__init__(problem.text.format(**fields))


class InternalError(AssertionError):
    """The fake broke its own contract. Never the caller's doing; please report it with the text."""
