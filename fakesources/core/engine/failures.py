"""Response to a request on which the fake itself failed, or a function that a test planned in it."""

from __future__ import annotations

import json

from ..contract.errors import InternalError
from ..http.messages import Response


def failure_response(error: BaseException) -> Response:
    """Return a response with status 500 and a JSON body that names the exception."""
    is_internal = isinstance(error, InternalError)
    cause = "the fake has a bug" if is_internal else "the fake failed, or a function that a test planned in it"
    try:
        text = str(error)
    except Exception:
        text = "its text is not available"
    message = f"Nothing is wrong with the request; {cause}: {type(error).__name__}: {text}"
    return Response(500, (("Content-Type", "application/json"),), json.dumps({"error": message}).encode())
