"""What widgets do: their prefixes, single posts, objections, loves, tracking, and other origins."""

from __future__ import annotations

import pytest
from curator_calls import FEED, FORM, PUBLIC_KEY, UNKNOWN, Caller, rules

from fakesources.apis.curator import API

PREFIXES = [f"/{version}/{word}" for version in ("v1", "v1.1", "v1.2", "restricted") for word in ("feeds", "feed")]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_leads_to_the_same_posts(call: Caller, prefix: str, slash: str) -> None:
    """Each version of the widget has its own prefix, and a slash at the end does no harm."""
    call.create()

    assert call("GET", f"{prefix}/{PUBLIC_KEY}/posts{slash}", query={"limit": 2}, key="").json == call.posts(limit=2)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_leads_to_one_post(either: Caller, prefix: str) -> None:
    """One post is answered as it stands on a page."""
    either.create()
    post = either.posts()["posts"][3]

    assert either("GET", f"{prefix}/{FEED}/post/{post['id']}", key="").json == {"success": True, "post": post}


@pytest.mark.parametrize(
    ("path", "refusal"),
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
def test_a_post_that_is_not_shown_is_refused(
    either: Caller, path: str, refusal: tuple[int, str], method: str, rest: str
) -> None:
    """Unknown, disabled and malformed posts are refused, and so are feeds that are not there."""
    either.create()
    either.fake.curator.posts.change(2, shown=False)

    assert either(method, f"/v1/feeds/{path}{rest}", key="").refusal == refusal


def test_a_post_of_another_feed_is_not_found(either: Caller) -> None:
    """A post is found in its own feed only."""
    other = either.fake.curator.feeds.add("Other")
    either.create()

    assert either("GET", f"/v1/feeds/{other.id}/post/1", key="").refusal == (404, "Post not found")
    assert either("GET", f"/v1/feeds/{FEED}/post/1", key="").status == 200


def test_an_objection_flags_a_post(either: Caller) -> None:
    """The widget posts its reason as a form, as JSON, or not at all; the post is flagged and stays."""
    either.create()
    path = f"/v1/feeds/{FEED}/post/{{}}/inappropriate"
    answers = [
        either("POST", path.format(1), body=b"reason=rude+words", content_type=FORM, key=""),
        either("POST", path.format(2), {"reason": "spam"}, key=""),
        either("POST", path.format(3), key=""),
        either("POST", path.format(4), body=b"[object Object]", content_type=FORM, key=""),
    ]

    assert [(answer.status, answer.json) for answer in answers] == [(200, {"success": True})] * 4
    rows = [either.fake.curator.posts[id] for id in (1, 2, 3, 4, 5)]
    assert [(row.flagged, row.flag_reason) for row in rows] == [
        (True, "rude words"), (True, "spam"), (True, ""), (True, ""), (False, ""),
    ]  # fmt: skip
    assert [post["flagged"] for post in either.posts()["posts"]][-5:] == [0, 1, 1, 1, 1]
    assert rules(either.fake) == []


def test_forms_are_for_objections_only(call: Caller) -> None:
    """Elsewhere a form is refused, and nothing is made."""
    body = f"feed_id={FEED}&source_type=2&tag=cats".encode()
    status, message = call("POST", "/v1/sources", body=body, content_type=FORM).refusal

    assert (status, "application/json" in message) == (400, True)
    assert call.sources() == []


def test_loves_are_counted(either: Caller) -> None:
    """Each love answers how many there are."""
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
def test_whatever_is_tracked_is_taken(either: Caller, path: str) -> None:
    """Tracking answers success for every event, known or not."""
    for event in ("popup:show", "share:facebook", "something:else", ""):
        answer = either("GET", path.format(FEED), query={"a": event, "rnd": 4}, key="")
        assert (answer.status, answer.json) == (200, {"success": True})
    assert rules(either.fake) == []


PATHS = [
    path.replace("<feed_id>", FEED).replace("<source_id>", UNKNOWN).replace("<post_id>", "1")
    for endpoint in API.endpoints
    for path in endpoint.paths
    if endpoint.id != "curator.preflight"
]


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_every_endpoint_answers_a_preflight(call: Caller, path: str) -> None:
    """OPTIONS is answered without a key and without a body, with the methods and headers that are taken."""
    answer = call("OPTIONS", path, key="", headers=(("Origin", "https://shop.example"),))

    assert (answer.status, answer.reply.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST", "PUT", "DELETE"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type", "X-Requested-With"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )


def test_pages_of_any_origin_may_read_answers_and_refusals(call: Caller) -> None:
    """Every answer and every refusal says that any origin may read it."""
    answers = [
        call("GET", "/v1/feeds"),
        call("GET", "/v1/feeds", key=""),
        call("GET", "/nowhere"),
        call("PUT", "/v1/feeds"),
    ]

    assert [answer.status for answer in answers] == [200, 400, 404, 405]
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}


def test_head_is_answered_like_get(either: Caller) -> None:
    """HEAD has the status and the headers of GET."""
    either.create()
    for path in ("/v1/sources", "/v1/feeds", f"/v1/feeds/{FEED}/posts"):
        head, get = either("HEAD", path).reply, either("GET", path).reply
        assert (head.status, head.headers) == (get.status, get.headers)
