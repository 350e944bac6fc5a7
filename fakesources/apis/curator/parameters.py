"""Parsing of requests: the query and the body, validated against their schemas.

Extra query parameters are ignored, and reported where they differ in one letter from a parameter of the operation; an
unknown field of a body is reported.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from ...core.contract.misspelt import report_misspelt
from ...core.contract.schemas import SchemaError
from ...core.contract.validation import convert_text, describe_expected
from ...core.http.parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of
from ...core.text.spelling import nearest
from . import errors
from .auth import KEY
from .data import ignored_in_forms, ignored_in_query
from .sent_back import without_shown


def parse_query(call: Call) -> None:
    """Parse the query before authentication, because it holds the key. Raises ApiErrorRaised."""
    text = call.request.query_string
    if not text:
        return
    try:
        pairs = pairs_of(text)
    except Unreadable as error:
        raise ApiErrorRaised(errors.UNREADABLE, part="query", reason=error) from None
    call.query = dict(pairs)
    if len(call.query) != len(pairs):
        known = _query_types(call)
        given = Counter(name for name, _ in pairs)
        call.report_repeated(name for name, times in given.items() if times > 1 and (name == KEY or name in known))


def parse(call: Call) -> None:
    """Set the call's query and parameters. Raises ApiErrorRaised for missing, unreadable or invalid ones."""
    endpoint = call.endpoint
    assert endpoint is not None
    if call.query:
        report_misspelt(call, ignored_in_query())
    if endpoint.query_schema:
        types = _query_types(call)
        values = {name: convert_text(types[name], text) for name, text in call.query.items() if text and name in types}
        call.query = call.validate(endpoint.query_schema, values)
    elif call.query:
        call.query = {}
    if endpoint.body_schema:
        call.params = call.validate(endpoint.body_schema, without_shown(call, _body(call)))


def _query_types(call: Call) -> Any:
    """Return the JSON types of the operation's query parameters by name."""
    endpoint = call.endpoint
    assert endpoint is not None
    return call.service.schema(endpoint.query_schema).kinds if endpoint.query_schema else {}


def _body(call: Call) -> dict[str, Any]:
    """Return the body's fields, without those that are null; none for an empty body. Raises ApiErrorRaised."""
    request = call.request
    if not request.body:
        return {}
    media = media_type(request.header("content-type"))
    try:
        if media == FORM and call.endpoint is not None and FORM in call.endpoint.media_types:
            return {name: text for name, text in pairs_of(text_of(request.body)) if name not in ignored_in_forms()}
        if not is_json(media):
            raise Unreadable("has to be application/json, and its Content-Type has to say so")
        repeated: list[str] = []
        value = json_of(text_of(request.body), repeated)
    except Unreadable as error:
        raise ApiErrorRaised(errors.UNREADABLE, part="body", reason=error) from None
    if not isinstance(value, dict):
        raise ApiErrorRaised(errors.UNREADABLE, part="body", reason="has to be a JSON object")
    call.report_repeated(repeated)
    return {name: inner for name, inner in value.items() if inner is not None}


def invalid(_call: Call, error: SchemaError) -> ApiErrorRaised:
    """Return the API's error for a validation error."""
    if error.keyword == "required":
        return ApiErrorRaised(errors.MISSING, at=error.json_path, field=error.names[0])
    field = str(error.path[-1]) if error.path else "body"
    if error.keyword == "minLength":
        return ApiErrorRaised(errors.MISSING, at=error.json_path, field=field)
    expected = (error.schema or {}).get("title") or describe_expected(error)
    if (
        error.keyword == "enum"
        and isinstance(error.actual, str)
        and (suggestion := nearest(error.actual, map(str, error.expected)))
    ):
        expected += f" (did you mean {suggestion!r}?)"
    return ApiErrorRaised(errors.INVALID, at=error.json_path, field=field, expected=expected)
