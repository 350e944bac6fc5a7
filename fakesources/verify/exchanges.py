"""One recorded exchange held against one edition, by the very rows, shapes and functions that the fake answers with.

The request goes the way it would go through the engine, on a service made for it alone in which the objects that the
answer speaks of are there; what the API would overlook comes out as it does in a test. Then the answer is held against
what the operation gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.calls import Call, Service
from ..core.contract import Violation
from ..core.endpoints import Answer, Api, Edition
from ..core.errors import Refused
from ..core.messages import BODY_LIMIT
from ..core.routes import route
from ..core.rules import page_of, rule_id
from ..core.world import Clock
from .answers import Answers, Said
from .recordings.entries import Entry

MOST = 100
"""How many findings one exchange is told of; a body of a million wrong items says no more."""

_STATEFUL = frozenset({401, 403, 404, 409, 410, 429})
"""Refusals that depend on what the service knows; that a recorded answer was none of them is no finding."""


@dataclass(slots=True)
class Judged:
    """What came out of one exchange: the operation ("" where the path leads nowhere), the parameters as they were
    understood, the answer's value, and the findings.
    """

    operation: str
    params: Mapping[str, Any]
    value: Any
    findings: list[Violation] = field(default_factory=list)


class Judge:
    """One API in one edition, ready to hold exchanges to it. Keeps nothing of them."""

    def __init__(self, api: Api[Any], edition: Edition) -> None:
        self.api = api
        self.service = Service(api, edition, api.settings, Clock(), 0)
        self.answers = Answers(self.service)
        self.finding = self.answers.finding

    def judge(self, entry: Entry, path: str) -> Judged:
        """Hold one exchange to the edition. `path` is the path as the API knows it, without a base URL's own."""
        self.service.accounts = self.service.opened()
        call = Call(self.service, entry.request)
        call.at = entry.at or 0.0
        found = route(self.api, False, entry.request.method, path)
        call.endpoint, call.path = found.endpoint, found.values
        said = Said.by(entry)
        demanded, answer = self._ask(call, entry, said.value, bool(found.allowed), path)
        params = {**call.query, **call.params, **call.path}
        judged = Judged(call.endpoint.id if call.endpoint else "", params, said.value, [*self._asked(call)])
        if demanded is not None and entry.reply.status < 400 and entry.reply.status != 304:
            judged.findings.append(self._overlooked(call, entry, demanded))
        judged.findings += self.answers.held(call, entry, said)
        if entry.reply.status < 400 and not judged.findings:
            judged.findings += self.answers.departed(call, said)
            judged.findings += self.answers.followed(call, said, answer) if answer is not None else ()
        del judged.findings[MOST:]
        return judged

    def _ask(
        self, call: Call, entry: Entry, value: Any, path_known: bool, path: str
    ) -> tuple[Refused | None, Answer | None]:
        """The refusal that the contract demands, whatever the service knew, and the answer that the fake would give;
        None where the request is a good one, and where nothing can be said.
        """
        if call.endpoint is None:
            problem = self.api.no_such_method if path_known else self.api.no_such_endpoint
            return Refused(problem, method=call.request.method, path=path), None
        if not entry.asked:
            return None, None
        try:
            self.api.enter(call)
            call.account = call.accounts.of(self._caller(call))
            if len(call.request.body) > BODY_LIMIT:
                return Refused(self.api.too_large), None
            self.api.read(call)
        except Refused as no:
            return no, None
        traffic = self.api.traffic
        if entry.reply.status >= 400 or traffic is None or traffic.arrange is None:
            return None, None
        try:
            traffic.arrange(call, value)
            return None, call.endpoint.does(call)
        except Refused as no:
            return (no if no.problem.status not in _STATEFUL else None), None

    def _caller(self, call: Call) -> str:
        """Who calls. Recorders leave credentials out, so that none is there, or a false one, says nothing."""
        try:
            return self.api.authenticate(call) or "somebody"
        except Refused:
            return "somebody"

    def _asked(self, call: Call) -> Iterator[Violation]:
        """What the API would swallow of the request, with the pages by where they are."""
        pages = self.api.pages()
        for found in call.violations:
            yield replace(found, page=page_of(pages, found.page))

    def _overlooked(self, call: Call, entry: Entry, demanded: Refused) -> Violation:
        """That a request was answered which the contract refuses."""
        rule = rule_id(self.api, call.operation, demanded.problem)
        expected = f"{demanded.problem.status} {demanded}"
        return self.finding(rule, call.operation, "request", demanded.at, str(entry.reply.status), expected)
