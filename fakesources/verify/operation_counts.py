"""Counts of one operation's exchanges: its parameters, errors, responses and changes of state.

Counting is part of the recording of an exchange, so it costs microseconds; counts take the same memory after any number
of exchanges.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.contract.api import Api, Endpoint
from ..core.contract.call import Service
from ..core.contract.traffic import Change
from ..core.engine.exchanges import Exchange

KINDS = ("parameters", "errors", "responses", "changes")
"""Kinds of things to cover, in the order of the report."""

MAX_OBJECTS = 10_000
"""Objects of one journal whose latest state is known; of an older one it is as if no response had shown it."""


@dataclass(slots=True)
class OperationCounts:
    """Number of calls of one operation, and how often each of its things occurred in them, by name.

    The errors of every operation stand under the name of their API.
    """

    id: str
    api: str
    summary: str
    calls: int = 0
    parameters: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    responses: dict[int, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)

    def add_names(self, kind: str, names: Iterable[Any]) -> None:
        """Add names to the things of a kind, as not met unless they are there."""
        counts = getattr(self, kind)
        for name in names:
            counts.setdefault(name, 0)

    def value(self) -> dict[str, Any]:
        """Return a JSON object with the names that occurred (`met`) and those that did not (`missed`), by kind."""
        value: dict[str, Any] = {"id": self.id, "api": self.api, "summary": self.summary, "calls": self.calls}
        value |= {"met": 0, "of": 0}
        for kind in KINDS:
            counts = getattr(self, kind).copy()
            met = [name for name, count in counts.items() if count]
            value[kind] = {"met": met, "missed": [name for name, count in counts.items() if not count]}
            value["met"] += len(met)
            value["of"] += len(counts)
        return value


Tree = dict[str, tuple[str, "Tree"]]
"""Parameters of one level by name, each with its dotted path and the level below it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Things to count in an operation's exchanges.

    `tree` are its parameters, `variants` those that depend on the value of the parameter `discriminator`.
    """

    counts: OperationCounts
    tree: Tree
    discriminator: str
    variants: Mapping[Any, Tree]
    changes: Sequence[Change]


class JournalCounter:
    """Counts the exchanges of one journal, within which ids are unique. Responses of planned faults count as any other.

    `states` has the last state of each object, by account and id, of the MAX_OBJECTS that changed last.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        plan: Callable[[Service, Endpoint], Plan],
        common: Callable[[Api[Any]], OperationCounts],
    ) -> None:
        self._services, self._plan, self._common = services, plan, common
        self._plans: dict[str, Plan | None] = {}
        self._commons: dict[str, OperationCounts] = {}
        self.states: dict[tuple[str, str], str] = {}

    def __call__(self, exchange: Exchange | None) -> None:
        """Count one exchange; None, with which a journal wakes those who wait, is none."""
        if exchange is None or exchange.api not in self._services:
            return
        if exchange.number == 1:  # the first one, also after a reset, which starts the ids again
            self.states.clear()
        common = self._commons.get(exchange.api)
        if common is None:
            common = self._commons[exchange.api] = self._common(self._services[exchange.api].api)
        common.calls += 1
        operation = exchange.operation
        plan = self._plans[operation] if operation in self._plans else self._find(exchange)
        if exchange.error:
            _count_error(exchange, common, plan)
        if plan is None:
            return
        counts = plan.counts
        counts.calls += 1
        if not exchange.error and exchange.response.status in counts.responses:
            counts.responses[exchange.response.status] += 1
            if plan.changes:
                self._count_change(plan, exchange)
        params = exchange.params
        if params:
            _count(params, plan.tree, counts.parameters)
        if plan.variants:
            self._count_variant(plan, params)

    def _find(self, exchange: Exchange) -> Plan | None:
        service, plan = self._services[exchange.api], None
        for endpoint in service.api.endpoints:
            if endpoint.id == exchange.operation and not endpoint.is_preflight:
                plan = self._plan(service, endpoint)
        self._plans[exchange.operation] = plan
        return plan

    def _count_variant(self, plan: Plan, params: Mapping[str, Any]) -> None:
        """Count a variant that a call names, and its parameters, which are listed from then on."""
        name = params.get(plan.discriminator)
        tree = plan.variants.get(name) if isinstance(name, str) else None
        if tree is None:
            return
        counts = plan.counts.parameters
        counts[f"{plan.discriminator}={name}"] += 1
        plan.counts.add_names("parameters", names_of(tree))
        _count(params, tree, counts, plan.tree)

    def _count_change(self, plan: Plan, exchange: Exchange) -> None:
        """Count the change of state of an exchange.

        If no response has shown the object before, the change is the first one listed for the operation.
        """
        id, after = exchange.params.get("id"), plan.changes[0].after
        if not isinstance(id, str) or any(change.after != after for change in plan.changes):
            value, traffic = _value(exchange), self._services[exchange.api].api.traffic
            id = id or value.get("id")
            after = traffic.states.get(str(value.get("status")), "") if traffic else ""
        if not isinstance(id, str):
            return
        key = (exchange.account, id)
        before = self.states.pop(key, None)
        for change in plan.changes:
            if before in (None, change.before) and after == change.after:
                plan.counts.changes[change.name] += 1
                break
        if after:
            self.states[key] = after
            if len(self.states) > MAX_OBJECTS:
                del self.states[next(iter(self.states))]


def tree_of(paths: Iterable[tuple[str, ...]]) -> Tree:
    """Return the parameters of some paths."""
    tree: Tree = {}
    for path in paths:
        level = tree
        for depth, name in enumerate(path, 1):
            level = level.setdefault(name, (".".join(path[:depth]), {}))[1]
    return tree


def names_of(tree: Tree) -> Iterable[str]:
    """Yield the dotted path of every parameter."""
    for path, below in tree.values():
        yield path
        yield from names_of(below)


def _count_error(exchange: Exchange, common: OperationCounts, plan: Plan | None) -> None:
    """Count an error of the operation, or else one of every operation."""
    prefix, counts = f"{exchange.api}.", common
    if plan is not None and exchange.error.startswith(f"{exchange.operation}."):
        prefix, counts = f"{exchange.operation}.", plan.counts
    name = exchange.error.removeprefix(prefix)
    if name in counts.errors:
        counts.errors[name] += 1


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _count(value: Any, tree: Tree, counts: dict[str, int], counted: Tree | None = None) -> None:
    """Count the parameters of a value that a tree has; unknown names take no memory."""
    if isinstance(value, list | tuple):
        for inner in value:
            if type(inner) not in _SCALARS:
                _count(inner, tree, counts, counted)
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        known = tree.get(name)
        if known is None:
            continue
        path, below = known
        also = counted.get(name) if counted is not None else None
        if also is None:
            counts[path] += 1
        if below and type(inner) not in _SCALARS:
            _count(inner, below, counts, also[1] if also is not None else None)


def _value(exchange: Exchange) -> Mapping[str, Any]:
    """Return the object in the body of a response, an empty one where it has none."""
    try:
        value = json.loads(exchange.response.body)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {}
