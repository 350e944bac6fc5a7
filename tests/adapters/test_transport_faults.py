"""A transport that fails looks to each client as a real one does: every fault is compared with one on a real socket."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import requests
from clients import HOST, Echo

import fakesources
from fakesources.adapters.responses import intercept
from fakesources.adapters.wsgi import application
from fakesources.core.http.messages import Break, Response
from fakesources.server.server import Server

BREAKS: tuple[Break, ...] = ("reset", "empty", "truncated", "timeout")
PATIENCE = 0.2
UNNOTICED = "urllib3 before 2 does not notice that a body was cut"


def broken(how: Break, body: bytes = b"0123456789") -> Response:
    return Response(200, (("Content-Type", "text/plain"),), body, disconnect=how)


def late(seconds: float) -> Response:
    return Response(200, (), b"late", delay=seconds)


def kinds(error: BaseException) -> list[type]:
    """An exception's class and those of the exceptions it was made from, outermost first."""
    inner = [arg for arg in error.args if isinstance(arg, BaseException)]
    return [type(error), *(kind for each in inner for kind in kinds(each))]


def raised_by(call: Callable[[], Any]) -> BaseException:
    try:
        call()
    except Exception as error:
        return error
    pytest.fail("nothing was raised")


# -- requests ------------------------------------------------------------------------------------------------------

TO_REQUESTS = {
    "reset": (requests.ConnectionError, ConnectionResetError),
    "empty": (requests.ConnectionError, http.client.RemoteDisconnected),
    "truncated": (requests.exceptions.ChunkedEncodingError, None),
    "timeout": (requests.ReadTimeout, None),
}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_sees_what_it_would_see_on_a_socket(how: Break, method: str) -> None:
    """In-process and on a socket `requests` raises the same exception, made from the same ones."""
    if how == "truncated" and version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    echo = Echo(broken(how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(lambda: requests.request(method, server.url, timeout=PATIENCE))
    with intercept(echo.handle, echo.handles):
        in_process = raised_by(lambda: requests.request(method, f"https://{HOST}", timeout=PATIENCE))

    outer, innermost = TO_REQUESTS[how]
    assert type(in_process) is outer
    assert kinds(in_process) == kinds(on_a_socket)
    assert innermost is None or kinds(in_process)[-1] is innermost
    assert bool(in_process.request) == bool(on_a_socket.request)


def test_a_streamed_answer_breaks_where_it_is_read() -> None:
    """With `stream=True` a truncated answer arrives with its headers, and fails after the first half."""
    if version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    echo = Echo(broken("truncated"))
    with intercept(echo.handle, echo.handles):
        got = requests.get(f"https://{HOST}", stream=True)
        pieces = got.iter_content(5)

        assert (got.headers["Content-Length"], next(pieces)) == ("10", b"01234")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(pieces)


@pytest.mark.parametrize("timeout", [0.5, (3, 0.5)])
def test_requests_gives_up_on_a_late_answer_without_waiting(timeout: Any) -> None:
    """An answer that is held back longer than the read timeout is a ReadTimeout; nobody waits for it in-process."""
    echo = Echo(late(3600))
    with intercept(echo.handle, echo.handles), pytest.raises(requests.ReadTimeout):
        requests.get(f"https://{HOST}", timeout=timeout)


@pytest.mark.parametrize("timeout", [None, 7200, (1, None)])
def test_requests_gets_a_late_answer_it_would_have_waited_for(timeout: Any) -> None:
    """A client with enough patience gets the answer at once: in-process the delay is counted, not slept."""
    echo = Echo(late(3600))
    with intercept(echo.handle, echo.handles):
        assert requests.get(f"https://{HOST}", timeout=timeout).text == "late"


# -- httpx and httpx2 ------------------------------------------------------------------------------------------------

TO_HTTPX = {
    "reset": "ReadError",
    "empty": "RemoteProtocolError",
    "truncated": "RemoteProtocolError",
    "timeout": "ReadTimeout",
}


@pytest.fixture(params=["httpx", "httpx2"])
def httpx(request: pytest.FixtureRequest) -> Any:
    """Each of the two libraries."""
    return pytest.importorskip(request.param)


def asked(httpx: Any, way: str, url: str, transport: Any = None) -> Callable[[], Any]:
    async def call() -> Any:
        async with httpx.AsyncClient(transport=transport, timeout=PATIENCE) as client:
            return await client.get(url)

    def sync_call() -> Any:
        with httpx.Client(transport=transport, timeout=PATIENCE) as client:
            return client.get(url)

    return (lambda: asyncio.run(call())) if way == "async" else sync_call


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("how", BREAKS)
def test_httpx_sees_what_it_would_see_on_a_socket(httpx: Any, how: Break, way: str) -> None:
    """In-process and on a socket httpx raises the same exception, for intercepted and for handed transports."""
    from fakesources.adapters.httpx import intercept, transport

    echo = Echo(broken(how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(asked(httpx, way, server.url))
    with intercept(echo.handle, echo.handles):
        intercepted = raised_by(asked(httpx, way, f"https://{HOST}"))
    handed = raised_by(asked(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles)))

    assert type(intercepted) is type(handed) is type(on_a_socket) is getattr(httpx, TO_HTTPX[how])
    assert intercepted.request.url.host == HOST
    if how in ("empty", "truncated"):
        assert str(intercepted) == str(on_a_socket)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_httpx_gives_up_on_a_late_answer_without_waiting(httpx: Any, way: str) -> None:
    """An answer later than the client's read timeout is a ReadTimeout, one within it arrives at once."""
    from fakesources.adapters.httpx import transport

    echo = Echo(late(3600))
    with pytest.raises(httpx.ReadTimeout):
        asked(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles))()
    echo.response = late(PATIENCE / 2)
    assert asked(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles))().text == "late"


# -- any client of the server ------------------------------------------------------------------------------------------


@contextmanager
def connected(server: Server, timeout: float = 5) -> Iterator[http.client.HTTPConnection]:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        yield client
    finally:
        client.close()


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("reset", ConnectionResetError),
        ("empty", http.client.RemoteDisconnected),
        ("truncated", http.client.IncompleteRead),
        ("timeout", TimeoutError),
    ],
)
def test_a_socket_really_fails(how: Break, error: type[Exception]) -> None:
    """The standard library's client meets the fault itself: a reset is a reset, a silence is a silence."""
    echo = Echo(broken(how))
    with Server(echo.handle) as server, connected(server, PATIENCE) as client:
        client.request("GET", "/")
        with pytest.raises(error):
            client.getresponse().read()

        echo.response = Response(200, (), b"well again")
        with connected(server) as another:
            another.request("GET", "/")
            assert another.getresponse().read() == b"well again"


@pytest.mark.parametrize("how", ["truncated", "empty"])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("DELETE", 204)])
def test_a_reply_without_a_body_cannot_be_cut(method: str, status: int, how: Break) -> None:
    """Where no body follows, a truncated answer is one of which nothing arrives, in-process and on a socket."""
    echo = Echo(Response(status, (), b"" if status == 204 else b"body", disconnect=how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(lambda: requests.request(method, server.url, timeout=5))
    with intercept(echo.handle, echo.handles):
        in_process = raised_by(lambda: requests.request(method, f"https://{HOST}"))

    assert kinds(in_process) == kinds(on_a_socket)
    assert kinds(in_process)[-1] is http.client.RemoteDisconnected


def test_a_late_answer_is_slept_on_a_socket() -> None:
    """A client of the server waits for a late answer, and gives up when its own patience ends."""
    echo = Echo(late(30))
    with Server(echo.handle) as server:
        with connected(server, PATIENCE) as client:
            client.request("GET", "/")
            with pytest.raises(TimeoutError):
                client.getresponse()
        echo.response = late(0.05)
        with connected(server) as client:
            client.request("GET", "/")
            assert client.getresponse().read() == b"late"


@pytest.mark.parametrize(
    ("how", "error"), [("reset", ConnectionResetError), ("empty", ConnectionAbortedError), ("timeout", TimeoutError)]
)
def test_a_wsgi_client_without_a_socket_meets_an_exception(how: Break, error: type[Exception]) -> None:
    """A WSGI test client has no connection to lose, so the application raises what a client would have met."""
    from werkzeug.test import Client

    with pytest.raises(error):
        Client(application(Echo(broken(how)).handle)).get("/")


def test_a_wsgi_answer_is_cut_in_the_middle() -> None:
    """Half of the announced body leaves the application before it fails."""
    from werkzeug.test import Client

    got = Client(application(Echo(broken("truncated")).handle)).get("/")
    pieces = got.iter_encoded()

    assert (got.headers["Content-Length"], next(pieces)) == ("10", b"01234")
    with pytest.raises(ConnectionAbortedError):
        next(pieces)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("reset", ConnectionResetError),
        ("empty", http.client.RemoteDisconnected),
        ("truncated", http.client.IncompleteRead),
        ("timeout", TimeoutError),
    ],
)
def test_behind_a_server_that_shows_its_socket_the_fault_is_real(how: Break, error: type[Exception]) -> None:
    """Werkzeug's server lends its socket to the application, which fails it as the fake's own server does."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, application(Echo(broken(how)).handle, served=True))
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        client.request("GET", "/")
        with pytest.raises(error):
            client.getresponse().read()
    finally:
        client.close()
        server.shutdown()
        thread.join()
        server.server_close()


GUNICORN = """
from fakesources.adapters.wsgi import application
from fakesources.core.http.messages import Response

def handle(request):
    how = request.path.strip("/")
    return Response(200, (), b"0123456789", disconnect="" if how == "well" else how)

app = application(handle, served=True)
"""


@pytest.fixture(scope="module")
def behind_gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of an application that breaks as its path says, and what the server has written meanwhile."""
    pytest.importorskip("gunicorn")
    home = tmp_path_factory.mktemp("gunicorn")
    (home / "breaking.py").write_text(GUNICORN)
    said = home / "said"
    words = ["gunicorn", "--threads", "4", "--bind", "127.0.0.1:0", "breaking:app"]
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=home,
            env={**os.environ, "HOME": str(home), "PYTHONPATH": str(Path(fakesources.__file__).parents[1])},
            stdout=out,
            stderr=out,
        )
    try:
        while (told := re.search(r"Listening at: (http://[0-9.:]+)", said.read_text())) is None:
            assert process.poll() is None, said.read_text()
        yield told[1], said
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize("how", BREAKS)
def test_gunicorn_fails_as_the_fakes_own_server_does(behind_gunicorn: tuple[str, Path], how: Break) -> None:
    """Behind gunicorn a client meets each fault as it does at the live server; the log takes it for a client's leaving."""
    if how == "truncated" and version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    url, said = behind_gunicorn
    with Server(Echo(broken(how)).handle) as server:
        expected = raised_by(lambda: requests.get(server.url, timeout=PATIENCE * 5))
    with requests.Session() as session:
        assert session.get(f"{url}/well", timeout=5).text == "0123456789"  # the worker is up
        met = raised_by(lambda: requests.get(f"{url}/{how}", timeout=PATIENCE * 5))
        assert session.get(f"{url}/well", timeout=5).text == "0123456789"

    assert kinds(met) == kinds(expected)
    assert "Traceback" not in said.read_text()
