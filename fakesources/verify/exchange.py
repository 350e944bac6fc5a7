"""Check of one recorded exchange against one edition, with the routes, schemas and handlers of the fake itself.

The request runs through the steps of the engine, in a service of its own that has the objects which the response shows.
Violations that the API accepts silently are found as in a test. Then the response is checked against its operation.
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
from ..core.http.curl import read_parameters
from ..core.http.masking import mask_url
from ..core.http.messages import BODY_LIMIT
from ..core.storage.clock import Clock
from . import gateways
from .ownership import suggestion
from .recordings.entry import Entry
from .recordings.loading import with_inferred_type
from .recordings.masked import has_placeholder, is_placeholder
from .response import ParsedBody, ResponseChecker

MAX_FINDINGS = 100
"""Maximum number of findings of one exchange."""

_STATEFUL = frozenset({401, 403, 404, 409, 410, 429})
"""Statuses of errors that depend on state outside the recording: a successful response instead is no finding."""

_ACCOUNT = "recorded"
"""Account of requests without a valid credential."""


@dataclass(slots=True)
class CheckedExchange:
    """Outcome of one exchange: its operation, its parameters as parsed, the value of its response, and the findings.

    `operation` is "" for an unknown path. `is_foreign` is True if the response did not come from the API, `is_complete`
    if the whole response was recorded.
    """

    operation: str
    params: Mapping[str, Any]
    value: Any
    findings: list[Violation] = field(default_factory=list)
    is_foreign: bool = False
    is_complete: bool = True


class ExchangeChecker:
    """Checker for exchanges with one API in one edition. Keeps no state between exchanges."""

    def __init__(self, api: Api[Any], edition: Edition) -> None:
        self.api = api
        self.service = Service(api, edition, api.settings, Clock(), 0)
        self._responses = ResponseChecker(self.service)
        self.finding = self._responses.finding

    def check(self, entry: Entry, path: str) -> CheckedExchange:
        """Check one exchange. `path` is relative to the base URL of the API."""
        self.service.accounts = self.service.open_accounts()
        request = entry.request
        if not request.headers:
            request = request._replace(headers=with_inferred_type((), request.body))
        call = Call(self.service, request)
        call.time = entry.time or 0.0
        match = route(self.api, False, entry.request.method, path)
        call.endpoint, call.path = match.endpoint, match.values
        body = ParsedBody.of(entry)
        note = gateways.find_note(self.api, call.endpoint, entry, body.is_readable)
        if call.endpoint is None and not match.allowed:
            findings = [self._unknown_path(call, entry, path)] if note is None else []
            return CheckedExchange("", {}, None, [*findings, *self._notes(call, note)], is_foreign=True)
        error, result = self._replay(call, entry, body.value, path)
        params = {**call.query, **call.params, **call.path}
        status = entry.response.status
        is_success = status < 400 and status != 304 and not self._responses.is_error(call, entry, body)
        if error is not None and (note is not None or not is_success or _is_masked(read_parameters(entry.request))):
            error = None
        if error is not None:
            call.report_tolerated(error.tolerated)
        findings = [*self._request_findings(call)]
        checked = CheckedExchange(call.endpoint.id if call.endpoint else "", params, None, findings)
        if note is not None:
            checked.findings += self._notes(call, note)
            checked.is_foreign = True
            return checked
        if error is not None:
            checked.findings.append(self._missing_error(call, entry, error))
        checked.value = body.value
        checked.is_complete = body.is_readable or self._responses.is_empty(call, status)
        checked.findings += self._responses.check(call, entry, body)
        if not checked.findings and self._responses.is_valid(call, status, body.value):
            checked.findings += self._responses.check_deviations(call, body)
            checked.findings += self._responses.check_echoed(call, body, result) if result is not None else ()
        del checked.findings[MAX_FINDINGS:]
        return checked

    def _notes(self, call: Call, note: gateways.Note | None) -> list[Violation]:
        if note is None:
            return []
        rule = f"{self.api.name}.traffic.{note.name}"
        return [self.finding(rule, call.operation, "response", "status", note.actual, note.expected)]

    def _unknown_path(self, call: Call, entry: Entry, path: str) -> Violation:
        rule, actual = f"{self.api.name}.traffic.path", f"{entry.request.method} {mask_url(path)[:200]}"
        finding = self.finding(rule, call.operation, "request", "path", actual, "a documented path")
        return replace(finding, suggestion=suggestion(self.api, path))

    def _replay(self, call: Call, entry: Entry, value: Any, path: str) -> tuple[ApiErrorRaised | None, Result | None]:
        """Return the error that the contract requires for a request in any state, and the result of the fake.

        Both are None if the request is valid and the result unknown.
        """
        if call.endpoint is None:
            return ApiErrorRaised(self.api.no_such_method, method=call.request.method, path=path), None
        if not entry.is_request_complete:
            return None, None
        try:
            self.api.before_request(call)
            call.account = call.accounts.of(self._account(call))
            if len(call.request.body) > BODY_LIMIT:
                return ApiErrorRaised(self.api.too_large), None
            self.api.parse(call)
        except ApiErrorRaised as error:
            return error, None
        traffic = self.api.traffic
        if entry.response.status >= 400 or traffic is None or traffic.arrange is None:
            return None, None
        try:
            traffic.arrange(call, value)
            return None, call.endpoint.handler(call).rendered()
        except ApiErrorRaised as error:
            return (error if error.error.status not in _STATEFUL else None), None

    def _account(self, call: Call) -> str:
        """Return the account of a request. Recorders leave credentials out, so a missing or invalid one is no finding."""
        try:
            return self.api.authenticate(call) or _ACCOUNT
        except ApiErrorRaised:
            return _ACCOUNT

    def _request_findings(self, call: Call) -> Iterator[Violation]:
        """Yield the violations of a request that the API accepts silently, with the address of their source."""
        pages = self.api.pages()
        for found in call.violations:
            yield replace(found, source=page_of(pages, found.source))

    def _missing_error(self, call: Call, entry: Entry, error: ApiErrorRaised) -> Violation:
        """Return the finding for a successful response to a request that requires an error."""
        rule = rule_id(self.api, call.operation, error.error)
        expected = f"{error.error.status} {error}"
        return self.finding(rule, call.operation, "request", error.path, str(entry.response.status), expected)


def _is_masked(value: Any) -> bool:
    """Return whether a parameter contains a placeholder, so that the value that was sent is unknown."""
    if isinstance(value, Mapping):
        return any(_is_masked(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_is_masked(inner) for inner in value)
    return isinstance(value, str) and (is_placeholder(value) or has_placeholder(value))
