"""Examples of what the contracts accept and reject, one to a file, and every one-field change of the pages' own answers.

`<api>/*.json` has the operation, the editions, the part of the exchange ("request", "query", a status, or "error"), the
value and the verdict; for a rejected one the JSON path that has to be named and the rule that is broken.
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
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fakesources.apis import ALL
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import rulebook
from fakesources.core.contract.schemas import Schema, retrieve, schema_of

HERE = Path(__file__).parent
APIS: dict[str, Api[Any]] = {api.name: api for api in ALL}
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Example:
    """One file in one edition."""

    file: str
    api: Api[Any]
    edition: str
    row: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}-{self.edition}"

    @property
    def shape(self) -> Schema:
        """The shape that the part of the exchange is held to."""
        endpoint, part = self.api.endpoint(self.row["operation"]), self.row["part"]
        named = {
            "request": endpoint.body_schema,
            "query": endpoint.query_schema,
            "error": self.api.error_schema,
            **endpoint.responses,
        }
        return schema_of(self.api.name, self.edition, self.row.get("shape") or named[part])


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


@cache
def judges(path: str) -> tuple[Any, Any]:
    """Both libraries' validators of one schema, made here and not by the code that is tested."""
    schema = json.loads((HERE.parents[1] / "schemas" / path).read_text("utf-8"))
    registry: Any = Registry(retrieve=lambda uri: Resource.from_contents(retrieve(uri)))  # type: ignore[call-arg]
    return (
        jsonschema_rs.Draft202012Validator(schema, retriever=retrieve),
        Draft202012Validator(schema, registry=registry),
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_both_libraries_give_the_expected_verdict(example: Example) -> None:
    """jsonschema-rs, which gives the verdict, and jsonschema, which explains it, agree with the example."""
    shape, value, expected = example.shape, example.row["value"], example.row["holds"]
    verdicts = [judge.is_valid(value) for judge in judges(shape.path)]

    assert (shape.is_valid(value), *verdicts) == (expected,) * 3, [fault.message for fault in shape.errors(value)]


@pytest.mark.parametrize("example", REJECTED, ids=str)
def test_what_is_wrong_is_named(example: Example) -> None:
    """The faults of a rejected value are at the place the example names, under a rule of the book."""
    assert example.row["at"] in {fault.json_path for fault in example.shape.errors(example.row["value"])}
    assert rulebook(example.api).find(example.row["rule"], example.edition) is not None, example.row["rule"]


@pytest.mark.parametrize("example", ACCEPTED, ids=str)
def test_what_is_accepted_has_no_faults(example: Example) -> None:
    """An accepted value has nothing to explain."""
    assert example.shape.errors(example.row["value"]) == []


@pytest.mark.parametrize("example", FROM_PAGES, ids=str)
def test_every_change_of_one_field_is_rejected_with_its_place(example: Example) -> None:
    """A field that is dropped, renamed or of another type is found in every answer that a page shows."""
    shape, value = example.shape, example.row["value"]
    free, optional = set(example.row.get("free", ())), set(example.row.get("optional", ()))

    for how, changed, at in changes(value, free, optional):
        assert not shape.is_valid(changed), f"{how} {at}"
        assert [judge.is_valid(changed) for judge in judges(shape.path)] == [False, False], f"{how} {at}"
        places = {fault.json_path for fault in shape.errors(changed)}
        assert at in places, f"{how}: expected {at} among {places}"


def changes(value: Any, free: set[str], optional: set[str]) -> Iterator[tuple[str, Any, str]]:
    """Every change of one field: how, the changed value, and the place to be named. `free` are fields with contents
    of no documented form, which are changed as a whole; `optional` those that another answer of the page lacks.
    """
    for path in fields(value, free):
        holder, name = path[:-1], path[-1]
        dropped, renamed, retyped = copy.deepcopy(value), copy.deepcopy(value), copy.deepcopy(value)
        del inside(dropped, holder)[name]
        if name not in optional:
            yield "dropped", dropped, written(holder)
        spot = inside(renamed, holder)
        spot[f"{name}_"] = spot.pop(name)
        yield "renamed", renamed, written(holder)
        spot = inside(retyped, holder)
        spot[name] = 7 if isinstance(spot[name], (list, dict)) else []
        yield "retyped", retyped, written(path)


def fields(value: Any, free: set[str], path: Path_ = ()) -> Iterator[Path_]:
    """The paths of all fields of all objects in a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            if name not in free:
                yield from fields(inner, free, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from fields(inner, free, (*path, number))


def inside(value: Any, path: Path_) -> Any:
    for part in path:
        value = value[part]
    return value


def written(path: Path_) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


@pytest.mark.parametrize("api", [api for api in ALL if any((HERE / api.name).glob("*.json"))], ids=lambda api: api.name)
def test_every_shape_has_an_accepted_and_every_request_a_rejected_example(api: Api[Any]) -> None:
    """No shape of any operation, in any edition, goes without an example."""
    accepted = {(example.edition, example.shape.path) for example in ACCEPTED if example.api is api}
    rejected = {(example.edition, example.shape.path) for example in REJECTED if example.api is api}
    for edition in api.editions:
        for endpoint in api.endpoints:
            for name in filter(None, (endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values())):
                assert (edition, schema_of(api.name, edition, name).path) in accepted, (endpoint.id, edition, name)
            for name in filter(None, (endpoint.body_schema, endpoint.query_schema)):
                assert (edition, schema_of(api.name, edition, name).path) in rejected, (endpoint.id, edition, name)
