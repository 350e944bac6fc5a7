"""A recorded answer held against what its operation gives, or against the refusals it is known to answer with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call, Service
from ..core.contract.rulebook import place_id, rule_id, rulebook
from ..core.contract.schemas import Schema, SchemaError, json_path
from ..core.contract.validation import Side, Violation, described, shown
from ..core.http.masking import MASK, is_secret, mask_path, show
from ..core.http.parsing import Unreadable, is_json, json_of, media_type, text_of
from . import errors
from .rate_headers import disagreements
from .recordings.entry import Entry
from .recordings.masked import is_placeholder


@dataclass(frozen=True, slots=True)
class ParsedBody:
    """Body of a response: its JSON value, or why there is none."""

    value: Any
    unreadable: str = ""

    @property
    def is_readable(self) -> bool:
        """Return whether there is a value."""
        return not self.unreadable

    @classmethod
    def of(cls, entry: Entry) -> ParsedBody:
        """Parse the body of a recorded response."""
        if not entry.answered or entry.response.status == 304 or entry.request.method == "HEAD":
            return cls(None, "was not recorded")
        if not entry.response.body:
            return cls(None, "has no body")
        try:
            return cls(json_of(text_of(entry.response.body)))
        except Unreadable as why:
            return cls(None, str(why))


class Answers:
    """The answers of one API in one edition."""

    def __init__(self, service: Service) -> None:
        self.api = service.api
        self.edition = service.edition
        self.book = rulebook(service.api)
        self._service = service

    def is_empty(self, call: Call, status: int) -> bool:
        """Return whether the operation answers with this status and no body."""
        return call.endpoint is not None and call.endpoint.responses.get(status) == ""

    def is_shaped(self, call: Call, status: int, value: Any) -> bool:
        """Return whether a value has the shape that the operation gives with this status."""
        name = call.endpoint.responses.get(status) if call.endpoint is not None else None
        return bool(name) and bool(self._service.schema(str(name)).is_valid(value))

    def held(self, call: Call, entry: Entry, said: ParsedBody) -> Iterator[Violation]:
        """What is wrong with an answer by itself: status, headers, body, and of a refusal its text."""
        reply, endpoint = entry.response, call.endpoint
        if reply.status == 304:  # a cache's answer, not the API's
            return
        if endpoint is not None and reply.status in endpoint.responses:
            yield from self._body(call, f"{endpoint.id}.{reply.status}", endpoint.responses[reply.status], entry, said)
        elif reply.status >= 400:
            yield from self._refusal(call, entry, said)
        else:
            yield from self._unlisted(call, entry)
            return
        yield from self._counted(call, entry)

    def departed(self, call: Call, said: ParsedBody) -> Iterator[Violation]:
        """What no schema can say of an answer that its schema takes."""
        departures = self.api.traffic.departures if self.api.traffic else None
        for found in departures(call.operation, said.value) if departures else ():
            yield self.finding(found.rule, call.operation, "response", found.path, found.actual, found.expected)

    def followed(self, call: Call, said: ParsedBody, answer: Result) -> Iterator[Violation]:
        """Places of the answer that follow from the request, held against the fake's own answer to it."""
        follows = self.api.traffic.follows if self.api.traffic else {}
        for place in follows.get(call.operation, ()):
            got, expected = _at(said.value, (place,)), _at(answer.value, (place,))
            asked = call.params.get(place)  # the fake may give less than was asked for; what was asked is right too
            is_masked = any(map(is_placeholder, (got, expected, asked)))
            if got not in (expected, asked) and expected is not None and got is not None and not is_masked:
                rule = f"{call.operation}.{answer.status}.{place}"
                yield self.finding(rule, call.operation, "response", f"$.{place}", shown(got), shown(expected))

    def finding(self, id: str, operation: str, side: Side, at: str, got: str, expected: str) -> Violation:
        """A finding under a rule of the book, with what the rule says and where it was read."""
        rule = self.book.find(id, self.edition.name)
        return Violation(
            rule=id, operation=operation, path=at, actual=got, expected=expected,
            message=rule.description if rule else "", source=rule.source if rule else "", side=side,
        )  # fmt: skip

    # -- headers and status ----------------------------------------------------------------------------------------

    def _counted(self, call: Call, entry: Entry) -> Iterator[Violation]:
        counters = self.api.traffic.counters if self.api.traffic else None
        reply, endpoint = entry.response, call.endpoint
        if counters is None or endpoint is None or not reply.headers:
            return
        for at, got, expected in disagreements(counters, endpoint.cost, reply):
            yield self._reply(call, f"{self.api.name}.traffic.rate-headers", at, got, expected)

    def _unlisted(self, call: Call, entry: Entry) -> Iterator[Violation]:
        if call.endpoint is not None:
            listed = ", ".join(map(str, errors.statuses(self.api, call.endpoint)))
            rule = f"{self.api.name}.traffic.status"
            yield self._reply(call, rule, "status", str(entry.response.status), f"one of {listed}")

    # -- bodies ----------------------------------------------------------------------------------------------------

    def _body(self, call: Call, prefix: str, name: str, entry: Entry, said: ParsedBody) -> Iterator[Violation]:
        reply, api = entry.response, self.api
        rule = f"{api.name}.traffic.body"
        if not name:
            if reply.body and entry.answered and call.request.method != "HEAD":
                got = f"{len(reply.body)} bytes" if said.unreadable else show(said.value, api.secrets)
                yield self._reply(call, rule, "$", got, "no body")
            return
        if not entry.answered or call.request.method == "HEAD":
            return
        if said.unreadable:
            yield self._reply(
                call, rule, "$", f"a body that {said.unreadable}" if reply.body else "no body", "a JSON body"
            )
            return
        media = media_type(reply.header("content-type"))
        if media and not is_json(media) and not is_placeholder(media):
            at, expected = "headers['Content-Type']", "application/json"
            yield self._reply(call, f"{api.name}.traffic.content-type", at, media, expected)
        yield from self._shaped(call, prefix, self._service.schema(name), said.value)

    def _shaped(self, call: Call, prefix: str, shape: Schema, value: Any) -> Iterator[Violation]:
        if shape.is_valid(value):
            return
        told = set()
        for fault in shape.errors(value):
            if not fault.names and is_placeholder(fault.actual):
                continue
            for name in fault.names or ("",):
                key = (fault.path, name)
                if key not in told:  # a place is told once: by its type, where that is wrong, and a missing name once
                    told.add(key)
                    yield self._fault(call, prefix, fault, name)

    def _fault(self, call: Call, prefix: str, fault: SchemaError, name: str) -> Violation:
        secrets = self.api.secrets
        path = (*fault.path, name) if name else fault.path
        known = (fault.schema or {}).get("properties", {})
        if fault.keyword == "required":
            got, expected = "nothing", f"a value: {name!r} is always there"
        elif fault.keyword == "additionalProperties" and name:
            got, expected = show(fault.actual[name], secrets), f"one of {', '.join(known)}"
        else:
            got, expected = show(fault.actual, secrets), _expected(fault)
        telling = any(isinstance(part, str) and is_secret(part, secrets) for part in path)
        if telling and got != "nothing":
            got = MASK
        rule = self.book.find(place_id(prefix, path), self.edition.name)
        return self._reply(
            call, rule.id if rule is not None else prefix, json_path(mask_path(path, secrets)), got, expected
        )

    # -- refusals --------------------------------------------------------------------------------------------------

    def _refusal(self, call: Call, entry: Entry, said: ParsedBody) -> Iterator[Violation]:
        """A refusal: of a status that the operation is known to refuse with, in the form and in one of its texts."""
        api = self.api
        candidates = errors.of_status(api, call.endpoint, entry.response.status)
        if not candidates:
            yield from self._unlisted(call, entry)
            return
        faults = list(self._body(call, f"{api.name}.error", api.error_schema, entry, said))
        yield from faults
        if faults or not entry.answered or said.unreadable:
            return
        path = errors.place_of_text(api)
        text = _at(said.value, path)
        if not is_placeholder(text) and not any(errors.is_worded_as(problem, text) for problem in candidates):
            own = [problem for problem in candidates if call.endpoint and problem in call.endpoint.errors]
            only = own[0] if len(own) == 1 else None
            rule = rule_id(api, call.operation, only) if only else f"{api.name}.traffic.error-text"
            texts = dict.fromkeys(problem.text for problem in ([only] if only else candidates))
            yield self._reply(call, rule, json_path(path), shown(text), " or ".join(map(shown, texts)))

    def _reply(self, call: Call, rule: str, at: str, got: str, expected: str) -> Violation:
        return self.finding(rule, call.operation, "response", at, got, expected)


def _expected(fault: SchemaError) -> str:
    """What a schema wanted. A validator's own sentence may quote what it was shown, and is not passed on."""
    words = described(fault)
    return f"what the schema says by {fault.keyword!r}" if words == fault.message else words


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
