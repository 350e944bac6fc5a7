"""Headers of a response in the recorded order, and its body as compact JSON in PHP's style.

`X-Served-By` and `X-Frame-Options` are recorded on 200, 201 and 204 and on no other status.
"""

from __future__ import annotations

from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.http.messages import Pairs
from ...core.storage.clock import HttpDate
from ...core.storage.rendered import json_text
from . import rates, versions
from .views import php_json

_date = HttpDate()

_SERVER_NAME = "fakesources"
_JSON_TYPE = ("Content-Type", "application/json")
_NO_BODY_TYPE = ("Content-Type", "text/html; charset=UTF-8")
_SERVER = ("Server", _SERVER_NAME)
_SECURITY = (("X-XSS-Protection", "1; mode=block"), ("X-Content-Type-Options", "nosniff"))
_P3P = ("P3P", 'CP="CAO PSA"')
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "Authorization,Content-Type"),
    ("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE"),
)
_FRAMED = (("X-Served-By", _SERVER_NAME), ("X-Frame-Options", "SAMEORIGIN"), ("X-Balanced-By", _SERVER_NAME))
_UNFRAMED = (("X-Balanced-By", _SERVER_NAME),)
_FRAMED_STATUSES = frozenset({200, 201, 204})


def response_headers(call: Call, result: Result) -> Pairs:
    """Return the headers of a response. A 405 has `Allow` as well, which RFC 9110 requires."""
    return (
        _SERVER,
        ("Date", _date(call.time)),
        _NO_BODY_TYPE if result.value is None else _JSON_TYPE,
        ("X-API-Version", versions.version_header(call)),
        *_SECURITY,
        ("X-DataSift-Request-ID", call.ids.digest("request")),
        _P3P,
        *rates.headers(call),
        *_CORS,
        *(_FRAMED if result.status in _FRAMED_STATUSES else _UNFRAMED),
        *((("Allow", ", ".join(call.allowed)),) if call.allowed else ()),
    )


def serialize(value: Any) -> bytes:
    """Return a JSON value as PHP encodes it: compact, ASCII, every slash escaped."""
    return json_text(value, php_json).encode("ascii")
