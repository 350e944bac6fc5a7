"""Copies of the tree in which tests run: one for the recording of calls, and one for each worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
COPIED = ("fakesources", "schemas", "tests", ".github", ".ci")
IGNORED = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.pyc")


_process_groups: set[int] = set()


def end_on_signals() -> None:
    """End every process of the copies, and then this one, on SIGINT, SIGTERM and SIGHUP.

    They run in sessions of their own, which a signal to this process does not reach.
    """

    def end(number: int, _frame: object) -> None:
        for group in list(_process_groups):
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)
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
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            _process_groups.add(process.pid)
            code: int | None = None
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(seconds)
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            _process_groups.discard(process.pid)
        return code, output.read_text("utf-8", "replace")
