"""The control plane behind one function from Request to Response, on the engine's router and validation.

A request is authorized, routed to its operation, validated by the operation's schemas and handled; the response is
validated by its schema too. Nothing of it enters the journal.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.responses import validated_response
from ..core.engine.routing import Route, route
from ..core.engine.waiting import Steps, Wait
from ..core.http.messages import Limit, Request, Response, default_limit, encodable
from ..core.system.real_time import monotonic
from ..core.text.spelling import did_you_mean
from . import ROOT, errors
from .access import SAFE_METHODS
from .api import CONTROL, EDITION
from .context import ControlContext
from .journal import WouldBlock
from .operations import PREFLIGHT, Content


class ControlPlane:
    """The control plane of one server. `limit` returns the largest body in bytes of a request target."""

    def __init__(self, context: ControlContext, limit: Limit = default_limit) -> None:
        self._context = context
        self._access = context.access
        self._limit = limit
        self._service = Service(CONTROL, EDITION, context, context.fake.clock, 0)

    def authorise(self, head: Request) -> Response | None:
        """Return the error response to a request of which only the head was received, None where it may go on."""
        call = self._call(head)
        try:
            self._check(call, _content_length(head))
        except ApiErrorRaised as raised:
            return self._error_response(call, raised)
        return None

    def steps(self, request: Request) -> Steps:
        """Handle a request step by step, as `core.engine.waiting` describes.

        Raises InternalError where a response does not match its own schema.
        """
        call = self._call(request)
        call.time = monotonic()  # start of the request, from which its `wait` counts
        try:
            endpoint = self._check(call, len(request.body))
            CONTROL.parse(call)
            result = yield from _handle(call, endpoint)
        except ApiErrorRaised as raised:
            return self._error_response(call, raised)
        if endpoint.documented[0] not in SAFE_METHODS:  # something may have changed that others wait for
            self._context.writes += 1
            self._context.fake.journal.wake()
        return _response(call, result)

    def operation(self, request: Request) -> str:
        """Return the id of a request's operation, empty where it has none."""
        endpoint = find(request).endpoint
        return endpoint.id if endpoint is not None else ""

    def _call(self, request: Request) -> Call:
        return Call(self._service, request.encodable())

    def _check(self, call: Call, size: int) -> Endpoint:
        """Route and authorize a call, and return its endpoint. Raises ApiErrorRaised."""
        request = call.request
        found = find(request)
        call.endpoint, call.path = found.endpoint, found.values
        if found.allowed and self._access.is_preflight(request):
            call.endpoint = PREFLIGHT
        self._access.check(request, is_public=call.endpoint is not None and call.endpoint.public)
        if call.endpoint is None:
            call.allowed = found.allowed
            raise _not_found(request, found)
        limit = self._limit(request.target)
        if size > limit:
            raise ApiErrorRaised(errors.TOO_LARGE, limit=limit)
        return call.endpoint

    def _error_response(self, call: Call, raised: ApiErrorRaised) -> Response:
        call.error = raised.error
        return _response(call, Result(raised.error.status, CONTROL.render_error(raised)))


def _response(call: Call, result: Result) -> Response:
    value = result.value
    if isinstance(value, Content):
        headers = (("Content-Type", value.media_type), *CONTROL.response_headers(call, Result(result.status)))
        return Response(result.status, headers, value.body, pieces=value.pieces)
    # Some versions of jsonschema-rs fail on texts that UTF-8 cannot encode.
    return validated_response(call, result._replace(value=_encodable(value)))


def _encodable(value: Any) -> Any:
    """Return a JSON value without lone surrogates."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {encodable(name): _encodable(inner) for name, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _handle(call: Call, endpoint: Endpoint) -> Generator[Wait, None, Result]:
    """Call the handler again until it no longer has to wait, and return its result."""
    while True:
        try:
            return endpoint.handler(call)
        except WouldBlock as pending:
            seconds, event = pending.seconds, pending.event
        try:
            yield Wait(seconds, event)
        finally:
            event.cancel()


def find(request: Request) -> Route:
    """Return the route of a request, with or without a slash at the end of its path; a parameter may have an encoded one."""
    found = route(CONTROL, False, request.method, request.raw_path.rstrip("/"))
    if "%" not in request.raw_path:
        return found
    if found.endpoint is None:
        return route(CONTROL, False, request.method, request.path.rstrip("/"))
    return replace(found, values={name: unquote(value) for name, value in found.values.items()})


def _not_found(request: Request, found: Route) -> ApiErrorRaised:
    if found.allowed:
        allowed = ", ".join(found.allowed)
        return ApiErrorRaised(errors.NO_SUCH_METHOD, target=request.path, allowed=allowed, method=request.method)
    target = request.path.removeprefix(ROOT)
    known = {path.removeprefix(ROOT) for endpoint in CONTROL.endpoints for path in endpoint.paths}
    hint = did_you_mean(target, known) or f"; GET {ROOT} lists them"
    return ApiErrorRaised(errors.NO_SUCH_PATH, target=target, hint=hint)


def _content_length(head: Request) -> int:
    """Return the Content-Length of a request; 0 where there is none, or an invalid one."""
    length = (head.header("content-length") or "").lstrip("0")
    if not (length.isascii() and length.isdecimal()):
        return 0
    return int(length) if len(length) < 20 else sys.maxsize
