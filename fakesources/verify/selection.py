"""Selection of findings: rules to ignore, operations to check, and a baseline of known findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..apis.registry import installed
from ..core.contract.rule import Rule
from ..core.contract.rulebook import reported_ids, rulebook
from ..core.system import files
from ..core.text.spelling import did_you_mean

Key = tuple[str, ...]
"""Properties that equal findings share: rule, operation, side, path and expected value without numbers."""


def fingerprint(key: Key) -> str:
    """Return the short id of a group of findings, the same in every run and for every file."""
    return sha256("\0".join(key).encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules to ignore with those below them, operations to check (all if empty), and ids of known findings."""

    ignored: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    baseline: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ignore: Iterable[str], operations: Iterable[str], baseline: Iterable[str] = ()) -> Selection:
        """Return a selection. Raises ValueError, with the nearest name, for an unknown rule or operation."""
        ignore, operations = list(ignore), list(operations)
        known = [endpoint.id for api in installed() for endpoint in api.endpoints]
        for operation in operations:
            if operation not in known:
                hint = did_you_mean(operation, known)
                raise ValueError(f"operation: expected an operation id, got {operation!r}{hint}")
        shared = _shared_names()
        for rule in ignore:
            if rule not in shared and not _is_rule(rule):
                ids = [*shared, *(id for api in installed() for id in rulebook(api).ids())]
                raise ValueError(f"ignore: expected a rule id, got {rule!r}{did_you_mean(rule, ids)}")
        ignored = {id for rule in ignore for id in shared.get(rule, (rule,))}
        return cls(frozenset(ignored), frozenset(operations), frozenset(baseline))

    def ignores(self, id: str, rule: Rule | None) -> bool:
        """Return whether a finding is ignored, by its own id or by that of its rule."""
        if not self.ignored:
            return False
        ids = (id, rule.id) if rule is not None else (id,)
        return any(id == ignored or id.startswith(f"{ignored}.") for ignored in self.ignored for id in ids)

    def knows(self, key: Key) -> bool:
        """Return whether a finding is in the baseline."""
        return bool(self.baseline) and fingerprint(key) in self.baseline

    def keeps(self, operation: str) -> bool:
        """Return whether an operation is checked."""
        return not self.operations or operation in self.operations


def _shared_names() -> dict[str, list[str]]:
    """Return the ids of rules that every operation reports, by short names such as `NAME.unknown-parameter`."""
    shared: dict[str, list[str]] = {}
    for api in installed():
        for id in sorted(reported_ids((api,))):
            if id.startswith(f"{api.name}."):
                shared.setdefault(f"{api.name}.{id.rpartition('.')[2]}", []).append(id)
    return shared


def _is_rule(id: str) -> bool:
    """Return whether an id is that of a rule, of a group of rules, or of a general rule at one operation."""
    for api in installed():
        book = rulebook(api)
        if any(known == id or known.startswith(f"{id}.") for known in book.ids()) or book.general(id) is not None:
            return True
    return False


# -- baselines -----------------------------------------------------------------------------------------------------

FORMAT = "fakesources check baseline"


def baseline_text(findings: Iterable[tuple[Key, str]]) -> str:
    """Return the text of a baseline: keys of findings with their severities, sorted for small diffs."""
    rows = [
        {"id": fingerprint(key), "severity": severity, **dict(zip(_FIELDS, key, strict=True))}
        for key, severity in sorted(set(findings))
    ]
    return json.dumps({"format": FORMAT, "version": 1, "findings": rows}, indent=2)


_FIELDS = ("rule", "operation", "side", "path", "expected")


def read_baseline(path: Path | str) -> frozenset[str]:
    """Return the ids in a baseline file. Raises ValueError for a file that is no baseline or cannot be read."""
    try:
        value: Any = json.loads(files.read(Path(path)))
    except OSError as error:
        raise ValueError(f"baseline: {path}: {files.error_text(error)}; --write-baseline makes one") from None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("findings"), list):
        raise ValueError(f"baseline: {path}: expected a file as --write-baseline writes it")
    if value.get("version") != 1:
        raise ValueError(f"baseline: {path}: expected version 1, got {str(value.get('version'))[:20]!r}")
    return frozenset(str(row["id"]) for row in value["findings"] if isinstance(row, dict) and "id" in row)
