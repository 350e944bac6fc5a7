"""Resources and tokens of a source, built from request parameters: validated, completed, ordered by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...core.contract.call import Call
from ...core.storage.clock import Ids
from .ignored_params import drop_ignored_in_parts
from .source_types import source_types
from .state import Identity, Resource

# pytest shows an error at the caller's line, without these frames: their arguments may contain secrets.
__tracebackhide__ = True

PARTS = ("parameters", "resources", "auth")

Item = Mapping[str, Any]


def validate_parts(call: Call, source_type: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that depend on the source type, validated. Raises ApiErrorRaised."""
    parts = {name: params[name] for name in PARTS if name in params}
    drop_ignored_in_parts(source_type, parts)
    valid: dict[str, Any] = call.validate(source_type, parts)
    return valid


def build_resources(
    source_type: str, items: Iterable[Item], ids: Ids, known: Sequence[str] = ()
) -> tuple[Resource, ...]:
    """Return rows of resources, ordered by id. An item keeps its id if that is `known`, else it gets a new one."""
    kind = source_types()[source_type]
    unused = set(known)
    rows = [
        Resource(
            resource_id=_take(unused, item.get("resource_id")) or ids.hex("resource"),
            parameters=kind.complete_resource(item["parameters"]),
        )
        for item in items
    ]
    return tuple(sorted(rows, key=lambda row: row.resource_id))


def build_identities(
    source_type: str, items: Iterable[Item], ids: Ids, known: Sequence[str] = ()
) -> tuple[Identity, ...]:
    """Return rows of tokens, ordered by id. An item keeps its id if that is `known`, else it gets a new one."""
    kind = source_types()[source_type]
    unused = set(known)
    rows = [
        Identity(
            identity_id=_take(unused, item.get("identity_id")) or ids.hex("identity"),
            parameters=kind.complete_identity(item["parameters"]),
            expires_at=None if (expires := item.get("expires_at")) is None else int(expires),
        )
        for item in items
    ]
    return tuple(sorted(rows, key=lambda row: row.identity_id))


def _take(unused: set[str], id: str | None) -> str | None:
    """Return an id and remove it from the unused ones, or None: of an id that is sent twice the first item keeps it."""
    if id is None or id not in unused:
        return None
    unused.remove(id)
    return id
