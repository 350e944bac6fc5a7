"""What an account of DataSift has: sources with their resources and tokens, and the log of each source.

Rows are values, frozen all the way down. They know no edition: a source is running or it is not, and which word says
so is the edition's. Times are whole seconds since 1970, as on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ...core.contract.schemas import shape
from ...core.storage.accounts import Account
from ...core.storage.frozen import FrozenDict, plain
from ...core.storage.rendered import CachedViews
from ...core.storage.store import Store
from .ignored_params import set_aside_for
from .source_types import source_types


@dataclass(frozen=True, slots=True)
class Words:
    """The two words an edition has for the state of a source."""

    running: str
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something a source reads: a page, a tag, a stream. `parameters` are its own, as they were sent."""

    resource_id: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A token a source reads with. `expires_at` is in seconds since 1970, None when it was not told."""

    identity_id: str
    parameters: Mapping[str, Any] = field(repr=False)
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(CachedViews):
    """A managed source. `parameters` are its type's switches, all of them, in the spelling of the v1.6 pages;
    `auth` and `resources` are ordered by id.

    `words` are lent by whoever hands the row out, so that `status` can speak; two rows are equal without them.
    """

    id: str
    source_type: str
    name: str
    created_at: int
    running: bool = False
    auth: tuple[Identity, ...] = ()
    resources: tuple[Resource, ...] = ()
    parameters: Mapping[str, bool] = field(default_factory=FrozenDict)
    words: Words | None = field(default=None, repr=False, compare=False)

    @property
    def status(self) -> str:
        """The state in the word of the fake's edition: `active` or `running`, or `stopped`."""
        words = self.words or Words("running", "stopped")
        return words.running if self.running else words.stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the log of a source's connection to the third party. `event_time` is in seconds since 1970."""

    id: int
    source_id: str
    event_time: int
    success: bool
    message: str


@dataclass(frozen=True, slots=True)
class Rates:
    """What an account may spend in an hour and has spent. `limit` is None where the fake's own holds; the window
    opened at the second `opened`, or has not yet.
    """

    limit: int | None = None
    opened: int | None = None
    spent: int = 0


class DataSiftAccount(Account):
    """One customer: a user name, whatever key came with it. Sources stand in the order of their creation times, the
    log entries of all of them in that of theirs.
    """

    rows: ClassVar[Mapping[str, type[Any]]] = {"sources": Source, "log": LogEntry}
    counts: ClassVar[type[Any]] = Rates
    extra: Rates

    def __init__(self, label: str, seed: int | str) -> None:
        self.sources: Store[Source] = Store(
            lambda source: source.created_at, {"source_type": lambda source: source.source_type}
        )
        self.log: Store[LogEntry] = Store(lambda entry: entry.event_time, {"source_id": lambda entry: entry.source_id})
        super().__init__(label, seed, {"sources": self.sources, "log": self.log}, Rates())

    def astray(self, row: Source | LogEntry) -> tuple[str, str]:
        """Where a source could not be shown, or an entry belongs to no source."""
        if isinstance(row, LogEntry):
            return ("", "") if row.source_id in self.sources else ("source_id", "the id of a source")
        if row.source_type not in source_types():
            return "source_type", "the name of a source type"
        if not row.id:
            return "id", "a text with something in it"
        if not all(one.identity_id for one in row.auth):
            return "auth", "tokens with an id each"
        if not all(one.resource_id for one in row.resources):
            return "resources", "resources with an id each"
        for name, items in (("auth", row.auth), ("resources", row.resources)):
            parts: dict[str, Any] = {name: [{"parameters": plain(one.parameters)} for one in items]}
            set_aside_for(row.source_type, parts)
            if not shape(f"datasift/common/{row.source_type}.json").is_valid(parts):
                return name, f"what a source of type {row.source_type} has"
        return "", ""

    def drop(self, source_id: str) -> Source:
        """Take a source out, its log with it, and give it back. Raises NoSuchRow."""
        gone = self.sources.remove(source_id)
        for entry in self.log.page(group="source_id", value=source_id):
            self.log.remove(entry.id)
        return gone


def open_account(label: str, seed: int | str, opened: float) -> DataSiftAccount:
    """A new account without sources; nothing in it depends on when it was opened."""
    del opened
    return DataSiftAccount(label, seed)
