"""Both directions are held to their schemas: an answer that breaks its own is a bug, a request tells what is missing first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from fakesources import FakeSources, InternalError, Request
from fakesources.core.contract.schemas import Schema, SchemaError
from fakesources.core.contract.validation import coerce

SOURCES = Request("GET", "/v1/sources?api_key=KEY", host="api.curator.io")


def test_an_answer_that_breaks_its_schema_is_a_bug_with_its_place() -> None:
    """What the fake answers is held against its schema before it leaves, and is never blamed on the caller."""
    fake = FakeSources()
    row = fake.curator.sources.add()
    fake.services["curator"].accounts.home.sources.put(replace(row, error_count=cast("int", "many")))

    with pytest.raises(InternalError, match=r"curator\.sources\.list: expected a body of 200 .* \$\[0\]\.error_count"):
        fake.handle(SOURCES)

    assert not fake.violations


def test_every_answer_is_checked_and_not_the_first_of_its_kind_alone() -> None:
    """A verdict is never remembered from an earlier answer."""
    fake = FakeSources()
    row = fake.curator.sources.add()
    assert fake.handle(SOURCES).status == 200
    fake.services["curator"].accounts.home.sources.put(replace(row, error_count=-1))

    with pytest.raises(InternalError, match="error_count"):
        fake.handle(SOURCES)


class Turned(Schema):
    """A shape whose schema has its words in the other order."""

    def errors(self, value: Any) -> list[SchemaError]:
        return super().errors(value)[::-1]


def test_what_is_missing_is_told_before_what_is_wrong() -> None:
    """Of several faults a missing name comes first, wherever the schema says so."""
    values: dict[str, Any] = {"feed_id": [], "tag": {}}

    told = coerce(Turned("curator/common/sources.create.request.json"), values).errors

    assert [fault.keyword for fault in told] == ["required", "type", "type"]
