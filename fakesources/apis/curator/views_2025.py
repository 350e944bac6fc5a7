"""Views of rows as on the newer pages: objects and words for types and states, times with microseconds and a zone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ...core.storage.rendered import RenderedJson, render_view
from . import views_2017
from .account import CuratorAccount
from .data import networks, source_types
from .fetches import oldest_post_time, post_count
from .pagination import Page
from .state import Feed, Post, Source

WORDS = {True: "active", False: "inactive"}


def format_time(time: datetime) -> str:
    """Return a time in UTC, with microseconds and its zone."""
    return f"{time.isoformat(timespec='microseconds')[:26]}Z"


def source_listed(account: CuratorAccount, listed: Source, at: float) -> RenderedJson:
    """Return a source as it is listed.

    The posts of its whole feed are generated at once, which is faster than one source after the other.
    """
    account.flush(at, "feed", listed.feed_id)
    return source(account, listed, at)


def source(account: CuratorAccount, source: Source, at: float) -> RenderedJson:
    """Return a source, as after an update."""
    first, count = oldest_post_time(account, source, at), post_count(account, at, "source", source.id)
    return render_view(source, "2025", lambda row: _source(row, first, count), (first, count))


def source_created(_account: CuratorAccount, source: Source, _at: float) -> RenderedJson:
    """Return a source after its creation, before its posts are counted."""
    success = {"success": True, "message": "Source created"}
    return render_view(source, "2025 created", lambda row: _source(row, row.made_at, 0) | {"response": success})


def _source(source: Source, first: datetime, count: int) -> dict[str, Any]:
    kind = source_types()[source.source_type]
    return {
        "id": source.id,
        "feed_id": source.feed_id,
        "source_type": dict(kind.view),
        "network_id": kind.network.id,
        "company_connection_id": 0,
        "status": WORDS[source.active],
        "tag": source.tag,
        "name": source.name,
        "interval": source.interval,
        "first_post_date": format_time(first),
        "error_count": source.error_count,
        "post_count": count,
        "default_user_image": "",
        "post_field_overrides": None,
    }


def feed(account: CuratorAccount, feed: Feed, at: float) -> RenderedJson:
    """Return a feed as it is listed, or after an update."""
    count = post_count(account, at, "feed", feed.id)
    return render_view(
        feed,
        "2025",
        lambda row: {
            "id": row.id,
            "public_key": row.public_key,
            "api_id": row.api_id,
            "name": row.name,
            "type": "website",
            "slug": row.slug,
            "moderation": row.moderation,
            "post_status": int(row.moderation == "post"),
            "widget_type": row.widget_type,
            "widget_theme": row.widget_theme,
            "widget_options": json.dumps({"type": row.widget_type} | row.widget_options),
            "widget_styles": json.dumps(row.widget_styles),
            "widget_colours": json.dumps(row.widget_colours),
            "widget_advanced_styles": 0,
            "widget_version": "5.0",
            "widget_endpoint": None,
            "js_loader_version": "2",
            "colour_options": None,
            "meta": dict(row.meta),
            "default_image": None,
            "default_user_image": None,
            "html_before": None,
            "html_after": None,
            "debug": 0,
            "cache": 1,
            "cache_time": row.cache_time,
            "default_feed_layout_id": row.number,
            "post_count": count,
            "is_installed": int(row.is_installed),
            "is_latest_version": True,
        },
        count,
    )


def feed_created(_account: CuratorAccount, feed: Feed, _at: float) -> RenderedJson:
    """Return a feed after its creation: fewer keys, and `debug` is a boolean."""
    return render_view(
        feed,
        "2025 created",
        lambda row: {
            "name": row.name,
            "id": row.id,
            "public_key": row.public_key,
            "api_id": row.api_id,
            "moderation": row.moderation,
            "widget_version": "5.0",
            "widget_type": row.widget_type,
            "widget_theme": row.widget_theme,
            "widget_styles": json.dumps(row.widget_styles),
            "widget_colours": json.dumps(row.widget_colours),
            "js_loader_version": "2",
            "debug": False,
            "cache": 1,
            "cache_time": row.cache_time,
            "slug": row.slug,
            "default_feed_layout_id": row.number,
            "is_latest_version": True,
        },
    )


def post(post: Post, images: str) -> RenderedJson:
    """Return a post with all fields of newer responses; `images` is the base URL of its pictures."""
    return render_view(post, "2025", lambda row: _post(views_2017.with_images(row, images)), images)


def _post(post: Post) -> dict[str, Any]:
    has_image, has_video = int(bool(post.image)), int(bool(post.video))
    created = format_time(post.source_created_at)
    return {
        "id": post.id,
        "network_id": post.network_id,
        "status": int(post.shown),
        "flagged": int(post.flagged),
        "has_media": has_image | has_video,
        "source_type": post.source_type,
        "source_identifier": post.source_identifier,
        "source_created_at": created,
        "post_user_id": 0,
        "user_screen_name": post.user_screen_name,
        "user_full_name": post.user_full_name,
        "user_image": post.user_image,
        "user_url": post.user_url,
        "text": post.text,
        "is_html": 0,
        "image": post.image,
        "image_width": post.image_width,
        "image_height": post.image_height,
        "image_processed": 1,
        "image_large": post.image,
        "image_large_width": post.image_width,
        "image_large_height": post.image_height,
        "images": [{"url": post.image}] if post.image else [],
        "has_image": has_image,
        "has_video": has_video,
        "video": post.video,
        "video_width": post.video_width,
        "video_height": post.video_height,
        "thumbnail": post.image,
        "media": [],
        "spots": [],
        "data": [],
        "url": post.url,
        "network_name": networks()[post.network_id].name,
        "comments": post.comments,
        "views": post.views,
        "likes": post.likes,
        "is_repost": 0,
        "is_reply": 0,
        "is_edited": 0,
        "is_embed": 0,
        "originator_user_screenname": "",
        "originator_user_url": "",
        "originator_post_url": "",
        "pinned": int(post.pinned),
        "pinned_at": format_time(post.pinned_at) if post.pinned_at else None,
        "longitude": 0,
        "latitude": 0,
        "location_name": "",
        "deleted_at": None,
        "post_status": "active" if post.shown else "inactive",
        "source_id": post.source_id,
        "feed_id": post.feed_id,
        "last_modified": created,
    }


def posts(page: Page, images: str) -> dict[str, Any]:
    """Return a page of posts in its newer envelope."""
    return {
        **views_2017.posts(page, images, post),
        "cache": {"status": "miss", "key": f"/v1/feeds/{page.feed.id}/posts", "time": page.feed.cache_time},
        "ads": [],
    }
