"""Parameters from wherever they are: query string, form body or JSON body, in any mixture; the last one given wins.

Structured values come as themselves or as JSON text, `validate` in all its recorded spellings. Knows the carriers and
the request shapes' types; what the values mean is the actions' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.contract.schemas import SchemaError
from ...core.contract.validation import described, from_text
from ...core.http.messages import Request
from ...core.http.parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of
from . import errors
from .ignored_params import set_aside


def read(call: Call) -> None:
    """Fill `call.params` with the endpoint's parameters, decoded and held against its shape."""
    assert call.endpoint is not None
    if call.endpoint.public:
        return
    request = call.request
    shape = call.service.schema(call.endpoint.body_schema)
    repeated: list[str] = []
    given: dict[str, Any] = {}
    carrier = "Query string"
    try:
        _take_texts(request.query_string, shape.kinds, given, repeated)
        if request.body:
            carrier = "Request body"
            _take_body(request, shape.kinds, given, repeated)
    except Unreadable as error:
        raise ApiErrorRaised(errors.UNREADABLE, carrier=carrier, why=error) from None
    if "validate" in given:
        given["validate"] = _switch(given["validate"])
    if given.get("parameters") == []:
        given["parameters"] = {}  # how PHP writes an empty object
    set_aside(call.endpoint.id, given, shape.kinds)
    call.params = given
    params = call.validate(call.endpoint.body_schema, given)
    for name in dict.fromkeys(repeated):
        call.report(
            "given-twice", at=(name,), got="given more than once", expected="given once",
            says="Of a parameter that is given more than once the last one is taken.",
        )  # fmt: skip
    call.params = params


def _take_texts(text: str, kinds: Mapping[str, str], given: dict[str, Any], repeated: list[str]) -> None:
    """Add the names and values of a query string or a form, each read as the type its parameter has."""
    for name, value in pairs_of(text):
        if name in given:
            repeated.append(name)
        kind = kinds.get(name, "")
        given[name] = _decoded(value, repeated) if kind in ("array", "object") else from_text(kind, value)


def _take_body(request: Request, kinds: Mapping[str, str], given: dict[str, Any], repeated: list[str]) -> None:
    """Add the parameters of a body: a form where it says so or says nothing, JSON where it says so."""
    text = text_of(request.body)
    media = media_type(request.header("content-type"))
    if is_json(media) or (not media and text.lstrip()[:1] == "{"):
        value = json_of(text, repeated) if text.strip() else {}
        if value == []:  # how PHP writes an empty object
            value = {}
        if not isinstance(value, dict):
            raise Unreadable("must be a JSON object")
        for name, inner in value.items():
            if name in given:
                repeated.append(name)
            structured = type(inner) is str and kinds.get(name) in ("array", "object")
            given[name] = _decoded(inner, repeated) if structured else inner
    elif media in ("", FORM):
        _take_texts(text.strip("\r\n"), kinds, given, repeated)
    else:
        raise Unreadable(f"is {media[:60]}; expected {FORM} or application/json")


def _decoded(text: str, repeated: list[str]) -> Any:
    """A structured value from its JSON text; the text itself where it is none, for the shape to refuse."""
    try:
        return json_of(text, repeated)
    except Unreadable:
        return text


def _switch(value: Any) -> Any:
    """`validate` in any of its spellings: true, "true", "t", "1", [true], ["false"], and the last as JSON text."""
    if isinstance(value, str) and value[:1] == "[":
        value = _decoded(value, [])
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return from_text("boolean", value) if isinstance(value, str) else value


def _missing(call: Call) -> ApiError:
    """Return the refusal of a missing parameter that the operation lists."""
    listed = call.endpoint.errors if call.endpoint is not None else ()
    return errors.MISSING_IN_LOG if errors.MISSING_IN_LOG in listed else errors.MISSING


_BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}


def refuse(call: Call, fault: SchemaError) -> ApiErrorRaised:
    """A broken request shape in DataSift's words."""
    name = fault.json_path.removeprefix("$.").removeprefix("$")
    if fault.keyword == "required":
        name = f"{name}.{fault.names[0]}" if name else fault.names[0]
        return ApiErrorRaised(_missing(call), fault.json_path, name=name)
    if fault.keyword == "minLength":
        return ApiErrorRaised(_missing(call), fault.json_path, name=name)
    if fault.keyword == "enum":
        return ApiErrorRaised(errors.NOT_AMONG, fault.json_path, name=name, values=",".join(map(str, fault.expected)))
    if fault.keyword in _BOUNDS:
        return ApiErrorRaised(
            errors.OUT_OF_RANGE, fault.json_path, name=name, bound=f"{_BOUNDS[fault.keyword]} {fault.expected}"
        )
    kind = described(fault) if fault.keyword == "type" else "value"
    return ApiErrorRaised(errors.NOT_VALID, fault.json_path, name=name or "parameters", kind=kind)
