"""Coverage of APIs by calls: for each operation its parameters, errors, responses and changes of state.

Exchanges are counted; the things to cover are read from the endpoints and schemas of the editions that were called.
Counts of several processes can be added. Of one fake:

    coverage = Coverage()
    fake.journal.subscribe(coverage.counter(fake.journal), is_waiting=False)
    coverage.value(fake.services)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from weakref import WeakKeyDictionary

from ..core.contract.api import Api, Endpoint
from ..core.contract.call import Service
from ..core.contract.names import path_names
from ..core.contract.schema_properties import properties_of
from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from .operation_counts import KINDS, JournalCounter, OperationCounts, Plan, tree_of


class Coverage:
    """Counts of the exchanges of any number of fakes."""

    def __init__(self) -> None:
        self._operations: dict[str, OperationCounts] = {}
        self._plans: WeakKeyDictionary[Api[Any], dict[tuple[str, str], Plan]] = WeakKeyDictionary()
        self._listed: WeakKeyDictionary[Api[Any], set[str]] = WeakKeyDictionary()
        self._counters: WeakKeyDictionary[Journal, JournalCounter] = WeakKeyDictionary()

    def counter(self, journal: Journal) -> JournalCounter:
        """Return the function that counts the exchanges of one journal, which may be subscribed to it."""
        counter = self._counters.get(journal)
        if counter is None:
            counter = self._counters[journal] = JournalCounter(journal.names.services, self.plan, self.common)
        return counter

    def add(self, exchange: Exchange, journal: Journal) -> None:
        """Count one exchange, and list all operations of its API, as this fake serves it."""
        self.list_operations(journal.names.services[exchange.api])
        self.counter(journal)(exchange)

    def list_operations(self, service: Service) -> None:
        """Add every operation of an API in the edition of a fake, and everything that can be met in it."""
        api, edition = service.api, service.edition.name
        listed = self._listed.setdefault(api, set())
        if edition not in listed:
            listed.add(edition)
            self.common(api)
            for endpoint in api.endpoints:
                if not endpoint.is_preflight:
                    self.plan(service, endpoint)

    @property
    def counts(self) -> list[dict[str, Any]]:
        """Counts as plain values, to be merged in another process."""
        return [asdict(each) for each in self._operations.copy().values()]

    def merge(self, counts: Iterable[Mapping[str, Any]]) -> None:
        """Add the counts of another process, those of its APIs that this process does not know included."""
        for row in counts:
            own = self._counts(row["id"], row["api"], row["summary"])
            own.calls += row["calls"]
            for kind in KINDS:
                mine = getattr(own, kind)
                for name, count in row[kind].items():
                    mine[name] = mine.get(name, 0) + count

    def value(self, services: Mapping[str, Service] | None = None) -> dict[str, Any]:
        """Return a JSON object: every operation with what was met and missed of it, and the total.

        Operations are those of the APIs that were called, and all those of `services`.
        """
        for service in (services or {}).values():
            self.list_operations(service)
        rows = [each.value() for each in self._operations.copy().values()]
        order = {name: number for number, name in enumerate(_ids(services or {}))}
        rows.sort(key=lambda row: (order.get(row["id"], len(order)), row["api"]))
        met, of = (sum(row[name] for row in rows) for name in ("met", "of"))
        return {"operations": rows, "total": {"met": met, "of": of, "percent": percent(met, of)}}

    def common(self, api: Api[Any]) -> OperationCounts:
        """Return the counts of an API's errors of every operation."""
        counts = self._counts(api.name, api.name, "Errors of every operation")
        if not counts.errors:
            counts.add_names("errors", (error.name for error in api.errors))
        return counts

    def plan(self, service: Service, endpoint: Endpoint) -> Plan:
        """Return what is counted in the exchanges of an operation in an edition, made once."""
        plans, key = self._plans.setdefault(service.api, {}), (service.edition.name, endpoint.id)
        if key not in plans:
            plans[key] = self._new_plan(service, endpoint)
        return plans[key]

    def _new_plan(self, service: Service, endpoint: Endpoint) -> Plan:
        api = service.api
        paths: dict[tuple[str, ...], None] = {(name,): None for name in sorted(path_names(api, endpoint))}
        for schema in (endpoint.query_schema, endpoint.body_schema):
            paths |= dict.fromkeys(_paths(service, schema))
        named = endpoint.discriminator
        variants = {variant: tree_of(_paths(service, variant)) for variant in (endpoint.variants if named else ())}
        changes = [each for each in (api.traffic.changes if api.traffic else ()) if each.operation == endpoint.id]
        counts = self._counts(endpoint.id, api.name, endpoint.summary)
        counts.add_names("parameters", map(".".join, paths))
        counts.add_names("parameters", (f"{named}={variant}" for variant in variants))
        counts.add_names("errors", (error.name for error in endpoint.errors))
        counts.add_names("responses", endpoint.responses)
        counts.add_names("changes", (change.name for change in changes))
        return Plan(counts, tree_of(paths), named, variants, changes)

    def _counts(self, id: str, api: str, summary: str) -> OperationCounts:
        return self._operations.setdefault(id, OperationCounts(id, api, summary))


def percent(met: int, of: int) -> float:
    """Return per cent, rounded down to one decimal, so that only everything is 100."""
    return met * 1000 // of / 10 if of else 0.0


def _ids(services: Mapping[str, Service]) -> Iterable[str]:
    for service in services.values():
        yield service.api.name
        yield from (endpoint.id for endpoint in service.api.endpoints)


def _paths(service: Service, schema: str) -> list[tuple[str, ...]]:
    """Return the paths of all properties of a schema in a service's edition; "" is no schema."""
    return [found.path for found in properties_of(service.schema(schema)) if found.path] if schema else []
