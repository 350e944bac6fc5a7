"""Generator of a network's latest posts: plausible, and the same in every run.

Every value is derived from the source, its tag and the post's number; the texts are in `data/posts.json`. Images and
videos have addresses under IMAGES_URL, in whose place responses show that of the settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

from .data import SourceType, read, source_types
from .settings import IMAGES_URL
from .state import Fetch, Post, Source

_EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
"""Earliest time from which posts are dated back: `datetime` has no year 0 for the posts of a clock in the year 1."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@cache
def _words() -> Mapping[str, Any]:
    words: dict[str, Any] = read("posts")
    return words


def generate_posts(fetch: Fetch, source: Source, *, shown: bool) -> Iterator[Post]:
    """Yield the posts of a fetch, the oldest first, so that a newer post has a higher id."""
    requested_at = max(datetime.fromtimestamp(int(fetch.requested_at), UTC), _EARLIEST)
    for n in range(fetch.count):
        yield _post(fetch, source, n, requested_at, shown)


def _post(fetch: Fetch, source: Source, n: int, requested_at: datetime, shown: bool) -> Post:
    words, kind = _words(), source_types()[source.source_type]
    network = {**words["network"], **words["networks"].get(str(kind.network.id), {})}
    random = SeededRandom(f"{source.id}\0{fetch.tag}\0{fetch.id + n}")
    user, name = _author(kind, fetch.tag, random)
    identifier = random.identifier(network["identifier"])
    width, height = network["image"]
    has_video = random.below(network["video_one_in"]) == 0
    parts = {"user": user, "identifier": identifier, "tag": fetch.tag}
    minutes = (fetch.count - n - 1) * network["minutes_between"] + random.below(network["minutes_between"])
    return Post(
        id=fetch.id + n,
        source_id=source.id,
        feed_id=source.feed_id,
        source_type=source.source_type,
        network_id=kind.network.id,
        source_identifier=identifier,
        source_created_at=requested_at - timedelta(minutes=minutes, seconds=1 + random.below(59)),
        user_screen_name=user,
        user_full_name=name,
        user_image=f"{IMAGES_URL}/users/{user}.jpg",
        user_url=network["profile"].format(**parts),
        text=_text(kind, fetch.tag, random),
        url=network["post"].format(**parts),
        image=f"{IMAGES_URL}/posts/{identifier}.jpg" if width else "",
        image_width=width,
        image_height=height,
        video=f"{IMAGES_URL}/posts/{identifier}.mp4" if has_video else "",
        video_width=width if has_video else 0,
        video_height=height if has_video else 0,
        likes=random.below(400),
        comments=random.below(40),
        views=random.below(9000) if has_video else 0,
        shown=shown,
    )


def _author(kind: SourceType, tag: str, random: SeededRandom) -> tuple[str, str]:
    """Return screen name and full name: derived from the tag where it names a user, generated otherwise."""
    if kind.tag_format is not None and kind.tag_format.name in ("username", "channel", "url-part", "company-id"):
        return "".join(char if char.isalnum() else "_" for char in tag), tag
    name: str = random.choice(_words()["authors"])
    return name.lower().replace(" ", "_"), name


def _text(kind: SourceType, tag: str, random: SeededRandom) -> str:
    line: str = random.choice(_words()["lines"])
    return f"{line} #{tag.lstrip('#')}" if kind.is_hashtag else line


class SeededRandom:
    """Pseudo-random numbers that are derived from a text."""

    def __init__(self, text: str) -> None:
        self._rest = int.from_bytes(blake2b(text.encode(), digest_size=48).digest(), "big")

    def below(self, bound: int) -> int:
        """Return an integer from 0 up to, and without, `bound`."""
        self._rest, number = divmod(self._rest, bound)
        return number

    def choice(self, items: list[Any]) -> Any:
        """Return one item of a list."""
        return items[self.below(len(items))]

    def identifier(self, style: str) -> str:
        """Return a post's identifier at its network: a "number", a "pair" of numbers or a "code" of eleven characters."""
        if style == "code":
            return "".join(LETTERS[self.below(64)] for _ in range(11))
        number = str(10**17 + self.below(9 * 10**17))
        return f"{number}_{10**8 + self.below(9 * 10**8)}" if style == "pair" else number
