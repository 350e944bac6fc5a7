"""Fixtures of the tests of Curator: a fake, and callers in each edition."""

from __future__ import annotations

import pytest
from curator_calls import Caller

from fakesources import FakeSources

EDITIONS = ("docs-2017", "docs-2025")


@pytest.fixture
def fake() -> FakeSources:
    """A fake in the default edition."""
    return FakeSources()


@pytest.fixture
def call(fake: FakeSources) -> Caller:
    """A caller of that fake."""
    return Caller(fake)


@pytest.fixture
def newer() -> Caller:
    """A caller of a fake in the edition of the newer pages."""
    return Caller(FakeSources(curator="docs-2025"))


@pytest.fixture(params=EDITIONS)
def either(request: pytest.FixtureRequest) -> Caller:
    """A caller of a fake in each edition."""
    return Caller(FakeSources(curator=request.param))
