"""Hooks of a user's own API: what the engine calls, made from its declaration."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.contract.rule import Rule
from ..core.contract.schemas import SchemaError
from ..core.contract.validation import convert_text, describe_expected
from ..core.http.messages import Pairs, replaced
from ..core.http.parsing import FORM, Unreadable, is_encodable, json_of, media_type, pairs_of, text_of
from ..core.storage.clock import HttpDate
from ..core.storage.rendered import json_text
from ..core.text.arguments import HEADERS, PAIRS, check
from .auth import Auth
from .definitions import error_at
from .rendering import Renderer


class Api(Protocol):
    """Parts of a declared API that its hooks read."""

    auth: Auth
    unauthorized: ApiError
    unreadable: ApiError
    invalid: ApiError
    templates: dict[ApiError, Any]
    own_errors: dict[tuple[str, ApiError], ApiError]
    headers: Mapping[str, str] | Callable[[Any, Result], Pairs]
    error_media_type: str
    unknown_query: str


# -- handlers ------------------------------------------------------------------------------------------------------


def check_handler(function: Callable[..., Any], place: str) -> None:
    """Raise DefinitionError unless a function can be called with one argument, the call."""
    if inspect.iscoroutinefunction(function):
        raise error_at(place, f"{function.__name__}: expected a function, got a coroutine function")
    try:
        inspect.signature(function).bind(object())
    except TypeError:
        got = inspect.signature(function)
        raise error_at(
            place, f"{function.__name__}: expected a function of one parameter, (call: Call), got {got}"
        ) from None


def handler(function: Callable[[Call], Any], success: list[int]) -> Callable[[Call], Result]:
    """Return the handler of an operation: it turns what the function returns into a Result."""
    renderers: dict[int, Renderer] = {}

    def handle(call: Call) -> Result:
        value, headers = function(call), call.response_headers
        if isinstance(value, Result):
            check_headers(value.header_pairs)
            headers = (*headers, *value.header_pairs)
            status, value = value.status, value.value
        elif len(success) == 1:
            status = success[0]
        else:
            raise TypeError(
                f"{function.__name__}: expected a Result, since its responses are {success}, got {value!r:.80}"
            )
        assert call.endpoint is not None
        name = call.endpoint.responses.get(status, "")
        shape = call.service.schema(name).schema if name else {}
        renderer = renderers.get(id(shape))
        if renderer is None:
            renderer = renderers[id(shape)] = Renderer(shape)
        return Result(status, renderer.render(value, getattr(call.account, "views", None)), headers)

    return handle


def check_headers(pairs: Pairs) -> None:
    """Raise TypeError for headers that are not pairs of texts, ValueError for those that HTTP does not allow."""
    check(headers=(pairs, PAIRS))
    check(headers=(pairs, HEADERS))


# -- requests ------------------------------------------------------------------------------------------------------


def read_query(api: Api) -> Callable[[Call], None]:
    """Return the hook that reads the query, in which a credential may be."""

    def before_request(call: Call) -> None:
        text = call.request.query_string
        if not text:
            return
        try:
            pairs = pairs_of(text)
        except Unreadable as error:
            raise ApiErrorRaised(api.unreadable, part="query", reason=error) from None
        call.query = dict(pairs)
        _report_repeated(call, (name for name, _ in pairs))

    return before_request


def authenticate(api: Api) -> Callable[[Call], str | None]:
    """Return the hook that names the calling account."""

    def account_of(call: Call) -> str | None:
        if call.endpoint is not None and call.endpoint.public:
            return None
        name = api.auth.account_of(call)
        if name is None:
            raise ApiErrorRaised(own_error(api, call, api.unauthorized))
        return name or None

    return account_of


def parse(api: Api) -> Callable[[Call], None]:
    """Return the hook that reads and validates the query and the body of a call."""

    def read(call: Call) -> None:
        endpoint = call.endpoint
        assert endpoint is not None
        if not all(map(is_encodable, call.path.values())):
            raise ApiErrorRaised(api.unreadable, part="path", reason="has a NUL character")
        if endpoint.query_schema:
            kinds = call.service.schema(endpoint.query_schema).kinds
            given = {name: convert_text(kinds.get(name, ""), text) for name, text in call.query.items()}
            if api.unknown_query == "ignore":
                given = {name: value for name, value in given.items() if name in kinds}
            call.query = call.validate(endpoint.query_schema, given)
        else:
            if api.unknown_query == "report":
                for name in call.query:
                    _report_unknown(call, name)
            call.query = {}
        if endpoint.body_schema:
            call.params = call.validate(endpoint.body_schema, _body(api, call))

    return read


def _body(api: Api, call: Call) -> Any:
    request, endpoint = call.request, call.endpoint
    assert endpoint is not None
    media = media_type(request.header("content-type"))
    if not request.body:
        return {}
    try:
        if media == FORM and FORM in endpoint.media_types:
            kinds = call.service.schema(endpoint.body_schema).kinds
            pairs = pairs_of(text_of(request.body))
            _report_repeated(call, (name for name, _ in pairs))
            return {name: convert_text(kinds.get(name, ""), text) for name, text in pairs}
        if all(each == FORM for each in endpoint.media_types):
            raise Unreadable(f"has to be {FORM}, and its Content-Type has to say so")
        repeated: list[str] = []
        value = json_of(text_of(request.body), repeated)
    except Unreadable as error:
        own = own_error(api, call, api.unreadable)
        raise ApiErrorRaised(own, part="body", reason=error, field="body", expected=f"JSON: it {error}") from None
    for name in dict.fromkeys(repeated):
        _report_twice(call, name)
    return value


def own_error(api: Api, call: Call, general: ApiError) -> ApiError:
    """Return the error of the operation in place of a general one, where it has its own."""
    return api.own_errors.get((call.operation, general), general) if api.own_errors else general


def _report_repeated(call: Call, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            _report_twice(call, name)


def _report_twice(call: Call, name: str) -> None:
    call.report(
        "given-twice", path=(name,), actual="given more than once", expected="given once",
        message="Of a parameter that is given twice, the last one counts.",
    )  # fmt: skip


def _report_unknown(call: Call, name: str) -> None:
    call.report(
        "unknown-parameter", path=(name,), actual="a parameter", expected="no query parameters",
        message="A query parameter that the operation does not have is ignored.",
    )  # fmt: skip


# -- responses -----------------------------------------------------------------------------------------------------


def invalid(api: Api) -> Callable[[Call, SchemaError], ApiErrorRaised]:
    """Return the hook that makes the API's error of a value that breaks a schema."""

    def raised(call: Call, error: SchemaError) -> ApiErrorRaised:
        missing = error.names[0] if error.keyword == "required" and error.names else ""
        field = missing or (str(error.path[-1]) if error.path else "body")
        expected = "a value" if missing else describe_expected(error)
        own = own_error(api, call, api.invalid)
        return ApiErrorRaised(own, error.json_path, field=field, expected=expected, json_path=error.json_path)

    return raised


def response_headers(api: Api) -> Callable[[Call, Result], Pairs]:
    """Return the hook that makes the headers of a response."""
    date = HttpDate()

    def headers(call: Call, result: Result) -> Pairs:
        media = api.error_media_type if call.error is not None else "application/json"
        own = api.headers(call, result) if callable(api.headers) else tuple(api.headers.items())
        made: list[tuple[str, str]] = [("Date", date(call.time))]
        if result.value is not None:
            made.append(("Content-Type", media))
        if call.allowed:
            made.append(("Allow", ", ".join(call.allowed)))
        return replaced(tuple(made), own)

    return headers


def serialize(value: Any) -> bytes:
    """Return a JSON value as bytes."""
    return json_text(value).encode()


def path_schema(endpoints: Iterable[Endpoint], source: str) -> dict[str, Any]:
    """Return the schema of the parameters in the paths of some endpoints: texts."""
    names = {name: None for endpoint in endpoints for path in endpoint.paths for name in re.findall(r"<(\w+)>", path)}
    properties = {
        name: {"type": "string", "description": f"The {name.replace('_', ' ')} in the path."} for name in names
    }
    return {"title": "path", "x-source": source, "type": "object", "properties": properties}


# -- rules ---------------------------------------------------------------------------------------------------------


def rules(name: str, source: str) -> tuple[Rule, ...]:
    """Return the rules about what such an API accepts silently."""
    given = (
        ("unknown-parameter", "A name that the operation does not have is ignored."),
        ("scalar-type", "A scalar of another type is read as the one that was meant."),
        ("given-twice", "Of a parameter that is given twice, the last one counts."),
    )
    return tuple(
        Rule(
            id=f"{name}.{rule}",
            description=text,
            source=source,
            provenance="decided",
            reason="what most servers do",
            reported=True,
        )
        for rule, text in given
    )


def pages(source: str) -> Mapping[str, Mapping[str, str]]:
    """Return the page of an API's source."""
    return {source: {"title": source, "kind": "none" if source == "none" else "page", "where": source}}
