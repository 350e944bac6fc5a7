"""Curator's editions: the schemas and the views of rows in which they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...core.contract.api import Edition
from ...core.storage.rendered import RenderedJson
from . import views_2017, views_2025
from .account import CuratorAccount
from .pagination import Page
from .state import Feed, Post, Source

SourceView = Callable[[CuratorAccount, Source, float], RenderedJson]
FeedView = Callable[[CuratorAccount, Feed, float], RenderedJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorEdition(Edition):
    """An edition of the documentation: the views of rows in its responses."""

    source_listed: SourceView
    source_created: SourceView
    source_updated: SourceView
    feed_listed: FeedView
    feed_created: FeedView
    post: Callable[[Post, str], RenderedJson]
    posts: Callable[[Page, str], dict[str, Any]]


EDITIONS = {
    edition.name: edition
    for edition in (
        CuratorEdition(
            name="docs-2017",
            description="the pages of 2017: integer types and states, the feed inside each listed source",
            source_listed=views_2017.source_listed,
            source_created=views_2017.source_created,
            source_updated=views_2017.source_updated,
            feed_listed=views_2017.feed,
            feed_created=views_2017.feed,
            post=views_2017.post,
            posts=views_2017.posts,
        ),
        CuratorEdition(
            name="docs-2025",
            description="the newer pages: source types as objects, states as words, counts and intervals",
            source_listed=views_2025.source_listed,
            source_created=views_2025.source_created,
            source_updated=views_2025.source,
            feed_listed=views_2025.feed,
            feed_created=views_2025.feed_created,
            post=views_2025.post,
            posts=views_2025.posts,
        ),
    )
}
