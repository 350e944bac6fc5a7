"""Source types, as data: the switches of each, their spellings, and defaults.

The parameters that a request may have are schemas, one file a type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...core.storage.frozen import FrozenDict, freeze
from .data import read


@dataclass(frozen=True, slots=True)
class SourceType:
    """A source type.

    A source has all of the `switches`, and of the `further` switches those that are on; `spellings` maps other
    spellings to these names. `texts` are the resource parameters that the live service returns as text, regardless of
    the type sent. `example` has the parts of a whole source of the type.
    """

    name: str
    switches: tuple[str, ...]
    further: tuple[str, ...]
    spellings: Mapping[str, str]
    texts: tuple[str, ...]
    resource_defaults: Mapping[str, Any]
    auth_defaults: Mapping[str, Any]
    example: Mapping[str, Any]

    def complete_switches(self, given: Mapping[str, bool]) -> FrozenDict:
        """Return all switches of the type, False where none is given."""
        known = {self.spellings.get(name, name): on for name, on in given.items()}
        complete = {name: known.get(name, False) for name in self.switches}
        return FrozenDict(complete | {name: True for name in self.further if known.get(name)})

    def complete_resource(self, given: Mapping[str, Any]) -> FrozenDict:
        """Return a resource's parameters with the defaults that the live service adds."""
        return _merge(self.resource_defaults, given)

    def complete_identity(self, given: Mapping[str, Any]) -> FrozenDict:
        """Return a token's parameters with the defaults that the live service adds."""
        return _merge(given, {name: given.get(name, value) for name, value in self.auth_defaults.items()})


def _merge(first: Mapping[str, Any], then: Mapping[str, Any]) -> FrozenDict:
    return FrozenDict({name: freeze(value) for name, value in {**first, **then}.items()})


@cache
def source_types() -> Mapping[str, SourceType]:
    """Return the source types by name."""
    return {
        name: SourceType(name, **{key: freeze(value) for key, value in row.items()})
        for name, row in read("source_types").items()
    }


def names() -> Iterable[str]:
    """Return the names of the source types, in the order of the table."""
    return source_types().keys()
