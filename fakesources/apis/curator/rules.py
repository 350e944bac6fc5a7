"""Rules that no row, problem or schema says: what is swallowed and noted, what is emitted, and what was decided.

They are rows of `data/rules.json`; `docs` there names a page of `data/pages.json`.
"""

from __future__ import annotations

from ...core.contract.rule import Rule
from .data import read

RULES = tuple(Rule(**{**row, "editions": tuple(row.get("editions", ()))}) for row in read("rules"))
