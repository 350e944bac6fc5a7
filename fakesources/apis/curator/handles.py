"""Account handle of Curator: a test's view of feeds, sources and posts by id, to read, add, change and remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, TypedDict, Unpack

from ...core.contract.api import Action
from ...core.contract.call import Service
from ...core.state.handles import AccountHandle, Collection
from ...core.state.typed_values import typed_fields, validated_row
from ...core.storage.frozen import freeze
from ...core.storage.store import NoSuchRow, Store
from ...core.text.arguments import DATETIME, INTEGER, TEXT, Kind, check, check_names, optional, shown, wrong
from . import actions, fetches, post_generator
from .account import CuratorAccount, new_feed, slug
from .data import SourceType, source_types
from .state import FEED_ID, SOURCE_ID, Feed, Fetch, Moderation, Post, Source

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

_FEED_ID = Kind(
    "20 to 50 letters, digits and hyphens, or an empty text",
    lambda text: isinstance(text, str) and (not text or bool(FEED_ID.fullmatch(text))),
)
_SOURCE_ID = Kind(
    "a UUID in lower case, or an empty text",
    lambda text: isinstance(text, str) and (not text or bool(SOURCE_ID.fullmatch(text))),
)


class FeedFields(TypedDict, total=False):
    """Fields of a feed besides its ids and its name."""

    slug: str
    moderation: Moderation
    colour_body_bg: str
    colour_body_text: str
    colour_header_bg: str
    colour_header_text: str
    widget_type: str
    widget_theme: str
    widget_options: Mapping[str, Any]
    widget_styles: Mapping[str, Any]
    widget_colours: Mapping[str, Any]
    meta: Mapping[str, Any]
    cache_time: int
    is_installed: bool


class FeedChanges(FeedFields, total=False):
    """Fields of a feed that can change."""

    name: str


class SourceChanges(TypedDict, total=False):
    """Fields of a source that can change: all but its id, its feed and its type."""

    tag: str
    name: str
    active: bool
    error_count: int
    interval: int


class PostFields(TypedDict, total=False):
    """Fields of a post besides its id and its source. `shown` and `pinned` moderate it."""

    source_identifier: str
    source_created_at: datetime
    user_screen_name: str
    user_full_name: str
    user_image: str
    user_url: str
    text: str
    url: str
    image: str
    image_width: int
    image_height: int
    video: str
    video_width: int
    video_height: int
    likes: int
    comments: int
    views: int
    loves: int
    shown: bool
    flagged: bool
    flag_reason: str
    pinned: bool
    pinned_at: datetime | None


class Feeds(Collection[CuratorAccount, Feed]):
    """Feeds of one account by id."""

    columns = ("id", "name", "slug", "moderation")

    def add(
        self,
        name: str = "My feed",
        *,
        id: str = "",
        public_key: str = "",
        api_id: str = "",
        **fields: Unpack[FeedFields],
    ) -> Feed:
        """Add a feed, as if the API had created it. Raises ValueError for an id that is invalid or in use."""
        typed_fields(Feed, {"name": name})
        check(id=(id, _FEED_ID), public_key=(public_key, _FEED_ID), api_id=(api_id, _FEED_ID))
        check_names(fields, FeedFields.__annotations__, "a Feed")
        with self._lock:
            account = self._account()
            if id in account.feeds:
                raise wrong("id", "an id not in use", f"{shown(id)}, the id of another feed")
            feed = new_feed(account.ids, name, id=id, public_key=public_key, api_id=api_id)
            return account.feeds.put(validated_row(replace(feed, **_frozen(fields))))

    def change(self, id: str, **changes: Unpack[FeedChanges]) -> Feed:
        """Change some fields of a feed. Raises NoSuchRow, or TypeError for an unknown field."""
        typed_fields(Feed, {name: value for name, value in changes.items() if name == "name"})
        with self._lock:
            self._account().flush(self._service.clock.seconds(), "feed", id)
            derived = {"slug": slug(changes["name"])} if "name" in changes else {}
            return self._change(id, {**derived, **_frozen(changes)}, ("slug", *FeedChanges.__annotations__))

    def remove(self, id: str) -> Feed:
        """Remove a feed with its sources and their posts. Raises NoSuchRow."""
        with self._lock:
            return self._account().remove_feed(id)


class Sources(Collection[CuratorAccount, Source]):
    """Sources of one account by id, in the order of their creation."""

    columns = ("id", "feed_id", "source_type", "tag", "active")

    def add(
        self,
        feed_id: str | None = None,
        source_type: int = 1,
        tag: str = "curator_io",
        *,
        id: str = "",
        name: str | None = None,
        active: bool = True,
        error_count: int = 0,
        interval: int | None = None,
    ) -> Source:
        """Add a source and its latest posts, as if the API had created it; by default to the account's first feed.

        Raises NoSuchRow for an unknown feed, ValueError for an unknown source type or an invalid id, TypeError for any other
        invalid value.
        """
        typed_fields(
            Source, {"tag": tag, "name": tag if name is None else name, "active": active, "error_count": error_count}
        )
        check(id=(id, _SOURCE_ID), interval=(interval, optional(INTEGER)), source_type=(source_type, INTEGER))
        check(feed_id=(feed_id, optional(TEXT)))
        with self._lock:
            account = self._account()
            if id in account.sources:
                raise wrong("id", "an id not in use", f"{shown(id)}, the id of another source")
            optional_fields: dict[str, Any] = {"name": name, "interval": interval}
            fields = {field: value for field, value in optional_fields.items() if value is not None}
            feed = _find_feed(account, feed_id)
            return actions.add_source(
                account, _find_source_type(source_type), feed.id, tag,
                self._service.clock.seconds(), self._service.settings.posts_delay_seconds,
                id=id, active=active, error_count=error_count, **fields,
            )  # fmt: skip

    def change(self, id: str, **changes: Unpack[SourceChanges]) -> Source:
        """Change some fields of a source. Raises NoSuchRow, or TypeError for an unknown field."""
        return self._change(id, changes, SourceChanges.__annotations__)

    def remove(self, id: str) -> Source:
        """Remove a source with its posts. Raises NoSuchRow."""
        with self._lock:
            return self._account().remove_source(id)


class Posts(Collection[CuratorAccount, Post]):
    """Posts of one account by id, the oldest first and pinned ones last."""

    columns = ("id", "source_id", "source_created_at", "shown", "text")

    @property
    def _store(self) -> Store[Post]:
        with self._lock:
            self._account().flush(self._service.clock.seconds())
            return super()._store

    def add(self, source_id: str | None = None, feed_id: str | None = None, **fields: Unpack[PostFields]) -> Post:
        """Add a post to a source, or to the first source of a feed; a feed without a source gets one without posts.

        Fields that are not given are generated; the post is published now. Raises NoSuchRow for an unknown source or feed,
        ValueError for a time without a zone.
        """
        created = fields.get("source_created_at")
        check(source_created_at=(created, optional(DATETIME)), pinned_at=(fields.get("pinned_at"), optional(DATETIME)))
        check(source_id=(source_id, optional(TEXT)), feed_id=(feed_id, optional(TEXT)))
        check_names(fields, PostFields.__annotations__, "a Post")
        with self._lock:
            account, at = self._account(), self._service.clock.seconds()
            source = account.sources[source_id] if source_id else self._first_source(account, feed_id, at)
            feed = account.feeds[source.feed_id]
            fetch = Fetch(
                id=account.ids.count("post"), source_id=source.id, feed_id=feed.id, tag=source.tag,
                requested_at=at, due=at, count=1,
            )  # fmt: skip
            (post,) = post_generator.generate_posts(fetch, source, shown=feed.moderation == "post")
            values: dict[str, Any] = {"source_created_at": datetime.fromtimestamp(at, UTC), **fields}
            if created is not None:
                values["source_created_at"] = created.astimezone(UTC)
            return account.posts.put(validated_row(replace(post, **_with_pinned_at(values, at))))

    def change(self, id: int, **changes: Unpack[PostFields]) -> Post:
        """Change some fields of a post: `shown=False` disables it, `pinned=True` puts it first.

        Raises NoSuchRow, or TypeError for an unknown field.
        """
        for name in ("source_created_at", "pinned_at"):
            check(**{name: (changes.get(name), optional(DATETIME))})
        with self._lock:
            values = _with_pinned_at(dict(changes), self._service.clock.seconds())
            return self._change(id, values, PostFields.__annotations__)

    def deliver(self, source_id: str | None = None) -> int:
        """Deliver all requested posts now, or those of one source, and return their number. Raises NoSuchRow."""
        check(source_id=(source_id, optional(TEXT)))
        with self._lock:
            return fetches.deliver(self._account(), self._service.clock.seconds(), source_id)

    @staticmethod
    def _first_source(account: CuratorAccount, feed_id: str | None, at: float) -> Source:
        feed = _find_feed(account, feed_id)
        for source in account.sources.page(0, 1, group="feed", value=feed.id):
            return source
        return actions.put_source(account, _find_source_type(1), feed.id, "curator_io", at, 0)


class Curator(AccountHandle[CuratorAccount]):
    """A test's view of one account of Curator; the fake's attribute `curator` is the home account."""

    def __init__(self, service: Service, lock: RLock, name: str | None = None) -> None:
        super().__init__(service, lock, name)
        self.feeds = Feeds(service, lock, lambda: self._account, "feeds")
        self.sources = Sources(service, lock, lambda: self._account, "sources")
        self.posts = Posts(service, lock, lambda: self._account, "posts")

    @property
    def _rows(self) -> Sequence[Collection[CuratorAccount, Any]]:
        return self.feeds, self.sources, self.posts

    def account(self, name: str) -> Curator:
        """Return another account by its name: its API key, unless the fake was given credentials."""
        return Curator(self._service, self._lock, name)


def deliver_posts(curator: Curator, source_id: str | None = None) -> int:
    """Deliver all requested posts now, or those of one source, and return their number."""
    return curator.posts.deliver(source_id)


ACTIONS = (Action("posts.deliver", deliver_posts),)


def _find_feed(account: CuratorAccount, feed_id: str | None) -> Feed:
    """Return the feed with an id, or the account's first for None. Raises NoSuchRow."""
    if feed_id is not None:
        return account.feeds[feed_id]
    for feed in account.feeds.page(0, 1):
        return feed
    raise NoSuchRow(None, "feeds")


def _find_source_type(number: int) -> SourceType:
    """Return a source type by its number. Raises ValueError."""
    kind = source_types().get(number)
    if kind is None:
        raise wrong("source_type", f"one of {', '.join(map(str, source_types()))}", shown(number))
    return kind


def _frozen(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: freeze(value) for name, value in fields.items()}


def _with_pinned_at(fields: dict[str, Any], at: float) -> dict[str, Any]:
    """Return the same fields, with `pinned_at` set where they have `pinned` alone."""
    if "pinned" in fields and "pinned_at" not in fields:
        fields["pinned_at"] = datetime.fromtimestamp(at, UTC) if fields["pinned"] else None
    return fields
