"""DataSift's editions: one consistent description of the API each, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...core.contract.api import Edition
from .state import StatusWords


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftEdition(Edition):
    """Differences between the editions, beside their schemas.

    - `words`: the words for a source's status;
    - `has_item_extras`: items of `auth` and `resources` have `source_id` and `status`;
    - `has_both_spellings`: start and stop return `source_type_id` and `identities` too;
    - `has_text_ids`: the resource parameters in `SourceType.texts` are text, regardless of the type sent;
    - `switches`: the switches that are always shown, in order, by source type: (spelling, name in the row).
    """

    words: StatusWords
    has_item_extras: bool
    has_both_spellings: bool
    has_text_ids: bool
    switches: Mapping[str, tuple[tuple[str, str], ...]]


def _same_spelling(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


DOCUMENTED = DataSiftEdition(
    name="docs-1.6",
    description="The v1.6 documentation: the page of /source/start first, then the pages beside it.",
    words=StatusWords(running="active", stopped="stopped"),
    has_item_extras=True,
    has_both_spellings=True,
    has_text_ids=False,
    switches={
        "facebook_page": _same_spelling("comments", "posts_by_others", "page_likes", "comment_count", "like_count"),
        "instagram": _same_spelling("comments", "like_count", "comment_count"),
        "googleplus": _same_spelling("comments", "plus_ones"),
        "yammer": _same_spelling("extract_links"),
        "twitter_gnip": (),
    },
)

RECORDED = DataSiftEdition(
    name="live-1.6",
    description="The live service, as recorded in January 2018.",
    words=StatusWords(running="running", stopped="stopped"),
    has_item_extras=False,
    has_both_spellings=False,
    has_text_ids=True,
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
