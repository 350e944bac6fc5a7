"""Fixtures that start commands, and see that none of them outlives its test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from processes import PATIENCE, Command, Finished, Serve, Served, environment, fakesources


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts `fakesources serve` with some flags, on a free port; what the test leaves running is ended after it."""
    started: list[subprocess.Popen[str]] = []

    def start(*flags: str, **variables: str) -> Served:
        process = subprocess.Popen(
            fakesources("serve", "--port", "0", *flags),
            env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=PATIENCE)[1]
        return Served(process, line.strip())

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


@pytest.fixture
def command() -> Command:
    """Runs a fakesources command to its end."""

    def run(*words: str, **variables: str) -> Finished:
        done = subprocess.run(
            fakesources(*words), env=environment(**variables), capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout, done.stderr)

    return run
