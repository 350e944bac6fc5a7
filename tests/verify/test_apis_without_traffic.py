"""Recorded traffic of an API of one's own that has no rules for traffic: its paths, errors and sessions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.kit import Api
from fakesources.verify.exchange import ExchangeChecker
from fakesources.verify.ownership import belongs, suggestion
from fakesources.verify.recordings.entry import Entry
from fakesources.verify.sequence import Session


@pytest.fixture
def checker() -> ExchangeChecker:
    """Return a checker of an API with an error whose body has a list and a number."""
    api = Api("shop", host="shop.test")
    invalid = api.error("invalid-order", 422, {"errors": ["{field} is missing", 7], "count": 1})

    @api.get("/things/<id>", responses={200: {}}, errors=[invalid])
    def thing(call: Any) -> dict[str, Any]:
        """Return a thing."""
        return {}

    service = FakeSources(apis=[api]).services["shop"]
    return ExchangeChecker(service.api, service.edition)


def entry(status: int, value: Any) -> Entry:
    headers = (("Content-Type", "application/json"),)
    return Entry(
        "x", Request("GET", "/things/1", host="shop.test"), Response(status, headers, json.dumps(value).encode())
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"errors": ["name is missing", 7], "count": 1}, []),
        ({"errors": ["[FILTERED]", 7], "count": 1}, []),
        ({"errors": ["name is missing", "***"], "count": 1}, []),
        ({"errors": ["name was lost", 7], "count": 1}, [("$.errors[0]", '"name was lost"', '"{field} is missing"')]),
        ({"errors": ["name is missing", 8], "count": 1}, [("$.errors[1]", "8", "7")]),
        ({"errors": ["name is missing"], "count": 1}, [("$.errors", '["name is missing"]', '["{field} is missing", 7]')]),
        ({"errors": ["name is missing", 7], "count": 2}, [("$.count", "2", "1")]),
    ],
    ids=str,
)  # fmt: skip
def test_the_body_of_an_error_is_compared_in_every_part(body: Any, found: Any, checker: ExchangeChecker) -> None:
    """The first difference is named; a masked value is none."""
    findings = checker.check(entry(422, body), "/things/1").findings

    assert [(each.path, each.actual, each.expected) for each in findings] == found
    assert {each.rule for each in findings} <= {"shop.thing.invalid-order"}


@pytest.mark.parametrize(
    ("method", "path", "is_own"),
    [("GET", "/things/1", True), ("POST", "/things/1", True), ("GET", "/things", False), ("GET", "/thing/1", False)],
)
def test_only_the_paths_of_its_operations_belong_to_it(
    method: str, path: str, is_own: bool, checker: ExchangeChecker
) -> None:
    assert belongs(checker.api, method, path) is is_own


@pytest.mark.parametrize(("path", "near"), [("/thing/<id>", "/things/<id>"), ("/nothing/at/all", "")])
def test_the_nearest_path_is_suggested(path: str, near: str, checker: ExchangeChecker) -> None:
    assert suggestion(checker.api, path) == near


@pytest.mark.parametrize(("status", "value"), [(200, {}), (200, {"id": "1"}), (404, {}), (422, {})])
def test_nothing_follows_from_the_exchanges_before(status: int, value: Any, checker: ExchangeChecker) -> None:
    session = Session(checker, is_whole=True)

    for _ in range(2):
        each = entry(status, value)
        assert session.follow(each, checker.check(each, "/things/1")) == []
