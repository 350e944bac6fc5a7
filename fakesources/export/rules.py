"""Rules of every API, as text and as JSON: the list, and one rule with its examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from ..apis.registry import installed
from ..core.contract.api import Api
from ..core.contract.deviations import Deviation, deviations_of
from ..core.contract.errors import ApiError
from ..core.contract.rule import Rule
from ..core.contract.rulebook import GENERAL, Rulebook, property_rule_id, rulebook, schemas_of, suggest_id
from ..core.contract.schema_properties import SchemaProperty, properties_of, values_at
from ..core.text.display import one_line, printable
from ..core.text.spelling import nearest
from .openapi.operations import error_body
from .openapi.samples import Sample, samples


def books() -> list[Rulebook]:
    """Return the rules of each API."""
    return [rulebook(api) for api in installed()]


def selected(text: str = "", edition: str = "", provenance: str = "") -> list[Rule]:
    """Return the rules with a text in their ids that hold in an edition and have a provenance; "" selects all."""
    return [
        rule
        for book in books()
        for rule in book
        if text in rule.id and (not provenance or rule.provenance == provenance) and _is_in(edition, rule, book.api)
    ] + [rule for rule in GENERAL if text in rule.id and (not provenance or rule.provenance == provenance)]


def deviations(text: str = "", edition: str = "") -> list[Deviation]:
    """Return the deviations with a text in their ids, or about such an operation or rule, that exist in an edition."""
    return [
        each
        for api in installed()
        for each in deviations_of(api)
        if any(text in id for id in (each.id, *each.operations, *each.rules)) and _is_in(edition, each, api)
    ]


def _is_in(edition: str, row: Rule | Deviation, api: Api[Any]) -> bool:
    """Return whether a rule or a deviation holds in an edition, "" for any."""
    return not edition or (edition in api.editions and edition in (row.editions or api.editions))


def deviations_as_json(found: list[Deviation]) -> str:
    """Return deviations as a JSON array of objects."""
    return json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False)


def deviations_as_text(found: list[Deviation]) -> str:
    """Return all fields of deviations, as lines of text."""
    lines: list[str] = []
    for each in found:
        lines += [each.id, f"  the source says: {one_line(each.says)}", f"  the fake does: {one_line(each.does)}"]
        lines += [f"  because: {one_line(each.reason)}", f"  source: {each.source}"]
        names = (("editions", each.editions), ("operations", each.operations), ("rules", each.rules))
        lines += [f"  {name}: {', '.join(values)}" for name, values in names if values]
    return "\n".join(map(printable, lines))


def _about(api: Api[Any] | None, rule: Rule) -> list[Deviation]:
    """Return the deviations about a rule."""
    return [] if api is None else [each for each in deviations_of(api) if each.is_about(rule, api.editions)]


def one(id: str) -> tuple[Api[Any] | None, list[Rule]]:
    """Return the API of a rule, if it has one, and its rows.

    Raises KeyError for an unknown id, with the nearest one of a rule, an operation or an API.
    """
    for book in books():
        rows = book.rows(id)
        if not rows and (found := book.general(id)) is not None:
            rows = [found]
        if rows:
            return book.api, rows
    if rows := [rule for rule in GENERAL if rule.id == id]:
        return None, rows
    suggestion = suggest_id(id, installed())
    raise KeyError(nearest(id, [*_owners(), suggestion]) or suggestion)


def examples(api: Api[Any] | None, rule: Rule) -> list[Any]:
    """Return examples of a rule: responses of its error, or values of its place in schemas and sample calls."""
    if api is None:
        return []
    found: list[Any] = [{"status": error.status, "body": error_body(api, error)} for error in _errors(api, rule.id)]
    found += [{"value": value} for each in _properties(api, rule) for value in each.schema.get("examples", ())]
    return found + _sampled(api, rule)


def by_owner(rules: list[Rule]) -> dict[str, list[Rule]]:
    """Return rules by what they belong to: an operation, else an API, else what the id begins with."""
    owners: dict[str, list[Rule]] = {name: [] for name in _owners()}
    for rule in rules:
        parts = rule.id.split(".")
        known = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
        owners.setdefault(next((name for name in known if name in owners), parts[0]), []).append(rule)
    return {owner: own for owner, own in owners.items() if own}


def summary_of(owner: str) -> str:
    """Return the summary of an operation, or of the rules of an API that belong to no operation."""
    for api in installed():
        if owner == api.name:
            return f"{api.title}: rules of every operation"
        for endpoint in api.endpoints:
            if owner == endpoint.id:
                return endpoint.summary
    return "Rules of every API"


def one_as_text(api: Api[Any] | None, rows: list[Rule]) -> str:
    """Return all fields of a rule, with examples, as lines of text."""
    lines: list[str] = []
    for rule in rows:
        lines += [rule.id, f"  {one_line(rule.description)}", f"  {rule.provenance}: {rule.source or 'no page'}"]
        lines += [f"  because: {one_line(rule.reason)}"] if rule.reason else []
        lines += [f"  editions: {', '.join(rule.editions or api.editions)}"] if api is not None else []
        for each in _about(api, rule):
            lines.append(f"  {each.id}: {each.source}: {one_line(each.says)}")
        lines += [f"  example: {json.dumps(example, ensure_ascii=False)}" for example in examples(api, rule)]
    return "\n".join(map(printable, lines))


def as_json(rules: list[Rule], with_examples: bool = False) -> str:
    """Return rules as a JSON array of objects."""
    apis = {api.name: api for api in installed()}
    rows = []
    for rule in rules:
        api = apis.get(rule.id.partition(".")[0])
        every_edition = [name for each in (installed() if api is None else (api,)) for name in each.editions]
        row = {**asdict(rule), "editions": list(rule.editions or every_edition)}
        row["deviations"] = [each.id for each in _about(api, rule)]
        rows.append({**row, "examples": examples(api, rule)} if with_examples else row)
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _owners() -> Iterator[str]:
    """Yield the name of each API and the ids of its operations."""
    for api in installed():
        yield api.name
        yield from (endpoint.id for endpoint in api.endpoints)


def _errors(api: Api[Any], id: str) -> Iterator[ApiError]:
    for error in api.errors:
        if id == f"{api.name}.{error.name}":
            yield error
            return
    for endpoint in api.endpoints:
        for error in endpoint.errors:
            if id == f"{endpoint.id}.{error.name}":
                yield error


def _properties(api: Api[Any], rule: Rule) -> Iterator[SchemaProperty]:
    seen: set[int] = set()
    for edition in rule.editions or api.editions:
        for prefix, shape in schemas_of(api, edition):
            if rule.id.startswith(prefix):
                for found in properties_of(shape):
                    if property_rule_id(prefix, found.path) == rule.id and id(found.schema) not in seen:
                        seen.add(id(found.schema))
                        yield found


def _sampled(api: Api[Any], rule: Rule) -> list[Any]:
    """Return the values of a rule's place in the sample calls of its editions, each once."""
    values: list[Any] = []
    for edition in rule.editions or api.editions:
        for operation, sample in _samples(api, edition).items():
            parts = {"request": sample.params, "query": sample.query, str(sample.status): sample.value}
            for part, value in parts.items():
                prefix = f"{operation}.{part}"
                if rule.id == prefix or rule.id.startswith(f"{prefix}."):
                    values += [found for _, found in values_at(value, rule.id.removeprefix(prefix).strip("."))]
    return [{"value": value} for number, value in enumerate(values) if value not in values[:number]]


@cache
def _samples(api: Api[Any], edition: str) -> dict[str, Sample]:
    return samples(api, api.editions[edition])
