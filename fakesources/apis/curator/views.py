"""Views of a row in all responses, of either edition; `views_2017` and `views_2025` have the views themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .account import CuratorAccount
from .editions import CuratorEdition
from .settings import IMAGES_URL
from .state import Feed, Fetch, Post, Source


def all_views(
    edition: CuratorEdition, account: CuratorAccount, row: Feed | Source | Post | Fetch, at: float
) -> Iterator[tuple[str, Any]]:
    """Yield the name of a schema and the view of a row for each kind of response that shows it; none for a fetch."""
    if isinstance(row, Feed):
        yield "feed", edition.feed_listed(account, row, at)
        yield "feeds.created", edition.feed_created(account, row, at)
    elif isinstance(row, Source):
        yield "source", edition.source_listed(account, row, at)
    elif isinstance(row, Post):
        yield "post", edition.post(row, IMAGES_URL)
