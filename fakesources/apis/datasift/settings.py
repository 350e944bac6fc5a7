"""Settings of DataSift's API."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.contract.settings import Settings
from ...core.text.arguments import wrong
from ...core.text.options import option, parse_integer

EDITION = option("docs-1.6", "the edition of DataSift's API: docs-1.6 or live-1.6", "EDITION")
"""Option of a fake with the name of the edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSiftSettings(Settings):
    """Rate limit of an account, and the status of a response beyond it. Raises ValueError for an invalid value.

    `rate_limit` is in credits an hour. `rate_limit_status` is 403, which every official client treats as an error, or
    429.
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
