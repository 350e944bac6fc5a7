"""Sources beyond their page's examples: what is refused, what is swallowed and noted, and the newer edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller, rules

from fakesources import FakeSources
from fakesources.core.storage.store import Store

GOOD: dict[str, Any] = {"feed_id": FEED, "source_type": 2, "tag": "cats"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (without("feed_id"), (400, "Please provide a feed_id")),
        (without("source_type"), (400, "Please provide a source_type")),
        (without("tag"), (400, "Please provide a tag")),
        ({}, (400, "Please provide a feed_id")),
        ({**GOOD, "tag": ""}, (400, "Please provide a tag")),
        ({**GOOD, "tag": None}, (400, "Please provide a tag")),
        ({**GOOD, "feed_id": ""}, (400, "Please provide a feed_id")),
        ({**GOOD, "feed_id": "short"}, (400, "The feed_id is invalid, expected the id of a feed")),
        ({**GOOD, "feed_id": {"id": FEED}}, (400, "The feed_id is invalid, expected the id of a feed")),
        ({**GOOD, "source_type": "Instagram"}, (400, "The source_type is invalid, expected integer")),
        ({**GOOD, "source_type": [2]}, (400, "The source_type is invalid, expected integer")),
        ({**GOOD, "source_type": 2.5}, (400, "The source_type is invalid, expected integer")),
        ({**GOOD, "tag": ["cats"]}, (400, "The tag is invalid, expected string")),
        ({**GOOD, "source_type": 99}, (400, "The source_type is invalid, there is no 99")),
        ({**GOOD, "feed_id": UNKNOWN}, (422, "The feed_id names no feed")),
        ({**without("source_type"), "source_id": 2}, (400, "Please provide a source_type")),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_made_is_refused(either: Caller, body: Any, refusal: tuple[int, str]) -> None:
    """Whatever is missing or has no reading is named, and nothing is made."""
    assert either("POST", "/v1/sources", body).refusal == refusal
    assert either.sources() == []
    assert either.posts()["postCount"] == 0


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("PUT", "/v1/sources/7", (400, "The source id is malformed")),
        ("DELETE", "/v1/sources/7", (400, "The source id is malformed")),
        ("PUT", f"/v1/sources/{UNKNOWN}", (404, "Source not found")),
        ("DELETE", f"/v1/sources/{UNKNOWN}", (404, "Source not found")),
        ("GET", f"/v1/sources/{UNKNOWN}", (405, "This method is not allowed here")),
        ("PATCH", "/v1/sources", (405, "This method is not allowed here")),
        ("GET", "/v1/sauces", (404, "There is no such endpoint")),
        ("GET", "/sources", (404, "There is no such endpoint")),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(either: Caller, method: str, path: str, refusal: tuple[int, str]) -> None:
    """Malformed ids get 400, unknown ones and unknown endpoints 404, wrong methods 405."""
    assert either(method, path, {"tag": "cats"} if method == "PUT" else None).refusal == refusal


def test_a_wrong_method_is_told_the_right_ones(call: Caller) -> None:
    """405 comes with the methods that are taken."""
    assert call("PATCH", "/v1/sources").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"tag": "dogs", "feed_id": UNKNOWN}, (422, "The feed_id can not be changed")),
        ({"tag": "dogs", "source_type": 1}, (422, "The source_type can not be changed")),
        ({"feed_id": UNKNOWN}, (400, "Please provide a tag")),
        ({}, (400, "Please provide a tag")),
        ({"tag": {}}, (400, "The tag is invalid, expected string")),
    ],
)
def test_a_refused_update_changes_nothing(either: Caller, change: Any, refusal: tuple[int, str]) -> None:
    """Neither the tag nor anything else changes when an update is refused."""
    id = either.create()["id"]
    before, posts = either.sources(), either.ids()

    assert either("PUT", f"/v1/sources/{id}", change).refusal == refusal
    assert either.sources() == before
    assert either.ids() == posts


def test_an_update_may_repeat_what_does_not_change(either: Caller) -> None:
    """feed_id and source_type may be sent with the values they have."""
    id = either.create()["id"]

    answer = either("PUT", f"/v1/sources/{id}", {"tag": "dogs", "feed_id": FEED, "source_type": 2})

    assert (answer.status, answer.json["tag"]) == (200, "dogs")
    assert either.fake.violations == []


def test_a_new_tag_brings_posts_and_keeps_the_old_ones(either: Caller) -> None:
    """A changed tag fetches again; the same tag finds nothing new."""
    id = either.create(tag="cats")["id"]

    either("PUT", f"/v1/sources/{id}", {"tag": "dogs"})

    texts = [post["text"] for post in either.posts(limit=100)["posts"]]
    assert sum(text.endswith("#dogs") for text in texts) == 20
    assert sum(text.endswith("#cats") for text in texts) == 20
    either("PUT", f"/v1/sources/{id}", {"tag": "dogs"})
    assert either.posts()["postCount"] == 40


def test_an_update_by_post_is_taken(either: Caller) -> None:
    """A caller is known to POST its updates."""
    id = either.create()["id"]

    assert either("POST", f"/v1/sources/{id}", {"tag": "dogs"}).json["tag"] == "dogs"


def test_documented_methods_alone_can_be_asked_for() -> None:
    """A fake of the documented methods refuses the update by POST, and answers HEAD and preflights all the same."""
    call = Caller(FakeSources(documented_methods=True))
    path = f"/v1/sources/{call.create()['id']}"

    assert call("POST", path, {"tag": "dogs"}).refusal == (405, "This method is not allowed here")
    assert call("PUT", path, {"tag": "dogs"}).status == 200
    assert call("HEAD", "/v1/sources").status == 200
    assert call("OPTIONS", path, key="").status == 204


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({**GOOD, "tga": "cats"}, "unknown-parameter"),
        ({**GOOD, "source_type": "2"}, "scalar-type"),
        ({**GOOD, "tag": 7}, "scalar-type"),
        ({**GOOD, "tag": "#cats"}, "tag-format"),
    ],
)
def test_what_would_be_swallowed_is_noted_once(either: Caller, body: Any, rule: str) -> None:
    """The source is made as if all had been right, and the test hears of it."""
    answer = either("POST", "/v1/sources", body)

    assert answer.status == 200
    assert rules(either.fake) == [f"curator.sources.create.{rule}"]


def test_a_misspelt_field_is_told_the_right_one(call: Caller) -> None:
    """The nearest known field is named."""
    call("POST", "/v1/sources", {**GOOD, "tagg": "cats"})

    assert [violation.suggestion for violation in call.fake.violations] == ["tag"]


def test_a_field_given_twice_counts_once(call: Caller) -> None:
    """Of a field that a body has twice the last one counts, and the test hears of it."""
    body = f'{{"feed_id": "{FEED}", "source_type": 2, "tag": "cats", "tag": "dogs"}}'.encode()

    answer = call("POST", "/v1/sources", body=body, content_type="application/json")

    assert answer.json["tag"] == "dogs"
    assert rules(call.fake) == ["curator.sources.create.given-twice"]


def test_a_filter_given_twice_counts_once(call: Caller) -> None:
    """Of a known query parameter given twice the last one counts and it is noted; of unknown ones nothing is said."""
    answer = call("GET", f"/v1/sources?api_key=K&rnd=1&rnd=2&feed_id={UNKNOWN}&feed_id={FEED}", key="")

    assert answer.status == 200
    assert rules(call.fake) == ["curator.sources.list.given-twice"]


@pytest.mark.parametrize(
    ("source_type", "good", "bad"),
    [
        (1, "cats", "#cats"),
        (3, "curator_io", "@curator_io"),
        (5, "mypage", "https://www.facebook.com/mypage"),
        (13, "UCabc-123", "@someone"),
        (16, "https://example.com/feed.xml", "example.com/feed.xml"),
        (18, "microsoft", "https://www.linkedin.com/company/microsoft"),
        (21, "-33.86, 151.2, 10", "Sydney"),
        (23, "123456", "Sydney"),
        (27, "7215762", "set 7215762"),
        (29, "bot-7", "bot 7"),
        (35, "PL123_abc", "https://youtube.com/playlist?list=PL123"),
        (58, "ChIJP3Sa8ziYEmsRUKgyFmh9AQM", "Opera House"),
        (62, "https://www.linkedin.com/in/someone", "someone"),
    ],
)
def test_a_tag_in_another_format_is_taken_and_noted(call: Caller, source_type: int, good: str, bad: str) -> None:
    """Each source type has its format of tags; another one finds nothing at the real network."""
    call.create(source_type=source_type, tag=good)
    assert rules(call.fake) == []

    call.create(source_type=source_type, tag=bad)
    assert rules(call.fake) == ["curator.sources.create.tag-format"]


def test_the_same_source_may_be_made_twice(either: Caller) -> None:
    """Nothing forbids two sources with the same feed, type and tag; they are listed in the order they were made."""
    ids = [either.create()["id"], either.create()["id"], either.create()["id"]]

    assert len(set(ids)) == 3
    assert [source["id"] for source in either.sources()] == ids


def test_the_newer_source_is_an_object_of_objects(newer: Caller) -> None:
    """The newer edition shows the type as an object, states as words, and counts."""
    newer.create(source_type=38, tag="cats")

    (source,) = newer.sources()

    assert source["source_type"] == {
        "id": 38, "network_id": 2, "network_connection_id": 16, "name": "Instagram Business Hashtag",
        "minimum_interval": 1, "app_status": "active", "worker_status": "active", "tag_label": "Hashtag Posts",
        "order": 3, "example_image": "",
    }  # fmt: skip
    assert (source["network_id"], source["status"], source["interval"]) == (2, "active", 5)
    assert (source["name"], source["tag"], source["post_count"], source["error_count"]) == ("cats", "cats", 20, 0)
    assert "feed" not in source
    assert "initialised" not in source


def test_the_newer_create_says_that_it_succeeded(newer: Caller) -> None:
    """The newer create answers the whole source and a `response`; its posts are not counted yet."""
    made = newer.create()

    assert made["response"]["success"] is True
    assert made["post_count"] == 0


def test_the_first_post_date_is_that_of_the_oldest_post(newer: Caller) -> None:
    """first_post_date follows the posts, pinned ones included."""
    id = newer.create()["id"]
    posts = newer.posts(limit=100)["posts"]
    oldest = posts[-1]
    newer.fake.curator.posts.change(oldest["id"], pinned=True)

    assert newer.sources()[0]["first_post_date"] == oldest["source_created_at"]
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "myawesometag"}).json["post_count"] == 20


def test_a_listing_has_the_posts_of_all_its_sources_written_down_at_once(
    newer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Source by source their posts, which lie between each other's, would each be sorted in for itself."""
    for number in range(5):
        newer.fake.curator.sources.add(tag=f"rock{number}")
    batches: list[int] = []
    put_all = Store.put_all
    monkeypatch.setattr(Store, "put_all", lambda store, rows: put_all(store, counted(rows, batches)))

    assert [source["post_count"] for source in newer.sources()] == [20] * 5
    assert batches == [100]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/v1/sources?feed_id={FEED}", None),
        ("GET", f"/v1/feeds/{FEED}/posts", None),
        ("POST", f"/v1/feeds/{FEED}", {"name": "News"}),
    ],
    ids=["its sources", "its posts", "a change"],
)
def test_what_is_asked_of_one_feed_leaves_the_posts_of_others_unwritten(
    newer: Caller, monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: Any
) -> None:
    """They may be very many, and nobody has looked at them."""
    other = newer.fake.curator.feeds.add("Other")
    for feed_id in (FEED, other.id, other.id):
        newer.fake.curator.sources.add(feed_id)
    batches: list[int] = []
    put_all = Store.put_all
    monkeypatch.setattr(Store, "put_all", lambda store, rows: put_all(store, counted(rows, batches)))
    path, _, query = path.partition("?")

    assert newer(method, path, body, query=dict([query.split("=")]) if query else {}).status == 200
    assert batches == [20]


def counted(rows: Iterable[Any], counts: list[int]) -> Iterator[Any]:
    """The rows, whose number is written down once all were taken."""
    counts.append(0)
    for row in rows:
        counts[-1] += 1
        yield row


def test_the_newer_update_takes_a_name(newer: Caller) -> None:
    """A name is taken in the newer edition; without one the source goes by its tag."""
    id = newer.create(tag="cats")["id"]

    assert newer("PUT", f"/v1/sources/{id}", {"tag": "dogs"}).json["name"] == "dogs"
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "dogs", "name": "Pets"}).json["name"] == "Pets"
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "owls"}).json["name"] == "Pets"
    assert newer.fake.violations == []


def test_a_test_can_raise_the_error_count(call: Caller) -> None:
    """Errors are counted and do not change the status."""
    id = call.create()["id"]

    call.fake.curator.sources.change(id, error_count=2)

    assert [(source["error_count"], source["status"]) for source in call.sources()] == [(2, 1)]


@pytest.mark.parametrize(("edition", "words"), [("docs-2017", (1, 0)), ("docs-2025", ("active", "inactive"))])
def test_each_edition_has_its_words_for_a_status(edition: str, words: tuple[Any, Any]) -> None:
    """The status is a number in the older edition and a word in the newer one; the rows are the same."""
    call = Caller(FakeSources(curator=edition))
    id = call.create()["id"]
    statuses = [call.sources()[0]["status"]]
    call.fake.curator.sources.change(id, active=False)

    assert (*statuses, call.sources()[0]["status"]) == words
