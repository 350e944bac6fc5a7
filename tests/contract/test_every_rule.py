"""Everything enforced has a rule, and every rule is exercised.

A property of a schema is exercised by an example with it, or by a sample response; an error or a violation by an
example call; what a schema cannot express by the tests listed in `exercised.json`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from fakesources import FakeSources, Request
from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.errors import ApiError
from fakesources.core.contract.paths import names
from fakesources.core.contract.rulebook import NO_PAGE, page_of, property_rule_id, rulebook, schema_names, schemas_of
from fakesources.core.contract.schema_properties import properties_of
from fakesources.export.openapi.samples import samples

ALL = installed()

HERE = Path(__file__).parent
TESTS = HERE.parent
EXERCISED: dict[str, list[str]] = json.loads((HERE / "exercised.json").read_text("utf-8"))
each_api = pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)

PropertyPath = tuple[str, ...]


def property_paths(value: Any, path: PropertyPath = ()) -> Iterator[PropertyPath]:
    """Yield the path of every property of a value, as in rule ids: without array indexes."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from property_paths(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from property_paths(inner, path)


@cache
def examples(api: Api[Any]) -> tuple[dict[str, Any], ...]:
    """Return the accepted examples of an API."""
    rows = [json.loads(file.read_text("utf-8")) for file in sorted((HERE / api.name).glob("*.json"))]
    return tuple(row for row in rows if row["holds"])


def schema_name(api: Api[Any], row: dict[str, Any]) -> str:
    """Return the name of the schema that an example is about."""
    endpoint = api.endpoint(row["operation"])
    by_part = {"request": endpoint.body_schema, "query": endpoint.query_schema, "error": api.error_schema}
    return str(row.get("shape") or {**by_part, **endpoint.responses}[row["part"]])


def sample_responses(api: Api[Any], edition: str) -> Iterator[tuple[str, Any]]:
    """Yield responses with the names of their schemas: of every operation, and of a source for each example variant."""
    for operation, sample in samples(api, api.editions[edition]).items():
        yield api.endpoint(operation).responses[sample.status], sample.value
    variants = {variant for row in api.endpoints for variant in row.variants}
    for row in examples(api):
        if row.get("shape") in variants and edition in row["editions"]:
            fake = FakeSources(**{api.name: edition})
            source = fake.datasift.sources.add(source_type=row["shape"], **row["value"])
            for method, path in (("GET", f"get?id={source.id}"), ("GET", "get"), ("PUT", f"start?id={source.id}"),
                                 ("PUT", f"update?id={source.id}")):  # fmt: skip
                fake.handle(Request(method, f"/v1.6/source/{path}", (("Auth", "a:b"),)))
                exchange = fake.journal.last()
                yield api.endpoint(exchange.operation).responses[exchange.status], json.loads(exchange.response.body)


@cache
def exercised_properties(api: Api[Any], edition: str) -> dict[str, set[PropertyPath]]:
    """Return the properties that an example or a sample response has, by the path of their schema."""
    exercised: dict[str, set[PropertyPath]] = {}
    values = [(schema_name(api, row), row["value"]) for row in examples(api) if edition in row["editions"]]
    for name, value in [*values, *sample_responses(api, edition)]:
        if name:
            exercised.setdefault(api.schemas.schema_of(edition, name).path, set()).update(property_paths(value))
    in_path = {name for row in api.endpoints for path in row.paths for name in names(path)}
    exercised.setdefault(api.schemas.schema_of(edition, "path").path, set()).update(
        {(), *((name,) for name in in_path)}
    )
    return exercised


@each_api
def test_every_property_of_every_schema_is_exercised(api: Api[Any]) -> None:
    """An example or a sample response has it."""
    missing = {
        f"{edition} {property_rule_id(prefix, property.path)}"
        for edition in api.editions
        for prefix, schema in schemas_of(api, edition)
        for property in properties_of(schema)
        if property.path not in exercised_properties(api, edition).get(schema.path, set())
    }

    assert sorted(missing) == []


def property_rules(api: Api[Any]) -> set[str]:
    """Return the ids of the rules that are properties of schemas."""
    return {
        property_rule_id(prefix, property.path)
        for edition in api.editions
        for prefix, schema in schemas_of(api, edition)
        for property in properties_of(schema)
    }


def rules_of_calls(api: Api[Any]) -> set[str]:
    """Return the ids of the rules that example calls are about."""
    return {json.loads(file.read_text("utf-8"))["rule"] for file in (HERE / api.name / "calls").glob("*.json")}


@each_api
def test_every_other_rule_is_exercised_by_a_call_or_by_a_test(api: Api[Any]) -> None:
    """Each error, violation, header and decision has an example call, or a test listed in `exercised.json`."""
    exercised = rules_of_calls(api) | EXERCISED.keys()
    reported = {rule.id for rule in rulebook(api) if rule.reported}
    shared = {id.rpartition(".")[2] for id in reported & exercised}  # one operation stands for all that report the same
    others = {id for id in rulebook(api).ids() if id not in reported or id.rpartition(".")[2] not in shared}

    assert sorted(others - property_rules(api) - exercised) == []


def test_the_table_names_rules_and_tests_that_exist() -> None:
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
    """Yield the nodes of the code of an API."""
    package = TESTS.parent / "fakesources" / "apis" / api.name
    for path in package.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


@each_api
def test_every_violation_has_a_rule(api: Api[Any]) -> None:
    """The name in each call of `report` is the last part of a rule's id."""
    in_code = {
        node.args[0].value
        for node in sources(api)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "report"
        if isinstance(node.args[0], ast.Constant)
    }
    by_core = {"unknown-parameter", "scalar-type", "more-violations", "given-twice"}
    reported = {rule.id.rpartition(".")[2] for rule in rulebook(api) if rule.reported}

    assert in_code
    assert in_code | by_core == reported


@each_api
def test_every_error_has_a_rule(api: Api[Any]) -> None:
    """Each error of an API's catalogue is listed by an operation, or for all of them."""
    errors = import_module(f"fakesources.apis.{api.name}.errors")
    listed = {id(error) for row in api.endpoints for error in row.errors}
    listed |= {id(error) for error in api.errors}

    catalogue = {name: value for name, value in vars(errors).items() if isinstance(value, ApiError)}

    assert [name for name, error in catalogue.items() if id(error) not in listed] == []
    assert catalogue


@each_api
def test_every_schema_is_used(api: Api[Any]) -> None:
    """An endpoint names it, or a schema that an endpoint names refers to it."""
    for edition in api.editions:
        used = {schema.path for _, schema in schemas_of(api, edition)}
        text = "".join((TESTS.parent / "schemas" / path).read_text("utf-8") for path in used)
        for name in schema_names(api, edition):
            path = api.schemas.schema_of(edition, name).path
            assert path in used or f"{name}.json" in text, path


@each_api
def test_every_rule_is_complete(api: Api[Any]) -> None:
    """It has a description, known sources, a reason where it was decided, and existing editions."""
    known = api.pages()
    titles = {page_of(known, name) for name in known} | {NO_PAGE}
    for rule in rulebook(api):
        assert rule.description.strip(), rule.id
        assert rule.source, rule.id
        assert all(part in titles for part in split(rule.source, titles)), (rule.id, rule.source)
        assert rule.provenance in ("documented", "recorded", "observed", "decided")
        assert rule.reason or rule.provenance != "decided", rule.id
        assert set(rule.editions) < set(api.editions)


def split(source: str, titles: set[str]) -> list[str]:
    """Return the pages of a rule; some have commas in their names."""
    parts: list[str] = []
    rest = source
    while rest:
        title = max((title for title in titles if title and rest.startswith(title)), key=len, default=rest)
        parts.append(title)
        rest = rest[len(title) :].removeprefix(", ")
    return parts


@each_api
def test_an_id_has_one_rule_of_each_edition(api: Api[Any]) -> None:
    book = rulebook(api)
    for id in book.ids():
        editions = [edition for rule in book.rows(id) for edition in rule.editions or api.editions]
        assert len(editions) == len(set(editions)) or all(" (" in rule.description for rule in book.rows(id)), id
