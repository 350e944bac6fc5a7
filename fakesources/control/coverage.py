"""Operation that returns the coverage of the APIs by the calls since the start of the server."""

from __future__ import annotations

from ..core.contract.api import Result
from ..core.contract.call import Call
from .context import context_of
from .operations import operation


def get_coverage(call: Call) -> Result:
    """Return which documented operations, parameters, errors, responses and changes the calls have met so far."""
    context = context_of(call)
    return Result(200, context.coverage.value(context.services))


ENDPOINTS = (operation("coverage.get", "GET", "/coverage", get_coverage, {200: "coverage"}),)
