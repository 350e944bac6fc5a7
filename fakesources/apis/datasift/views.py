"""JSON objects of responses: the source object of each edition, the result of start and stop, log entries, pages.

A view is rendered once per row and cached on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.storage.frozen import plain
from ...core.storage.rendered import RenderedJson, compact_json, render_view
from .account import DataSiftAccount
from .editions import DataSiftEdition
from .source_types import source_types
from .state import Identity, LogEntry, Resource, Source


def php_json(value: Any) -> str:
    """Return a JSON value as PHP encodes it: compact, ASCII, every slash escaped."""
    return compact_json(value).replace("/", "\\/")


def source(edition: DataSiftEdition, row: Source) -> RenderedJson:
    """Return the source object of every operation but start and stop: eight keys, in the recorded order."""
    return render_view(row, edition.name, lambda row: _source(edition, row), encode=php_json)


def started(edition: DataSiftEdition, row: Source) -> RenderedJson:
    """Return the source object of start and stop, with both spellings of their page where the edition has them."""
    if not edition.has_both_spellings:
        return source(edition, row)
    return render_view(row, f"{edition.name}.started", lambda row: _started(edition, row), encode=php_json)


def log_entry(row: LogEntry) -> dict[str, Any]:
    """Return a log entry: four keys."""
    return {"id": row.id, "event_time": row.event_time, "success": row.success, "message": row.message}


def page(name: str, items: list[Any], count: int, number: int, per_page: int) -> dict[str, Any]:
    """Return a page of items under a name. `count` is of all matches, and `pages` is 0 without any."""
    return {"count": count, "page": number, "pages": -(-count // per_page), "per_page": per_page, name: items}


def all_views(
    edition: DataSiftEdition, _account: DataSiftAccount, row: Source | LogEntry, _at: float
) -> Iterator[tuple[str, Any]]:
    """Yield each view of a row with the name of its schema."""
    if isinstance(row, LogEntry):
        yield "log", page("log_entries", [log_entry(row)], 1, 1, 1)
    else:
        yield "source", source(edition, row)
        yield "started", started(edition, row)


def _source(edition: DataSiftEdition, row: Source) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": edition.words.of(row),
        "source_type": row.source_type,
        "name": row.name,
        "auth": [_identity(edition, row.id, identity) for identity in row.auth],
        "resources": [_resource(edition, row, resource) for resource in row.resources],
        "parameters": _switches(edition, row),
        "created_at": row.created_at,
    }


def _started(edition: DataSiftEdition, row: Source) -> dict[str, Any]:
    """Return the keys of the page's example in its order, then those that only its field table has."""
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
    if not edition.has_item_extras:
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
    if edition.has_text_ids:
        for name in source_types()[source.source_type].texts:
            if name in parameters:
                parameters[name] = _as_text(parameters[name])
    if not edition.has_item_extras:
        return {"resource_id": row.resource_id, "parameters": parameters}
    return {"resource_id": row.resource_id, "source_id": source.id, "status": "valid", "parameters": parameters}


def _switches(edition: DataSiftEdition, row: Source) -> dict[str, bool]:
    """Return the switches that the edition always shows, then others that are on."""
    switches: Mapping[str, bool] = row.parameters
    always = edition.switches[row.source_type]
    shown = {spelling: switches.get(name, False) for spelling, name in always}
    names = {name for _, name in always}
    return shown | {name: True for name, is_on in switches.items() if is_on and name not in names}


def _as_text(value: Any) -> Any:
    """Return a number as the text of the live service, and any other value unchanged.

    A whole number beyond 64 bits has 14 digits and an exponent, as in `1.0513387965982E+23`.
    """
    if not isinstance(value, (int, float)):
        return value
    if value == int(value) and -(1 << 63) <= value < 1 << 63:
        return str(int(value))
    try:
        return f"{value:.14G}"
    except OverflowError:  # beyond every float: the service cannot have returned it
        return str(value)
