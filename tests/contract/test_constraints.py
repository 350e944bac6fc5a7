"""Every constraint of a request's schema has an accepted and a rejected example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from constraints import Constraint, constraints_of, met_by

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api

ALL = installed()

HERE = Path(__file__).parent


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_every_constraint_on_requests_has_an_accepted_and_a_rejected_example(api: Api[Any]) -> None:
    """It is met by the one and violated by the other."""
    missing: list[str] = []
    for edition in api.editions:
        for name in request_schemas(api):
            schema = api.schemas.schema_of(edition, name)
            met, violated = set[Constraint](), set[Constraint]()
            for example in examples(api, name, edition):
                if example["holds"]:
                    met |= met_by(example["value"], schema).keys()
                else:
                    errors = schema.errors(example["value"])
                    violated |= {each for error in errors for each in Constraint.violated_by(error)}
            for constraint, path in constraints_of(schema).items():
                location = ".".join(filter(None, (edition, name, *map(str, path), constraint.keyword, constraint.name)))
                missing += [f"{location}: none accepted"] if constraint not in met else []
                missing += [f"{location}: none rejected"] if constraint not in violated else []

    assert missing == []


def request_schemas(api: Api[Any]) -> list[str]:
    """Return the names of an API's request schemas, with those that a parameter selects."""
    names = [name for row in api.endpoints for name in (row.body_schema, row.query_schema, *row.variants) if name]
    return list(dict.fromkeys(names))


def examples(api: Api[Any], schema: str, edition: str) -> Iterator[dict[str, Any]]:
    """Yield the examples of one schema in one edition."""
    for file in sorted((HERE / api.name).glob("*.json")):
        example = json.loads(file.read_text("utf-8"))
        endpoint = api.endpoint(example["operation"])
        name = example.get("shape") or {"request": endpoint.body_schema, "query": endpoint.query_schema}.get(
            example["part"]
        )
        if name == schema and edition in example["editions"]:
            yield example
