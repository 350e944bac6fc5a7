"""Views of rows as on the pages of 2017: numbers for types and states, times such as `2013-11-29 07:44:40`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...core.storage.rendered import RenderedJson, render_view
from .account import CuratorAccount
from .data import networks, source_types
from .pagination import Page
from .settings import IMAGES_URL
from .state import Feed, Post, Source

COLOURS = ("colour_body_bg", "colour_body_text", "colour_header_bg", "colour_header_text")


def format_time(time: datetime) -> str:
    """Return a time in UTC, without a zone."""
    return time.isoformat(" ", "seconds")[:19]


def source_listed(account: CuratorAccount, source: Source, at: float) -> RenderedJson:
    """Return a source as it is listed: all fields, and its feed."""
    feed, is_initialised = account.feeds[source.feed_id], source.is_initialised(at)
    return render_view(
        source,
        "2017 listed",
        lambda row: _source(row, is_initialised=is_initialised) | {"feed": _feed(feed)},
        (is_initialised, feed),
    )


def source_created(_account: CuratorAccount, source: Source, _at: float) -> RenderedJson:
    """Return a source after its creation: five keys."""
    return render_view(
        source,
        "2017 created",
        lambda row: {
            "id": row.id,
            "source_type": row.source_type,
            "tag": row.tag,
            "status": int(row.active),
            "feed_id": row.feed_id,
        },
    )


def source_updated(_account: CuratorAccount, source: Source, _at: float) -> RenderedJson:
    """Return a source after an update, which the page's sample shows as not initialised."""
    return render_view(source, "2017 updated", lambda row: _source(row, is_initialised=False))


def _source(source: Source, *, is_initialised: bool) -> dict[str, Any]:
    return {
        "id": source.id,
        "feed_id": source.feed_id,
        "source_type": source.source_type,
        "tag": source.tag,
        "status": int(source.active),
        "initialised": int(is_initialised),
        "error_count": source.error_count,
    }


def feed(_account: CuratorAccount, feed: Feed, _at: float) -> RenderedJson:
    """Return a feed, the same in every response."""
    return render_view(feed, "2017", _feed)


def _feed(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "moderation": feed.moderation,
        "name": feed.name,
        **{colour: getattr(feed, colour) for colour in COLOURS},
        "public_key": feed.public_key,
    }


def post(post: Post, images: str) -> RenderedJson:
    """Return a post: the documented fields, two counts that the widget requires, and a field that callers filter by.

    `images` is the base URL of its pictures.
    """
    return render_view(post, "2017", lambda row: _post(with_images(row, images)), images)


def with_images(post: Post, images: str) -> Post:
    """Return a post whose generated addresses have another base URL; addresses that a test gave stay."""
    if images == IMAGES_URL:
        return post
    moved = {
        name: images + address.removeprefix(IMAGES_URL)
        for name in ("user_image", "image", "video")
        if (address := getattr(post, name)).startswith(f"{IMAGES_URL}/")
    }
    return replace(post, **moved)


def _post(row: Post) -> dict[str, Any]:
    return {
        "id": row.id,
        "network_id": row.network_id,
        "status": int(row.shown),
        "flagged": int(row.flagged),
        "has_media": int(bool(row.image or row.video)),
        "source_type": row.source_type,
        "source_identifier": row.source_identifier,
        "source_created_at": format_time(row.source_created_at),
        "user_screen_name": row.user_screen_name,
        "user_full_name": row.user_full_name,
        "user_image": row.user_image,
        "text": row.text,
        "image": row.image,
        "video": row.video or None,
        "url": row.url,
        "userUrl": row.user_url,
        "thumbnail": row.image,
        "video_width": row.video_width,
        "video_height": row.video_height,
        "network_name": networks()[row.network_id].name,
        "comments": row.comments,
        "likes": row.likes,
        "has_image": int(bool(row.image)),
    }


def posts(page: Page, images: str, show: Callable[[Post, str], RenderedJson] = post) -> dict[str, Any]:
    """Return a page of posts: the documented fields, and those that callers of the time read."""
    return {
        "success": True,
        "pagination": {"after": page.after, "before": page.before},
        "networks": sorted({source_types()[source.source_type].network.id for source in page.sources}),
        "sources": [source_in_posts(source) for source in page.sources],
        "postCount": page.count,
        "posts": [show(row, images) for row in page.posts],
        "account": {"plan": {"unbranded": 0}},
    }


def source_in_posts(source: Source) -> RenderedJson:
    """Return a source as a page of posts lists it: by its number."""
    return render_view(
        source,
        "in posts",
        lambda row: {
            "name": row.name,
            "id": row.number,
            "network_id": source_types()[row.source_type].network.id,
        },
    )
