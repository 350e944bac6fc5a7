"""Bugs of an application behind the live server, and its access log."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from echo import Echo
from serving import GET_ROOT, Serve, connected_to, read_response, threads, until_closed

from fakesources.core.contract.errors import InternalError
from fakesources.core.http.messages import Request, Response
from fakesources.server.parsing import RequestParser
from fakesources.server.server import Server


@pytest.mark.parametrize(
    ("kind", "blame"),
    [
        (InternalError, "the fake has a bug: InternalError"),
        (pytest.fail.Exception, "the fake failed, or a function that a test planned in it: Failed"),
        (LookupError, "the fake failed, or a function that a test planned in it: LookupError"),
    ],
)
def test_a_bug_is_a_500_and_is_raised_by_stop(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[BaseException], blame: str
) -> None:
    """Raise in a handler, also what `pytest.fail` raises: the client gets a 500, `stop` raises it, nothing is printed."""

    def handle(request: Any) -> Response:
        raise kind("an answer that breaks its own schema")

    server = serve(handle).start()
    got = requests.get(server.url, timeout=5)
    with pytest.raises(kind, match="breaks its own schema"):
        server.stop()

    assert got.status_code == 500
    assert got.json()["error"] == f"Nothing is wrong with the request; {blame}: an answer that breaks its own schema"
    assert capfd.readouterr() == ("", "")
    assert threads() == set()


def test_every_run_of_a_server_raises_its_own_bug(serve: Serve) -> None:
    """Stop and start again: each run keeps its errors, also where a request of its own stops it."""

    def handle(request: Request) -> Response:
        if request.path == "/stop":
            server.stop()
            return Response(200)
        raise LookupError(request.path)

    server = serve(handle)
    for path in ("/first", "/second"):
        server.start()
        for each in (path, "/stop"):
            requests.get(f"{server.url}{each}", timeout=5)
        with pytest.raises(LookupError, match=path):
            server.stop()


def test_an_invalid_response_header_is_a_bug(serve: Serve) -> None:
    """A header with a line break is answered with a 500 instead."""
    bugs: list[BaseException] = []
    with serve(Echo(Response(200, (("X", "a\r\nY: b"),))).handle, on_bug=bugs.append) as server:
        got = requests.get(server.url, timeout=5)

    assert (got.status_code, "Y" in got.headers) == (500, False)
    assert [type(bug) for bug in bugs] == [ValueError]


@pytest.mark.parametrize("kind", [ValueError, OSError])
def test_an_error_of_the_access_log_is_a_bug(
    serve: Serve, capfd: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    """Raise in the access log: the error is reported, nothing is printed, and the client is served."""
    bugs: list[BaseException] = []

    def access(*line: Any) -> None:
        raise kind("a full disk")

    with serve(Echo().handle, access=access, on_bug=bugs.append) as server, connected_to(server) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client) == (200, b"hello")

    assert [str(bug) for bug in bugs] == ["a full disk"] * 2
    assert capfd.readouterr() == ("", "")


def test_an_error_in_on_bug_does_not_end_the_server(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """Raise in `on_bug`: this client and the next get a 500."""

    def fail(_: Any) -> Any:
        raise ValueError("a closed file")

    with serve(fail, on_bug=fail) as server:
        assert [requests.get(server.url, timeout=5).status_code for _ in range(2)] == [500, 500]

    assert capfd.readouterr() == ("", "")


def test_a_with_block_raises_the_bug_of_its_server(serve: Serve) -> None:
    def handle(request: Any) -> Response:
        raise InternalError("a bug")

    with pytest.raises(InternalError, match="a bug"), serve(handle) as server:
        requests.get(server.url, timeout=5)


@pytest.mark.parametrize(("kind", "reported"), [(LookupError, ["a bug"]), (ConnectionResetError, [])])
def test_an_error_in_a_callback_of_the_loop_is_a_bug_unless_the_client_has_left(
    serve: Serve, echo: Echo, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], reported: list[str]
) -> None:
    """Raise while a request is parsed: that connection is closed, and the next client is served."""
    bugs: list[BaseException] = []

    def fail(parser: RequestParser) -> None:
        raise kind("a bug")

    with serve(echo.handle, on_bug=bugs.append) as server:
        with monkeypatch.context() as patched:
            patched.setattr(RequestParser, "on_message_begin", fail)  # before the connection has a parser
            with connected_to(server) as client:
                client.sendall(GET_ROOT)
                assert until_closed(client) == b""

        assert requests.get(server.url, timeout=5).status_code == 200
    assert [str(bug) for bug in bugs] == reported


def test_a_bug_does_not_hide_the_exception_of_a_with_block(serve: Serve) -> None:
    """Raise in a `with` block and in a handler: the former is seen."""

    def handle(request: Any) -> Response:
        raise InternalError("second")

    with pytest.raises(RuntimeError, match="first"), serve(handle) as server:  # noqa: PT012
        requests.get(server.url, timeout=5)
        raise RuntimeError("first")


def test_the_access_log_is_called_with_each_request_and_its_response(serve: Serve, echo: Echo) -> None:
    """Send a request and an invalid one, whose method and target are `-`."""
    lines: list[tuple[Request, Response, float]] = []
    with serve(echo.handle, access=lambda *line: lines.append(line)) as server, connected_to(server) as client:
        requests.get(f"{server.url}/v1/feeds", timeout=5)
        client.sendall(b"no request\r\n\r\n")
        until_closed(client)

    assert [(request.method, request.path, reply.status) for request, reply, _ in lines] == [
        ("GET", "/v1/feeds", 200),
        ("-", "-", 400),
    ]
    assert all(0 <= line[2] < 5 for line in lines)


class Mute(Exception):
    def __str__(self) -> str:
        raise LookupError


def test_a_bug_without_a_text_is_reported(serve: Serve) -> None:
    """Raise an exception whose `str` raises: the client gets a 500 with its type."""

    def handle(request: Request) -> Response:
        raise Mute

    with serve(handle, on_bug=lambda bug: None) as server:
        for _ in range(2):
            assert "Mute: its text is not available" in requests.get(server.url, timeout=5).json()["error"]


def test_a_bug_reads_as_json(server: Server, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of the 500 is one JSON object for any text of an exception."""
    bugs: list[BaseException] = []
    monkeypatch.setattr(server, "on_bug", bugs.append)
    reply = server.internal_error(ValueError('"quoted"\n\ud800'))

    assert json.loads(reply.body)["error"].endswith('ValueError: "quoted"\n\ud800')
