"""Rules of an API, and the properties of schemas they are derived from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fakesources.apis.registry import installed
from fakesources.core.contract.rulebook import (
    GENERAL,
    KINDS,
    Rule,
    page_of,
    property_rule_id,
    provenance_of,
    rulebook,
)
from fakesources.core.contract.schema_properties import describe_type, properties_of
from fakesources.core.contract.schemas import SchemaSource

ALL = installed()

DATASIFT, CURATOR = ALL
BOOK = rulebook(DATASIFT)


def test_the_rules_of_an_api_are_collected_once() -> None:
    assert rulebook(DATASIFT) is BOOK
    assert rulebook(CURATOR) is not BOOK


def test_a_rule_that_is_equal_in_all_editions_is_one_row() -> None:
    """A row has editions only where another edition has another rule, or none."""
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
def test_a_rule_is_found_by_operation_by_api_or_by_containing_property(
    id: str, edition: str, found: str | None
) -> None:
    """An unknown property has the rule of the property that contains it."""
    rule = BOOK.find(id, edition)

    assert (rule.id if rule else None) == found


def test_an_id_has_no_array_indexes() -> None:
    """The items of an array share one rule."""
    assert property_rule_id("op.200", ("sources", 3, "auth", 0, "status")) == "op.200.sources.auth.status"
    assert property_rule_id("op.200", ()) == "op.200"


def test_names_of_sources_are_replaced_by_their_locations() -> None:
    """An unknown name is kept."""
    pages = {"a": {"title": "A", "where": "https://a.example"}, "b": {"title": "B"}}

    assert page_of(pages, "a, b; c") == "https://a.example, B, c"


SUPPORT = {"documented": {"page"}, "recorded": {"recording"}, "observed": {"client", "third party"}, "decided": None}
"""Kinds of sources, one of which a rule of each provenance needs; a decision needs a reason."""


def sources_of(api: Any, rule: Rule) -> list[Mapping[str, str]]:
    """Return the sources that a rule names by their locations, some of which contain commas."""
    rest, sources = rule.source, []
    for page in sorted(api.pages().values(), key=lambda page: -len(page["where"])):
        if page["where"] in rest:
            rest = rest.replace(page["where"], "")
            sources += [each for each in api.pages().values() if each["where"] == page["where"]]
    return sources


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_a_provenance_has_sources_of_its_kind(api: Any) -> None:
    """The source is a page with a URL, a live response, or client code and third parties; a decision has a reason."""
    assert {page["kind"] for page in api.pages().values()} <= {*KINDS}
    for rule in (*rulebook(api), *GENERAL):
        sources, kinds = sources_of(api, rule), SUPPORT[rule.provenance]
        if kinds is None:
            assert rule.reason, rule
        else:
            assert kinds & {source["kind"] for source in sources}, rule
        if rule.provenance == "documented":
            pages = [source for source in sources if source["kind"] == "page"]
            assert any(source["where"].startswith("https://") for source in pages), rule


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_an_id_has_one_rule_of_each_edition(api: Any) -> None:
    """Branches of a schema that describe one property are one rule, with all descriptions and sources."""
    for edition in api.editions:
        ids = [rule.id for rule in rulebook(api) if not rule.editions or edition in rule.editions]
        assert sorted(ids) == sorted({*ids}), edition


def test_rules_that_once_had_a_wrong_provenance_have_the_right_one() -> None:
    """They were called documented without a page."""
    known = {rule.id: rule.provenance for rule in (*BOOK, *rulebook(CURATOR))}
    expected = {
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

    assert {id: known[id] for id in expected} == expected


@pytest.mark.parametrize(
    ("sources", "provenance"),
    [
        ("page", "documented"), ("page, client", "documented"), ("client; page", "documented"), ("live", "recorded"),
        ("live, client", "recorded"), ("client", "observed"), ("other", "observed"), ("none", "decided"),
    ],
)  # fmt: skip
def test_provenance_follows_from_the_strongest_source(sources: str, provenance: str) -> None:
    """A property without a provenance of its own has that of its sources."""
    kinds = {"page": "page", "live": "recording", "client": "client", "other": "third party", "none": "none"}

    assert provenance_of({name: {"kind": kind} for name, kind in kinds.items()}, sources) == provenance


@pytest.mark.parametrize(
    ("beside", "own", "below"),
    [
        ({}, ("target", "recorded", "why"), ("inner", "decided", "because")),
        ({"x-source": "site"}, ("site", None, None), ("inner", "decided", "because")),
        ({"x-source": "site", "x-provenance": "observed"}, ("site", "observed", None), ("site", "observed", None)),
        ({"description": "Words."}, ("target", "recorded", "why"), ("inner", "decided", "because")),
    ],
)
def test_a_reference_never_mixes_provenance(
    beside: dict[str, Any], own: tuple[Any, ...], below: tuple[Any, ...]
) -> None:
    """Source, provenance and reason come from one schema. Those beside a reference hold for all properties below it."""
    inner = {"x-source": "inner", "x-provenance": "decided", "x-reason": "because"}
    target = {"x-source": "target", "x-provenance": "recorded", "x-reason": "why", "properties": {"in": inner}}
    schema = {"$id": f"https://x.example/{len(beside)}", "properties": {"a": {"$ref": "#/$defs/t", **beside}}}
    whole = {**schema, "$defs": {"t": target}}
    schemas = SchemaSource(
        "site", documents={"site/test.json": {key: value for key, value in whole.items() if key != "$id"}}
    )

    schemas_by_path = {
        property.path: property.schema for property in properties_of(schemas.schema_at("site/test.json"))
    }

    actual = [
        tuple(schemas_by_path[path].get(key) for key in ("x-source", "x-provenance", "x-reason"))
        for path in (("a",), ("a", "in"))
    ]
    assert actual == [own, below]


def test_every_property_of_a_schema_is_listed() -> None:
    """References are resolved, and items of arrays have the path of the array."""
    properties = {
        ".".join(property.path): property
        for property in properties_of(DATASIFT.schemas.schema_at("datasift/docs-1.6/list.json"))
    }

    assert properties[""].kind == "object"
    assert properties["count"].required
    assert properties["sources.auth.identity_id"].kind == "string"
    assert not properties["sources.auth.parameters.refresh_token"].required
    assert properties["sources.status"].schema["description"]
    assert "x-source" in DATASIFT.schemas.load("datasift/docs-1.6/list.json")["properties"]["count"]


@pytest.mark.parametrize(
    ("schema", "description"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["integer", "null"]}, "integer or null"),
        ({"enum": [0, 1, "all", None]}, "one of 0, 1, all, null"),
        ({"const": True}, "true"),
        ({"type": "integer", "minimum": 1, "maximum": 5}, "integer from 1 to 5"),
        ({}, "any value"),
    ],
)
def test_accepted_values_are_described(schema: dict[str, Any], description: str) -> None:
    assert describe_type(schema) == description
