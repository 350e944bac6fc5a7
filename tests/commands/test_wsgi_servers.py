"""Application `fakesources.wsgi:app` in production servers: one process, several threads."""

from __future__ import annotations

import importlib.util
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import TIMEOUT_SECONDS, Serve, Served, becomes_true, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn is POSIX's")

GUNICORN = ["gunicorn", "--bind", "127.0.0.1:0", "fakesources.wsgi:app"]
SERVERS = {
    "gunicorn": [*GUNICORN[:-1], "--workers", "1", "--threads", "8", GUNICORN[-1]],
    "waitress": ["waitress", "--threads", "8", "--listen", "127.0.0.1:0", "fakesources.wsgi:app"],
}
WERKZEUG = """
from werkzeug.serving import make_server
from fakesources.wsgi import app

server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"Serving on http://127.0.0.1:{server.port}", flush=True)
server.serve_forever()
"""
ADDRESS = re.compile(r"(?:Listening at:|Serving on) (http://[0-9.:]+)")

TOKEN = "s3cret"
"""Token of the control plane in these tests."""

Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a production server with arguments and variables, and wait for its address."""
    started: list[subprocess.Popen[str]] = []

    def begin(arguments: list[str], **variables: str) -> Served:
        if arguments[0] != "-c" and importlib.util.find_spec(arguments[0]) is None:
            pytest.skip(f"{arguments[0]} is not installed")
        output = tmp_path / f"output-{len(started)}"
        with output.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, *(arguments if arguments[0] == "-c" else ["-m", *arguments])],
                env=environment(HOME=str(tmp_path), **{"FAKESOURCES_TOKEN": TOKEN, **variables}),
                stdout=out,
                stderr=out,
                text=True,
            )
        started.append(process)
        assert becomes_true(lambda: bool(ADDRESS.search(output.read_text())) or process.poll() is not None)
        address = ADDRESS.search(output.read_text())
        assert address is not None, output.read_text()
        return Served(process, address[1], TOKEN)

    yield begin
    for process in started:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


@pytest.mark.parametrize("name", SERVERS)
def test_a_production_server_serves_both_apis(start: Start, name: str) -> None:
    """All threads share one state and its control plane."""
    served = start(SERVERS[name], FAKESOURCES_CURATOR="docs-2025")

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: served.create(f"source {number}")["id"], range(24)))

    assert {source["id"] for source in served.sources()} <= ids
    assert len(ids) == 24
    assert served.send("GET", "/v1/feeds?api_key=ABCD-1234").status == 200
    assert served.control("GET", "editions")["curator"]["edition"] == "docs-2025"
    assert served.control("GET", "journal?operation=datasift.source.create&limit=1")["exchanges"][0]["status"] == 201


@pytest.mark.parametrize("name", SERVERS)
def test_a_delay_occupies_one_thread(start: Start, name: str) -> None:
    served = start(SERVERS[name])
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 0.2})

    assert served.send("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize(("name", "number"), [("gunicorn", signal.SIGTERM), ("waitress", signal.SIGINT)])
def test_the_state_is_saved_on_shutdown(start: Start, tmp_path: Path, name: str, number: int) -> None:
    """Each server has a signal of its own for that."""
    file = tmp_path / "state.json"
    served = start(SERVERS[name], FAKESOURCES_SAVE=str(file))
    served.create("Rock Music")

    served.process.send_signal(number)
    served.process.wait(TIMEOUT_SECONDS)

    assert "Rock Music" in file.read_text()


BROKEN = """
from fakesources.kit import Api

api = Api("broken", host="broken.test")

@api.get("/broken", responses={204: None})
def get_it(call):
    '''Get it.'''
    raise LookupError("a bug of the handler")
"""


def test_errors_of_the_application_are_logged(start: Start, tmp_path: Path) -> None:
    """A bug of a handler, whose client gets a 500, and a state that cannot be saved."""
    (tmp_path / "broken.py").write_text(BROKEN)
    folder = tmp_path / "folder"
    folder.mkdir()
    served = start(
        SERVERS["waitress"],
        FAKESOURCES_SAVE=str(folder / "state.json"),
        FAKESOURCES_API="broken:api",
        PYTHONPATH=str(tmp_path),
    )
    response = served.send("GET", "/broken")
    shutil.rmtree(folder)
    served.process.send_signal(signal.SIGINT)
    served.process.wait(TIMEOUT_SECONDS)

    output = (tmp_path / "output-0").read_text()
    assert response.status == 500
    assert response.json["error"].startswith("Nothing is wrong with the request; ")
    assert "a bug of the handler" in output
    assert "the state could not be saved" in output


@pytest.mark.parametrize("name", SERVERS)
def test_the_control_plane_requires_a_token(start: Start, name: str) -> None:
    """A client on loopback may be a proxy."""
    served = start(SERVERS[name], FAKESOURCES_TOKEN="")

    response = served.send("GET", "/_fakesources/state", headers={"X-Forwarded-For": "203.0.113.7"})

    assert (response.status, response.json["name"]) == (403, "token-required")
    assert "FAKESOURCES_TOKEN" in response.json["error"]
    assert served.send("GET", "/_fakesources/health").status == 200
    assert served.send("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize(("name", "number"), [("gunicorn", signal.SIGTERM), ("waitress", signal.SIGINT)])
def test_strict_and_access_log_have_an_effect_and_socket_variables_are_warned_of(
    start: Start, tmp_path: Path, name: str, number: int
) -> None:
    log = tmp_path / "access.log"
    served = start(
        SERVERS[name], FAKESOURCES_STRICT="1", FAKESOURCES_ACCESS_LOG=str(log), FAKESOURCES_PORT="1234",
        FAKESOURCES_CERT="cert.pem",
    )  # fmt: skip
    served.send("GET", "/v1.6/source/get?nmae=x", headers={"Authorization": "alice:s3cret"})

    served.process.send_signal(number)
    served.process.wait(TIMEOUT_SECONDS)

    output = (tmp_path / "output-0").read_text()
    assert "GET /v1.6/source/get 200" in log.read_text()
    assert "1 contract violation" in output
    assert [name for name in ("HOST", "PORT", "CERT", "KEY", "TOKEN") if f"FAKESOURCES_{name} has no" in output] == [
        "PORT", "CERT",
    ]  # fmt: skip
    assert "s3cret" not in output + log.read_text()


def test_several_processes_are_an_error(start: Start) -> None:
    """Two workers would have two states."""
    served = start([*GUNICORN[:-1], "--workers", "2", GUNICORN[-1]])

    response = served.send("GET", "/v1/feeds?api_key=ABCD-1234")

    assert response.status == 503
    assert b"--workers 1" in response.body


@pytest.mark.parametrize(
    ("variable", "value", "error"),
    [("FAKESOURCES_CURATOR", "docs-2024", "'docs-2025'"), ("FAKESOURCES_RATE_LIMIT", "many", "'many'")],
)
def test_a_wrong_variable_is_an_error_of_the_import(variable: str, value: str, error: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from fakesources.wsgi import app"], env=environment(**{variable: value}),
        capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip

    assert result.returncode == 1
    assert error in result.stderr.splitlines()[-1]


def test_the_application_is_not_built_on_import() -> None:
    """It is built once, on first access."""
    script = (
        "import fakesources.wsgi as w; assert 'app' not in vars(w); first = w.app; assert w.app is first; print('ok')"
    )

    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )

    assert (result.stdout, result.stderr) == ("ok\n", "")


KEY = "/v1/feeds?api_key=ABCD-1234"
JSON = {"Content-Type": "application/json"}
DATASIFT = {"Authorization": "alice:key"}
REQUESTS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "a list": ("GET", KEY, {}, ""),
    "HEAD": ("HEAD", KEY, {}, ""),
    "no key": ("GET", "/v1/feeds", {}, ""),
    "another method": ("PATCH", KEY, {}, ""),
    "no such path": ("GET", "/v1/nothing?api_key=ABCD-1234", {}, ""),
    "a path in percent-encoding": ("GET", "/v1/f%65eds?api_key=ABCD-1234", {}, ""),
    "a query in percent-encoding": ("GET", "/v1/feeds?api_key=%41BCD-1234&search=%C3%A9", {}, ""),
    "a preflight": ("OPTIONS", KEY, {"Origin": "http://a.test", "Access-Control-Request-Method": "GET"}, ""),
    "no credential": ("GET", "/v1.6/source/get", {}, ""),
    "JSON": ("POST", "/v1.6/source/create", DATASIFT | JSON, '{"source_type": "instagram", "name": "Rock"}'),
    "no JSON": ("POST", "/v1.6/source/create", DATASIFT | JSON, "{"),
    "a form": (
        "POST", "/v1.6/source/create", DATASIFT | {"Content-Type": "application/x-www-form-urlencoded"}, "source_type=a&name=b",
    ),
    "a body over the limit": ("POST", "/v1.6/source/create", DATASIFT | JSON, "x" * (1 << 20) + "x"),
}  # fmt: skip
SERVER_HEADERS = {"server", "connection", "keep-alive", "via", "date", "transfer-encoding"}
"""Headers that a production server may set itself."""


@pytest.mark.parametrize("name", [*SERVERS, "werkzeug"])
def test_every_server_gives_the_responses_of_the_live_one(start: Start, serve: Serve, name: str) -> None:
    """Status, headers and body are the same for requests of every kind."""
    clock = "2018-01-16T10:00:00Z"
    live = serve("--clock", clock)
    other = start(SERVERS.get(name, ["-c", WERKZEUG]), FAKESOURCES_CLOCK=clock)

    def respond(served: Served, request: tuple[str, str, dict[str, str], str]) -> tuple[int, dict[str, str], bytes]:
        method, path, headers, body = request
        response = served.send(method, path, headers=headers, body=body)
        kept_headers = {
            key.lower(): value for key, value in response.headers.items() if key.lower() not in SERVER_HEADERS
        }
        return response.status, kept_headers, response.body

    for case, request in REQUESTS.items():
        assert respond(other, request) == respond(live, request), case
