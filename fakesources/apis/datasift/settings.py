"""Settings of DataSift's API."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.contract.settings import Settings
from ...core.text.arguments import wrong
from ...core.text.options import option, parse_integer


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftSettings(Settings):
    """Settings of DataSift's API. Official clients take a status of 403 for an error, not every one takes 429.

    Raises ValueError for a limit below 0 and for another status.
    """

    rate_limit: int = option(10_000, "DataSift: the credits an account has in an hour", "CREDITS", parse_integer)
    rate_limit_status: int = option(
        403, "DataSift: the status of a call beyond the limit: 403 or 429", "STATUS", parse_integer
    )

    def __post_init__(self) -> None:
        if self.rate_limit < 0:
            raise wrong("rate_limit", "0 or more credits an hour", f"{self.rate_limit}")
        if self.rate_limit_status not in (403, 429):
            raise wrong("rate_limit_status", "403 or 429", f"{self.rate_limit_status}")
