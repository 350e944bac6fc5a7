"""Recorded requests and responses, and an estimate of the memory they take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..contract.validation import Violation
from ..http.masking import mask_url
from ..http.messages import Request, Response
from ..http.parsing import Unreadable, pairs_of
from ..system.sizes import size_of_parsed

_SHORT_TARGET_LENGTH = 200
"""Targets up to this length are covered by _EXCHANGE_BYTES, the parsed query included."""

_EXCHANGE_BYTES = 2_500
"""Approximate bytes of an exchange without its bodies, its target and its headers."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as the journal shows it: as it was sent (`raw`), and parsed.

    `query` and `headers` are lists of pairs as sent; `params` are the decoded parameters by name, from the query,
    the form or the JSON body.
    """

    raw: Request
    params: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<RecordedRequest {self.raw.method} {mask_url(self.raw.raw_path)}>"

    @property
    def method(self) -> str:
        """Method, as sent."""
        return self.raw.method

    @property
    def path(self) -> str:
        """Path without its percent-encoding."""
        return self.raw.path

    @property
    def url(self) -> str:
        """Whole URL, as sent."""
        return self.raw.url

    @property
    def query(self) -> list[tuple[str, str]]:
        """Names and values of the query in order; empty when it cannot be parsed."""
        try:
            return pairs_of(self.raw.query_string)
        except Unreadable:
            return []

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Headers in order, as sent."""
        return list(self.raw.headers)

    @property
    def body(self) -> bytes:
        """Body, as sent."""
        return self.raw.body

    @property
    def json(self) -> Any:
        """Body parsed as JSON; raises ValueError when it is not JSON."""
        return json.loads(self.raw.body)


class Exchange(NamedTuple):
    """One request and its response.

    `operation` is empty where no operation has the path; `error` is the id of the rule of the API error in the
    response; `fault` is the type of the planned fault that happened; `time` is the fake's time in seconds since 1970;
    `secrets` are the names whose values are masked in texts. `duration` is the time from the request to the response in
    milliseconds of real time.
    """

    number: int
    time: float
    api: str
    operation: str
    account: str
    raw_request: Request
    params: Mapping[str, Any]
    response: Response
    error: str = ""
    violations: tuple[Violation, ...] = ()
    fault: str = ""
    secrets: frozenset[str] = frozenset()
    duration: float = 0.0

    @property
    def request(self) -> RecordedRequest:
        """Request as it was sent, and parsed."""
        return RecordedRequest(self.raw_request, self.params)

    @property
    def status(self) -> int:
        """Status of the response."""
        return self.response.status

    def __repr__(self) -> str:
        """Number, operation, method, path and status; never a query, a header or a body, which may hold secrets."""
        end = self.response.disconnect or str(self.response.status)
        path = mask_url(self.raw_request.raw_path, self.secrets)
        return f"<Exchange {self.number} {self.operation or self.api} {self.raw_request.method} {path} -> {end}>"


def estimate_bytes(exchange: Exchange) -> int:
    """Return approximately how many bytes an exchange takes."""
    request = exchange.raw_request
    target, body = request.target, request.body
    size = _EXCHANGE_BYTES + len(target) + len(exchange.response.body)
    for _, value in request.headers:
        size += len(value)
    if body:
        size += len(body) + size_of_parsed(body)
    if len(target) > _SHORT_TARGET_LENGTH:
        size += size_of_parsed(target.encode("utf-8", "replace"))
    return size
