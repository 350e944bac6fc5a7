"""The engine: from a Request to a Response.

Route, authenticate, charge, validate, perform the operation, validate the response, record. Requests are processed one
at a time, under one lock; waiting happens outside it. A request that began before a reset acts on the state it began
with, so nothing of it is recorded after the reset.

The rows of a large response are found under the lock. What takes long, rendering and validating them, is done without
it, from a copy of the account that shares its tables: other requests are answered meanwhile.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..contract.api import LARGE_ROWS, Deferred, Result
from ..contract.call import Call, Service
from ..contract.errors import ApiError, ApiErrorRaised
from ..contract.names import path_params
from ..contract.rulebook import rule_id
from ..http.curl import read_parameters
from ..http.messages import BODILESS, BODY_LIMIT, Request, Response, phrase_of, replaced
from ..storage.clock import Clock
from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from .exchanges import Exchange, RecordedRequest
from .fault_kinds import MAX_DELAY_SECONDS
from .faults import Faults
from .journal import Journal
from .planned import PlannedFault, error_fields
from .responses import serialized, validated
from .routing import Route, route
from .waiting import ClientTimeout, Steps, Wait, run

LARGE_BYTES = 262_144
"""Size of a body beyond which a response is validated without the lock."""


_Begun = tuple[Call, int, Route, str]
"""A request whose operation has been found: its call, the journal's generation at that time, the route, and the path."""


class Engine:
    """The services of one fake behind one function.

    `choose` returns the name of the service for a host and a path, and the path as that API defines it. `report` is
    called with a call that has violations, its account and the number of its exchange (0: not recorded), while the
    caller's frames are still on the stack.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        choose: Callable[[str, str], tuple[str, str]],
        clock: Clock,
        journal: Journal,
        faults: Faults,
        report: Callable[[Call, str, int], None],
    ) -> None:
        self.services = services
        self.clock = clock
        self.journal = journal
        self.faults = faults
        self.lock = freed_in_child(threading.RLock())
        self._files = [(each.api.file, each) for each in services.values() if each.api.file is not None]
        self._choose = choose
        self._report = report

    def handle(self, request: Request) -> Response:
        """Respond to one request; waiting blocks this thread.

        A delay for a client on a socket (`request.on_socket`) is left to the adapter, as the response's `delay`. Raises
        InternalError when the fake breaks its own contract, and HeldByOwnThread where a hold was never released.
        """
        if self.faults.any:
            return run(self._steps(request, waits_for_delays=not request.on_socket))
        _, _, matched, _ = begun = self._begin(request)
        if matched.endpoint is None and (file := self._file(request)) is not None:
            return file
        self.clock.run_overdue()
        return self._finish(begun)

    def steps(self, request: Request) -> Steps:
        """Return the same step by step, for drivers that do not block a thread: see `waiting`."""
        return self._steps(request, waits_for_delays=True)

    def handle_nonblocking(self, request: Request) -> Response | Callable[[], Response] | None:
        """Respond to one request, or return None and do nothing where that may block.

        It may while a fault is planned or an event of the clock is due, since either may wait or run a test's function,
        and while another thread has the lock. For a large response, return the function that completes it.
        """
        if self.faults.any or self.clock.is_overdue:
            return None
        _, _, matched, _ = begun = self._begin(request)
        if matched.endpoint is None and (file := self._file(request)) is not None:
            return file
        if not self.lock.acquire(blocking=False):
            return None
        try:
            return self._process(begun)
        finally:
            self.lock.release()

    def _file(self, request: Request) -> Response | None:
        """Return the response to a request for a file of an API, None for any other; nothing of it is recorded."""
        for find, service in self._files:
            file = find(service, request)
            if file is not None:
                return file
        return None

    def _begin(self, request: Request) -> _Begun:
        request = request.encodable()
        name, path = self._choose(request.host, request.path)
        call = Call(self.services[name], request)
        generation = self.journal.generation
        matched = route(call.api, call.settings.documented_methods, request.method, path)
        call.endpoint, call.path = matched.endpoint, matched.values
        return call, generation, matched, path

    def _steps(self, request: Request, *, waits_for_delays: bool) -> Steps:
        call, _, matched, _ = begun = self._begin(request)
        if matched.endpoint is None and (file := self._file(request)) is not None:
            return file
        delay, faults = 0.0, self.faults
        matching: Sequence[PlannedFault] = ()
        if faults.any:
            operation = call.operation
            recorded = RecordedRequest(request, {**read_parameters(request), **matched.values})
            deadline = math.inf if request.timeout is None else monotonic() + request.timeout
            try:
                call.fault = yield from faults.hold_request(operation, recorded, deadline)
            except ClientTimeout:
                return Response(503, disconnect="timeout")
            delays = faults.delays(operation, recorded)
            if delays:
                call.fault = delays[0].type
                delay = yield from self._delay(request, delays, deadline, waits_for_delays)
                if not waits_for_delays:
                    call.started -= delay  # the adapter waits afterwards
            matching = faults.matching(operation, recorded)
        self.clock.run_overdue()
        return self._finish(begun, matching, delay)

    def _delay(
        self, request: Request, delays: Sequence[PlannedFault], deadline: float, waits: bool
    ) -> Generator[Wait, None, float]:
        """Wait for the delays of a request; return their seconds, for a client to compare with its timeout."""
        if request.on_socket:
            real, virtual = min(sum(each.delay or 0.0 for each in delays), MAX_DELAY_SECONDS), 0.0
        else:
            real = min(sum(each.delay or 0.0 for each in delays if each.real), MAX_DELAY_SECONDS)
            virtual = min(sum(each.delay or 0.0 for each in delays if not each.real), self.clock.max_advance())
        if virtual:
            self.clock.advance(virtual)
            yield Wait(virtual, real=False)
            deadline -= virtual
        if real and waits:
            end = min(deadline, monotonic() + real)
            while (remaining := end - monotonic()) > 0:
                yield Wait(remaining)
            if end == deadline and request.timeout is not None:
                return max(virtual + real, request.timeout)
        return virtual + real

    def _finish(self, begun: _Begun, matching: Sequence[PlannedFault] = (), delay: float = 0.0) -> Response:
        """Process a request and record it. `matching` are the faults that may happen to it."""
        with self.lock:
            outcome = self._process(begun, matching, delay)
        return outcome if isinstance(outcome, Response) else outcome()

    def _process(
        self, begun: _Begun, matching: Sequence[PlannedFault] = (), delay: float = 0.0
    ) -> Response | Callable[[], Response]:
        """Process a request under the lock; return its response, or what is left to do without the lock."""
        call, generation, matched, path = begun
        call.time = self.clock.seconds()
        fault = next((each for each in matching if each.pending), None) if matching else None
        if fault is not None and not fault.error and not fault.takes_effect:
            response = _planned_response(call, fault)
        else:
            result = self._result(call, matched, path, fault)
            if type(result.value) is Deferred:
                if result.value.rows > LARGE_ROWS and fault is None:
                    return self._completed_later(call, result, None, generation, delay)
                result = result.rendered()
            body = serialized(call, result)
            if len(body) > LARGE_BYTES and fault is None:
                return self._completed_later(call, result, body, generation, delay)
            response = validated(call, result, body)
            if fault is not None and fault.disconnect:
                fault.count_one()
                response = response._replace(disconnect=fault.disconnect)
        if delay:
            response = response._replace(delay=delay)
        self._record(call, response, generation, fault)
        return response

    def _completed_later(
        self, call: Call, result: Result, body: bytes | None, generation: int, delay: float
    ) -> Callable[[], Response]:
        """Return the function that renders a result, where it has no body yet, validates and records it."""
        account = call.account
        saved, copy = (None, None) if account is None else call.accounts.copy(account)

        def complete() -> Response:
            call.account = copy
            try:
                shown = result.rendered()
                response = validated(call, shown, serialized(call, shown) if body is None else body)
            finally:
                call.account = account
            with self.lock:
                if saved is not None:
                    account.take_over(copy, saved)
                response = response._replace(delay=delay)
                self._record(call, response, generation, None)
            return response

        return complete

    def _result(self, call: Call, matched: Route, path: str, fault: PlannedFault | None) -> Result:
        try:
            return self._perform(call, matched, path, fault)
        except ApiErrorRaised as raised:
            call.error = raised.error
            return Result(raised.error.status, call.api.render_error(raised))

    def _perform(self, call: Call, matched: Route, path: str, fault: PlannedFault | None) -> Result:
        """Perform the operation of a call. A planned error is raised where the API would raise it."""
        api, request, endpoint = call.api, call.request, call.endpoint
        if endpoint is None:
            call.allowed = matched.allowed
            error = api.no_such_method if matched.allowed else api.no_such_endpoint
            raise ApiErrorRaised(error, method=request.method, path=path)
        planned = fault.error if fault is not None else None
        if planned is not None and planned not in endpoint.errors and not planned.charged:
            raise _planned_error(call, planned, fault)
        api.before_request(call)
        name = api.authenticate(call)
        if name is not None:
            call.account = call.accounts.of(name, call.generation)
        api.charge(call)
        if planned is not None and planned not in endpoint.errors:
            raise _planned_error(call, planned, fault)
        if request.is_oversized or len(request.body) > BODY_LIMIT:
            raise ApiErrorRaised(api.too_large, method=request.method, path=path)
        api.parse(call)
        if planned is not None:
            raise _planned_error(call, planned, fault)
        return endpoint.handler(call)

    def _record(self, call: Call, response: Response, generation: int, fault: PlannedFault | None) -> None:
        account, params = call.accounts.name_of(call.account) if call.account is not None else "", params_of(call)
        if fault is not None and not fault.takes_effect and call.endpoint is not None:
            account, params = _read_unprocessed(call)
        is_current = call.account is None or call.accounts.contains(call.account)
        is_recorded = generation == self.journal.generation and is_current
        number = self.journal.total + 1 if is_recorded else 0
        if call.violations:
            call.summarize_unlisted()
            self._report(call, account, number)
        if not is_recorded:
            return  # it began before a reset of everything, or of the account
        exchange = Exchange(
            number,
            call.time,
            call.api.name,
            call.endpoint.id if call.endpoint else "",
            account,
            call.request,
            params,
            response,
            rule_id(call.api, call.operation, call.error) if call.error else "",
            tuple(call.violations),
            fault.type if fault is not None and fault.count else call.fault,
            call.api.secrets,
            (monotonic() - call.started) * 1000,
        )
        self.journal.record(exchange)


def params_of(call: Call) -> Mapping[str, Any]:
    """Return the parsed parameters of a call by name; those in the path take precedence."""
    listed = call.path.keys() - call.api.unlisted_in_path
    in_path = path_params(call.api, call.edition.name, call.path) if listed else {}
    given = call.params if isinstance(call.params, dict) else {"body": call.params}
    return {**call.query, **given, **in_path} if call.query or in_path else given


def _read_unprocessed(call: Call) -> tuple[str, Mapping[str, Any]]:
    """Return account and parameters of a request that a fault answered first, as far as they are valid.

    A call of its own reads them, so that no violation is reported of a request that the API would not have looked at.
    """
    unreported, account = Call(call.service, call.request), ""
    unreported.endpoint, unreported.path = call.endpoint, call.path
    with suppress(ApiErrorRaised):
        call.api.before_request(unreported)
        account = call.api.authenticate(unreported) or ""
        call.api.parse(unreported)
    return account, params_of(unreported)


def _planned_response(call: Call, fault: PlannedFault) -> Response:
    """Return the response of a fault that replaces the operation: any status, or a connection that fails."""
    fault.count_one()
    if fault.disconnect:
        return Response(503, disconnect=fault.disconnect)
    api, body, headers, content = call.api, fault.body, fault.headers, b""
    if isinstance(body, str | bytes):
        content = body.encode() if isinstance(body, str) else body
        media_type = "text/plain; charset=utf-8" if isinstance(body, str) else "application/octet-stream"
        headers = replaced((("Content-Type", media_type),), headers)
    elif fault.status not in BODILESS:
        if body is None:
            phrase = phrase_of(fault.status)
            body = api.render_error(ApiErrorRaised(ApiError("", fault.status, phrase.replace("{", "{{"), "", "")))
        content = api.serialize(body)
    usual = api.response_headers(call, Result(fault.status, body))
    if fault.status in BODILESS:
        usual = tuple(pair for pair in usual if pair[0].lower() != "content-type")
    return Response(fault.status, replaced(usual, headers), content)


def _planned_error(call: Call, error: ApiError, fault: PlannedFault | None) -> ApiErrorRaised:
    """Return a planned error to raise; the fields of its text come from the fault, then from the call."""
    endpoint = call.endpoint
    assert fault is not None
    fault.count_one()
    schema = call.service.schema(endpoint.body_schema).schema if endpoint and endpoint.body_schema else {}
    required = schema.get("required")
    first = required[0] if required else "id"
    defaults = {"method": call.request.method, "path": call.request.path, "field": first}
    given = call.params if isinstance(call.params, dict) else {}
    return ApiErrorRaised(error, **error_fields(error, fault.fields, call.path, given, call.query, defaults))
