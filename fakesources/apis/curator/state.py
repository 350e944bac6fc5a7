"""Curator's rows: feeds, sources, posts, and the fetches whose posts nobody has looked at yet.

Rows are frozen values; times in them are aware datetimes in UTC, save those of fetches, which are seconds since 1970. Knows no HTTP; how a row is shown is in `views_2017` and `views_2025`.
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

ARRIVED = -62135596800.0
"""Due since the year 1, before which no clock stands: what came at once is there, whatever the clock does next."""

NEVER = 253402300800.0
"""Due in the year 10000, which no clock reaches: what comes when a test says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(CachedViews):
    """A feed: where the posts of its sources come together. `moderation` "pre" holds posts back until approved."""

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
    """A source: what is asked of a network for a feed. `number` is what posts call it by; `due` is when the posts it
    has last asked for arrive, in seconds since 1970: `ARRIVED` when they came at once, `NEVER` until a test says so.
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

    def initialised(self, seconds: float) -> bool:
        """Return whether all it has asked for is there at a time."""
        return self.due <= seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(CachedViews):
    """A post as a network had it. `shown` is its status: active or disabled; `flagged` says that somebody objected."""

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
    """Posts that were asked for and that nobody has looked at yet: `count` of them, with ids from `id` on.

    They arrive at `due` and are the latest ones as of `asked`, both in seconds since 1970.
    """

    id: int
    source_id: str
    feed_id: str
    tag: str
    asked: float
    due: float
    count: int


Place = tuple[bool, datetime, int]


def place(post: Post) -> Place:
    """Where a post stands in its feed: pinned ones last, then by time, then by id. Feeds are read from the end."""
    return post.pinned, post.source_created_at, post.id
