"""Commands as processes of their own, and requests to their servers."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from forking import Forked

TIMEOUT_SECONDS = 60
"""Time after which a process counts as hung."""

KEY = {"Authorization": "alice:key"}
INSTAGRAM = {"source_type": "instagram", "name": "Rock", "auth": '[{"parameters":{"value":"t"}}]'}

VIOLATION = (
    "import os, urllib.request as u;"
    "r = u.Request(os.environ['FAKESOURCES_URL'] + '/v1.6/source/get?nmae=x', headers={'Authorization': 'a:s3cret'});"
    "u.urlopen(r)"
)
"""Program for `run` that sends a request with an unknown parameter, `nmae`, and a secret, `s3cret`."""


def fakesources(*arguments: str) -> list[str]:
    """Return the command line that runs a fakesources command with this Python."""
    return [sys.executable, "-m", "fakesources", *arguments]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of the tests without FAKESOURCES_* variables, with some added."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAKESOURCES_")} | more


@dataclass
class ClientResponse:
    """Response as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(
    url: str, method: str, path: str, json_body: Any = None, headers: Mapping[str, str] | None = None, body: str = ""
) -> ClientResponse:
    """Send one request to a base URL on a new connection, with a JSON value or a text as its body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
    try:
        text = body or None if json_body is None else json.dumps(json_body)
        content_type = {} if json_body is None else {"Content-Type": "application/json"}
        connection.request(method, path, text, {**content_type, **(headers or {})})
        response = connection.getresponse()
        return ClientResponse(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def becomes_true(condition: Callable[[], bool]) -> bool:
    """Poll a condition until it is true; return False after the timeout."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@dataclass
class Served:
    """Running `fakesources serve`."""

    process: subprocess.Popen[str] | Forked
    url: str
    token: str = ""

    def send(
        self, method: str, path: str, json_body: Any = None, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> ClientResponse:
        return send(self.url, method, path, json_body, headers, body)

    def control(self, method: str, path: str, json_body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.send(method, f"/_fakesources/{path}", json_body, headers).json

    def create(self, name: str = "Rock", user: str = "alice") -> Any:
        """Create a DataSift source of a user and return it."""
        body = {"source_type": "instagram", "name": name, "parameters": {}, "auth": [{"parameters": {"value": "t"}}]}
        resources = [{"parameters": {"type": "tag", "value": "rock"}}]
        return self.send(
            "POST", "/v1.6/source/create", {**body, "resources": resources}, {"Authorization": f"{user}:key"}
        ).json

    def sources(self, user: str = "alice") -> list[Any]:
        """Return the DataSift sources of a user."""
        return self.send("GET", "/v1.6/source/get", headers={"Authorization": f"{user}:key"}).json["sources"]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal. Return the exit code and the rest of standard output and error."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=TIMEOUT_SECONDS)
        return self.process.returncode, out, err


@dataclass
class Finished:
    """Exit code and output of a command that has ended."""

    code: int
    out: str
    err: str


Serve = Callable[..., Served]
Command = Callable[..., Finished]
