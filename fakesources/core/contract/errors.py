"""Errors: those an API documents, the exception that raises one, and defects of the fake itself."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

from .rule import Provenance
from .schemas import SchemaError


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
    """Raised to respond with an API error. `at` is the JSON path of the parameter at fault, `fields` fill the text.

    `tolerated` are the other errors of the same parameters, those that the API accepts silently.
    """

    tolerated: tuple[SchemaError, ...] = ()

    def __init__(self, error: ApiError, /, at: str = "$", **fields: Any) -> None:
        self.error, self.path, self.fields = error, at, fields
        super().__init__(error.text.format_map(_OpenFields(fields)))

    def beside(self, tolerated: tuple[SchemaError, ...]) -> ApiErrorRaised:
        """Return this error with the tolerated ones of the same parameters.

        A function that raises it keeps it in no variable: with its traceback that would be a reference cycle, which holds
        the request until the garbage collector runs.
        """
        self.tolerated = tolerated
        return self


class _OpenFields(dict[str, Any]):
    """Fields of a text, in which a missing one stays open: `{id}`."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def field_names(error: ApiError) -> list[str]:
    """Return the names of the fields of an error's text."""
    return [name for _, name, _, _ in string.Formatter().parse(error.text) if name]


def open_fields(error: ApiError) -> ApiErrorRaised:
    """Return an error as if it was raised, with its fields left open: `Item {id} not found`."""
    return ApiErrorRaised(error, **{name: f"{{{name}}}" for name in field_names(error)})


class InternalError(AssertionError):
    """Defect of the fake: a response broke its own schema. Please report it with the text."""


class DefinitionError(TypeError):
    """A mistake in the definition of an API. The text names file and line, what is wrong and what to do."""
