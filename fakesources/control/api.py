"""The control plane as an Api: its rows, and the functions that the engine's router and validation ask of one."""

from __future__ import annotations

import json
from typing import Any

from ..core.contract.api import Api, Edition, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.schemas import SchemaError
from ..core.contract.settings import Settings
from ..core.contract.validation import described, from_text, nearest, shown
from ..core.http.messages import Pairs
from ..core.http.parsing import Unreadable, json_of, pairs_of, text_of
from ..core.storage.accounts import Account
from . import clock, errors, faults, journal, rules, server_info, snapshots, state, violations
from .context import context_of
from .operations import row

ENDPOINTS = (
    *server_info.ENDPOINTS,
    *state.ENDPOINTS,
    *snapshots.ENDPOINTS,
    *journal.ENDPOINTS,
    *violations.ENDPOINTS,
    *faults.ENDPOINTS,
    *clock.ENDPOINTS,
    *rules.ENDPOINTS,
)
"""Every operation, in the order in which a reader wants to know of them."""

_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


PREFLIGHT = row(
    "preflight",
    "OPTIONS",
    "",
    lambda _: Result(204),
    "Tell a browser what a page of an allowed origin may send.",
    {204: ""},
)
"""The row of every preflight, at whatever path; it is no operation of its own."""


def parse(call: Call) -> None:
    """Fill `call.query` and `call.params`, each validated by the row's schema. Raises Refused."""
    endpoint = call.endpoint
    assert endpoint is not None
    schema = endpoint.query_schema or "nothing.query"
    call.query = call.validate(schema, _query(call, schema))
    api = call.query.get("api")
    known = list(context_of(call).services)
    if api is not None and api not in known:
        raise ApiErrorRaised(errors.NO_SUCH_API, api=api, known=" and ".join(map(repr, known)))
    try:
        body = json_of(text_of(call.request.body)) if call.request.body else {}
    except Unreadable as why:
        raise ApiErrorRaised(errors.UNREADABLE, part="body", reason=why) from None
    if endpoint.body_schema or body:
        call.params = call.validate(endpoint.body_schema or "nothing", body)


def _query(call: Call, schema: str) -> dict[str, Any]:
    """The query's values by name, each read as its schema wants it."""
    try:
        pairs = pairs_of(call.request.query_string)
    except Unreadable as why:
        raise ApiErrorRaised(errors.UNREADABLE, part="query", reason=why) from None
    kinds = call.service.schema(schema).kinds
    values = {name: from_text(kinds.get(name, "string"), value) for name, value in pairs}
    if len(values) < len(pairs):
        raise ApiErrorRaised(errors.UNREADABLE, part="query", reason="has a name twice")
    return values


def invalid(call: Call, fault: SchemaError) -> ApiErrorRaised:
    """Word a schema error: the place, what stood there, what was expected, and the nearest known name."""
    endpoint, in_query = call.endpoint, fault.file.endswith("query.json")
    where = "the query" if in_query else "the body"
    known = (fault.schema or {}).get("properties", {})
    if fault.keyword != "additionalProperties":
        return errors.invalid(fault.json_path, shown(fault.actual), described(fault), where)
    name = fault.names[0]
    near = nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else ""
    if (
        not in_query
        and endpoint is not None
        and endpoint.query_schema
        and name in call.service.schema(endpoint.query_schema).kinds
    ):
        hint = f"; it belongs in the query: ?{name}="
    expected = f"one of {', '.join(known)}" if known else described(fault)
    return errors.invalid(fault.json_path, repr(name), expected, where, hint)


def render(refused: ApiErrorRaised) -> Any:
    """Return the JSON value of a refusal."""
    return {"error": str(refused), "problem": refused.error.name}


def headers(call: Call, answer: Result) -> Pairs:
    """Return the headers of a response, with those that HTTP wants with its status."""
    extra = [*context_of(call).access.headers(call.request)]
    if call.allowed:
        extra.append(("Allow", ", ".join(call.allowed)))
    if call.error is errors.NO_TOKEN:
        extra.append(("WWW-Authenticate", "Bearer"))
    return (*(_HEADERS if answer.value is not None else _HEADERS[1:]), *extra)


def write(value: Any) -> bytes:
    """Return a JSON value as indented UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"  # of an unpaired surrogate that is its escape in JSON


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
    errors=errors.EVERYWHERE,
    error_schema="error",
    secrets=frozenset({"authorization", "token", "api_key"}),
    open_account=lambda label, seed, _seconds: Account(label, seed, {}),
    before_request=_nothing,
    authenticate=_nothing,
    charge=_nothing,
    parse=parse,
    invalid=invalid,
    render_error=render,
    response_headers=headers,
    serialize=write,
    settings=Settings(),
    coerces=False,
)
