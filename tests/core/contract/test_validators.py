"""Validators of schemas: the same verdict with jsonschema-rs and without."""

from __future__ import annotations

import sys

import pytest

from fakesources.core.contract.schemas import validator_of


def test_a_schema_without_references_validates_with_either_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a platform without wheels of jsonschema-rs the verdict is that of jsonschema."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["a"]}
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)

    is_valid = validator_of(schema)

    assert [is_valid({"a": 1}), is_valid({}), is_valid(7)] == [True, False, False]
