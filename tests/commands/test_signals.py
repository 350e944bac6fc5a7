"""Signals that `run` passes on to its child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from processes import TIMEOUT_SECONDS, becomes_true

from fakesources.commands.signals import SignalForwarder, block_in_new_threads


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


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not show what a process waits for")
@pytest.mark.parametrize("flag", ["--load", "--openapi"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("words", "code"), [(["serve"], 0), (["run"], 128)])
def test_a_signal_ends_a_start_that_waits_for_its_input(
    fork: Any, tmp_path: Path, flag: str, number: int, words: list[str], code: int
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = fork((*words, "--port", "0", flag, str(fifo), *(["--", "true"] if words == ["run"] else [])), {})
    writers: list[int] = []

    def is_read() -> bool:
        with suppress(OSError):  # ENXIO until the process reads
            writers.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        return bool(writers)

    def is_waiting() -> bool:
        return Path("/proc", str(process.pid), "stat").read_text().rpartition(")")[2].split()[0] == "S"

    try:
        assert becomes_true(is_read)
        assert becomes_true(is_waiting)  # a signal just before the read would not interrupt it
        process.send_signal(number)
        process.communicate(timeout=TIMEOUT_SECONDS)
    finally:
        process.kill()
        os.close(writers[0])

    assert process.returncode == (code and code + number)


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
