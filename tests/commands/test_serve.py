"""Command `serve`: its output, its signals, its flags and its errors."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import TIMEOUT_SECONDS, Serve, becomes_true

EDITIONS = {"datasift": ["docs-1.6", "live-1.6"], "curator": ["docs-2017", "docs-2025"]}


def test_standard_output_is_the_base_url(serve_in_new_interpreter: Serve) -> None:
    """Standard output is the base URL, printed once requests are answered."""
    served = serve_in_new_interpreter()

    status = served.send("GET", "/v1/feeds?api_key=ABCD-1234").status
    code, out, err = served.stop()

    assert served.url.startswith("http://127.0.0.1:")
    assert (status, code, out, err) == (200, 0, "", "")


def test_both_apis_answer_on_one_port(serve: Serve) -> None:
    """Without a known host, the path decides which API a request is for."""
    served = serve()

    created = served.create("Rock Music")

    assert [source["id"] for source in served.sources()] == [created["id"]]
    assert served.send("GET", "/v1/feeds?api_key=ABCD-1234").json[0]["name"] == "Default"


def test_the_host_takes_precedence_over_the_path(serve: Serve) -> None:
    served = serve()

    response = served.send("GET", "/v1.6/source/get", headers={"Host": "api.curator.io", "Authorization": "alice:key"})

    assert response.status == 404
    assert "error" not in response.json


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_each_signal_saves_the_state_and_stops_the_server(serve: Serve, tmp_path: Path, name: str) -> None:
    """The exit code is 0 and nothing is printed."""
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} on this system")
    served = serve("--save", str(tmp_path / "state.json"))
    served.create("Rock Music")

    assert served.stop(getattr(signal, name)) == (0, "", "")
    assert "Rock Music" in (tmp_path / "state.json").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="nohup is POSIX's")
def test_a_hangup_that_nohup_ignores_stays_ignored(serve_in_new_interpreter: Serve) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        served = serve_in_new_interpreter()
    finally:
        signal.signal(signal.SIGHUP, before)

    served.process.send_signal(signal.SIGHUP)

    assert served.send("GET", "/_fakesources/ready").json == {"ready": True}
    assert served.stop()[0] == 0


def test_the_address_file_exists_while_the_server_runs(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "address"

    served = serve("--address-file", str(file))
    text = file.read_text()
    served.stop()

    assert text == f"{served.url}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_address_file_of_another_server_stays(serve: Serve, tmp_path: Path) -> None:
    """A server that ends removes its own alone."""
    file = tmp_path / "address"
    served = serve("--address-file", str(file))
    assert file.read_text() == f"{served.url}\n"
    file.write_text("http://127.0.0.1:1\n")
    served.stop()

    assert file.read_text() == "http://127.0.0.1:1\n"


def test_sigterm_lets_requests_finish(serve: Serve) -> None:
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 0.5})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=TIMEOUT_SECONDS)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert served.control("GET", f"journal?operation=curator.feeds.list&wait={TIMEOUT_SECONDS}")["exchanges"]

    served.process.send_signal(signal.SIGTERM)
    response = connection.getresponse()

    assert (response.status, json.loads(response.read())[0]["name"]) == (200, "Default")
    assert served.process.wait(TIMEOUT_SECONDS) == 0
    connection.close()


def listens(host: str, port: int) -> bool:
    """Return whether a server accepts connections; after a first signal it does not."""
    try:
        socket.create_connection((host, port), timeout=TIMEOUT_SECONDS).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    return True


def test_a_second_signal_ends_the_process_at_once(serve: Serve) -> None:
    """It does not wait for requests, and exits as a killed process does."""
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 3600})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=TIMEOUT_SECONDS)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert becomes_true(lambda: served.control("GET", "faults")["faults"][0]["count"] == 1)
    served.process.send_signal(signal.SIGTERM)
    assert becomes_true(lambda: not listens(connection.host, connection.port))

    code, _, _ = served.stop(signal.SIGINT)

    assert code == 128 + signal.SIGINT
    connection.close()


def test_sigterm_releases_held_requests(serve: Serve) -> None:
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "hold": True})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=TIMEOUT_SECONDS)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert becomes_true(lambda: served.control("GET", "faults")["faults"][0]["count"] == 1)

    served.process.send_signal(signal.SIGTERM)

    assert connection.getresponse().status == 200
    assert served.process.wait(TIMEOUT_SECONDS) == 0
    connection.close()


def test_sigterm_ends_a_request_that_waits_for_exchanges(serve: Serve) -> None:
    """It gets the exchanges that there are."""
    served = serve()
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=TIMEOUT_SECONDS)
    connection.request("GET", "/_fakesources/journal?wait=300")
    served.control("GET", "health")

    served.process.send_signal(signal.SIGTERM)
    response = connection.getresponse()

    assert json.loads(response.read())["exchanges"] == []
    assert served.process.wait(TIMEOUT_SECONDS) == 0
    connection.close()


def test_a_flag_takes_precedence_over_its_variable(serve: Serve) -> None:
    served = serve("--curator", "docs-2025", FAKESOURCES_CURATOR="docs-2017", FAKESOURCES_DATASIFT="live-1.6")

    editions = served.control("GET", "editions")

    assert (editions["datasift"]["edition"], editions["curator"]["edition"]) == ("live-1.6", "docs-2025")


def test_the_clock_is_real_unless_a_time_is_given(serve: Serve) -> None:
    assert serve().control("GET", "clock")["running"] is True

    frozen = serve("--clock", "2018-01-16T10:00:00Z")

    assert frozen.control("GET", "clock") == {"now": "2018-01-16T10:00:00Z", "running": False}
    assert frozen.create()["created_at"] == 1516096800


def test_other_credentials_are_invalid_when_some_are_given(serve: Serve) -> None:
    served = serve("--credentials", "datasift:alice=key,curator:team=ABCD")

    assert served.send("GET", "/v1.6/source/get", headers={"Authorization": "alice:key"}).status == 200
    assert served.send("GET", "/v1.6/source/get", headers={"Authorization": "alice:other"}).status == 401
    assert served.send("GET", "/v1/feeds?api_key=ABCD").status == 200
    assert served.send("GET", "/v1/feeds?api_key=EFGH").status == 403


def test_rate_limit_and_seed_are_flags(serve: Serve) -> None:
    """The same seed gives the same ids, another one gives others."""
    first, again, other = serve("--rate-limit", "30"), serve("--seed", "0"), serve("--seed", "spring")

    headers = first.send("GET", "/v1.6/source/get", headers={"Authorization": "alice:key"}).headers

    assert headers["X-RateLimit-Limit"] == "30"
    assert first.create()["id"] == again.create()["id"] != other.create()["id"]


def test_a_strict_server_lists_violations_at_the_end(serve: Serve) -> None:
    """The exit code is 1, and secrets are masked."""
    served = serve("--strict")
    served.send("GET", "/v1.6/source/get?nmae=x", headers={"Authorization": "alice:s3cret"})

    code, _, err = served.stop()

    assert code == 1
    assert "nmae" in err
    assert "datasift.source.get.unknown-parameter" in err
    assert "s3cret" not in err


TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z"
LINES = {
    "text": [
        rf"{TIME} GET /v1/feeds 200 [0-9.]+ms account=\*\*\* operation=curator\.feeds\.list",
        (
            rf"{TIME} GET /v1\.6/source/get 200 [0-9.]+ms account=alice operation=datasift\.source\.get"
            r" violations=datasift\.source\.get\.unknown-parameter"
        ),
        (
            rf"{TIME} PUT /v1\.6/source/start 404 [0-9.]+ms account=alice operation=datasift\.source\.start"
            r" error=datasift\.source\.start\.not-found fault=not-found"
        ),
        rf"{TIME} GET /nowhere 404 [0-9.]+ms error=curator\.no-such-endpoint",
        rf"{TIME} GET /_fakesources/version 200 [0-9.]+ms operation=control\.version",
    ],
    "common": [
        r'127\.0\.0\.1 - \*\*\* \[[^]]+ \+0000\] "GET /v1/feeds HTTP/1\.1" 200 [0-9]+',
        r'127\.0\.0\.1 - alice \[[^]]+\] "GET /v1\.6/source/get HTTP/1\.1" 200 [0-9]+',
        r'127\.0\.0\.1 - alice \[[^]]+\] "PUT /v1\.6/source/start HTTP/1\.1" 404 [0-9]+',
        r'127\.0\.0\.1 - - \[[^]]+\] "GET /nowhere HTTP/1\.1" 404 [0-9]+',
        r'127\.0\.0\.1 - - \[[^]]+\] "GET /_fakesources/version HTTP/1\.1" 200 [0-9]+',
    ],
}


def log_requests(serve: Serve, log: Path, *flags: str) -> list[str]:
    """Return the lines of an access log after a few requests."""
    served = serve("--access-log", str(log), *flags)
    served.control("POST", "faults", {"operation": "datasift.source.start", "error": "not-found"})
    user = {"Authorization": "alice:s3cret"}
    served.send("GET", "/v1/feeds?api_key=ABCD-1234")
    served.send("GET", "/v1.6/source/get?nmae=x", headers=user)
    served.send("PUT", "/v1.6/source/start?id=x", headers=user)
    served.send("GET", "/nowhere?api_key=ABCD-1234")
    served.send("GET", "/_fakesources/version")
    served.stop()
    text = log.read_text()
    assert "ABCD-1234" not in text
    assert "s3cret" not in text
    return text.splitlines()[1:]


@pytest.mark.parametrize("name", LINES)
def test_the_access_log_has_one_line_per_response_without_secrets(serve: Serve, tmp_path: Path, name: str) -> None:
    """The query is not logged."""
    lines = log_requests(serve, tmp_path / "access.log", "--access-log-format", name)

    assert len(lines) == len(LINES[name])
    for line, pattern in zip(lines, LINES[name], strict=True):
        assert re.fullmatch(pattern, line), line


def test_the_access_log_can_be_json(serve: Serve, tmp_path: Path) -> None:
    """Each line is an object with the same fields."""
    lines = [json.loads(line) for line in log_requests(serve, tmp_path / "access.log", "--access-log-format", "json")]

    assert [(line["status"], line.get("operation")) for line in lines] == [
        (200, "curator.feeds.list"), (200, "datasift.source.get"), (404, "datasift.source.start"), (404, None),
        (200, "control.version"),
    ]  # fmt: skip
    assert lines[1]["violations"] == ["datasift.source.get.unknown-parameter"]
    assert {"time", "account", "method", "path", "ms"} <= set(lines[1])


def test_a_server_beyond_loopback_requires_a_token(serve: Serve) -> None:
    """Clients on this machine need it too, for the control plane only."""
    served = serve("--host", "0.0.0.0")

    response = served.send("GET", "/_fakesources/state")

    assert (response.status, response.json["name"]) == (403, "token-required")
    assert "--token" in response.json["error"]
    assert served.send("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize("source", ["flag", "variable"])
def test_pages_of_allowed_origins_may_use_the_control_plane(serve: Serve, source: str) -> None:
    """A variable has several origins; a default port is ignored."""
    pages = ["http://localhost:3000", "https://app.example:443"]
    flags = [word for page in pages for word in ("--allow-origin", page)] if source == "flag" else []
    served = serve(*flags, **({"FAKESOURCES_ALLOW_ORIGIN": ", ".join(pages)} if source == "variable" else {}))

    allowed = [
        served.send("GET", "/_fakesources/version", headers={"Origin": origin}).headers.get(
            "Access-Control-Allow-Origin"
        )
        for origin in ("http://localhost:3000", "https://app.example", "http://localhost:3001")
    ]

    assert allowed == ["http://localhost:3000", "https://app.example", None]


def test_https_with_a_certificate(serve: Serve) -> None:
    import ssl

    here = Path(__file__).parent
    served = serve("--cert", str(here / "localhost.pem"), "--key", str(here / "localhost.key"))
    context = ssl.create_default_context(cafile=str(here / "localhost.pem"))
    connection = http.client.HTTPSConnection(urlsplit(served.url).netloc, timeout=TIMEOUT_SECONDS, context=context)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")

    assert served.url.startswith("https://127.0.0.1:")
    assert connection.getresponse().status == 200
    connection.close()


def test_posts_have_pictures_at_the_server(serve: Serve) -> None:
    """Their addresses have the server's port; the journal has the calls of the API alone."""
    served = serve()
    key = {"Authorization": ""}
    feed = served.send("GET", "/v1/feeds?api_key=k", headers=key).json[0]
    served.send("POST", "/v1/sources?api_key=k", {"feed_id": feed["id"], "source_type": 2, "tag": "cats"}, key)
    post = served.send("GET", f"/v1/feeds/{feed['id']}/posts").json["posts"][0]

    picture = served.send("GET", post["image"].removeprefix(served.url))

    assert post["image"].startswith(f"{served.url}/images/posts/")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/svg+xml")
    exchanges = served.control("GET", "journal")["exchanges"]
    assert [each["operation"] for each in exchanges] == [
        "curator.feeds.list", "curator.sources.create", "curator.posts.list",
    ]  # fmt: skip
