"""Curator's endpoints, a row each, in the order of their pages. Nothing in here acts."""

from __future__ import annotations

from ...core.contract.api import Endpoint
from ...core.http.parsing import FORM
from . import actions, errors, widgets

ANYWHERE = ("/v1", "/v1.1", "/v1.2", "/restricted")
"""The prefixes widgets have used over the years; the documentation's own comes first."""


def _feed(rest: str) -> tuple[str, ...]:
    """A path below one feed, with every prefix, in the plural and in the widget's first singular."""
    return tuple(f"{prefix}/{word}/<feed_id>{rest}" for word in ("feeds", "feed") for prefix in ANYWHERE)


SOURCES, SOURCE = "/v1/sources", "/v1/sources/<source_id>"
FEEDS, FEED = "/v1/feeds", "/v1/feeds/<feed_id>"
POSTS, POST = _feed("/posts"), _feed("/post/<post_id>")
FLAG, LOVE = _feed("/post/<post_id>/inappropriate"), _feed("/post/<post_id>/love")
TRACK = (*(f"{prefix}/track/<feed_id>" for prefix in (*ANYWHERE[:3], "")), *_feed("/track"))

ENDPOINTS = (
    Endpoint(
        id="curator.sources.list",
        methods=("GET",),
        documented=("GET",),
        paths=(SOURCES,),
        does=actions.list_sources,
        asks="sources.list.query",
        gives={200: "sources.list"},
        refuses=(errors.INVALID,),
        docs="sources",
        says="Lists all sources, or those of one feed.",
    ),
    Endpoint(
        id="curator.sources.create",
        methods=("POST",),
        documented=("POST",),
        paths=(SOURCES,),
        does=actions.create_source,
        takes="sources.create.request",
        gives={200: "sources.created"},
        refuses=(errors.MISSING, errors.INVALID, errors.NO_SUCH_TYPE, errors.UNKNOWN_FEED, errors.FOREIGN),
        docs="sources",
        says="Makes a source for a feed; the latest 20 posts are asked for.",
    ),
    Endpoint(
        id="curator.sources.update",
        methods=("PUT", "POST"),
        documented=("PUT",),
        paths=(SOURCE,),
        does=actions.update_source,
        takes="sources.update.request",
        gives={200: "sources.updated"},
        refuses=(
            errors.MALFORMED_ID,
            errors.NO_SUCH_SOURCE,
            errors.FOREIGN,
            errors.MISSING,
            errors.INVALID,
            errors.FIXED,
        ),
        docs="sources",
        says="Changes a source's tag; its feed and its type stay as they were made.",
    ),
    Endpoint(
        id="curator.sources.delete",
        methods=("DELETE",),
        documented=("DELETE",),
        paths=(SOURCE,),
        does=actions.delete_source,
        gives={200: "sources.deleted"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_SOURCE, errors.FOREIGN),
        docs="sources",
        says="Deletes a source and all its posts.",
    ),
    Endpoint(
        id="curator.feeds.list",
        methods=("GET",),
        documented=("GET",),
        paths=(FEEDS,),
        does=actions.list_feeds,
        gives={200: "feeds.list"},
        docs="feeds",
        says="Lists all feeds.",
    ),
    Endpoint(
        id="curator.feeds.create",
        methods=("POST",),
        documented=("POST",),
        paths=(FEEDS,),
        does=actions.create_feed,
        takes="feeds.create.request",
        gives={200: "feeds.created"},
        refuses=(errors.MISSING, errors.INVALID),
        docs="feeds",
        says="Makes a feed.",
    ),
    Endpoint(
        id="curator.feeds.update",
        methods=("POST",),
        documented=("POST",),
        paths=(FEED,),
        does=actions.update_feed,
        takes="feeds.update.request",
        gives={200: "feed"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.FOREIGN, errors.MISSING, errors.INVALID),
        docs="feeds",
        says="Changes a feed's name, moderation or colours.",
    ),
    Endpoint(
        id="curator.feeds.delete",
        methods=("DELETE",),
        documented=("DELETE",),
        paths=(FEED,),
        does=actions.delete_feed,
        gives={200: "feeds.deleted"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.FOREIGN),
        docs="feeds",
        says="Deletes a feed, its sources and their posts.",
    ),
    Endpoint(
        id="curator.posts.list",
        methods=("GET",),
        documented=("GET",),
        paths=POSTS,
        does=widgets.list_posts,
        asks="posts.list.query",
        gives={200: "posts.list"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.INVALID, errors.BAD_CURSOR),
        docs="posts",
        says="A page of a feed's posts, pinned ones first, then the newest.",
        open=True,
    ),
    Endpoint(
        id="curator.posts.get",
        methods=("GET",),
        documented=("GET",),
        paths=POST,
        does=widgets.get_post,
        gives={200: "posts.got"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST),
        docs="widget",
        says="One post that is shown.",
        open=True,
    ),
    Endpoint(
        id="curator.posts.inappropriate",
        methods=("POST",),
        documented=("POST",),
        paths=FLAG,
        does=widgets.flag_post,
        takes="posts.inappropriate.request",
        media=(FORM, "application/json"),
        gives={200: "succeeded"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST, errors.INVALID),
        docs="widget",
        says="Flags a post as inappropriate.",
        open=True,
    ),
    Endpoint(
        id="curator.posts.love",
        methods=("POST",),
        documented=("POST",),
        paths=LOVE,
        does=widgets.love_post,
        gives={200: "posts.loved"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED, errors.NO_SUCH_POST),
        docs="widget",
        says="Counts one more visitor who loves a post.",
        open=True,
    ),
    Endpoint(
        id="curator.feeds.track",
        methods=("GET",),
        documented=("GET",),
        paths=TRACK,
        does=widgets.track,
        asks="feeds.track.query",
        gives={200: "succeeded"},
        refuses=(errors.MALFORMED_ID, errors.NO_SUCH_FEED),
        docs="widget",
        says="Takes note of what a widget's visitor does.",
        open=True,
    ),
    Endpoint(
        id="curator.preflight",
        methods=("OPTIONS",),
        documented=("OPTIONS",),
        paths=(SOURCES, SOURCE, FEEDS, FEED, *POSTS, *POST, *FLAG, *LOVE, *TRACK),
        does=widgets.preflight,
        gives={204: ""},
        docs="callers",
        says="Lets a browser's page on any origin ask: the answer to a preflight.",
        open=True,
    ),
)
