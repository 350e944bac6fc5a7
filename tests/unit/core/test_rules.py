"""Facts about rules, and about the places in schemas that they are read from."""

from __future__ import annotations

from typing import Any

import pytest

from fakesources.apis import ALL
from fakesources.core.rules import page_of, place_id, rulebook
from fakesources.core.schemas import load
from fakesources.core.spots import kind_of, spots

DATASIFT, CURATOR = ALL
BOOK = rulebook(DATASIFT)


def test_a_book_is_made_once() -> None:
    """The rules of an API are collected once a process."""
    assert rulebook(DATASIFT) is BOOK
    assert rulebook(CURATOR) is not BOOK


def test_rules_of_one_text_in_all_editions_are_one() -> None:
    """A row names its editions only where another edition has another, or none."""
    assert [rule.editions for rule in BOOK.rows("datasift.source.create.request.name")] == [()]
    assert [rule.editions for rule in BOOK.rows("datasift.source.start.200.status")] == [("docs-1.6",), ("live-1.6",)]
    assert [rule.editions for rule in BOOK.rows("datasift.source.start.200.identities")] == [("docs-1.6",)]


@pytest.mark.parametrize(
    ("id", "edition", "found"),
    [
        ("datasift.source.start.not-found", "", "datasift.source.start.not-found"),
        ("datasift.source.start.unknown-parameter", "", "datasift.source.start.unknown-parameter"),
        ("datasift.source.get.200.resources.surprise", "live-1.6", "datasift.source.get.200.resources"),
        ("datasift.source.get.200.resources.source_id", "live-1.6", "datasift.source.get.200.resources"),
        ("datasift.source.get.200.resources.source_id", "docs-1.6", "datasift.source.get.200.resources.source_id"),
        ("curator.sources.list", "", None),
        ("nothing", "", None),
    ],
)
def test_a_rule_is_found_under_its_operation_its_api_or_around_it(id: str, edition: str, found: str | None) -> None:
    """What one operation does as all do has the API's rule; a place nobody knows has that of the place around it."""
    rule = BOOK.find(id, edition)

    assert (rule.id if rule else None) == found


def test_an_id_leaves_numbers_out() -> None:
    """The items of an array share one rule."""
    assert place_id("op.200", ("sources", 3, "auth", 0, "status")) == "op.200.sources.auth.status"
    assert place_id("op.200", ()) == "op.200"


def test_pages_are_told_by_where_they_are() -> None:
    """A short name becomes an address or a place, and stays what it is where nothing is known of it."""
    pages = {"a": {"title": "A", "where": "https://a.example"}, "b": {"title": "B"}}

    assert page_of(pages, "a, b; c") == "https://a.example, B, c"


NO_PAGES = {
    "recorded-1.6",
    "recorded-earlier",
    "catalogue",
    "typescript-client",
    "java-client",
    "swagger-client",
    "callers",
}
"""Sources that are no documentation: traffic somebody recorded, and what others wrote down of live answers."""


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_what_is_called_documented_has_a_page(api: Any) -> None:
    """What is known from live traffic alone is recorded, and what is decided has a reason; there is no fourth standing."""
    seen = [page_of(api.pages(), name) for name in NO_PAGES & {*api.pages()}]
    for rule in rulebook(api):
        pages = rule.docs
        for each in seen:
            pages = pages.replace(each, "")

        assert rule.standing in ("documented", "recorded", "decided"), rule
        assert rule.standing != "documented" or pages.strip(", "), rule
        assert rule.standing != "decided" or rule.reason, rule


def test_spots_are_every_place_of_a_schema() -> None:
    """References are followed, arrays passed through, and what is required is known."""
    found = {".".join(spot.path): spot for spot in spots("datasift/docs-1.6/list.json")}

    assert found[""].kind == "object"
    assert found["count"].required
    assert found["sources.auth.identity_id"].kind == "string"
    assert not found["sources.auth.parameters.refresh_token"].required
    assert found["sources.status"].schema["description"]
    assert "x-source" in load("datasift/docs-1.6/list.json")["properties"]["count"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["integer", "null"]}, "integer or null"),
        ({"enum": [0, 1, "all", None]}, "one of 0, 1, all, null"),
        ({"const": True}, "true"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "integer from 1 to 5"),
        ({}, "any value"),
    ],
)
def test_what_may_stand_somewhere_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    """As short as a schema can be said."""
    assert kind_of(schema) == words
