"""Queries and bodies of requests to a user's own API: JSON and forms, by the shapes of the operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from ..core.contract.api import Endpoint
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.schemas import Schema
from ..core.contract.validation import convert_text
from ..core.http.parsing import FORM, JSON, Unreadable, json_of, media_type, pairs_of, text_of
from ..core.text.arguments import is_encodable
from .brackets import Node, is_set, split_name, typed
from .error_bodies import raised
from .hooks import Api


def read_query(api: Api) -> Callable[[Call], None]:
    """Return the hook that reads the query, in which a credential may be."""

    def before_request(call: Call) -> None:
        if call.request.query_string:
            call.query = dict(_query_pairs(api, call))

    return before_request


def parse(api: Api) -> Callable[[Call], None]:
    """Return the hook that reads and validates the query and the body of a call."""

    def read(call: Call) -> None:
        endpoint = call.endpoint
        assert endpoint is not None
        if not all(map(is_encodable, call.path.values())):
            raise raised(api.own_errors, call, api.unreadable, part="path", reason="has a NUL character")
        if call.request.query_string:
            _read_query(api, call, endpoint.query_schema)
        elif endpoint.query_schema:
            call.query = call.validate(endpoint.query_schema, {})
        if endpoint.body_schema:
            call.params = call.validate(endpoint.body_schema, _body(api, call))
        elif call.request.body and not _takes_other_content(call, endpoint):
            _report_unknown(call, "", "a body", "none")

    return read


def _takes_other_content(call: Call, endpoint: Endpoint) -> bool:
    """Return whether an operation takes bodies of the media type of a call, which are not read: `image/png` by `image/*`."""
    media = media_type(call.request.header("content-type"))
    others = [each for each in endpoint.media_types if each not in (JSON, FORM)]
    return any(media == each or (each.endswith("/*") and media.startswith(each[:-1])) for each in others)


def _query_pairs(api: Api, call: Call) -> list[tuple[str, str]]:
    try:
        return pairs_of(call.request.query_string)
    except Unreadable as error:
        raise _unreadable(api, call, "query", f"a query: it {error}", error) from None


def _unreadable(api: Api, call: Call, part: str, expected: str, reason: Unreadable) -> ApiErrorRaised:
    return raised(api.own_errors, call, api.unreadable, part=part, reason=reason, field=part, expected=expected)


def _read_query(api: Api, call: Call, name: str) -> None:
    left = call.query  # without the credential
    pairs = [pair for pair in _query_pairs(api, call) if pair[0] in left]
    if not name:
        call.query = {}
        if api.unknown_query == "report":
            for each in left:
                _report_unknown(call, each, "a parameter", "no query parameters")
        return
    schema = call.service.schema(name)
    given = _named_values(call, schema, pairs)
    if api.unknown_query == "ignore":
        given = {each: value for each, value in given.items() if each in schema.kinds}
    call.query = call.validate(name, given)


def _body(api: Api, call: Call) -> Any:
    request, endpoint = call.request, call.endpoint
    assert endpoint is not None
    media = media_type(request.header("content-type"))
    if not request.body:
        return {}
    repeated: list[str] = []
    try:
        if media == FORM and FORM in endpoint.media_types:
            return _named_values(call, call.service.schema(endpoint.body_schema), pairs_of(text_of(request.body)))
        if all(each == FORM for each in endpoint.media_types):
            raise Unreadable(f"has to be {FORM}, and its Content-Type has to say so")
        value = json_of(text_of(request.body), repeated)
    except Unreadable as error:
        raise _unreadable(api, call, "body", f"JSON: it {error}", error) from None
    call.report_repeated(repeated)
    return value


def _named_values(call: Call, schema: Schema, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return values by name, each of the type that the schema gives it.

    An array is a name that is given several times, `tag=a&tag=b` or `tag[]=a&tag[]=b`, or one text where its items have a
    separator; an object has names in brackets, `metadata[order]=5`, and so has an array of these, `items[0][price]=3`. Any
    other name that is given twice is reported.
    """
    kinds, values = schema.kinds, dict[str, Any]()
    texts, nodes = dict[str, list[str]](), dict[str, Node]()
    shape_of = cache(lambda base: typed(schema).of(base))
    for name, text in pairs:
        base, keys = split_name(name) if "[" in name and name not in kinds else (name, [])
        if kinds.get(base) == "array" and len(keys) < 2 and (not keys or not keys[0] or keys[0].isdecimal()):
            separator, item_kind = schema.separators.get(base), schema.item_kinds.get(base, "")
            items = text.split(separator) if separator else [text]
            values.setdefault(base, []).extend(convert_text(item_kind, each) for each in items)
        elif (
            not keys
            or base not in kinds
            or not shape_of(base).may_have_brackets
            or not is_set(nodes.setdefault(base, {}), keys, text)
        ):
            texts.setdefault(name, []).append(text)
    repeated = []
    for name, given in texts.items():
        if len(given) > 1 and name in kinds and "array" in shape_of(name).kinds:
            values[name] = shape_of(name).value({str(at): text for at, text in enumerate(given)})
            continue
        values[name] = convert_text(kinds.get(name, ""), given[-1])
        if len(given) > 1 or name in nodes:
            repeated.append(name)
    call.report_repeated(repeated)
    return values | {base: shape_of(base).value(node) for base, node in nodes.items()}


def _report_unknown(call: Call, name: str, actual: str, expected: str) -> None:
    call.report(
        "unknown-parameter", path=(name,) if name else (), actual=actual, expected=expected,
        message="A parameter or a body that the operation does not have is ignored.",
    )  # fmt: skip
