"""Fixtures: a live server with a handler, in the thread of its loop and in worker threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from echo import Echo
from serving import Serve

from fakesources.core.http.messages import Handle, never_inline
from fakesources.core.system.real_time import monotonic
from fakesources.server import scheduling
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
def skip_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the time of new servers' loops forward; a loop notices it with the next event."""
    skipped: list[float] = []
    monkeypatch.setattr(scheduling, "monotonic", lambda: monotonic() + sum(skipped))
    return skipped.append


@pytest.fixture
def server(serve: Serve, echo: Echo) -> Iterator[Server]:
    """Started server with an echo as its application."""
    with serve(echo.handle) as server:
        yield server
