"""The engine: one Request to one Reply.

Route, authenticate, charge, check, act, check again, write down. One lock, one request at a time; what waits, waits
outside it. A request begun before a reset acts on the state it began with, so it writes nothing after it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from ..contract.api import Result
from ..contract.call import Call, Service
from ..contract.errors import ApiError, ApiErrorRaised, InternalError
from ..contract.names import path_params
from ..contract.schemas import schema_of
from ..contract.validation import shown
from ..http.curl import readable
from ..http.messages import BODY_LIMIT, Request, Response
from ..storage.clock import Clock
from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from .exchanges import Exchange, RecordedRequest
from .faults import BODILESS, LONGEST, Faults
from .journal import Journal
from .planned import PlannedFault, filled
from .routing import Route, route
from .waiting import ClientTimeout, Steps, Wait, run


class Engine:
    """The services of one fake behind one function.

    `choose` names the service a host and a path belong to, and gives the path as that API knows it; `report` is called with a call that has violations, its account and the number of its exchange (0 where it is not recorded), while the caller's frames are still on the stack.
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
        self._choose = choose
        self._report = report

    def handle(self, request: Request) -> Response:
        """Answer one request; what it waits for, this thread waits for. Raises Bug when the fake breaks its own
        contract, HeldByItsOwnThread where a latch was never released, and nothing else.

        A delay of a caller on a socket (`request.on_socket`) is left to the adapter, as the reply's `delay`.
        """
        if self.faults.any:
            return run(self._steps(request, waits_for_delays=not request.on_socket))
        call, turn, found, path = self._begin(request)
        self.clock.settle()
        return self._finish(call, turn, found, path)

    def steps(self, request: Request) -> Steps:
        """The same step by step, for whoever waits in another way than by blocking a thread: see `waiting`."""
        return self._steps(request, waits_for_delays=True)

    def handle_nonblocking(self, request: Request) -> Response | None:
        """The same for a door that must not be kept waiting: None, and nothing has happened, while a fault is
        arranged or an event overdue, either of which may wait or run what a test has made.
        """
        if self.faults.any or self.clock.overdue:
            return None
        call, turn, found, path = self._begin(request)
        return self._finish(call, turn, found, path)

    def _begin(self, request: Request) -> tuple[Call, int, Route, str]:
        request = request.encodable()
        name, path = self._choose(request.host, request.path)
        call = Call(self.services[name], request)
        turn = self.journal.generation
        found = route(call.api, call.settings.documented_methods, request.method, path)
        call.endpoint, call.path = found.endpoint, found.values
        return call, turn, found, path

    def _steps(self, request: Request, *, waits_for_delays: bool) -> Steps:
        call, turn, found, path = self._begin(request)
        delay, faults = 0.0, self.faults
        meant: Sequence[PlannedFault] = ()
        if faults.any:
            operation, asked = call.operation, RecordedRequest(request, {**readable(request), **found.values})
            deadline = math.inf if request.timeout is None else monotonic() + request.timeout
            try:
                yield from faults.hold_request(operation, asked, deadline)
            except ClientTimeout:
                return Response(503, disconnect="timeout")
            delays = faults.delays(operation, asked)
            if delays:
                delay = yield from self._delay(request, delays, deadline, waits_for_delays)
            meant = faults.meant(operation, asked)
        self.clock.settle()
        return self._finish(call, turn, found, path, meant, delay)

    def _delay(
        self, request: Request, delays: Sequence[PlannedFault], deadline: float, waits: bool
    ) -> Generator[Wait, None, float]:
        """Wait as long as a request is delayed; how many seconds that is, for a client to compare with its timeout."""
        if request.on_socket:
            real, virtual = min(sum(each.delay or 0.0 for each in delays), LONGEST), 0.0
        else:
            real = min(sum(each.delay or 0.0 for each in delays if each.real), LONGEST)
            virtual = min(sum(each.delay or 0.0 for each in delays if not each.real), self.clock.left())
        if virtual:
            self.clock.advance(virtual)
            yield Wait(virtual, real=False)
            deadline -= virtual
        if real and waits:
            end = min(deadline, monotonic() + real)
            while (left := end - monotonic()) > 0:
                yield Wait(left)
            if end == deadline and request.timeout is not None:
                return max(virtual + real, request.timeout)
        return virtual + real

    def _finish(
        self, call: Call, turn: int, found: Route, path: str, meant: Sequence[PlannedFault] = (), delay: float = 0.0
    ) -> Response:
        """Act on a request, and write down that it was answered. `meant` are the faults that may happen to it."""
        with self.lock:
            call.time = self.clock.seconds()
            fault = next((each for each in meant if each.pending), None) if meant else None
            if fault is not None and not fault.error and not fault.takes_effect:
                reply = self._instead(call, fault)
            else:
                reply = validated_response(call, self._answer(call, found, path, fault))
                if fault is not None and fault.disconnect:
                    fault.count_one()
                    reply = reply._replace(disconnect=fault.disconnect)
            if delay:
                reply = reply._replace(delay=delay)
            self._note(call, reply, turn, fault)
        return reply

    def _instead(self, call: Call, fault: PlannedFault) -> Response:
        """What is answered in place of the API: a status nobody documents, or nothing at all."""
        fault.count_one()
        if fault.disconnect:
            return Response(503, disconnect=fault.disconnect)
        api, body = call.api, fault.body
        if fault.status in BODILESS:
            dressed = api.response_headers(call, Result(fault.status))
            names = {"content-type", *(name.lower() for name, _ in fault.headers)}
            return Response(fault.status, (*(pair for pair in dressed if pair[0].lower() not in names), *fault.headers))
        if body is None:
            phrase = Response(fault.status).reason or f"Status {fault.status}"
            body = api.render_error(ApiErrorRaised(ApiError("", fault.status, phrase.replace("{", "{{"), "", "")))
        own = fault.headers
        if isinstance(body, str | bytes):
            kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/octet-stream"
            own = own if any(name.lower() == "content-type" for name, _ in own) else (("Content-Type", kind), *own)
            written = body.encode() if isinstance(body, str) else body
        else:
            written = api.serialize(body)
        names = {name.lower() for name, _ in own}
        dressed = api.response_headers(call, Result(fault.status, body))
        return Response(fault.status, (*(pair for pair in dressed if pair[0].lower() not in names), *own), written)

    def _answer(self, call: Call, found: Route, path: str, fault: PlannedFault | None) -> Result:
        try:
            return self._act(call, found, path, fault)
        except ApiErrorRaised as no:
            call.error = no.error
            return Result(no.error.status, call.api.render_error(no))

    def _act(self, call: Call, found: Route, path: str, fault: PlannedFault | None) -> Result:
        api, request, endpoint = call.api, call.request, call.endpoint
        if endpoint is None:
            call.allowed = found.allowed
            raise ApiErrorRaised(
                api.no_such_method if found.allowed else api.no_such_endpoint, method=request.method, path=path
            )
        wrong = fault.error if fault is not None else None
        if wrong is not None and wrong not in endpoint.errors and not wrong.charged:
            raise refused(call, wrong, fault)
        api.before_request(call)
        name = api.authenticate(call)
        if name is not None:
            call.account = call.accounts.of(name, call.generation)
        api.charge(call)
        if wrong is not None and wrong not in endpoint.errors:
            raise refused(call, wrong, fault)
        if request.is_oversized or len(request.body) > BODY_LIMIT:
            raise ApiErrorRaised(api.too_large)
        api.parse(call)
        if wrong is not None:
            raise refused(call, wrong, fault)
        return endpoint.handler(call)

    def _note(self, call: Call, reply: Response, turn: int, fault: PlannedFault | None) -> None:
        account = call.accounts.name_of(call.account) if call.account is not None else ""
        is_recorded = turn == self.journal.generation and (call.account is None or call.accounts.holds(call.account))
        number = self.journal.total + 1 if is_recorded else 0
        if call.violations:
            call.sum_up()
            self._report(call, account, number)
        if not is_recorded:
            return  # begun before a reset of everything, or of the account
        exchange = Exchange(
            number,
            call.time,
            call.api.name,
            call.endpoint.id if call.endpoint else "",
            account,
            call.request,
            params_of(call),
            reply,
            rule_of(call, call.error) if call.error else "",
            tuple(call.violations),
            fault.type if fault is not None and fault.count else "",
            call.api.secrets,
        )
        self.journal.keep(exchange)


def validated_response(call: Call, answer: Result) -> Response:
    """The response to a call, held against the schema that its row gives. Raises Bug where it breaks that."""
    api, endpoint = call.api, call.endpoint
    if call.error is not None:
        name = api.error_schema
    elif endpoint is None or answer.status not in endpoint.responses:
        raise InternalError(f"{call.operation} answered {answer.status}, which its row does not give")
    else:
        name = endpoint.responses[answer.status]
    if name:
        shape = schema_of(api.name, call.edition.name, name)
        if not shape.is_valid(answer.value):
            faults = "; ".join(f"{fault.json_path}: {fault.message}" for fault in shape.errors(answer.value)[:3])
            raise InternalError(
                f"{call.operation} answered {answer.status} with a body that breaks {shape.path}: {faults}"
            )
    elif answer.value is not None:
        raise InternalError(f"{call.operation} answered {answer.status} with a body: {shown(answer.value)}")
    body = b"" if answer.value is None else api.serialize(answer.value)
    return Response(answer.status, api.response_headers(call, answer), body)


def params_of(call: Call) -> Mapping[str, Any]:
    """Return the parameters of a call by name, as they were understood; one in the path wins."""
    in_path = path_params(call.api, call.edition.name, call.path) if call.path else {}
    return {**call.query, **call.params, **in_path} if call.query or in_path else call.params


def refused(call: Call, problem: ApiError, fault: PlannedFault | None) -> ApiErrorRaised:
    """A documented refusal that a test has arranged; what its text says is taken from the call, as far as it tells."""
    endpoint, given = call.endpoint, None
    if fault is not None:
        fault.count_one()
        given = fault.fields
    required = (
        call.service.schema(endpoint.body_schema).schema.get("required") if endpoint and endpoint.body_schema else None
    )
    first = required[0] if required else "id"
    plain = {"method": call.request.method, "path": call.request.path, "name": first, "field": first}
    return ApiErrorRaised(problem, **filled(problem, given, call.path, call.params, call.query, plain))


def rule_of(call: Call, problem: ApiError) -> str:
    """The id of the rule a problem is known by: under its operation where that lists it, else under the API."""
    if call.endpoint is not None and problem in call.endpoint.errors:
        return f"{call.endpoint.id}.{problem.name}"
    return f"{call.api.name}.{problem.name}"
