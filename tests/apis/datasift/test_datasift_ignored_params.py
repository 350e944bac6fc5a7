"""Parameters that official clients send beyond the documentation: every row of the table."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller, CallResponse

from fakesources.apis.datasift.data import pages
from fakesources.apis.datasift.ignored_params import IgnoredParam, ignored_params

RESOURCES = {
    "facebook_page": {"id": "1"},
    "instagram": {"type": "tag", "value": "x"},
    "twitter_gnip": {"mapping": "gnip_1"},
}


def minimal_params(source_type: str) -> dict[str, Any]:
    """Return the parameters of a source of a type, without ignored ones."""
    return {
        "source_type": source_type,
        "name": "n",
        "resources": [{"parameters": dict(RESOURCES[source_type])}],
        "auth": [{"parameters": {"value": "t"}}],
        "parameters": {},
    }


def with_ignored(row: IgnoredParam, value: Any) -> dict[str, Any]:
    """Return the same parameters with the ignored one in its place."""
    params = minimal_params(row.source_type or "instagram")
    place: dict[str, Any] = params
    if not row.where.startswith("datasift."):
        for step in row.where.split("."):
            place = place[step.removesuffix("[]")][0] if step.endswith("[]") else place[step]
    place["made_up" if row.name == "*" else row.name] = value
    return params


def send(call: Caller, row: IgnoredParam, params: dict[str, Any]) -> CallResponse:
    """Create a source with the parameters, or update one, depending on the row's operation."""
    if row.where == "datasift.source.create":
        return call("POST", "create", json_body=params)
    source = call.fake.datasift.sources.add(source_type=params["source_type"])
    return call("POST", "update", json_body={"id": source.id, **params})


UNCONDITIONAL = [row for row in ignored_params() if not row.ignored_with and not row.duplicate_of]


@pytest.mark.parametrize("row", UNCONDITIONAL, ids=lambda row: f"{row.where} {row.name} {row.source_type}".strip())
def test_an_ignored_parameter_has_no_effect_and_is_no_violation(call_either: Caller, row: IgnoredParam) -> None:
    params = with_ignored(row, None if row.only_null else "x")

    response = send(call_either, row, params)

    assert response.status in (201, 202)
    assert call_either.fake.violations == []
    assert without_ids(response.json) == without_ids(send(call_either, row, minimal_params(params["source_type"])).json)


def without_ids(source: dict[str, Any]) -> Any:
    """Return the parts of a source object without its ids."""
    items = [[(item.keys(), item["parameters"]) for item in source[part]] for part in ("resources", "auth")]
    return source.keys(), source["status"], source["parameters"], items


@pytest.mark.parametrize(
    "row", [row for row in ignored_params() if row.only_null], ids=lambda row: f"{row.where} {row.name}"
)
def test_other_values_of_only_null_rows_are_violations(call: Caller, row: IgnoredParam) -> None:
    response = send(call, row, with_ignored(row, "x"))

    assert response.status in (201, 202)
    assert [violation.rule.rpartition(".")[2] for violation in call.fake.violations] == ["unknown-parameter"]


def test_names_ignored_for_one_type_are_violations_for_another(call: Caller) -> None:
    response = call.create("yammer", resources=[], parameters={"likes": True, "mapping": "gnip_1"})

    assert response.status == 201
    assert {violation.path for violation in call.fake.violations} == {"$.parameters.likes", "$.parameters.mapping"}


def test_what_is_no_item_has_nothing_that_is_ignored(call: Caller) -> None:
    """It is rejected as it came."""
    response = call.create("yammer", resources=["just a text"])

    assert (response.status, call.fake.violations) == (400, [])
    assert call.fake.datasift.sources == {}


def test_every_row_has_a_known_source() -> None:
    assert {row.source for row in ignored_params()} <= set(pages())
