"""Curator accounts: the rows of one account, removal with dependent rows, and finding a feed.

Requested posts are kept as one Fetch until something reads them; then the Fetch is replaced by its posts. The result
does not depend on the time of reading, because every field of a post is derived from the Fetch.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, ClassVar

from ...core.storage.accounts import HOME, Account, Accounts
from ...core.storage.clock import Ids
from ...core.storage.store import NoSuchRow, Store
from ...core.text.arguments import hidden_for
from .data import networks, source_types
from .post_generator import generate_posts
from .state import DELIVERED, FEED_ID, NEVER, SOURCE_ID, Feed, Fetch, Post, Source, sort_key

__tracebackhide__ = hidden_for(NoSuchRow)

_NON_NEGATIVE = (
    "count", "error_count", "interval", "likes", "comments", "views", "loves", "cache_time", "image_width", "image_height",
    "video_width", "video_height",
)  # fmt: skip
_POSITIVE = ("number", "id")
_FEED_IDS = ("id", "public_key", "api_id")
_MAX_FETCHED_POSTS = 1000
"""Most posts of one fetch in a state file; the fake itself requests 20."""


class CuratorAccount(Account):
    """Rows of one customer. Every account begins with one feed."""

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
            order=sort_key,
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

    def flush(self, at: float, group: str = "", value: Hashable = None) -> None:
        """Replace fetches due by a time by their posts: all of them, or those of one "feed" or "source"."""
        due = self.fetches.count_up_to(at, group=group, value=value)
        if not due:
            return
        fetches = self.fetches.page(0, due, group=group, value=value)
        posts = [post for fetch in fetches for post in self._generate(fetch)]
        for fetch in fetches:
            self.fetches.remove(fetch.id)
        self.posts.put_all(posts)

    def _generate(self, fetch: Fetch) -> Iterator[Post]:
        feed, source = self.feeds[fetch.feed_id], self.sources[fetch.source_id]
        return generate_posts(fetch, source, shown=feed.moderation == "post")

    def validate_row(self, row: Feed | Source | Fetch | Post) -> tuple[str, str]:
        """Return the first field that cannot be rendered or refers to a missing row, and its expected value.

        Both are empty for a valid row.
        """
        for name in _NON_NEGATIVE:
            count = getattr(row, name, 0)
            if isinstance(count, int) and count < 0:
                return name, "an integer of 0 or more"
        for name in _POSITIVE:
            number = getattr(row, name, 1)
            if isinstance(number, int) and number < 1:
                return name, "an integer of 1 or more"
        if isinstance(row, Feed):
            invalid = [name for name in _FEED_IDS if not FEED_ID.fullmatch(getattr(row, name))]
            return (invalid[0], "20 to 50 letters, digits and hyphens") if invalid else ("", "")
        if isinstance(row, Source) and not SOURCE_ID.fullmatch(row.id):
            return "id", "a UUID in lower case"
        if isinstance(row, Fetch) and row.count > _MAX_FETCHED_POSTS:
            return "count", f"at most {_MAX_FETCHED_POSTS}"
        if isinstance(row, Fetch) and not DELIVERED <= row.requested_at < NEVER:
            return "requested_at", "a time in seconds since 1970"
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
        """Remove a source with its posts and fetches. Raises NoSuchRow."""
        source = self.sources.remove(id)
        for fetch in self.fetches.page(group="source", value=id):
            self.fetches.remove(fetch.id)
        for post in self.posts.page(group="source", value=id):
            self.posts.remove(post.id)
        return source

    def remove_feed(self, id: str) -> Feed:
        """Remove a feed with its sources and their posts. Raises NoSuchRow."""
        feed = self.feeds.remove(id)
        for source in self.sources.page(group="feed", value=id):
            self.remove_source(source.id)
        return feed


HOME_FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
HOME_PUBLIC_KEY = "adfdad0b-88ea-4660-8fc5-6ab02741"
"""Ids of the feed in the documentation's examples, so that its requests work unchanged."""


def open_account(label: str, seed: int | str, _opened: float) -> CuratorAccount:
    """Return a new account with a feed `Default`; the home account's feed is that of the documentation's examples."""
    account = CuratorAccount(label, seed)
    documented = {"id": HOME_FEED, "public_key": HOME_PUBLIC_KEY} if label == HOME else {}
    account.feeds.put(new_feed(account.ids, "Default", **documented))
    return account


def new_feed(ids: Ids, name: str, *, id: str = "", public_key: str = "", api_id: str = "") -> Feed:
    """Return a feed with new ids where none are given. A public key is the first 32 characters of a UUID, as documented."""
    return Feed(
        id=id or ids.uuid("feed"),
        number=ids.count("feed number"),
        public_key=public_key or ids.uuid("public key")[:32],
        api_id=api_id or ids.uuid("api id"),
        name=name,
        slug=slug(name),
    )


def slug(name: str) -> str:
    """Return the slug of a feed's name: `curator-feed-my-feed` for `My feed`."""
    words = "".join(char.lower() if char.isalnum() else " " for char in name).split()
    return "-".join(["curator", "feed", *words])


def find_feed(accounts: Accounts[CuratorAccount], key: str) -> tuple[CuratorAccount, Feed] | None:
    """Return the first feed of any account with an id, a public key (in any case) or an api id, and its account."""
    for account in accounts:
        feed = account.feeds.find(key)
        if feed is not None:
            return account, feed
        for group, value in (("public_key", key.lower()), ("api_id", key)):
            for feed in account.feeds.page(0, 1, group=group, value=value):
                return account, feed
    return None
