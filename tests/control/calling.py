"""Client of a hosted fake without a socket: of its APIs, and of its control plane."""

from __future__ import annotations

import json
from typing import Any

from fakesources.control.hosted import Hosted
from fakesources.core.http.messages import Request, Response

JSON = (("Content-Type", "application/json"),)


class Caller:
    """A client on this machine."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted = hosted
        self.fake = hosted.fake

    def send(
        self, method: str, path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (),
        host: str = "127.0.0.1:8080", peer: str = "127.0.0.1",
    ) -> Response:  # fmt: skip
        """Return the response to a request as it comes from a socket."""
        return self.hosted.handle(Request(method, path, headers, body, host, "http", "server", peer))

    def control(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Return the status and the JSON value of the control plane's response."""
        headers = () if body is None else JSON
        content = b"" if body is None else json.dumps(body).encode()
        response = self.send(method, f"/_fakesources{path}", content, headers, **more)
        return response.status, json.loads(response.body)

    def create(self, name: str = "Rock", user: str = "alice") -> Any:
        """Create a DataSift source of a user."""
        body = {
            "source_type": "instagram",
            "name": name,
            "parameters": {},
            "resources": [{"parameters": {"type": "tag", "value": "rock"}}],
            "auth": [{"parameters": {"value": "t0ken"}}],
        }
        headers = (("Authorization", f"{user}:s3cret"), *JSON)
        return json.loads(self.send("POST", "/v1.6/source/create", json.dumps(body).encode(), headers).body)

    def names(self, user: str = "alice") -> list[str]:
        """Return the names of a user's sources."""
        response = self.send("GET", "/v1.6/source/get", headers=(("Authorization", f"{user}:s3cret"),))
        return [source["name"] for source in json.loads(response.body)["sources"]]
