"""Fixtures for the tests of DataSift: a fake, and callers of fakes in each edition."""

from __future__ import annotations

import pytest
from datasift_calls import Caller

from fakesources import FakeSources

EDITIONS = ("docs-1.6", "live-1.6")


@pytest.fixture
def fake() -> FakeSources:
    """A fake in the default edition."""
    return FakeSources()


@pytest.fixture
def call(fake: FakeSources) -> Caller:
    """A caller of `fake`."""
    return Caller(fake)


@pytest.fixture
def call_live() -> Caller:
    """A caller of a fake in the recorded edition."""
    return Caller(FakeSources(datasift="live-1.6"))


@pytest.fixture(params=EDITIONS)
def call_either(request: pytest.FixtureRequest) -> Caller:
    """A caller of a fake, in each edition."""
    return Caller(FakeSources(datasift=request.param))
