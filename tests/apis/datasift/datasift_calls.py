"""Calls of a DataSift fake without a client library, from a method and parameters to a parsed response."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from parsed_response import ParsedResponse

from fakesources import FakeSources
from fakesources.core.http.messages import Request

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class CallResponse(ParsedResponse):
    """A response of the API."""

    @property
    def error(self) -> str:
        value = self.json
        assert list(value) == ["error"]
        return str(value["error"])

    def rate(self, name: str) -> int:
        return int(self.headers[f"X-RateLimit-{name}"])


@dataclass(frozen=True)
class Caller:
    """Calls of one user at one version of the API."""

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
    ) -> CallResponse:
        target = f"{self.version}/source/{path}" + (f"?{urlencode(query)}" if query else "")
        if form is not None:
            body, content_type = (form if isinstance(form, str) else urlencode(form)).encode(), FORM
        if json_body is not None:
            body, content_type = json.dumps(json_body).encode(), JSON
        sent = (("Authorization", self.authorization),) if headers is None else headers
        if content_type:
            sent = (*sent, ("Content-Type", content_type))
        return CallResponse(self.fake.handle(Request(method, target, sent, body, "api.datasift.com")))

    def create(self, source_type: str = "instagram", **given: Any) -> CallResponse:
        """Create a source, by default of Instagram with one tag and one token."""
        params: dict[str, Any] = {
            "name": "Ruby Test IG",
            "resources": [{"parameters": {"type": "tag", "value": "nofilter"}}],
            "auth": [{"parameters": {"value": "TOKEN-1"}}],
        }
        return self("POST", "create", json_body={"source_type": source_type, **params, **given})

    def get(self, id: str) -> Any:
        """Return a source as get returns it."""
        response = self("GET", "get", query={"id": id})
        assert response.status == 200, response.json
        return response.json

    def names(self, **query: Any) -> list[str]:
        """Return the names on a page of the list."""
        return [source["name"] for source in self("GET", "get", query=query).json["sources"]]
