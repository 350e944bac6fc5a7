"""Calls of the Curator fake without a client library."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from parsed_response import ParsedResponse

from fakesources import FakeSources
from fakesources.core.http.messages import Request

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
PUBLIC_KEY = "adfdad0b-88ea-4660-8fc5-6ab02741"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


class CallResponse(ParsedResponse):
    """A response of the API."""

    @property
    def error(self) -> tuple[int, str]:
        """Status and message of an error, which has no other keys."""
        value = self.json
        assert list(value) == ["success", "message"]
        assert value["success"] is False
        return self.status, str(value["message"])


@dataclass(frozen=True)
class Caller:
    """Caller with one API key."""

    fake: FakeSources
    key: str = "ABCD-1234"

    def __call__(
        self,
        method: str,
        path: str,
        json_body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        body: bytes = b"",
        content_type: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        key: str | None = None,
    ) -> CallResponse:
        """Send one request, with the key in the query unless it is empty."""
        key = self.key if key is None else key
        params = {**({"api_key": key} if key else {}), **(query or {})}
        target = path + (f"?{urlencode(params)}" if params else "")
        if json_body is not None:
            body, content_type = json.dumps(json_body).encode(), JSON
        if content_type:
            headers = (*headers, ("Content-Type", content_type))
        return CallResponse(self.fake.handle(Request(method, target, headers, body, "api.curator.io")))

    def create(self, feed_id: str = FEED, source_type: int = 2, tag: str = "myawesometag") -> Any:
        """Create a source, by default that of the documentation, and return the response."""
        response = self("POST", "/v1/sources", {"feed_id": feed_id, "source_type": source_type, "tag": tag})
        assert response.status == 200, response.json
        return response.json

    def sources(self, **query: Any) -> Any:
        """List sources."""
        return self("GET", "/v1/sources", query=query).json

    def posts(self, feed: str = FEED, **query: Any) -> Any:
        """List posts without a key."""
        response = self("GET", f"/v1/feeds/{feed}/posts", query=query, key="")
        assert response.status == 200, response.json
        return response.json

    def ids(self, feed: str = FEED, **query: Any) -> list[int]:
        """Return the ids on a page of posts."""
        return [post["id"] for post in self.posts(feed, **query)["posts"]]
