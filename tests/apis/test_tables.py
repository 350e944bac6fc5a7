"""Tables of an API, and those about recorded traffic: each name in them is one that the API has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.schema_properties import properties_of

APIS = pytest.mark.parametrize("api", installed(), ids=lambda api: api.name)


def operations_of(api: Api[Any]) -> Iterator[tuple[str, str]]:
    """Yield each table with an operation that it names."""
    assert api.traffic is not None
    yield from (("determined", operation) for operation in api.traffic.determined)
    yield from (("changes", change.operation) for change in api.traffic.changes)
    yield from (("traces", trace.operation) for trace in api.traffic.traces)


@APIS
def test_a_documented_method_is_taken_and_takes_precedence(api: Api[Any]) -> None:
    for endpoint in api.endpoints:
        assert endpoint.documented, endpoint.id
        assert endpoint.methods[: len(endpoint.documented)] == endpoint.documented, endpoint.id


@APIS
def test_every_operation_in_a_table_exists(api: Api[Any]) -> None:
    known = {endpoint.id for endpoint in api.endpoints}

    assert [row for row in operations_of(api) if row[1] not in known] == []


@APIS
def test_what_an_operation_determines_is_in_its_response(api: Api[Any]) -> None:
    assert api.traffic is not None
    endpoints = {endpoint.id: endpoint for endpoint in api.endpoints}
    for operation, names in api.traffic.determined.items():
        schemas = [name for status, name in endpoints[operation].responses.items() if name and status < 300]
        for edition in api.editions:
            shown = {
                property.path[-1]
                for schema in schemas
                for property in properties_of(api.schemas.schema_of(edition, schema))
                if len(property.path) == 1
            }
            assert set(names) <= shown, (operation, edition)


@APIS
def test_every_page_of_a_rule_about_traffic_is_one_of_the_apis(api: Api[Any]) -> None:
    assert api.traffic is not None
    known = {*api.pages(), "none", "design"}

    assert {page for pages in api.traffic.pages.values() for page in pages.split(", ")} <= known


@APIS
def test_every_provenance_is_one_of_four(api: Api[Any]) -> None:
    known = {"documented", "recorded", "observed", "decided"}
    errors = {error.provenance for endpoint in api.endpoints for error in (*endpoint.errors, *api.errors)}

    assert errors | {rule.provenance for rule in api.rules} <= known
