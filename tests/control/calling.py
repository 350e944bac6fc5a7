"""Asking a hosted fake without a socket: its APIs, and its control plane."""

from __future__ import annotations

import json
from typing import Any

from fakesources.control.hosted import Hosted
from fakesources.core.http.messages import Request, Response


class Caller:
    """Somebody on this machine who asks a hosted fake."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted = hosted
        self.fake = hosted.fake

    def send(
        self, method: str, path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (),
        host: str = "127.0.0.1:8080", peer: str = "127.0.0.1",
    ) -> Response:  # fmt: skip
        """A request as it comes from a socket."""
        return self.hosted.handle(Request(method, path, headers, body, host, "http", "server", peer))

    def control(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """A request to the control plane; status and JSON."""
        typed = () if body is None else (("Content-Type", "application/json"),)
        written = b"" if body is None else json.dumps(body).encode()
        reply = self.send(method, f"/_fakesources{path}", written, typed, **more)
        return reply.status, json.loads(reply.body)

    def create(self, name: str = "Rock", user: str = "alice") -> Any:
        """A new DataSift source of a user's."""
        body = {
            "source_type": "instagram",
            "name": name,
            "parameters": {},
            "resources": [{"parameters": {"type": "tag", "value": "rock"}}],
            "auth": [{"parameters": {"value": "t0ken"}}],
        }
        headers = (("Authorization", f"{user}:s3cret"), ("Content-Type", "application/json"))
        return json.loads(self.send("POST", "/v1.6/source/create", json.dumps(body).encode(), headers).body)

    def names(self, user: str = "alice") -> list[str]:
        """The names of a user's sources."""
        reply = self.send("GET", "/v1.6/source/get", headers=(("Authorization", f"{user}:s3cret"),))
        return [source["name"] for source in json.loads(reply.body)["sources"]]
