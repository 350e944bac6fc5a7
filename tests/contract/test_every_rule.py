"""Nothing is enforced without a rule, and no rule goes unexercised.

A place in a shape is exercised by an example that has it, or by an answer of the tour below; a refusal or a report by an
example call; what a schema cannot say by the tests that `exercised.json` names.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fakesources import FakeSources, Request
from fakesources.apis import ALL
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import NO_PAGE, page_of, place_id, rulebook, shapes
from fakesources.core.contract.schema_properties import spots
from fakesources.core.contract.schemas import schema_of
from fakesources.export.openapi.paths import names
from fakesources.export.openapi.samples import samples

HERE = Path(__file__).parent
TESTS = HERE.parent
EXERCISED: dict[str, list[str]] = json.loads((HERE / "exercised.json").read_text("utf-8"))
each_api = pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)

Place = tuple[str, ...]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Every place of a value, those in arrays one level up, as rules name them."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, path)


@cache
def examples(api: Api[Any]) -> tuple[dict[str, Any], ...]:
    """The example files of an API that hold."""
    rows = [json.loads(file.read_text("utf-8")) for file in sorted((HERE / api.name).glob("*.json"))]
    return tuple(row for row in rows if row["holds"])


def shape_name(api: Api[Any], row: dict[str, Any]) -> str:
    """The shape an example is about."""
    endpoint = api.endpoint(row["operation"])
    named = {"request": endpoint.body_schema, "query": endpoint.query_schema, "error": api.error_schema}
    return str(row.get("shape") or {**named, **endpoint.responses}[row["part"]])


def tour(api: Api[Any], edition: str) -> Iterator[tuple[str, Any]]:
    """Answers of every operation, and of sources with everything that examples give them, with their shapes."""
    for operation, sample in samples(api, api.editions[edition]).items():
        yield api.endpoint(operation).responses[sample.status], sample.value
    choices = {choice for row in api.endpoints for choice in row.variants}
    for row in examples(api):
        if row.get("shape") in choices and edition in row["editions"]:
            fake = FakeSources(**{api.name: edition})
            source = fake.datasift.sources.add(source_type=row["shape"], **row["value"])
            for method, path in (("GET", f"get?id={source.id}"), ("GET", "get"), ("PUT", f"start?id={source.id}"),
                                 ("PUT", f"update?id={source.id}")):  # fmt: skip
                fake.handle(Request(method, f"/v1.6/source/{path}", (("Auth", "a:b"),)))
                exchange = fake.journal.last()
                yield api.endpoint(exchange.operation).responses[exchange.status], json.loads(exchange.response.body)


@cache
def exercised_places(api: Api[Any], edition: str) -> dict[str, set[Place]]:
    """The places that some example or some answer has, by the path of the shape they are in."""
    found: dict[str, set[Place]] = {}
    seen = [(shape_name(api, row), row["value"]) for row in examples(api) if edition in row["editions"]]
    for name, value in [*seen, *tour(api, edition)]:
        if name:
            found.setdefault(schema_of(api.name, edition, name).path, set()).update(places(value))
    parts = {name for row in api.endpoints for path in row.paths for name in names(path)}
    found.setdefault(schema_of(api.name, edition, "path").path, set()).update({(), *((name,) for name in parts)})
    return found


@each_api
def test_every_place_of_every_shape_is_exercised(api: Api[Any]) -> None:
    """No property stands in a schema that no example and no answer has ever had."""
    idle = {
        f"{edition} {place_id(prefix, spot.path)}"
        for edition in api.editions
        for prefix, shape in shapes(api, edition)
        for spot in spots(shape.path)
        if spot.path not in exercised_places(api, edition).get(shape.path, set())
    }

    assert sorted(idle) == []


def of_shapes(api: Api[Any]) -> set[str]:
    """The ids of the rules that are places in shapes."""
    return {
        place_id(prefix, spot.path)
        for edition in api.editions
        for prefix, shape in shapes(api, edition)
        for spot in spots(shape.path)
    }


def called(api: Api[Any]) -> set[str]:
    """The rules that example calls are about."""
    return {json.loads(file.read_text("utf-8"))["rule"] for file in (HERE / api.name / "calls").glob("*.json")}


@each_api
def test_every_other_rule_is_exercised_by_a_call_or_by_a_test(api: Api[Any]) -> None:
    """A refusal, a report, a manner, a decision: each has an example call, or a test that the table names."""
    exercised = called(api) | EXERCISED.keys()
    reported = {rule.id for rule in rulebook(api) if rule.reported}
    shared = {id.rpartition(".")[2] for id in reported & exercised}  # one operation stands for all that report the same
    others = {id for id in rulebook(api).ids() if id not in reported or id.rpartition(".")[2] not in shared}

    assert sorted(others - of_shapes(api) - exercised) == []


def test_the_table_names_rules_and_tests_that_exist() -> None:
    """What `exercised.json` says is so: the rule is in a book, and the test is in its file."""
    books = [rulebook(api) for api in ALL]
    files = {path.stem: path for path in TESTS.rglob("test_*.py")}
    for rule, tests in EXERCISED.items():
        assert any(rule in book for book in books), rule
        assert tests
        for name in tests:
            file, _, function = name.partition("::")
            tree = ast.parse(files[file].read_text("utf-8"))
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


# -- nothing without a rule ----------------------------------------------------------------------------------------


def sources(api: Api[Any]) -> Iterator[ast.AST]:
    """The code of an API, parsed."""
    package = TESTS.parent / "fakesources" / "apis" / api.name
    for path in package.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


@each_api
def test_everything_that_is_reported_has_a_rule(api: Api[Any]) -> None:
    """The name of each violation that code can note is the end of a rule's id."""
    noted = {
        node.args[0].value
        for node in sources(api)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "report"
        if isinstance(node.args[0], ast.Constant)
    } | {"unknown-parameter", "scalar-type", "more-violations"}
    reported = {rule.id.rpartition(".")[2] for rule in rulebook(api) if rule.reported}

    assert noted == reported
    assert noted >= {"given-twice"}


@each_api
def test_everything_that_is_refused_has_a_rule(api: Api[Any]) -> None:
    """Each problem of an API's catalogue is one that an operation, or every operation, is known to answer with."""
    errors = __import__(f"fakesources.apis.{api.name}.errors", fromlist=["errors"])
    listed = {id(problem) for row in api.endpoints for problem in row.errors}
    listed |= {id(problem) for problem in (*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large)}

    catalogue = {name: value for name, value in vars(errors).items() if type(value).__name__ == "ApiError"}

    assert [name for name, problem in catalogue.items() if id(problem) not in listed] == []
    assert catalogue


@each_api
def test_every_shape_belongs_to_a_row(api: Api[Any]) -> None:
    """No schema lies about that nothing is held against: rows name it, or one that a row names refers to it."""
    from fakesources.core.contract.rulebook import shape_names

    for edition in api.editions:
        reached = {shape.path for _, shape in shapes(api, edition)}
        text = "".join((TESTS.parent / "schemas" / path).read_text("utf-8") for path in reached)
        for name in shape_names(api.name, edition):
            path = schema_of(api.name, edition, name).path
            assert path in reached or f"{name}.json" in text, path


@each_api
def test_every_rule_says_where_it_was_read(api: Api[Any]) -> None:
    """A rule has words, a page or the recordings behind it, and a reason where it was decided; its editions exist."""
    known = api.pages()
    titles = {page_of(known, name) for name in known} | {NO_PAGE}
    for rule in rulebook(api):
        assert rule.description.strip(), rule.id
        assert rule.source, rule.id
        assert all(part in titles for part in split(rule.source, titles)), (rule.id, rule.source)
        assert rule.provenance in ("documented", "recorded", "observed", "decided")
        assert rule.reason or rule.provenance != "decided", rule.id
        assert set(rule.editions) < set(api.editions)


def split(docs: str, titles: set[str]) -> list[str]:
    """The pages of a rule: some have commas in their names."""
    parts: list[str] = []
    rest = docs
    while rest:
        found = max((title for title in titles if title and rest.startswith(title)), key=len, default=rest)
        parts.append(found)
        rest = rest[len(found) :].removeprefix(", ")
    return parts


@each_api
def test_no_id_is_taken_twice(api: Api[Any]) -> None:
    """An id with several rows has them for editions that differ, and no edition has two."""
    book = rulebook(api)
    for id in book.ids():
        editions = [edition for rule in book.rows(id) for edition in rule.editions or api.editions]
        assert len(editions) == len(set(editions)) or all(" (" in rule.description for rule in book.rows(id)), id
