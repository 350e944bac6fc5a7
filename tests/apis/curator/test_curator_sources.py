"""Sources beyond the documented examples: errors, violations, and the newer edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller
from parsed_response import rules

from fakesources import FakeSources
from fakesources.core.storage.store import Store

VALID: dict[str, Any] = {"feed_id": FEED, "source_type": 2, "tag": "cats"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in VALID.items() if key != name}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (without("feed_id"), (400, "Please provide a feed_id")),
        (without("source_type"), (400, "Please provide a source_type")),
        (without("tag"), (400, "Please provide a tag")),
        ({}, (400, "Please provide a feed_id")),
        ({**VALID, "tag": ""}, (400, "Please provide a tag")),
        ({**VALID, "tag": None}, (400, "Please provide a tag")),
        ({**VALID, "feed_id": ""}, (400, "Please provide a feed_id")),
        ({**VALID, "feed_id": "short"}, (400, "The feed_id is invalid, expected the id of a feed")),
        ({**VALID, "feed_id": {"id": FEED}}, (400, "The feed_id is invalid, expected the id of a feed")),
        ({**VALID, "source_type": "Instagram"}, (400, "The source_type is invalid, expected integer")),
        ({**VALID, "source_type": [2]}, (400, "The source_type is invalid, expected integer")),
        ({**VALID, "source_type": 2.5}, (400, "The source_type is invalid, expected integer")),
        ({**VALID, "tag": ["cats"]}, (400, "The tag is invalid, expected string")),
        ({**VALID, "source_type": 99}, (400, "The source_type is invalid, there is no 99")),
        ({**VALID, "feed_id": UNKNOWN}, (422, "The feed_id names no feed")),
        ({**without("source_type"), "source_id": 2}, (400, "Please provide a source_type")),
    ],
)  # fmt: skip
def test_an_invalid_source_is_an_error(either: Caller, body: Any, error: tuple[int, str]) -> None:
    """The message names the field, and nothing is created."""
    assert either("POST", "/v1/sources", body).error == error
    assert either.sources() == []
    assert either.posts()["postCount"] == 0


@pytest.mark.parametrize(
    ("method", "path", "error"),
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
def test_an_unknown_path_is_an_error(either: Caller, method: str, path: str, error: tuple[int, str]) -> None:
    """Malformed ids are 400, unknown ones and unknown endpoints 404, wrong methods 405."""
    assert either(method, path, {"tag": "cats"} if method == "PUT" else None).error == error


def test_a_405_lists_the_accepted_methods(call: Caller) -> None:
    assert call("PATCH", "/v1/sources").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"tag": "dogs", "feed_id": UNKNOWN}, (422, "The feed_id can not be changed")),
        ({"tag": "dogs", "source_type": 1}, (422, "The source_type can not be changed")),
        ({"feed_id": UNKNOWN}, (400, "Please provide a tag")),
        ({}, (400, "Please provide a tag")),
        ({"tag": {}}, (400, "The tag is invalid, expected string")),
    ],
)
def test_an_invalid_update_changes_nothing(either: Caller, change: Any, error: tuple[int, str]) -> None:
    """Neither the source nor its posts."""
    id = either.create()["id"]
    before, posts = either.sources(), either.ids()

    assert either("PUT", f"/v1/sources/{id}", change).error == error
    assert either.sources() == before
    assert either.ids() == posts


def test_an_update_may_repeat_present_values(either: Caller) -> None:
    """feed_id and source_type can be sent if they do not change."""
    id = either.create()["id"]

    response = either("PUT", f"/v1/sources/{id}", {"tag": "dogs", "feed_id": FEED, "source_type": 2})

    assert (response.status, response.json["tag"]) == (200, "dogs")
    assert either.fake.violations == []


def test_a_new_tag_adds_posts_and_keeps_the_old_ones(either: Caller) -> None:
    """The same tag adds none."""
    id = either.create(tag="cats")["id"]

    either("PUT", f"/v1/sources/{id}", {"tag": "dogs"})

    texts = [post["text"] for post in either.posts(limit=100)["posts"]]
    assert sum(text.endswith("#dogs") for text in texts) == 20
    assert sum(text.endswith("#cats") for text in texts) == 20
    either("PUT", f"/v1/sources/{id}", {"tag": "dogs"})
    assert either.posts()["postCount"] == 40


def test_an_update_by_post_is_accepted(either: Caller) -> None:
    """One caller is known to use POST."""
    id = either.create()["id"]

    assert either("POST", f"/v1/sources/{id}", {"tag": "dogs"}).json["tag"] == "dogs"


def test_a_setting_accepts_documented_methods_only() -> None:
    """HEAD and preflights are accepted all the same."""
    call = Caller(FakeSources(documented_methods=True))
    path = f"/v1/sources/{call.create()['id']}"

    assert call("POST", path, {"tag": "dogs"}).error == (405, "This method is not allowed here")
    assert call("PUT", path, {"tag": "dogs"}).status == 200
    assert call("HEAD", "/v1/sources").status == 200
    assert call("OPTIONS", path, key="").status == 204


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({**VALID, "tga": "cats"}, "unknown-parameter"),
        ({**VALID, "source_type": "2"}, "scalar-type"),
        ({**VALID, "tag": 7}, "scalar-type"),
        ({**VALID, "tag": "#cats"}, "tag-format"),
    ],
)
def test_a_violation_is_reported_once(either: Caller, body: Any, rule: str) -> None:
    """The source is created as by a valid request."""
    response = either("POST", "/v1/sources", body)

    assert response.status == 200
    assert rules(either.fake) == [f"curator.sources.create.{rule}"]


def test_a_misspelt_field_gets_a_suggestion(call: Caller) -> None:
    call("POST", "/v1/sources", {**VALID, "tagg": "cats"})

    assert [violation.suggestion for violation in call.fake.violations] == ["tag"]


def test_a_field_given_twice_counts_once(call: Caller) -> None:
    """The last one counts, and the violation is reported."""
    body = f'{{"feed_id": "{FEED}", "source_type": 2, "tag": "cats", "tag": "dogs"}}'.encode()

    response = call("POST", "/v1/sources", body=body, content_type="application/json")

    assert response.json["tag"] == "dogs"
    assert rules(call.fake) == ["curator.sources.create.given-twice"]


def test_a_filter_given_twice_counts_once(call: Caller) -> None:
    """The last one counts, and the violation is reported; an unknown parameter given twice is not."""
    response = call("GET", f"/v1/sources?api_key=K&rnd=1&rnd=2&feed_id={UNKNOWN}&feed_id={FEED}", key="")

    assert response.status == 200
    assert rules(call.fake) == ["curator.sources.list.given-twice"]


@pytest.mark.parametrize(
    ("source_type", "valid", "invalid"),
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
def test_a_tag_in_another_format_is_accepted_and_reported(
    call: Caller, source_type: int, valid: str, invalid: str
) -> None:
    """Each source type has its own format of tags."""
    call.create(source_type=source_type, tag=valid)
    assert rules(call.fake) == []

    call.create(source_type=source_type, tag=invalid)
    assert rules(call.fake) == ["curator.sources.create.tag-format"]


def test_the_same_source_can_be_created_twice(either: Caller) -> None:
    """Sources with the same feed, type and tag are listed in the order of their creation."""
    ids = [either.create()["id"], either.create()["id"], either.create()["id"]]

    assert len(set(ids)) == 3
    assert [source["id"] for source in either.sources()] == ids


def test_the_newer_source_has_an_object_for_its_type(newer: Caller) -> None:
    """And words for states, and counts."""
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


def test_the_newer_create_confirms_its_success(newer: Caller) -> None:
    """It returns the whole source and a `response`; posts are not counted yet."""
    created = newer.create()

    assert created["response"]["success"] is True
    assert created["post_count"] == 0


def test_the_first_post_date_is_that_of_the_oldest_post(newer: Caller) -> None:
    """Pinned posts included."""
    id = newer.create()["id"]
    posts = newer.posts(limit=100)["posts"]
    oldest = posts[-1]
    newer.fake.curator.posts.change(oldest["id"], pinned=True)

    assert newer.sources()[0]["first_post_date"] == oldest["source_created_at"]
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "myawesometag"}).json["post_count"] == 20


def test_an_update_has_the_date_of_posts_that_are_not_read_yet(newer: Caller) -> None:
    id = newer.create()["id"]

    updated = newer("PUT", f"/v1/sources/{id}", {"tag": "myawesometag"}).json

    oldest = newer.posts(limit=100)["posts"][-1]
    assert updated["first_post_date"] == oldest["source_created_at"]


def test_a_list_of_sources_generates_their_posts_at_once(newer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Insertion in one batch is faster, because the posts of different sources alternate in time."""
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
def test_a_request_to_one_feed_generates_no_posts_of_others(
    newer: Caller, monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: Any
) -> None:
    """There may be very many of them."""
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
    """Yield rows, and append their number to `counts`."""
    counts.append(0)
    for row in rows:
        counts[-1] += 1
        yield row


def test_the_newer_update_accepts_a_name(newer: Caller) -> None:
    """Without one the name is the tag."""
    id = newer.create(tag="cats")["id"]

    assert newer("PUT", f"/v1/sources/{id}", {"tag": "dogs"}).json["name"] == "dogs"
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "dogs", "name": "Pets"}).json["name"] == "Pets"
    assert newer("PUT", f"/v1/sources/{id}", {"tag": "owls"}).json["name"] == "Pets"
    assert newer.fake.violations == []


def test_a_test_can_raise_the_error_count(call: Caller) -> None:
    """Errors do not change the status."""
    id = call.create()["id"]

    call.fake.curator.sources.change(id, error_count=2)

    assert [(source["error_count"], source["status"]) for source in call.sources()] == [(2, 1)]


@pytest.mark.parametrize(("edition", "values"), [("docs-2017", (1, 0)), ("docs-2025", ("active", "inactive"))])
def test_the_status_is_a_number_or_a_word_by_edition(edition: str, values: tuple[Any, Any]) -> None:
    call = Caller(FakeSources(curator=edition))
    id = call.create()["id"]
    statuses = [call.sources()[0]["status"]]
    call.fake.curator.sources.change(id, active=False)

    assert (*statuses, call.sources()[0]["status"]) == values
