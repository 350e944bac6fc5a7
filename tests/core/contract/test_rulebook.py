"""Facts about rules, and about the places in schemas that they are read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fakesources.apis import ALL
from fakesources.core.contract.rulebook import (
    GENERAL,
    KINDS,
    Rule,
    page_of,
    place_id,
    provenance_of,
    rulebook,
)
from fakesources.core.contract.schema_properties import describe_type, spots
from fakesources.core.contract.schemas import load

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


SUPPORT = {"documented": {"page"}, "recorded": {"recording"}, "observed": {"client", "third party"}, "decided": None}
"""The kinds of sources, one of which a rule of each provenance rests on; a decision rests on its reason."""


def sources_of(api: Any, rule: Rule) -> list[Mapping[str, str]]:
    """The sources that a rule names, found by where they are; some places have commas in their names."""
    rest, found = rule.source, []
    for page in sorted(api.pages().values(), key=lambda page: -len(page["where"])):
        if page["where"] in rest:
            rest = rest.replace(page["where"], "")
            found += [each for each in api.pages().values() if each["where"] == page["where"]]
    return found


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_a_provenance_rests_on_sources_of_its_kind(api: Any) -> None:
    """Documented is what a page with an address says, recorded what a live answer had, observed what client code or a
    third party shows, and decided what has a reason; there is no fifth.
    """
    assert {page["kind"] for page in api.pages().values()} <= {*KINDS}
    for rule in (*rulebook(api), *GENERAL):
        sources, wanted = sources_of(api, rule), SUPPORT[rule.provenance]
        if wanted is None:
            assert rule.reason, rule
        else:
            assert wanted & {source["kind"] for source in sources}, rule
        if rule.provenance == "documented":
            pages = [source for source in sources if source["kind"] == "page"]
            assert any(source["where"].startswith("https://") for source in pages), rule


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_an_id_is_one_rule_of_each_edition(api: Any) -> None:
    """Branches of a schema that describe one place are one rule, with what each says and all their sources."""
    for edition in api.editions:
        ids = [rule.id for rule in rulebook(api) if not rule.editions or edition in rule.editions]
        assert sorted(ids) == sorted({*ids}), edition


def test_the_provenances_of_what_was_doubtful() -> None:
    """Rules that once cited no page for what they called documented."""
    known = {rule.id: rule.provenance for rule in (*BOOK, *rulebook(CURATOR))}
    wanted = {
        "datasift.unauthorized": "observed",
        "datasift.empty-body": "observed",
        "datasift.words-documented": "decided",
        "datasift.item-extras": "decided",
        "datasift.source.log.missing-param": "documented",
        "datasift.source.start.missing-param": "decided",
        "datasift.source.auth.remove.missing-param": "decided",
        "datasift.source.update.lists": "decided",
        "datasift.headers": "recorded",
        "datasift.frame-options": "recorded",
        "datasift.shape.googleplus.parameters.plus_ones": "observed",
        "datasift.shape.yammer.parameters.extract_links": "observed",
        "datasift.shape.instagram.parameters.like_count": "recorded",
        "datasift.source.delete.cost": "recorded",
        "curator.posts.love.200.loves": "observed",
        "curator.feeds.track.query.a": "observed",
        "curator.sources.create.200.post_count": "observed",
        "curator.sources.list.200.post_count": "documented",
        "curator.sources.update.200.post_count": "observed",
    }

    assert {id: known[id] for id in wanted} == wanted


@pytest.mark.parametrize(
    ("sources", "provenance"),
    [
        ("page", "documented"), ("page, client", "documented"), ("client; page", "documented"), ("live", "recorded"),
        ("live, client", "recorded"), ("client", "observed"), ("other", "observed"), ("none", "decided"),
    ],
)  # fmt: skip
def test_provenance_follows_from_the_strongest_source(sources: str, provenance: str) -> None:
    """A place without a provenance of its own has that of its sources."""
    kinds = {"page": "page", "live": "recording", "client": "client", "other": "third party", "none": "none"}

    assert provenance_of({name: {"kind": kind} for name, kind in kinds.items()}, sources) == provenance


@pytest.mark.parametrize(
    ("beside", "itself", "below"),
    [
        ({}, ("target", "recorded", "why"), ("inner", "decided", "because")),
        ({"x-source": "site"}, ("site", None, None), ("inner", "decided", "because")),
        ({"x-source": "site", "x-standing": "observed"}, ("site", "observed", None), ("site", "observed", None)),
        ({"description": "Words."}, ("target", "recorded", "why"), ("inner", "decided", "because")),
    ],
)
def test_a_reference_keeps_provenance_whole(
    monkeypatch: pytest.MonkeyPatch, beside: dict[str, Any], itself: tuple[Any, ...], below: tuple[Any, ...]
) -> None:
    """Source, provenance and reason are one statement: never the source of one schema with the reason of another, and
    what a reference says of its own provenance holds for all below it.
    """
    inner = {"x-source": "inner", "x-standing": "decided", "x-reason": "because"}
    target = {"x-source": "target", "x-standing": "recorded", "x-reason": "why", "properties": {"in": inner}}
    schema = {"$id": f"https://x.example/{len(beside)}", "properties": {"a": {"$ref": "#/$defs/t", **beside}}}
    whole = {**schema, "$defs": {"t": target}}
    monkeypatch.setattr("fakesources.core.contract.schemas.retrieve", lambda uri: whole)
    monkeypatch.setattr("fakesources.core.contract.schema_properties.load", lambda path: whole)

    found = {spot.path: spot.schema for spot in spots.__wrapped__("made up")}

    seen = [
        tuple(found[path].get(key) for key in ("x-source", "x-standing", "x-reason")) for path in (("a",), ("a", "in"))
    ]
    assert seen == [itself, below]


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
    assert describe_type(schema) == words
