"""Estimated memory use of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from fakesources.core.system.sizes import size_of


@dataclass
class Row:
    name: str


@pytest.mark.parametrize(
    "value",
    [None, True, 7, 1.5, 2j, datetime(2026, 1, 1, tzinfo=UTC), "text", b"bytes", (), [1], {"a": 1}, {1}, Row("a")],
    ids=repr,
)
def test_every_value_has_a_size(value: Any) -> None:
    assert 0 < size_of(value) < size_of([value]) < size_of([value, "and another"])


def test_a_value_counts_once() -> None:
    inner = ["x" * 1000]

    assert size_of([inner, inner]) < 2 * size_of(inner)


def test_text_that_is_not_ascii_takes_more() -> None:
    assert size_of("é" * 100) > size_of("e" * 100)
