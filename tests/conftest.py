"""Fixtures of all tests: the reference material, where it is present; profiles of generated tests; signals of a terminal."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester", "slow_tests", "loopback_only", "whole_texts"]

# Tests with generated input: pytest --hypothesis-profile=long runs twenty times as many examples (see generated.py).
# No profile has a limit in seconds: a loaded machine takes longer.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("short", UNTIMED)
settings.register_profile("long", UNTIMED, max_examples=2_000)
settings.load_profile("short")

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference"


def pytest_configure() -> None:
    """Set up what the processes of tests inherit from a shell.

    They accept interrupts and hangups: a process that a shell runs in its background, or under nohup, ignores them, and so
    would every process of a test. They write bytecode, or each of hundreds would compile the package anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out what has been collected from garbage collection: it stays to the end, and takes a twentieth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def reference() -> Callable[[str], Path]:
    """Return a function that finds a file of the reference material; the test is skipped if it is absent."""

    def find(name: str) -> Path:
        path = REFERENCE / name
        if not path.exists():
            pytest.skip(f"reference material: expected {name}, which is absent")
        return path

    return find
