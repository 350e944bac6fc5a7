"""Feeds: creation, update and deletion, in both editions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller
from parsed_response import rules

from fakesources import FakeSources


def test_a_new_feed_has_default_values(call: Caller) -> None:
    """A created feed is moderated after publication and has the default colours."""
    response = call("POST", "/v1/feeds", {"name": "My feed"})

    created = response.json
    colours = {name.removeprefix("colour_"): value for name, value in created.items() if name.startswith("colour_")}
    assert response.status == 200
    assert (created["name"], created["moderation"]) == ("My feed", "post")
    assert colours == {
        "body_bg": "#efefef", "body_text": "#707070", "header_bg": "#efefef", "header_text": "#2B2B2B",
    }  # fmt: skip
    assert len(created["public_key"]) == 32
    assert call("GET", "/v1/feeds").json[1] == created


def test_the_newer_create_has_fewer_keys_than_the_list(newer: Caller) -> None:
    """The newer create returns seventeen keys, `debug` as a boolean; the list has it as a number."""
    created = newer("POST", "/v1/feeds", {"name": "My feed"}).json
    listed = newer("GET", "/v1/feeds").json[1]

    assert len(created) == 17
    assert (created["slug"], created["cache"], created["cache_time"], created["debug"]) == (
        "curator-feed-my-feed",
        1,
        5,
        False,
    )
    assert listed["debug"] == 0
    assert {key: listed[key] for key in created if key != "debug"} == {
        key: created[key] for key in created if key != "debug"
    }


def test_json_in_strings_is_json(newer: Caller) -> None:
    """The widget's options, styles and colours are strings that hold JSON objects."""
    newer.fake.curator.feeds.add("Styled", widget_type="Grid", widget_options={"rows": 2}, widget_styles={"a": [1]})

    feeds = newer("GET", "/v1/feeds").json
    parsed = [[json.loads(feed[f"widget_{part}"]) for part in ("options", "styles", "colours")] for feed in feeds]

    assert parsed == [[{"type": "Waterfall"}, {}, {}], [{"type": "Grid", "rows": 2}, {"a": [1]}, {}]]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, (400, "Please provide a name")),
        ({"name": ""}, (400, "Please provide a name")),
        ({"name": None}, (400, "Please provide a name")),
        ({"name": ["My feed"]}, (400, "The name is invalid, expected string")),
    ],
)
def test_a_feed_needs_a_name(either: Caller, body: Any, error: tuple[int, str]) -> None:
    """No feed is created without a valid name."""
    assert either("POST", "/v1/feeds", body).error == error
    assert len(either("GET", "/v1/feeds").json) == 1


def test_an_update_changes_the_given_fields(call: Caller) -> None:
    """Other fields keep their values, and sources show the changed feed."""
    call.create()
    before = call("GET", "/v1/feeds").json[0]
    assert call.sources()[0]["feed"] == before

    response = call("POST", f"/v1/feeds/{FEED}", {"name": "News", "moderation": "pre", "colour_body_bg": "#000000"})

    after = {**before, "name": "News", "moderation": "pre", "colour_body_bg": "#000000"}
    assert (response.status, response.json) == (200, after)
    assert call("GET", "/v1/feeds").json == [after]
    assert call.sources()[0]["feed"] == after


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        (FEED, {"moderation": "maybe"}, (400, "The moderation is invalid, expected one of post, pre")),
        (FEED, {"moderation": "posts"}, (400, "The moderation is invalid, expected one of post, pre (did you mean 'post'?)")),
        (FEED, {"name": ""}, (400, "Please provide a name")),
        (FEED, {"name": "News", "colour_body_bg": []}, (400, "The colour_body_bg is invalid, expected string")),
        ("7", {"name": "News"}, (400, "The feed id is malformed")),
        (UNKNOWN, {"name": "News"}, (404, "Feed not found")),
    ],
)  # fmt: skip
def test_an_invalid_update_changes_nothing(either: Caller, path: str, body: Any, error: tuple[int, str]) -> None:
    """No field of a feed changes if one is invalid."""
    before = either("GET", "/v1/feeds").json

    assert either("POST", f"/v1/feeds/{path}", body).error == error
    assert either("GET", "/v1/feeds").json == before


def test_a_misspelt_field_is_reported(either: Caller) -> None:
    """A field that feeds do not have changes nothing."""
    before = either("GET", "/v1/feeds").json

    assert either("POST", f"/v1/feeds/{FEED}", {"color_body_bg": "#000000"}).json == before[0]
    assert [(violation.rule, violation.suggestion) for violation in either.fake.violations] == [
        ("curator.feeds.update.unknown-parameter", "colour_body_bg")
    ]


def test_a_feed_is_deleted_with_its_sources_and_posts(either: Caller) -> None:
    """Sources and posts of other feeds stay."""
    other = either("POST", "/v1/feeds", {"name": "Other"}).json["id"]
    either.create(), either.create(), either.create(feed_id=other)

    response = either("DELETE", f"/v1/feeds/{FEED}")

    assert (response.status, response.json) == (200, {"success": True, "message": "Feed deleted"})
    assert [source["feed_id"] for source in either.sources()] == [other]
    assert len(either.fake.curator.posts) == 20
    assert either("GET", f"/v1/feeds/{FEED}/posts").error == (404, "Feed not found")
    assert either("DELETE", f"/v1/feeds/{FEED}").error == (404, "Feed not found")


def test_a_feed_counts_its_posts(newer: Caller) -> None:
    """post_count is the number of posts of all the feed's sources with any status."""
    newer.create(), newer.create()
    newer.fake.curator.posts.change(1, shown=False)

    assert newer("GET", "/v1/feeds").json[0]["post_count"] == 40


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_moderation_applies_to_later_posts(edition: str) -> None:
    """New posts of a feed that is moderated before publication are disabled; earlier ones stay active."""
    call = Caller(FakeSources(curator=edition))
    call.create(tag="before")
    call("POST", f"/v1/feeds/{FEED}", {"moderation": "pre"})
    call.create(tag="after")

    assert call.posts()["postCount"] == 20
    assert call.posts(status=0)["postCount"] == 20
    assert call.posts(status="all")["postCount"] == 40
    assert rules(call.fake) == []


@pytest.mark.parametrize("through", ["api", "handle"])
def test_posts_that_are_due_have_the_moderation_of_that_time(through: str) -> None:
    """No request has asked for them when it changes."""
    call = Caller(FakeSources(posts=10.0))
    call.create()
    call.fake.clock.advance(11)
    if through == "api":
        call("POST", f"/v1/feeds/{FEED}", {"moderation": "pre"})
    else:
        call.fake.curator.feeds.change(FEED, moderation="pre")

    assert (call.posts()["postCount"], call.posts(status=0)["postCount"]) == (20, 0)
