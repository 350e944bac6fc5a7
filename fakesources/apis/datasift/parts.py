"""Resources and tokens of a source, made from what was sent: checked, filled up, with ids, in the order of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...core.contract.call import Call
from ...core.storage.clock import Ids
from .ignored_params import set_aside_for
from .source_types import source_types
from .state import Identity, Resource

# pytest shows a wrong call at the caller's line, not our frames: their arguments may hold secrets.
__tracebackhide__ = True

PARTS = ("parameters", "resources", "auth")

Item = Mapping[str, Any]


def checked_parts(call: Call, source_type: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What depends on the source type, held against that type's shape. Raises Refused."""
    parts = {name: params[name] for name in PARTS if name in params}
    set_aside_for(source_type, parts)
    checked: dict[str, Any] = call.validate(source_type, parts)
    return checked


def resources(source_type: str, items: Iterable[Item], ids: Ids, known: Sequence[str] = ()) -> tuple[Resource, ...]:
    """A source's resources. An item keeps its id where that is among the `known` ones; else it is given a new one."""
    kind = source_types()[source_type]
    keep = _Kept(known)
    made = [
        Resource(
            resource_id=keep(item.get("resource_id")) or ids.hex("resource"),
            parameters=kind.resource(item["parameters"]),
        )
        for item in items
    ]
    return tuple(sorted(made, key=lambda one: one.resource_id))


def identities(source_type: str, items: Iterable[Item], ids: Ids, known: Sequence[str] = ()) -> tuple[Identity, ...]:
    """A source's tokens, likewise."""
    kind = source_types()[source_type]
    keep = _Kept(known)
    made = [
        Identity(
            identity_id=keep(item.get("identity_id")) or ids.hex("identity"),
            parameters=kind.identity(item["parameters"]),
            expires_at=None if (expires := item.get("expires_at")) is None else int(expires),
        )
        for item in items
    ]
    return tuple(sorted(made, key=lambda one: one.identity_id))


class _Kept:
    """The known ids that were not taken yet: an id that is sent twice is kept once."""

    def __init__(self, known: Sequence[str]) -> None:
        self._left = set(known)

    def __call__(self, id: str | None) -> str | None:
        if id not in self._left:
            return None
        self._left.discard(id)
        return id
