"""`fakesources serve`: what it prints, when it answers, how it is told to stop, and what it says of a mistake."""

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
from processes import PATIENCE, Command, Serve, reached

EDITIONS = {"datasift": ["docs-1.6", "live-1.6"], "curator": ["docs-2017", "docs-2025"]}


def test_the_address_is_one_line_and_is_answered_at_once(serve: Serve) -> None:
    """Standard output has the base URL and nothing else, and whoever has read it is answered."""
    served = serve()

    status = served.ask("GET", "/v1/feeds?api_key=ABCD-1234").status
    code, out, err = served.stop()

    assert served.url.startswith("http://127.0.0.1:")
    assert (status, code, out, err) == (200, 0, "", "")


def test_both_apis_answer_on_one_port(serve: Serve) -> None:
    """A path that begins with a DataSift source is DataSift's, everything else is Curator's."""
    served = serve()

    made = served.create("Rock Music")

    assert [source["id"] for source in served.sources()] == [made["id"]]
    assert served.ask("GET", "/v1/feeds?api_key=ABCD-1234").json[0]["name"] == "Default"


def test_a_vendors_host_decides_before_the_path(serve: Serve) -> None:
    """A request for Curator's host is Curator's, whatever its path."""
    served = serve()

    answer = served.ask("GET", "/v1.6/source/get", headers={"Host": "api.curator.io", "Authorization": "alice:key"})

    assert answer.status == 404
    assert "error" not in answer.json


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_each_signal_saves_and_ends_it_cleanly(serve: Serve, tmp_path: Path, name: str) -> None:
    """An interrupt, a termination and a hangup end it with exit code 0 and not a word."""
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} on this system")
    served = serve("--save", str(tmp_path / "state.json"))
    served.create("Rock Music")

    assert served.stop(getattr(signal, name)) == (0, "", "")
    assert "Rock Music" in (tmp_path / "state.json").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="nohup is POSIX's")
def test_a_hangup_that_nohup_ignores_stays_ignored(serve: Serve) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        served = serve()
    finally:
        signal.signal(signal.SIGHUP, before)

    served.process.send_signal(signal.SIGHUP)

    assert served.ask("GET", "/_fakesources/ready").json == {"ready": True}
    assert served.stop()[0] == 0


def test_the_address_file_is_there_while_it_answers(serve: Serve, tmp_path: Path) -> None:
    """The file has the address as one line, and is gone with the server."""
    file = tmp_path / "address"

    served = serve("--address-file", str(file))
    said = file.read_text()
    served.stop()

    assert said == f"{served.url}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_termination_lets_requests_finish(serve: Serve) -> None:
    """A request that has begun gets its answer, and the exit code is that of a clean end."""
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 0.5})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert served.control("GET", f"journal?operation=curator.feeds.list&wait={PATIENCE}")["exchanges"]

    served.process.send_signal(signal.SIGTERM)
    answer = connection.getresponse()

    assert (answer.status, json.loads(answer.read())[0]["name"]) == (200, "Default")
    assert served.process.wait(PATIENCE) == 0
    connection.close()


def listens(host: str, port: int) -> bool:
    """Whether anybody accepts connections there; who has heard a first signal does not."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    return True


def test_a_second_signal_ends_it_on_the_spot(serve: Serve) -> None:
    """Nobody has to wait for a request that does not end: told twice, the server exits as a killed process does."""
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "delay": 3600})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert reached(lambda: served.control("GET", "faults")["faults"][0]["count"] == 1)
    served.process.send_signal(signal.SIGTERM)
    assert reached(lambda: not listens(connection.host, connection.port))

    code, _, _ = served.stop(signal.SIGINT)

    assert code == 128 + signal.SIGINT
    connection.close()


def test_a_termination_lets_go_of_what_is_held(serve: Serve) -> None:
    """A request that a fault holds is answered before the end."""
    served = serve()
    served.control("POST", "faults", {"operation": "curator.feeds.list", "hold": True})
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")
    assert reached(lambda: served.control("GET", "faults")["faults"][0]["count"] == 1)

    served.process.send_signal(signal.SIGTERM)

    assert connection.getresponse().status == 200
    assert served.process.wait(PATIENCE) == 0
    connection.close()


def test_a_waiting_caller_does_not_hold_up_the_end(serve: Serve) -> None:
    """Whoever waits for an exchange is answered with what there is when the server is told to stop."""
    served = serve()
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
    connection.request("GET", "/_fakesources/journal?wait=300")
    served.control("GET", "health")

    served.process.send_signal(signal.SIGTERM)
    answer = connection.getresponse()

    assert json.loads(answer.read())["exchanges"] == []
    assert served.process.wait(PATIENCE) == 0
    connection.close()


def test_a_variable_does_what_its_flag_does_and_a_flag_wins(serve: Serve) -> None:
    """Each flag has a variable; where both are given, the flag counts."""
    served = serve("--curator", "docs-2025", FAKESOURCES_CURATOR="docs-2017", FAKESOURCES_DATASIFT="live-1.6")

    spoken = served.control("GET", "editions")

    assert (spoken["datasift"]["edition"], spoken["curator"]["edition"]) == ("live-1.6", "docs-2025")


def test_the_clock_is_real_or_stands_where_it_was_put(serve: Serve) -> None:
    """Without a word the clock runs; with a time it stands still there."""
    assert serve().control("GET", "clock")["running"] is True

    frozen = serve("--clock", "2018-01-16T10:00:00Z")

    assert frozen.control("GET", "clock") == {"now": "2018-01-16T10:00:00Z", "running": False}
    assert frozen.create()["created_at"] == 1516096800


def test_credentials_let_nobody_else_in(serve: Serve) -> None:
    """With credentials, only they are right."""
    served = serve("--credentials", "datasift:alice=key,curator:team=ABCD")

    assert served.ask("GET", "/v1.6/source/get", headers={"Authorization": "alice:key"}).status == 200
    assert served.ask("GET", "/v1.6/source/get", headers={"Authorization": "alice:other"}).status == 401
    assert served.ask("GET", "/v1/feeds?api_key=ABCD").status == 200
    assert served.ask("GET", "/v1/feeds?api_key=EFGH").status == 403


def test_the_rate_limit_and_the_seed_are_the_servers_own(serve: Serve) -> None:
    """A limit is told in the headers; another seed gives other ids, the same one the same."""
    first, again, other = serve("--rate-limit", "30"), serve("--seed", "0"), serve("--seed", "spring")

    headers = first.ask("GET", "/v1.6/source/get", headers={"Authorization": "alice:key"}).headers

    assert headers["X-RateLimit-Limit"] == "30"
    assert first.create()["id"] == again.create()["id"] != other.create()["id"]


def test_strict_ends_with_a_failure_that_lists_what_was_swallowed(serve: Serve) -> None:
    """A violation makes a strict server end with exit code 1 and the violation on standard error, masked."""
    served = serve("--strict")
    served.ask("GET", "/v1.6/source/get?nmae=x", headers={"Authorization": "alice:s3cret"})

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


def logged(serve: Serve, log: Path, *flags: str) -> list[str]:
    """The lines that a few requests leave in an access log."""
    served = serve("--access-log", str(log), *flags)
    served.control("POST", "faults", {"operation": "datasift.source.start", "error": "not-found"})
    user = {"Authorization": "alice:s3cret"}
    served.ask("GET", "/v1/feeds?api_key=ABCD-1234")
    served.ask("GET", "/v1.6/source/get?nmae=x", headers=user)
    served.ask("PUT", "/v1.6/source/start?id=x", headers=user)
    served.ask("GET", "/nowhere?api_key=ABCD-1234")
    served.ask("GET", "/_fakesources/version")
    served.stop()
    text = log.read_text()
    assert "ABCD-1234" not in text
    assert "s3cret" not in text
    return text.splitlines()[1:]


@pytest.mark.parametrize("name", LINES)
def test_the_access_log_has_a_line_a_response_and_no_secret(serve: Serve, tmp_path: Path, name: str) -> None:
    """Time, method, path, status, duration, account, operation, and what was special; the query stays out."""
    lines = logged(serve, tmp_path / "access.log", "--access-log-format", name)

    assert len(lines) == len(LINES[name])
    for line, pattern in zip(lines, LINES[name], strict=True):
        assert re.fullmatch(pattern, line), line


def test_the_access_log_can_be_json(serve: Serve, tmp_path: Path) -> None:
    """One object a line, with the same facts."""
    lines = [json.loads(line) for line in logged(serve, tmp_path / "access.log", "--access-log-format", "json")]

    assert [(line["status"], line.get("operation")) for line in lines] == [
        (200, "curator.feeds.list"), (200, "datasift.source.get"), (404, "datasift.source.start"), (404, None),
        (200, "control.version"),
    ]  # fmt: skip
    assert lines[1]["violations"] == ["datasift.source.get.unknown-parameter"]
    assert {"time", "account", "method", "path", "ms"} <= set(lines[1])


def test_a_server_beyond_loopback_requires_a_token(serve: Serve) -> None:
    """Of callers on this machine too, and the answer says how to set one; the APIs answer everybody."""
    served = serve("--host", "0.0.0.0")

    refused = served.ask("GET", "/_fakesources/state")

    assert (refused.status, refused.json["name"]) == (403, "token-required")
    assert "--token" in refused.json["error"]
    assert served.ask("GET", "/v1/feeds?api_key=ABCD-1234").status == 200


@pytest.mark.parametrize("given", ["flag", "variable"])
def test_pages_of_allowed_origins_may_use_the_control_plane(serve: Serve, given: str) -> None:
    """Several origins, by flags or in one variable; a default port may be written."""
    pages = ["http://localhost:3000", "https://app.example:443"]
    flags = [word for page in pages for word in ("--allow-origin", page)] if given == "flag" else []
    served = serve(*flags, **({"FAKESOURCES_ALLOW_ORIGIN": ", ".join(pages)} if given == "variable" else {}))

    allowed = [
        served.ask("GET", "/_fakesources/version", headers={"Origin": origin}).headers.get(
            "Access-Control-Allow-Origin"
        )
        for origin in ("http://localhost:3000", "https://app.example", "http://localhost:3001")
    ]

    assert allowed == ["http://localhost:3000", "https://app.example", None]


def test_https_with_a_certificate(serve: Serve) -> None:
    """Clients with https fixed are answered when a certificate is given, and the address says so."""
    import ssl

    here = Path(__file__).parent
    served = serve("--cert", str(here / "localhost.pem"), "--key", str(here / "localhost.key"))
    trusting = ssl.create_default_context(cafile=str(here / "localhost.pem"))
    connection = http.client.HTTPSConnection(urlsplit(served.url).netloc, timeout=PATIENCE, context=trusting)
    connection.request("GET", "/v1/feeds?api_key=ABCD-1234")

    assert served.url.startswith("https://127.0.0.1:")
    assert connection.getresponse().status == 200
    connection.close()


class TestMistakes:
    """What a person is told."""

    def test_a_busy_port_is_named(self, command: Command) -> None:
        """A port that is taken ends the start with a sentence and exit code 1."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]

            ended = command("serve", "--port", str(port))

        assert ended.code == 1
        assert f"port {port} of 127.0.0.1 is in use" in ended.err
        assert ended.out == ""

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["serve", "--prot", "1"], "--port"),
            (["serve", "--datsift", "docs-1.6"], "--datasift"),
            (["serve", "--datasift", "docs-1.5"], "'docs-1.6'"),
            (["serve", "--curator", "doc-2025"], "'docs-2025'"),
            (["serve", "--port", "70000"], "0<=x<=65535"),
            (["serve", "--host", "127.0.0.1:80"], "--port 80"),
            (["serve", "--clock", "yesterday"], "yesterday"),
            (["serve", "--clock", "2018-01-16T10:00:00"], "a time with its zone"),
            (["serve", "--credentials", "alice=s3cret"], "API:ACCOUNT=KEY"),
            (["serve", "--key", "key.pem"], "--cert"),
            (["serve", "--cert", "/nowhere/cert.pem"], "/nowhere/cert.pem"),
            (["serve", "--token", ""], "--token"),
            (["serve", "--token", " s3cret"], "--token"),
            (["serve", "--allow-origin", "localhost:3000"], "http://localhost:3000"),
            (["serve", "--allow-origin", "http://localhost:3000/app"], "http://localhost:3000"),
            (["serve", "--allow-origin", "*"], "http://localhost:3000"),
            (["serve", "--access-log", "/nowhere/access.log"], "/nowhere/access.log"),
            (["serve", "--port", "0", "--address-file", "/nowhere/address"], "/nowhere/address"),
            (["serve", "--save", "/nowhere/state.json"], "no folder /nowhere"),
            (["serve", "--save", "/dev/null"], "expected a regular file, got a device"),
            (["serve", "--state", "/dev/null"], "expected a regular file, got a device"),
            (["serve", "--port", "0", "--address-file", "/dev/null"], "expected a regular file, got a device"),
            (["serve", "--state", "a.json", "--save", "b.json"], "--state"),
            (["serve", "--state", "a.json", "--load", "b.json"], "--state"),
            (["serve", "--save-every", "0"], "--save-every"),
            (["serve", "--access-log-format", "jsno"], "--access-log-format"),
            (["serve", "--log-level", "loud"], "--log-level"),
            (["serve", "--journal-bytes", "much"], "32MiB"),
            (["serve", "--snapshot-bytes", "-1"], "32MiB"),
            (["serve", "--host", "[::1]:80"], "--port 80"),
            (["srve"], "'serve'"),
        ],
    )  # fmt: skip
    def test_a_wrong_flag_is_told_with_what_would_be_right(self, command: Command, words: list[str], said: str) -> None:
        """Exit code 2, one sentence that names the nearest or the expected, never a traceback or a secret."""
        ended = command(*words)

        assert ended.code == 2, ended
        assert said in ended.err
        assert "Traceback" not in ended.err
        assert "s3cret" not in ended.err

    def test_a_variable_that_nothing_reads_is_told_with_the_nearest(self, serve: Serve) -> None:
        """A misspelt variable is warned of, since it would do nothing without a word."""
        served = serve(FAKESOURCES_CURATR="docs-2025", FAKESOURCES_URL="http://127.0.0.1:1")

        _, _, err = served.stop()

        assert err == "Warning: FAKESOURCES_CURATR is not read by anything; did you mean FAKESOURCES_CURATOR?\n"
