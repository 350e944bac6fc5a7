"""Check of a recorded response against the responses and errors of its operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call, Service
from ..core.contract.rulebook import property_rule_id, rule_id, rulebook
from ..core.contract.schemas import Schema, SchemaError, json_path
from ..core.contract.validation import Side, Violation, describe_expected
from ..core.http.masking import mask_path, show, show_at
from ..core.http.parsing import Unreadable, is_json, json_of, media_type, text_of
from ..core.text.display import short_json
from . import errors
from .rate_headers import find_disagreements
from .recordings.entry import Entry
from .recordings.masked import is_placeholder


@dataclass(frozen=True, slots=True)
class ParsedBody:
    """Body of a response: its JSON value, or the reason why there is none."""

    value: Any
    reason: str = ""

    @property
    def is_readable(self) -> bool:
        """True if there is a value."""
        return not self.reason

    @classmethod
    def of(cls, entry: Entry) -> ParsedBody:
        """Parse the body of a recorded response."""
        if not entry.is_response_complete:
            return cls(None, "was not recorded")
        if not entry.response.body:
            return cls(None, "has no body")
        try:
            return cls(json_of(text_of(entry.response.body).removeprefix("\ufeff")))
        except Unreadable as error:
            return cls(None, str(error))


class ResponseChecker:
    """Checker for the responses of one API in one edition."""

    def __init__(self, service: Service) -> None:
        self.api = service.api
        self.edition = service.edition
        self.book = rulebook(service.api)
        self._service = service

    def is_empty(self, call: Call, status: int) -> bool:
        """Return whether the operation has this status without a body."""
        return call.endpoint is not None and call.endpoint.responses.get(status) == ""

    def is_valid(self, call: Call, status: int, value: Any) -> bool:
        """Return whether a value is valid under the schema of the operation's response with this status."""
        name = call.endpoint.responses.get(status) if call.endpoint is not None else None
        return bool(name) and bool(self._service.schema(str(name)).is_valid(value))

    def check(self, call: Call, entry: Entry, body: ParsedBody) -> Iterator[Violation]:
        """Yield the findings of a response on its own: status, headers, body, and the text of an error."""
        response, endpoint = entry.response, call.endpoint
        if response.status == 304:  # the response of a cache, not of the API
            return
        if endpoint is not None and self.is_error(call, entry, body):
            pass
        elif endpoint is not None and response.status in endpoint.responses:
            schema = endpoint.responses[response.status]
            yield from self._check_body(call, f"{endpoint.id}.{response.status}", schema, entry, body)
        elif response.status >= 400:
            yield from self._check_error(call, entry, body)
        else:
            yield from self._undocumented_status(call, entry)
            return
        yield from self._check_rate_headers(call, entry)

    def is_error(self, call: Call, entry: Entry, body: ParsedBody) -> bool:
        """Return whether a response is an error of its operation with the status of a success, as some APIs have them."""
        status = entry.response.status
        candidates = errors.of_status(self.api, call.endpoint, status) if status < 400 else []
        return body.is_readable and any(not errors.differences(self.api, error, body.value) for error in candidates)

    def check_deviations(self, call: Call, body: ParsedBody) -> Iterator[Violation]:
        """Yield the findings of a valid response that no schema can express, such as the order of items."""
        departures = self.api.traffic.deviations if self.api.traffic else None
        for found in departures(call.operation, body.value) if departures else ():
            yield self.finding(found.rule, call.operation, "response", found.path, found.actual, found.expected)

    def check_echoed(self, call: Call, body: ParsedBody, result: Result) -> Iterator[Violation]:
        """Yield the fields of a response that follow from its request and differ from those of the fake."""
        follows = self.api.traffic.determined if self.api.traffic else {}
        for name in follows.get(call.operation, ()):
            actual, expected = (
                each.get(name) if isinstance(each, dict) else None for each in (body.value, result.value)
            )
            sent = call.params.get(name)  # the fake may return less than was sent; the value that was sent is right too
            is_masked = any(map(is_placeholder, (actual, expected, sent)))
            if actual not in (expected, sent) and expected is not None and actual is not None and not is_masked:
                rule = f"{call.operation}.{result.status}.{name}"
                yield self._finding(call, rule, f"$.{name}", short_json(actual), short_json(expected))

    def finding(self, id: str, operation: str, side: Side, path: str, actual: str, expected: str) -> Violation:
        """Return a finding under a rule, with the rule's description and source."""
        rule = self.book.find(id, self.edition.name)
        return Violation(
            rule=id, operation=operation, path=path, actual=actual, expected=expected,
            message=rule.description if rule else "", source=rule.source if rule else "", side=side,
        )  # fmt: skip

    def _finding(self, call: Call, rule: str, path: str, actual: str, expected: str) -> Violation:
        return self.finding(rule, call.operation, "response", path, actual, expected)

    # -- headers and status ----------------------------------------------------------------------------------------

    def _check_rate_headers(self, call: Call, entry: Entry) -> Iterator[Violation]:
        counters = self.api.traffic.counters if self.api.traffic else None
        response, endpoint = entry.response, call.endpoint
        if counters is None or endpoint is None or not response.headers:
            return
        for path, actual, expected in find_disagreements(counters, endpoint.cost, response):
            yield self._finding(call, f"{self.api.name}.traffic.rate-headers", path, actual, expected)

    def _undocumented_status(self, call: Call, entry: Entry) -> Iterator[Violation]:
        if call.endpoint is not None:
            expected = f"one of {', '.join(map(str, errors.statuses(self.api, call.endpoint)))}"
            yield self._finding(call, f"{self.api.name}.traffic.status", "status", str(entry.response.status), expected)

    # -- bodies ----------------------------------------------------------------------------------------------------

    def _check_body(self, call: Call, prefix: str, schema: str, entry: Entry, body: ParsedBody) -> Iterator[Violation]:
        response, api = entry.response, self.api
        rule = f"{api.name}.traffic.body"
        is_recorded = entry.is_response_complete and call.request.method != "HEAD"
        if not schema:
            if response.body and is_recorded:
                actual = show(body.value, api.secrets) if body.is_readable else f"{len(response.body)} bytes"
                yield self._finding(call, rule, "$", actual, "no body")
            return
        if not is_recorded:
            return
        if not body.is_readable:
            actual = f"a body that {body.reason}" if response.body else "no body"
            yield self._finding(call, rule, "$", actual, "a JSON body")
            return
        media = media_type(response.header("content-type"))
        if media and not is_json(media) and not is_placeholder(media):
            rule = f"{api.name}.traffic.content-type"
            yield self._finding(call, rule, "headers['Content-Type']", media, "application/json")
        yield from self._check_schema(call, prefix, self._service.schema(schema), body.value)

    def _check_schema(self, call: Call, prefix: str, schema: Schema, value: Any) -> Iterator[Violation]:
        if schema.is_valid(value):
            return
        reported = set()
        for error in schema.errors(value):
            if not error.names and is_placeholder(error.actual):
                continue
            for name in error.names or ("",):
                key = (error.path, name)
                if key not in reported:  # one finding per path: its type if that is wrong, and each missing name once
                    reported.add(key)
                    yield self._schema_finding(call, prefix, error, name)

    def _schema_finding(self, call: Call, prefix: str, error: SchemaError, name: str) -> Violation:
        secrets = self.api.secrets
        path = (*error.path, name) if name else error.path
        known = (error.schema or {}).get("properties", {})
        if error.keyword == "required":
            actual, expected = "nothing", f"a value: {name!r} is always there"
        elif error.keyword == "additionalProperties" and name:
            actual, expected = show_at(error.actual[name], path, secrets), f"one of {', '.join(known)}"
        else:
            actual, expected = show_at(error.actual, path, secrets), _expected(error)
        rule = self.book.find(property_rule_id(prefix, path), self.edition.name)
        shown_path = json_path(mask_path(path, secrets))
        return self._finding(call, rule.id if rule is not None else prefix, shown_path, actual, expected)

    # -- errors ----------------------------------------------------------------------------------------------------

    def _check_error(self, call: Call, entry: Entry, body: ParsedBody) -> Iterator[Violation]:
        """Yield the findings of an error: a status that is not documented, a wrong body, or another text."""
        api = self.api
        candidates = errors.of_status(api, call.endpoint, entry.response.status)
        if not candidates:
            yield from self._undocumented_status(call, entry)
            return
        findings = list(self._check_body(call, f"{api.name}.error", api.error_schema, entry, body))
        yield from findings
        if findings or not body.is_readable:
            return
        differing = {error: errors.differences(api, error, body.value) for error in candidates}
        if all(differing.values()):
            own = [error for error in candidates if call.endpoint and error in call.endpoint.errors]
            only = own[0] if len(own) == 1 else None
            rule = rule_id(api, call.operation, only) if only else f"{api.name}.traffic.error-text"
            path, _, actual = min(differing.values(), key=len)[0]
            listed = [differing[only]] if only else list(differing.values())
            texts = dict.fromkeys(short_json(text) for each in listed for at, text, _ in each if at == path)
            yield self._finding(call, rule, json_path(path), short_json(actual), " or ".join(texts))


def _expected(error: SchemaError) -> str:
    """Return the expected value in words. The validator's own message may quote a secret and is not used."""
    words = describe_expected(error)
    return f"a value valid under {error.keyword!r} of its schema" if words == error.message else words
