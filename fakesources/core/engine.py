"""The engine: one Request to one Reply.

Route, authenticate, charge, check, act, check again, write down. One lock, one request at a time; what waits, waits
outside it. A request begun before a reset acts on the state it began with, so it writes nothing after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from .calls import Call, Service
from .contract import shown
from .endpoints import Answer
from .errors import Bug, Problem, Refused
from .faults import BODILESS, Faults, Planned, filled
from .forks import freed_in_child
from .journal import Exchange, Journal
from .messages import BODY_LIMIT, Reply, Request
from .routes import Route, route
from .schemas import shape_of
from .world import Clock


class Engine:
    """The services of one fake behind one function.

    `choose` names the service a host and a path belong to, and gives the path as that API knows it; `report` is told
    of a call with violations while the caller's frames are still on the stack.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        choose: Callable[[str, str], tuple[str, str]],
        clock: Clock,
        journal: Journal,
        faults: Faults,
        report: Callable[[Call], None],
    ) -> None:
        self.services = services
        self.clock = clock
        self.journal = journal
        self.faults = faults
        self.lock = freed_in_child(threading.RLock())
        self._choose = choose
        self._report = report

    def handle(self, request: Request) -> Reply:
        """Answer one request. Raises Bug when the fake breaks its own contract, and nothing else."""
        return self._handle(request, may_wait=True)

    def at_once(self, request: Request) -> Reply | None:
        """The same for a caller that must not be kept waiting: None, and nothing has happened, while a fault is
        arranged or an event overdue, either of which may wait or run what a test has made.
        """
        if self.faults.any or self.clock.overdue:
            return None
        return self._handle(request, may_wait=False)

    def _handle(self, request: Request, *, may_wait: bool) -> Reply:
        name, path = self._choose(request.host, request.path)
        call = Call(self.services[name], request)
        turn = self.journal.turn
        found = route(call.api, call.settings.documented_methods, request.method, path)
        call.endpoint = found.endpoint
        delay = 0.0
        if may_wait:
            delay = self._held(call) if self.faults.any else 0.0
            self.clock.settle()
        with self.lock:
            call.at = self.clock.seconds()
            fault = self.faults.due(call.operation, request) if self.faults.any else None
            if fault is not None and not fault.problem and not fault.takes_effect:
                reply = self._instead(call, fault)
            else:
                reply = self._reply(call, self._answer(call, found, path, fault))
                if fault is not None and fault.breaks:
                    fault.happens()
                    reply = reply._replace(breaks=fault.breaks)
            if delay:
                reply = reply._replace(delay=delay)
            self._note(call, reply, turn, fault)
        return reply

    def _held(self, call: Call) -> float:
        """Wait at the latches that want the call, outside the lock; then how many seconds it is delayed. In-process
        they pass on the clock here; on a socket the door sleeps them.
        """
        self.faults.hold(call.operation, call.request)
        with self.lock:
            delay = self.faults.delays(call.operation, call.request)
        if delay and not call.request.peer:
            self.clock.advance(delay)
        return delay

    def _instead(self, call: Call, fault: Planned) -> Reply:
        """What is answered in place of the API: a status nobody documents, or nothing at all."""
        fault.happens()
        if fault.breaks:
            return Reply(503, breaks=fault.breaks)
        api, body = call.api, fault.body
        if fault.status in BODILESS:
            dressed = api.dress(call, Answer(fault.status))
            names = {"content-type", *(name.lower() for name, _ in fault.headers)}
            return Reply(fault.status, (*(pair for pair in dressed if pair[0].lower() not in names), *fault.headers))
        if body is None:
            phrase = Reply(fault.status).reason or f"Status {fault.status}"
            body = api.render(Refused(Problem("", fault.status, phrase.replace("{", "{{"), "", "")))
        own = fault.headers
        if isinstance(body, str | bytes):
            kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/octet-stream"
            own = own if any(name.lower() == "content-type" for name, _ in own) else (("Content-Type", kind), *own)
            written = body.encode() if isinstance(body, str) else body
        else:
            written = api.write(body)
        names = {name.lower() for name, _ in own}
        dressed = api.dress(call, Answer(fault.status, body))
        return Reply(fault.status, (*(pair for pair in dressed if pair[0].lower() not in names), *own), written)

    def _answer(self, call: Call, found: Route, path: str, fault: Planned | None) -> Answer:
        try:
            return self._act(call, found, path, fault)
        except Refused as no:
            call.problem = no.problem
            return Answer(no.problem.status, call.api.render(no))

    def _act(self, call: Call, found: Route, path: str, fault: Planned | None) -> Answer:
        api, request, endpoint = call.api, call.request, call.endpoint
        if endpoint is None:
            call.allowed = found.allowed
            raise Refused(
                api.no_such_method if found.allowed else api.no_such_endpoint, method=request.method, path=path
            )
        wrong = fault.problem if fault is not None else None
        call.path = found.values
        if wrong is not None and wrong not in endpoint.refuses and not wrong.charged:
            raise refused(call, wrong, fault)
        api.enter(call)
        name = api.authenticate(call)
        if name is not None:
            call.account = call.accounts.of(name, call.turn)
        api.charge(call)
        if wrong is not None and wrong not in endpoint.refuses:
            raise refused(call, wrong, fault)
        if len(request.body) > BODY_LIMIT:
            raise Refused(api.too_large)
        api.read(call)
        if wrong is not None:
            raise refused(call, wrong, fault)
        return endpoint.does(call)

    def _reply(self, call: Call, answer: Answer) -> Reply:
        api, endpoint = call.api, call.endpoint
        if call.problem is not None:
            name = api.error_shape
        elif endpoint is None or answer.status not in endpoint.gives:
            raise Bug(f"{call.operation} answered {answer.status}, which its row does not give")
        else:
            name = endpoint.gives[answer.status]
        if name:
            shape = shape_of(api.name, call.edition.name, name)
            if not shape.holds(answer.value):
                faults = "; ".join(f"{fault.at}: {fault.said}" for fault in shape.faults(answer.value)[:3])
                raise Bug(f"{call.operation} answered {answer.status} with a body that breaks {shape.path}: {faults}")
        elif answer.value is not None:
            raise Bug(f"{call.operation} answered {answer.status} with a body: {shown(answer.value)}")
        body = b"" if answer.value is None else api.write(answer.value)
        return Reply(answer.status, api.dress(call, answer), body)

    def _note(self, call: Call, reply: Reply, turn: int, fault: Planned | None) -> None:
        if call.violations:
            self._report(call)
        if turn != self.journal.turn or (call.account is not None and not call.accounts.holds(call.account)):
            return  # begun before a reset of everything, or of the account
        account = call.accounts.name_of(call.account) if call.account is not None else ""
        exchange = Exchange(
            self.journal.total + 1,
            call.at,
            call.api.name,
            call.endpoint.id if call.endpoint else "",
            account,
            call.request,
            {**call.query, **call.params} if call.query else call.params,
            reply,
            rule_of(call, call.problem) if call.problem else "",
            tuple(call.violations),
            fault.what if fault is not None and fault.happened else "",
            call.api.secrets,
        )
        self.journal.keep(exchange)


def refused(call: Call, problem: Problem, fault: Planned | None) -> Refused:
    """A documented refusal that a test has arranged; what its text says is taken from the call, as far as it tells."""
    endpoint, given = call.endpoint, None
    if fault is not None:
        fault.happens()
        given = fault.fields
    required = call.service.shape(endpoint.takes).schema.get("required") if endpoint and endpoint.takes else None
    first = required[0] if required else "id"
    plain = {"method": call.request.method, "path": call.request.path, "name": first, "field": first}
    return Refused(problem, **filled(problem, given, call.path, call.params, call.query, plain))


def rule_of(call: Call, problem: Problem) -> str:
    """The id of the rule a problem is known by: under its operation where that lists it, else under the API."""
    if call.endpoint is not None and problem in call.endpoint.refuses:
        return f"{call.endpoint.id}.{problem.name}"
    return f"{call.api.name}.{problem.name}"
