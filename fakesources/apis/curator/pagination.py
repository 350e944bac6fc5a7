"""Pagination of posts: filters, order, and the cursors of the next pages.

Pinned posts come first, then the newest; `after` leads to older posts and `before` to newer ones. A cursor holds the sort
key of a post and not its id, so it stays valid when posts are added or removed.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .account import CuratorAccount
from .data import source_types
from .state import Feed, Post, SortKey, Source, sort_key

ANY = 0
"""Number that stands for every network, type or source in a filter."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts of a feed and all its sources, the number of posts that pass the filter, the cursors of the next pages."""

    sources: list[Source]
    feed: Feed
    posts: list[Post]
    count: int
    after: str
    before: str


def select_page(account: CuratorAccount, feed: Feed, query: Mapping[str, Any], limit: int) -> Page:
    """Return the page for a query that its schema accepts and whose cursors are valid."""
    group, sources = _group(account, feed, query), account.sources.page(group="feed", value=feed.id)
    if group is None:
        return Page(sources, feed, [], 0, query.get("after", ""), query.get("before", ""))
    name, value = group
    store = account.posts
    count = store.count(name, value)
    after, before = query.get("after", ""), query.get("before", "")
    start = count - store.count_below(parse_cursor(after), group=name, value=value) if after else 0
    stop = count - store.count_up_to(parse_cursor(before), group=name, value=value) if before else count
    offset = query.get("offset", 0)
    if before and not after:
        stop = max(stop - offset, 0)
        start = max(stop - limit, 0)
    else:
        start += offset
        stop = min(start + limit, stop)
    posts = store.page(start, stop, newest=True, group=name, value=value) if start < stop else []
    if not posts:
        return Page(sources, feed, posts, count, after or before, before or after)
    return Page(sources, feed, posts, count, format_cursor(sort_key(posts[-1])), format_cursor(sort_key(posts[0])))


def _group(account: CuratorAccount, feed: Feed, query: Mapping[str, Any]) -> tuple[str, Hashable] | None:
    """Return the name and value of the store's group for a query's filters, or None where no post can pass.

    The narrowest filter names the group and the wider ones have to agree with it: a source has one type, a type has
    one network.
    """
    network, kind = query.get("network_id", ANY), query.get("source_type", ANY)
    source_id = query.get("source_id", str(ANY))
    name: str
    value: tuple[Hashable, ...]
    if source_id != str(ANY):
        source = _find_source(account, feed, source_id)
        if source is None or (kind and kind != source.source_type):
            return None
        if network and network != _network_of(source.source_type):
            return None
        name, value = "source", (source.id,)
    elif kind:
        if network and network != _network_of(kind):
            return None
        name, value = "type", (feed.id, kind)
    elif network:
        name, value = "network", (feed.id, network)
    else:
        name, value = "feed", (feed.id,)
    status = query.get("status", "1")
    if status != "all":
        name, value = f"{name} shown", (*value, status == "1")
    return name, value if len(value) > 1 else value[0]


def _network_of(number: int) -> int:
    kind = source_types().get(number)
    return kind.network.id if kind else -1


def _find_source(account: CuratorAccount, feed: Feed, id: str) -> Source | None:
    """Return a feed's source by its number in lists of posts, or by its id."""
    source = account.sources.find(id.lower())
    if source is not None:
        return source if source.feed_id == feed.id else None
    sources = account.sources.page(group="feed", value=feed.id)
    return next((source for source in sources if str(source.number) == id), None)


def format_cursor(key: SortKey) -> str:
    """Return a sort key as a cursor: base64 of JSON, as in the documentation's samples."""
    pinned, created, id = key
    time = created.isoformat(timespec="microseconds")[:26]
    text = f'{{"pinned":{int(pinned)},"source_created_at":"{time}Z","id":{id}}}'
    return b64encode(text.encode()).decode()


def parse_cursor(cursor: str) -> SortKey:
    """Return the sort key in a cursor. Raises ValueError for any other text."""
    try:
        value = json.loads(b64decode(cursor, validate=True))
        created = datetime.strptime(value["source_created_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        pinned, id = value["pinned"], value["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError(f"cursor: expected base64 of JSON, got {cursor[:40]!r}") from None
    if pinned not in (0, 1) or type(id) is not int:
        raise ValueError(f"cursor: expected base64 of JSON, got {cursor[:40]!r}")
    return bool(pinned), created, id


def is_cursor(text: str) -> bool:
    """Return whether a text is a valid cursor."""
    try:
        parse_cursor(text)
    except ValueError:
        return False
    return True
