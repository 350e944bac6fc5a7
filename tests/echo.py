"""Handler of requests for tests of adapters and of the live server."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakesources.core.http.messages import Request, Response


@dataclass
class Echo:
    """Handler that records requests in `seen` and returns `response`."""

    response: Response = field(default_factory=lambda: Response(200, (("Content-Type", "text/plain"),), b"hello"))
    seen: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.seen.append(request)
        return self.response

    @property
    def last(self) -> Request:
        return self.seen[-1]
