"""The specification of faults and the methods of Faults agree."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from fakesources import FakeSources
from fakesources.core.contract.schemas import SchemaSource
from fakesources.core.engine.fault_kinds import KINDS, MAX_DELAY_SECONDS, FaultKind
from fakesources.core.engine.faults import Faults

OPERATION = "datasift.source.start"
DOCUMENTS: dict[str, dict[str, Any]] = {
    "error": {"error": "not-found", "times": 2, "fields": {}},
    "respond": {"respond": 503, "body": {"a": 1}, "headers": [["X-One", "1"]], "times": None},
    "disconnect": {"disconnect": "reset", "takes_effect": True, "when": {"id": "a"}},
    "delay": {"delay": 2.5, "real": False},
    "hold": {"hold": True, "when": {"id": "a"}},
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_has_the_arguments_of_its_method(kind: FaultKind) -> None:
    _, operation, *parameters = inspect.signature(getattr(Faults, kind.name)).parameters.values()

    assert operation.name == "operation"
    assert [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD] == (
        [kind.value.name] if kind.value else []
    )
    assert {each.name for each in parameters if each.kind is each.KEYWORD_ONLY} == {each.name for each in kind.options}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_fault_is_planned_from_json(name: str) -> None:
    faults, kind = FakeSources().faults, KINDS[name]

    planned = getattr(faults, name)(OPERATION, **kind.arguments(DOCUMENTS[name]))

    assert planned in (*faults.planned, *faults.holds)
    assert set(DOCUMENTS[name]) <= set(kind.properties)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_control_plane_has_the_same_schemas(kind: FaultKind) -> None:
    """Apart from their descriptions, and from its lower limit of a delay, which keeps a connection open."""
    stated = {
        name: {keyword: value for keyword, value in schema.items() if keyword != "description"}
        for name, schema in SchemaSource("control").load("control/fault.request.json")["properties"].items()
    }
    if "delay" in stated:
        assert stated["delay"].pop("maximum") <= MAX_DELAY_SECONDS
    expected = {name: dict(schema) for name, schema in kind.properties.items()}
    expected.get("delay", {}).pop("maximum", None)

    assert {name: stated[name] for name in expected if name in stated} == {
        name: schema for name, schema in expected.items() if name in stated
    }
