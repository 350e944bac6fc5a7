"""What a user chose to see of a check: rules to ignore, operations to keep, and a baseline of findings known before."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..apis import ALL
from ..core.contract import nearest
from ..core.rules import Rule, rulebook

if TYPE_CHECKING:
    from .report import Key, Report

FORMAT = "fakesources check baseline"


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules to ignore with everything below them, operations to keep (all where empty), and ids of known findings."""

    ignored: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    baseline: frozenset[str] = frozenset()

    def ignores(self, id: str, rule: Rule | None) -> bool:
        """Return whether a finding is to be ignored, by its own id or by that of the rule it falls under."""
        if not self.ignored:
            return False
        ids = (id, rule.id) if rule is not None else (id,)
        return any(id == ignored or id.startswith(f"{ignored}.") for ignored in self.ignored for id in ids)

    def knows(self, key: Key) -> bool:
        """Return whether a finding is in the baseline."""
        from .report import fingerprint

        return bool(self.baseline) and fingerprint(key) in self.baseline

    def keeps(self, operation: str) -> bool:
        """Return whether an operation is to be checked."""
        return not self.operations or operation in self.operations
