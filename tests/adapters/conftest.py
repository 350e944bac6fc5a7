"""Fixtures: a handler behind each adapter in turn, and another host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients import ADAPTERS, Echo, Send

from fakesources.core.http.messages import Response
from fakesources.server.server import Server


@pytest.fixture
def echo() -> Echo:
    """Handler behind the adapter of this test."""
    return Echo()


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """Another host, behind a real socket."""
    with Server(Echo(Response(200, (), b"elsewhere")).handle) as server:
        yield server


@pytest.fixture(params=ADAPTERS)
def send(request: pytest.FixtureRequest, echo: Echo) -> Iterator[Send]:
    """Function that sends a request through each adapter in turn."""
    with ADAPTERS[request.param](echo) as send:
        yield send
