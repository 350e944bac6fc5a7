"""Every constraint that a request's shape makes has an example for it and one against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from constraints import Constraint, demanded, met

from fakesources.apis import ALL
from fakesources.core.contract.api import Api
from fakesources.core.contract.schemas import schema_of

HERE = Path(__file__).parent


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_every_constraint_on_requests_has_an_example_for_and_against(api: Api[Any]) -> None:
    """Each constraint of each request's shape is met by an accepted example and broken by a rejected one."""
    missing: list[str] = []
    for edition in api.editions:
        for name in requested(api):
            shape = schema_of(api.name, edition, name)
            kept, broken = set[Constraint](), set[Constraint]()
            for example in examples(api, name, edition):
                if example["holds"]:
                    kept |= met(shape, example["value"]).keys()
                else:
                    broken |= {each for fault in shape.errors(example["value"]) for each in Constraint.broken_by(fault)}
            for constraint, path in demanded(shape).items():
                place = ".".join(filter(None, (edition, name, *map(str, path), constraint.keyword, constraint.name)))
                missing += [f"{place}: none accepted"] if constraint not in kept else []
                missing += [f"{place}: none rejected"] if constraint not in broken else []

    assert missing == []


def requested(api: Api[Any]) -> list[str]:
    """The shapes of what is sent to an API, those that are chosen by what is sent too."""
    names = [name for row in api.endpoints for name in (row.body_schema, row.query_schema, *row.variants) if name]
    return list(dict.fromkeys(names))


def examples(api: Api[Any], shape: str, edition: str) -> Iterator[dict[str, Any]]:
    """The example files about one shape in one edition."""
    for file in sorted((HERE / api.name).glob("*.json")):
        example = json.loads(file.read_text("utf-8"))
        endpoint = api.endpoint(example["operation"])
        named = example.get("shape") or {"request": endpoint.body_schema, "query": endpoint.query_schema}.get(
            example["part"]
        )
        if named == shape and edition in example["editions"]:
            yield example
