"""Account handle: reading, adding, changing and removing rows; delivery of posts; snapshots and state files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller

from fakesources import FakeSources
from fakesources.core.storage.store import NoSuchRow


def test_an_added_source_equals_a_created_one(either: Caller) -> None:
    """It is listed, and its posts are delivered."""
    source = either.fake.curator.sources.add(source_type=4, tag="curator_io", error_count=3)

    assert [listed["id"] for listed in either.sources()] == [source.id]
    assert either.posts()["postCount"] == 20
    assert either.fake.curator.sources[source.id].error_count == 3


def test_a_handle_and_a_request_create_the_same_rows() -> None:
    by_handle, by_request = FakeSources(), FakeSources()
    by_handle.curator.sources.add(FEED, 2, "cats")
    Caller(by_request).create(tag="cats")

    assert dict(by_handle.curator.sources) == dict(by_request.curator.sources)
    assert dict(by_handle.curator.posts) == dict(by_request.curator.posts)


def test_the_year_of_a_time_has_four_digits(either: Caller) -> None:
    """Also in the times of a source and in cursors."""
    source = either.fake.curator.posts.add(source_created_at=datetime(5, 1, 2, tzinfo=UTC)).source_id
    either.fake.curator.posts.add(source, source_created_at=datetime(4, 1, 2, tzinfo=UTC))

    (newer,) = either.posts(limit=1)["posts"]
    (older,) = either.posts(limit=1, after=either.posts(limit=1)["pagination"]["after"])["posts"]

    assert [post["source_created_at"][:10] for post in (newer, older)] == ["0005-01-02", "0004-01-02"]
    assert [listed["id"] for listed in either.sources()] == [source]


def test_an_added_feed_can_have_given_ids(either: Caller) -> None:
    feed = either.fake.curator.feeds.add("Mine", id="my-own-feed-000000001", public_key="MY-PUBLIC-KEY-0000000001")
    either.fake.curator.sources.add(feed.id)

    assert either.posts("my-own-feed-000000001")["postCount"] == 20
    assert either.posts("my-public-key-0000000001")["postCount"] == 20


@pytest.mark.parametrize(
    ("add", "error"),
    [
        (lambda curator: curator.feeds.add(id="short"), ValueError),
        (lambda curator: curator.feeds.add(id=FEED), ValueError),
        (lambda curator: curator.feeds.add("Mine", colour="#000"), TypeError),
        (lambda curator: curator.sources.add(id="short"), ValueError),
        (lambda curator: curator.sources.add(source_type=99), ValueError),
        (lambda curator: curator.sources.add("no-such-feed"), NoSuchRow),
        (lambda curator: curator.posts.add("no-such-source"), NoSuchRow),
        (lambda curator: curator.posts.add(feed_id="no-such-feed"), NoSuchRow),
        (lambda curator: curator.posts.add(source_created_at=datetime(2026, 1, 1)), ValueError),
        (lambda curator: curator.posts.change(99, shown=False), NoSuchRow),
        (lambda curator: curator.feeds.change(FEED, nam="News"), TypeError),
        (lambda curator: curator.feeds.change(FEED, name=3), TypeError),
        (lambda curator: curator.feeds.add(meta={"a": float("nan")}), TypeError),
        (lambda curator: curator.feeds.add(meta={"a": object()}), TypeError),
        (lambda curator: curator.sources.remove(UNKNOWN), NoSuchRow),
        (lambda curator: curator.posts.deliver(UNKNOWN), NoSuchRow),
    ],
)
def test_a_wrong_argument_raises_and_changes_nothing(add: Any, error: type[Exception]) -> None:
    fake = FakeSources()
    with pytest.raises(error):
        add(fake.curator)

    assert (list(fake.curator.feeds), list(fake.curator.sources), list(fake.curator.posts)) == ([FEED], [], [])
    assert fake.curator.feeds[FEED].name == "Default"


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda curator, text: curator.feeds.add(text), "name"),
        (lambda curator, text: curator.feeds.add(slug=text), "slug"),
        (lambda curator, text: curator.feeds.add(meta={"a": [text]}), r"meta\.a\[0\]"),
        (lambda curator, text: curator.feeds.add(meta={"a": {text: 1}}), r"meta\.a"),
        (lambda curator, text: curator.feeds.change(FEED, name=text), "name"),
        (lambda curator, text: curator.sources.add(tag=text), "tag"),
        (lambda curator, text: curator.sources.add(name=text), "name"),
        (lambda curator, text: curator.posts.add(text=text), "text"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_encoded_is_rejected(change: Any, field: str, text: str) -> None:
    """No response or file can contain an unpaired surrogate, and no client can send a NUL character."""
    fake = FakeSources()

    with pytest.raises(TypeError, match=f"^{field}: expected a text without NUL"):
        change(fake.curator, text)
    with pytest.raises(ValueError, match="account"):
        fake.curator.account(text)
    assert (list(fake.curator.feeds), list(fake.curator.posts)) == ([FEED], [])


def test_a_misspelt_field_gets_a_suggestion(fake: FakeSources) -> None:
    with pytest.raises(TypeError, match="did you mean 'moderation'"):
        fake.curator.feeds.change(FEED, moderatoin="pre")  # type: ignore[call-arg]


def test_rows_are_removed_with_their_dependent_rows(either: Caller) -> None:
    """A source is removed with its posts and a feed with its sources, whether the posts were read or not."""
    curator = either.fake.curator
    other = curator.feeds.add("Other")
    read, unread = curator.sources.add(), curator.sources.add()
    curator.sources.add(other.id)
    assert len(curator.posts) == 60

    unread = curator.sources.add()
    curator.sources.remove(unread.id)
    curator.sources.remove(read.id)
    assert len(curator.posts) == 40
    curator.sources.add(FEED)
    curator.feeds.remove(FEED)

    assert list(curator.feeds) == [other.id]
    assert [source.feed_id for source in curator.sources.values()] == [other.id]
    assert {post.feed_id for post in curator.posts.values()} == {other.id}
    assert len(curator.posts) == 20


def test_a_post_can_be_added_to_an_empty_feed(either: Caller) -> None:
    """A source is added for it, without posts of its own."""
    post = either.fake.curator.posts.add(text="Hello", likes=7)

    (listed,) = either.posts()["posts"]
    assert (listed["id"], listed["text"], listed["likes"]) == (post.id, "Hello", 7)
    assert [source["id"] for source in either.sources()] == [post.source_id]


def test_a_pinned_post_has_a_time(newer: Caller) -> None:
    """Pinning sets the time, and unpinning removes it."""
    id = newer.fake.curator.posts.add(pinned=True).id
    assert newer.posts()["posts"][0]["pinned_at"] == "2026-01-01T00:00:00.000000Z"

    newer.fake.curator.posts.change(id, pinned=False)
    assert (newer.posts()["posts"][0]["pinned"], newer.posts()["posts"][0]["pinned_at"]) == (0, None)


def test_a_row_does_not_follow_later_changes(fake: FakeSources) -> None:
    """Rows are values."""
    source = fake.curator.sources.add(tag="cats")
    changed = fake.curator.sources.change(source.id, tag="dogs")

    assert (source.tag, changed.tag, fake.curator.sources[source.id].tag) == ("cats", "dogs", "dogs")


def test_a_handle_of_another_account_is_found_by_name(either: Caller) -> None:
    """Another key has an account of its own."""
    other = either.fake.curator.account("another")
    source = other.sources.add()

    assert len(either.fake.curator.sources) == 0
    either("GET", "/v1/feeds")
    assert [listed["id"] for listed in Caller(either.fake, key="another").sources()] == [source.id]


# -- delivery of posts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_posts_are_delivered_by_the_test(edition: str) -> None:
    """Those of one source, or of all."""
    call = Caller(FakeSources(curator=edition, posts="manual"))
    first, _ = call.create(), call.create()
    assert call.posts()["postCount"] == 0

    assert call.fake.curator.posts.deliver(first["id"]) == 20
    assert {row.source_id for row in call.fake.curator.posts.values()} == {first["id"]}
    assert call.posts()["postCount"] == 20
    assert call.fake.curator.posts.deliver() == 20
    assert call.fake.curator.posts.deliver() == 0
    assert call.posts()["postCount"] == 40


def test_a_source_is_initialised_once_its_posts_are_delivered() -> None:
    """`initialised` is 0 until then, and again after a change of the tag."""
    call = Caller(FakeSources(posts="manual"))
    id = call.create()["id"]
    states = [call.sources()[0]["initialised"]]
    call.fake.curator.posts.deliver()
    states.append(call.sources()[0]["initialised"])
    call("PUT", f"/v1/sources/{id}", {"tag": "dogs"})
    states.append(call.sources()[0]["initialised"])
    call.fake.curator.posts.deliver(id)
    states.append(call.sources()[0]["initialised"])

    assert states == [0, 1, 0, 1]
    assert call.posts(limit=100)["postCount"] == 40


@pytest.mark.parametrize("posts", ["immediate", "manual", "90"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_update_with_the_same_tag_requests_no_posts(posts: str, method: str) -> None:
    """The source is initialised from the next request on."""
    call = Caller(FakeSources(posts=posts))
    id = call.create()["id"]
    call.fake.curator.posts.deliver()
    in_response = call(method, f"/v1/sources/{id}", {"tag": "myawesometag"}).json["initialised"]

    assert (in_response, call.sources()[0]["initialised"], call.posts()["postCount"]) == (0, 1, 20)


def test_requested_posts_are_still_delivered_after_an_update_with_the_same_tag() -> None:
    """The update does not make the source initialised before."""
    call = Caller(FakeSources(posts="90"))
    id = call.create()["id"]
    call("PUT", f"/v1/sources/{id}", {"tag": "myawesometag"})
    before = call.sources()[0]["initialised"]
    call.fake.clock.advance(90)

    assert [before, call.sources()[0]["initialised"], call.posts()["postCount"]] == [0, 1, 20]


def test_posts_are_delivered_after_a_delay() -> None:
    """In seconds on the fake's clock."""
    call = Caller(FakeSources(posts="90"))
    call.create()
    call.fake.clock.advance(89)
    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (0, 0)

    call.fake.clock.advance(1)
    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (20, 1)


@pytest.mark.parametrize("posts", ["soon", "-1", "nan"])
def test_an_invalid_delay_is_rejected(posts: str) -> None:
    with pytest.raises(ValueError, match="posts"):
        FakeSources(posts=posts)


def test_delivered_posts_stay_when_the_clock_is_set_back(call: Caller) -> None:
    """Also if nothing has read them."""
    call.create()
    call.fake.clock.set(datetime(2020, 1, 1, tzinfo=UTC))

    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (20, 1)


def test_reading_posts_changes_no_response(either: Caller) -> None:
    """Posts are the same whether they are read now or a year later."""
    other = Caller(FakeSources(curator=either.fake.services["curator"].edition.name))
    for caller in (either, other):
        caller.create(tag="cats")
    either.posts(), either.sources(), either("GET", "/v1/feeds")
    for caller in (either, other):
        caller.fake.clock.advance(timedelta(days=365).total_seconds())

    assert either.posts() == other.posts()
    assert either.sources() == other.sources()
    assert either("GET", "/v1/feeds").json == other("GET", "/v1/feeds").json


# -- states --------------------------------------------------------------------------------------------------------


def test_a_snapshot_can_be_restored(either: Caller) -> None:
    """A snapshot has sources, feeds and posts, unread ones included."""
    curator = either.fake.curator
    source = either.create()["id"]
    snapshot = either.fake.snapshot()
    page, listed = None, either.sources()

    either("DELETE", f"/v1/sources/{source}")
    either("POST", f"/v1/feeds/{FEED}", {"name": "News"})
    either.fake.restore(snapshot)
    page = either.posts()
    curator.posts.remove(1)
    either("DELETE", f"/v1/feeds/{FEED}")
    either.fake.restore(snapshot)

    assert either.posts() == page
    assert either.sources() == listed
    assert either("GET", "/v1/feeds").json[0]["name"] == "Default"


def test_a_reset_restores_the_default_feed(either: Caller) -> None:
    """After a reset there is one empty feed, that of the documentation."""
    either.create()
    either("DELETE", f"/v1/feeds/{FEED}")
    either.fake.reset()

    assert [feed["id"] for feed in either("GET", "/v1/feeds").json] == [FEED]
    assert (either.sources(), either.posts()["postCount"]) == ([], 0)


def test_reading_posts_is_not_a_difference(either: Caller) -> None:
    """Two snapshots differ by the created source and its posts, whether they were read or not."""
    before = either.fake.snapshot()
    either.create()
    after = either.fake.snapshot()
    either.posts()

    assert list(either.fake.diff(after)) == []
    assert [(change.kind, change.type) for change in either.fake.diff(before, after)] == [("sources", "added")] + [
        ("posts", "added")
    ] * 20
    either.fake.restore(after)
    assert either.posts()["postCount"] == 20


def test_a_state_can_be_dumped_and_loaded(either: Caller) -> None:
    """A dump is JSON, and a fake that loads it has the same responses."""
    either.create(), either.posts(limit=3)
    either.fake.curator.posts.change(3, pinned=True)
    either.fake.curator.feeds.change(FEED, widget_options={"rows": [1, {"two": None}]})
    either.create()
    other = Caller(FakeSources(curator=either.fake.services["curator"].edition.name))

    other.fake.load(json.loads(json.dumps(either.fake.dump())))

    assert other.posts(limit=100) == either.posts(limit=100)
    assert other.sources() == either.sources()
    assert other("GET", "/v1/feeds").json == either("GET", "/v1/feeds").json
    assert other.create() == either.create()


@pytest.mark.parametrize(
    ("store", "field", "value"),
    [
        ("sources", "feed_id", UNKNOWN), ("sources", "source_type", 99), ("fetches", "source_id", UNKNOWN),
        ("posts", "source_id", UNKNOWN), ("posts", "network_id", 99), ("posts", "feed_id", UNKNOWN),
    ],
)  # fmt: skip
def test_a_state_with_dangling_references_is_rejected(store: str, field: str, value: object) -> None:
    """The error names the field, and nothing changes."""
    call = Caller(FakeSources())
    call.create(), call.posts(), call.create()
    document = json.loads(json.dumps(call.fake.dump()))
    document["curator"]["accounts"]["home"]["rows"][store][0][field] = value

    with pytest.raises(ValueError, match=rf"rows\.{store}\[0\]\.{field}"):
        call.fake.load(document)
    assert call.posts()["postCount"] == 40


def test_an_id_belongs_to_one_source(either: Caller) -> None:
    source = either.fake.curator.sources.add()

    with pytest.raises(ValueError, match=r"^id: expected an id not in use"):
        either.fake.curator.sources.add(id=source.id)


def test_a_source_needs_a_feed(either: Caller) -> None:
    either.fake.curator.feeds.remove(FEED)

    with pytest.raises(NoSuchRow):
        either.fake.curator.sources.add()
