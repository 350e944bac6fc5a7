"""What a test holds: rows to look at, to add, to change and to take out; the arrival of posts; states."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller

from fakesources import FakeSources
from fakesources.core.state.handles import NoSuchRow


def test_an_added_source_is_like_a_created_one(either: Caller) -> None:
    """A source that a test adds is listed, and brings its posts as create does."""
    source = either.fake.curator.sources.add(source_type=4, tag="curator_io", error_count=3)

    assert [listed["id"] for listed in either.sources()] == [source.id]
    assert either.posts()["postCount"] == 20
    assert either.fake.curator.sources[source.id].error_count == 3


def test_the_same_made_by_hand_and_by_call_is_the_same() -> None:
    """Adding and creating lead to the same rows."""
    by_hand, by_call = FakeSources(), FakeSources()
    by_hand.curator.sources.add(FEED, 2, "cats")
    Caller(by_call).create(tag="cats")

    assert dict(by_hand.curator.sources) == dict(by_call.curator.sources)
    assert dict(by_hand.curator.posts) == dict(by_call.curator.posts)


def test_the_year_of_a_time_has_four_digits(either: Caller) -> None:
    """A post may be as old as a test likes; its time, its source's and its cursor are written as all others."""
    source = either.fake.curator.posts.add(source_created_at=datetime(5, 1, 2, tzinfo=UTC)).source_id
    either.fake.curator.posts.add(source, source_created_at=datetime(4, 1, 2, tzinfo=UTC))

    (newer,) = either.posts(limit=1)["posts"]
    (older,) = either.posts(limit=1, after=either.posts(limit=1)["pagination"]["after"])["posts"]

    assert [post["source_created_at"][:10] for post in (newer, older)] == ["0005-01-02", "0004-01-02"]
    assert [listed["id"] for listed in either.sources()] == [source]


def test_an_added_feed_may_have_ids_of_its_own(either: Caller) -> None:
    """A suite with ids of its own can have them answered for."""
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
def test_a_mistake_by_hand_is_told_and_changes_nothing(add: Any, error: type[Exception]) -> None:
    """What cannot be is told by an exception, and no row is there that was not there before."""
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
def test_a_text_that_nothing_carries_is_in_no_row(change: Any, field: str, text: str) -> None:
    """No answer and no file could have an unpaired surrogate in it, and no client could send a NUL character."""
    fake = FakeSources()

    with pytest.raises(TypeError, match=f"^{field}: expected a text without NUL"):
        change(fake.curator, text)
    with pytest.raises(ValueError, match="account"):
        fake.curator.account(text)
    assert (list(fake.curator.feeds), list(fake.curator.posts)) == ([FEED], [])


def test_a_misspelt_change_is_told_the_right_name(fake: FakeSources) -> None:
    """The nearest field is named."""
    with pytest.raises(TypeError, match="did you mean 'moderation'"):
        fake.curator.feeds.change(FEED, moderatoin="pre")  # type: ignore[call-arg]


def test_removing_by_hand_takes_everything_along(either: Caller) -> None:
    """A source goes with its posts and a feed with its sources, whether anybody has looked at them or not."""
    curator = either.fake.curator
    kept = curator.feeds.add("Kept")
    looked_at, unseen = curator.sources.add(), curator.sources.add()
    curator.sources.add(kept.id)
    assert len(curator.posts) == 60

    unseen = curator.sources.add()
    curator.sources.remove(unseen.id)
    curator.sources.remove(looked_at.id)
    assert len(curator.posts) == 40
    curator.sources.add(FEED)
    curator.feeds.remove(FEED)

    assert list(curator.feeds) == [kept.id]
    assert [source.feed_id for source in curator.sources.values()] == [kept.id]
    assert {post.feed_id for post in curator.posts.values()} == {kept.id}
    assert len(curator.posts) == 20


def test_a_post_can_be_added_to_an_empty_feed(either: Caller) -> None:
    """A post without a source gets one, which brings no others."""
    post = either.fake.curator.posts.add(text="Hello", likes=7)

    (shown,) = either.posts()["posts"]
    assert (shown["id"], shown["text"], shown["likes"]) == (post.id, "Hello", 7)
    assert [source["id"] for source in either.sources()] == [post.source_id]


def test_a_post_that_is_pinned_knows_when(newer: Caller) -> None:
    """Pinning notes the time, and unpinning forgets it."""
    id = newer.fake.curator.posts.add(pinned=True).id
    assert newer.posts()["posts"][0]["pinned_at"] == "2026-01-01T00:00:00.000000Z"

    newer.fake.curator.posts.change(id, pinned=False)
    assert (newer.posts()["posts"][0]["pinned"], newer.posts()["posts"][0]["pinned_at"]) == (0, None)


def test_a_row_does_not_follow_later_changes(fake: FakeSources) -> None:
    """Rows are values: what a test was given stays as it was."""
    source = fake.curator.sources.add(tag="cats")
    changed = fake.curator.sources.change(source.id, tag="dogs")

    assert (source.tag, changed.tag, fake.curator.sources[source.id].tag) == ("cats", "dogs", "dogs")


def test_another_account_is_held_by_its_name(either: Caller) -> None:
    """The rows of another key are another account's, and home does not see them."""
    other = either.fake.curator.account("another")
    source = other.sources.add()

    assert len(either.fake.curator.sources) == 0
    either("GET", "/v1/feeds")
    assert [listed["id"] for listed in Caller(either.fake, key="another").sources()] == [source.id]


# -- the arrival of posts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_posts_arrive_when_the_test_says_so(edition: str) -> None:
    """Until then there are none; arriving brings those of all sources, or of one."""
    call = Caller(FakeSources(curator=edition, posts="manual"))
    first, _ = call.create(), call.create()
    assert call.posts()["postCount"] == 0

    assert call.fake.curator.posts.deliver(first["id"]) == 20
    assert {row.source_id for row in call.fake.curator.posts.values()} == {first["id"]}
    assert call.posts()["postCount"] == 20
    assert call.fake.curator.posts.deliver() == 20
    assert call.fake.curator.posts.deliver() == 0
    assert call.posts()["postCount"] == 40


def test_a_source_is_initialised_when_its_posts_are_there() -> None:
    """Initialised is 0 until the posts arrive, and again after a change of the tag."""
    call = Caller(FakeSources(posts="manual"))
    id = call.create()["id"]
    seen = [call.sources()[0]["initialised"]]
    call.fake.curator.posts.deliver()
    seen.append(call.sources()[0]["initialised"])
    call("PUT", f"/v1/sources/{id}", {"tag": "dogs"})
    seen.append(call.sources()[0]["initialised"])
    call.fake.curator.posts.deliver(id)
    seen.append(call.sources()[0]["initialised"])

    assert seen == [0, 1, 0, 1]
    assert call.posts(limit=100)["postCount"] == 40


@pytest.mark.parametrize("posts", ["immediate", "manual", "90"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_update_with_the_same_tag_fetches_nothing(posts: str, method: str) -> None:
    """Only a changed tag asks for posts: with the same one a source is initialised from the next request on."""
    call = Caller(FakeSources(posts=posts))
    id = call.create()["id"]
    call.fake.curator.posts.deliver()
    answered = call(method, f"/v1/sources/{id}", {"tag": "myawesometag"}).json["initialised"]

    assert (answered, call.sources()[0]["initialised"], call.posts()["postCount"]) == (0, 1, 20)


def test_posts_that_are_on_their_way_still_come_after_the_same_tag() -> None:
    """An update with the same tag does not make a source ready whose first posts have not come."""
    call = Caller(FakeSources(posts="90"))
    id = call.create()["id"]
    call("PUT", f"/v1/sources/{id}", {"tag": "myawesometag"})
    seen = [call.sources()[0]["initialised"]]
    call.fake.clock.advance(90)

    assert [*seen, call.sources()[0]["initialised"], call.posts()["postCount"]] == [0, 1, 20]


def test_posts_may_take_their_time() -> None:
    """Posts arrive when the clock has gone on far enough, and not before."""
    call = Caller(FakeSources(posts="90"))
    call.create()
    call.fake.clock.advance(89)
    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (0, 0)

    call.fake.clock.advance(1)
    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (20, 1)


@pytest.mark.parametrize("posts", ["soon", "-1", "nan"])
def test_an_arrival_that_cannot_be_is_refused(posts: str) -> None:
    """Only "immediate", "manual" and a number of seconds say when posts arrive."""
    with pytest.raises(ValueError, match="posts"):
        FakeSources(posts=posts)


def test_posts_that_came_at_once_stay_whatever_the_clock_does(call: Caller) -> None:
    """Putting the clock back takes no posts away, looked at or not."""
    call.create()
    call.fake.clock.set(datetime(2020, 1, 1, tzinfo=UTC))

    assert (call.posts()["postCount"], call.sources()[0]["initialised"]) == (20, 1)


def test_looking_at_posts_changes_nothing_anybody_can_see(either: Caller) -> None:
    """Posts are the same whether they are looked at now or a year later."""
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


def test_a_state_can_be_gone_back_to(either: Caller) -> None:
    """A snapshot keeps sources, feeds and posts, those nobody has looked at included."""
    curator = either.fake.curator
    source = either.create()["id"]
    state = either.fake.snapshot()
    page, listed = None, either.sources()

    either("DELETE", f"/v1/sources/{source}")
    either("POST", f"/v1/feeds/{FEED}", {"name": "News"})
    either.fake.restore(state)
    page = either.posts()
    curator.posts.remove(1)
    either("DELETE", f"/v1/feeds/{FEED}")
    either.fake.restore(state)

    assert either.posts() == page
    assert either.sources() == listed
    assert either("GET", "/v1/feeds").json[0]["name"] == "Default"


def test_a_reset_brings_the_default_feed_back(either: Caller) -> None:
    """After a reset there is one feed, the page's own, and nothing in it."""
    either.create()
    either("DELETE", f"/v1/feeds/{FEED}")
    either.fake.reset()

    assert [feed["id"] for feed in either("GET", "/v1/feeds").json] == [FEED]
    assert (either.sources(), either.posts()["postCount"]) == ([], 0)


def test_looking_at_posts_is_no_difference(either: Caller) -> None:
    """Two states differ by the source that was made and by its posts, whoever has looked at them in between."""
    before = either.fake.snapshot()
    either.create()
    made = either.fake.snapshot()
    either.posts()

    assert list(either.fake.diff(made)) == []
    assert [(change.kind, change.type) for change in either.fake.diff(before, made)] == [("sources", "added")] + [
        ("posts", "added")
    ] * 20
    either.fake.restore(made)
    assert either.posts()["postCount"] == 20


def test_a_state_can_be_written_down_and_read_again(either: Caller) -> None:
    """A dump is JSON, and a fake that loads it answers as the first one does."""
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
def test_a_state_whose_rows_refer_to_nothing_is_not_read(store: str, field: str, value: object) -> None:
    """A row without its feed, its source or its type is refused with its place, and nothing changes."""
    call = Caller(FakeSources())
    call.create(), call.posts(), call.create()
    document = json.loads(json.dumps(call.fake.dump()))
    document["curator"]["accounts"]["home"]["rows"][store][0][field] = value

    with pytest.raises(ValueError, match=rf"rows\.{store}\[0\]\.{field}"):
        call.fake.load(document)
    assert call.posts()["postCount"] == 40
