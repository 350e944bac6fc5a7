"""One recorded exchange held against one edition, by the very rows, shapes and functions that the fake answers with.

The request goes the way it would go through the engine, on a service made for it alone in which the objects that the
answer speaks of are there; what the API would overlook comes out as it does in a test. Then the answer is held against
what the operation gives, or against the refusals it is known to answer with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from ..core.calls import Call, Service
from ..core.carriers import Unreadable, is_json, json_of, media_type, text_of
from ..core.contract import MASK, Side, Violation, described, is_like_one, masked, shown
from ..core.endpoints import Answer, Api, Edition, Endpoint
from ..core.errors import Problem, Refused
from ..core.messages import BODY_LIMIT, Reply
from ..core.routes import route
from ..core.rules import page_of, place_id, rule_id, rulebook
from ..core.schemas import Fault, Shape, json_path
from ..core.world import Clock
from .counters import disagreements
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
        self.edition = edition
        self.service = Service(api, edition, api.settings, Clock(), 0)
        self.book = rulebook(api)

    def judge(self, entry: Entry, path: str) -> Judged:
        """Hold one exchange to the edition. `path` is the path as the API knows it, without a base URL's own."""
        self.service.accounts = self.service.opened()
        call = Call(self.service, entry.request)
        call.at = entry.at or 0.0
        found = route(self.api, False, entry.request.method, path)
        call.endpoint, call.path = found.endpoint, found.values
        value, unreadable = self._value(entry)
        demanded, answer = self._ask(call, entry, value, bool(found.allowed), path)
        judged = Judged(call.endpoint.id if call.endpoint else "", {**call.query, **call.params, **call.path}, value)
        pages = self.api.pages()
        judged.findings += [replace(found, page=page_of(pages, found.page)) for found in call.violations]
        judged.findings += self._answered(call, entry, value, unreadable, demanded)
        if entry.reply.status < 400 and not judged.findings:
            judged.findings += self._departed(call, value)
            judged.findings += self._followed(call, value, answer) if answer is not None else ()
        del judged.findings[MOST:]
        return judged

    # -- the request -----------------------------------------------------------------------------------------------

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

    # -- the answer ------------------------------------------------------------------------------------------------

    def _value(self, entry: Entry) -> tuple[Any, str]:
        """The answer's JSON value, and why there is none."""
        if not entry.reply.body:
            return None, "has no body"
        try:
            return json_of(text_of(entry.reply.body)), ""
        except Unreadable as why:
            return None, str(why)

    def _answered(
        self, call: Call, entry: Entry, value: Any, unreadable: str, demanded: Refused | None
    ) -> Iterator[Violation]:
        reply, endpoint = entry.reply, call.endpoint
        if reply.status == 304:  # a cache's answer, not the API's
            return
        if demanded is not None and reply.status < 400:
            yield self.finding(
                rule_id(self.api, endpoint.id if endpoint else "", demanded.problem),
                call.operation, "request", demanded.at, str(reply.status), f"{demanded.problem.status} {demanded}",
            )  # fmt: skip
        if endpoint is not None and reply.status in endpoint.gives:
            name = endpoint.gives[reply.status]
            yield from self._body(call, f"{endpoint.id}.{reply.status}", name, entry, value, unreadable)
        elif reply.status < 400:
            if endpoint is not None:
                yield self._unlisted(call, reply)
            return
        else:
            yield from self._refused(call, entry, value, unreadable)
        traffic = self.api.traffic
        if traffic is not None and traffic.counters is not None and endpoint is not None and reply.headers:
            owed = reply.status < 400 or all(problem.charged for problem in self._candidates(endpoint, reply.status))
            for at, got, expected in disagreements(traffic.counters, endpoint.cost, reply, owed):
                yield self.finding(f"{self.api.name}.traffic.rate-headers", call.operation, "reply", at, got, expected)

    def _body(
        self, call: Call, prefix: str, name: str, entry: Entry, value: Any, unreadable: str
    ) -> Iterator[Violation]:
        reply, api = entry.reply, self.api
        if not name:
            if reply.body:
                got = shown(masked(value, api.secrets)) if not unreadable else f"{len(reply.body)} bytes"
                yield self.finding(f"{api.name}.traffic.body", call.operation, "reply", "$", got, "no body")
            return
        if not entry.answered or call.request.method == "HEAD":
            return
        if unreadable:
            got = f"a body that {unreadable}" if reply.body else "no body"
            yield self.finding(f"{api.name}.traffic.body", call.operation, "reply", "$", got, "a JSON body")
            return
        media = media_type(reply.header("content-type"))
        if reply.headers and not is_json(media):
            yield self.finding(
                f"{api.name}.traffic.content-type", call.operation, "reply", "headers['Content-Type']", media or "nothing", "application/json"
            )  # fmt: skip
        yield from self._held(call, prefix, self.service.shape(name), value)

    def _held(self, call: Call, prefix: str, shape: Shape, value: Any) -> Iterator[Violation]:
        if shape.holds(value):
            return
        told = set()
        for fault in shape.faults(value):
            for name in fault.names or ("",):
                key = (fault.path, name)
                if key not in told:  # a place is told once: by its type, where that is wrong, and a missing name once
                    told.add(key)
                    yield self._fault(call, prefix, fault, name)

    def _fault(self, call: Call, prefix: str, fault: Fault, name: str) -> Violation:
        secrets = self.api.secrets
        path = (*fault.path, name) if name else fault.path
        known = (fault.spot or {}).get("properties", {})
        if fault.keyword == "required":
            got, expected = "nothing", f"a value: {name!r} is always there"
        elif fault.keyword == "additionalProperties" and name:
            got, expected = shown(masked(fault.got[name], secrets)), f"one of {', '.join(known)}"
        else:
            got, expected = shown(masked(fault.got, secrets)), _expected(fault)
        telling = any(
            isinstance(part, str) and (part.lower() in secrets or is_like_one(part, secrets)) for part in path
        )
        if telling and got != "nothing":
            got = MASK
        rule = self.book.find(place_id(prefix, path), self.edition.name)
        id = rule.id if rule is not None else prefix
        return self.finding(id, call.operation, "reply", json_path(path), got, expected)

    def _departed(self, call: Call, value: Any) -> Iterator[Violation]:
        """What no schema can say of an answer that its schema takes."""
        departures = self.api.traffic.departures if self.api.traffic else None
        for found in departures(call.operation, value) if departures else ():
            yield self.finding(found.rule, call.operation, "reply", found.at, found.got, found.expected)

    def _followed(self, call: Call, value: Any, answer: Answer) -> Iterator[Violation]:
        """Places of the answer that follow from the request, held against the fake's own answer to it."""
        assert call.endpoint is not None
        assert self.api.traffic is not None
        for place in self.api.traffic.follows.get(call.endpoint.id, ()):
            got, expected = _at(value, (place,)), _at(answer.value, (place,))
            if got != expected and expected is not None and got is not None:
                rule = f"{call.endpoint.id}.{answer.status}.{place}"
                yield self.finding(rule, call.operation, "reply", f"$.{place}", shown(got), shown(expected))

    def _unlisted(self, call: Call, reply: Reply) -> Violation:
        assert call.endpoint is not None
        statuses = {*call.endpoint.gives, *(problem.status for problem in self._problems(call.endpoint))}
        return self.finding(
            f"{self.api.name}.traffic.status", call.operation, "reply", "status",
            str(reply.status), f"one of {', '.join(map(str, sorted(statuses)))}",
        )  # fmt: skip

    # -- refusals --------------------------------------------------------------------------------------------------

    def _refused(self, call: Call, entry: Entry, value: Any, unreadable: str) -> Iterator[Violation]:
        """A refusal: of a status that the operation is known to refuse with, in the form and in one of its texts."""
        candidates = self._candidates(call.endpoint, entry.reply.status)
        if not candidates:
            if call.endpoint is not None:
                yield self._unlisted(call, entry.reply)
            return
        before = len(call.violations)
        faults = list(self._body(call, f"{self.api.name}.error", self.api.error_shape, entry, value, unreadable))
        yield from faults
        if faults or len(call.violations) != before or not entry.answered or unreadable:
            return
        text = _at(value, self._text_path)
        if not any(_pattern(problem.text).fullmatch(str(text)) for problem in candidates):
            own = [problem for problem in candidates if call.endpoint and problem in call.endpoint.refuses]
            only = own[0] if len(own) == 1 else None
            id = rule_id(self.api, call.operation, only) if only else f"{self.api.name}.traffic.error-text"
            texts = dict.fromkeys(problem.text for problem in ([only] if only else candidates))
            yield self.finding(
                id, call.operation, "reply", json_path(self._text_path), shown(text), " or ".join(map(shown, texts))
            )

    def _candidates(self, endpoint: Endpoint | None, status: int) -> list[Problem]:
        return [problem for problem in self._problems(endpoint) if problem.status == status]

    def _problems(self, endpoint: Endpoint | None) -> tuple[Problem, ...]:
        api = self.api
        everywhere = dict.fromkeys((*api.problems, api.no_such_endpoint, api.no_such_method, api.too_large))
        return (*(endpoint.refuses if endpoint else ()), *everywhere)

    @cached_property
    def _text_path(self) -> tuple[str, ...]:
        """Where the API puts the sentence of a refusal, found by looking at one."""
        probe = Problem("probe", 400, "{text}", "", "")
        path = _path_to(self.api.render(Refused(probe, text="\0")), "\0")
        assert path is not None
        return path

    def finding(self, id: str, operation: str, side: Side, at: str, got: str, expected: str) -> Violation:
        """A finding under a rule of the book, with what the rule says and where it was read."""
        rule = self.book.find(id, self.edition.name)
        return Violation(
            rule=id, operation=operation, at=at, got=got, expected=expected,
            says=rule.says if rule else "", page=rule.docs if rule else "", side=side,
        )  # fmt: skip


def _expected(fault: Fault) -> str:
    """What a schema wanted. A validator's own sentence may quote what it was shown, and is not passed on."""
    words = described(fault)
    return f"what the schema says by {fault.keyword!r}" if words == fault.said else words


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _path_to(value: Any, mark: str) -> tuple[str, ...] | None:
    if value == mark:
        return ()
    if isinstance(value, Mapping):
        for name, inner in value.items():
            below = _path_to(inner, mark)
            if below is not None:
                return (name, *below)
    return None


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    """What a problem's text may look like, whatever stands in its fields."""
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", text)), re.DOTALL)
