"""Responses sent back as requests: an update takes the object that any operation returned, and reports other values."""

from __future__ import annotations

from typing import Any

import pytest
from curator_calls import FEED, Caller
from generated import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.curator.editions import EDITIONS

OBJECTS = ("listed", "created", "updated")


def source_objects(call: Caller, number: int) -> dict[str, dict[str, Any]]:
    """Return a source as each operation shows it."""
    created = call("POST", "/v1/sources", {"feed_id": FEED, "source_type": number, "tag": "cats"}).json
    updated = call("PUT", f"/v1/sources/{created['id']}", {"tag": "cats"}).json
    return {"created": created, "updated": updated, "listed": call("GET", "/v1/sources").json[-1]}


def feed_objects(call: Caller) -> dict[str, dict[str, Any]]:
    """Return a feed as each operation shows it."""
    created = call("POST", "/v1/feeds", {"name": "Cats"}).json
    updated = call("POST", f"/v1/feeds/{created['id']}", {"name": "Cats"}).json
    return {"created": created, "updated": updated, "listed": call("GET", "/v1/feeds").json[-1]}


@settings(deadline=None, max_examples=examples(30))
@given(
    edition=st.sampled_from(sorted(EDITIONS)),
    posts=st.sampled_from(["immediate", "manual", 60.0]),
    number=st.sampled_from([2, 4, 10, 38]),
    object=st.sampled_from(OBJECTS),
    later=st.booleans(),
)
def test_an_update_accepts_the_object_of_any_operation(
    edition: str, posts: Any, number: int, object: str, later: bool
) -> None:
    """It changes nothing and is no violation, also after counts and states have changed."""
    call = Caller(FakeSources(curator=edition, posts=posts))
    source, feed = source_objects(call, number)[object], feed_objects(call)[object]
    if later:
        call.fake.clock.advance(hours=1)
        call.fake.curator.posts.deliver()
    before = call("GET", "/v1/sources").json, call("GET", "/v1/feeds").json

    shown = call("PUT", f"/v1/sources/{source['id']}", source), call("POST", f"/v1/feeds/{feed['id']}", feed)

    assert [response.status for response in shown] == [200, 200]
    assert call.fake.violations == []
    assert (call("GET", "/v1/sources").json, call("GET", "/v1/feeds").json) == before


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("object", OBJECTS)
def test_values_that_change_by_themselves_may_have_been_other_ones(edition: str, object: str) -> None:
    """Counts of posts and errors, and the feed inside a source."""
    call = Caller(FakeSources(curator=edition, posts="manual"))
    source = source_objects(call, 2)[object]
    call.fake.curator.posts.deliver()
    call.fake.curator.sources.change(source["id"], error_count=3)
    call.fake.curator.feeds.change(FEED, name="Renamed")

    assert call("PUT", f"/v1/sources/{source['id']}", source).status == 200
    assert call.fake.violations == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("name", "value"),
    [("status", 0), ("status", "inactive"), ("id", "another"), ("stauts", 1), ("feed", "x"), ("error_count", "many")],
)
def test_a_field_with_another_value_is_a_violation(edition: str, name: str, value: Any) -> None:
    call = Caller(FakeSources(curator=edition, strict=False))
    source = source_objects(call, 2)["listed"]

    response = call("PUT", f"/v1/sources/{source['id']}", {"tag": "cats", name: value})

    assert response.status == 200
    assert [each.rule for each in call.fake.violations] == ["curator.sources.update.unknown-parameter"]


@pytest.mark.parametrize("change", [{"id": 4}, {}, {"id": 2, "more": 1}])
def test_a_source_type_as_an_object_may_not_change_either(change: dict[str, Any]) -> None:
    """An object is not a source type, unless it is the one that a response showed."""
    call = Caller(FakeSources(curator="docs-2025", strict=False))
    source = source_objects(call, 2)["listed"]

    assert call("PUT", f"/v1/sources/{source['id']}", {"tag": "cats", "source_type": change}).status == 400


def test_the_object_of_another_source_is_refused_or_reported() -> None:
    call = Caller(FakeSources(curator="docs-2025", strict=False))
    source, other = source_objects(call, 2)["listed"], source_objects(call, 4)["listed"]

    assert call("PUT", f"/v1/sources/{other['id']}", source).status == 400
    assert call("PUT", "/v1/sources/00000000-0000-4000-8000-000000000000", source).status in (400, 404)
