"""Fixtures: a handler behind each adapter in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients import ADAPTERS, Echo, Send


@pytest.fixture
def echo() -> Echo:
    """Handler behind the adapter of this test."""
    return Echo()


@pytest.fixture(params=ADAPTERS)
def send(request: pytest.FixtureRequest, echo: Echo) -> Iterator[Send]:
    """Function that sends a request through each adapter in turn."""
    with ADAPTERS[request.param](echo) as send:
        yield send
