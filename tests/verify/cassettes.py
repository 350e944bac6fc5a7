"""Cassettes in the layout of each tool, built from the calls of `recorders`."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from recorders import FORM, Recorded, yaml_of


def as_lists(headers: dict[str, str]) -> dict[str, list[str]]:
    """Return headers with a list of values each."""
    return {name: [value] for name, value in headers.items()}


def vcrpy(call: Recorded, body: Any = None, body_wrapper: Any = None, **headers: str) -> dict[str, Any]:
    """Return an interaction of vcrpy."""
    return {
        "request": {
            "body": call.body.decode() or None if body is None else body,
            "headers": as_lists(call.sent), "method": call.method, "uri": call.url,
        },
        "response": {
            "body": {"string": call.answer.decode()} if body_wrapper is None else body_wrapper,
            "headers": as_lists(call.headers | headers), "status": {"code": call.status, "message": "OK"},
        },
    }  # fmt: skip


def parsed(call: Recorded) -> Any:
    """Return the body as passed to aiohttp: the object itself."""
    if not call.body:
        return None
    return dict(parse_qsl(call.body.decode())) if call.sent.get("Content-Type") == FORM else json.loads(call.body)


def interactions(found: Iterable[Any]) -> dict[str, Any]:
    """Return the document of vcrpy's interactions."""
    return {"interactions": [*found], "version": 1}


def python2(call: Recorded) -> str:
    """Return an interaction as vcrpy wrote it under Python 2."""
    quoted = json.dumps(call.answer.decode())
    return "\n".join([
        "- request:",
        f"    body: !!python/unicode {json.dumps(call.body.decode())}" if call.body else "    body: null",
        "    headers:",
        *[f"      {name}: [!!python/str {json.dumps(value)}]" for name, value in call.sent.items()],
        f"    method: !!python/unicode {call.method}",
        f"    uri: !!python/unicode {json.dumps(call.url)}",
        "  response:",
        f"    body: {{string: !!python/unicode {quoted}}}",
        "    headers:",
        *[f"      {name}: !!python/tuple [{json.dumps(value)}]" for name, value in call.headers.items()],
        f"    status: {{code: !!python/long {call.status}, message: OK}}",
    ])  # fmt: skip


def ruby(call: Recorded, method: str, wrap: str = "string") -> dict[str, Any]:
    """Return an interaction of Ruby's VCR and of betamax."""

    def body(data: bytes) -> dict[str, Any]:
        text = base64.encodebytes(data).decode() if wrap == "base64_string" else data.decode()
        return {"encoding": "UTF-8", wrap: text}

    return {
        "request": {"method": method, "uri": call.url, "body": body(call.body), "headers": as_lists(call.sent)},
        "response": {
            "status": {"code": call.status, "message": "OK"}, "headers": as_lists(call.headers),
            "body": body(call.answer), "http_version": None,
        },
        "recorded_at": "Thu, 01 Jan 2026 00:00:00 GMT",
    }  # fmt: skip


def ruby1(call: Recorded) -> str:
    """Return an interaction of Ruby's VCR 1.x: structs, symbols, a body that is text."""
    headers = [f"      {name.lower()}: \n      - {json.dumps(value)}" for name, value in call.headers.items()]
    sent = [f"      {name.lower()}: \n      - {json.dumps(value)}" for name, value in call.sent.items()]
    return "\n".join([
        "- !ruby/struct:VCR::HTTPInteraction ",
        "  request: !ruby/struct:VCR::Request ", f"    method: :{call.method.lower()}", f"    uri: {call.url}",
        f"    body: {json.dumps(call.body.decode()) if call.body else ''}", "    headers: ", *sent,
        "  response: !ruby/struct:VCR::Response ", "    status: !ruby/struct:VCR::ResponseStatus ",
        f"      code: {call.status}", "      message: OK", "    headers: ", *headers,
        f"    body: {json.dumps(call.answer.decode())}", '    http_version: "1.1"',
    ])  # fmt: skip


def php(call: Recorded, with_fields: bool) -> dict[str, Any]:
    """Return an item of php-vcr, with a form as fields of curl or as text."""
    request: dict[str, Any] = {"method": call.method, "url": call.url, "headers": call.sent}
    if with_fields and call.sent.get("Content-Type") == FORM:
        request["post_fields"] = dict(parse_qsl(call.body.decode()))
    elif call.body:
        request["body"] = call.body.decode()
    status: Any = (
        {"http_version": "1.1", "code": str(call.status), "message": "OK"} if with_fields else str(call.status)
    )
    response = {"status": status, "headers": call.headers, "body": call.answer.decode()}
    return {"request": request, "response": response, "index": 0}


def go(call: Recorded, version: int) -> dict[str, Any]:
    """Return an interaction of go-vcr: status as text beside its code, a form beside the body."""
    is_form = call.sent.get("Content-Type") == FORM
    form = {name: [value] for name, value in parse_qsl(call.body.decode())} if is_form else {}
    request = {"body": "" if form else call.body.decode(), "form": form, "headers": as_lists(call.sent),
               "url": call.url, "method": call.method}  # fmt: skip
    response = {"body": call.answer.decode(), "headers": as_lists(call.headers), "status": f"{call.status} OK",
                "code": call.status, "duration": "1ms"}  # fmt: skip
    if version == 1:
        return {"request": request, "response": response}
    request |= {
        "proto": "HTTP/1.1",
        "content_length": len(call.body),
        "transfer_encoding": [],
        "trailer": {},
        "host": "",
    }
    response |= {"proto": "HTTP/2.0", "content_length": -1, "uncompressed": True, "trailer": {}}
    return {"id": 0, "request": request, "response": response}


def capitalized(value: Any) -> Any:
    """Return a value with the names of Go's own JSON encoder."""
    known = {
        "interactions",
        "version",
        "request",
        "response",
        "body",
        "form",
        "headers",
        "url",
        "method",
        "status",
        "code",
    }
    if isinstance(value, dict):
        return {key.capitalize() if key in known else key: capitalized(inner) for key, inner in value.items()}
    return [capitalized(inner) for inner in value] if isinstance(value, list) else value


def gzipped_body(call: Recorded) -> Any:
    """Return the body of a response, compressed, as bytes."""
    return {"string": gzip.compress(call.answer, mtime=0)} if call.answer else {"string": ""}


def write_cassettes(folder: Path, calls: list[Recorded]) -> dict[str, Path]:
    """Write a file for each layout of a cassette. Return the paths by name."""
    gzipped = {"Content-Encoding": "gzip"}
    texts = {
        "vcrpy.yaml": yaml_of(interactions(vcrpy(call) for call in calls)),
        "vcrpy.json": json.dumps(interactions(vcrpy(call) for call in calls)),
        "vcrpy bytes.yaml": yaml_of(interactions(vcrpy(c, c.body, {"string": c.answer}) for c in calls)),
        "vcrpy aiohttp.yaml": yaml_of(interactions(vcrpy(call, parsed(call)) for call in calls)),
        "vcrpy gzip.yaml": yaml_of(interactions(vcrpy(c, None, gzipped_body(c), **gzipped) for c in calls)),
        "vcrpy decoded.yaml": yaml_of(interactions(vcrpy(call, **gzipped) for call in calls)),
        "vcrpy decoded deflate.yaml": yaml_of(interactions(vcrpy(call, **{"Content-Encoding": "deflate"}) for call in calls)),
        "vcrpy base64.json": json.dumps(interactions(
            vcrpy(c, None, {"base64_string": base64.b64encode(zlib.compress(c.answer)).decode() if c.answer else ""},
                  **{"Content-Encoding": "deflate"}) for c in calls)),
        "vcrpy old httpx.yaml": yaml_of(interactions(
            {**each, "response": {"content": call.answer.decode(), "http_version": "HTTP/1.1",
                                  "headers": each["response"]["headers"], "status_code": call.status}}
            for call in calls for each in [vcrpy(call)])),
        "vcrpy flow style.yaml": yaml.safe_dump(interactions(vcrpy(call) for call in calls), default_flow_style=True),
        "vcrpy documents.yaml": "---\n".join(yaml_of(interactions([vcrpy(call)])) for call in calls),
        "vcrpy Python 2.yaml": "interactions:\n" + "\n".join(map(python2, calls)) + "\nversion: 1\n",
        "vcrpy CRLF.yaml": yaml_of(interactions(vcrpy(call) for call in calls)).replace("\n", "\r\n"),
        "betamax.json": json.dumps({"http_interactions": [ruby(call, call.method) for call in calls], "recorded_with": "betamax/0.9"}),
        "betamax base64.json": json.dumps({"http_interactions": [ruby(c, c.method, "base64_string") for c in calls]}),
        "ruby 6.yml": "---\n" + yaml_of({"http_interactions": [ruby(c, c.method.lower()) for c in calls], "recorded_with": "VCR 6.3.1"}),
        "ruby symbols.yml": yaml_of({"http_interactions": [ruby(call, f":{call.method.lower()}") for call in calls]}),
        "ruby base64.yml": yaml_of({"http_interactions": [ruby(c, c.method.lower(), "base64_string") for c in calls]}),
        "ruby hashes of classes.yml": yaml_of({"http_interactions": [ruby(c, c.method.lower()) for c in calls]}).replace(
            "    headers:\n", "    headers: !map:Faraday::Utils::Headers\n").replace("http_interactions:\n", "http_interactions: !seq:List\n"),
        "R.yml": yaml_of({"http_interactions": [
            {**each, "response": {**each["response"], "status": {"status_code": call.status, "category": "Success"}}}
            for call in calls for each in [ruby(call, call.method.lower())]]}),
        "ruby 1.yml": "--- \n" + "\n".join(map(ruby1, calls)) + "\n",
        "ruby binary.yml": yaml_of({"http_interactions": [
            {**each, "response": {**each["response"], "body": {"encoding": "ASCII-8BIT", "string": call.answer}}}
            for call in calls for each in [ruby(call, "get" if call.method == "GET" else call.method.lower())]
        ]}).replace("!!binary", "!binary"),
        "php.yml": yaml_of([php(call, True) for call in calls]),
        "php.json": json.dumps([php(call, False) for call in calls]),
        "go 1.yaml": "---\n" + yaml_of({"version": 1, "rwmutex": {}, "interactions": [go(call, 1) for call in calls]}),
        "go 2.yaml": yaml_of({"version": 2, "interactions": [go(call, 2) for call in calls]}),
        "go 2.json": json.dumps(capitalized({"version": 2, "interactions": [go(call, 2) for call in calls]})),
    }  # fmt: skip
    (folder / "cassettes").mkdir()
    for name, text in texts.items():
        (folder / "cassettes" / name).write_text(text, "utf-8", newline="")
    return {name: folder / "cassettes" / name for name in texts}
