"""Rules that no endpoint, error or schema states: defaults, orders, headers, credentials, and points decided here.

They are rows of `data/rules.json`, whose `source` names pages of `data/pages.json`, and one derived row an operation
for its cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.contract.rule import Rule
from .data import read
from .endpoints import ENDPOINTS

COST_ON_PAGE = frozenset(
    f"datasift.source.{name}" for name in ("create", "log", "start", "auth.add", "resource.add", "resource.remove")
)
"""Operations whose archived page states the cost; that of the others is known from recordings alone."""


def cost_rules() -> Iterator[Rule]:
    """Yield the rule of each operation's cost in credits."""
    for endpoint in ENDPOINTS:
        if endpoint.cost:
            is_documented = endpoint.id in COST_ON_PAGE
            yield Rule(
                id=f"{endpoint.id}.cost",
                description=f"The call costs {endpoint.cost} credits.",
                source=f"{endpoint.source}, recorded-1.6" if is_documented else "recorded-1.6",
                provenance="documented" if is_documented else "recorded",
            )


RULES = (*(Rule(**{**row, "editions": tuple(row.get("editions", ()))}) for row in read("rules")), *cost_rules())
