"""Posts as a feed shows them: pages, filters, moderation, and what they look like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller, rules

from fakesources import FakeSources
from fakesources.apis.curator.data import networks, source_types

DOCUMENTED = {
    "id": int, "network_id": int, "status": int, "flagged": int, "has_media": int, "source_type": int,
    "source_identifier": str, "source_created_at": str, "user_screen_name": str, "user_full_name": str,
    "user_image": str, "text": str, "image": str, "url": str, "userUrl": str, "thumbnail": str, "video_width": int,
    "video_height": int, "network_name": str,
}  # fmt: skip
READ_BY_THE_WIDGET = (
    "id", "source_created_at", "user_screen_name", "user_full_name", "user_image", "text", "image", "url",
    "network_name", "video", "comments", "likes",
)  # fmt: skip


def test_a_page_has_what_its_page_lists_and_what_callers_read(call: Caller) -> None:
    """The envelope has the documented pair, and success, networks, sources, pagination and account beside it."""
    call.create()
    page = call.posts()

    assert set(page) == {"success", "pagination", "networks", "sources", "postCount", "posts", "account"}
    assert (page["success"], page["networks"], page["account"]["plan"]["unbranded"]) == (True, [2], 0)
    assert page["sources"] == [{"name": "myawesometag", "id": 1, "network_id": 2}]


def test_the_newer_page_speaks_of_its_cache(newer: Caller) -> None:
    """The newer envelope has a cache and ads."""
    page = newer.posts()

    assert page["cache"] == {"status": "miss", "key": f"/v1/feeds/{FEED}/posts", "time": 5}
    assert page["ads"] == []


@pytest.mark.parametrize("number", sorted(source_types()))
def test_every_source_type_brings_plausible_posts(number: int) -> None:
    """The posts of every type have what the page lists and what the widget reads, from the type's own network."""
    fake = FakeSources()
    fake.curator.sources.add(source_type=number, tag="curator_io")
    page = Caller(fake).posts(limit=100)

    assert len(page["posts"]) == 20
    for post in page["posts"]:
        assert [name for name, kind in DOCUMENTED.items() if type(post[name]) is not kind] == []
        assert set(READ_BY_THE_WIDGET) <= set(post)
        assert post["network_name"] == networks()[post["network_id"]].name
        assert post["source_type"] == number
        assert post["video"] is None or post["video"].startswith("https://")
        assert bool(post["has_media"]) == bool(post["image"] or post["video"])
        assert post["text"]


def test_posts_are_the_latest_before_the_source_was_made(either: Caller) -> None:
    """Twenty different times before the clock's, newest first, with ids in the same order."""
    either.create()
    rows = list(either.fake.curator.posts.values())
    times = [row.source_created_at for row in rows]

    assert times == sorted(set(times))
    assert max(times) < either.fake.clock.now()
    assert either.ids() == [row.id for row in reversed(rows)]


@pytest.mark.parametrize("year", [1, 1960, 9999])
def test_posts_come_in_any_year_a_clock_can_show(either: Caller, year: int, tmp_path: Path) -> None:
    """A clock may stand before 1970, where times count backwards, and at either end of the calendar; posts that are
    on their way go into a state file and come out of it.
    """
    either.fake.clock.set(datetime(year, 1, 1, tzinfo=UTC))
    either.create()
    either.fake.dump(tmp_path / "state.json")
    either.fake.load(tmp_path / "state.json")
    rows = list(either.fake.curator.posts.values())

    assert len(rows) == 20
    assert either.ids() == [row.id for row in reversed(rows)]
    assert all(source["id"] for source in either.sources())


def test_each_edition_writes_times_and_missing_videos_its_own_way(call: Caller, newer: Caller) -> None:
    """Times without a zone and null in the older edition; microseconds, zone and empty text in the newer."""
    moment = datetime(2013, 11, 29, 7, 44, 40, tzinfo=UTC)
    shown = []
    for caller in (call, newer):
        caller.fake.curator.posts.add(source_created_at=moment, video="")
        post = caller.posts()["posts"][0]
        shown.append((post["source_created_at"], post["video"]))

    assert shown == [("2013-11-29 07:44:40", None), ("2013-11-29T07:44:40.000000Z", "")]


def test_the_newer_post_names_its_source_and_its_images(newer: Caller) -> None:
    """source_id and feed_id are text, places are text, images are objects with an address."""
    source = newer.create()
    post = newer.posts()["posts"][0]

    assert (post["source_id"], post["feed_id"]) == (source["id"], FEED)
    assert (post["longitude"], post["latitude"]) == (0, 0)
    assert [image["url"] for image in post["images"]] == [post["image"]]
    assert "userUrl" not in post


def test_the_same_calls_bring_the_same_posts(either: Caller) -> None:
    """Two fakes with one seed answer byte for byte the same."""
    pages = []
    for _ in range(2):
        again = Caller(FakeSources(curator=either.fake.services["curator"].edition.name))
        again.create()
        pages.append(again("GET", f"/v1/feeds/{FEED}/posts", key="").reply)

    assert pages[0] == pages[1]


def test_another_seed_brings_other_posts() -> None:
    """Ids and words follow from the seed."""
    pages = []
    for seed in (0, 1):
        call = Caller(FakeSources(seed=seed))
        call.create()
        pages.append([post["source_identifier"] for post in call.posts()["posts"]])

    assert not set(pages[0]) & set(pages[1])


# -- pages ---------------------------------------------------------------------------------------------------------


def test_a_page_has_twenty_five_posts_unless_told(either: Caller) -> None:
    """The limit is 25 by default and cuts the page, not the count."""
    either.create(), either.create()

    assert (len(either.posts()["posts"]), either.posts()["postCount"]) == (25, 40)
    assert len(either.posts(limit=3)["posts"]) == 3


def test_a_limit_above_a_hundred_gives_a_hundred(call: Caller) -> None:
    """More than 100 posts are not given, and the test hears that they were asked for."""
    for _ in range(6):
        call.create()

    assert len(call.posts(limit=500)["posts"]) == 100
    assert rules(call.fake) == ["curator.posts.list.limit-capped"]


def test_the_offset_counts_posts(either: Caller) -> None:
    """An offset leaves that many posts out; beyond the end the page is empty and the count the same."""
    either.create()
    everything = either.ids()

    assert either.ids(offset=15) == everything[15:]
    assert either.ids(limit=4, offset=8) == everything[8:12]
    assert either.posts(offset=100)["posts"] == []
    assert either.posts(offset=100)["postCount"] == 20


def test_cursors_lead_to_older_and_newer_posts(either: Caller) -> None:
    """After gives what comes next, before what came just before; both keep the order."""
    either.create()
    everything = either.ids()
    page = either.posts(limit=5, offset=5)

    assert either.ids(limit=4, after=page["pagination"]["after"]) == everything[10:14]
    assert either.ids(limit=4, before=page["pagination"]["before"]) == everything[1:5]
    assert either.ids(limit=9, before=page["pagination"]["before"]) == everything[:5]
    assert either.ids(limit=4, offset=2, after=page["pagination"]["after"]) == everything[12:16]
    assert either.ids(limit=2, offset=1, before=page["pagination"]["before"]) == everything[2:4]


def test_two_cursors_enclose_what_lies_between(either: Caller) -> None:
    """After and before together give what lies between them."""
    either.create()
    everything = either.ids()
    first, last = either.posts(limit=3)["pagination"]["after"], either.posts(limit=1, offset=9)["pagination"]["before"]

    assert either.ids(after=first, before=last) == everything[3:9]


def test_an_empty_page_gives_its_cursors_back(either: Caller) -> None:
    """Without posts there are no cursors; behind the last post the cursor is the one that was sent."""
    assert either.posts()["pagination"] == {"after": "", "before": ""}

    either.create()
    last = either.posts()["pagination"]["after"]
    assert either.posts(after=last)["pagination"] == {"after": last, "before": last}
    assert either.ids(after="") == either.ids()


def test_pinned_posts_come_first(either: Caller) -> None:
    """A pinned post stands before newer ones and is on no later page."""
    either.create()
    everything = either.ids()
    oldest = everything[-1]
    either.fake.curator.posts.change(oldest, pinned=True)

    assert either.ids() == [oldest, *everything[:-1]]
    assert either.ids(after=either.posts(limit=1)["pagination"]["after"]) == everything[:-1]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "many"}, "The limit is invalid, expected a number from 1 to 100"),
        ({"limit": 0}, "The limit is invalid, expected a number from 1 to 100"),
        ({"limit": -3}, "The limit is invalid, expected a number from 1 to 100"),
        ({"limit": 1.5}, "The limit is invalid, expected a number from 1 to 100"),
        ({"limit": "9" * 30}, "The limit is invalid, expected a number from 1 to 100"),
        ({"offset": -1}, "The offset is invalid, expected a number from 0"),
        ({"network_id": "Twitter"}, "The network_id is invalid, expected the number of a network"),
        ({"source_type": "x"}, "The source_type is invalid, expected the number of a source type"),
        ({"status": 2}, "The status is invalid, expected one of 1, 0, all"),
        ({"source_id": "x"}, "The source_id is invalid, expected the number or the id of a source"),
        ({"after": "x"}, "The after is invalid, expected a cursor from pagination"),
        ({"before": "e30="}, "The before is invalid, expected a cursor from pagination"),
        ({"after": "W1tb"}, "The after is invalid, expected a cursor from pagination"),
    ],
)
def test_a_query_without_a_reading_is_refused(either: Caller, query: Any, message: str) -> None:
    """What a filter cannot be is refused with what it can be."""
    assert either("GET", f"/v1/feeds/{FEED}/posts", query=query).refusal == (400, message)


def test_unknown_query_parameters_are_ignored(call: Caller) -> None:
    """Cache-busting numbers and switches of widgets are no violation and change nothing."""
    call.create()
    extra = {"rnd": 1, "hasPoweredBy": "true", "version": "4.0", "limitPosts": 3, "anything": "else"}

    assert call.ids(**extra) == call.ids()
    assert rules(call.fake) == []


@pytest.mark.parametrize(
    ("feed", "refusal"), [("short", (400, "The feed id is malformed")), (UNKNOWN, (404, "Feed not found"))]
)
def test_a_feed_that_is_not_there_is_refused(either: Caller, feed: str, refusal: tuple[int, str]) -> None:
    """A malformed id gets 400 and an unknown one 404."""
    assert either("GET", f"/v1/feeds/{feed}/posts", key="").refusal == refusal


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(either: Caller) -> Caller:
    """Twitter tag and Twitter user, Instagram, with some posts disabled; and another feed."""
    sources = either.fake.curator.sources
    sources.add(source_type=1, tag="cats")
    sources.add(source_type=3, tag="curator_io")
    sources.add(source_type=2, tag="dogs")
    sources.add(feed_id=either.fake.curator.feeds.add("Other").id, source_type=2, tag="owls")
    for id in (1, 2, 21, 41, 61):
        either.fake.curator.posts.change(id, shown=False)
    return either


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 56), ({"status": 1}, 56), ({"status": 0}, 4), ({"status": "all"}, 60),
        ({"network_id": 1}, 37), ({"network_id": 1, "status": 0}, 3), ({"network_id": 2, "status": "all"}, 20),
        ({"network_id": 0}, 56), ({"network_id": 99}, 0),
        ({"source_type": 1}, 18), ({"source_type": 1, "status": "all"}, 20), ({"source_type": 4}, 0),
        ({"source_type": 3, "network_id": 1}, 19), ({"source_type": 3, "network_id": 2}, 0),
        ({"source_type": 99, "network_id": 1}, 0), ({"source_type": 0}, 56),
        ({"source_id": 1}, 18), ({"source_id": 3, "status": "all"}, 20), ({"source_id": 0}, 56),
        ({"source_id": 4}, 0), ({"source_id": 77}, 0), ({"source_id": UNKNOWN}, 0),
        ({"source_id": 2, "network_id": 1, "source_type": 3}, 19), ({"source_id": 2, "network_id": 2}, 0),
        ({"source_id": 2, "source_type": 1}, 0),
    ],
)  # fmt: skip
def test_filters_narrow_the_page_and_its_count(mixed: Caller, query: Any, count: int) -> None:
    """Posts and postCount are those under all filters together."""
    page = mixed.posts(limit=100, **query)

    assert (page["postCount"], len(page["posts"])) == (count, count)
    assert rules(mixed.fake) == []


def test_filters_leave_the_lists_of_networks_and_sources_alone(mixed: Caller) -> None:
    """Networks and sources are the whole feed's, whatever is filtered."""
    page = mixed.posts(network_id=99)

    assert (page["networks"], [source["id"] for source in page["sources"]]) == ([1, 2], [1, 2, 3])


def test_a_source_is_named_by_its_number_or_its_id(mixed: Caller) -> None:
    """The source filter takes the number from `sources` and the id from /sources, in any case."""
    id = next(iter(mixed.fake.curator.sources))

    assert mixed.ids(source_id=id) == mixed.ids(source_id=id.upper()) == mixed.ids(source_id=1)


# -- moderation ----------------------------------------------------------------------------------------------------


def test_a_hidden_post_is_seen_by_who_asks_for_it(either: Caller) -> None:
    """A post that a test hides leaves the page, and comes back when it is shown."""
    either.create()
    posts = either.fake.curator.posts
    posts.change(20, shown=False)

    assert 20 not in either.ids()
    assert [(post["id"], post["status"]) for post in either.posts(status=0)["posts"]] == [(20, 0)]
    posts.change(20, shown=True)
    assert either.ids()[0] == 20


def test_a_post_that_is_added_stands_where_its_time_is(either: Caller) -> None:
    """A post of now is first, one of long ago is last, of equal times the later one comes first."""
    either.create()
    add, now = either.fake.curator.posts.add, either.fake.clock.now()
    newest, twin = add(text="Hello"), add(text="Hello again")
    oldest = add(source_created_at=now - timedelta(days=900))

    ids = either.ids()
    assert (ids[:2], ids[-1], len(ids)) == ([twin.id, newest.id], oldest.id, 23)
    assert either.posts(limit=2)["posts"][1]["text"] == "Hello"


def test_a_post_that_is_removed_is_gone(either: Caller) -> None:
    """Taking a post out leaves the others."""
    either.create()
    either.fake.curator.posts.remove(7)

    assert sorted(either.ids()) == [id for id in range(1, 21) if id != 7]


def test_posts_of_2017_have_what_callers_filter_by(call: Caller) -> None:
    """A caller that shows posts with an image alone sees those that have one."""
    call.create(source_type=4)
    posts = call.posts()["posts"]

    assert [post["has_image"] for post in posts] == [int(bool(post["image"])) for post in posts]
    assert any(post["has_image"] for post in posts)
