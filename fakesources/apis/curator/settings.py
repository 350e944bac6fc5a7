"""Settings of Curator."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ...core.contract.api import Settings
from ...core.text.arguments import shown, wrong

IMMEDIATE = "immediate"
MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorSettings(Settings):
    """Settings of Curator.

    `bearer` accepts `Authorization: Bearer KEY` as well. `wrong_key_status` is the status for an unknown key, 403 or 401.
    `posts` is when a new source's posts are delivered: "immediate", "manual" (by the test), or a number of seconds on the
    fake's clock ("90"). Raises ValueError for anything else.
    """

    bearer: bool = False
    wrong_key_status: int = 403
    posts: str | float = IMMEDIATE

    def __post_init__(self) -> None:
        if self.wrong_key_status not in (401, 403):
            raise wrong("wrong_key_status", "401 or 403", f"{self.wrong_key_status}")
        if not self.posts_delay_seconds >= 0:
            raise wrong("posts", "0 seconds or more", shown(self.posts))

    @property
    def posts_delay_seconds(self) -> float:
        """Seconds from requesting posts of a network to their delivery; infinite for manual delivery."""
        if self.posts == IMMEDIATE:
            return 0.0
        if self.posts == MANUAL:
            return inf
        try:
            return float(self.posts)
        except ValueError:
            raise wrong("posts", f"{IMMEDIATE!r}, {MANUAL!r} or a number of seconds", shown(self.posts)) from None
