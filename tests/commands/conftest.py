"""Fixtures that start commands and end them after the test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from processes import TIMEOUT_SECONDS, Command, Finished, Serve, Served, environment, fakesources


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start `fakesources serve` with some flags on a free port; the process is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*flags: str, **variables: str) -> Served:
        process = subprocess.Popen(
            fakesources("serve", "--port", "0", *flags),
            env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=TIMEOUT_SECONDS)[1]
        return Served(process, line.strip())

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=TIMEOUT_SECONDS)


@pytest.fixture
def command() -> Command:
    """Run a fakesources command to its end."""

    def run(*arguments: str, **variables: str) -> Finished:
        process = subprocess.run(
            fakesources(*arguments), env=environment(**variables), capture_output=True, text=True,
            timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        return Finished(process.returncode, process.stdout, process.stderr)

    return run
