"""Calls of the tables, sent to a fake of one edition, in-process or over a socket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import httpx
from statements import ABSENT, Call, Statement, places, table

from fakesources import FakeSources, InternalError, Snapshot
from fakesources.apis import ALL

TRANSPORTS = ("in-process", "socket")
HOSTS = {api.name: api.hosts[0] for api in ALL}
EDITIONS = [(api.name, edition) for api in ALL for edition in api.editions]
REFERENCE = re.compile(r"\$\{(\d+)\.([\w.]+)\}")


class Runner:
    """Sends calls to fakes of one edition: one fake for each set of options, reset before each call."""

    def __init__(self, api: str, edition: str, transport: str, stack: ExitStack) -> None:
        self.api, self.edition, self.transport = api, edition, transport
        self._stack = stack
        self._opened: dict[str, tuple[FakeSources, httpx.Client]] = {}
        self._arranged: dict[str, Snapshot] = {}

    def answer(self, call: Call) -> dict[str, Any]:
        """Return what the call was answered, and the rules of the violations that it caused."""
        fake, client = self._open(call.options)
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
                earlier.append(self._send(client, step, earlier))
        fake.clear_violations()
        answer = self._send(client, call.request, earlier)
        return {**answer, "violations": [violation.rule for violation in fake.violations]}

    def _arrange(self, fake: FakeSources, call: Call) -> None:
        """Have the rows that a call is given, and nothing else; the same rows are made once for each fake."""
        fake.reset()
        fake.clear_violations()
        key = json.dumps([call.options, call.given], sort_keys=True)
        if key in self._arranged:
            fake.restore(self._arranged[key])
            return
        for name, rows in call.given.items():
            for row in rows:
                getattr(getattr(fake, self.api), name).add(
                    **{field: moment(field, each) for field, each in row.items()}
                )
        self._arranged[key] = fake.snapshot()

    def _open(self, options: Mapping[str, Any]) -> tuple[FakeSources, httpx.Client]:
        key = json.dumps(options, sort_keys=True)
        if key not in self._opened:
            fake = FakeSources(**{self.api: self.edition}, strict=False, **options)
            if self.transport == "socket":
                base = self._stack.enter_context(fake.server()).url
                client = httpx.Client(verify=False, base_url=base, headers={"Host": HOSTS[self.api]})
            else:
                client = httpx.Client(base_url=f"https://{HOSTS[self.api]}", transport=fake.transport())
            self._opened[key] = fake, self._stack.enter_context(client)
        return self._opened[key]

    def _send(self, client: httpx.Client, request: Mapping[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
        asked = resolved(request, earlier)
        headers, query, content = dict(asked.get("headers", {})), dict(asked.get("query", {})), None
        if not asked.get("anonymous"):
            if self.api == "datasift":
                headers.setdefault("Authorization", "user:key")
            elif "Authorization" not in headers:
                query.setdefault("api_key", "KEY")
        if "json" in asked:
            content = json.dumps(asked["json"])
            headers.setdefault("Content-Type", "application/json")
        elif "text" in asked:
            content = asked["text"]
        form = asked.get("form")
        try:
            reply = client.request(
                asked["method"], asked["path"], params=query or None, content=content, data=form, headers=headers
            )
        except InternalError as defect:  # what callers of the server get as a 500
            return {"status": 500, "headers": {}, "text": str(defect), "body": None}
        text = reply.text
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        named = {name.lower(): value for name, value in reply.headers.items()}
        return {"status": reply.status_code, "headers": named, "text": text, "body": body}


def moment(field: str, value: Any) -> Any:
    """Return the value of a row's field, a time as a datetime."""
    return datetime.fromisoformat(value) if field.endswith("_at") and isinstance(value, str) else value


def resolved(value: Any, earlier: list[dict[str, Any]]) -> Any:
    """Return a request with each `${N.PATH}` replaced by what the body of the N-th earlier answer has there."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: str(_at(earlier[int(found[1])]["body"], found[2].split("."))), value)
    if isinstance(value, dict):
        return {name: resolved(each, earlier) for name, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, earlier) for each in value]
    return value


def _at(value: Any, path: list[str]) -> Any:
    """Return the value at a path; "absent" where there is none, with which the next request goes wrong as it should."""
    return next((found for found in places(value, path) if found is not ABSENT), "absent")


@contextmanager
def running(api: str, edition: str, transport: str) -> Iterator[Runner]:
    """Yield a runner, and stop its servers in the end."""
    with ExitStack() as stack:
        yield Runner(api, edition, transport, stack)


@cache
def disagreements(api: str, edition: str, transport: str) -> dict[Statement, str]:
    """Return the statements about an edition that the fake disagrees with, and how."""
    found: dict[Statement, str] = {}
    with running(api, edition, transport) as runner:
        for call in table(api):
            wanted = [each for each in call.statements if each.edition in ("", edition)]
            answer = runner.answer(call) if wanted else {}
            found |= {each: text for each in wanted if (text := each.disagreement(answer))}
    return found
