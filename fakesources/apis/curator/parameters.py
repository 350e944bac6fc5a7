"""What a request says: its query and its JSON body, read into plain values and held against their shapes.

Knows no account and no row. Extra query parameters are ignored, and reported where they are one slip away from one of
the operation's; an unknown field of a body is reported.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from ...core.contract.misspelt import report_slips
from ...core.contract.schemas import SchemaError
from ...core.contract.validation import described, from_text, nearest
from ...core.http.parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of
from . import errors
from .auth import KEY
from .data import tolerated_in_forms, tolerated_in_query


def enter(call: Call) -> None:
    """Read the query, before anything else: the key is in it. Raises Refused when it cannot be read."""
    text = call.request.query_string
    if not text:
        return
    try:
        pairs = pairs_of(text)
    except Unreadable as no:
        raise ApiErrorRaised(errors.UNREADABLE, part="query", reason=no) from None
    call.query = dict(pairs)
    if len(call.query) != len(pairs):
        asked_for = _kinds(call)
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1 and (name == KEY or name in asked_for):
                _twice(call, name)


def read(call: Call) -> None:
    """Fill the call's query and parameters. Raises Refused for what is missing, unreadable or without a reading."""
    endpoint = call.endpoint
    assert endpoint is not None
    if call.query:
        report_slips(call, tolerated_in_query())
    if endpoint.query_schema:
        kinds = _kinds(call)
        given = {name: from_text(kinds[name], text) for name, text in call.query.items() if text and name in kinds}
        call.query = call.validate(endpoint.query_schema, given)
    elif call.query:
        call.query = {}
    if endpoint.body_schema:
        call.params = call.validate(endpoint.body_schema, _body(call))


def _kinds(call: Call) -> Any:
    endpoint = call.endpoint
    assert endpoint is not None
    return call.service.schema(endpoint.query_schema).kinds if endpoint.query_schema else {}


def _body(call: Call) -> dict[str, Any]:
    """The body's fields; none for an empty body. What is null counts as absent."""
    request = call.request
    if not request.body:
        return {}
    media = media_type(request.header("content-type"))
    try:
        if media == FORM and call.endpoint is not None and FORM in call.endpoint.media_types:
            return {name: text for name, text in pairs_of(text_of(request.body)) if name not in tolerated_in_forms()}
        if not is_json(media):
            raise Unreadable("has to be application/json, and its Content-Type has to say so")
        repeated: list[str] = []
        value = json_of(text_of(request.body), repeated)
    except Unreadable as no:
        raise ApiErrorRaised(errors.UNREADABLE, part="body", reason=no) from None
    if not isinstance(value, dict):
        raise ApiErrorRaised(errors.UNREADABLE, part="body", reason="has to be a JSON object")
    for name in dict.fromkeys(repeated):
        _twice(call, name)
    return {name: inner for name, inner in value.items() if inner is not None}


def _twice(call: Call, name: str) -> None:
    call.report(
        "given-twice", at=(name,), got="given more than once", expected="given once",
        says="Of a parameter that is given twice, the last one counts.",
    )  # fmt: skip


def refuse(_call: Call, fault: SchemaError) -> ApiErrorRaised:
    """A broken shape in Curator's words."""
    if fault.keyword == "required":
        return ApiErrorRaised(errors.MISSING, at=fault.json_path, field=fault.names[0])
    field = str(fault.path[-1]) if fault.path else "body"
    if fault.keyword == "minLength":
        return ApiErrorRaised(errors.MISSING, at=fault.json_path, field=field)
    expected = (fault.schema or {}).get("title") or described(fault)
    if (
        fault.keyword == "enum"
        and isinstance(fault.actual, str)
        and (near := nearest(fault.actual, map(str, fault.expected)))
    ):
        expected += f" (did you mean {near!r}?)"
    return ApiErrorRaised(errors.INVALID, at=fault.json_path, field=field, expected=expected)
