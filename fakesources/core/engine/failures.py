"""The response to a request on which the fake itself failed, or something that a test has planned in it."""

from __future__ import annotations

import json

from ..contract.errors import Bug
from ..http.messages import Reply


def failure_reply(error: BaseException) -> Reply:
    """Return a response that says so."""
    blame = "the fake has a bug" if isinstance(error, Bug) else "the fake failed, or something arranged in it"
    try:
        text = str(error)
    except Exception:
        text = "its text cannot be had"
    message = f"Nothing is wrong with the request; {blame}: {type(error).__name__}: {text}"
    return Reply(500, (("Content-Type", "application/json"),), json.dumps({"error": message}).encode())
