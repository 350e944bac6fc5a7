"""Fixture: a server whose clients are watched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakesources import FakeSources
from fakesources.server.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve a fake that does not raise violations."""
    with FakeSources(strict=False).server() as server:
        yield server
