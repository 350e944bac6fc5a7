"""Rules beyond those of schemas, errors and endpoints: behaviour that is reported, emitted or was decided.

The rows are in `data/rules.json`; `source` names pages of `data/pages.json`.
"""

from __future__ import annotations

from ...core.contract.rule import Rule
from .data import read

RULES = tuple(Rule(**{**row, "editions": tuple(row.get("editions", ()))}) for row in read("rules"))
