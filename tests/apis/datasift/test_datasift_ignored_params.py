"""What official clients are known to send beyond the documentation: every row of the table, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Answered, Caller

from fakesources.apis.datasift.data import pages
from fakesources.apis.datasift.ignored_params import IgnoredParam, ignored_params

RESOURCES = {
    "facebook_page": {"id": "1"},
    "instagram": {"type": "tag", "value": "x"},
    "twitter_gnip": {"mapping": "gnip_1"},
}


def plain(source_type: str) -> dict[str, Any]:
    """The parameters of a source of a type, with nothing that has to be tolerated."""
    return {
        "source_type": source_type,
        "name": "n",
        "resources": [{"parameters": dict(RESOURCES[source_type])}],
        "auth": [{"parameters": {"value": "t"}}],
        "parameters": {},
    }


def with_name(row: IgnoredParam, value: Any) -> dict[str, Any]:
    """The same with the tolerated name in its place."""
    params = plain(row.source_type or "instagram")
    place: dict[str, Any] = params
    if not row.where.startswith("datasift."):
        for step in row.where.split("."):
            place = place[step.removesuffix("[]")][0] if step.endswith("[]") else place[step]
    place["made_up" if row.name == "*" else row.name] = value
    return params


def send(call: Caller, row: IgnoredParam, params: dict[str, Any]) -> Answered:
    """Create a source with the parameters, or change one to them, whichever the row is about."""
    if row.where == "datasift.source.create":
        return call("POST", "create", json_body=params)
    source = call.fake.datasift.sources.add(source_type=params["source_type"])
    return call("POST", "update", json_body={"id": source.id, **params})


UNCONDITIONAL = [row for row in ignored_params() if not row.ignored_with and not row.duplicate_of]


@pytest.mark.parametrize("row", UNCONDITIONAL, ids=lambda row: f"{row.where} {row.name} {row.source_type}".strip())
def test_what_clients_are_known_to_send_is_passed_over(either: Caller, row: IgnoredParam) -> None:
    """A tolerated name is set aside without a report, as null where only that is known, and leaves nothing behind."""
    params = with_name(row, None if row.only_null else "x")

    answer = send(either, row, params)

    assert answer.status in (201, 202)
    assert either.fake.violations == []
    assert shape(answer.json) == shape(send(either, row, plain(params["source_type"])).json)


def shape(source: dict[str, Any]) -> Any:
    """What a source is made of, without its ids."""
    items = [[(item.keys(), item["parameters"]) for item in source[part]] for part in ("resources", "auth")]
    return source.keys(), source["status"], source["parameters"], items


@pytest.mark.parametrize("row", [row for row in ignored_params() if row.only_null], ids=lambda row: f"{row.where} {row.name}")
def test_null_alone_is_passed_over_where_the_table_says_so(call: Caller, row: IgnoredParam) -> None:
    """A name that clients send as null is reported when it has a value."""
    answer = send(call, row, with_name(row, "x"))

    assert answer.status in (201, 202)
    assert [violation.rule.rpartition(".")[2] for violation in call.fake.violations] == ["unknown-parameter"]


def test_what_one_type_tolerates_is_reported_of_another(call: Caller) -> None:
    """A name that is passed over for some source types is unknown to the others."""
    answer = call.create("yammer", resources=[], parameters={"likes": True, "mapping": "gnip_1"})

    assert answer.status == 201
    assert {violation.path for violation in call.fake.violations} == {"$.parameters.likes", "$.parameters.mapping"}


def test_every_row_names_its_source() -> None:
    """Each row of the table names a page there is."""
    assert {row.source for row in ignored_params()} <= set(pages())
