"""The arrival of posts: a source asks its network for the latest ones, and they come.

What was asked for is written down as one Fetch, so that creating a source costs one row more and not twenty; the
account makes posts of it when somebody looks at them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .account import CuratorAccount
from .state import ARRIVED, NEVER, Fetch, Source

LATEST = 20
"""How many posts are asked for, as the page on Sources has it."""


def due(at: float, takes: float) -> float:
    """When posts asked for at a time arrive, if they take so many seconds."""
    return min(at + takes, NEVER) if takes else ARRIVED


def ask(account: CuratorAccount, source: Source, at: float) -> None:
    """Have the latest posts for a source's tag arrive when the source says they are due."""
    account.fetches.put(
        Fetch(
            id=account.ids.count("post", LATEST),
            source_id=source.id,
            feed_id=source.feed_id,
            tag=source.tag,
            asked=at,
            due=source.due,
            count=LATEST,
        )
    )


def deliver(account: CuratorAccount, at: float, source_id: str | None = None) -> int:
    """Have everything that is on its way arrive now, or what one source has asked for; how many posts that are.

    Raises NoSuchRow for a source that does not exist.
    """
    sources = account.sources.page() if source_id is None else [account.sources[source_id]]
    posts = 0
    for source in sources:
        if not source.initialised(at):
            account.sources.put(replace(source, due=ARRIVED))
            for fetch in account.fetches.page(group="source", value=source.id):
                if fetch.due > at:
                    account.fetches.put(replace(fetch, due=ARRIVED, asked=at))
                    posts += fetch.count
    return posts


def post_count(account: CuratorAccount, at: float, group: str, value: str) -> int:
    """How many posts a "feed" or a "source" has, those included that nobody has looked at."""
    arrived = account.fetches.up_to(at, group=group, value=value)
    unseen = sum(fetch.count for fetch in account.fetches.page(0, arrived, group=group, value=value)) if arrived else 0
    return account.posts.count(group, value) + unseen


def oldest(account: CuratorAccount, source: Source, at: float) -> datetime:
    """The time of a source's oldest post; the time it was made while it has none."""
    account.settle(at, "source", source.id)
    posts = account.posts
    if not posts.count("source", source.id):
        return source.made_at
    first_pinned = posts.below((True,), group="source", value=source.id)
    ends = [*posts.page(0, 1, group="source", value=source.id)]
    ends += posts.page(first_pinned, first_pinned + 1, group="source", value=source.id)
    return min(post.source_created_at for post in ends)
