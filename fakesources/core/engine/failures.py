"""The response to a request on which the fake itself failed, or something that a test has planned in it."""

from __future__ import annotations

import json

from ..contract.errors import InternalError
from ..http.messages import Response


def failure_response(error: BaseException) -> Response:
    """Return a response that says so."""
    blame = "the fake has a bug" if isinstance(error, InternalError) else "the fake failed, or something arranged in it"
    try:
        text = str(error)
    except Exception:
        text = "its text cannot be had"
    message = f"Nothing is wrong with the request; {blame}: {type(error).__name__}: {text}"
    return Response(500, (("Content-Type", "application/json"),), json.dumps({"error": message}).encode())
