"""Deviations of an API: points in which the fake is known to contradict one of its sources.

They are rows of `deviations.json` among the schemas of the API, in the form of `schemas/deviations.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from .api import Api
from .rule import Rule
from .rulebook import page_of

FILE = "deviations.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One point in which the fake contradicts a source.

    `source` is the page or recording that is contradicted, `says` its statement, `does` the behaviour of the fake. `rules`
    are the ids of the rules of that behaviour; `editions` and `operations` are those it is about, empty for all.
    """

    id: str
    source: str
    says: str
    does: str
    reason: str
    rules: tuple[str, ...]
    editions: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()

    def is_about(self, rule: Rule, editions: Iterable[str]) -> bool:
        """Return whether it is about a rule in one of some editions."""
        return rule.id in self.rules and (
            not self.editions or not {*self.editions}.isdisjoint(rule.editions or editions)
        )


@cache
def deviations_of(api: Api[Any]) -> tuple[Deviation, ...]:
    """Return the deviations of an API, with the addresses of their sources."""
    path = f"{api.name}/{FILE}"
    rows = api.schemas.load(path)["deviations"] if api.schemas.exists(path) else ()
    return tuple(_deviation(row, page_of(api.pages(), row["source"])) for row in rows)


def _deviation(row: dict[str, Any], source: str) -> Deviation:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Deviation(**(fields | {"source": source}))
