"""Request parameters: from the query string, a form or a JSON body, in any mixture; the last value of a name counts.

Structured values come as themselves or as JSON text, `validate` in all its recorded spellings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.contract.schemas import SchemaError
from ...core.contract.validation import convert_text, describe_expected
from ...core.http.messages import Request
from ...core.http.parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of
from . import errors
from .ignored_params import drop_ignored

_BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}


def parse(call: Call) -> None:
    """Set `call.params` to the operation's parameters, parsed and validated. Raises ApiErrorRaised."""
    endpoint, request = call.endpoint, call.request
    assert endpoint is not None
    if endpoint.public:
        return
    kinds = call.service.schema(endpoint.body_schema).kinds
    repeated: list[str] = []
    params: dict[str, Any] = {}
    part = "Query string"
    try:
        _parse_pairs(request.query_string, kinds, params, repeated)
        if request.body:
            part = "Request body"
            _parse_body(request, kinds, params, repeated)
    except Unreadable as error:
        raise ApiErrorRaised(errors.UNREADABLE, part=part, reason=error) from None
    if "validate" in params:
        params["validate"] = _parse_validate(params["validate"])
    if params.get("parameters") == []:
        params["parameters"] = {}  # PHP encodes an empty object as an empty array
    drop_ignored(endpoint.id, params, kinds)
    call.params = params
    valid = call.validate(endpoint.body_schema, params)
    if repeated:
        call.report_repeated(repeated)
    call.params = valid


def _parse_pairs(text: str, kinds: Mapping[str, str], params: dict[str, Any], repeated: list[str]) -> None:
    """Add the parameters of a query string or a form, each converted to its type."""
    for name, value in pairs_of(text):
        if name in params:
            repeated.append(name)
        kind = kinds.get(name, "")
        params[name] = _parse_json(value, repeated) if kind in ("array", "object") else convert_text(kind, value)


def _parse_body(request: Request, kinds: Mapping[str, str], params: dict[str, Any], repeated: list[str]) -> None:
    """Add the parameters of a body: JSON or a form by its media type, and without one by its first character."""
    text = text_of(request.body)
    media = media_type(request.header("content-type"))
    if is_json(media) or (not media and text.lstrip()[:1] == "{"):
        value = json_of(text, repeated) if text.strip() else {}
        if value == []:  # PHP encodes an empty object as an empty array
            value = {}
        if not isinstance(value, dict):
            raise Unreadable("must be a JSON object")
        for name, inner in value.items():
            if name in params:
                repeated.append(name)
            is_json_text = type(inner) is str and kinds.get(name) in ("array", "object")
            params[name] = _parse_json(inner, repeated) if is_json_text else inner
    elif media in ("", FORM):
        _parse_pairs(text.strip("\r\n"), kinds, params, repeated)
    else:
        raise Unreadable(f"is {media[:60]}; expected {FORM} or application/json")


def _parse_json(text: str, repeated: list[str]) -> Any:
    """Return a structured value from its JSON text, or the text itself if it is invalid, for validation to reject."""
    try:
        return json_of(text, repeated)
    except Unreadable:
        return text


def _parse_validate(value: Any) -> Any:
    """Return the boolean of `validate` from any spelling: true, "true", "t", "1", [true], ["false"], '["false"]'."""
    if isinstance(value, str) and value[:1] == "[":
        value = _parse_json(value, [])
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return convert_text("boolean", value) if isinstance(value, str) else value


def invalid(call: Call, error: SchemaError) -> ApiErrorRaised:
    """Return a validation error as DataSift's error."""
    name = error.json_path.removeprefix("$.").removeprefix("$")
    if error.keyword == "required":
        name = f"{name}.{error.names[0]}" if name else error.names[0]
        return ApiErrorRaised(_missing(call), error.json_path, field=name)
    if error.keyword == "minLength":
        return ApiErrorRaised(_missing(call), error.json_path, field=name)
    if error.keyword == "enum":
        return ApiErrorRaised(errors.NOT_AMONG, error.json_path, field=name, values=",".join(map(str, error.expected)))
    if error.keyword in _BOUNDS:
        bound = f"{_BOUNDS[error.keyword]} {error.expected}"
        return ApiErrorRaised(errors.OUT_OF_RANGE, error.json_path, field=name, bound=bound)
    kind = describe_expected(error) if error.keyword == "type" else "value"
    return ApiErrorRaised(errors.NOT_VALID, error.json_path, field=name or "parameters", kind=kind)


def _missing(call: Call) -> ApiError:
    """Return the error of a missing parameter that the operation lists."""
    listed = call.endpoint.errors if call.endpoint is not None else ()
    return errors.MISSING_IN_LOG if errors.MISSING_IN_LOG in listed else errors.MISSING
