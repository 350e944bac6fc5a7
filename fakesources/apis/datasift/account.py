"""Accounts of DataSift: a user name's sources, their log, and its rate-limit window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...core.storage.accounts import Account
from ...core.storage.frozen import plain
from ...core.storage.store import NoSuchRow, Store
from ...core.text.arguments import hidden_for
from .data import SCHEMAS
from .ignored_params import drop_ignored_in_parts
from .source_types import source_types
from .state import LogEntry, Rates, Source

__tracebackhide__ = hidden_for(NoSuchRow)


class DataSiftAccount(Account):
    """Account of one user name, independent of its key.

    Sources are ordered by their creation times, the log entries of all sources by their event times.
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

    def validate_row(self, row: Source | LogEntry) -> tuple[str, str]:
        """Return (field, expected) of the first field that is invalid or refers to no row, or two empty texts."""
        if isinstance(row, LogEntry):
            return ("", "") if row.source_id in self.sources else ("source_id", "the id of a source")
        if row.source_type not in source_types():
            return "source_type", "the name of a source type"
        if not row.id:
            return "id", "a non-empty text"
        if not all(identity.identity_id for identity in row.auth):
            return "auth", "tokens with a non-empty id each"
        if not all(resource.resource_id for resource in row.resources):
            return "resources", "resources with a non-empty id each"
        for name, items in (("auth", row.auth), ("resources", row.resources)):
            parts: dict[str, Any] = {name: [{"parameters": plain(item.parameters)} for item in items]}
            drop_ignored_in_parts(row.source_type, parts)
            if not SCHEMAS.schema_at(f"datasift/common/{row.source_type}.json").is_valid(parts):
                return name, f"parameters of a source of type {row.source_type}"
        return "", ""

    def delete_source(self, source_id: str) -> Source:
        """Delete a source with its log and return it. Raises NoSuchRow."""
        source = self.sources.remove(source_id)
        for entry in self.log.page(group="source_id", value=source_id):
            self.log.remove(entry.id)
        return source


def open_account(label: str, seed: int | str, _opened: float) -> DataSiftAccount:
    """Return a new account without sources. The time it is opened at makes no difference."""
    return DataSiftAccount(label, seed)
