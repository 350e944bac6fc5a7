"""What a user may choose of Curator's manners."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ...core.contract.api import Settings
from ...core.text.arguments import shown, wrong

AT_ONCE = "immediate"
WHEN_TOLD = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorSettings(Settings):
    """Curator's manners.

    `bearer` takes `Authorization: Bearer KEY` as well, `wrong_key_status` is 403 or 401. `posts` says when the posts
    of a new source arrive: "immediate", "manual" by the test, or a number of seconds on the fake's clock ("90").
    Raises ValueError for anything else.
    """

    bearer: bool = False
    wrong_key_status: int = 403
    posts: str | float = AT_ONCE

    def __post_init__(self) -> None:
        if self.wrong_key_status not in (401, 403):
            raise wrong("wrong_key_status", "401 or 403", f"{self.wrong_key_status}")
        if not self.posts_take >= 0:
            raise wrong("posts", "0 seconds or more", shown(self.posts))

    @property
    def posts_take(self) -> float:
        """Seconds from asking a network to having its posts; infinite when a test says so."""
        if self.posts == AT_ONCE:
            return 0.0
        if self.posts == WHEN_TOLD:
            return inf
        try:
            return float(self.posts)
        except ValueError:
            raise wrong("posts", f"{AT_ONCE!r}, {WHEN_TOLD!r} or a number of seconds", shown(self.posts)) from None
