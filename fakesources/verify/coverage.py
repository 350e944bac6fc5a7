"""Coverage of APIs by a test suite: operations, their responses, parameters and errors, and changes of state.

Exchanges are counted; the things to cover are read from the endpoints and schemas. Counts are plain numbers, so that
those of several processes can be added.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from ..apis.registry import installed
from ..core.contract.api import Api, Endpoint
from ..core.contract.rulebook import property_rule_id, schemas_of
from ..core.contract.schema_properties import properties_of
from ..core.engine.exchanges import Exchange
from ..core.http.parsing import Unreadable, json_of, text_of

KINDS = ("operations", "responses", "parameters", "errors", "changes")
"""Kinds of things to cover, in the order of the report."""


States = dict[tuple[str, str], str]
"""State of each object in its last response, by account and id."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of occurrences of each thing of one kind in one API."""

    api: str
    kind: str
    counts: Mapping[str, int]

    @property
    def met(self) -> list[str]:
        """Ids that occurred."""
        return [id for id, count in self.counts.items() if count]

    @property
    def missed(self) -> list[str]:
        """Ids that never occurred."""
        return [id for id, count in self.counts.items() if not count]


class Coverage:
    """Counts of a test run. `counts` may be sent to another process and merged there."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._states: WeakKeyDictionary[Hashable, States] = WeakKeyDictionary()

    def add(self, exchange: Exchange, journal: Hashable) -> None:
        """Count one exchange of a journal, within which ids are unique. Responses of planned faults count as any other."""
        api = next((api for api in installed() if api.name == exchange.api), None)
        if api is None:
            return
        if exchange.error:
            self.counts[exchange.error] += 1
        endpoint = next((endpoint for endpoint in api.endpoints if endpoint.id == exchange.operation), None)
        if endpoint is None:
            return
        self.counts[endpoint.id] += 1
        if not exchange.error:
            self.counts[f"{endpoint.id}.{exchange.response.status}"] += 1
            self._count_change(api, endpoint, exchange, self._states_of(journal, exchange))
        prefixes = [f"{endpoint.id}.request", f"{endpoint.id}.query"]
        if endpoint.discriminator:
            prefixes.append(f"{api.name}.shape.{exchange.params.get(endpoint.discriminator)}")
        for path in set(_paths(exchange.params)):
            self.counts.update(property_rule_id(prefix, path) for prefix in prefixes)

    def merge(self, counts: Mapping[str, int]) -> None:
        """Add the counts of another process."""
        self.counts.update(counts)

    def tallies(self) -> list[Tally]:
        """Return the counts of everything that can be covered, by API and kind."""
        return [
            Tally(api.name, kind, {id: self.counts[id] for id in dict.fromkeys(_ids(api, kind))})
            for api in installed()
            for kind in KINDS
        ]

    def _states_of(self, journal: Hashable, exchange: Exchange) -> States:
        """Return the states of a journal's objects; empty after a reset, which restarts the numbers of exchanges."""
        if exchange.number == 1 or journal not in self._states:
            self._states[journal] = {}
        return self._states[journal]

    def _count_change(self, api: Api[Any], endpoint: Endpoint, exchange: Exchange, states: States) -> None:
        """Count the change of state of an exchange.

        If no response has shown the object before, the change is the first one listed for the operation.
        """
        changes = [change for change in api.traffic.changes if change.operation == endpoint.id] if api.traffic else []
        value = _value(exchange)
        id = exchange.params.get("id") or (value.get("id") if isinstance(value, dict) else None)
        if api.traffic is None or not isinstance(id, str):
            return
        key = (exchange.account, id)
        after = api.traffic.states.get(str(value.get("status")), "") if isinstance(value, dict) else ""
        before = states.get(key)
        for change in changes:
            if before in (None, change.before) and after == change.after:
                self.counts[change.id] += 1
                break
        if after:
            states[key] = after
        elif any(not change.after for change in changes):
            states.pop(key, None)


def as_text(tallies: list[Tally]) -> list[str]:
    """Return lines of text for the APIs that were called: counts by kind, and the ids that never occurred."""
    used = {tally.api for tally in tallies if tally.kind == "operations" and tally.met}
    lines = []
    for tally in tallies:
        if tally.api in used and tally.counts:
            lines.append(f"{tally.api} {tally.kind}: {len(tally.met)} of {len(tally.counts)} met")
            lines += [f"  never {id}" for id in tally.missed]
    return lines or ["no operation was met"]


def as_json(tallies: list[Tally]) -> str:
    """Return a JSON object of all counts by API and kind."""
    report: dict[str, dict[str, Any]] = {}
    for tally in tallies:
        report.setdefault(tally.api, {})[tally.kind] = {
            "met": len(tally.met),
            "of": len(tally.counts),
            "never": tally.missed,
            "counts": {id: tally.counts[id] for id in tally.met},
        }
    return json.dumps(report, indent=2)


def _ids(api: Api[Any], kind: str) -> Iterator[str]:
    """Yield the ids of everything of a kind that can be covered."""
    endpoints = [endpoint for endpoint in api.endpoints if "OPTIONS" not in endpoint.methods]
    if kind == "operations":
        yield from (endpoint.id for endpoint in endpoints)
    elif kind == "responses":
        yield from (f"{endpoint.id}.{status}" for endpoint in endpoints for status in endpoint.responses)
    elif kind == "errors":
        yield from (f"{api.name}.{error.name}" for error in api.errors)
        yield from (f"{endpoint.id}.{error.name}" for endpoint in endpoints for error in endpoint.errors)
    elif kind == "changes":
        yield from (change.id for change in (api.traffic.changes if api.traffic else ()))
    else:
        prefixes = {f"{endpoint.id}.{part}" for endpoint in endpoints for part in ("request", "query")}
        prefixes |= {f"{api.name}.shape.{variant}" for endpoint in endpoints for variant in endpoint.variants}
        for edition in api.editions:
            for prefix, schema in schemas_of(api, edition):
                if prefix in prefixes:
                    yield from (property_rule_id(prefix, found.path) for found in properties_of(schema) if found.path)


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of all values, without the indexes of arrays."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield (*path, name)
            yield from _paths(inner, (*path, name))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _paths(inner, path)


def _value(exchange: Exchange) -> Any:
    try:
        return json_of(text_of(exchange.response.body)) if exchange.response.body else None
    except Unreadable:
        return None
