"""Fixtures that start commands and end them after the test."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import forking
import pytest
from processes import TIMEOUT_SECONDS, Command, Finished, Serve, Served, environment, fakesources

Start = Callable[[tuple[str, ...], dict[str, str]], Any]


def new_process(arguments: tuple[str, ...], variables: dict[str, str]) -> subprocess.Popen[str]:
    """Start a fakesources command in a new interpreter."""
    return subprocess.Popen(
        fakesources(*arguments), env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="session")
def fork() -> Iterator[Start]:
    """Start a fakesources command in a process that has imported it; in a new interpreter where that is not possible."""
    if not forking.AVAILABLE:
        yield new_process
        return
    with forking.fork_server() as fork:
        yield lambda arguments, variables: fork(list(arguments), environment(**variables))


def serving(start: Start) -> Iterator[Serve]:
    """Yield a function that starts `fakesources serve`. End all of its processes."""
    started = []

    def serve(*flags: str, **variables: str) -> Served:
        process = start(("serve", "--port", "0", *flags), variables)
        started.append(process)
        line = process.stdout.readline()
        assert line, process.communicate(timeout=TIMEOUT_SECONDS)[1]
        return Served(process, line.strip())

    yield serve
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=TIMEOUT_SECONDS)


@pytest.fixture
def serve(fork: Start) -> Iterator[Serve]:
    """Start `fakesources serve` with some flags on a free port; the process is ended after the test."""
    yield from serving(fork)


@pytest.fixture
def serve_in_new_interpreter() -> Iterator[Serve]:
    """Start `fakesources serve` as a shell does, with the signals that this process ignores."""
    yield from serving(new_process)


@pytest.fixture
def command(fork: Start) -> Command:
    """Run a fakesources command to its end."""

    def run(*arguments: str, **variables: str) -> Finished:
        process = fork(arguments, variables)
        try:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Finished(process.returncode, out, err)

    return run
