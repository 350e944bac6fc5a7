"""Curator's rows and who owns them: feeds, sources, posts, and the fetches whose posts nobody has looked at yet.

Rows are frozen values; times in them are aware datetimes in UTC, save those of fetches, which are seconds since 1970. Knows no HTTP; how a row is shown is in `views_2017` and `views_2025`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from ...core.accounts import HOME, Account, Accounts
from ...core.frozen import FrozenDict
from ...core.stores import Store
from ...core.world import Ids
from ...core.writing import Remembering
from .tables import networks, source_types

Moderation = Literal["post", "pre"]

ARRIVED = 0.0
"""Due since ever: what came at once is there, whatever the clock does next."""

NEVER = 253402300800.0
"""Due in the year 10000, which no clock reaches: what comes when a test says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(Remembering):
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
class Source(Remembering):
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
        """Whether all it has asked for is there at a time."""
        return self.due <= seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Remembering):
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


class CuratorAccount(Account):
    """What one customer has. Every account begins with a feed."""

    rows: ClassVar[Mapping[str, type[Any]]] = {"feeds": Feed, "sources": Source, "fetches": Fetch, "posts": Post}

    def __init__(self, label: str, seed: int | str) -> None:
        self.feeds: Store[Feed] = Store(
            groups={"public_key": lambda feed: feed.public_key.lower(), "api_id": lambda feed: feed.api_id}
        )
        self.sources: Store[Source] = Store(groups={"feed": lambda source: source.feed_id})
        self.fetches: Store[Fetch] = Store(
            order=lambda fetch: fetch.due,
            groups={"feed": lambda fetch: fetch.feed_id, "source": lambda fetch: fetch.source_id},
        )
        self.posts: Store[Post] = Store(
            order=place,
            groups={
                "feed": lambda post: post.feed_id,
                "feed shown": lambda post: (post.feed_id, post.shown),
                "network": lambda post: (post.feed_id, post.network_id),
                "network shown": lambda post: (post.feed_id, post.network_id, post.shown),
                "type": lambda post: (post.feed_id, post.source_type),
                "type shown": lambda post: (post.feed_id, post.source_type, post.shown),
                "source": lambda post: post.source_id,
                "source shown": lambda post: (post.source_id, post.shown),
            },
        )
        stores: dict[str, Store[Any]] = {
            "feeds": self.feeds,
            "sources": self.sources,
            "fetches": self.fetches,
            "posts": self.posts,
        }
        super().__init__(label, seed, stores)

    def astray(self, row: Feed | Source | Fetch | Post) -> tuple[str, str]:
        """Where a row refers to a feed, a source or a type that is not there."""
        if isinstance(row, (Source, Post)) and row.source_type not in source_types():
            return "source_type", "the number of a source type"
        if isinstance(row, Post) and row.network_id not in networks():
            return "network_id", "the number of a network"
        if isinstance(row, (Fetch, Post)):
            source = self.sources.find(row.source_id)
            if source is None:
                return "source_id", "the id of a source"
            return ("", "") if source.feed_id == row.feed_id else ("feed_id", "the feed of its source")
        if isinstance(row, Source) and row.feed_id not in self.feeds:
            return "feed_id", "the id of a feed"
        return "", ""

    def remove_source(self, id: str) -> Source:
        """Take a source out with its posts, those on their way included. Raises NoSuchRow."""
        source = self.sources.remove(id)
        for fetch in self.fetches.page(group="source", value=id):
            self.fetches.remove(fetch.id)
        for post in self.posts.page(group="source", value=id):
            self.posts.remove(post.id)
        return source

    def remove_feed(self, id: str) -> Feed:
        """Take a feed out with its sources and their posts. Raises NoSuchRow."""
        feed = self.feeds.remove(id)
        for source in self.sources.page(group="feed", value=id):
            self.remove_source(source.id)
        return feed


HOME_FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
HOME_PUBLIC_KEY = "adfdad0b-88ea-4660-8fc5-6ab02741"
"""The ids of the feed in the documentation's examples, so that its own requests work."""


def open_account(label: str, seed: int | str, _opened: float) -> CuratorAccount:
    """A new account with its feed `Default`; that of the home account is the one of the documentation's examples."""
    account = CuratorAccount(label, seed)
    documented = {"id": HOME_FEED, "public_key": HOME_PUBLIC_KEY} if label == HOME else {}
    account.feeds.put(new_feed(account.ids, "Default", **documented))
    return account


def new_feed(ids: Ids, name: str, *, id: str = "", public_key: str = "", api_id: str = "") -> Feed:
    """A feed with ids of its own. A public key is a UUID cut after 32 characters, as in the documentation."""
    return Feed(
        id=id or ids.uuid("feed"),
        number=ids.count("feed number"),
        public_key=public_key or ids.uuid("public key")[:32],
        api_id=api_id or ids.uuid("api id"),
        name=name,
        slug=slug(name),
    )


def slug(name: str) -> str:
    """A name as newer answers put it into addresses: `curator-feed-my-feed` for `My feed`."""
    words = "".join(char.lower() if char.isalnum() else " " for char in name).split()
    return "-".join(["curator", "feed", *words])


def find_feed(accounts: Accounts[CuratorAccount], key: str) -> Iterator[tuple[CuratorAccount, Feed]]:
    """The feeds, in whatever account, that are known by an id, a public key (in any case) or an api id."""
    for account in accounts:
        found = account.feeds.find(key)
        if found is not None:
            yield account, found
            continue
        for group, value in (("public_key", key.lower()), ("api_id", key)):
            for feed in account.feeds.page(0, 1, group=group, value=value):
                yield account, feed
