"""Posts of a feed: their fields, pages, filters and moderation."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from curator_calls import FEED, UNKNOWN, Caller
from parsed_response import rules

from fakesources import FakeSources
from fakesources.apis.curator.data import networks, source_types
from fakesources.apis.curator.post_generator import SeededRandom

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


def test_a_page_has_the_documented_fields_and_those_that_callers_read(call: Caller) -> None:
    """success, networks, sources, pagination and account beside the documented pair."""
    call.create()
    page = call.posts()

    assert set(page) == {"success", "pagination", "networks", "sources", "postCount", "posts", "account"}
    assert (page["success"], page["networks"], page["account"]["plan"]["unbranded"]) == (True, [2], 0)
    assert page["sources"] == [{"name": "myawesometag", "id": 1, "network_id": 2}]


def test_the_newer_page_has_a_cache_and_ads(newer: Caller) -> None:
    page = newer.posts()

    assert page["cache"] == {"status": "miss", "key": f"/v1/feeds/{FEED}/posts", "time": 5}
    assert page["ads"] == []


@pytest.mark.parametrize("number", sorted(source_types()))
def test_every_source_type_has_plausible_posts(number: int) -> None:
    """They have the documented fields and those that the widget reads, and belong to the type's network."""
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


def test_posts_are_older_than_their_source(either: Caller) -> None:
    """Twenty different times, newest first, with ids in the same order."""
    either.create()
    rows = list(either.fake.curator.posts.values())
    times = [row.source_created_at for row in rows]

    assert times == sorted(set(times))
    assert max(times) < either.fake.clock.now()
    assert either.ids() == [row.id for row in reversed(rows)]


@pytest.mark.parametrize("year", [1, 1960, 9999])
def test_posts_are_generated_in_any_year_of_the_clock(either: Caller, year: int, tmp_path: Path) -> None:
    """Before 1970 and at both ends of the calendar, also from a state file."""
    either.fake.clock.set(datetime(year, 1, 1, tzinfo=UTC))
    either.create()
    either.fake.dump(tmp_path / "state.json")
    either.fake.load(tmp_path / "state.json")
    rows = list(either.fake.curator.posts.values())

    assert len(rows) == 20
    assert either.ids() == [row.id for row in reversed(rows)]
    assert all(source["id"] for source in either.sources())


def test_times_and_missing_videos_differ_by_edition(call: Caller, newer: Caller) -> None:
    """Times without a zone and null in the older edition; microseconds, zone and an empty string in the newer."""
    created = datetime(2013, 11, 29, 7, 44, 40, tzinfo=UTC)
    values = []
    for caller in (call, newer):
        caller.fake.curator.posts.add(source_created_at=created, video="")
        post = caller.posts()["posts"][0]
        values.append((post["source_created_at"], post["video"]))

    assert values == [("2013-11-29 07:44:40", None), ("2013-11-29T07:44:40.000000Z", "")]


def test_the_newer_post_has_its_source_and_its_images(newer: Caller) -> None:
    """source_id and feed_id are strings, coordinates are numbers, images are objects with an address."""
    source = newer.create()
    post = newer.posts()["posts"][0]

    assert (post["source_id"], post["feed_id"]) == (source["id"], FEED)
    assert (post["longitude"], post["latitude"]) == (0, 0)
    assert [image["url"] for image in post["images"]] == [post["image"]]
    assert "userUrl" not in post


def test_the_same_requests_have_the_same_posts(either: Caller) -> None:
    """Responses of two fakes with one seed are the same byte for byte."""
    pages = []
    for _ in range(2):
        caller = Caller(FakeSources(curator=either.fake.services["curator"].edition.name))
        caller.create()
        pages.append(caller("GET", f"/v1/feeds/{FEED}/posts", key="").raw)

    assert pages[0] == pages[1]


def test_another_seed_has_other_posts() -> None:
    """Ids and texts are derived from the seed."""
    pages = []
    for seed in (0, 1):
        call = Caller(FakeSources(seed=seed))
        call.create()
        pages.append([post["source_identifier"] for post in call.posts()["posts"]])

    assert not set(pages[0]) & set(pages[1])


@pytest.mark.parametrize(
    ("style", "pattern"), [("number", r"\d{18}"), ("pair", r"\d{18}_\d{9}"), ("code", r"[\w-]{11}")]
)
def test_identifiers_of_posts_have_the_length_of_their_network(style: str, pattern: str) -> None:
    found = {SeededRandom(str(number)).identifier(style) for number in range(300)}

    assert len(found) == 300
    assert [each for each in found if not re.fullmatch(pattern, each)] == []
    assert {each[0] for each in found} >= set("123456789" if style != "code" else "Aa0")


# -- pages ---------------------------------------------------------------------------------------------------------


def test_a_page_has_twenty_five_posts_by_default(either: Caller) -> None:
    """The limit applies to the page, not to the count."""
    either.create(), either.create()

    assert (len(either.posts()["posts"]), either.posts()["postCount"]) == (25, 40)
    assert len(either.posts(limit=3)["posts"]) == 3


def test_a_limit_above_a_hundred_gives_a_hundred(call: Caller) -> None:
    """A higher limit is reported."""
    for _ in range(6):
        call.create()

    assert len(call.posts(limit=500)["posts"]) == 100
    assert rules(call.fake) == ["curator.posts.list.limit-capped"]


def test_the_offset_counts_posts(either: Caller) -> None:
    """An offset skips that many posts; beyond the end the page is empty and the count the same."""
    either.create()
    everything = either.ids()

    assert either.ids(offset=15) == everything[15:]
    assert either.ids(limit=4, offset=8) == everything[8:12]
    assert either.posts(offset=100)["posts"] == []
    assert either.posts(offset=100)["postCount"] == 20


def test_cursors_select_older_and_newer_posts(either: Caller) -> None:
    """After gives the next posts, before the previous ones; both keep the order."""
    either.create()
    everything = either.ids()
    page = either.posts(limit=5, offset=5)

    assert either.ids(limit=4, after=page["pagination"]["after"]) == everything[10:14]
    assert either.ids(limit=4, before=page["pagination"]["before"]) == everything[1:5]
    assert either.ids(limit=9, before=page["pagination"]["before"]) == everything[:5]
    assert either.ids(limit=4, offset=2, after=page["pagination"]["after"]) == everything[12:16]
    assert either.ids(limit=2, offset=1, before=page["pagination"]["before"]) == everything[2:4]


def test_two_cursors_select_the_posts_between_them(either: Caller) -> None:
    either.create()
    everything = either.ids()
    first, last = either.posts(limit=3)["pagination"]["after"], either.posts(limit=1, offset=9)["pagination"]["before"]

    assert either.ids(after=first, before=last) == everything[3:9]


def test_an_empty_page_returns_the_cursors_of_the_request(either: Caller) -> None:
    """Both are empty for a request without any."""
    assert either.posts()["pagination"] == {"after": "", "before": ""}

    either.create()
    last = either.posts()["pagination"]["after"]
    assert either.posts(after=last)["pagination"] == {"after": last, "before": last}
    assert either.ids(after="") == either.ids()


def test_pinned_posts_come_first(either: Caller) -> None:
    """A pinned post comes before newer ones and is on no later page."""
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
def test_an_invalid_filter_is_an_error(either: Caller, query: Any, message: str) -> None:
    """The message has the expected value."""
    assert either("GET", f"/v1/feeds/{FEED}/posts", query=query).error == (400, message)


def test_unknown_query_parameters_are_ignored(call: Caller) -> None:
    """Numbers and switches of widgets are not reported and change nothing."""
    call.create()
    extra: dict[str, Any] = {"rnd": 1, "hasPoweredBy": "true", "version": "4.0", "limitPosts": 3, "anything": "else"}

    assert call.ids(**extra) == call.ids()
    assert rules(call.fake) == []


@pytest.mark.parametrize(
    ("feed", "error"), [("short", (400, "The feed id is malformed")), (UNKNOWN, (404, "Feed not found"))]
)
def test_an_unknown_feed_is_an_error(either: Caller, feed: str, error: tuple[int, str]) -> None:
    """A malformed id is 400 and an unknown one 404."""
    assert either("GET", f"/v1/feeds/{feed}/posts", key="").error == error


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(either: Caller) -> Caller:
    """A caller of a fake with sources of three types, some disabled posts, and a second feed."""
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
    """All filters apply together, to posts and postCount."""
    page = mixed.posts(limit=100, **query)

    assert (page["postCount"], len(page["posts"])) == (count, count)
    assert rules(mixed.fake) == []


def test_filters_do_not_apply_to_the_lists_of_networks_and_sources(mixed: Caller) -> None:
    page = mixed.posts(network_id=99)

    assert (page["networks"], [source["id"] for source in page["sources"]]) == ([1, 2], [1, 2, 3])


def test_the_filter_takes_the_number_or_the_id_of_a_source(mixed: Caller) -> None:
    """The number is that of `sources`, the id that of /sources, in any case."""
    id = next(iter(mixed.fake.curator.sources))

    assert mixed.ids(source_id=id) == mixed.ids(source_id=id.upper()) == mixed.ids(source_id=1)


# -- moderation ----------------------------------------------------------------------------------------------------


def test_a_disabled_post_is_listed_by_its_status(either: Caller) -> None:
    """The default page does not list it until it is active again."""
    either.create()
    posts = either.fake.curator.posts
    posts.change(20, shown=False)

    assert 20 not in either.ids()
    assert [(post["id"], post["status"]) for post in either.posts(status=0)["posts"]] == [(20, 0)]
    posts.change(20, shown=True)
    assert either.ids()[0] == 20


def test_an_added_post_is_sorted_by_its_time(either: Caller) -> None:
    """Of equal times the later one comes first."""
    either.create()
    add, now = either.fake.curator.posts.add, either.fake.clock.now()
    newest, twin = add(text="Hello"), add(text="Hello again")
    oldest = add(source_created_at=now - timedelta(days=900))

    ids = either.ids()
    assert (ids[:2], ids[-1], len(ids)) == ([twin.id, newest.id], oldest.id, 23)
    assert either.posts(limit=2)["posts"][1]["text"] == "Hello"


def test_a_post_can_be_removed(either: Caller) -> None:
    """Other posts stay."""
    either.create()
    either.fake.curator.posts.remove(7)

    assert sorted(either.ids()) == [id for id in range(1, 21) if id != 7]


@pytest.mark.parametrize(("image", "video", "has_media"), [("", "", 0), ("a.png", "", 1), ("", "b.mp4", 1)])
def test_an_image_or_a_video_is_media(call: Caller, image: str, video: str, has_media: int) -> None:
    call.create()
    added = call.fake.curator.posts.add(text="rock", image=image, video=video)

    assert {post["id"]: post["has_media"] for post in call.posts()["posts"]}[added.id] == has_media


def test_posts_of_2017_have_the_field_that_callers_filter_by(call: Caller) -> None:
    """One caller shows only posts with an image."""
    call.create(source_type=4)
    posts = call.posts()["posts"]

    assert [post["has_image"] for post in posts] == [int(bool(post["image"])) for post in posts]
    assert any(post["has_image"] for post in posts)
