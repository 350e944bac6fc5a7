"""One request and its response, as the journal records them, and about how much memory they take."""

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

_SHORT_TARGET = 200
"""Up to this length, what a query becomes once parsed is part of what every exchange takes."""

_EXCHANGE_BYTES = 2_500
"""About what an exchange takes beside its bodies, its target and its headers."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as the journal shows it: as it was sent, and what was understood of it.

    `query` and `headers` are lists of pairs as sent; `params` are the decoded parameters by name, from the query,
    the form or the JSON body.
    """

    raw: Request
    params: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Asked {self.raw.method} {mask_url(self.raw.raw_path)}>"

    @property
    def method(self) -> str:
        """The method, as sent."""
        return self.raw.method

    @property
    def path(self) -> str:
        """The path, its percent-encoding resolved."""
        return self.raw.path

    @property
    def url(self) -> str:
        """The whole address."""
        return self.raw.url

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's names and values in order; empty when it cannot be read."""
        try:
            return pairs_of(self.raw.query_string)
        except Unreadable:
            return []

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers in order, as sent."""
        return list(self.raw.headers)

    @property
    def body(self) -> bytes:
        """The body, as sent."""
        return self.raw.body

    @property
    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is none."""
        return json.loads(self.raw.body)


class Exchange(NamedTuple):
    """One request and its answer.

    `operation` is empty where the path leads nowhere; `refusal` is the id of the rule by which it was refused;
    `fault` is what a test had arranged for it; `at` is the fake's time in seconds since 1970; `secrets` are the names
    that are masked where it is shown.
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

    @property
    def request(self) -> RecordedRequest:
        """The request as it was sent and as it was understood."""
        return RecordedRequest(self.raw_request, self.params)

    @property
    def status(self) -> int:
        """The status that was answered."""
        return self.response.status

    def __repr__(self) -> str:
        """Number, operation, method, path and status; never a query, a header or a body, which may hold secrets."""
        end = self.response.disconnect or str(self.response.status)
        path = mask_url(self.raw_request.raw_path, self.secrets)
        return f"<Exchange {self.number} {self.operation or self.api} {self.raw_request.method} {path} -> {end}>"


def weigh(exchange: Exchange) -> int:
    """Return about how many bytes an exchange takes."""
    sent, reply = exchange.raw_request, exchange.response
    target, body = sent.target, sent.body
    weight = _EXCHANGE_BYTES + len(target) + len(reply.body)
    for _, value in sent.headers:
        weight += len(value)
    if body:
        weight += len(body) + size_of_parsed(body)
    if len(target) > _SHORT_TARGET:
        weight += size_of_parsed(target.encode("utf-8", "replace"))
    return weight
