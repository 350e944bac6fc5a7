"""The fixtures of the doors' tests: an echo behind each door in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients import DOORS, Door, Echo


@pytest.fixture
def echo() -> Echo:
    """What stands behind the door of this test."""
    return Echo()


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, echo: Echo) -> Iterator[Door]:
    """Each door in turn, open."""
    with DOORS[request.param](echo) as send:
        yield send
