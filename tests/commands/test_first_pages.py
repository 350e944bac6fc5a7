"""Requests of two pages of documentation, with host, key and id filled in, sent to `fakesources serve`."""

from __future__ import annotations

from urllib.parse import urlencode

from processes import Serve, Served, send

KEY = {"Authorization": "datasift-user:your-datasift-api-key", "Content-Type": "application/x-www-form-urlencoded"}
EXAMPLE = {
    "source_type": "facebook_page",
    "name": "Rock Music",
    "parameters": '{"comments":true,"posts_by_others":false,"page_likes":false,"comment_count":false,"like_count":true}',
    "resources": '[{"parameters":{"url":"","title":"The Rolling Stones","id":8305888286}}]',
    "auth": '[{"parameters":{"value":"example-token"},"expires_at":1388556000}]',
}
FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
CURATOR = "api_key=made-up"


def form(served: Served, method: str, path: str, **fields: str) -> tuple[int, dict[str, str], dict[str, object]]:
    """Send a form as curl's -d does. Return status, headers and JSON body."""
    response = served.send(method, path, headers=KEY, body=urlencode(fields))
    return response.status, response.headers, response.json


def test_the_page_on_starting_a_source(serve: Serve) -> None:
    """Starting costs five credits; an unknown id is 404 in the words of the page."""
    served = serve()
    _, _, created = form(served, "POST", "/v1.6/source/create", **EXAMPLE)

    status, headers, started = form(served, "PUT", "/v1.6/source/start", id=str(created["id"]))
    missing = form(served, "PUT", "/v1.6/source/start", id="fd2e72e3a7ae40c2a6e86e96381d8165")

    assert (status, headers["X-RateLimit-Cost"]) == (200, "5")
    assert started["status"] == "active"
    assert set(started) == {
        "id", "name", "source_type_id", "status", "parameters", "identities", "resources",  # the example
        "source_type", "auth", "created_at",  # the table
    }  # fmt: skip
    assert started["parameters"] == {
        "comments": True, "posts_by_others": False, "page_likes": False, "comment_count": False, "like_count": True,
    }  # fmt: skip
    [resource], [identity] = started["resources"], started["identities"]  # type: ignore[misc]
    assert set(resource) == {"resource_id", "source_id", "status", "parameters"}
    assert set(identity) == {"identity_id", "source_id", "status", "parameters", "expires_at"}
    assert (missing[0], missing[2]) == (404, {"error": "Source not found"})


def test_the_page_on_curators_sources(serve: Serve) -> None:
    """The list nests the feed, and shows the source as fetched on the next request."""
    url = serve().url
    created = send(
        url, "POST", f"/v1/sources?{CURATOR}", {"feed_id": FEED, "source_type": 2, "tag": "myawesometag"}
    ).json
    updated = send(url, "PUT", f"/v1/sources/{created['id']}?{CURATOR}", {"tag": "curator_io"}).json
    [listed] = send(url, "GET", f"/v1/sources?{CURATOR}&feed_id={FEED}").json
    deleted = send(url, "DELETE", f"/v1/sources/{created['id']}?{CURATOR}").json

    assert created == {"id": created["id"], "source_type": 2, "tag": "myawesometag", "status": 1, "feed_id": FEED}
    assert updated == {
        "id": created["id"], "feed_id": FEED, "source_type": 2, "tag": "curator_io", "status": 1, "initialised": 0,
        "error_count": 0,
    }  # fmt: skip
    assert listed == {
        **updated,
        "initialised": 1,
        "feed": {
            "id": FEED, "moderation": "post", "name": "Default", "colour_body_bg": "#efefef",
            "colour_body_text": "#707070", "colour_header_bg": "#efefef", "colour_header_text": "#2B2B2B",
            "public_key": "adfdad0b-88ea-4660-8fc5-6ab02741",
        },
    }  # fmt: skip
    assert deleted == {"success": True, "message": "Source deleted"}
    assert send(url, "GET", f"/v1/sources?{CURATOR}").json == []
