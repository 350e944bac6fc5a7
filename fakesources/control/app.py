"""The control plane behind one function from Request to Reply, on the engine's router and validation.

A request is authorised, routed to its row, validated by the row's schemas and handled; the response is validated by its
schema too. Nothing of it enters the journal.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from typing import Any

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.validation import nearest
from ..core.engine.engine import validated_response
from ..core.engine.routing import Route, route
from ..core.engine.waiting import Steps, Wait
from ..core.http.messages import Limit, Request, Response, encodable, usual
from ..core.system.real_time import monotonic
from . import errors
from .api import CONTROL, EDITION, PREFLIGHT
from .context import ROOT, ControlContext
from .journal import NotYet


class ControlPlane:
    """The control plane of one server. `limit` is the size of a body by target."""

    def __init__(self, context: ControlContext, limit: Limit = usual) -> None:
        self._access = context.access
        self._limit = limit
        self._service = Service(CONTROL, EDITION, context, context.fake.clock, 0)

    def authorise(self, head: Request) -> Response | None:
        """Return the refusal of a request of which only the head is there, None where it may go on."""
        call = self._call(head)
        try:
            self._check(call, _announced(head))
        except ApiErrorRaised as refused:
            return self._refusal(call, refused)
        return None

    def steps(self, request: Request) -> Steps:
        """Handle a request step by step, as `core.waiting` describes. Raises Bug where a response breaks its own schema."""
        call = self._call(request)
        call.time = monotonic()  # of when it began: what a request waits for is counted from here
        try:
            endpoint = self._check(call, len(request.body))
            CONTROL.parse(call)
            answer = yield from _answer(call, endpoint)
        except ApiErrorRaised as refused:
            return self._refusal(call, refused)
        return _reply(call, answer)

    def operation(self, request: Request) -> str:
        """Return the id of the row that a request leads to, empty where it leads to none."""
        endpoint = find(request.method, request.path).endpoint
        return endpoint.id if endpoint is not None else ""

    def _call(self, request: Request) -> Call:
        return Call(self._service, request.encodable())

    def _check(self, call: Call, size: int) -> Endpoint:
        """Route and authorise a call. Raises Refused."""
        request = call.request
        found = find(request.method, request.path)
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

    def _refusal(self, call: Call, refused: ApiErrorRaised) -> Response:
        call.error = refused.error
        return _reply(call, Result(refused.error.status, CONTROL.render_error(refused)))


def _reply(call: Call, answer: Result) -> Response:
    """Return the response of an answer; some versions of jsonschema-rs break on texts that UTF-8 cannot encode."""
    return validated_response(call, answer._replace(value=_encodable(answer.value)))


def _encodable(value: Any) -> Any:
    """Return a JSON value without lone surrogates."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {encodable(name): _encodable(inner) for name, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _answer(call: Call, endpoint: Endpoint) -> Generator[Wait, None, Result]:
    """Call the handler of a row until it need not wait any more."""
    while True:
        try:
            return endpoint.handler(call)
        except NotYet as unready:
            seconds, event = unready.seconds, unready.event
        try:
            yield Wait(seconds, event)
        finally:
            event.cancel()


def find(method: str, path: str) -> Route:
    """Return the route of a method and a path; a slash at the end of the path does not matter."""
    return route(CONTROL, False, method, path.rstrip("/"))


def _not_found(request: Request, found: Route) -> ApiErrorRaised:
    if found.allowed:
        allowed = ", ".join(found.allowed)
        return ApiErrorRaised(errors.NO_SUCH_METHOD, path=request.path, allowed=allowed, method=request.method)
    known = {path.removeprefix(ROOT) for endpoint in CONTROL.endpoints for path in endpoint.paths}
    near = nearest(request.path.removeprefix(ROOT), known)
    hint = f"; did you mean {ROOT}{near}?" if near else f"; {ROOT} lists what there is"
    return ApiErrorRaised(errors.NO_SUCH_PATH, path=request.path, hint=hint)


def _announced(head: Request) -> int:
    """The size of the body that a head announces; 0 where it announces none, or none that can be read."""
    length = (head.header("content-length") or "").lstrip("0")
    if not (length.isascii() and length.isdecimal()):
        return 0
    return int(length) if len(length) < 20 else sys.maxsize
