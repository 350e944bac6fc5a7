"""Who owns Curator's rows: the account, what becomes of its rows together, and where its feeds are found.

What was asked of a network is one Fetch until somebody looks at its posts; then they are written down. Nobody can
tell, since all there is to know of a post follows from the Fetch.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, ClassVar

from ...core.storage.accounts import HOME, Account, Accounts
from ...core.storage.clock import Ids
from ...core.storage.store import Store
from .data import networks, source_types
from .post_generator import posts_of
from .state import ARRIVED, FEED_ID, NEVER, SOURCE_ID, Feed, Fetch, Post, Source, place

_COUNTS = (
    "count", "error_count", "interval", "likes", "comments", "views", "loves", "cache_time", "image_width", "image_height",
    "video_width", "video_height",
)  # fmt: skip
_NUMBERS = ("number", "id")
_FEED_IDS = ("id", "public_key", "api_id")
_MOST = 1000
"""How many posts one look at a network can bring: no network brings more at once."""


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

    def settle(self, at: float, group: str = "", value: Hashable = None) -> None:
        """Make posts of what has arrived by a time: of everything, or of one "feed" or "source"."""
        arrived = self.fetches.up_to(at, group=group, value=value)
        if not arrived:
            return
        fetches = self.fetches.page(0, arrived, group=group, value=value)
        posts = [post for fetch in fetches for post in self._posts_of(fetch)]
        for fetch in fetches:
            self.fetches.remove(fetch.id)
        self.posts.put_all(posts)

    def _posts_of(self, fetch: Fetch) -> Iterator[Post]:
        feed, source = self.feeds[fetch.feed_id], self.sources[fetch.source_id]
        return posts_of(fetch, source, shown=feed.moderation == "post")

    def astray(self, row: Feed | Source | Fetch | Post) -> tuple[str, str]:
        """Where a row could not be shown, or refers to a feed, a source or a type that is not there."""
        for name in _COUNTS:
            count = getattr(row, name, 0)
            if isinstance(count, int) and count < 0:
                return name, "a number from 0 on"
        for name in _NUMBERS:
            number = getattr(row, name, 1)
            if isinstance(number, int) and number < 1:
                return name, "a number from 1 on"
        if isinstance(row, Feed):
            wrong = [name for name in _FEED_IDS if not FEED_ID.fullmatch(getattr(row, name))]
            return (wrong[0], "20 to 50 letters, digits and hyphens") if wrong else ("", "")
        if isinstance(row, Source) and not SOURCE_ID.fullmatch(row.id):
            return "id", "a UUID in lower case"
        if isinstance(row, Fetch) and row.count > _MOST:
            return "count", f"at most {_MOST}"
        if isinstance(row, Fetch) and not ARRIVED <= row.asked < NEVER:
            return "asked", "a time in seconds since 1970"
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
