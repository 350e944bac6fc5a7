"""Pages of posts: which posts a request asks for, in what order, and the cursors that lead to the next ones.

Pinned posts come first, then the newest; `after` leads to older posts and `before` to newer ones. A cursor names the
place of a post and not the post, so it holds when posts come and go. Knows no HTTP and no edition.
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
from .state import Feed, Place, Post, Source, place

EVERYTHING = 0
"""The number that stands for every network, type or source in a filter."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts of a feed: the posts themselves, how many there are under the filter, and the cursors to go on."""

    account: CuratorAccount
    feed: Feed
    posts: list[Post]
    count: int
    after: str
    before: str


def cut(account: CuratorAccount, feed: Feed, query: Mapping[str, Any], limit: int) -> Page:
    """The page a query asks for. `query` is as its schema has it, its cursors are cursors."""
    group = _group(account, feed, query)
    if group is None:
        return Page(account, feed, [], 0, query.get("after", ""), query.get("before", ""))
    name, value = group
    store = account.posts
    count = store.count(name, value)
    after, before = query.get("after", ""), query.get("before", "")
    start = count - store.below(place_of(after), group=name, value=value) if after else 0
    stop = count - store.up_to(place_of(before), group=name, value=value) if before else count
    offset = query.get("offset", 0)
    if before and not after:
        stop = max(stop - offset, 0)
        start = max(stop - limit, 0)
    else:
        start += offset
        stop = min(start + limit, stop)
    posts = store.page(start, stop, newest=True, group=name, value=value) if start < stop else []
    if not posts:
        return Page(account, feed, posts, count, after or before, before or after)
    return Page(account, feed, posts, count, cursor(place(posts[-1])), cursor(place(posts[0])))


def _group(account: CuratorAccount, feed: Feed, query: Mapping[str, Any]) -> tuple[str, Hashable] | None:
    """The group of posts that a query's filters name; None where nothing can be in it.

    The narrowest filter names the group and the wider ones have to agree with it: a source has one type, a type has
    one network.
    """
    network, kind = query.get("network_id", EVERYTHING), query.get("source_type", EVERYTHING)
    asked_for = query.get("source_id", str(EVERYTHING))
    name: str
    value: tuple[Hashable, ...]
    if asked_for != str(EVERYTHING):
        source = _source(account, feed, asked_for)
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


def _network_of(kind: int) -> int:
    known = source_types().get(kind)
    return known.network.id if known else -1


def _source(account: CuratorAccount, feed: Feed, id: str) -> Source | None:
    """A feed's source by the number posts call it by, or by its id."""
    found = account.sources.find(id.lower())
    if found is not None:
        return found if found.feed_id == feed.id else None
    sources = account.sources.page(group="feed", value=feed.id)
    return next((source for source in sources if str(source.number) == id), None)


def cursor(where: Place) -> str:
    """A place as callers carry it around: base64 of JSON, as in the documentation's samples."""
    pinned, created, id = where
    time = created.isoformat(timespec="microseconds")[:26]
    text = f'{{"pinned":{int(pinned)},"source_created_at":"{time}Z","id":{id}}}'
    return b64encode(text.encode()).decode()


def place_of(cursor: str) -> Place:
    """The place a cursor names. Raises ValueError for a text that is no cursor."""
    try:
        named = json.loads(b64decode(cursor, validate=True))
        created = datetime.strptime(named["source_created_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        pinned, id = named["pinned"], named["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError(f"{cursor[:40]!r} is no cursor") from None
    if pinned not in (0, 1) or type(id) is not int:
        raise ValueError(f"{cursor[:40]!r} is no cursor")
    return bool(pinned), created, id


def is_cursor(text: str) -> bool:
    """Return whether a text names a place."""
    try:
        place_of(text)
    except ValueError:
        return False
    return True
