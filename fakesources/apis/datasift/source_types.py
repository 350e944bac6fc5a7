"""The source types, as data: which switches each has, how they are spelled, and what is filled in.

Knows nothing of requests; the shapes of what may be sent are schemas, one file a type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...core.storage.frozen import FrozenDict, freeze


@dataclass(frozen=True, slots=True)
class SourceType:
    """One kind of source.

    `switches` are always there, `further` ones only when they were switched on; `spellings` lead from other spellings
    to ours. `texts` are the resource parameters that the live service answers as text whatever they came as.
    """

    name: str
    switches: tuple[str, ...]
    further: tuple[str, ...]
    spellings: Mapping[str, str]
    texts: tuple[str, ...]
    resource_defaults: Mapping[str, Any]
    auth_defaults: Mapping[str, Any]
    example: Mapping[str, Any]

    def filled(self, given: Mapping[str, bool]) -> FrozenDict:
        """All switches of the type: those given, and False for those that were not."""
        known = {self.spellings.get(name, name): on for name, on in given.items()}
        filled = {name: known.get(name, False) for name in self.switches}
        return FrozenDict(filled | {name: True for name in self.further if known.get(name)})

    def resource(self, given: Mapping[str, Any]) -> FrozenDict:
        """A resource's parameters, filled up to what the live service answered."""
        return _filled(self.resource_defaults, given)

    def identity(self, given: Mapping[str, Any]) -> FrozenDict:
        """A token's parameters, filled up to what the live service answered."""
        return _filled(given, {name: given.get(name, value) for name, value in self.auth_defaults.items()})


def _filled(first: Mapping[str, Any], then: Mapping[str, Any]) -> FrozenDict:
    return FrozenDict({name: freeze(value) for name, value in {**first, **then}.items()})


@cache
def source_types() -> Mapping[str, SourceType]:
    """Every source type by name."""
    table = json.loads(files(__package__).joinpath("data", "source_types.json").read_text("utf-8"))
    return {name: SourceType(name, **{key: freeze(value) for key, value in row.items()}) for name, row in table.items()}


def names() -> Iterable[str]:
    """The names of the source types, in the order of the table."""
    return source_types().keys()
