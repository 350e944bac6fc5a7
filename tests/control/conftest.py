"""A hosted fake without a socket, and somebody who asks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calling import Caller

from fakesources.control.hosted import Hosted


@pytest.fixture
def caller() -> Caller:
    """Somebody who asks a hosted fake with nothing but defaults."""
    return Caller(Hosted({}))


@pytest.fixture
def hosting() -> Callable[..., Caller]:
    """Makes a hosted fake with some options, and somebody who asks it."""
    return lambda options=None, **more: Caller(Hosted(options or {}, **more))
