"""Runner for the calls of the tables, with a fake of one edition, in-process or over a socket."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import cache, partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from statements import ABSENT, Call, Statement, places, table

from fakesources import FakeSources, InternalError, Request, Snapshot
from fakesources.apis.registry import installed

ALL = installed()

TRANSPORTS = ("in-process", "socket")
HOSTS = {api.name: api.hosts[0] for api in ALL}
EDITIONS = [(api.name, edition) for api in ALL for edition in api.editions]
REFERENCE = re.compile(r"\$\{(\d+)\.([\w.]+)\}")

Send = Callable[[str, str, dict[str, str], bytes], dict[str, Any]]


class Runner:
    """Client of fakes of one edition: one fake for each set of options, reset before each call."""

    def __init__(self, api: str, edition: str, transport: str, stack: ExitStack) -> None:
        self.api, self.edition, self.transport = api, edition, transport
        self._stack = stack
        self._opened: dict[str, tuple[FakeSources, Send]] = {}
        self._arranged: dict[str, Snapshot] = {}

    def run(self, call: Call) -> dict[str, Any]:
        """Return the response to a call, with the rules of its violations."""
        fake, send = self._open(call.options)
        self._arrange(fake, call)
        earlier: list[dict[str, Any]] = []
        for step in call.before:
            if "advance" in step:
                fake.clock.advance(seconds=step["advance"])
            elif "fault" in step:
                fake.faults.error(*step["fault"])
            elif "deliver" in step:
                fake.curator.posts.deliver()
            else:
                earlier.append(self._send(send, step, earlier))
        fake.clear_violations()
        response = self._send(send, call.request, earlier)
        return {**response, "violations": [violation.rule for violation in fake.violations]}

    def _arrange(self, fake: FakeSources, call: Call) -> None:
        """Reset a fake to the rows given for a call; equal rows are created once per fake."""
        fake.reset()
        fake.clear_violations()
        key = json.dumps([call.options, call.given], sort_keys=True)
        if key in self._arranged:
            fake.restore(self._arranged[key])
            return
        for name, rows in call.given.items():
            for row in rows:
                getattr(getattr(fake, self.api), name).add(
                    **{field: parse_value(field, each) for field, each in row.items()}
                )
        self._arranged[key] = fake.snapshot()

    def _open(self, options: Mapping[str, Any]) -> tuple[FakeSources, Send]:
        key = json.dumps(options, sort_keys=True)
        if key not in self._opened:
            fake = FakeSources(**{self.api: self.edition}, strict=False, **options)
            if self.transport == "socket":
                server = self._stack.enter_context(fake.server())
                connection = HTTPConnection(server.host, server.port, timeout=60)
                self._stack.enter_context(closing(connection))
                send = partial(send_over, connection, HOSTS[self.api])
            else:
                send = partial(send_to, fake, HOSTS[self.api])
            self._opened[key] = fake, send
        return self._opened[key]

    def _send(self, send: Send, request: Mapping[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
        resolved = resolve(request, earlier)
        headers, query, content = dict(resolved.get("headers", {})), dict(resolved.get("query", {})), ""
        if not resolved.get("anonymous"):
            if self.api == "datasift":
                headers.setdefault("Authorization", "user:key")
            elif "Authorization" not in headers:
                query.setdefault("api_key", "KEY")
        if "json" in resolved:
            content = json.dumps(resolved["json"])
            headers.setdefault("Content-Type", "application/json")
        elif "text" in resolved:
            content = resolved["text"]
        elif "form" in resolved:
            content = urlencode(resolved["form"])
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        target = resolved["path"] + (("&" if "?" in resolved["path"] else "?") + urlencode(query) if query else "")
        try:
            response = send(resolved["method"], target, headers, content.encode())
        except InternalError as error:  # a 500 of the server
            return {"status": 500, "headers": {}, "text": str(error), "body": None}
        try:
            body = json.loads(response["text"])
        except ValueError:
            body = None
        return {**response, "body": body}


def send_to(
    fake: FakeSources, host: str, method: str, target: str, headers: dict[str, str], body: bytes
) -> dict[str, Any]:
    """Return the response of a fake in this process: status, headers and text."""
    response = fake.handle(Request(method, target, tuple(headers.items()), body, host))
    text = "" if method == "HEAD" else response.body.decode()
    return {"status": response.status, "headers": lower(response.framed), "text": text}


def send_over(
    connection: HTTPConnection, host: str, method: str, target: str, headers: dict[str, str], body: bytes
) -> dict[str, Any]:
    """Return the response of a server: status, headers and text."""
    connection.request(method, target, body or None, {"Host": host, **headers})
    response = connection.getresponse()
    return {"status": response.status, "headers": lower(response.getheaders()), "text": response.read().decode()}


def lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def parse_value(field: str, value: Any) -> Any:
    """Return the value of a field, as a datetime if it is a time."""
    return datetime.fromisoformat(value) if field.endswith("_at") and isinstance(value, str) else value


def resolve(value: Any, earlier: list[dict[str, Any]]) -> Any:
    """Return a request with each `${N.PATH}` replaced by a value of the N-th earlier response body."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: str(_at(earlier[int(found[1])]["body"], found[2].split("."))), value)
    if isinstance(value, dict):
        return {name: resolve(each, earlier) for name, each in value.items()}
    if isinstance(value, list):
        return [resolve(each, earlier) for each in value]
    return value


def _at(value: Any, path: list[str]) -> Any:
    """Return the value at a path; "absent" if there is none, so that the next request fails."""
    return next((found for found in places(value, path) if found is not ABSENT), "absent")


@contextmanager
def running(api: str, edition: str, transport: str) -> Iterator[Runner]:
    """Yield a runner, and stop its servers at the end."""
    with ExitStack() as stack:
        yield Runner(api, edition, transport, stack)


@cache
def disagreements(api: str, edition: str, transport: str) -> dict[Statement, str]:
    """Return the statements about an edition that the fake disagrees with, with a message each."""
    found: dict[Statement, str] = {}
    with running(api, edition, transport) as runner:
        for call in table(api):
            selected = [each for each in call.statements if each.edition in ("", edition)]
            response = runner.run(call) if selected else {}
            found |= {each: text for each in selected if (text := each.disagreement(response))}
    return found
