"""A connection that fails looks to each client as a real one does: each fault is compared with one on a real socket."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import subprocess
import sys
import threading
import time
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
from fakesources.core.http.messages import Disconnect, Response
from fakesources.server.server import Server

BREAKS: tuple[Disconnect, ...] = ("reset", "empty", "truncated", "timeout")
TIMEOUT_SECONDS = 0.2
UNNOTICED = "urllib3 before 2 does not notice that a body was cut"


def broken(how: Disconnect, body: bytes = b"0123456789") -> Response:
    return Response(200, (("Content-Type", "text/plain"),), body, disconnect=how)


def late(seconds: float) -> Response:
    return Response(200, (), b"late", delay=seconds)


def kinds(error: BaseException) -> list[type]:
    """Return the classes of an exception and of its causes, outermost first."""
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
def test_requests_raises_as_on_a_socket(how: Disconnect, method: str) -> None:
    """The same exception, with the same causes."""
    if how == "truncated" and version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    echo = Echo(broken(how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(lambda: requests.request(method, server.url, timeout=TIMEOUT_SECONDS))
    with intercept(echo.handle, echo.handles):
        in_process = raised_by(lambda: requests.request(method, f"https://{HOST}", timeout=TIMEOUT_SECONDS))

    outer, innermost = TO_REQUESTS[how]
    assert type(in_process) is outer
    assert kinds(in_process) == kinds(on_a_socket)
    assert innermost is None or kinds(in_process)[-1] is innermost
    assert bool(in_process.request) == bool(on_a_socket.request)


def test_a_truncated_response_fails_where_its_body_is_read() -> None:
    """With `stream=True` its headers arrive, and the first half of the body."""
    if version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    echo = Echo(broken("truncated"))
    with intercept(echo.handle, echo.handles):
        response = requests.get(f"https://{HOST}", stream=True)
        pieces = response.iter_content(5)

        assert (response.headers["Content-Length"], next(pieces)) == ("10", b"01234")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(pieces)


@pytest.mark.parametrize("timeout", [0.5, (3, 0.5)])
def test_requests_times_out_without_waiting(timeout: Any) -> None:
    """In-process a delay beyond the read timeout is a ReadTimeout."""
    echo = Echo(late(3600))
    with intercept(echo.handle, echo.handles), pytest.raises(requests.ReadTimeout):
        requests.get(f"https://{HOST}", timeout=timeout)


@pytest.mark.parametrize("timeout", [None, 7200, (1, None)])
def test_requests_gets_a_delayed_response_within_its_timeout(timeout: Any) -> None:
    """In-process the delay is counted, not slept."""
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


def make_call(httpx: Any, way: str, url: str, transport: Any = None) -> Callable[[], Any]:
    async def call() -> Any:
        async with httpx.AsyncClient(transport=transport, timeout=TIMEOUT_SECONDS) as client:
            return await client.get(url)

    def sync_call() -> Any:
        with httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS) as client:
            return client.get(url)

    return (lambda: asyncio.run(call())) if way == "async" else sync_call


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("how", BREAKS)
def test_httpx_raises_as_on_a_socket(httpx: Any, how: Disconnect, way: str) -> None:
    """Intercepted clients, and those with the fake's transport."""
    from fakesources.adapters.httpx import intercept, transport

    echo = Echo(broken(how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(make_call(httpx, way, server.url))
    with intercept(echo.handle, echo.handles):
        intercepted = raised_by(make_call(httpx, way, f"https://{HOST}"))
    with_transport = raised_by(make_call(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles)))

    assert type(intercepted) is type(with_transport) is type(on_a_socket) is getattr(httpx, TO_HTTPX[how])
    assert intercepted.request.url.host == HOST
    if how in ("empty", "truncated"):
        assert str(intercepted) == str(on_a_socket)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_httpx_times_out_without_waiting(httpx: Any, way: str) -> None:
    """A delay within the read timeout is counted, not slept."""
    from fakesources.adapters.httpx import transport

    echo = Echo(late(3600))
    with pytest.raises(httpx.ReadTimeout):
        make_call(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles))()
    echo.response = late(TIMEOUT_SECONDS / 2)
    assert make_call(httpx, way, f"https://{HOST}", transport(echo.handle, echo.handles))().text == "late"


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
def test_a_connection_of_the_server_really_fails(how: Disconnect, error: type[Exception]) -> None:
    echo = Echo(broken(how))
    with Server(echo.handle) as server, connected(server, TIMEOUT_SECONDS) as client:
        client.request("GET", "/")
        with pytest.raises(error):
            client.getresponse().read()

        echo.response = Response(200, (), b"well again")
        with connected(server) as another:
            another.request("GET", "/")
            assert another.getresponse().read() == b"well again"


@pytest.mark.parametrize("how", ["truncated", "empty"])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("DELETE", 204)])
def test_a_truncated_response_without_a_body_is_none_at_all(method: str, status: int, how: Disconnect) -> None:
    """In-process and on a socket."""
    echo = Echo(Response(status, (), b"" if status == 204 else b"body", disconnect=how))
    with Server(echo.handle) as server:
        on_a_socket = raised_by(lambda: requests.request(method, server.url, timeout=5))
    with intercept(echo.handle, echo.handles):
        in_process = raised_by(lambda: requests.request(method, f"https://{HOST}"))

    assert kinds(in_process) == kinds(on_a_socket)
    assert kinds(in_process)[-1] is http.client.RemoteDisconnected


def test_a_delay_is_slept_on_a_socket() -> None:
    """And a client times out by its own timeout."""
    echo = Echo(late(30))
    with Server(echo.handle) as server:
        with connected(server, TIMEOUT_SECONDS) as client:
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
def test_a_wsgi_client_without_a_socket_gets_an_exception(how: Disconnect, error: type[Exception]) -> None:
    """The one that a client on a socket would have met."""
    from werkzeug.test import Client

    with pytest.raises(error):
        Client(application(Echo(broken(how)).handle)).get("/")


def test_a_wsgi_response_is_truncated_in_the_middle() -> None:
    from werkzeug.test import Client

    response = Client(application(Echo(broken("truncated")).handle)).get("/")
    pieces = response.iter_encoded()

    assert (response.headers["Content-Length"], next(pieces)) == ("10", b"01234")
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
def test_the_connection_fails_where_the_wsgi_server_exposes_it(how: Disconnect, error: type[Exception]) -> None:
    """Werkzeug's server does, and fails as the fake's own server does."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, application(Echo(broken(how)).handle, served=True))
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_SECONDS)
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
    """URL of an application that fails as its path requires, and the server's log file."""
    pytest.importorskip("gunicorn")
    home = tmp_path_factory.mktemp("gunicorn")
    (home / "breaking.py").write_text(GUNICORN)
    log_file = home / "log"
    arguments = ["gunicorn", "--threads", "4", "--bind", "127.0.0.1:0", "breaking:app"]
    with log_file.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=home,
            env={**os.environ, "HOME": str(home), "PYTHONPATH": str(Path(fakesources.__file__).parents[1])},
            stdout=out,
            stderr=out,
        )
    try:
        while (listening := re.search(r"Listening at: (http://[0-9.:]+)", log_file.read_text())) is None:
            assert process.poll() is None, log_file.read_text()
            time.sleep(0.01)
        yield listening[1], log_file
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize("how", BREAKS)
def test_gunicorn_fails_as_the_fakes_own_server_does(behind_gunicorn: tuple[str, Path], how: Disconnect) -> None:
    """The log shows clients that disconnect, and no traceback."""
    if how == "truncated" and version("urllib3").startswith("1."):
        pytest.skip(UNNOTICED)
    url, log_file = behind_gunicorn
    with Server(Echo(broken(how)).handle) as server:
        expected = raised_by(lambda: requests.get(server.url, timeout=TIMEOUT_SECONDS * 5))
    with requests.Session() as session:
        assert session.get(f"{url}/well", timeout=5).text == "0123456789"  # the worker is up
        raised = raised_by(lambda: requests.get(f"{url}/{how}", timeout=TIMEOUT_SECONDS * 5))
        assert session.get(f"{url}/well", timeout=5).text == "0123456789"

    assert kinds(raised) == kinds(expected)
    assert "Traceback" not in log_file.read_text()
