"""Rules: everything that is enforced or emitted, each with a stable id, a source and a standing.

They are not a list that somebody keeps: they are read from what is enforced. Refusals come from the endpoints'
problems, shapes from the schemas, manners and decisions from the API's own table, and what only recorded traffic can
be held to from its traffic. Ids are these:

    datasift.source.start.not-found            a problem that an operation answers with
    datasift.authorization-failed              a problem that every operation answers with
    datasift.source.create.request.name        a parameter; `query` where an API keeps those of the address apart
    datasift.source.get.200.sources.status     a place in an answer; array items take no name of their own
    datasift.error.error                       a place in a refusal
    datasift.traffic.gone-id                   what only recorded traffic can break
    datasift.shape.instagram.parameters        a place in a shape that is chosen by what is sent
    datasift.source.start.unknown-parameter    something that is accepted silently by an operation, and reported
    connection.escaped                         something that is reported whatever the API

A violation carries one of these ids, as they stand here, and nothing else is an id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from ..text.spelling import nearest
from .api import Api
from .errors import ApiError
from .rule import Provenance, Rule
from .schema_properties import SchemaProperty, spots
from .schemas import COMMON, Schema, root, schema_of
from .validation import MORE_VIOLATIONS

NO_PAGE = "No page speaks of it: decided for every API"
"""Source of the rules that hold for every API."""


GENERAL = (
    Rule(
        id="connection.escaped",
        description="Code under test that opens a connection to a vendor's host by itself is refused, and reported.",
        source=NO_PAGE,
        provenance="decided",
        reason="a call that no adapter answers would reach the real service, or nobody",
        reported=True,
    ),
)
"""The rules that belong to no API."""


class Rulebook:
    """The rules of one API, by id. An id may have several rows, for editions that differ."""

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
        """The rows of an id, empty when there is none."""
        return self._by_id.get(id, [])

    def ids(self) -> list[str]:
        """Every id once, in the order of the rules."""
        return list(self._by_id)

    def find(self, id: str, edition: str = "") -> Rule | None:
        """The rule of an id in an edition. An operation's id that is not in the book is looked up for the whole API,
        and a place in a shape at the nearest place around it.
        """
        for candidate in self._candidates(id):
            rows = self.rows(candidate)
            for rule in rows:
                if not edition or not rule.editions or edition in rule.editions:
                    return rule
        return None

    def _candidates(self, id: str) -> Iterator[str]:
        yield id
        for endpoint in self.api.endpoints:
            if id.startswith(endpoint.id + "."):
                yield f"{self.api.name}.{id.removeprefix(endpoint.id + '.')}"
        around = id.rpartition(".")[0]
        while around.count(".") > 1:
            yield around
            around = around.rpartition(".")[0]


@cache
def rulebook(api: Api[Any]) -> Rulebook:
    """The rules of an API, collected once per process."""
    return Rulebook(api)


def rule_id(api: Api[Any], operation: str, problem: ApiError) -> str:
    """The id of a problem's rule: under its operation where that lists it, else under the API."""
    for endpoint in api.endpoints:
        if endpoint.id == operation and problem in endpoint.errors:
            return f"{operation}.{problem.name}"
    return f"{api.name}.{problem.name}"


def place_id(prefix: str, path: tuple[str | int, ...]) -> str:
    """The id of the rule of a place: the names on the way to it, without the numbers of array items."""
    return ".".join([prefix, *(part for part in path if isinstance(part, str))])


def _all(api: Api[Any]) -> Iterator[Rule]:
    for problem in (*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large):
        yield _refusal(api, f"{api.name}.{problem.name}", problem)
    for endpoint in api.endpoints:
        for problem in endpoint.errors:
            yield _refusal(api, f"{endpoint.id}.{problem.name}", problem)
    for rule in of_operations(api):
        yield replace(rule, source=page_of(api.pages(), rule.source))
    if api.traffic is not None:
        for rule in api.traffic.rules(api.name):
            yield replace(rule, source=page_of(api.pages(), rule.source))
    for edition in api.editions:
        for prefix, shape in shapes(api, edition):
            for spot in spots(shape.path):
                yield _of_spot(api, prefix, shape, spot, edition)


def _more_violations(api: Api[Any]) -> Rule:
    return Rule(
        id=f"{api.name}.more-violations",
        description=MORE_VIOLATIONS,
        source=NO_PAGE,
        provenance="decided",
        reason="a call with thousands of violations says no more than its first hundred, and takes as long to answer",
        reported=True,
    )


def of_operations(api: Api[Any]) -> Iterator[Rule]:
    """Return the rules of an API's own table and those of every API, those that each operation reports under the id of
    each.
    """
    reporting = [
        endpoint for endpoint in api.endpoints if "OPTIONS" not in endpoint.methods
    ]  # preflights report nothing
    for rule in (*api.rules, _more_violations(api)):
        owner, _, name = rule.id.rpartition(".")
        if rule.reported and owner == api.name:
            yield from (replace(rule, id=f"{endpoint.id}.{name}") for endpoint in reporting)
        else:
            yield rule


def check_id(id: str, apis: Iterable[Api[Any]]) -> None:
    """Raise ValueError for an id that no rule has, with the nearest. Those that are reported are looked up first: the
    others need all schemas.
    """
    apis = tuple(apis)
    if id not in reported_ids(apis) and not any(id in rulebook(api) for api in apis):
        near = nearest_id(id, apis)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"rule: expected the id of a rule, got {id!r}{hint}; `fakesources rules` lists them all")


@cache
def reported_ids(apis: tuple[Api[Any], ...]) -> frozenset[str]:
    """Return the ids that violations of calls to some APIs carry."""
    own = {rule.id for api in apis for rule in of_operations(api) if rule.reported}
    return frozenset(own | {rule.id for rule in GENERAL if rule.reported})


def nearest_id(id: str, apis: Iterable[Api[Any]]) -> str:
    """Return the id closest to a wrong one, or an empty string: one of the same operation where it names one, and one
    that is reported rather than another one.
    """
    apis = tuple(apis)
    reported, others = reported_ids(apis), [each for api in apis for each in rulebook(api).ids()]
    owner = nearest(id.rpartition(".")[0], {each.rpartition(".")[0] for each in reported})
    own = [each for each in reported if each.rpartition(".")[0] == owner]
    name = nearest(id.rpartition(".")[2], [each.rpartition(".")[2] for each in own], cutoff=0.75)
    return f"{owner}.{name}" if name else nearest(id, [*reported, *others])


def shapes(api: Api[Any], edition: str) -> Iterator[tuple[str, Schema]]:
    """Every shape of an edition with the prefix of its rules' ids: the rows' first, then those chosen by what is sent,
    and what stands in paths.
    """
    rows: list[tuple[str, str]] = []
    for endpoint in api.endpoints:
        rows += [(f"{endpoint.id}.request", endpoint.body_schema), (f"{endpoint.id}.query", endpoint.query_schema)]
        rows += [(f"{endpoint.id}.{status}", name) for status, name in endpoint.responses.items()]
    rows.append((f"{api.name}.error", api.error_schema))
    for prefix, name in rows:
        if name:
            yield prefix, schema_of(api.name, edition, name)
    chosen = dict.fromkeys(name for endpoint in api.endpoints for name in endpoint.variants)
    for name in (*chosen, *({"path"} & shape_names(api.name, edition))):
        yield f"{api.name}.shape.{name}", schema_of(api.name, edition, name)


_SAYS_NOTHING = {"$schema", "$id", "$defs", "title", "description", "x-source"}


@cache
def shape_names(api: str, edition: str) -> frozenset[str]:
    """The shapes of an edition that stand on their own; a file of definitions alone is none."""
    found = {name for folder in (edition, COMMON) for name in _files(root().joinpath(api, folder), "")}
    return frozenset(name for name in found if {*schema_of(api, edition, name).schema} - _SAYS_NOTHING)


def _files(folder: Traversable, prefix: str) -> Iterator[str]:
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if file.is_dir():
            yield from _files(file, f"{prefix}{file.name}/")
        elif file.name.endswith(".json"):
            yield prefix + file.name.removesuffix(".json")


def _refusal(api: Api[Any], id: str, problem: ApiError) -> Rule:
    docs = page_of(api.pages(), problem.source)
    return Rule(
        id=id, description=problem.description, source=docs, provenance=problem.provenance, reason=problem.reason
    )


def _of_spot(api: Api[Any], prefix: str, shape: Schema, spot: SchemaProperty, edition: str) -> Rule:
    schema = spot.schema
    known = (
        schema if {"x-source", "x-standing"} & {*schema} else shape.schema
    )  # a place without a source has that of the whole
    says = " ".join([schema.get("description") or schema.get("title", ""), f"({spot.kind})"])
    source = known.get("x-source", "")
    standing: Provenance = known.get("x-standing") or provenance_of(api.pages(), source)
    return Rule(
        id=place_id(prefix, spot.path),
        description=says,
        source=page_of(api.pages(), source),
        provenance=standing,
        reason=known.get("x-reason", ""),
        editions=(edition,),
    )


KINDS: Mapping[str, Provenance] = {
    "page": "documented",
    "recording": "recorded",
    "client": "observed",
    "third party": "observed",
    "none": "decided",
}
"""Provenance that each kind of source gives to a statement that rests on it, the strongest first."""


def provenance_of(pages: Mapping[str, Mapping[str, str]], source: str) -> Provenance:
    """Return the provenance that the strongest of the named sources gives: documented where a page says it."""
    kinds = {pages.get(name, {}).get("kind", "page") for name in named_in(source)}
    return next((standing for kind, standing in KINDS.items() if kind in kinds), "documented")


def named_in(source: str) -> list[str]:
    """Return the short names of the sources that a statement gives."""
    return [name.strip() for name in source.replace(";", ",").split(",") if name.strip()]


def page_of(pages: Mapping[str, Mapping[str, str]], source: str) -> str:
    """Where a source can be read: the address or the place of each page it names, the name where nothing is known."""
    names = named_in(source)
    found = [pages.get(name, {}) for name in names]
    return ", ".join(
        page.get("url") or page.get("where") or page.get("title") or name
        for name, page in zip(names, found, strict=True)
    )


def _one_an_edition(rules: Iterable[Rule], editions: tuple[str, ...]) -> Iterator[Rule]:
    """One rule of each id and edition: a place that several branches of a schema describe says what each of them says,
    with all their sources.
    """
    rows: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for edition in rule.editions or editions:
            rows.setdefault((rule.id, edition), []).append(rule)
    for (_, edition), same in rows.items():
        yield replace(same[0] if len(same) == 1 else _joined(same), editions=(edition,))


def _joined(rules: list[Rule]) -> Rule:
    strongest = [rule for rank in KINDS.values() for rule in rules if rule.provenance == rank]
    says, docs = dict.fromkeys(rule.description for rule in rules), dict.fromkeys(rule.source for rule in strongest)
    pages = dict.fromkeys(page for each in docs for page in each.split(", "))
    return replace(strongest[0], description=" Or: ".join(says), source=", ".join(pages))


def _merged(rules: Iterator[Rule], editions: tuple[str, ...]) -> Iterator[Rule]:
    """Each rule once: rows that differ in their editions alone become one, and one that holds in all names none."""
    kept: dict[Rule, list[str]] = {}
    for rule in _one_an_edition(rules, editions):
        row = kept.setdefault(replace(rule, editions=()), [])
        row += [edition for edition in (rule.editions or editions) if edition not in row]
    by_id: dict[str, list[Rule]] = {}
    for rule, where in kept.items():
        held = () if set(where) == set(editions) else tuple(where)
        by_id.setdefault(rule.id, []).append(replace(rule, editions=held))
    for rows in by_id.values():
        yield from rows
