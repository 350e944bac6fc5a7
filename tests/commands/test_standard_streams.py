"""Standard streams and logs that cannot be written to: closed before the start, or on a full disk."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import TIMEOUT_SECONDS, VIOLATION, Serve, becomes_true, environment, fakesources, send

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")

STRICT_RUN = ["run", "--strict", "--", sys.executable, "-c", VIOLATION]


def redirected(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fakesources command whose streams a shell has redirected."""
    words = ["sh", "-c", f'"$@" {redirection}', "sh", *fakesources(*arguments)]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=TIMEOUT_SECONDS)


@pytest.mark.parametrize(
    "arguments",
    [["rules"], ["rules", "--deviations"], ["rules", "--json"], ["openapi", "curator"], ["--help"], ["serve", "--help"],
     ["--version"], ["serve", "--port", "0"], ["check", __file__, "--format", "json"]],
)  # fmt: skip
def test_a_result_that_cannot_be_written_is_an_error_of_one_line(arguments: list[str]) -> None:
    result = redirected(">/dev/full", *arguments)

    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert result.stderr.startswith("Error: standard output: ")


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(STRICT_RUN, 1), (["run"], 2), (["srve"], 2), (["check", "/nowhere"], 2), (["rules", "datasift.source.start"], 0)],
    ids=["strict run", "wrong flag", "wrong command", "wrong file", "result"],
)
def test_the_exit_code_is_the_same_without_a_stream(redirection: str, arguments: list[str], code: int) -> None:
    result = redirected(redirection, *arguments)

    assert result.returncode == code
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("redirection", [">&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_server_runs_without_streams(tmp_path: Path, redirection: str) -> None:
    """As those of supervisors do, with its logs on standard error."""
    address, state = tmp_path / "address", tmp_path / "state.json"
    flags = ["--port", "0", "--address-file", str(address), "--state", str(state), "--access-log", "-"]
    words = ["sh", "-c", f'exec "$@" {redirection}', "sh", *fakesources("serve", *flags)]
    with subprocess.Popen(words, env=environment(FAKESOURCES_CURATR="x"), stdout=subprocess.DEVNULL) as process:
        try:
            assert becomes_true(address.exists)
            response = send(address.read_text().strip(), "GET", "/v1/feeds?api_key=ABCD-1234")
            process.send_signal(signal.SIGTERM)
            code = process.wait(TIMEOUT_SECONDS)
        finally:
            process.kill()

    assert (response.status, code) == (200, 0)
    assert "ABCD-1234" in state.read_text()


def test_an_access_log_on_a_full_disk_is_warned_of_once(serve: Serve, tmp_path: Path) -> None:
    """The responses, the exit code and the state are those without it."""
    served = serve("--access-log", str(FULL), "--save", str(tmp_path / "state.json"))

    statuses = [served.send("GET", "/v1/feeds?api_key=ABCD-1234").status for _ in range(3)]
    code, _, error = served.stop()

    assert (statuses, code) == ([200] * 3, 0)
    assert error.startswith("fakesources: warning: the access log could not be written: ")
    assert error.count("\n") == 1
    assert "ABCD-1234" in (tmp_path / "state.json").read_text()
