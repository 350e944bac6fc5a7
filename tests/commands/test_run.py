"""Command `run`: a server for as long as another command runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import TIMEOUT_SECONDS, VIOLATION, Command, environment, fakesources

SUITES = Path(__file__).parent / "suites"


def test_the_command_gets_the_address_and_decides_the_exit_code(command: Command) -> None:
    """The address is in two variables."""
    script = (
        "import os, sys, urllib.request as u;"
        "url, host = os.environ['FAKESOURCES_URL'], os.environ['FAKESOURCES_HOST'];"
        "assert url == 'http://' + host, (url, host);"
        "print(u.urlopen(url + '/v1/feeds?api_key=ABCD').status);"
        "sys.exit(7)"
    )

    result = command("run", "--", sys.executable, "-c", script)

    assert (result.code, result.out, result.err) == (7, "200\n", "")


def test_arguments_after_the_dashes_belong_to_the_command(command: Command) -> None:
    script = "import sys; print(sys.argv[1:])"

    result = command("run", "--seed", "1", "--", sys.executable, "-c", script, "--port", "x", "--help")

    assert result.out == "['--port', 'x', '--help']\n"


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--no-strict"], 0), (["--strict"], 1)])
def test_a_violation_is_listed_and_fails_a_strict_run(command: Command, flags: list[str], code: int) -> None:
    result = command("run", *flags, "--", sys.executable, "-c", VIOLATION)

    assert result.code == code
    assert "fakesources: 1 contract violation\n" in result.err
    assert "nmae" in result.err
    assert "datasift.source.get.unknown-parameter" in result.err
    assert "s3cret" not in result.err


def test_violations_are_listed_by_test(command: Command) -> None:
    """Tests are in the order of their first violation; violations outside of tests have no name."""
    script = """
import json, os, urllib.request as u
url = os.environ["FAKESOURCES_URL"]
def control(method, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    data = json.dumps(body).encode() if body else None
    u.urlopen(u.Request(url + "/_fakesources/test", data, headers, method=method))
def misspell(user):
    u.urlopen(u.Request(url + "/v1.6/source/get?nmae=" + user, headers={"Authorization": user + ":key"}))
control("PUT", {"name": "rock > is started"})
control("PUT", {"name": "jazz > is stopped", "account": "bob"})
misspell("alice"); misspell("bob"); misspell("carol")
control("DELETE")
misspell("dave")
"""

    result = command("run", "--", sys.executable, "-c", script)

    listed = re.findall(r'^in (.*):$|got "([a-z]+)"', result.err, re.MULTILINE)
    assert [test or user for test, user in listed] == [
        "rock > is started", "alice", "carol", "jazz > is stopped", "bob", "dave",
    ]  # fmt: skip
    assert "fakesources: 4 contract violations\n" in result.err


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "a.example, b.example"}, "a.example,b.example,127.0.0.1"),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example,127.0.0.1"}, "b.example,127.0.0.1,a.example"),
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_the_command_needs_no_proxy_for_the_server(command: Command, variables: dict[str, str], expected: str) -> None:
    """The server is added to the hosts without a proxy."""
    script = (
        "import os, urllib.request as u; print(os.environ['NO_PROXY']); assert os.environ['no_proxy'] == os.environ['NO_PROXY'];"
        "print(u.urlopen(os.environ['FAKESOURCES_URL'] + '/v1/feeds?api_key=ABCD').status)"
    )
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}

    result = command(
        "run", "--", sys.executable, "-c", script, **{"NO_PROXY": "", "no_proxy": "", **proxies, **variables}
    )

    assert (result.code, result.out.split()) == (0, [expected, "200"]), result.err


def test_a_failing_command_keeps_its_code_in_a_strict_run(command: Command) -> None:
    result = command("run", "--strict", "--", sys.executable, "-c", "raise SystemExit(9)")

    assert result.code == 9


@pytest.mark.parametrize(("words", "code"), [(["no-such-command-here"], 127), (["."], 126)])
def test_a_command_that_cannot_be_run_has_the_exit_code_of_a_shell(
    command: Command, words: list[str], code: int
) -> None:
    """127 for a missing command, 126 for one that is not executable."""
    result = command("run", "--", *words)

    assert result.code == code
    assert result.err.startswith(f"Error: COMMAND: expected a program, got {words[0]!r}")


def test_a_missing_command_is_an_error(command: Command) -> None:
    result = command("run")

    assert result.code == 2
    assert "COMMAND" in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_forwarded_to_the_command(number: int) -> None:
    script = (
        "import signal, sys, time;"
        f"signal.signal({int(number)}, lambda n, f: sys.exit(40));"
        "print('ready', flush=True);\n"
        "while True: time.sleep(0.05)"  # unlike a pause, which a signal that comes just before does not end
    )
    with subprocess.Popen(
        fakesources("run", "--", sys.executable, "-c", script), env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        process.send_signal(number)
        try:
            process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            raise

    assert process.returncode == 40


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_signal_that_ends_the_command_is_added_to_128(command: Command) -> None:
    """As in a shell."""
    result = command("run", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    assert result.code == 128 + 9


def test_a_run_inside_a_run_has_a_server_of_its_own(command: Command) -> None:
    """The variables that the outer `run` sets are no flags of the inner one."""
    inner = [sys.executable, "-c", "import os; print(os.environ['FAKESOURCES_URL'])"]

    result = command(
        "run", "--", sys.executable, "-c",
        "import os, subprocess, sys; print(os.environ['FAKESOURCES_URL'], flush=True);"
        f"sys.exit(subprocess.call({fakesources('run', '--', *inner)!r}))",
    )  # fmt: skip

    outer_url, inner_url = result.out.split()
    assert result.code == 0
    assert outer_url != inner_url


def test_the_command_gets_the_token(command: Command) -> None:
    script = (
        "import os, urllib.request as u;"
        "h = {'Authorization': 'Bearer ' + os.environ['FAKESOURCES_TOKEN']};"
        "print(u.urlopen(u.Request(os.environ['FAKESOURCES_URL'] + '/_fakesources/health', headers=h)).status)"
    )

    result = command("run", "--token", "s3cret", "--", sys.executable, "-c", script)

    assert (result.code, result.out) == (0, "200\n")


@pytest.mark.parametrize(
    ("tool", "words"),
    [("node", ["node", "--test", str(SUITES / "fetch.test.mjs")]), ("curl", ["sh", str(SUITES / "curl.sh")])],
)
def test_suites_of_other_languages_pass(command: Command, tool: str, words: list[str]) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")

    result = command("run", "--strict", "--", *words, PATH=os.environ["PATH"])

    assert result.code == 0, result.out + result.err
