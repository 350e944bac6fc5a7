"""What all tests share: the reference material, where it is at hand, and signals as a terminal has them."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference"


def pytest_configure() -> None:
    """Take an interrupt: what a shell runs in its background ignores it, and so would every process of a test."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def reference() -> Callable[[str], Path]:
    """A file of the reference material; the test is skipped where that is absent."""

    def find(name: str) -> Path:
        path = REFERENCE / name
        if not path.exists():
            pytest.skip(f"the reference material is not here: {name}")
        return path

    return find
