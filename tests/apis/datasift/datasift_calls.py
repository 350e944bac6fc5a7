"""A caller of the DataSift fake: one function from a method and parameters to an answer, without any client library."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fakesources import FakeSources
from fakesources.core.http.messages import Request, Response

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Answered:
    """A reply, its body read."""

    reply: Response

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.reply.headers)

    @property
    def json(self) -> Any:
        return json.loads(self.reply.body)

    @property
    def error(self) -> str:
        value = self.json
        assert list(value) == ["error"]
        return str(value["error"])

    def rate(self, name: str) -> int:
        return int(self.headers[f"X-RateLimit-{name}"])


@dataclass(frozen=True)
class Caller:
    """Calls of one user at one version."""

    fake: FakeSources
    authorization: str = "alice:0123456789abcdef0123456789abcdef"
    version: str = "/v1.6"

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        form: dict[str, Any] | str | None = None,
        json_body: Any = None,
        body: bytes = b"",
        content_type: str = "",
        headers: tuple[tuple[str, str], ...] | None = None,
    ) -> Answered:
        target = f"{self.version}/source/{path}" + (f"?{urlencode(query)}" if query else "")
        if form is not None:
            body, content_type = (form if isinstance(form, str) else urlencode(form)).encode(), FORM
        if json_body is not None:
            body, content_type = json.dumps(json_body).encode(), JSON
        sent = (("Authorization", self.authorization),) if headers is None else headers
        if content_type:
            sent = (*sent, ("Content-Type", content_type))
        return Answered(self.fake.handle(Request(method, target, sent, body, "api.datasift.com")))

    def create(self, source_type: str = "instagram", **given: Any) -> Answered:
        """Create a source, by default one of Instagram with one tag and one token."""
        params: dict[str, Any] = {
            "name": "Ruby Test IG",
            "resources": [{"parameters": {"type": "tag", "value": "nofilter"}}],
            "auth": [{"parameters": {"value": "TOKEN-1"}}],
        }
        return self("POST", "create", json_body={"source_type": source_type, **params, **given})

    def get(self, id: str) -> Any:
        """A source as get answers it."""
        answer = self("GET", "get", query={"id": id})
        assert answer.status == 200, answer.json
        return answer.json

    def names(self, **query: Any) -> list[str]:
        """The names on a page of the list."""
        return [source["name"] for source in self("GET", "get", query=query).json["sources"]]


def rules(fake: FakeSources) -> list[str]:
    """The ids of the rules that were broken without the caller being told, in order."""
    return [violation.rule for violation in fake.violations]
