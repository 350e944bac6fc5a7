"""Commands as their users have them: processes of their own, asked over sockets, ended by their own ids."""

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

PATIENCE = 60
"""Seconds until a process counts as hung; nothing here takes as long."""

KEY = {"Authorization": "alice:key"}
INSTAGRAM = {"source_type": "instagram", "name": "Rock", "auth": '[{"parameters":{"value":"t"}}]'}


def fakesources(*words: str) -> list[str]:
    """The command line, as this Python runs it."""
    return [sys.executable, "-m", "fakesources", *words]


def environment(**more: str) -> dict[str, str]:
    """The environment of the tests, without anything that fakesources reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAKESOURCES_")} | more


@dataclass
class Answered:
    """An answer as a client saw it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    url: str, method: str, path: str, json_body: Any = None, headers: Mapping[str, str] | None = None, body: str = ""
) -> Answered:
    """One request to a base URL over a connection of its own, with a JSON value or a text for a body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        text = body or None if json_body is None else json.dumps(json_body)
        typed = {} if json_body is None else {"Content-Type": "application/json"}
        connection.request(method, path, text, {**typed, **(headers or {})})
        got = connection.getresponse()
        return Answered(got.status, dict(got.getheaders()), got.read())
    finally:
        connection.close()


def reached(fact: Callable[[], bool]) -> bool:
    """Whether something becomes true; it is looked up again and again until it counts as hung."""
    until = time.monotonic() + PATIENCE
    while not fact():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@dataclass
class Served:
    """A `fakesources serve` that answers."""

    process: subprocess.Popen[str]
    url: str
    token: str = ""

    def ask(
        self, method: str, path: str, json_body: Any = None, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> Answered:
        return ask(self.url, method, path, json_body, headers, body)

    def control(self, method: str, path: str, json_body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.ask(method, f"/_fakesources/{path}", json_body, headers).json

    def create(self, name: str = "Rock", user: str = "alice") -> Any:
        """A new DataSift source of a user's."""
        body = {"source_type": "instagram", "name": name, "parameters": {}, "auth": [{"parameters": {"value": "t"}}]}
        resources = [{"parameters": {"type": "tag", "value": "rock"}}]
        return self.ask(
            "POST", "/v1.6/source/create", {**body, "resources": resources}, {"Authorization": f"{user}:key"}
        ).json

    def sources(self, user: str = "alice") -> list[Any]:
        """The DataSift sources of a user."""
        return self.ask("GET", "/v1.6/source/get", headers={"Authorization": f"{user}:key"}).json["sources"]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; the exit code, and what else was written to standard output and error."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@dataclass
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


Serve = Callable[..., Served]
Command = Callable[..., Finished]
