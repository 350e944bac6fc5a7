"""Exchanges with a fake as JSON lines or as HAR, for tests of the checker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fakesources import FakeSources, Request, Response

FEED = "adfdad0b-88ea-4660-8fc5-6ab02741"
DATASIFT, CURATOR = "https://api.datasift.com", "https://api.curator.io"
AUTH = {"Authorization": "alice:0123456789abcdef"}
JSON = {"Content-Type": "application/json"}

Line = dict[str, Any]


def call(
    method: str, url: str, sent: Any = None, fake: FakeSources | None = None, headers: dict[str, str] | None = None
) -> Line:
    """Call a fake. Return the exchange as a line of a recording."""
    fake = fake or FakeSources(strict=False)
    host, _, target = url.partition("://")[2].partition("/")
    headers = {**(AUTH if "datasift" in host else {}), **(JSON if sent is not None else {}), **(headers or {})}
    body = b"" if sent is None else json.dumps(sent).encode()
    response = fake.handle(Request(method, f"/{target}", tuple(headers.items()), body, host))
    request: Line = {"method": method, "url": url, "headers": headers}
    if sent is not None:
        request["json"] = sent
    return {"request": request, "response": response_line(response)}


def response_line(response: Response) -> Line:
    """Return a response in the format of JSON lines."""
    return {"status": response.status, "headers": dict(response.headers), "body": response.body.decode()}


def answered(line: Line, status: int, body: Any = None, headers: dict[str, str] | None = None) -> Line:
    """Return a line with another response, whose body is JSON or text."""
    kind = JSON if not isinstance(body, str) and body is not None else {}
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    changed = {"status": status, "headers": {**kind, **(headers or {})}, "body": text}
    return {**line, "response": changed}


def lines(folder: Path, *found: Line, name: str = "session.jsonl") -> Path:
    """Write a recording in JSON lines."""
    path = folder / name
    path.write_text("\n".join(map(json.dumps, found)), "utf-8")
    return path


def har_entry(line: Line) -> dict[str, Any]:
    """Return a line as a HAR entry of a browser."""
    request, response = line["request"], line["response"]
    entry: dict[str, Any] = {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.3,
        "request": {
            "method": request["method"], "url": request["url"], "httpVersion": "http/2.0", "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in request["headers"].items()],
            "queryString": [], "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": response["status"], "statusText": "", "httpVersion": "http/2.0", "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in response["headers"].items()],
            "content": {
                "size": len(response["body"]), "mimeType": response["headers"].get("Content-Type", ""), "text": response["body"],
            },
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 1},
    }  # fmt: skip
    if "json" in request:
        text = json.dumps(request["json"])
        entry["request"] |= {"postData": {"mimeType": "application/json", "text": text}, "bodySize": len(text)}
    return entry


def har(folder: Path, *entries: Any, name: str = "session.har") -> Path:
    """Write a HAR file of entries."""
    path = folder / name
    path.write_text(json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}), "utf-8")
    return path
