"""Copies of the tree in which tests run: one for the recording of calls, and one for each worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
COPIED = ("fakesources", "schemas", "tests", ".github", ".ci")
IGNORED = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.pyc")


class ProcessGroups:
    """Processes in sessions of their own, which a signal to this process does not reach."""

    def __init__(self) -> None:
        self._leaders: set[int] = set()
        self._lock = threading.RLock()  # the signal may come while the main thread ends a process
        self._ended = False

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a process with the options of Popen; raise SystemExit after the end of all.

        Another thread starts it, since a signal interrupts the main one anywhere: a process that it has just started would
        not be known yet, and would stay.
        """
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._start, command, options).result()

    def _start(self, command: Sequence[str], options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._ended:
                raise SystemExit("a signal has ended all processes")
            process = subprocess.Popen(command, start_new_session=True, **options)
            self._leaders.add(process.pid)
            return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of the session of a process, and wait for the process."""
        with self._lock:
            self._leaders.discard(process.pid)
            self._kill(process.pid)
        process.wait()

    def end_all(self) -> None:
        """Kill all of them; no other one starts afterwards."""
        with self._lock:
            self._ended = True
            for leader in self._leaders:
                self._kill(leader)

    @staticmethod
    def _kill(leader: int) -> None:
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


GROUPS = ProcessGroups()


def end_on_signals() -> None:
    """End every process of the copies, and then this one, on SIGINT, SIGTERM and SIGHUP."""

    def end(number: int, _frame: object) -> None:
        GROUPS.end_all()
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


class Copy:
    """One copy of the tree, which its processes import instead of the checkout, and a temporary folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.temporary = folder / "tree", folder / "tmp"
        for name in COPIED:
            shutil.copytree(TOP / name, self.folder / name, ignore=IGNORED)
        for file in TOP.iterdir():
            if file.is_file():
                shutil.copy2(file, self.folder / file.name)
        self._writes = 0

    def write(self, file: str, text: str) -> None:
        """Replace a file's text. Its time differs from that of every earlier text, or Python would use the old bytecode."""
        path = self.folder / file
        time = path.stat().st_mtime
        path.write_text(text, "utf-8")
        self._writes += 1
        os.utime(path, (time + self._writes, time + self._writes))

    def run(
        self, arguments: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None
    ) -> tuple[int | None, str]:
        """Run Python in the copy; return its exit code, None where time ran out, and what it printed.

        Processes that it leaves behind are killed.
        """
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()
        output = self.temporary.with_suffix(".log")
        variables = {**os.environ, "PYTHONPATH": str(self.folder), "TMPDIR": str(self.temporary), **(environment or {})}
        with output.open("wb") as log:
            process = GROUPS.start(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            code: int | None = None
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(seconds)
            GROUPS.end(process)
        return code, output.read_text("utf-8", "replace")
