"""What an answer looks like on the wire: its headers, and its body as compact JSON in PHP's style.

`X-Served-By` and `X-Frame-Options` stand on 200, 201 and 204 and on no other status, as they were recorded.
"""

from __future__ import annotations

from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.http.messages import Pairs
from ...core.storage.clock import HttpDate
from ...core.storage.rendered import json_text
from . import rates, versions
from .views import php

_date = HttpDate()

_NAME = "fakesources"
_JSON = ("Content-Type", "application/json")
_NOTHING = ("Content-Type", "text/html; charset=UTF-8")
_SERVER = ("Server", _NAME)
_SAFETY = (("X-XSS-Protection", "1; mode=block"), ("X-Content-Type-Options", "nosniff"))
_P3P = ("P3P", 'CP="CAO PSA"')
_CROSS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "Authorization,Content-Type"),
    ("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE"),
)
_FRAMED = (("X-Served-By", _NAME), ("X-Frame-Options", "SAMEORIGIN"), ("X-Balanced-By", _NAME))
_UNFRAMED = (("X-Balanced-By", _NAME),)
_FRAMED_STATUSES = frozenset({200, 201, 204})


def headers(call: Call, answer: Result) -> Pairs:
    """The headers of an answer in the recorded order; the request id is the account's next one. A wrong method is told
    the right ones, as HTTP asks for.
    """
    return (
        _SERVER,
        ("Date", _date(call.time)),
        _NOTHING if answer.value is None else _JSON,
        ("X-API-Version", versions.echoed(call)),
        *_SAFETY,
        ("X-DataSift-Request-ID", call.ids.digest("request")),
        _P3P,
        *rates.headers(call),
        *_CROSS,
        *(_FRAMED if answer.status in _FRAMED_STATUSES else _UNFRAMED),
        *((("Allow", ", ".join(call.allowed)),) if call.allowed else ()),
    )


def write(value: Any) -> bytes:
    """A JSON value as PHP writes it: compact, ASCII, every slash escaped."""
    return json_text(value, php).encode("ascii")
