"""Rows of a DataSift account: sources with their resources and tokens, log entries, and the rate-limit window.

Rows are frozen values and independent of an edition: a source is running or not, and the edition has the word for it.
Times are whole seconds since 1970, as in responses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.storage.frozen import FrozenDict
from ...core.storage.rendered import CachedViews


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The two words of an edition for the status of a source."""

    running: str
    stopped: str

    def of(self, source: Source) -> str:
        """Return the status of a source."""
        return self.running if source.running else self.stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something a source collects data from: a page, a tag, a stream. `parameters` are as they were sent."""

    resource_id: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A token of a source. `expires_at` is in seconds since 1970, None if unknown."""

    identity_id: str
    parameters: Mapping[str, Any] = field(repr=False)
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(CachedViews):
    """A managed source.

    `parameters` are all switches of its type, in the spelling of the v1.6 pages. `auth` and `resources` are ordered by
    id. `words` are set on rows that a handle returns, for `status`; they do not count in comparisons.
    """

    id: str
    source_type: str
    name: str
    created_at: int
    running: bool = False
    auth: tuple[Identity, ...] = ()
    resources: tuple[Resource, ...] = ()
    parameters: Mapping[str, bool] = field(default_factory=FrozenDict)
    words: StatusWords | None = field(default=None, repr=False, compare=False)

    @property
    def status(self) -> str:
        """Status in the word of the fake's edition: `active` or `running`, or `stopped`."""
        return (self.words or StatusWords("running", "stopped")).of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """An entry in the log of a source's connection to the third party. `event_time` is in seconds since 1970."""

    id: int
    source_id: str
    event_time: int
    success: bool
    message: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Rate-limit window of an account, in credits.

    `limit` is None where the fake's own limit holds; `opened` is the second in which the window opened, None before
    the first call.
    """

    limit: int | None = None
    opened: int | None = None
    spent: int = 0
