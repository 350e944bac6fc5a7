"""Responses are validated against their schemas, and requests report missing names first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from fakesources import FakeSources, InternalError, Request
from fakesources.core.contract.schemas import Schema, SchemaError, SchemaSource
from fakesources.core.contract.validation import coerce
from fakesources.kit import Api, Result

SOURCES = Request("GET", "/v1/sources?api_key=KEY", host="api.curator.io")


def test_a_response_that_breaks_its_schema_raises_internal_error() -> None:
    fake = FakeSources()
    row = fake.curator.sources.add()
    fake.services["curator"].accounts.home.sources.put(replace(row, error_count=cast("int", "many")))

    with pytest.raises(InternalError, match=r"curator\.sources\.list: expected a body of 200 .* \$\[0\]\.error_count"):
        fake.handle(SOURCES)

    assert not fake.violations


def test_every_response_is_validated() -> None:
    """The verdict of an earlier response is not cached."""
    fake = FakeSources()
    row = fake.curator.sources.add()
    assert fake.handle(SOURCES).status == 200
    fake.services["curator"].accounts.home.sources.put(replace(row, error_count=-1))

    with pytest.raises(InternalError, match="error_count"):
        fake.handle(SOURCES)


def test_a_status_that_its_endpoint_does_not_document_raises_internal_error() -> None:
    api = Api("own", host="own.test")

    @api.get("/", responses={204: None})
    def get_it(call: Any) -> Any:
        """Get it."""
        return Result(202)

    with pytest.raises(InternalError, match=r"own\.get_it: expected a status that its endpoint documents, got 202"):
        FakeSources(apis=[api]).handle(Request("GET", "/", host="own.test"))


class ReversedSchema(Schema):
    """A schema whose errors are in reverse order."""

    def errors(self, value: Any) -> list[SchemaError]:
        return super().errors(value)[::-1]


def test_missing_names_are_reported_before_invalid_values() -> None:
    values: dict[str, Any] = {"feed_id": [], "tag": {}}

    errors = coerce(
        ReversedSchema("curator/common/sources.create.request.json", SchemaSource("curator")), values
    ).errors

    assert [error.keyword for error in errors] == ["required", "type", "type"]
