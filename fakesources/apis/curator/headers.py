"""What an answer looks like on the wire: its headers, those for browsers on other origins included, and its body."""

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


def headers(call: Call, answer: Result) -> Pairs:
    """The headers of an answer. An answer without a body is a preflight's; a wrong method is told the right ones."""
    always = (_SERVER, ("Date", _date(call.time)), _ANY_ORIGIN)
    if answer.value is None:
        return (*always, *_PREFLIGHT)
    if call.allowed:
        return (*always, _JSON, ("Allow", ", ".join(call.allowed)))
    return (*always, _JSON)


def write(value: Any) -> bytes:
    """A JSON value as compact ASCII."""
    return json_text(value).encode("ascii")
