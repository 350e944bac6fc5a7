"""Hooks of a user's own API: what the engine calls, made from its declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from ..core.contract import paths
from ..core.contract.api import LARGE_ROWS, Deferred, Endpoint, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.contract.rule import Rule
from ..core.contract.schemas import SchemaError, json_path
from ..core.contract.validation import describe_expected
from ..core.http.messages import Pairs, replaced
from ..core.storage.clock import HttpDate
from ..core.storage.rendered import json_text
from ..core.text.arguments import check_headers
from .auth import Auth
from .error_bodies import OwnErrors, fields_of, raised
from .rendering import Renderer
from .selections import Selection


class Api(Protocol):
    """Parts of a declared API that its hooks read."""

    auth: Auth
    unauthorized: ApiError
    unreadable: ApiError
    invalid: ApiError
    unknown_query: str
    own_errors: OwnErrors
    headers: Mapping[str, str] | Callable[[Any, Result], Pairs]
    error_media_type: str


# -- handlers ------------------------------------------------------------------------------------------------------


def handler(function: Callable[[Call], Any], success: list[int]) -> Callable[[Call], Result]:
    """Return the handler of an operation: it turns what the function returns into a Result."""
    renderers: dict[int, Renderer] = {}

    def handle(call: Call) -> Result:
        try:
            value, headers = function(call), call.response_headers
        except ApiErrorRaised as error:
            error.fields = fields_of(call, error.error, error.fields)
            raise
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
        views = getattr(call.account, "views", None)
        rows = _longest(value)
        if rows > LARGE_ROWS:
            return Result(status, Deferred(rows, partial(renderer.render, _listed(value), views)), headers)
        return Result(status, renderer.render(value, views), headers)

    return handle


def _longest(value: Any) -> int:
    """Return the length of the longest list in a value."""
    if isinstance(value, list | tuple | Selection):
        return len(value)
    return max(map(_longest, value.values()), default=0) if isinstance(value, dict) else 0


def _listed(value: Any) -> Any:
    """Return a value with the rows that its lists have now."""
    if isinstance(value, list | tuple | Selection):
        return value[:]
    return {name: _listed(inner) for name, inner in value.items()} if isinstance(value, dict) else value


# -- requests ------------------------------------------------------------------------------------------------------


def authenticate(api: Api) -> Callable[[Call], str | None]:
    """Return the hook that names the calling account."""

    def account_of(call: Call) -> str | None:
        if call.endpoint is not None and call.endpoint.public:
            return None
        name = api.auth.account_of(call)
        if name is None:
            raise raised(api.own_errors, call, api.unauthorized)
        return name or None

    return account_of


# -- responses -----------------------------------------------------------------------------------------------------


def invalid(api: Api) -> Callable[[Call, SchemaError], ApiErrorRaised]:
    """Return the hook that makes the API's error of a value that breaks a schema."""

    def from_schema(call: Call, error: SchemaError) -> ApiErrorRaised:
        missing = error.names[0] if error.keyword == "required" and error.names else ""
        field = missing or next((part for part in reversed(error.path) if isinstance(part, str)), "body")
        expected = "a value" if missing else describe_expected(error)
        at = json_path((*error.path, missing)) if missing else error.json_path
        return raised(api.own_errors, call, api.invalid, at, field=field, expected=expected, json_path=at)

    return from_schema


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
        return replaced(tuple(made), own) if own else tuple(made)

    return headers


def serialize(value: Any) -> bytes:
    """Return a JSON value as bytes."""
    return json_text(value).encode()


def path_schema(endpoints: Iterable[Endpoint], source: str) -> dict[str, Any]:
    """Return the schema of the parameters in the paths of some endpoints: texts."""
    names = {name: None for endpoint in endpoints for path in endpoint.paths for name in paths.names(path)}
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
