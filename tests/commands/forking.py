"""Commands as processes that are forked from one that has imported them (`fork_server.py`)."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

AVAILABLE = sys.platform == "linux"


class Forked:
    """Running command with the attributes of `subprocess.Popen` that the tests use."""

    def __init__(self, requests: socket.socket, arguments: list[str], environment: dict[str, str]) -> None:
        self.args = arguments
        self.returncode: int | None = None
        self._state, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (out, their_out), (err, their_err) = os.pipe(), os.pipe()
        request = {"arguments": arguments, "environment": environment, "folder": str(Path.cwd())}
        socket.send_fds(requests, [json.dumps(request).encode()], [theirs.fileno(), their_out, their_err, 0])
        theirs.close()
        for file in (their_out, their_err):
            os.close(file)
        self.stdout: IO[str] = open(out, encoding="utf-8")  # noqa: SIM115
        self.stderr: IO[str] = open(err, encoding="utf-8")  # noqa: SIM115
        self.pid = int(self._state.recv(64))

    def poll(self) -> int | None:
        """Return the exit code, None while the command runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Return the exit code once the command has ended. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._state], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout)
            self.returncode = int(self._state.recv(64))
            self._state.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the command has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Return the rest of standard output and error once the command has ended. Raises TimeoutExpired."""
        texts = ["", ""]

        def read(index: int, file: IO[str]) -> None:
            if not file.closed:
                with file:
                    texts[index] = file.read()

        reading = [
            threading.Thread(target=read, args=each, daemon=True) for each in enumerate((self.stdout, self.stderr))
        ]
        for thread in reading:
            thread.start()
        for thread in reading:
            thread.join(timeout)
        if any(thread.is_alive() for thread in reading):
            raise subprocess.TimeoutExpired(self.args, timeout)
        self.wait(timeout)
        return texts[0], texts[1]


Fork = Callable[[list[str], dict[str, str]], Forked]


@contextmanager
def fork_server() -> Iterator[Fork]:
    """Start the process that forks. Yield a function that runs a command with some arguments and an environment."""
    requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("fork_server.py")), str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    try:
        with requests:
            yield lambda arguments, environment: Forked(requests, arguments, environment)
    finally:
        server.wait(60)
