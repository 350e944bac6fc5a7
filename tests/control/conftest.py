"""Clients of hosted fakes without a socket."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calling import Caller

from fakesources.control.hosted import Hosted


@pytest.fixture
def caller() -> Caller:
    """Client of a hosted fake with default options."""
    return Caller(Hosted({}))


@pytest.fixture
def hosting() -> Callable[..., Caller]:
    """Return a client of a new hosted fake with the given options."""
    return lambda options=None, **more: Caller(Hosted(options or {}, **more))
