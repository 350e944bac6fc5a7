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
from fakesources.core.contract.schema_properties import describe_type, properties_of, values_at
from fakesources.core.contract.schemas import SchemaSource

ALL = installed()

DATASIFT, CURATOR = ALL
BOOK = rulebook(DATASIFT)


def test_the_rules_of_an_api_are_collected_once() -> None:
    assert rulebook(DATASIFT) is BOOK
    assert rulebook(CURATOR) is not BOOK


@pytest.mark.parametrize(
    ("id", "rule"),
    [
        ("datasift.source.create.rate-limit", "datasift.rate-limit"),
        ("datasift.rate-limit", "datasift.rate-limit"),
        ("datasift.source.create.no-such-rule", None),
        ("datasift.source.start.200.status.no-such-property", None),
        ("curator.feeds.create.too-large", None),
    ],
)
def test_a_rule_of_the_whole_api_is_found_by_its_id_at_an_operation(id: str, rule: str | None) -> None:
    found = BOOK.general(id)

    assert (found.id if found is not None else None) == rule


def test_the_values_at_a_place_have_their_paths() -> None:
    """The place has no indexes of arrays, the paths have."""
    value = {"rows": [{"id": 1}, {"name": "no id"}, {"id": [2, 3]}], "id": 4}

    assert list(values_at(value, "rows.id")) == [(("rows", 0, "id"), 1), (("rows", 2, "id"), [2, 3])]
    assert list(values_at(value, "id")) == [(("id",), 4)]
    assert list(values_at(value, "rows.id.more")) == []
    assert list(values_at([value], "")) == [((), [value])]


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
    """They were called documented without a page, or by a page of another operation, or recorded without a recording."""
    known = {
        f"{rule.id} {edition}": rule.provenance
        for book in (BOOK, rulebook(CURATOR))
        for rule in book
        for edition in rule.editions or book.api.editions
    }
    known |= {rule.id: rule.provenance for rule in (*BOOK, *rulebook(CURATOR))}
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
        "datasift.shape.instagram.parameters.like_counts": "decided",
        "datasift.shape.facebook_page.parameters.like_counts": "recorded",
        "datasift.source.create.invalid-source-type": "documented",
        "datasift.source.update.invalid-source-type": "decided",
        "datasift.credentials": "documented",
        "datasift.credentials-basic": "observed",
        "datasift.query-or-form": "documented",
        "datasift.json-bodies": "recorded",
        "datasift.query-with-body": "decided",
        "datasift.source.get.empty": "documented",
        "datasift.source.get.past-end": "decided",
        "datasift.source.update.kept": "observed",
        "datasift.source.update.unchanged": "recorded",
        "datasift.source.delete.request.id": "recorded",
        "datasift.source.stop.request.id": "documented",
        "datasift.source.start.200.parameters.plus_ones live-1.6": "observed",
        "datasift.source.stop.200.parameters.extract_links live-1.6": "observed",
        "datasift.source.start.200.resources.parameters.lat live-1.6": "documented",
        "datasift.source.start.200.status live-1.6": "recorded",
        "datasift.source.start.200.status docs-1.6": "documented",
        "datasift.source.get.200.status docs-1.6": "decided",
        "datasift.source.get.200.sources.status docs-1.6": "decided",
        "datasift.source.update.202.status docs-1.6": "decided",
        "datasift.source.update.202.auth.source_id docs-1.6": "decided",
        "datasift.source.create.201.resources.status docs-1.6": "decided",
        "datasift.source.start.200.auth.source_id docs-1.6": "documented",
        "datasift.source.stop.200.identities.status docs-1.6": "documented",
        "datasift.source.delete.cost": "recorded",
        "curator.posts.love.200.loves": "observed",
        "curator.posts.get.200.post.text": "observed",
        "curator.posts.get.200.post.longitude": "decided",
        "curator.posts.list.200.posts.text": "documented",
        "curator.posts.list.200.sources.network_id docs-2017": "observed",
        "curator.posts.list.query.offset": "observed",
        "curator.sources.update.200.status docs-2025": "decided",
        "curator.sources.update.200.company_connection_id docs-2025": "decided",
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
        ({"x-source": "site", "x-provenance": "observed"}, ("site", "observed", None), ("inner", "decided", "because")),
        ({"description": "Words."}, ("target", "recorded", "why"), ("inner", "decided", "because")),
    ],
)
def test_a_reference_never_mixes_provenance(
    beside: dict[str, Any], own: tuple[Any, ...], below: tuple[Any, ...]
) -> None:
    """Source, provenance and reason come from one schema. Those beside a reference hold below it, except for decisions."""
    inner = {"x-source": "inner", "x-provenance": "decided", "x-reason": "because"}
    properties = {"in": inner, "other": {"x-source": "inner", "x-provenance": "recorded"}}
    target = {"x-source": "target", "x-provenance": "recorded", "x-reason": "why", "properties": properties}
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
    recorded = ("site", "observed", None) if "x-provenance" in beside else ("inner", "recorded", None)
    assert tuple(schemas_by_path["a", "other"].get(key) for key in ("x-source", "x-provenance", "x-reason")) == recorded


RANK = {provenance: rank for rank, provenance in enumerate(KINDS.values())}


def weakest_below(api: Any, schema: Any, base: str) -> int:
    """Return the rank of the weakest provenance that is no decision, of a schema and of all that it contains."""
    if isinstance(schema, list):
        return max((weakest_below(api, each, base) for each in schema), default=0)
    if not isinstance(schema, dict):
        return 0
    own = schema.get("x-provenance") or provenance_of(api.pages(), schema.get("x-source", ""))
    ranks = [RANK[own] if own != "decided" else 0]
    if "$ref" in schema:
        ranks.append(weakest_below(api, *api.schemas.resolve_ref(schema["$ref"], base)))
    return max([*ranks, *(weakest_below(api, each, base) for key, each in schema.items() if key != "examples")])


def references(schema: Any) -> list[dict[str, Any]]:
    """Return the schemas that give a provenance beside a reference."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema] if isinstance(schema, dict) and "$ref" in schema and "x-provenance" in schema else []
    return own + [found for each in inner for found in references(each)]


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_no_property_has_a_stronger_provenance_by_a_reference(api: Any) -> None:
    """A field that client code alone shows is not recorded because a recording has the object around it."""
    for edition in api.editions:
        for name in api.schemas.names(edition):
            schema = api.schemas.schema_of(edition, name)
            for found in references(schema.schema):
                target = api.schemas.resolve_ref(found["$ref"], schema.schema["$id"])
                assert RANK[found["x-provenance"]] >= weakest_below(api, *target), (schema.path, found["$ref"])


def subject_of(page: str) -> str:
    """Return the operation that a page of DataSift is about, or an empty text."""
    snippets = {"snippet-create": "source.create", "instagram-options": "source.create"}
    words = {"auth": "auth.", "resource": "resource."}
    name = page.partition("-")[0].removeprefix("source")
    prefix = next((word for word in words if name.startswith(word)), "")
    own = f"source.{words.get(prefix, '')}{name.removeprefix(prefix)}"
    return snippets.get(page, own if page.startswith("source") else "")


def test_an_error_that_is_documented_is_on_a_page_about_its_operation() -> None:
    """A page about one operation documents the errors of that one."""
    found = set()
    for endpoint in DATASIFT.endpoints:
        for error in endpoint.errors:
            subjects = {subject_of(name.strip()) for name in error.source.split(",")}
            if error.provenance == "documented":
                assert subjects & {"", endpoint.id.removeprefix("datasift.")}, (endpoint.id, error)
                found |= subjects
    assert found >= {"source.start", "source.log", "source.create"}


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
