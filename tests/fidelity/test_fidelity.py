"""Tests of the statements in the tables, in every edition, in-process and over a socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import fidelity_report
import pytest
from fidelity_report import README, figures, replace_section, unexpected
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from statement_runner import EDITIONS, TRANSPORTS
from statements import ABSENT, EXPECTATIONS, Statement, statements, table

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.deviations import Deviation, deviations_of
from fakesources.core.contract.rulebook import page_of, rulebook
from fakesources.core.engine.routing import route

pytestmark = pytest.mark.once

ALL = installed()

AT_LEAST = {"datasift": 485, "curator": 795}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("api", "edition"), EDITIONS)
def test_the_fake_agrees_with_every_statement_but_those_listed(api: str, edition: str, transport: str) -> None:
    assert unexpected(api, edition, transport) == []


@pytest.mark.parametrize(("api", "edition"), EDITIONS)
def test_a_listed_difference_that_agrees_is_reported(api: str, edition: str, monkeypatch) -> None:
    listed = [each for each in statements(api, edition) if each.differs]
    monkeypatch.setattr(fidelity_report, "disagreements", lambda *_: dict.fromkeys(listed[1:], "differs"))

    (line,) = unexpected(api, edition, "in-process")

    assert listed[0].id in line


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_every_statement_has_a_unique_id_and_a_source(api) -> None:
    rows = statements(api.name)

    assert [id for id, count in Counter(each.id for each in rows).items() if count > 1] == []
    assert {each.source for each in rows} - set(api.pages()) == set()
    assert {each.edition for each in rows} - {"", *api.editions} == set()
    assert len(rows) >= AT_LEAST[api.name]


def differing(api: Api[Any]) -> list[tuple[Statement, Mapping[str, Any]]]:
    """Return the statements that the fake contradicts, each with its request."""
    return [(each, call.request) for call in table(api.name) for each in call.statements if each.differs]


each_api = pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)


@each_api
def test_every_difference_names_its_deviation_and_every_deviation_is_shown(api: Api[Any]) -> None:
    """In each of its editions, for each of its operations, by a statement of each of its sources."""
    known = {deviation.id: deviation for deviation in deviations_of(api)}
    shown: dict[str, set[tuple[str, str]]] = {id: set() for id in known}
    for each, request in differing(api):
        deviation = known[each.differs]
        for edition in [each.edition] if each.edition else api.editions:
            assert not deviation.editions or edition in deviation.editions, each.id
            shown[each.differs].add(("edition", edition))
        found = route(api, False, request["method"], request["path"]).endpoint
        operation = found.id if found is not None else ""
        assert not deviation.operations or operation in deviation.operations, each.id
        assert page_of(api.pages(), each.source) in deviation.source, each.id
        shown[each.differs] |= {("operation", operation), ("source", page_of(api.pages(), each.source))}

    for row in api.schemas.load(f"{api.name}/deviations.json")["deviations"]:
        expected = {("edition", name) for name in row["editions"] or api.editions}
        expected |= {("operation", name) for name in row["operations"]}
        expected |= {("source", page_of(api.pages(), name)) for name in row["source"].split(", ")}
        assert expected <= shown[row["id"]], row["id"]


@each_api
def test_deviations_have_the_documented_form_and_name_what_exists(api: Api[Any]) -> None:
    file = api.schemas.load(f"{api.name}/deviations.json")
    registry = Registry(retrieve=lambda uri: Resource.from_contents(api.schemas.retrieve(uri)))  # type: ignore[call-arg]
    validator = Draft202012Validator(api.schemas.load("deviations.json"), registry=registry)

    assert [error.message for error in validator.iter_errors(file)] == []
    assert [id for id, count in Counter(row["id"] for row in file["deviations"]).items() if count > 1] == []
    for row in file["deviations"]:
        assert row["id"].startswith(f"{api.name}.deviation.")
        assert set(row["source"].split(", ")) <= set(api.pages()), row["id"]
        assert set(row["editions"]) < set(api.editions), row["id"]
        assert set(row["operations"]) <= {endpoint.id for endpoint in api.endpoints}, row["id"]
        assert row["rules"], row["id"]
        for edition in row["editions"] or api.editions:
            found = [rulebook(api).find(rule, edition) for rule in row["rules"]]
            assert [rule.id for rule in found if rule is not None] == row["rules"], (row["id"], edition)


def test_a_deviation_is_about_a_rule_in_its_editions() -> None:
    (api, *_) = ALL
    words = rulebook(api).rows("datasift.words-documented")
    deviation = next(each for each in deviations_of(api) if each.id == "datasift.deviation.status-word")
    other = Deviation(id="", source="", says="", does="", reason="", rules=deviation.rules, editions=("live-1.6",))

    assert [deviation.is_about(rule, api.editions) for rule in words] == [True]
    assert [other.is_about(rule, api.editions) for rule in words] == [False]


@pytest.mark.parametrize("api", AT_LEAST)
def test_every_call_has_a_unique_id_and_a_description(api: str) -> None:
    assert [id for id, count in Counter(call.id for call in table(api)).items() if count > 1] == []
    assert [call.id for call in table(api) if not call.about or not call.statements] == []


def test_the_readme_has_the_figures_of_the_tables() -> None:
    page = README.read_text("utf-8")

    assert replace_section(page, figures()) == page


@pytest.mark.parametrize(
    ("operator", "expected", "agreeing", "differing"),
    [
        ("equals", 1, [1], [True, 1.5, "1", None, ABSENT]),
        ("equals", None, [None], [0, "", ABSENT]),
        ("equals", {"a": 1, "b": [2]}, [{"b": [2], "a": 1}], [{"a": 1}, {"a": 1, "b": [2], "c": 3}]),
        ("type", "integer", [0], [True, 1.0, "1", ABSENT]),
        ("type", "string or null", ["", None], [0, ABSENT]),
        ("absent", True, [ABSENT], [None, "", 0]),
        ("matches", "[0-9]+", ["12"], ["12 ", "", 12, ABSENT]),
        ("length", 2, [[1, 2], "ab"], [[1], 2, ABSENT]),
        ("keys", ["a", "b"], [{"b": 1, "a": 2}], [{"a": 1}, ["a", "b"], ABSENT]),
        ("in_order", ["a", "b"], [{"a": 1, "b": 2}], [{"b": 1, "a": 2}, ["a", "b"], ABSENT]),
        ("contains", "a", ["bar", ["a"]], ["b", [], None, ABSENT]),
        ("lacks", "a", ["b", []], ["bar", ["a"], None, ABSENT]),
    ],
)
def test_an_expectation_accepts_agreeing_values_only(operator: str, expected, agreeing, differing) -> None:
    holds = EXPECTATIONS[operator]

    assert [value for value in agreeing if not holds(value, expected)] == []
    assert [value for value in differing if holds(value, expected)] == []


def test_every_expectation_is_used() -> None:
    used = {each.operator for api in AT_LEAST for each in statements(api)}

    assert used == set(EXPECTATIONS)


@pytest.mark.parametrize(
    ("path", "agrees"), [("body.*.id", True), ("body.0.id", True), ("body.2.id", False), ("none.*.id", False)]
)
def test_a_path_selects_every_item_of_a_list_and_at_least_one(path: str, agrees: bool) -> None:
    statement = Statement("call", "page", path, "equals", 1, "", "")

    assert (statement.disagreement({"body": [{"id": 1}, {"id": 1}], "none": []}) == "") is agrees


def test_one_item_of_many_that_differs_is_a_disagreement() -> None:
    statement = Statement("call", "page", "body.*.id", "equals", 1, "", "")

    assert "got 2" in statement.disagreement({"body": [{"id": 1}, {"id": 2}]})
