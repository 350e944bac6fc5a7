"""The control plane as an Api: its operations, and the hooks that parse a request and render a response."""

from __future__ import annotations

import json
from typing import Any

from ..core.contract.api import Api, Edition, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.schemas import SchemaError, SchemaSource
from ..core.contract.settings import Settings
from ..core.contract.validation import convert_text, describe_expected
from ..core.http.masking import show_at
from ..core.http.messages import Pairs
from ..core.http.parsing import Unreadable, json_of, pairs_of, text_of
from ..core.storage.accounts import Account
from ..core.text.spelling import did_you_mean
from . import (
    accounts,
    actions,
    api_operations,
    client,
    clock,
    coverage,
    documents,
    errors,
    events,
    expectations,
    faults,
    journal,
    rows,
    rules,
    server_info,
    snapshots,
    state,
    violations,
)
from .context import context_of

ENDPOINTS = (
    *server_info.ENDPOINTS,
    *documents.ENDPOINTS,
    *client.ENDPOINTS,
    *api_operations.ENDPOINTS,
    *accounts.ENDPOINTS,
    *rows.ENDPOINTS,
    *actions.ENDPOINTS,
    *state.ENDPOINTS,
    *snapshots.ENDPOINTS,
    *journal.ENDPOINTS,
    *events.ENDPOINTS,
    *violations.ENDPOINTS,
    *expectations.ENDPOINTS,
    *faults.ENDPOINTS,
    *clock.ENDPOINTS,
    *rules.ENDPOINTS,
    *coverage.ENDPOINTS,
)
"""Every operation, in the order of the documentation."""

_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def parse(call: Call) -> None:
    """Fill `call.query` and `call.params`, each validated by the operation's schema. Raises ApiErrorRaised."""
    endpoint = call.endpoint
    assert endpoint is not None
    schema = endpoint.query_schema or "empty.query"
    call.query = call.validate(schema, _parse_query(call, schema))
    if "api" in call.query:
        errors.check_api(call.query["api"], context_of(call).services)
    repeated: list[str] = []
    try:
        body = json_of(text_of(call.request.body), repeated) if call.request.body else {}
    except Unreadable as error:
        raise ApiErrorRaised(errors.MALFORMED, part="body", reason=error) from None
    if repeated:
        raise ApiErrorRaised(errors.MALFORMED, part="body", reason=f"has a name twice: {repeated[0]!r}")
    if endpoint.body_schema or body:
        call.params = call.validate(endpoint.body_schema or "empty", body)


def _parse_query(call: Call, schema: str) -> dict[str, Any]:
    """Return the query's values by name, each converted to the type that its schema gives it."""
    try:
        pairs = pairs_of(call.request.query_string)
    except Unreadable as error:
        raise ApiErrorRaised(errors.MALFORMED, part="query", reason=error) from None
    kinds = call.service.schema(schema).kinds
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise ApiErrorRaised(errors.MALFORMED, part="query", reason=f"has a name twice: {name!r}")
        values[name] = convert_text(kinds.get(name, "string"), value)
    return values


def invalid(call: Call, error: SchemaError) -> ApiErrorRaised:
    """Return the API error of a schema error, with the JSON path, the actual and expected value, and a suggestion."""
    where = "query" if error.file.endswith("query.json") else "body"
    actual, expected, hint = show_at(error.actual, error.path), describe_expected(error), ""
    known = list((error.schema or {}).get("properties", ()))
    if error.keyword == "additionalProperties":
        name = error.names[0]
        actual, expected = repr(name), f"one of {', '.join(known)}" if known else "no parameters"
        hint = did_you_mean(name, known)
        if where == "body" and name in _query_names(call):
            hint = f"; send it in the query: ?{name}="
    elif error.keyword == "minProperties":
        expected = f"at least {error.expected} of {', '.join(known)}"
    elif error.keyword == "oneOf":
        names = [branch["required"][0] for branch in error.expected]
        actual = " and ".join(name for name in names if name in error.actual) or "none"
        expected = f"exactly one of {', '.join(names)}"
    elif error.keyword == "dependentRequired":
        name, [needed] = next(
            (name, needed)
            for name, needed in error.expected.items()
            if name in error.actual and needed[0] not in error.actual
        )
        actual, expected = f"{name} without {needed}", f"{name} only together with {needed}"
    return errors.invalid(error.json_path, actual, expected, where, hint)


def _query_names(call: Call) -> frozenset[str]:
    schema = call.endpoint.query_schema if call.endpoint else ""
    return frozenset(call.service.schema(schema).kinds) if schema else frozenset()


def render_error(raised: ApiErrorRaised) -> Any:
    """Return the JSON value of an error."""
    return {"error": str(raised), "name": raised.error.name}


def response_headers(call: Call, result: Result) -> Pairs:
    """Return the headers of a response, with those that HTTP requires with its status."""
    extra = [*context_of(call).access.headers(call.request)]
    if call.allowed:
        extra.append(("Allow", ", ".join(call.allowed)))
    if call.error is errors.UNAUTHORIZED:
        extra.append(("WWW-Authenticate", "Bearer"))
    return (*(_HEADERS if result.value is not None else _HEADERS[1:]), *extra)


def serialize(value: Any) -> bytes:
    """Return a JSON value as indented UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"  # an unpaired surrogate becomes its JSON escape


def _nothing(_call: Call) -> None:
    return None


EDITION = Edition(name="1", description="The control plane of this version.")

CONTROL: Api[Account] = Api(
    name="control",
    title="The control plane of fakesources",
    hosts=("localhost",),
    endpoints=ENDPOINTS,
    editions={EDITION.name: EDITION},
    no_such_endpoint=errors.NO_SUCH_PATH,
    no_such_method=errors.NO_SUCH_METHOD,
    too_large=errors.TOO_LARGE,
    errors=errors.COMMON,
    error_schema="error",
    secrets=frozenset(),
    open_account=lambda label, seed, _seconds: Account(label, seed, {}),
    before_request=_nothing,
    authenticate=_nothing,
    charge=_nothing,
    parse=parse,
    invalid=invalid,
    render_error=render_error,
    response_headers=response_headers,
    serialize=serialize,
    settings=Settings(),
    schemas=SchemaSource("control"),
    coerces=False,
    security={"token": {"type": "http", "scheme": "bearer", "description": "Token of the server."}},
)
