"""Response headers, including CORS headers for browsers, and the JSON serialization of bodies."""

from __future__ import annotations

from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.http.messages import Pairs
from ...core.storage.clock import HttpDate
from ...core.storage.rendered import json_text

_date = HttpDate()

_SERVER = ("Server", "fakesources")
_JSON = ("Content-Type", "application/json")
_ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Requested-With, Accept, Cache-Control"),
    ("Access-Control-Max-Age", "600"),
)


def response_headers(call: Call, result: Result) -> Pairs:
    """Return the headers of a response: those of a preflight where there is no body, `Allow` after a wrong method."""
    common = (_SERVER, ("Date", _date(call.time)), _ANY_ORIGIN)
    if result.value is None:
        return (*common, *_PREFLIGHT)
    if call.allowed:
        return (*common, _JSON, ("Allow", ", ".join(call.allowed)))
    return (*common, _JSON)


def serialize(value: Any) -> bytes:
    """Return a JSON value as compact ASCII."""
    return json_text(value).encode("ascii")
