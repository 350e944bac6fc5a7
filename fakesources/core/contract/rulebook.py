"""Rules of an API: everything that is enforced or emitted, each with a stable id, a source and a provenance.

They are derived from what is enforced: errors from the endpoints' catalogue rows, properties from the schemas, headers
and decisions from the API's own table, rules for recorded traffic from its `traffic`. Ids of an API named `shop`:

    shop.order.create.not-found              an error of one operation
    shop.authorization-failed                an error of every operation
    shop.order.create.request.name           a parameter; `query` where query parameters have a schema of their own
    shop.order.get.200.orders.status         a property of a response; array items have the path of the array
    shop.error.message                       a property of an error response
    shop.traffic.gone-id                     a rule that only recorded traffic can break
    shop.shape.gift.parameters               a property of a schema that a parameter selects
    shop.order.create.unknown-parameter      something that an operation accepts silently, and is reported
    connection.escaped                       something that is reported for every API

The rule of a violation is one of these ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ..text.spelling import hint, nearest
from .api import Api
from .errors import ApiError
from .rule import Provenance, Rule
from .schema_properties import SchemaProperty, properties_of
from .schemas import Schema
from .validation import MORE_VIOLATIONS

NO_PAGE = "No source describes it: decided for every API"
"""Source of the rules that hold for every API."""

GENERAL = (
    Rule(
        id="connection.escaped",
        description="A connection that code under test opens to a vendor's host itself is blocked and reported.",
        source=NO_PAGE,
        provenance="decided",
        reason="a call that no adapter intercepts would reach the real service, or fail",
        reported=True,
    ),
)
"""Rules that belong to no API."""


class Rulebook:
    """Rules of one API, by id. An id has several rows where editions differ."""

    def __init__(self, api: Api[Any]) -> None:
        self.api = api
        self.rules = tuple(_merged(_all(api), tuple(api.editions)))
        self._by_id: dict[str, list[Rule]] = {}
        for rule in self.rules:
            self._by_id.setdefault(rule.id, []).append(rule)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __contains__(self, id: str) -> bool:
        return id in self._by_id

    def rows(self, id: str) -> list[Rule]:
        """Return the rows of an id; none for an unknown one."""
        return self._by_id.get(id, [])

    def ids(self) -> list[str]:
        """Return every id once, in the order of the rules."""
        return list(self._by_id)

    def find(self, id: str, edition: str = "") -> Rule | None:
        """Return the rule of an id in an edition, or None.

        An operation's id that has no rule of its own is looked up for the whole API, and a property's at the nearest
        property that contains it.
        """
        for candidate in self._candidates(id):
            rows = self.rows(candidate)
            for rule in rows:
                if not edition or edition in (rule.editions or (edition,)):
                    return rule
        return None

    def general(self, id: str) -> Rule | None:
        """Return the rule of the whole API that an id stands for at one operation, or None."""
        found = self.find(id) if id.startswith(f"{self.api.name}.") else None
        return found if found is not None and found.id.rpartition(".")[2] == id.rpartition(".")[2] else None

    def _candidates(self, id: str) -> Iterator[str]:
        yield id
        for endpoint in self.api.endpoints:
            if id.startswith(endpoint.id + "."):
                yield f"{self.api.name}.{id.removeprefix(endpoint.id + '.')}"
        parent = id.rpartition(".")[0]
        while parent.count(".") > 1:
            yield parent
            parent = parent.rpartition(".")[0]


@cache
def rulebook(api: Api[Any]) -> Rulebook:
    """Return the rules of an API, collected once per process."""
    return Rulebook(api)


@cache
def rule_id(api: Api[Any], operation: str, error: ApiError) -> str:
    """Return the id of an error's rule: the operation's where its endpoint lists the error, else the API's."""
    for endpoint in api.endpoints:
        if endpoint.id == operation and error in endpoint.errors:
            return f"{operation}.{error.name}"
    return f"{api.name}.{error.name}"


def property_rule_id(prefix: str, path: tuple[str | int, ...]) -> str:
    """Return the id of a property's rule: the names on its path, without the indexes of array items."""
    return ".".join([prefix, *(part for part in path if isinstance(part, str))])


def _all(api: Api[Any]) -> Iterator[Rule]:
    for error in api.errors:
        yield _error_rule(api, f"{api.name}.{error.name}", error)
    for endpoint in api.endpoints:
        for error in endpoint.errors:
            yield _error_rule(api, f"{endpoint.id}.{error.name}", error)
    for rule in (*operation_rules(api), *(api.traffic.rules(api.name) if api.traffic else ())):
        yield replace(rule, source=page_of(api.pages(), rule.source))
    for edition in api.editions:
        for prefix, schema in schemas_of(api, edition):
            for property in properties_of(schema):
                yield _property_rule(api, prefix, schema, property, edition)


def _more_violations(api: Api[Any]) -> Rule:
    return Rule(
        id=f"{api.name}.more-violations",
        description=MORE_VIOLATIONS,
        source=NO_PAGE,
        provenance="decided",
        reason="a call with thousands of violations is not more useful than its first hundred, and takes longer",
        reported=True,
    )


def operation_rules(api: Api[Any]) -> Iterator[Rule]:
    """Yield the rules of an API's own table and those of every API, with one for each operation that reports them."""
    reporting = [endpoint for endpoint in api.endpoints if not endpoint.is_preflight]
    for rule in (*api.rules, _more_violations(api)):
        owner, _, name = rule.id.rpartition(".")
        if rule.reported and owner == api.name:
            yield from (replace(rule, id=f"{endpoint.id}.{name}") for endpoint in reporting)
        else:
            yield rule


def check_id(id: str, apis: Iterable[Api[Any]]) -> None:
    """Raise ValueError for an id that no rule has.

    The ids of violations are looked up first: the others need all schemas.
    """
    apis = tuple(apis)
    if id not in reported_ids(apis) and not any(id in rulebook(api) for api in apis):
        suggestion = hint(suggest_id(id, apis))
        raise ValueError(
            f"rule: expected the id of a rule, got {id!r}{suggestion}; `fakesources rules --json` lists them all"
        )


@cache
def reported_ids(apis: tuple[Api[Any], ...]) -> frozenset[str]:
    """Return the ids of the rules that calls to some APIs can violate."""
    own = {rule.id for api in apis for rule in operation_rules(api) if rule.reported}
    return frozenset(own | {rule.id for rule in GENERAL if rule.reported})


def suggest_id(id: str, apis: Iterable[Api[Any]]) -> str:
    """Return the id closest to a wrong one, or an empty string.

    Ids of the same operation come first, then those of violations.
    """
    apis = tuple(apis)
    reported, others = reported_ids(apis), [each for api in apis for each in rulebook(api).ids()]
    owner = nearest(id.rpartition(".")[0], {each.rpartition(".")[0] for each in reported})
    own = [each for each in reported if each.rpartition(".")[0] == owner]
    name = nearest(id.rpartition(".")[2], [each.rpartition(".")[2] for each in own], cutoff=0.75)
    return f"{owner}.{name}" if name else nearest(id, [*reported, *others])


def schemas_of(api: Api[Any], edition: str) -> Iterator[tuple[str, Schema]]:
    """Yield every schema of an edition with the prefix of its rules' ids.

    Those of the endpoints come first, then those that a parameter selects and the one of path parameters.
    """
    rows: list[tuple[str, str]] = []
    for endpoint in api.endpoints:
        rows += [(f"{endpoint.id}.request", endpoint.body_schema), (f"{endpoint.id}.query", endpoint.query_schema)]
        rows += [(f"{endpoint.id}.{status}", name) for status, name in endpoint.responses.items()]
    rows.append((f"{api.name}.error", api.error_schema))
    for prefix, name in rows:
        if name:
            yield prefix, api.schemas.schema_of(edition, name)
    variants = dict.fromkeys(name for endpoint in api.endpoints for name in endpoint.variants)
    for name in (*variants, *({"path"} & schema_names(api, edition))):
        yield f"{api.name}.shape.{name}", api.schemas.schema_of(edition, name)


_ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "x-source"}


@cache
def schema_names(api: Api[Any], edition: str) -> frozenset[str]:
    """Return the names of an edition's schemas, without files that have definitions only."""
    names = api.schemas.names(edition)
    return frozenset(name for name in names if {*api.schemas.schema_of(edition, name).schema} - _ANNOTATIONS)


def _error_rule(api: Api[Any], id: str, error: ApiError) -> Rule:
    return Rule(
        id=id,
        description=error.description,
        source=page_of(api.pages(), error.source),
        provenance=error.provenance,
        reason=error.reason,
    )


def _property_rule(api: Api[Any], prefix: str, schema: Schema, property: SchemaProperty, edition: str) -> Rule:
    own = property.schema
    # A property without a source of its own has that of the whole schema.
    provenance = own if "x-source" in own or "x-provenance" in own else schema.schema
    source = provenance.get("x-source", "")
    return Rule(
        id=property_rule_id(prefix, property.path),
        description=" ".join([own.get("description") or own.get("title", ""), f"({property.kind})"]),
        source=page_of(api.pages(), source),
        provenance=provenance.get("x-provenance") or provenance_of(api.pages(), source),
        reason=provenance.get("x-reason", ""),
        editions=(edition,),
    )


KINDS: Mapping[str, Provenance] = {
    "page": "documented",
    "recording": "recorded",
    "client": "observed",
    "third party": "observed",
    "none": "decided",
}
"""Provenance of a statement by the kind of its source, the strongest first."""


def provenance_of(pages: Mapping[str, Mapping[str, str]], source: str) -> Provenance:
    """Return the provenance that the strongest of the named sources gives."""
    kinds = {pages.get(name, {}).get("kind", "page") for name in _source_names(source)}
    return next((provenance for kind, provenance in KINDS.items() if kind in kinds), "documented")


def _source_names(source: str) -> list[str]:
    return [name.strip() for name in source.replace(";", ",").split(",") if name.strip()]


def page_of(pages: Mapping[str, Mapping[str, str]], source: str) -> str:
    """Return the URL or the location of each page that a source names; the name itself where neither is known."""
    rows = [(name, pages.get(name, {})) for name in _source_names(source)]
    return ", ".join(page.get("url") or page.get("where") or page.get("title") or name for name, page in rows)


def page_address(pages: Mapping[str, Mapping[str, str]], source: str) -> str:
    """Return the address of the first page of a source that has one, or an empty text."""
    named = page_of(pages, source).split(", ")
    return next((page for page in named if page.startswith("https://") and " " not in page), "")


def _split_by_edition(rules: Iterable[Rule], editions: tuple[str, ...]) -> Iterator[Rule]:
    """Yield one rule of each id and edition.

    A property that several branches of a schema describe has the descriptions and sources of all of them.
    """
    rows: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for edition in rule.editions or editions:
            rows.setdefault((rule.id, edition), []).append(rule)
    for (_, edition), same in rows.items():
        yield replace(same[0] if len(same) == 1 else _joined(same), editions=(edition,))


def _joined(rules: list[Rule]) -> Rule:
    strongest = [rule for provenance in KINDS.values() for rule in rules if rule.provenance == provenance]
    descriptions = dict.fromkeys(rule.description for rule in rules)
    pages = dict.fromkeys(page for rule in strongest for page in rule.source.split(", "))
    return replace(strongest[0], description=" Or: ".join(descriptions), source=", ".join(pages))


def _merged(rules: Iterator[Rule], editions: tuple[str, ...]) -> Iterator[Rule]:
    """Yield rules that differ in their editions only as one; `editions` is empty for a rule of all editions."""
    editions_of: dict[Rule, list[str]] = {}
    for rule in _split_by_edition(rules, editions):
        names = editions_of.setdefault(replace(rule, editions=()), [])
        names += [edition for edition in rule.editions if edition not in names]
    by_id: dict[str, list[Rule]] = {}
    for rule, names in editions_of.items():
        merged = () if set(names) == set(editions) else tuple(names)
        by_id.setdefault(rule.id, []).append(replace(rule, editions=merged))
    for rows in by_id.values():
        yield from rows
