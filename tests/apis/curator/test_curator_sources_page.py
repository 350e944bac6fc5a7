"""The documentation page Sources, request by request: its examples, values and notes."""

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
    """It has one feed, `Default`, with the ids and colours of the page's example."""
    assert call("GET", "/v1/feeds").json == [FEED_OF_THE_PAGE]


def test_the_response_to_a_create_has_five_keys(call: Caller) -> None:
    """Exactly id, source_type, tag, status and feed_id."""
    response = call("POST", "/v1/sources", {"feed_id": FEED, "source_type": 2, "tag": "myawesometag"})

    assert response.status == 200
    id = response.json["id"]
    assert response.json == {"id": id, "source_type": 2, "tag": "myawesometag", "status": 1, "feed_id": FEED}


def test_a_listed_source_shows_its_feed(call: Caller) -> None:
    """The list has all fields of a source and its feed."""
    id = call.create(source_type=4, tag="curator_io")["id"]

    assert call.sources() == [
        {
            "id": id, "feed_id": FEED, "source_type": 4, "tag": "curator_io", "status": 1, "initialised": 1,
            "error_count": 0, "feed": FEED_OF_THE_PAGE,
        }
    ]  # fmt: skip


def test_the_response_to_an_update_has_no_feed_and_is_not_initialised(call: Caller) -> None:
    """It has seven keys, and the next list shows `initialised` 1."""
    id = call.create(source_type=4)["id"]

    response = call("PUT", f"/v1/sources/{id}", {"tag": "curator_io"})

    assert (response.status, response.json) == (
        200,
        {
            "id": id, "feed_id": FEED, "source_type": 4, "tag": "curator_io", "status": 1, "initialised": 0,
            "error_count": 0,
        },
    )  # fmt: skip
    assert [(source["tag"], source["initialised"]) for source in call.sources()] == [("curator_io", 1)]


def test_a_deleted_source_is_not_found(call: Caller) -> None:
    """A second deletion is an error."""
    id = call.create()["id"]

    response = call("DELETE", f"/v1/sources/{id}")

    assert (response.status, response.json) == (200, {"success": True, "message": "Source deleted"})
    assert call.sources() == []
    assert call("DELETE", f"/v1/sources/{id}").error == (404, "Source not found")


def test_a_created_source_has_its_latest_twenty_posts(either: Caller) -> None:
    """They are in the feed for the very next request."""
    either.create()

    page = either.posts()

    assert (page["postCount"], len(page["posts"])) == (20, 20)


def test_a_source_is_deleted_with_its_posts(either: Caller) -> None:
    """Posts of other sources stay."""
    first, second = either.create(tag="first"), either.create(tag="second")

    either("DELETE", f"/v1/sources/{first['id']}")

    assert either.posts()["postCount"] == 20
    assert {post["text"].rpartition("#")[2] for post in either.posts()["posts"]} == {"second"}
    assert [source["id"] for source in either.sources()] == [second["id"]]


def test_the_feed_filter_selects_one_feed(either: Caller) -> None:
    """An unknown feed has no sources."""
    other = either("POST", "/v1/feeds", {"name": "Other"}).json["id"]
    first, second = either.create()["id"], either.create(feed_id=other)["id"]

    assert [source["id"] for source in either.sources()] == [first, second]
    assert [source["id"] for source in either.sources(feed_id=other)] == [second]
    assert either.sources(feed_id="00000000-0000-4000-8000-000000000000") == []


def test_requests_of_the_page_are_not_violations(fake: FakeSources, call: Caller) -> None:
    id = call.create()["id"]
    call.sources(feed_id=FEED)
    call("PUT", f"/v1/sources/{id}", {"tag": "curator_io"})
    call("DELETE", f"/v1/sources/{id}")

    assert fake.violations == []
