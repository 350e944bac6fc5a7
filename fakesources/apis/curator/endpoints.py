"""Table of Curator's endpoints, in the order of the documentation."""

from __future__ import annotations

from ...core.contract.api import Endpoint
from ...core.http.parsing import FORM
from . import actions, errors, widgets

PREFIXES = ("/v1", "/v1.1", "/v1.2", "/restricted")
"""Path prefixes that versions of the widget use; the documented one is the first."""


def _feed(rest: str) -> tuple[str, ...]:
    """Return a path below one feed with every prefix, with the plural and with the singular of an early widget."""
    return tuple(f"{prefix}/{word}/<feed_id>{rest}" for word in ("feeds", "feed") for prefix in PREFIXES)


SOURCES, SOURCE = "/v1/sources", "/v1/sources/<source_id>"
FEEDS, FEED = "/v1/feeds", "/v1/feeds/<feed_id>"
POSTS, POST = _feed("/posts"), _feed("/post/<post_id>")
FLAG, LOVE = _feed("/post/<post_id>/inappropriate"), _feed("/post/<post_id>/love")
TRACK = (*(f"{prefix}/track/<feed_id>" for prefix in (*PREFIXES[:3], "")), *_feed("/track"))

ENDPOINTS = (
    Endpoint(
        id="curator.sources.list",
        methods=("GET",),
        documented=("GET",),
        paths=(SOURCES,),
        handler=actions.list_sources,
        query_schema="sources.list.query",
        responses={200: "sources.list"},
        errors=(errors.INVALID,),
        source="sources",
        summary="List all sources, or those of one feed.",
    ),
    Endpoint(
        id="curator.sources.create",
        methods=("POST",),
        documented=("POST",),
        paths=(SOURCES,),
        handler=actions.create_source,
        body_schema="sources.create.request",
        responses={200: "sources.created"},
        errors=(errors.MISSING, errors.INVALID, errors.NO_SUCH_TYPE, errors.UNKNOWN_FEED, errors.FOREIGN),
        source="sources",
        summary="Create a source for a feed and request its latest 20 posts.",
    ),
    Endpoint(
        id="curator.sources.update",
        methods=("PUT", "POST"),
        documented=("PUT",),
        paths=(SOURCE,),
        handler=actions.update_source,
        body_schema="sources.update.request",
        responses={200: "sources.updated"},
        errors=(
            errors.MALFORMED_ID,
            errors.NO_SUCH_SOURCE,
            errors.FOREIGN,
            errors.MISSING,
            errors.INVALID,
            errors.FIXED,
        ),
        source="sources",
        summary="Change a source's tag; its feed and its type cannot change.",
    ),
    Endpoint(
        id="curator.sources.delete",
        methods=("DELETE",),
        documented=("DELETE",),
        paths=(SOURCE,),
        handler=actions.delete_source,
        responses={200: "sources.deleted"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_SOURCE, errors.FOREIGN),
        source="sources",
        summary="Delete a source and all its posts.",
    ),
    Endpoint(
        id="curator.feeds.list",
        methods=("GET",),
        documented=("GET",),
        paths=(FEEDS,),
        handler=actions.list_feeds,
        responses={200: "feeds.list"},
        source="feeds",
        summary="List all feeds.",
    ),
    Endpoint(
        id="curator.feeds.create",
        methods=("POST",),
        documented=("POST",),
        paths=(FEEDS,),
        handler=actions.create_feed,
        body_schema="feeds.create.request",
        responses={200: "feeds.created"},
        errors=(errors.MISSING, errors.INVALID),
        source="feeds",
        summary="Create a feed.",
    ),
    Endpoint(
        id="curator.feeds.update",
        methods=("POST",),
        documented=("POST",),
        paths=(FEED,),
        handler=actions.update_feed,
        body_schema="feeds.update.request",
        responses={200: "feed"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.FOREIGN, errors.MISSING, errors.INVALID),
        source="feeds",
        summary="Change a feed's name, moderation or colours.",
    ),
    Endpoint(
        id="curator.feeds.delete",
        methods=("DELETE",),
        documented=("DELETE",),
        paths=(FEED,),
        handler=actions.delete_feed,
        responses={200: "feeds.deleted"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.FOREIGN),
        source="feeds",
        summary="Delete a feed, its sources and their posts.",
    ),
    Endpoint(
        id="curator.posts.list",
        methods=("GET",),
        documented=("GET",),
        paths=POSTS,
        handler=widgets.list_posts,
        query_schema="posts.list.query",
        responses={200: "posts.list"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.INVALID, errors.BAD_CURSOR),
        source="posts",
        summary="List a feed's posts, pinned ones first, then the newest.",
        public=True,
    ),
    Endpoint(
        id="curator.posts.get",
        methods=("GET",),
        documented=("GET",),
        paths=POST,
        handler=widgets.get_post,
        responses={200: "posts.got"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST),
        source="widget",
        summary="Get one active post.",
        public=True,
    ),
    Endpoint(
        id="curator.posts.inappropriate",
        methods=("POST",),
        documented=("POST",),
        paths=FLAG,
        handler=widgets.flag_post,
        body_schema="posts.inappropriate.request",
        media_types=(FORM, "application/json"),
        responses={200: "succeeded"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST, errors.INVALID),
        source="widget",
        summary="Flag a post as inappropriate.",
        public=True,
    ),
    Endpoint(
        id="curator.posts.love",
        methods=("POST",),
        documented=("POST",),
        paths=LOVE,
        handler=widgets.love_post,
        responses={200: "posts.loved"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST),
        source="widget",
        summary="Count a visitor's love of a post.",
        public=True,
    ),
    Endpoint(
        id="curator.feeds.track",
        methods=("GET",),
        documented=("GET",),
        paths=TRACK,
        handler=widgets.track,
        query_schema="feeds.track.query",
        responses={200: "succeeded"},
        errors=(errors.MALFORMED_ID, errors.NO_SUCH_FEED),
        source="widget",
        summary="Accept an event of a widget's visitor.",
        public=True,
    ),
    Endpoint(
        id="curator.preflight",
        methods=("OPTIONS",),
        documented=("OPTIONS",),
        paths=(SOURCES, SOURCE, FEEDS, FEED, *POSTS, *POST, *FLAG, *LOVE, *TRACK),
        handler=widgets.preflight,
        responses={204: ""},
        source="callers",
        summary="Answer a browser's preflight, which allows any origin.",
        public=True,
    ),
)
