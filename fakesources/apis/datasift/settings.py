"""Settings of the DataSift API that a user may choose."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.contract.api import Settings
from ...core.text.arguments import wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftSettings(Settings):
    """Rate limit of an account, and the status of a response beyond it. Raises ValueError for an invalid value.

    `rate_limit` is in credits an hour. `rate_limit_status` is 403, which every official client treats as an error, or
    429.
    """

    rate_limit: int = 10_000
    rate_limit_status: int = 403

    def __post_init__(self) -> None:
        if self.rate_limit < 0:
            raise wrong("rate_limit", "0 or more credits an hour", f"{self.rate_limit}")
        if self.rate_limit_status not in (403, 429):
            raise wrong("rate_limit_status", "403 or 429", f"{self.rate_limit_status}")
