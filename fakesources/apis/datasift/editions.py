"""DataSift's editions: one consistent description each, as data. Nothing in here acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...core.contract.api import Edition
from .state import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftEdition(Edition):
    """What the editions differ in, beside their schemas.

    `item_extras`: items of `auth` and `resources` carry `source_id` and `status`. `both_spellings`: start and stop
    answer `source_type_id` and `identities` too. `texts`: resource ids are text whatever they came as. `switches` are,
    by source type, the switches always shown, in order, as spelled: (spelling, the row's name).
    """

    words: Words
    item_extras: bool
    both_spellings: bool
    texts: bool
    switches: Mapping[str, tuple[tuple[str, str], ...]]


def _as_they_are(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


DOCUMENTED = DataSiftEdition(
    name="docs-1.6",
    description="The v1.6 documentation: the page of /source/start first, then its sisters.",
    words=Words(running="active", stopped="stopped"),
    item_extras=True,
    both_spellings=True,
    texts=False,
    switches={
        "facebook_page": _as_they_are("comments", "posts_by_others", "page_likes", "comment_count", "like_count"),
        "instagram": _as_they_are("comments", "like_count", "comment_count"),
        "googleplus": _as_they_are("comments", "plus_ones"),
        "yammer": _as_they_are("extract_links"),
        "twitter_gnip": (),
    },
)

RECORDED = DataSiftEdition(
    name="live-1.6",
    description="What the live service answered to recorded calls of January 2018.",
    words=Words(running="running", stopped="stopped"),
    item_extras=False,
    both_spellings=False,
    texts=True,
    switches={
        **DOCUMENTED.switches,
        "facebook_page": (
            ("posts_by_others", "posts_by_others"),
            ("comments", "comments"),
            ("comment_counts", "comment_count"),
            ("like_counts", "like_count"),
            ("share_counts", "share_counts"),
            ("page_likes", "page_likes"),
            ("tagged", "tagged"),
        ),
    },
)

EDITIONS = {edition.name: edition for edition in (DOCUMENTED, RECORDED)}
