"""What a suite met of an API: its operations, their parameters, their refusals, and the changes of state.

Whatever exchanges are handed over are counted; what could have been met is read from the same rows and schemas that
answered them. Counts are plain, so that those of several processes add up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from ..apis import ALL
from ..core.contract.api import Api, Endpoint
from ..core.contract.rulebook import place_id, shapes
from ..core.contract.schema_properties import spots
from ..core.engine.exchanges import Exchange
from ..core.http.parsing import Unreadable, json_of, text_of

KINDS = ("operations", "answers", "parameters", "refusals", "changes")
"""What is counted, in the order in which it is told."""


States = dict[tuple[str, str], str]
"""The state that an answer last showed of an object, by its account and its id."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of things of one API: how often each was met."""

    api: str
    kind: str
    counts: Mapping[str, int]

    @property
    def met(self) -> list[str]:
        """Those that were."""
        return [id for id, count in self.counts.items() if count]

    @property
    def missed(self) -> list[str]:
        """Those that never were."""
        return [id for id, count in self.counts.items() if not count]


class Coverage:
    """What was met so far. `counts` may be sent to another process and merged there."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._states: WeakKeyDictionary[Hashable, States] = WeakKeyDictionary()

    def take(self, exchange: Exchange, world: Hashable) -> None:
        """Count one exchange of a world, the journal it is in: ids mean something inside one alone. What an arranged
        fault answered counts like any other answer: the code under test met it.
        """
        api = next((api for api in ALL if api.name == exchange.api), None)
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
            self._follow(api, endpoint, exchange, self._states_of(world, exchange))
        prefixes = [f"{endpoint.id}.request", f"{endpoint.id}.query"]
        if endpoint.discriminator:
            prefixes.append(f"{api.name}.shape.{exchange.params.get(endpoint.discriminator)}")
        for path in set(_paths(exchange.params)):
            self.counts.update(place_id(prefix, path) for prefix in prefixes)

    def merge(self, counts: Mapping[str, int]) -> None:
        """Add what another process counted."""
        self.counts.update(counts)

    def tallies(self) -> list[Tally]:
        """Everything there is to be met, with how often it was."""
        return [
            Tally(api.name, kind, {id: self.counts[id] for id in dict.fromkeys(_known(api, kind))})
            for api in ALL
            for kind in KINDS
        ]

    def _states_of(self, world: Hashable, exchange: Exchange) -> States:
        """What is known of a world's objects; nothing after a reset, which numbers its exchanges anew."""
        if exchange.number == 1 or world not in self._states:
            self._states[world] = {}
        return self._states[world]

    def _follow(self, api: Api[Any], endpoint: Endpoint, exchange: Exchange, states: States) -> None:
        """Count the change of state that an exchange made. Of an object that no answer has shown before, the state it
        was in is not known: the change is the first that the operation is known for.
        """
        changes = [change for change in api.traffic.changes if change.operation == endpoint.id] if api.traffic else []
        shown = _value(exchange)
        id = exchange.params.get("id") or (shown.get("id") if isinstance(shown, dict) else None)
        if api.traffic is None or not isinstance(id, str):
            return
        key = (exchange.account, id)
        words = api.traffic.states
        after = words.get(str(shown.get("status")), "") if isinstance(shown, dict) else ""
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
    """Lines for a person, of the APIs that were met at all: how much of each kind, and what never was."""
    used = {tally.api for tally in tallies if tally.kind == "operations" and tally.met}
    lines = []
    for tally in tallies:
        if tally.api in used and tally.counts:
            lines.append(f"{tally.api} {tally.kind}: {len(tally.met)} of {len(tally.counts)} met")
            lines += [f"  never {id}" for id in tally.missed]
    return lines or ["no operation was met"]


def as_json(tallies: list[Tally]) -> str:
    """Everything, by API and kind."""
    whole: dict[str, dict[str, Any]] = {}
    for tally in tallies:
        whole.setdefault(tally.api, {})[tally.kind] = {
            "met": len(tally.met),
            "of": len(tally.counts),
            "never": tally.missed,
            "counts": {id: tally.counts[id] for id in tally.met},
        }
    return json.dumps(whole, indent=2)


def _known(api: Api[Any], kind: str) -> Iterator[str]:
    """What there is of a kind to be met."""
    rows = [endpoint for endpoint in api.endpoints if "OPTIONS" not in endpoint.methods]
    if kind == "operations":
        yield from (endpoint.id for endpoint in rows)
    elif kind == "answers":
        yield from (f"{endpoint.id}.{status}" for endpoint in rows for status in endpoint.responses)
    elif kind == "refusals":
        yield from (f"{api.name}.{problem.name}" for problem in api.errors)
        yield from (f"{endpoint.id}.{problem.name}" for endpoint in rows for problem in endpoint.errors)
    elif kind == "changes":
        yield from (change.id for change in (api.traffic.changes if api.traffic else ()))
    else:
        asked = {f"{endpoint.id}.{part}" for endpoint in rows for part in ("request", "query")}
        asked |= {f"{api.name}.shape.{choice}" for endpoint in rows for choice in endpoint.variants}
        for edition in api.editions:
            for prefix, shape in shapes(api, edition):
                if prefix in asked:
                    yield from (place_id(prefix, spot.path) for spot in spots(shape) if spot.path)


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of everything that was sent, arrays passed through."""
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
