"""Every rule of every API, for people and programs: the list, and one rule with its examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..apis import ALL
from ..core.contract.api import Api
from ..core.contract.errors import ApiError
from ..core.contract.rule import Rule
from ..core.contract.rulebook import GENERAL, Rulebook, nearest_id, place_id, rulebook, shapes
from ..core.contract.schema_properties import SchemaProperty, spots
from .openapi.operations import refusal


def books() -> list[Rulebook]:
    """The rules of each API."""
    return [rulebook(api) for api in ALL]


def every() -> list[Rule]:
    """All rules, API by API, then those that belong to none."""
    return [*(rule for book in books() for rule in book), *GENERAL]


def selected(words: str = "", edition: str = "", standing: str = "") -> list[Rule]:
    """The rules whose id begins with, or contains, some words, that hold in an edition and have a standing."""
    return [
        rule
        for book in books()
        for rule in book
        if words in rule.id
        and (not standing or rule.provenance == standing)
        and (not edition or (edition in book.api.editions and (not rule.editions or edition in rule.editions)))
    ] + [rule for rule in GENERAL if words in rule.id and (not standing or rule.provenance == standing)]


def one(id: str) -> tuple[Api[Any] | None, list[Rule]]:
    """The rows of a rule and its API, if it has one. Raises KeyError, with the nearest id as its text, where there is
    no such rule.
    """
    for book in books():
        rows = book.rows(id)
        if not rows and (found := book.find(id)) is not None and id.startswith(book.api.name + "."):
            rows = [found] if found.id.rpartition(".")[2] == id.rpartition(".")[2] else []
        if rows:
            return book.api, rows
    if rows := [rule for rule in GENERAL if rule.id == id]:
        return None, rows
    raise KeyError(nearest_id(id, ALL))


def examples(api: Api[Any] | None, rule: Rule) -> list[Any]:
    """What a rule looks like on the wire: the answer of a refusal, the examples and bounds of a place in a shape, and
    the example files about it where they are at hand (in a checkout).
    """
    if api is None:
        return []
    found: list[Any] = [
        {"status": problem.status, "body": refusal(api, problem)} for problem in _problems(api, rule.id)
    ]
    for spot in _spots(api, rule):
        found += [{"value": value} for value in spot.schema.get("examples", ())]
    return found + [dict(example) for example in _files().get(rule.id, ())]


def as_text(rules: list[Rule]) -> str:
    """One line a rule: standing, id, editions, what it says, and where that was read."""
    width = min(max((len(rule.id) for rule in rules), default=0), 64)
    return "\n".join(
        f"{rule.provenance:<10} {rule.id:<{width}} {_editions(rule)}{rule.description}  <{rule.source}>"
        for rule in rules
    )


def one_as_text(api: Api[Any] | None, rows: list[Rule]) -> str:
    """A rule whole, with its examples."""
    lines: list[str] = []
    for rule in rows:
        lines += [rule.id, f"  {rule.description}", f"  {rule.provenance}: {rule.source or 'no page speaks of it'}"]
        lines += [f"  because: {rule.reason}"] if rule.reason else []
        lines += [f"  editions: {', '.join(rule.editions or api.editions)}"] if api is not None else []
        lines += [f"  example: {json.dumps(example, ensure_ascii=False)}" for example in examples(api, rule)]
    return "\n".join(lines)


def as_json(rules: list[Rule], with_examples: bool = False) -> str:
    """Rules as JSON objects."""
    apis = {api.name: api for api in ALL}
    shown = []
    for rule in rules:
        api = apis.get(rule.id.partition(".")[0])
        every_edition = [name for each in (ALL if api is None else (api,)) for name in each.editions]
        row = {**asdict(rule), "editions": list(rule.editions or every_edition)}
        shown.append({**row, "examples": examples(api, rule)} if with_examples else row)
    return json.dumps(shown, indent=2, ensure_ascii=False)


def _editions(rule: Rule) -> str:
    return f"[{', '.join(rule.editions)}] " if rule.editions else ""


def _problems(api: Api[Any], id: str) -> Iterator[ApiError]:
    for problem in (*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large):
        if id == f"{api.name}.{problem.name}":
            yield problem
            return
    for endpoint in api.endpoints:
        for problem in endpoint.errors:
            if id == f"{endpoint.id}.{problem.name}":
                yield problem


def _spots(api: Api[Any], rule: Rule) -> Iterator[SchemaProperty]:
    seen: set[int] = set()
    for edition in rule.editions or api.editions:
        for prefix, shape in shapes(api, edition):
            if rule.id.startswith(prefix):
                for spot in spots(shape):
                    if place_id(prefix, spot.path) == rule.id and id(spot.schema) not in seen:
                        seen.add(id(spot.schema))
                        yield spot


@cache
def _files() -> Mapping[str, list[Mapping[str, Any]]]:
    """The example files of a checkout, by the rule that each is about; none in an installed package."""
    folder = Path(str(files("fakesources"))).parent / "tests" / "contract"
    found: dict[str, list[Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("*/**/*.json")) if folder.is_dir() else ():
        example = json.loads(path.read_text("utf-8"))
        if isinstance(example, dict) and "rule" in example:
            kept = {key: example[key] for key in ("name", "request", "response", "verdict", "value") if key in example}
            found.setdefault(str(example["rule"]), []).append(kept)
    return found
