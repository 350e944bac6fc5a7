"""Errors: those an API documents, the exception that raises one, and defects of the fake itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .rule import Provenance


@dataclass(frozen=True, eq=False, slots=True)
class ApiError:
    """Error that an API is known to respond with: a row of its catalogue.

    `name` ends the rule's id and `text` is the vendor's, with {fields}. `reason` explains an error that was decided,
    where no source describes one. `charged` is true where the failed call costs as much as a successful one and its
    response has the rate-limit headers.
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
    """Raised to respond with an API error. `at` is the JSON path of the parameter at fault, `fields` fill the text."""

    def __init__(self, error: ApiError, /, at: str = "$", **fields: Any) -> None:
        self.error, self.path, self.fields = error, at, fields
        super().__init__(error.text.format(**fields))


class InternalError(AssertionError):
    """Defect of the fake: a response broke its own schema. Please report it with the text."""
