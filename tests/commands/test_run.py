"""`fakesources run -- COMMAND`: a server for as long as one command runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import PATIENCE, Command, environment, fakesources

SUITES = Path(__file__).parent / "suites"
ASK = "import os, urllib.request as u; u.urlopen(os.environ['FAKESOURCES_URL'] + {path!r})"


def test_the_command_finds_the_server_and_its_exit_code_counts(command: Command) -> None:
    """The address is in two variables, and the exit code is the command's own."""
    script = (
        "import os, sys, urllib.request as u;"
        "url, host = os.environ['FAKESOURCES_URL'], os.environ['FAKESOURCES_HOST'];"
        "assert url == 'http://' + host, (url, host);"
        "print(u.urlopen(url + '/v1/feeds?api_key=ABCD').status);"
        "sys.exit(7)"
    )

    ended = command("run", "--", sys.executable, "-c", script)

    assert (ended.code, ended.out, ended.err) == (7, "200\n", "")


def test_words_after_the_dashes_belong_to_the_command(command: Command) -> None:
    """What looks like a flag of ours is handed on as it is."""
    script = "import sys; print(sys.argv[1:])"

    ended = command("run", "--seed", "1", "--", sys.executable, "-c", script, "--port", "x", "--help")

    assert ended.out == "['--port', 'x', '--help']\n"


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--no-strict"], 0), (["--strict"], 1)])
def test_a_violation_is_listed_and_fails_a_strict_run(command: Command, flags: list[str], code: int) -> None:
    """Whatever the command made of it: strict runs fail, others tell."""
    script = (
        "import os, urllib.request as u;"
        "r = u.Request(os.environ['FAKESOURCES_URL'] + '/v1.6/source/get?nmae=x', headers={'Authorization': 'a:s3cret'});"
        "u.urlopen(r)"
    )

    ended = command("run", *flags, "--", sys.executable, "-c", script)

    assert ended.code == code
    assert "1 contract violation" in ended.err
    assert "nmae" in ended.err
    assert "datasift.source.get.unknown-parameter" in ended.err
    assert "s3cret" not in ended.err


def test_violations_are_listed_by_test_where_the_command_names_its_tests(command: Command) -> None:
    """In the order of their first ones; what no test was named for comes without a name."""
    script = """
import json, os, urllib.request as u
url = os.environ["FAKESOURCES_URL"]
def control(method, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    data = json.dumps(body).encode() if body else None
    u.urlopen(u.Request(url + "/_fakesources/test", data, headers, method=method))
def slip(user):
    u.urlopen(u.Request(url + "/v1.6/source/get?nmae=" + user, headers={"Authorization": user + ":key"}))
control("PUT", {"name": "rock > is started"})
control("PUT", {"name": "jazz > is stopped", "account": "bob"})
slip("alice"); slip("bob"); slip("carol")
control("DELETE")
slip("dave")
"""

    ended = command("run", "--", sys.executable, "-c", script)

    told = re.findall(r'^in (.*):$|got "([a-z]+)"', ended.err, re.MULTILINE)
    assert [test or user for test, user in told] == [
        "rock > is started", "alice", "carol", "jazz > is stopped", "bob", "dave",
    ]  # fmt: skip
    assert "4 contract violations" in ended.err


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "a.example, b.example"}, "a.example,b.example,127.0.0.1"),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example,127.0.0.1"}, "b.example,127.0.0.1,a.example"),
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_the_command_asks_the_server_without_a_proxy(command: Command, variables: dict[str, str], wanted: str) -> None:
    """Whatever proxies its environment names; hosts that were asked without one still are."""
    script = (
        "import os, urllib.request as u; print(os.environ['NO_PROXY']); assert os.environ['no_proxy'] == os.environ['NO_PROXY'];"
        "print(u.urlopen(os.environ['FAKESOURCES_URL'] + '/v1/feeds?api_key=ABCD').status)"
    )
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}

    ended = command(
        "run", "--", sys.executable, "-c", script, **{"NO_PROXY": "", "no_proxy": "", **proxies, **variables}
    )

    assert (ended.code, ended.out.split()) == (0, [wanted, "200"]), ended.err


def test_a_failing_command_keeps_its_code_in_a_strict_run(command: Command) -> None:
    """A strict run adds a failure; it does not hide the command's."""
    ended = command("run", "--strict", "--", sys.executable, "-c", "raise SystemExit(9)")

    assert ended.code == 9


@pytest.mark.parametrize(("words", "code"), [(["no-such-command-here"], 127), (["."], 126)])
def test_a_command_that_cannot_be_run_has_a_shells_exit_code(command: Command, words: list[str], code: int) -> None:
    """127 where there is none of that name, 126 where it cannot be executed, and a sentence."""
    ended = command("run", "--", *words)

    assert ended.code == code
    assert ended.err.startswith("fakesources: ")
    assert repr(words[0]) in ended.err


def test_no_command_is_a_mistake(command: Command) -> None:
    """`run` alone is told what is missing."""
    ended = command("run")

    assert ended.code == 2
    assert "COMMAND" in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_handed_on(number: int) -> None:
    """The command gets what is sent to `run`, decides for itself, and its exit code is passed on."""
    script = (
        "import signal, sys;"
        f"signal.signal({int(number)}, lambda n, f: sys.exit(40));"
        "print('ready', flush=True);"
        "signal.pause()"
    )
    with subprocess.Popen(
        fakesources("run", "--", sys.executable, "-c", script), env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        process.send_signal(number)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.terminate()
            raise

    assert process.returncode == 40


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_command_that_a_signal_ended_has_128_and_its_number(command: Command) -> None:
    """As a shell has it."""
    ended = command("run", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    assert ended.code == 128 + 9


def test_a_run_inside_a_run_has_a_server_of_its_own(command: Command) -> None:
    """What the outer run announces is not taken for a flag of the inner one's."""
    inner = [sys.executable, "-c", "import os; print(os.environ['FAKESOURCES_URL'])"]

    ended = command(
        "run", "--", sys.executable, "-c",
        "import os, subprocess, sys; print(os.environ['FAKESOURCES_URL'], flush=True);"
        f"sys.exit(subprocess.call({fakesources('run', '--', *inner)!r}))",
    )  # fmt: skip

    outer_url, inner_url = ended.out.split()
    assert ended.code == 0
    assert outer_url != inner_url


def test_a_token_reaches_the_command(command: Command) -> None:
    """The command can use the control plane of a server whose token was given as a flag."""
    script = (
        "import os, urllib.request as u;"
        "h = {'Authorization': 'Bearer ' + os.environ['FAKESOURCES_TOKEN']};"
        "print(u.urlopen(u.Request(os.environ['FAKESOURCES_URL'] + '/_fakesources/health', headers=h)).status)"
    )

    ended = command("run", "--token", "s3cret", "--", sys.executable, "-c", script)

    assert (ended.code, ended.out) == (0, "200\n")


@pytest.mark.parametrize(
    ("tool", "words"),
    [("node", ["node", "--test", str(SUITES / "fetch.test.mjs")]), ("curl", ["sh", str(SUITES / "curl.sh")])],
)
def test_suites_of_other_languages_pass(command: Command, tool: str, words: list[str]) -> None:
    """A suite for Node's own fetch, and one in plain shell with curl, pass under a strict run."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")

    ended = command("run", "--strict", "--", *words, PATH=os.environ["PATH"])

    assert ended.code == 0, ended.out + ended.err
