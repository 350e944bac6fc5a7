"""Commands in front of a terminal: what a person sees, and what Ctrl-C reaches."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from processes import PATIENCE, environment, fakesources

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are POSIX's")

CTRL_C = b"\x03"
COUNTING = (
    "import signal, sys;"
    "signal.signal(signal.SIGINT, lambda n, f: print('INT', flush=True));"
    "signal.signal(signal.SIGTERM, lambda n, f: sys.exit(40));"
    "print('ready', flush=True);\n"
    "while True: signal.pause()"
)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: a person's, and a process's."""
    person, process = os.openpty()
    yield person, process
    os.close(person)
    os.close(process)


def until(person: int, word: bytes) -> bytes:
    """What a person has read by the time a word appears."""
    seen = b""
    while word not in seen:
        assert select.select([person], [], [], PATIENCE)[0], seen
        seen += os.read(person, 4096)
    return seen


def in_front(words: list[str], process: int) -> subprocess.Popen[bytes]:
    """A command in front of a terminal, as a shell starts one."""
    become = (
        "import fcntl, os, sys, termios;"
        "os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", become, *words], env=environment(), stdin=process, stdout=process, stderr=process
    )


def test_a_person_is_told_what_runs_and_how_it_ends(terminal: tuple[int, int]) -> None:
    """Beside the address, a terminal shows the editions and the way out; Ctrl-C is a clean end."""
    person, process = terminal
    served = in_front(fakesources("serve", "--port", "0"), process)

    seen = until(person, b"Ctrl-C ends it")
    os.write(person, CTRL_C)

    assert b"http://127.0.0.1:" in seen
    assert b"docs-1.6" in seen
    assert served.wait(PATIENCE) == 0


def test_a_terminals_interrupt_reaches_the_command_once(terminal: tuple[int, int]) -> None:
    """The terminal sends Ctrl-C to `run` and to its command alike, so `run` does not hand it on a second time."""
    person, process = terminal
    run = in_front(fakesources("run", "--", sys.executable, "-c", COUNTING), process)
    until(person, b"ready")

    os.write(person, CTRL_C)
    seen = until(person, b"INT")
    run.send_signal(signal.SIGTERM)  # handled after the interrupt, so whatever that caused has happened
    code = run.wait(PATIENCE)
    os.write(process, b"END")
    seen += until(person, b"END")

    assert code == 40
    assert seen.count(b"INT") == 1
