"""Live servers as processes: ours and the peers', each started anew and ended by its own process id."""

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
from subjects import MOTO_OBJECT, PLENTY, Ask

_PATIENCE = 30.0

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
    """A server that can be started: the words of its command, where `{port}` stands for the port and `{folder}` for
    a folder that holds `files`.

    `fill` are the calls that put there what is asked for later, `first` is a call it can answer before them.
    """

    name: str
    command: Sequence[str]
    first: Ask
    fill: Sequence[Ask] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True)
class Running:
    """A server that answers. `took` is the time from its start to its first answer, in milliseconds."""

    port: int
    took: float


def ours(first: Ask, fill: Sequence[Ask]) -> Peer:
    """`fakesources serve`, strict and on real time, as a user starts it; only the hourly limit is out of the way."""
    options = ["serve", "--port", "{port}", "--rate-limit", str(PLENTY)]
    return Peer("fakesources serve", [sys.executable, "-m", "fakesources", *options], first, fill)


def httpserver(ask: Ask, body: bytes) -> Peer:
    """pytest-httpserver with its threads, one expectation, a static answer."""
    command = [sys.executable, "-c", _HTTPSERVER, "{port}", ask.request.target, body.decode()]
    return Peer("pytest-httpserver, threaded", command, ask, absent=peers.lacking("pytest_httpserver"))


def moto_server(body: bytes) -> Peer:
    """Moto's own server, with one object in a bucket."""
    script = str(Path(sys.executable).with_name("moto_server"))
    public = (("x-amz-acl", "public-read"),)
    fill = [Ask("PUT", "http://127.0.0.1/rock", public), Ask("PUT", f"http://127.0.0.1{MOTO_OBJECT}", public, body)]
    command = [script, "-H", "127.0.0.1", "-p", "{port}"]
    first = Ask("GET", "http://127.0.0.1/")
    return Peer("moto_server", command, first, fill, absent=peers.lacking("moto", "flask"))


def prism(ask: Ask, body: bytes) -> Peer:
    """Prism, validating requests and answers, in one process, with an example of the same bytes."""
    files = {"openapi.json": json.dumps(openapi(ask, json.loads(body)))}
    options = ["-h", "127.0.0.1", "-p", "{port}", "-m", "false", "--errors"]
    command = [peers.prism(), "mock", *options, "{folder}/openapi.json"]
    absent = "" if peers.prism() else f"{peers.PRISM} is neither on the path nor in npx's cache"
    return Peer("Prism, validating", command, ask, files=files, absent=absent)


@contextmanager
def running(peer: Peer) -> Iterator[Running]:
    """A peer's server, from its first answer on, with what it was to be filled with; ended on leaving."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        for name, text in peer.files.items():
            Path(folder, name).write_text(text, "utf-8")
        command = [word.replace("{port}", str(port)).replace("{folder}", folder) for word in peer.command]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)
        try:
            while (found := answer(port, peer.first)) is None:
                if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                    said.seek(0)
                    raise RuntimeError(f"{peer.name} does not answer: {said.read().decode()[-2000:]}")
                time.sleep(0.002)
            took = (time.perf_counter() - began) * 1000
            for status, said_so in [found, *(answer(port, ask) or (0, b"") for ask in peer.fill)]:
                assert status in (200, 201), said_so
            yield Running(port, took)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=5)
            if process.poll() is None:
                process.kill()
                process.wait()


def answer(port: int, ask: Ask) -> tuple[int, bytes] | None:
    """A server's answer; None while there is no server yet."""
    sent = ask.request
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(sent.method, sent.target, sent.body or None, dict(sent.headers))
        got = connection.getresponse()
        return got.status, got.read()
    except OSError:
        return None
    finally:
        connection.close()


def openapi(ask: Ask, example: Any) -> dict[str, Any]:
    """A description of one endpoint with a credential, a parameter and a closed answer, for Prism."""
    path = ask.request.raw_path
    answer = {
        "description": "one source",
        "content": {"application/json": {"schema": like(example), "example": example}},
    }
    parameters = [{"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}]
    key = {"type": "apiKey", "in": "header", "name": "Authorization"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "one endpoint", "version": "1"},
        "components": {"securitySchemes": {"key": key}},
        "security": [{"key": []}],
        "paths": {path: {"get": {"parameters": parameters, "responses": {"200": answer}}}},
    }


def like(value: Any) -> dict[str, Any]:
    """A schema that takes values of the same form."""
    if isinstance(value, dict):
        properties = {name: like(inner) for name, inner in value.items()}
        return {"type": "object", "properties": properties, "required": list(value), "additionalProperties": False}
    if isinstance(value, list):
        return {"type": "array"} | ({"items": like(value[0])} if value else {})
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": names.get(type(value), "null")}
