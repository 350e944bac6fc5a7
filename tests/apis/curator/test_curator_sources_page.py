"""The page on Sources, request by request: its shapes, its words, its notes."""

from __future__ import annotations

from curator_calls import FEED, PUBLIC_KEY, Caller

from fakesources import FakeSources

FEED_OF_THE_PAGE = {
    "id": FEED,
    "moderation": "post",
    "name": "Default",
    "colour_body_bg": "#efefef",
    "colour_body_text": "#707070",
    "colour_header_bg": "#efefef",
    "colour_header_text": "#2B2B2B",
    "public_key": PUBLIC_KEY,
}


def test_the_home_account_has_the_feed_of_the_page(call: Caller) -> None:
    """The account that calls first has one feed, `Default`, with the ids and colours of the page's example."""
    assert call("GET", "/v1/feeds").json == [FEED_OF_THE_PAGE]


def test_a_created_source_is_answered_with_five_keys(call: Caller) -> None:
    """Create answers id, source_type, tag, status and feed_id, and nothing else."""
    answer = call("POST", "/v1/sources", {"feed_id": FEED, "source_type": 2, "tag": "myawesometag"})

    assert answer.status == 200
    id = answer.json["id"]
    assert answer.json == {"id": id, "source_type": 2, "tag": "myawesometag", "status": 1, "feed_id": FEED}


def test_a_listed_source_shows_its_feed(call: Caller) -> None:
    """The list shows everything of a source, its feed included."""
    id = call.create(source_type=4, tag="curator_io")["id"]

    assert call.sources() == [
        {
            "id": id, "feed_id": FEED, "source_type": 4, "tag": "curator_io", "status": 1, "initialised": 1,
            "error_count": 0, "feed": FEED_OF_THE_PAGE,
        }
    ]  # fmt: skip


def test_an_updated_source_is_answered_without_its_feed_and_not_initialised(call: Caller) -> None:
    """Update answers seven keys, `initialised` 0 among them; the next list shows 1."""
    id = call.create(source_type=4)["id"]

    answer = call("PUT", f"/v1/sources/{id}", {"tag": "curator_io"})

    assert (answer.status, answer.json) == (
        200,
        {
            "id": id, "feed_id": FEED, "source_type": 4, "tag": "curator_io", "status": 1, "initialised": 0,
            "error_count": 0,
        },
    )  # fmt: skip
    assert [(source["tag"], source["initialised"]) for source in call.sources()] == [("curator_io", 1)]


def test_a_deleted_source_is_gone(call: Caller) -> None:
    """Delete answers that the source is deleted; a second time there is no such source."""
    id = call.create()["id"]

    answer = call("DELETE", f"/v1/sources/{id}")

    assert (answer.status, answer.json) == (200, {"success": True, "message": "Source deleted"})
    assert call.sources() == []
    assert call("DELETE", f"/v1/sources/{id}").refusal == (404, "Source not found")


def test_a_created_source_brings_its_latest_twenty_posts(either: Caller) -> None:
    """The posts of a new source are in its feed for the very next request."""
    either.create()

    page = either.posts()

    assert (page["postCount"], len(page["posts"])) == (20, 20)


def test_a_deleted_source_takes_its_posts_along(either: Caller) -> None:
    """Deleting a source deletes all its posts and no others."""
    first, second = either.create(tag="first"), either.create(tag="second")

    either("DELETE", f"/v1/sources/{first['id']}")

    assert either.posts()["postCount"] == 20
    assert {post["text"].rpartition("#")[2] for post in either.posts()["posts"]} == {"second"}
    assert [source["id"] for source in either.sources()] == [second["id"]]


def test_the_feed_filter_leaves_other_feeds_out(either: Caller) -> None:
    """The list can be limited to one feed; a feed that nobody has has no sources."""
    other = either("POST", "/v1/feeds", {"name": "Other"}).json["id"]
    here, there = either.create()["id"], either.create(feed_id=other)["id"]

    assert [source["id"] for source in either.sources()] == [here, there]
    assert [source["id"] for source in either.sources(feed_id=other)] == [there]
    assert either.sources(feed_id="00000000-0000-4000-8000-000000000000") == []


def test_nothing_on_the_page_breaks_the_contract(fake: FakeSources, call: Caller) -> None:
    """The page's own requests are no violation."""
    id = call.create()["id"]
    call.sources(feed_id=FEED)
    call("PUT", f"/v1/sources/{id}", {"tag": "curator_io"})
    call("DELETE", f"/v1/sources/{id}")

    assert fake.violations == []
