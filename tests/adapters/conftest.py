"""The fixtures of the doors' tests: an echo behind each door in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients import ADAPTERS, Echo, Send


@pytest.fixture
def echo() -> Echo:
    """What stands behind the door of this test."""
    return Echo()


@pytest.fixture(params=ADAPTERS)
def send(request: pytest.FixtureRequest, echo: Echo) -> Iterator[Send]:
    """Each door in turn, open."""
    with ADAPTERS[request.param](echo) as send:
        yield send
