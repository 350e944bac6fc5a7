"""Fetches: requesting the latest posts of a source from its network, and their delivery.

A request is kept as one Fetch, so that creating a source adds one row and not twenty; the account replaces it by posts
when something reads them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ...core.storage.store import NoSuchRow
from ...core.text.arguments import hidden_for
from .account import CuratorAccount
from .state import DELIVERED, NEVER, Fetch, Source

__tracebackhide__ = hidden_for(NoSuchRow)

POSTS_PER_FETCH = 20
"""Number of posts that are requested, as documented on the page Sources."""


def due_time(at: float, delay: float) -> float:
    """Return when posts requested at a time are delivered, after a delay in seconds."""
    return min(at + delay, NEVER) if delay else DELIVERED


def request_posts(account: CuratorAccount, source: Source, at: float) -> None:
    """Request the latest posts for a source's tag, to be delivered when the source is due."""
    account.fetches.put(
        Fetch(
            id=account.ids.count("post", POSTS_PER_FETCH),
            source_id=source.id,
            feed_id=source.feed_id,
            tag=source.tag,
            requested_at=at,
            due=source.due,
            count=POSTS_PER_FETCH,
        )
    )


def deliver(account: CuratorAccount, at: float, source_id: str | None = None) -> int:
    """Deliver all requested posts now, or those of one source, and return their number.

    Raises NoSuchRow for a source that does not exist.
    """
    sources = account.sources.page() if source_id is None else [account.sources[source_id]]
    posts = 0
    for source in sources:
        if not source.is_initialised(at):
            account.sources.put(replace(source, due=DELIVERED))
            for fetch in account.fetches.page(group="source", value=source.id):
                if fetch.due > at:
                    account.fetches.put(replace(fetch, due=DELIVERED, requested_at=at))
                    posts += fetch.count
    return posts


def post_count(account: CuratorAccount, at: float, group: str, value: str) -> int:
    """Return the number of delivered posts of a "feed" or a "source", including those that nothing has read yet."""
    due = account.fetches.count_up_to(at, group=group, value=value)
    unread = sum(fetch.count for fetch in account.fetches.page(0, due, group=group, value=value)) if due else 0
    return account.posts.count(group, value) + unread


def oldest_post_time(account: CuratorAccount, source: Source, at: float) -> datetime:
    """Return the time of a source's oldest post, or of the source's creation while it has none."""
    account.flush(at, "source", source.id)
    posts = account.posts
    if not posts.count("source", source.id):
        return source.made_at
    first_pinned = posts.count_below((True,), group="source", value=source.id)
    ends = [*posts.page(0, 1, group="source", value=source.id)]
    ends += posts.page(first_pinned, first_pinned + 1, group="source", value=source.id)
    return min(post.source_created_at for post in ends)
