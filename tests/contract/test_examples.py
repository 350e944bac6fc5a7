"""Examples that the contracts accept or reject, one per file, and every one-field change of the pages' own responses.

`<api>/*.json` has the operation, the editions, the part of the exchange ("request", "query", a status, or "error"), the
value, and whether it is valid; for an invalid one also the JSON path and the rule of its error.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from constraints import Path as ValuePath
from constraints import value_at
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import rulebook
from fakesources.core.contract.schemas import ROOT, Schema

ALL = installed()

HERE = Path(__file__).parent
APIS: dict[str, Api[Any]] = {api.name: api for api in ALL}


@dataclass(frozen=True)
class Example:
    """One example file in one edition."""

    file: str
    api: Api[Any]
    edition: str
    row: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}-{self.edition}"

    @property
    def schema(self) -> Schema:
        """Schema of the part of the exchange."""
        endpoint, part = self.api.endpoint(self.row["operation"]), self.row["part"]
        by_part = {
            "request": endpoint.body_schema,
            "query": endpoint.query_schema,
            "error": self.api.error_schema,
            **endpoint.responses,
        }
        return self.api.schemas.schema_of(self.edition, self.row.get("shape") or by_part[part])


def examples() -> Iterator[Example]:
    for file in sorted(HERE.glob("*/*.json")):
        row = json.loads(file.read_text("utf-8"))
        for edition in row["editions"]:
            yield Example(f"{file.parent.name}/{file.stem}", APIS[file.parent.name], edition, row)


EXAMPLES = list(examples())
ACCEPTED = [example for example in EXAMPLES if example.row["holds"]]
REJECTED = [example for example in EXAMPLES if not example.row["holds"]]
FROM_PAGES = [
    example for example in ACCEPTED if example.row.get("page") and example.row["part"] not in ("request", "query")
]


def retrieve(uri: str) -> Any:
    """Return the schema with an `$id`."""
    return json.loads((HERE.parents[1] / "schemas" / uri.removeprefix(ROOT).partition("#")[0]).read_text("utf-8"))


@cache
def registry() -> Registry[Any]:
    """Return every schema; a registry forgets what it retrieves while it validates, and would read it for each value."""
    files = (HERE.parents[1] / "schemas").rglob("*.json")
    return Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema))
        for schema in (json.loads(file.read_text("utf-8")) for file in files)
        if "$id" in schema  # deviations.json is a table
    )


@cache
def validators(path: str) -> tuple[Any, Any]:
    """Return both libraries' validators of one schema, independent of the code under test."""
    schema = json.loads((HERE.parents[1] / "schemas" / path).read_text("utf-8"))
    return (
        jsonschema_rs.Draft202012Validator(schema, retriever=retrieve),
        Draft202012Validator(schema, registry=registry()),
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_both_libraries_agree_with_the_example(example: Example) -> None:
    """jsonschema-rs decides, and jsonschema gives the errors."""
    schema, value, expected = example.schema, example.row["value"], example.row["holds"]
    results = [validator.is_valid(value) for validator in validators(schema.path)]

    assert (schema.is_valid(value), *results) == (expected,) * 3, [error.message for error in schema.errors(value)]


@pytest.mark.parametrize("example", REJECTED, ids=str)
def test_an_error_has_the_path_and_the_rule_of_the_example(example: Example) -> None:
    assert example.row["at"] in {error.json_path for error in example.schema.errors(example.row["value"])}
    assert rulebook(example.api).find(example.row["rule"], example.edition) is not None, example.row["rule"]


@pytest.mark.parametrize("example", ACCEPTED, ids=str)
def test_an_accepted_value_has_no_errors(example: Example) -> None:
    assert example.schema.errors(example.row["value"]) == []


@pytest.mark.parametrize("example", FROM_PAGES, ids=str)
def test_every_change_of_one_field_is_an_error_at_its_path(example: Example) -> None:
    """A field of a page's response is removed, renamed, or set to another type."""
    schema, value = example.schema, example.row["value"]
    free, optional = set(example.row.get("free", ())), set(example.row.get("optional", ()))

    for change, changed, path in changes(value, free, optional):
        assert not schema.is_valid(changed), f"{change} {path}"
        assert not any(validator.is_valid(changed) for validator in validators(schema.path)), f"{change} {path}"
        paths = {error.json_path for error in schema.errors(changed)}
        assert path in paths, f"{change}: expected {path} among {paths}"


def changes(value: Any, free: set[str], optional: set[str]) -> Iterator[tuple[str, Any, str]]:
    """Yield every change of one field: its name, the changed value, and the path of the expected error.

    `free` are fields with undocumented contents, changed as a whole; `optional` those that another response of the page
    does not have.
    """
    for path in fields(value, free):
        parent, name = path[:-1], path[-1]
        removed, renamed, retyped = copy.deepcopy(value), copy.deepcopy(value), copy.deepcopy(value)
        del value_at(removed, parent)[name]
        if name not in optional:
            yield "removed", removed, json_path(parent)
        target = value_at(renamed, parent)
        target[f"{name}_"] = target.pop(name)
        yield "renamed", renamed, json_path(parent)
        target = value_at(retyped, parent)
        target[name] = 7 if isinstance(target[name], (list, dict)) else []
        yield "retyped", retyped, json_path(path)


def fields(value: Any, free: set[str], path: ValuePath = ()) -> Iterator[ValuePath]:
    """Yield the paths of all fields of all objects in a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            if name not in free:
                yield from fields(inner, free, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from fields(inner, free, (*path, number))


def json_path(path: ValuePath) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


@pytest.mark.parametrize("api", [api for api in ALL if any((HERE / api.name).glob("*.json"))], ids=lambda api: api.name)
def test_every_schema_has_an_accepted_and_every_request_a_rejected_example(api: Api[Any]) -> None:
    """In every edition."""
    accepted = {(example.edition, example.schema.path) for example in ACCEPTED if example.api is api}
    rejected = {(example.edition, example.schema.path) for example in REJECTED if example.api is api}
    for edition in api.editions:
        for endpoint in api.endpoints:
            for name in filter(None, (endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values())):
                assert (edition, api.schemas.schema_of(edition, name).path) in accepted, (endpoint.id, edition, name)
            for name in filter(None, (endpoint.body_schema, endpoint.query_schema)):
                assert (edition, api.schemas.schema_of(edition, name).path) in rejected, (endpoint.id, edition, name)
