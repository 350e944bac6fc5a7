"""Rows of Curator: feeds, sources, posts, and fetches, which stand for posts that nothing has read yet.

Rows are frozen values. Their times are aware datetimes in UTC, except those of fetches, which are seconds since 1970.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ...core.storage.frozen import FrozenDict
from ...core.storage.rendered import CachedViews

SOURCE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
FEED_ID = re.compile(r"[0-9A-Za-z-]{20,50}", re.ASCII)

Moderation = Literal["post", "pre"]

DELIVERED = -62135596800.0
"""Due time in the year 1, before which no clock can be set: delivered, and still so if the clock is set back."""

NEVER = 253402300800.0
"""Due time in the year 10000, which no clock reaches: delivered only when a test calls `posts.deliver()`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(CachedViews):
    """A feed, which combines the posts of its sources. With `moderation` "pre" new posts are disabled until approved."""

    id: str
    number: int
    public_key: str
    api_id: str
    name: str
    slug: str
    moderation: Moderation = "post"
    colour_body_bg: str = "#efefef"
    colour_body_text: str = "#707070"
    colour_header_bg: str = "#efefef"
    colour_header_text: str = "#2B2B2B"
    widget_type: str = "Waterfall"
    widget_theme: str = "sydney"
    widget_options: FrozenDict = field(default_factory=FrozenDict)
    widget_styles: FrozenDict = field(default_factory=FrozenDict)
    widget_colours: FrozenDict = field(default_factory=FrozenDict)
    meta: FrozenDict = field(default_factory=FrozenDict)
    cache_time: int = 5
    is_installed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(CachedViews):
    """A source of a feed: a tag that is looked up at a network.

    `number` identifies the source in lists of posts. `due` is the time, in seconds since 1970, at which the posts last
    requested are delivered: `DELIVERED` for immediate delivery, `NEVER` for manual delivery.
    """

    id: str
    number: int
    feed_id: str
    source_type: int
    tag: str
    name: str
    made_at: datetime
    due: float
    active: bool = True
    error_count: int = 0
    interval: int = 15

    def is_initialised(self, seconds: float) -> bool:
        """Return whether all requested posts are delivered at a time in seconds since 1970."""
        return self.due <= seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(CachedViews):
    """A post of a network. `shown` is its status, active or disabled; `flagged` posts were reported by a visitor."""

    id: int
    source_id: str
    feed_id: str
    source_type: int
    network_id: int
    source_identifier: str
    source_created_at: datetime
    user_screen_name: str
    user_full_name: str
    user_image: str
    user_url: str
    text: str
    url: str
    image: str = ""
    image_width: int = 0
    image_height: int = 0
    video: str = ""
    video_width: int = 0
    video_height: int = 0
    likes: int = 0
    comments: int = 0
    views: int = 0
    loves: int = 0
    shown: bool = True
    flagged: bool = False
    flag_reason: str = ""
    pinned: bool = False
    pinned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Posts that were requested of a network and not read yet: `count` of them, with consecutive ids from `id` on.

    They are delivered at `due` and are the latest ones as of `requested_at`, both in seconds since 1970.
    """

    id: int
    source_id: str
    feed_id: str
    tag: str
    requested_at: float
    due: float
    count: int


SortKey = tuple[bool, datetime, int]


def sort_key(post: Post) -> SortKey:
    """Return the sort key of a post in its feed: pinned posts last, then by time and id. Pages are read from the end."""
    return post.pinned, post.source_created_at, post.id
