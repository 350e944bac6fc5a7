"""Checks of recorded traffic beyond schemas: the life cycles of sources, feeds and posts.

Feeds are also created in the vendor's dashboard, and have three ids; so a client may use the id of a feed that no
recorded response shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ...core.contract.call import Call
from ...core.contract.traffic import Deviation, Trace, Traffic
from .account import CuratorAccount, new_feed
from .data import source_types
from .state import DELIVERED, Source

TRACES = (
    Trace(operation="curator.sources.list", kind="source", returns=("id",)),
    Trace(operation="curator.sources.list", kind="feed", returns=("feed_id",)),
    Trace(operation="curator.sources.create", kind="source", creates="id"),
    Trace(operation="curator.sources.create", kind="feed", returns=("feed_id",)),
    Trace(operation="curator.sources.update", kind="source", parameter="source_id", returns=("id",)),
    Trace(operation="curator.sources.update", kind="feed", returns=("feed_id",)),
    Trace(operation="curator.sources.delete", kind="source", parameter="source_id", deletes=True),
    Trace(operation="curator.feeds.list", kind="feed", returns=("id",)),
    Trace(operation="curator.feeds.create", kind="feed", creates="id"),
    Trace(operation="curator.feeds.update", kind="feed", parameter="feed_id", returns=("id",)),
    Trace(operation="curator.feeds.delete", kind="feed", parameter="feed_id", deletes=True),
    Trace(operation="curator.posts.list", kind="feed", parameter="feed_id", external=True),
    Trace(operation="curator.posts.list", kind="post", returns=("posts.id",)),
    Trace(operation="curator.posts.get", kind="feed", parameter="feed_id", external=True),
    Trace(operation="curator.posts.get", kind="post", parameter="post_id", returns=("post.id",)),
    Trace(operation="curator.posts.inappropriate", kind="post", parameter="post_id"),
    Trace(operation="curator.posts.love", kind="post", parameter="post_id"),
)


def create_named_rows(call: Call, value: Any) -> None:
    """Create the feed and the source that a call names, with the values of its recorded response."""
    account: CuratorAccount = call.account
    response = value if isinstance(value, dict) else {}
    feed_id = _text(call.path.get("feed_id") or call.params.get("feed_id") or response.get("feed_id"))
    if feed_id and feed_id not in account.feeds:
        account.feeds.put(new_feed(account.ids, _text(response.get("name")) or "Recorded", id=feed_id))
    source_id = _text(call.path.get("source_id")).lower()
    if source_id:
        kind = response.get("source_type")
        number = kind.get("id") if isinstance(kind, dict) else kind
        types = source_types()
        account.sources.put(
            Source(
                id=source_id,
                number=1,
                feed_id=feed_id or account.feeds.page(0, 1)[0].id,
                source_type=number if isinstance(number, int) and number in types else next(iter(types)),
                tag="",
                name=_text(response.get("name")),
                made_at=datetime.fromtimestamp(call.time, UTC),
                due=DELIVERED,
            )
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def find_deviations(operation: str, value: Any) -> Iterator[Deviation]:
    """Yield deviations from the order of posts, where an edition shows which are pinned, and from their count."""
    if operation != "curator.posts.list":
        return
    posts = value["posts"]
    keys = [(post["pinned"], post["source_created_at"]) for post in posts if "pinned" in post]
    if keys != sorted(keys, reverse=True):
        yield Deviation(f"{operation}.order", "$.posts", f"{keys[0][1]} first", "pinned posts first, then the newest")
    if len(posts) > value["postCount"]:
        path, actual = "$.postCount", str(value["postCount"])
        yield Deviation(f"{operation}.200.postCount", path, actual, f"{len(posts)} or more, the posts on the page")


TRAFFIC = Traffic(
    pages={
        "status": "response-codes",
        "content-type": "getting-started",
        "body": "getting-started",
        "error-text": "response-codes",
        "unseen-id": "sources",
        "gone-id": "sources",
        "path": "sources, feeds",
        "failure": "response-codes",
        "redirect": "design",
        "preflight": "design",
    },
    namespaces=("/v1/sources", "/v1/feeds"),
    neighbours=frozenset({"feed"}),
    traces=TRACES,
    determined={
        "curator.sources.create": ("tag", "feed_id", "status"),
        "curator.sources.update": ("id", "tag"),
        "curator.sources.delete": ("success", "message"),
        "curator.feeds.create": ("name", "moderation"),
        "curator.feeds.update": ("id", "name"),
        "curator.feeds.delete": ("success", "message"),
    },
    arrange=create_named_rows,
    deviations=find_deviations,
)
