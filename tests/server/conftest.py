"""Fixtures: a live server with a handler, in the thread of its loop and in worker threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from serving import Echo, Serve

from fakesources.core.http.messages import Handle, never_inline
from fakesources.server.server import Server


@pytest.fixture
def echo() -> Echo:
    """Handler behind the server of this test."""
    return Echo()


@pytest.fixture(params=["at once", "in threads"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Return a factory of servers that answer in the thread of the loop, or in workers."""

    def make(handle: Handle, *args: Any, **options: Any) -> Server:
        return Server(
            handle, *args, handle_nonblocking=handle if request.param == "at once" else never_inline, **options
        )

    return make


@pytest.fixture
def server(serve: Serve, echo: Echo) -> Iterator[Server]:
    """Started server with an echo as its application."""
    with serve(echo.handle) as server:
        yield server
