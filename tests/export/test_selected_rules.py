"""Rules by edition and provenance: each edition has its own, with the provenance that it has there."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from fakesources.apis.registry import installed
from fakesources.core.contract.rule import Provenance, Rule
from fakesources.core.contract.rulebook import GENERAL, rulebook
from fakesources.export import rules
from fakesources.kit import Api as Kit
from fakesources.kit import Call

PROVENANCES = get_args(Provenance)
EDITIONS = {name: api for api in installed() for name in api.editions}
each_edition = pytest.mark.parametrize("edition", EDITIONS)

START = "datasift.source.start.200"
KNOWN = [
    (f"{START}.status", "docs-1.6", "documented"),
    (f"{START}.status", "live-1.6", "recorded"),
    (f"{START}.status", "docs-2017", None),
    (f"{START}.identities", "docs-1.6", "documented"),
    (f"{START}.identities", "live-1.6", None),
    ("curator.sources.create.unknown-feed", "docs-2017", "decided"),
    ("curator.sources.create.unknown-feed", "docs-2025", "decided"),
    ("curator.sources.create.unknown-feed", "docs-1.6", None),
]
"""Ids of rules, an edition, and the provenance of the rule there; None where the edition has no such rule."""


def keys(selected: list[Rule]) -> list[tuple[Any, ...]]:
    return [(rule.id, rule.editions, rule.provenance) for rule in selected]


@pytest.mark.parametrize(("id", "edition", "provenance"), KNOWN)
def test_a_rule_is_selected_by_its_edition_and_provenance(id: str, edition: str, provenance: str | None) -> None:
    found = [rule for rule in rules.selected(id, edition) if rule.id == id]

    assert [rule.provenance for rule in found] == ([provenance] if provenance else [])
    for each in PROVENANCES:
        matching = [rule for rule in rules.selected(id, edition, each) if rule.id == id]
        assert len(matching) == (each == provenance)


@each_edition
def test_an_edition_has_the_rules_of_its_api_alone(edition: str) -> None:
    """And those of no API, which hold in every edition."""
    api = EDITIONS[edition]
    found = rules.selected(edition=edition)

    assert found[-len(GENERAL) :] == list(GENERAL)
    assert all(rule.id.startswith(f"{api.name}.") for rule in found[: -len(GENERAL)])
    assert all(not rule.editions or edition in rule.editions for rule in found)
    assert len({rule.id for rule in found}) == len(found)


def test_the_editions_have_all_rules_together() -> None:
    by_edition = [keys(rules.selected(edition=edition)) for edition in EDITIONS]

    assert {key for found in by_edition for key in found} == set(keys(rules.selected()))
    assert all(len(found) < len(rules.selected()) for found in by_edition)


@each_edition
def test_the_provenances_have_all_rules_of_an_edition_together(edition: str) -> None:
    found = [key for each in PROVENANCES for key in keys(rules.selected(edition=edition, provenance=each))]

    assert sorted(found) == sorted(keys(rules.selected(edition=edition)))
    assert all(key[2] == each for each in PROVENANCES for key in keys(rules.selected("", edition, each)))


def test_an_edition_that_no_api_has_selects_the_rules_of_no_api() -> None:
    assert rules.selected(edition="docs-1999") == list(GENERAL)


def test_a_rule_that_differs_is_shown_once_for_each_edition() -> None:
    """With the edition and the provenance of each, as text and as JSON."""
    api, rows = rules.one(f"{START}.status")
    text = rules.one_as_text(api, rows)
    document = json.loads(rules.as_json(rows))

    assert [(row["editions"], row["provenance"]) for row in document] == [
        (["docs-1.6"], "documented"), (["live-1.6"], "recorded"),
    ]  # fmt: skip
    shown = [
        line.strip()
        for line in text.splitlines()
        if line.startswith(("  editions: ", "  documented: ", "  recorded: "))
    ]
    assert [line.split(":")[0] for line in shown] == ["documented", "editions", "recorded", "editions"]
    assert [line for line in shown if line.startswith("editions")] == ["editions: docs-1.6", "editions: live-1.6"]


@pytest.mark.parametrize(
    ("id", "editions"),
    [
        ("datasift.unauthorized", ["docs-1.6", "live-1.6"]),
        ("curator.sources.create.unknown-feed", ["docs-2017", "docs-2025"]),
        (GENERAL[0].id, list(EDITIONS)),
    ],
)
def test_a_rule_of_every_edition_names_each_in_json(id: str, editions: list[str]) -> None:
    [row] = json.loads(rules.as_json(rules.one(id)[1]))

    assert row["editions"] == editions


@pytest.mark.parametrize("operation", ["source.start", "source.get"])
def test_a_rule_of_the_whole_api_is_found_by_its_id_at_an_operation(operation: str) -> None:
    """As reports name it."""
    api, rows = rules.one(f"datasift.{operation}.unauthorized")

    assert api is not None
    assert [(api.name, row.id) for row in rows] == [("datasift", "datasift.unauthorized")]


@pytest.mark.parametrize(
    ("id", "status"),
    [("datasift.unauthorized", 401), ("curator.no-such-endpoint", 404), ("datasift.source.start.not-found", 404)],
)
def test_an_example_of_an_error_is_its_response(id: str, status: int) -> None:
    """Once, whether it is the API's or an operation's."""
    api, [rule] = rules.one(id)
    examples = [each for each in rules.examples(api, rule) if "status" in each]

    assert [each["status"] for each in examples] == [status]
    assert all(each["body"] for each in examples)


def test_a_rule_of_no_api_has_no_examples() -> None:
    for rule in GENERAL:
        assert (rules.one(rule.id), rules.examples(None, rule)) == ((None, [rule]), [])


def test_an_example_is_listed_once_for_all_editions_that_share_its_schema() -> None:
    query = {"type": "object", "properties": {"shelf": {"type": "string", "examples": ["A", "B"]}}}
    own = Kit("library", host="library.test", editions=("1", "2"))

    @own.get("/books", query=query, responses={204: None})
    def list_books(call: Call) -> None:
        """List the books."""

    [rule] = [each for each in rulebook(own.api) if each.id == "library.list_books.query.shelf"]

    assert rules.examples(own.api, rule) == [{"value": "A"}, {"value": "B"}]
