"""Settings of Curator's API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from ...core.contract.settings import Settings
from ...core.text.arguments import shown, wrong
from ...core.text.options import option, parse_boolean, parse_integer

IMAGES_URL = "https://images.example"
"""Base URL of the addresses in posts by default: a reserved name, at which there is nothing."""

SERVER = "server"
"""Base URL of the server of `serve` and `run`, which draws the pictures of posts."""

SERVED_PATH = "/images"
"""Path at which a server has the pictures, by whatever name it is called."""

IMMEDIATE = "immediate"
MANUAL = "manual"


EDITION = option("docs-2017", "the edition of Curator's API: docs-2017 or docs-2025", "EDITION")
"""Option of a fake with the name of the edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorSettings(Settings):
    """Settings of Curator's API. Raises ValueError for another status than 401 and 403, and for a wrong `posts`."""

    bearer: bool = option(False, "Curator: take a key as a Bearer token, too", "YES|NO", parse_boolean)
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

    images_url: str = option(
        IMAGES_URL,
        "Curator: the base URL of the pictures of posts, which the fake draws; server is that of serve and run",
        "URL|server",
    )

    def __post_init__(self) -> None:
        if self.images_url not in (IMAGES_URL, SERVER):
            _check_base_url(self.images_url)
        if self.wrong_key_status not in (401, 403):
            raise wrong("wrong_key_status", "401 or 403", f"{self.wrong_key_status}")
        if not self.posts_delay_seconds >= 0:
            raise wrong("posts", "0 seconds or more", shown(self.posts))

    @property
    def images_base(self) -> str:
        """Base URL of the addresses in posts, without a slash at its end."""
        return IMAGES_URL if self.images_url == SERVER else self.images_url.rstrip("/")

    @property
    def base_urls(self) -> tuple[str, ...]:
        """Base URL of the pictures, if it is not the default one."""
        return () if self.images_base == IMAGES_URL else (self.images_base,)

    def served_at(self, url: str) -> CuratorSettings:
        """Return the settings with the pictures at a server, where its own base URL was chosen."""
        return replace(self, images_url=f"{url}{SERVED_PATH}") if self.images_url == SERVER else self

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


def _check_base_url(url: str) -> None:
    """Raise ValueError for a base URL that is none, or that clients would change, such as one with a space.

    What it needs is imported here: options are read in every pytest run.
    """
    from urllib.parse import quote

    from ...core.http.hosts import parts_of
    from ...core.http.masking import mask_url

    parts = parts_of(url)
    is_encoded = url.isascii() and quote(url, safe="!$%&'()*+,/:;=@[]~") == url
    if parts is None or parts.query or parts.fragment or parts.username or not is_encoded:
        raise wrong("images_url", f"a base URL such as {IMAGES_URL} or {SERVER}", shown(mask_url(url)))
