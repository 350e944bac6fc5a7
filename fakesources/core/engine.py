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
from .journal import Exchange, Journal
from .messages import BODY_LIMIT, Reply, Request
from .routes import route
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
        report: Callable[[Call], None],
    ) -> None:
        self.services = services
        self.clock = clock
        self.journal = journal
        self.lock = threading.RLock()
        self._choose = choose
        self._report = report

    def handle(self, request: Request) -> Reply:
        """Answer one request. Raises Bug when the fake breaks its own contract, and nothing else."""
        name, path = self._choose(request.host, request.path)
        call = Call(self.services[name], request)
        with self.lock:
            self.clock.settle()
            call.at = self.clock.seconds()
            try:
                answer = self._answer(call, path)
            except Refused as no:
                call.problem = no.problem
                answer = Answer(no.problem.status, call.api.render(no))
            reply = self._reply(call, answer)
            self._note(call, reply)
        return reply

    def _answer(self, call: Call, path: str) -> Answer:
        api, request = call.api, call.request
        found = route(api, call.settings.documented_methods, request.method, path)
        endpoint = call.endpoint = found.endpoint
        if endpoint is None:
            call.allowed = found.allowed
            raise Refused(
                api.no_such_method if found.allowed else api.no_such_endpoint, method=request.method, path=path
            )
        call.path = found.values
        api.enter(call)
        name = api.authenticate(call)
        if name is not None:
            call.account = call.accounts.of(name)
        api.charge(call)
        if len(request.body) > BODY_LIMIT:
            raise Refused(api.too_large)
        api.read(call)
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

    def _note(self, call: Call, reply: Reply) -> None:
        if call.violations:
            self._report(call)
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
        )
        self.journal.keep(exchange)


def rule_of(call: Call, problem: Problem) -> str:
    """The id of the rule a problem is known by: under its operation where that lists it, else under the API."""
    if call.endpoint is not None and problem in call.endpoint.refuses:
        return f"{call.endpoint.id}.{problem.name}"
    return f"{call.api.name}.{problem.name}"
