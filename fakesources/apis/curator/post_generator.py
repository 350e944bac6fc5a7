"""What a network's latest posts look like: made up, plausible, and the same in every run.

Everything follows from the source, its tag, and the post's number; the words are in `data/posts.json`. No address
leads anywhere: pictures are under the reserved name `images.example`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

from .data import SourceType, read, source_types
from .state import Fetch, Post, Source

_EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
"""When a clock stands in the year 1, its posts are those before this: before its own time the calendar has no room."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@cache
def _words() -> Mapping[str, Any]:
    words: dict[str, Any] = read("posts")
    return words


def posts_of(fetch: Fetch, source: Source, *, shown: bool) -> Iterator[Post]:
    """The posts a fetch brings, the oldest first, so that a newer post has a higher id."""
    asked = max(datetime.fromtimestamp(int(fetch.asked), UTC), _EARLIEST)
    for n in range(fetch.count):
        yield _post(fetch, source, n, asked, shown)


def _post(fetch: Fetch, source: Source, n: int, asked: datetime, shown: bool) -> Post:
    words, kind = _words(), source_types()[source.source_type]
    network = {**words["network"], **words["networks"].get(str(kind.network.id), {})}
    dice = SeededRandom(f"{source.id}\0{fetch.tag}\0{fetch.id + n}")
    user, name = _author(kind, fetch.tag, dice)
    identifier = dice.identifier(network["identifier"])
    width, height = network["image"]
    has_video = dice.below(network["video_one_in"]) == 0
    pieces = {"user": user, "identifier": identifier, "tag": fetch.tag}
    minutes = (fetch.count - n - 1) * network["minutes_between"] + dice.below(network["minutes_between"])
    return Post(
        id=fetch.id + n,
        source_id=source.id,
        feed_id=source.feed_id,
        source_type=source.source_type,
        network_id=kind.network.id,
        source_identifier=identifier,
        source_created_at=asked - timedelta(minutes=minutes, seconds=1 + dice.below(59)),
        user_screen_name=user,
        user_full_name=name,
        user_image=f"https://images.example/users/{user}.jpg",
        user_url=network["profile"].format(**pieces),
        text=_text(kind, fetch.tag, dice),
        url=network["post"].format(**pieces),
        image=f"https://images.example/posts/{identifier}.jpg" if width else "",
        image_width=width,
        image_height=height,
        video=f"https://images.example/posts/{identifier}.mp4" if has_video else "",
        video_width=width if has_video else 0,
        video_height=height if has_video else 0,
        likes=dice.below(400),
        comments=dice.below(40),
        views=dice.below(9000) if has_video else 0,
        shown=shown,
    )


def _author(kind: SourceType, tag: str, dice: SeededRandom) -> tuple[str, str]:
    """Screen name and full name: the tag's own where it is a user, somebody's where it is not."""
    if kind.tag_format is not None and kind.tag_format.name in ("username", "channel", "url-part", "company-id"):
        return "".join(char if char.isalnum() else "_" for char in tag), tag
    name: str = dice.one_of(_words()["authors"])
    return name.lower().replace(" ", "_"), name


def _text(kind: SourceType, tag: str, dice: SeededRandom) -> str:
    line: str = dice.one_of(_words()["lines"])
    return f"{line} #{tag.lstrip('#')}" if kind.is_hashtag else line


class SeededRandom:
    """Numbers that look thrown and follow from a text."""

    def __init__(self, text: str) -> None:
        self._rest = int.from_bytes(blake2b(text.encode(), digest_size=48).digest(), "big")

    def below(self, many: int) -> int:
        """A number from 0 up to, and without, `many`."""
        self._rest, number = divmod(self._rest, many)
        return number

    def one_of(self, things: list[Any]) -> Any:
        """One thing of a list."""
        return things[self.below(len(things))]

    def identifier(self, style: str) -> str:
        """What a network calls a post: a "number", a "pair" of numbers or a "code" of eleven signs."""
        if style == "code":
            return "".join(LETTERS[self.below(64)] for _ in range(11))
        number = str(10**17 + self.below(9 * 10**17))
        return f"{number}_{10**8 + self.below(9 * 10**8)}" if style == "pair" else number
