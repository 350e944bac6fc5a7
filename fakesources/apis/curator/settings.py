"""Settings of Curator's API."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ...core.contract.settings import Settings
from ...core.text.arguments import shown, wrong
from ...core.text.options import option, parse_boolean, parse_integer

IMMEDIATE = "immediate"
MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorSettings(Settings):
    """Settings of Curator's API. Raises ValueError for another status than 401 and 403, and for a wrong `posts`."""

    bearer: bool = option(False, "Curator: whether a key may also come as a Bearer token", "YES|NO", parse_boolean)
    wrong_key_status: int = option(
        403, "Curator: the status of a call with a wrong key: 401 or 403", "STATUS", parse_integer
    )
    posts: str | float = option(
        IMMEDIATE,
        "Curator: when the posts of a new source arrive: immediate, manual, or after so many seconds",
        "WHEN",
        types=(str, float, int),
        expected="a text or a number",
    )

    def __post_init__(self) -> None:
        if self.wrong_key_status not in (401, 403):
            raise wrong("wrong_key_status", "401 or 403", f"{self.wrong_key_status}")
        if not self.posts_delay_seconds >= 0:
            raise wrong("posts", "0 seconds or more", shown(self.posts))

    @property
    def posts_delay_seconds(self) -> float:
        """Seconds from the fetch of a source to the arrival of its posts; infinite where a test delivers them."""
        if self.posts == IMMEDIATE:
            return 0.0
        if self.posts == MANUAL:
            return inf
        try:
            return float(self.posts)
        except ValueError:
            raise wrong("posts", f"{IMMEDIATE!r}, {MANUAL!r} or a number of seconds", shown(self.posts)) from None
