"""Values of flags, the group of commands, paths of files and signals, each by itself in the process of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner
from processes import Command, Serve

from fakesources import Request, Response
from fakesources.commands import serve as serving
from fakesources.commands.access_log import entry
from fakesources.commands.main import COMMANDS, main
from fakesources.commands.output import find_same_file
from fakesources.commands.signals import SignalForwarder, block_in_new_threads
from fakesources.control.hosted import Hosted

TOKEN = "expected printable characters without a space at either end"
VALUES: list[tuple[str, str, Any]] = [
    ("allow-origin", "http://localhost:3000", "http://localhost:3000"),
    ("allow-origin", " https://A.test:443/ ", "https://a.test"),
    ("allow-origin", "null", "null"),
    ("host", "0.0.0.0", "0.0.0.0"),
    ("host", "[::1]", "::1"),
    ("host", "::1", "::1"),
    ("save-every", "1.5", 1.5),
    ("save-every", "31536000", 31_536_000.0),
    ("token", "a b", "a b"),
]
WRONG: list[tuple[str, str, str]] = [
    ("allow-origin", "localhost:3000", "expected an origin such as http://localhost:3000, got 'localhost:3000'"),
    ("allow-origin", "http://a.test/b", "expected an origin such as http://localhost:3000, got 'http://a.test/b'"),
    ("host", "a.test:80", "expected a host without a port, got 'a.test:80'; use --port 80"),
    ("host", "[::1]:80", "expected a host without a port, got '[::1]:80'; use --port 80"),
    *(
        ("save-every", text, f"expected more than 0 and at most 31536000 seconds, got {text!r}")
        for text in ("0", "-1", "nan", "inf", "31536000.1", "often")
    ),
    *(("token", text, TOKEN) for text in ("", " a", "a ", "a\n", "a\0b")),
]


def flag(name: str) -> click.Option:
    [found] = [each for each in serving.command.params if isinstance(each, click.Option) and f"--{name}" in each.opts]
    return found


@pytest.mark.parametrize(("name", "text", "value"), VALUES)
def test_a_text_becomes_the_value_of_a_flag(name: str, text: str, value: Any) -> None:
    """A value that is none, such as a default, stays as it is."""
    assert flag(name).type.convert(text, None, None) == value
    assert flag(name).type.convert(5, None, None) == 5


@pytest.mark.parametrize(("name", "text", "message"), WRONG)
def test_a_wrong_text_is_an_error_of_the_flag(name: str, text: str, message: str) -> None:
    """A token is not shown."""
    with pytest.raises(click.BadParameter) as error:
        flag(name).type.convert(text, flag(name), None)

    assert error.value.message == message


@pytest.mark.parametrize(
    "text", ["http://a.test,http://b.test", "http://a.test http://b.test", " http://a.test, http://b.test"]
)
def test_a_variable_holds_several_origins(text: str) -> None:
    assert flag("allow-origin").type.split_envvar_value(text) == ["http://a.test", "http://b.test"]


def test_the_help_lists_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"])

    assert shown.exit_code == 0
    assert [line.split()[0] for line in shown.output.partition("Commands:\n")[2].splitlines() if line] == [*COMMANDS]


def test_a_command_that_does_not_exist_is_an_error_with_the_nearest_one() -> None:
    found = CliRunner().invoke(main, ["srve"])

    assert found.exit_code == 2
    assert "did you mean 'serve'" in found.output
    assert main.get_command(click.Context(main), "srve") is None


@pytest.mark.parametrize(("edition", "code"), [("", 0), ("1", 0), ("docs-1.6", 2)])
def test_the_control_plane_has_editions_of_its_own(edition: str, code: int) -> None:
    found = CliRunner().invoke(main, ["openapi", "control", "--edition", edition])

    assert found.exit_code == code
    assert ("--edition: expected" in found.output) == bool(code)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_is_the_same_by_another_path(tmp_path: Path, is_there: bool) -> None:
    """By its contents on the disk, or by the path that it will have."""
    if is_there:
        (tmp_path / "a").write_text("")
    (tmp_path / "folder").mkdir()
    other = str(tmp_path / "folder" / ".." / "a")

    assert find_same_file(tmp_path / "a", ["-", str(tmp_path / "b"), other]) == other
    assert find_same_file(tmp_path / "a", ["-", str(tmp_path / "b")]) == ""


@pytest.mark.parametrize("path", ["a\0b", "x" * 5_000])
def test_a_path_that_no_file_can_have_is_no_input(path: str) -> None:
    assert find_same_file(Path(path), ["-", "\0", "b"]) == ""


def test_a_folder_is_no_input(tmp_path: Path) -> None:
    assert find_same_file(tmp_path, [str(tmp_path)]) == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("is_early", [True, False])
def test_a_signal_reaches_the_child_process(is_early: bool) -> None:
    """One that came before it ran is sent once it runs."""
    forwarder = SignalForwarder()
    if is_early:
        forwarder.handle(signal.SIGTERM)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    forwarder.forward_to(child)
    if not is_early:
        forwarder.handle(signal.SIGTERM)

    assert child.wait(30) == -signal.SIGTERM


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups")
@pytest.mark.parametrize("is_foreground", [True, False])
def test_an_interrupt_from_the_terminal_is_not_sent_a_second_time(
    is_foreground: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal sends it to every process in the foreground."""
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() if is_foreground else 0)
    forwarder, sent = SignalForwarder(), []
    child: Any = SimpleNamespace(send_signal=sent.append)

    forwarder.handle(signal.SIGINT)
    forwarder.forward_to(child)
    forwarder.handle(signal.SIGINT)
    forwarder.handle(signal.SIGTERM)

    assert sent == ([] if is_foreground else [signal.SIGINT] * 2) + [signal.SIGTERM]


def test_a_system_without_masks_of_signals_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as Windows."""
    monkeypatch.delattr(signal, "pthread_sigmask", raising=False)

    with block_in_new_threads():
        handler = signal.getsignal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) is handler


def test_a_request_that_no_journal_has_is_logged_without_an_operation() -> None:
    """Such as one that the journal has dropped meanwhile."""
    request = Request("GET", "/v1/feeds?api_key=ABCD-1234", host="api.curator.io")

    found = entry(Hosted({}), request, Response(200, (), b"[]"), 0.0125)

    assert {**found, "time": ""} == {
        "time": "", "method": "GET", "path": "/v1/feeds", "status": 200, "ms": 12.5, "bytes": 2, "peer": request.peer,
    }  # fmt: skip


def test_an_address_file_of_another_server_stays(serve: Serve, tmp_path: Path) -> None:
    """A server that ends removes its own alone."""
    file = tmp_path / "address"
    served = serve("--address-file", str(file))
    assert file.read_text() == f"{served.url}\n"
    file.write_text("http://127.0.0.1:1\n")
    served.stop()

    assert file.read_text() == "http://127.0.0.1:1\n"


def test_the_access_log_may_be_standard_error(serve: Serve) -> None:
    served = serve("--access-log", "-")
    served.send("GET", "/v1/feeds?api_key=ABCD-1234")
    _, _, shown = served.stop()

    assert " GET /v1/feeds 200 " in shown
    assert "ABCD-1234" not in shown


def test_a_document_that_is_served_whole_lists_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(
        '{"openapi": "3.1.0", "info": {"title": "T"}, "paths": {"/a": {"get": {"responses": {"200": {"description": "",'
        ' "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}}}}}'
    )
    ran = command("run", "--openapi", str(tmp_path / "api.json"), "--", sys.executable, "-c", "")

    assert ran.code == 0
    assert "answered with 501" not in ran.err
    assert "not served" not in ran.err
