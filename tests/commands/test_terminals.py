"""Commands in a terminal: their output, and Ctrl-C."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from processes import TIMEOUT_SECONDS, environment, fakesources
from screens import set_width

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are POSIX's")

CTRL_C = b"\x03"
PRINTS_SIGINT = (
    "import signal, sys;"
    "signal.signal(signal.SIGINT, lambda n, f: print('INT', flush=True));"
    "signal.signal(signal.SIGTERM, lambda n, f: sys.exit(40));"
    "print('ready', flush=True);\n"
    "while True: signal.pause()"
)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Yield both ends of a terminal: of the user, and of the process."""
    user_end, process_end = os.openpty()
    yield user_end, process_end
    os.close(user_end)
    os.close(process_end)


def read_until(user_end: int, word: bytes) -> bytes:
    """Read from a terminal until a word appears."""
    output = b""
    while word not in output:
        assert select.select([user_end], [], [], TIMEOUT_SECONDS)[0], output
        output += os.read(user_end, 4096)
    return output


def start(words: list[str], process_end: int, stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Start a command in a terminal, as a shell does; its standard output may be somewhere else."""
    script = (
        "import fcntl, os, sys, termios;"
        "os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        env=environment(),
        stdin=process_end,
        stdout=process_end if stdout is None else stdout,
        stderr=process_end,
    )


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_shows_address_console_and_editions_and_ctrl_c_stops_the_server(
    terminal: tuple[int, int], columns: int
) -> None:
    user_end, process_end = terminal
    set_width(process_end, columns)
    served = start(fakesources("serve", "--port", "0"), process_end)

    output = read_until(user_end, b"press Ctrl-C to stop").decode()
    os.write(user_end, CTRL_C)

    url, *others = output.splitlines()
    words = " ".join(others).split()
    assert url.startswith("http://127.0.0.1:")
    assert f"{url}/_fakesources/" in words
    assert {"datasift", "docs-1.6,", "curator", "docs-2017"} <= set(words)
    assert max(map(len, output.splitlines())) <= columns
    assert served.wait(TIMEOUT_SECONDS) == 0


def test_a_terminal_shows_the_console_also_where_the_output_is_piped(terminal: tuple[int, int]) -> None:
    """The pipe has the address alone."""
    user_end, process_end = terminal
    served = start(fakesources("serve", "--port", "0"), process_end, subprocess.PIPE)
    assert served.stdout is not None

    shown = read_until(user_end, b"press Ctrl-C to stop").decode()
    os.write(user_end, CTRL_C)
    piped, _ = served.communicate(timeout=TIMEOUT_SECONDS)

    assert len(piped.splitlines()) == 1
    assert f"{piped.decode().strip()}/_fakesources/" in shown


def test_a_terminals_interrupt_reaches_the_command_once(terminal: tuple[int, int]) -> None:
    """The terminal sends SIGINT to `run` and to its command, so `run` does not forward it."""
    user_end, process_end = terminal
    run = start(fakesources("run", "--", sys.executable, "-c", PRINTS_SIGINT), process_end)
    read_until(user_end, b"ready")

    os.write(user_end, CTRL_C)
    output = read_until(user_end, b"INT")
    run.send_signal(signal.SIGTERM)  # handled after the interrupt
    code = run.wait(TIMEOUT_SECONDS)
    os.write(process_end, b"END")
    output += read_until(user_end, b"END")

    assert code == 40
    assert output.count(b"INT") == 1
