"""What a user may choose of DataSift's manners."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.contract.api import Settings
from ...core.text.arguments import wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftSettings(Settings):
    """`rate_limit` is the credits an account has in an hour, `rate_limit_status` what a call beyond them is answered
    with: 403, which every official client takes for an error, or 429. Raises ValueError for anything else.
    """

    rate_limit: int = 10_000
    rate_limit_status: int = 403

    def __post_init__(self) -> None:
        if self.rate_limit < 0:
            raise wrong("rate_limit", "0 or more credits an hour", f"{self.rate_limit}")
        if self.rate_limit_status not in (403, 429):
            raise wrong("rate_limit_status", "403 or 429", f"{self.rate_limit_status}")
