"""`fakesources.wsgi:app` under production servers: one process, several threads."""

from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import PATIENCE, Serve, Served, environment

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
TOLD = re.compile(r"(?:Listening at:|Serving on) (http://[0-9.:]+)")

TOKEN = "s3cret"
"""What the control plane of the application requires in these tests."""

Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a production server by its words, with variables of ours, and waits until it tells its address."""
    started: list[subprocess.Popen[str]] = []

    def begin(words: list[str], **variables: str) -> Served:
        if words[0] != "-c" and importlib.util.find_spec(words[0]) is None:
            pytest.skip(f"{words[0]} is not installed")
        said = tmp_path / f"said-{len(started)}"
        with said.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, *(words if words[0] == "-c" else ["-m", *words])],
                env=environment(HOME=str(tmp_path), **{"FAKESOURCES_TOKEN": TOKEN, **variables}),
                stdout=out,
                stderr=out,
                text=True,
            )
        started.append(process)
        while (told := TOLD.search(said.read_text())) is None:
            assert process.poll() is None, said.read_text()
        return Served(process, told[1], TOKEN)

    yield begin
    for process in started:
        process.terminate()
        process.wait(PATIENCE)


@pytest.mark.parametrize("name", SERVERS)
def test_a_production_server_serves_both_apis(start: Start, name: str) -> None:
    """One process and several threads see one state, and the control plane is there."""
    served = start(SERVERS[name], FAKESOURCES_CURATOR="docs-2025")

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: served.create(f"source {number}")["id"], range(24)))

    assert {source["id"] for source in served.sources()} <= ids
    assert len(ids) == 24
    assert served.ask("GET", "/v1/feeds?api_key=ABCD-1234").status == 200
    assert served.control("GET", "editions")["curator"]["edition"] == "docs-2025"
    assert served.control("GET", "journal?operation=datasift.source.create&limit=1")["exchanges"][0]["status"] == 201


@pytest.mark.parametrize("name", SERVERS)
def test_a_delay_is_slept_by_the_thread_that_has_it(start: Start, name: str) -> None:
    """A slow answer keeps its own thread alone."""
    served = start(SERVERS[name])
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 0.2})

    assert served.ask("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize(("name", "number"), [("gunicorn", signal.SIGTERM), ("waitress", signal.SIGINT)])
def test_the_state_is_saved_when_the_process_ends_in_order(
    start: Start, tmp_path: Path, name: str, number: int
) -> None:
    """By the signal that the server itself takes for an orderly end."""
    file = tmp_path / "state.json"
    served = start(SERVERS[name], FAKESOURCES_SAVE=str(file))
    served.create("Rock Music")

    served.process.send_signal(number)
    served.process.wait(PATIENCE)

    assert "Rock Music" in file.read_text()


@pytest.mark.parametrize("name", SERVERS)
def test_the_control_plane_requires_a_token_and_says_how_to_set_one(start: Start, name: str) -> None:
    """A caller on loopback may be a proxy, and the server may have removed every sign of it."""
    served = start(SERVERS[name], FAKESOURCES_TOKEN="")

    refused = served.ask("GET", "/_fakesources/state", headers={"X-Forwarded-For": "203.0.113.7"})

    assert (refused.status, refused.json["name"]) == (403, "token-required")
    assert "FAKESOURCES_TOKEN" in refused.json["error"]
    assert served.ask("GET", "/_fakesources/health").status == 200
    assert served.ask("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize(("name", "number"), [("gunicorn", signal.SIGTERM), ("waitress", signal.SIGINT)])
def test_strict_and_the_access_log_are_honoured_and_what_has_no_effect_is_named(
    start: Start, tmp_path: Path, name: str, number: int
) -> None:
    """Violations are listed when the process ends; address and certificate are the server's own."""
    log = tmp_path / "access.log"
    served = start(
        SERVERS[name], FAKESOURCES_STRICT="1", FAKESOURCES_ACCESS_LOG=str(log), FAKESOURCES_PORT="1234",
        FAKESOURCES_CERT="cert.pem",
    )  # fmt: skip
    served.ask("GET", "/v1.6/source/get?nmae=x", headers={"Authorization": "alice:s3cret"})

    served.process.send_signal(number)
    served.process.wait(PATIENCE)

    said = (tmp_path / "said-0").read_text()
    assert "GET /v1.6/source/get 200" in log.read_text()
    assert "1 contract violation" in said
    assert [name for name in ("HOST", "PORT", "CERT", "KEY", "TOKEN") if f"FAKESOURCES_{name} has no" in said] == [
        "PORT", "CERT",
    ]  # fmt: skip
    assert "s3cret" not in said + log.read_text()


def test_more_than_one_process_is_refused_with_an_explanation(start: Start) -> None:
    """Two workers would answer from two states, so neither answers."""
    served = start([*GUNICORN[:-1], "--workers", "2", GUNICORN[-1]])

    answer = served.ask("GET", "/v1/feeds?api_key=ABCD-1234")

    assert answer.status == 503
    assert b"--workers 1" in answer.body


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [("FAKESOURCES_CURATOR", "docs-2024", "'docs-2025'"), ("FAKESOURCES_RATE_LIMIT", "many", "'many'")],
)
def test_a_wrong_variable_is_told(variable: str, value: str, said: str) -> None:
    """Whoever imports the application learns what is wrong, and what would be right."""
    ended = subprocess.run(
        [sys.executable, "-c", "from fakesources.wsgi import app"], env=environment(**{variable: value}),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert ended.returncode == 1
    assert said in ended.stderr.splitlines()[-1]


def test_importing_the_module_builds_nothing() -> None:
    """The fake is made when `app` is asked for, and once."""
    script = (
        "import fakesources.wsgi as w; assert 'app' not in vars(w); first = w.app; assert w.app is first; print('ok')"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert (ended.stdout, ended.stderr) == ("ok\n", "")


KEY = "/v1/feeds?api_key=ABCD-1234"
JSON = {"Content-Type": "application/json"}
DATASIFT = {"Authorization": "alice:key"}
ASKED: dict[str, tuple[str, str, dict[str, str], str]] = {
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
ITS_OWN = {"server", "connection", "keep-alive", "via", "date", "transfer-encoding"}
"""Headers that a production server may write itself."""


@pytest.mark.parametrize("name", [*SERVERS, "werkzeug"])
def test_every_server_gives_the_answers_of_the_live_one(start: Start, serve: Serve, name: str) -> None:
    """Status, headers and body, to requests of every kind, beginning with the same state."""
    clock = "2018-01-16T10:00:00Z"
    live = serve("--clock", clock)
    other = start(SERVERS.get(name, ["-c", WERKZEUG]), FAKESOURCES_CLOCK=clock)

    def answer(served: Served, asked: tuple[str, str, dict[str, str], str]) -> tuple[int, dict[str, str], bytes]:
        method, path, headers, body = asked
        got = served.ask(method, path, headers=headers, body=body)
        kept = {key.lower(): value for key, value in got.headers.items() if key.lower() not in ITS_OWN}
        return got.status, kept, got.body

    for case, asked in ASKED.items():
        assert answer(other, asked) == answer(live, asked), case
