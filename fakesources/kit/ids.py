"""Ids of new rows: the same in every run, by seed, account and kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.storage.clock import Ids
from .names import slug

MakeId = Callable[[Ids, str, Mapping[str, Any]], Any]
"""Return the id of a new row, from the ids of its account, the name of the rows and the fields that are given."""


def integer_ids(start: int = 1) -> MakeId:
    """Return integers, one after the other."""
    return lambda ids, kind, _: ids.count(kind) + start - 1


def uuid_ids(*, hyphens: bool = True, prefix: str = "") -> MakeId:
    """Return UUIDs of version 4, after a prefix such as `cus_`."""
    return lambda ids, kind, _: prefix + (ids.uuid(kind) if hyphens else ids.hex(kind))


def slug_ids(field: str) -> MakeId:
    """Return the text of a field as it stands in addresses, `my-first-post`, with a number after it from the second on."""

    def make(ids: Ids, kind: str, fields: Mapping[str, Any]) -> str:
        text = slug(str(fields.get(field, "")), "-") or kind
        number = ids.count(f"{kind} {text}")
        return text if number == 1 else f"{text}-{number}"

    return make


def default_ids(annotation: Any) -> MakeId | None:
    """Return how ids of a type are made unless a user says otherwise: integers and UUIDs."""
    return {int: integer_ids(), str: uuid_ids(), "int": integer_ids(), "str": uuid_ids()}.get(annotation)
