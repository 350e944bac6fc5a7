"""Live servers as processes: ours and the peers', each started for one measurement and ended by its process id."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peers
from subjects import MOTO_OBJECT, UNREACHABLE_LIMIT, ClientRequest

_START_TIMEOUT_SECONDS = 30.0

# A process that holds a mock server open until its standard input closes.
_HTTPSERVER = """
import logging, sys
from pytest_httpserver import HTTPServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = HTTPServer("127.0.0.1", int(sys.argv[1]), threaded=True)
path, query = sys.argv[2].split("?")
server.expect_request(path, query_string=query).respond_with_data(sys.argv[3], content_type="application/json")
server.start()
sys.stdin.read()
server.stop()
"""


@dataclass(frozen=True)
class Peer:
    """Server that can be started: the words of its command, with `{port}`, and `{folder}` for a folder with `files`.

    `fill` are requests that create the rows that are fetched later; `first` is a request that succeeds before them.
    """

    name: str
    command: Sequence[str]
    first: ClientRequest
    fill: Sequence[ClientRequest] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True)
class Running:
    """Running server. `process` is its id, `start_milliseconds` the time from its start to its first response."""

    process: int
    port: int
    start_milliseconds: float


def ours(first: ClientRequest, fill: Sequence[ClientRequest]) -> Peer:
    """Return `fakesources serve`, strict and on real time, as a user starts it, but with a rate limit out of reach."""
    options = ["serve", "--port", "{port}", "--rate-limit", str(UNREACHABLE_LIMIT)]
    return Peer("fakesources serve", [sys.executable, "-m", "fakesources", *options], first, fill)


def httpserver(client_request: ClientRequest, body: bytes) -> Peer:
    """Return pytest-httpserver with threads, one expectation and a static response."""
    command = [sys.executable, "-c", _HTTPSERVER, "{port}", client_request.request.target, body.decode()]
    return Peer("pytest-httpserver, threaded", command, client_request, absent=peers.missing("pytest_httpserver"))


def moto_server(body: bytes) -> Peer:
    """Return moto's own server, with one object in a bucket."""
    script = str(Path(sys.executable).with_name("moto_server"))
    public = (("x-amz-acl", "public-read"),)
    fill = [
        ClientRequest("PUT", "http://127.0.0.1/rock", public),
        ClientRequest("PUT", f"http://127.0.0.1{MOTO_OBJECT}", public, body),
    ]
    command = [script, "-H", "127.0.0.1", "-p", "{port}"]
    first = ClientRequest("GET", "http://127.0.0.1/")
    return Peer("moto_server", command, first, fill, absent=peers.missing("moto", "flask"))


def prism(client_request: ClientRequest, body: bytes) -> Peer:
    """Return Prism in one process, validating requests and responses, with an example of the same bytes."""
    files = {"openapi.json": json.dumps(openapi(client_request, json.loads(body)))}
    options = ["-h", "127.0.0.1", "-p", "{port}", "-m", "false", "--errors"]
    command = [peers.prism(), "mock", *options, "{folder}/openapi.json"]
    absent = "" if peers.prism() else f"{peers.PRISM} is neither on the path nor in npx's cache"
    return Peer("Prism, validating", command, client_request, files=files, absent=absent)


@contextmanager
def running(peer: Peer) -> Iterator[Running]:
    """Start a server, wait for its first response, and fill it; end it on exit."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        for name, text in peer.files.items():
            Path(folder, name).write_text(text, "utf-8")
        command = [word.replace("{port}", str(port)).replace("{folder}", folder) for word in peer.command]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output)
        try:
            while (first := response_of(port, peer.first)) is None:
                if process.poll() is not None or time.perf_counter() - began > _START_TIMEOUT_SECONDS:
                    output.seek(0)
                    raise RuntimeError(f"{peer.name} did not respond: {output.read().decode()[-2000:]}")
                time.sleep(0.002)
            took = (time.perf_counter() - began) * 1000
            for status, body in [first, *(response_of(port, each) or (0, b"") for each in peer.fill)]:
                assert status in (200, 201), body
            yield Running(process.pid, port, took)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=5)
            if process.poll() is None:
                process.kill()
                process.wait()


def response_of(port: int, client_request: ClientRequest) -> tuple[int, bytes] | None:
    """Return status and body of a response; None while there is no server yet."""
    sent = client_request.request
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(sent.method, sent.target, sent.body or None, dict(sent.headers))
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return None
    finally:
        connection.close()


def openapi(client_request: ClientRequest, example: Any) -> dict[str, Any]:
    """Return an OpenAPI document of one endpoint with a credential, a parameter and a closed schema, for Prism."""
    path = client_request.request.raw_path
    response = {
        "description": "one source",
        "content": {"application/json": {"schema": schema_of(example), "example": example}},
    }
    parameters = [{"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}]
    key = {"type": "apiKey", "in": "header", "name": "Authorization"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "one endpoint", "version": "1"},
        "components": {"securitySchemes": {"key": key}},
        "security": [{"key": []}],
        "paths": {path: {"get": {"parameters": parameters, "responses": {"200": response}}}},
    }


def schema_of(value: Any) -> dict[str, Any]:
    """Return a JSON Schema of values of the same form."""
    if isinstance(value, dict):
        properties = {name: schema_of(inner) for name, inner in value.items()}
        return {"type": "object", "properties": properties, "required": list(value), "additionalProperties": False}
    if isinstance(value, list):
        return {"type": "array"} | ({"items": schema_of(value[0])} if value else {})
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": names.get(type(value), "null")}
