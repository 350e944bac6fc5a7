"""Rows as DataSift shows them: the source object of each edition, what start and stop answer, log entries, lists.

Knows rows and editions; knows no request. A view is made once per row and kept on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.storage.frozen import plain
from ...core.storage.rendered import RenderedJson, compact, written
from .editions import DataSiftEdition
from .source_types import source_types
from .state import DataSiftAccount, Identity, LogEntry, Resource, Source


def php(value: Any) -> str:
    """JSON as PHP writes it: compact, ASCII, every slash escaped."""
    return compact(value).replace("/", "\\/")


def source(edition: DataSiftEdition, row: Source) -> RenderedJson:
    """A source as every endpoint but start and stop shows it: eight keys, in the recorded order."""
    return written(row, edition.name, lambda row: _source(edition, row), write=php)


def started(edition: DataSiftEdition, row: Source) -> RenderedJson:
    """A source as start and stop show it: with both spellings of their page, where the edition has them."""
    if not edition.both_spellings:
        return source(edition, row)
    return written(row, f"{edition.name}.started", lambda row: _started(edition, row), write=php)


def log_entry(row: LogEntry) -> dict[str, Any]:
    """A log entry: four keys."""
    return {"id": row.id, "event_time": row.event_time, "success": row.success, "message": row.message}


def listed(name: str, items: list[Any], count: int, page: int, per_page: int) -> dict[str, Any]:
    """A page of something: `count` is of all that match, `pages` is 0 when nothing does."""
    return {"count": count, "page": page, "pages": -(-count // per_page), "per_page": per_page, name: items}


def every(
    edition: DataSiftEdition, _account: DataSiftAccount, row: Source | LogEntry, _at: float
) -> Iterator[tuple[str, Any]]:
    """A row as every response shows it, with the name of the schema."""
    if isinstance(row, LogEntry):
        yield "log", listed("log_entries", [log_entry(row)], 1, 1, 1)
    else:
        yield "source", source(edition, row)
        yield "started", started(edition, row)


def _source(edition: DataSiftEdition, row: Source) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": edition.words.running if row.running else edition.words.stopped,
        "source_type": row.source_type,
        "name": row.name,
        "auth": [_identity(edition, row.id, identity) for identity in row.auth],
        "resources": [_resource(edition, row, resource) for resource in row.resources],
        "parameters": _switches(edition, row),
        "created_at": row.created_at,
    }


def _started(edition: DataSiftEdition, row: Source) -> dict[str, Any]:
    """The keys of the page's example in its order, then those that only its field table has."""
    shown = _source(edition, row)
    return {
        "id": row.id,
        "name": row.name,
        "source_type_id": row.source_type,
        "status": shown["status"],
        "parameters": shown["parameters"],
        "identities": shown["auth"],
        "resources": shown["resources"],
        "created_at": row.created_at,
        "source_type": row.source_type,
        "auth": shown["auth"],
    }


def _identity(edition: DataSiftEdition, source_id: str, row: Identity) -> dict[str, Any]:
    parameters = plain(row.parameters)
    if not edition.item_extras:
        return {"identity_id": row.identity_id, "expires_at": row.expires_at, "parameters": parameters}
    return {
        "identity_id": row.identity_id,
        "source_id": source_id,
        "status": "valid",
        "parameters": parameters,
        "expires_at": row.expires_at,
    }


def _resource(edition: DataSiftEdition, source: Source, row: Resource) -> dict[str, Any]:
    parameters = plain(row.parameters)
    if edition.texts:
        for name in source_types()[source.source_type].texts:
            if name in parameters:
                parameters[name] = as_text(parameters[name])
    if not edition.item_extras:
        return {"resource_id": row.resource_id, "parameters": parameters}
    return {"resource_id": row.resource_id, "source_id": source.id, "status": "valid", "parameters": parameters}


def _switches(edition: DataSiftEdition, row: Source) -> dict[str, bool]:
    """The switches the edition always shows, then any other one that is on."""
    on: Mapping[str, bool] = row.parameters
    always = edition.switches[row.source_type]
    shown = {spelling: on.get(name, False) for spelling, name in always}
    names = {name for _, name in always}
    return shown | {name: True for name, is_on in on.items() if is_on and name not in names}


def as_text(value: Any) -> Any:
    """A number as the live service wrote it: a whole one that no 64-bit integer holds has 14 digits and an exponent,
    as in `1.0513387965982E+23`. Anything else stays what it is.
    """
    if not isinstance(value, (int, float)):
        return value
    if value == int(value) and -(1 << 63) <= value < 1 << 63:
        return str(int(value))
    try:
        return f"{value:.14G}"
    except OverflowError:  # beyond every float; the service cannot have answered it at all
        return str(value)
