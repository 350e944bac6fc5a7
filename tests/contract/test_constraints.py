"""Every constraint of every schema has accepted and rejected values: those of requests, responses, errors and the control plane."""

from __future__ import annotations

import json

import pytest
from changes import FOLDER, Changes, schema_files, sources_of, uncovered
from constraints import Constraint
from shapes import shapes
from test_examples import validators

from fakesources.core.contract.schemas import ROOT, Schema, root

SHAPES = shapes()
FILES = sorted(file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*.json"))
EXCUSED = {
    "datasift/docs-1.6/source-or-list.json.required.sources: none rejected",
    "datasift/live-1.6/source-or-list.json.required.sources: none rejected",
}
"""A page of sources is known by its `sources`, so that a page without them is taken for a source."""


@pytest.mark.parametrize("schema", SHAPES, ids=lambda schema: schema.path)
def test_values_and_changes_are_accepted_and_rejected(schema: Schema) -> None:
    """Both libraries agree, and each rejected change has an error."""
    changes = Changes.read(schema.path)
    _, other = validators(schema.path)

    wrong = [value for value in changes.every_accepted() if not (schema.is_valid(value) and other.is_valid(value))]
    wrong += [row for row in changes.rejected if schema.is_valid(changes.changed(row))]
    wrong += [row for row in changes.rejected if not schema.errors(changes.changed(row))]

    assert wrong == []


def test_every_constraint_is_met_and_violated() -> None:
    """Constraints behind a reference count once, wherever they are met and violated. `changes.py` adds what is missing."""
    met, violated = set[Constraint](), set[Constraint]()
    missing: list[str] = []
    for schema in SHAPES:
        changes = Changes.read(schema.path)
        met |= changes.met(schema)
        violated |= changes.violated(schema)
        missing += uncovered(schema, met, violated)

    assert set(missing) == EXCUSED


@pytest.mark.parametrize("path", schema_files())
def test_every_part_has_the_source_and_the_provenance_of_the_table(path: str) -> None:
    """Rules take them from the schemas. A file with definitions alone has a table of sources, too."""
    schema = json.loads((root() / path).read_text("utf-8"))

    assert schema["$id"] == ROOT + path
    assert Changes.read(path).sources == sources_of(schema)


def test_every_table_has_a_schema() -> None:
    assert [path for path in FILES if not (root() / path).is_file()] == []
