"""Commands on a terminal of a given width, and their output as its lines."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from processes import TIMEOUT_SECONDS, environment
from rich.cells import cell_len

from fakesources.commands.main import main

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Shown:
    """Output on a terminal: as it was sent, and its lines without colours."""

    def __init__(self, output: str, code: int) -> None:
        self.output, self.code = output, code
        self.text = _ESCAPES.sub("", output).replace("\r\n", "\n")
        self.lines = re.split(r"[\r\n]+", self.text)
        self.words = " ".join(self.text.split())

    @property
    def width(self) -> int:
        return max(map(cell_len, self.lines))

    @property
    def has_colours(self) -> bool:
        return "\x1b[" in self.output


def set_width(descriptor: int, columns: int) -> None:
    """Set the width of a terminal."""
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def on_terminal(command: list[str], columns: int, folder: Path | None = None, **variables: str) -> Shown:
    """Run a command to its end on a terminal."""
    user_end, process_end = os.openpty()
    set_width(process_end, columns)
    with _reading(user_end) as output:
        streams = {"stdin": process_end, "stdout": process_end, "stderr": process_end}
        process = subprocess.Popen(command, env=_environment(variables), cwd=folder, **streams)
        os.close(process_end)
        code = process.wait(TIMEOUT_SECONDS)
    return Shown(output[0], code)


def in_terminal(*arguments: str, columns: int, **variables: str) -> Shown:
    """Run a fakesources command in this process, with a terminal as its output."""
    user_end, process_end = os.openpty()
    set_width(process_end, columns)
    before = dict(os.environ)
    with _reading(user_end) as output:
        os.environ.clear()
        os.environ.update(_environment(variables))
        try:
            with contextlib.ExitStack() as stack:
                screen = stack.enter_context(os.fdopen(process_end, "w", encoding="utf-8"))
                stack.enter_context(contextlib.redirect_stdout(screen))
                stack.enter_context(contextlib.redirect_stderr(screen))
                code = _exit_code(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
    return Shown(output[0], code)


def _exit_code(arguments: tuple[str, ...]) -> int:
    try:
        main(list(arguments), prog_name="fakesources")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _environment(variables: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "COLUMNS")}
    return {**inherited, "TERM": "xterm", **variables}


@contextlib.contextmanager
def _reading(user_end: int) -> Iterator[list[str]]:
    """Read a terminal to its end during the block; afterwards the list has its output."""
    output: list[str] = []
    blocks: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
            while block := os.read(user_end, 1 << 16):
                blocks.append(block)

    thread = threading.Thread(target=read)
    thread.start()
    yield output
    thread.join(TIMEOUT_SECONDS)
    os.close(user_end)
    output.append(b"".join(blocks).decode())
