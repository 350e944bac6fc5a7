"""Endpoints of widgets: prefixes, single posts, reports, loves, tracking, and CORS."""

from __future__ import annotations

import pytest
from curator_calls import FEED, FORM, PUBLIC_KEY, UNKNOWN, Caller
from parsed_response import rules

from fakesources.apis.curator import API

PREFIXES = [f"/{version}/{word}" for version in ("v1", "v1.1", "v1.2", "restricted") for word in ("feeds", "feed")]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_has_the_same_posts(call: Caller, prefix: str, slash: str) -> None:
    """With or without a slash at the end."""
    call.create()

    assert call("GET", f"{prefix}/{PUBLIC_KEY}/posts{slash}", query={"limit": 2}, key="").json == call.posts(limit=2)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_has_a_single_post(either: Caller, prefix: str) -> None:
    """It is the same as on a page."""
    either.create()
    post = either.posts()["posts"][3]

    assert either("GET", f"{prefix}/{FEED}/post/{post['id']}", key="").json == {"success": True, "post": post}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (f"{FEED}/post/99", (404, "Post not found")),
        (f"{FEED}/post/2", (404, "Post not found")),
        (f"{FEED}/post/x", (400, "The post id is malformed")),
        (f"{FEED}/post/-1", (400, "The post id is malformed")),
        (f"{UNKNOWN}/post/1", (404, "Feed not found")),
        ("x/post/1", (400, "The feed id is malformed")),
    ],
)
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "/inappropriate"), ("POST", "/love")])
def test_a_disabled_or_unknown_post_is_an_error(
    either: Caller, path: str, error: tuple[int, str], method: str, rest: str
) -> None:
    """The same for malformed ids and unknown feeds."""
    either.create()
    either.fake.curator.posts.change(2, shown=False)

    assert either(method, f"/v1/feeds/{path}{rest}", key="").error == error


def test_a_post_of_another_feed_is_not_found(either: Caller) -> None:
    """The feed in the path has to be that of the post."""
    other = either.fake.curator.feeds.add("Other")
    either.create()

    assert either("GET", f"/v1/feeds/{other.id}/post/1", key="").error == (404, "Post not found")
    assert either("GET", f"/v1/feeds/{FEED}/post/1", key="").status == 200


def test_a_report_flags_a_post(either: Caller) -> None:
    """The reason is a form, JSON, or absent; the post stays active."""
    either.create()
    path = f"/v1/feeds/{FEED}/post/{{}}/inappropriate"
    responses = [
        either("POST", path.format(1), body=b"reason=rude+words", content_type=FORM, key=""),
        either("POST", path.format(2), {"reason": "spam"}, key=""),
        either("POST", path.format(3), key=""),
        either("POST", path.format(4), body=b"[object Object]", content_type=FORM, key=""),
    ]

    assert [(response.status, response.json) for response in responses] == [(200, {"success": True})] * 4
    rows = [either.fake.curator.posts[id] for id in (1, 2, 3, 4, 5)]
    assert [(row.flagged, row.flag_reason) for row in rows] == [
        (True, "rude words"), (True, "spam"), (True, ""), (True, ""), (False, ""),
    ]  # fmt: skip
    assert [post["flagged"] for post in either.posts()["posts"]][-5:] == [0, 1, 1, 1, 1]
    assert rules(either.fake) == []


def test_forms_are_accepted_for_reports_only(call: Caller) -> None:
    """Elsewhere a form is an error, and nothing is created."""
    body = f"feed_id={FEED}&source_type=2&tag=cats".encode()
    status, message = call("POST", "/v1/sources", body=body, content_type=FORM).error

    assert (status, "application/json" in message) == (400, True)
    assert call.sources() == []


def test_loves_are_counted(either: Caller) -> None:
    """Each response has the number of loves."""
    either.create()
    path = f"/v1.1/feeds/{FEED}/post/1/love"

    assert [either("POST", path, key="").json for _ in range(2)] == [
        {"success": True, "loves": 1},
        {"success": True, "loves": 2},
    ]


@pytest.mark.parametrize(
    "path",
    ["/track/{}", "/track/{}/", "/v1/track/{}", "/v1.1/track/{}", "/v1.2/track/{}", "/restricted/feeds/{}/track"],
)
def test_any_event_is_accepted(either: Caller, path: str) -> None:
    """Known events and unknown ones."""
    for event in ("popup:show", "share:facebook", "something:else", ""):
        response = either("GET", path.format(FEED), query={"a": event, "rnd": 4}, key="")
        assert (response.status, response.json) == (200, {"success": True})
    assert rules(either.fake) == []


PATHS = [
    path.replace("<feed_id>", FEED).replace("<source_id>", UNKNOWN).replace("<post_id>", "1")
    for endpoint in API.endpoints
    for path in endpoint.paths
    if endpoint.id != "curator.preflight"
]


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_every_endpoint_has_a_preflight(call: Caller, path: str) -> None:
    """OPTIONS needs no key and lists the accepted methods and headers."""
    response = call("OPTIONS", path, key="", headers=(("Origin", "https://shop.example"),))

    assert (response.status, response.raw.body) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST", "PUT", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type", "X-Requested-With"} <= set(
        response.headers["Access-Control-Allow-Headers"].split(", ")
    )


def test_responses_and_errors_allow_any_origin(call: Caller) -> None:
    responses = [
        call("GET", "/v1/feeds"),
        call("GET", "/v1/feeds", key=""),
        call("GET", "/nowhere"),
        call("PUT", "/v1/feeds"),
    ]

    assert [response.status for response in responses] == [200, 400, 404, 405]
    assert {response.headers["Access-Control-Allow-Origin"] for response in responses} == {"*"}
    assert {response.headers["Content-Type"] for response in responses} == {"application/json"}


def test_head_has_the_status_and_headers_of_get(either: Caller) -> None:
    either.create()
    for path in ("/v1/sources", "/v1/feeds", f"/v1/feeds/{FEED}/posts"):
        head, get = either("HEAD", path).raw, either("GET", path).raw
        assert (head.status, head.headers) == (get.status, get.headers)
