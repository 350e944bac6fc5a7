"""One recorded exchange held against one edition, by the very rows, shapes and functions that the fake answers with.

The request goes the way it would go through the engine, on a service made for it alone in which the objects that the
answer speaks of are there; what the API would overlook comes out as it does in a test. Then the answer is held against
what the operation gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.contract.api import Api, Edition, Result
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.rulebook import page_of, rule_id
from ..core.contract.validation import Violation
from ..core.engine.routing import route
from ..core.http.curl import readable
from ..core.http.masking import mask_url
from ..core.http.messages import BODY_LIMIT, Request
from ..core.storage.clock import Clock
from . import gateways
from .ownership import suggestion
from .recordings.entry import Entry
from .recordings.masked import has_placeholder, is_placeholder
from .response import Answers, ParsedBody

MOST = 100
"""How many findings one exchange is told of; a body of a million wrong items says no more."""

_LAST_SECOND = 253402300799.0
"""The last second that calendars here know."""

_STATEFUL = frozenset({401, 403, 404, 409, 410, 429})
"""Refusals that depend on what the service knows; that a recorded answer was none of them is no finding."""


@dataclass(slots=True)
class CheckedExchange:
    """Outcome of one exchange: the operation ("" where the path leads nowhere), the parameters as they were understood,
    the response's value, and the findings. `is_foreign` says that the response is not the API's, `is_complete` that
    everything it says was recorded.
    """

    operation: str
    params: Mapping[str, Any]
    value: Any
    findings: list[Violation] = field(default_factory=list)
    is_foreign: bool = False
    is_complete: bool = True


class ExchangeChecker:
    """One API in one edition, ready to check exchanges. Keeps nothing of them."""

    def __init__(self, api: Api[Any], edition: Edition) -> None:
        self.api = api
        self.service = Service(api, edition, api.settings, Clock(), 0)
        self.answers = Answers(self.service)
        self.finding = self.answers.finding

    def check(self, entry: Entry, path: str) -> CheckedExchange:
        """Check one exchange. `path` is the path as the API knows it, without a base URL's own."""
        self.service.accounts = self.service.opened()
        call = Call(self.service, _with_media_type(entry.request))
        call.time = min(entry.at or 0.0, _LAST_SECOND)
        found = route(self.api, False, entry.request.method, path)
        call.endpoint, call.path = found.endpoint, found.values
        body = ParsedBody.of(entry)
        note = gateways.note(self.api, call.endpoint, entry, body.is_readable)
        if call.endpoint is None and not found.allowed:
            findings = [self._wrong_path(call, entry, path)] if note is None else []
            return CheckedExchange("", {}, None, [*findings, *self._notes(call, note)], is_foreign=True)
        demanded, answer = self._ask(call, entry, body.value, path)
        params = {**call.query, **call.params, **call.path}
        checked = CheckedExchange(call.endpoint.id if call.endpoint else "", params, None, [*self._asked(call)])
        if note is not None:
            checked.findings += self._notes(call, note)
            checked.is_foreign = True
            return checked
        status = entry.response.status
        if demanded is not None and status < 400 and status != 304 and not _is_masked(readable(entry.request)):
            checked.findings.append(self._overlooked(call, entry, demanded))
        checked.value = body.value
        checked.is_complete = body.is_readable or self.answers.is_empty(call, status)
        checked.findings += self.answers.held(call, entry, body)
        if not checked.findings and self.answers.is_shaped(call, status, body.value):
            checked.findings += self.answers.departed(call, body)
            checked.findings += self.answers.followed(call, body, answer) if answer is not None else ()
        del checked.findings[MOST:]
        return checked

    def _notes(self, call: Call, note: gateways.Note | None) -> list[Violation]:
        if note is None:
            return []
        rule = f"{self.api.name}.traffic.{note.name}"
        return [self.finding(rule, call.operation, "response", "status", note.got, note.expected)]

    def _wrong_path(self, call: Call, entry: Entry, path: str) -> Violation:
        rule, near = f"{self.api.name}.traffic.path", suggestion(self.api, path)
        found = self.finding(
            rule,
            call.operation,
            "request",
            "path",
            f"{entry.request.method} {mask_url(path)[:200]}",
            "a documented path",
        )
        return replace(found, suggestion=near)

    def _ask(self, call: Call, entry: Entry, value: Any, path: str) -> tuple[ApiErrorRaised | None, Result | None]:
        """The refusal that the contract demands, whatever the service knew, and the answer that the fake would give;
        None where the request is a good one, and where nothing can be said.
        """
        if call.endpoint is None:
            return ApiErrorRaised(self.api.no_such_method, method=call.request.method, path=path), None
        if not entry.asked:
            return None, None
        try:
            self.api.before_request(call)
            call.account = call.accounts.of(self._caller(call))
            if len(call.request.body) > BODY_LIMIT:
                return ApiErrorRaised(self.api.too_large), None
            self.api.parse(call)
        except ApiErrorRaised as no:
            return no, None
        traffic = self.api.traffic
        if entry.response.status >= 400 or traffic is None or traffic.arrange is None:
            return None, None
        try:
            traffic.arrange(call, value)
            return None, call.endpoint.handler(call)
        except ApiErrorRaised as no:
            return (no if no.error.status not in _STATEFUL else None), None

    def _caller(self, call: Call) -> str:
        """Who calls. Recorders leave credentials out, so that none is there, or a false one, says nothing."""
        try:
            return self.api.authenticate(call) or "somebody"
        except ApiErrorRaised:
            return "somebody"

    def _asked(self, call: Call) -> Iterator[Violation]:
        """What the API would swallow of the request, with the pages by where they are."""
        pages = self.api.pages()
        for found in call.violations:
            if not (found.rule.endswith(".scalar-type") and _is_masked_text(found.actual)):
                yield replace(found, source=page_of(pages, found.source))

    def _overlooked(self, call: Call, entry: Entry, demanded: ApiErrorRaised) -> Violation:
        """That a request was answered which the contract refuses."""
        rule = rule_id(self.api, call.operation, demanded.error)
        expected = f"{demanded.error.status} {demanded}"
        return self.finding(rule, call.operation, "request", demanded.path, str(entry.response.status), expected)


def _with_media_type(request: Request) -> Request:
    """The request with a media type for its body where a recorder left all headers out."""
    if request.headers or not request.body:
        return request
    media = "application/json" if request.body.lstrip()[:1] in (b"{", b"[") else "application/x-www-form-urlencoded"
    return request._replace(headers=(("Content-Type", media),))


def _is_masked(value: Any) -> bool:
    """Return whether a placeholder stands somewhere among the parameters: what was sent there is not known."""
    if isinstance(value, Mapping):
        return any(_is_masked(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_is_masked(inner) for inner in value)
    return isinstance(value, str) and (is_placeholder(value) or has_placeholder(value))


def _is_masked_text(shown: str) -> bool:
    """Return whether a value as a message shows it is the text of a placeholder, and not masked by us."""
    return shown.startswith('"') and is_placeholder(shown.strip('"'))
