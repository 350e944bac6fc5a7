"""Responses sent back as requests: clients change a source object and return it whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from datasift_calls import Caller
from generated import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from parsed_response import rules

from fakesources import FakeSources
from fakesources.apis.datasift.editions import EDITIONS
from fakesources.apis.datasift.source_types import source_types

WAYS = ("json", "json text", "form")


def add(fake: FakeSources, source_type: str, running: bool) -> str:
    """Add a source with the parts of its type's example, and return its id."""
    return str(fake.datasift.sources.add(source_type=source_type, running=running).id)


def send(call: Caller, method: str, path: str, params: dict[str, Any], way: str) -> Any:
    """Send parameters as JSON, as JSON whose structured values are text, or as a form."""
    text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    as_text = {name: text[name] if isinstance(value, (dict, list)) else value for name, value in params.items()}
    if way == "form":
        return call(method, path, form=text)
    return call(method, path, json_body=params if way == "json" else as_text)


def source_objects(call: Caller, source_type: str, id: str) -> dict[str, Any]:
    """Return the source object of every operation that returns one."""
    kind = source_types()[source_type]
    responses = {
        "start": call("PUT", "start", form={"id": id}),
        "get": call("GET", "get", query={"id": id}),
        "update": call("PUT", "update", form={"id": id, "name": "renamed"}),
        "create": call("POST", "create", json_body={"source_type": source_type, "name": "n", **plain(kind.example)}),
    }
    for part, ids in (("resource", "resource_ids"), ("auth", "auth_ids")):
        name = "resources" if part == "resource" else "auth"
        responses[f"{part}/add"] = call("PUT", f"{part}/add", json_body={"id": id, name: plain(kind.example)[name]})
        responses[f"{part}/remove"] = call("PUT", f"{part}/remove", json_body={"id": id, ids: []})
    responses["list"] = call("GET", "get")
    responses["stop"] = call("PUT", "stop", form={"id": id})
    assert {response.status for response in responses.values()} <= {200, 201, 202}
    return {
        name: response.json["sources"][0] if name == "list" else response.json for name, response in responses.items()
    }


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@settings(deadline=None, max_examples=examples(60))
@given(
    edition=st.sampled_from(sorted(EDITIONS)),
    source_type=st.sampled_from(sorted(source_types())),
    way=st.sampled_from(WAYS),
    running=st.booleans(),
)
def test_an_update_accepts_the_source_object_of_any_operation(
    edition: str, source_type: str, way: str, running: bool
) -> None:
    """It changes nothing and is no violation. The operations that add items accept its items as well."""
    call = Caller(FakeSources(datasift=edition))
    id = add(call.fake, source_type, running)
    for shown in source_objects(call, source_type, id).values():
        before = call.get(shown["id"])
        response = send(call, "PUT", "update", shown, way)

        assert response.status == 202, response.json
        kept = set(before) - {"status", "name", "auth", "resources"}
        assert {name: response.json[name] for name in kept} == {name: before[name] for name in kept}
        for part in ("resource", "auth"):
            name = "resources" if part == "resource" else "auth"
            added = send(call, "PUT", f"{part}/add", {"id": shown["id"], name: shown[name]}, way)
            assert added.status == 200, added.json

    assert call.fake.violations == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "known"), [("identities", "auth"), ("source_type_id", "source_type")])
def test_a_second_spelling_with_another_value_is_a_violation(call: Caller, way: str, name: str, known: str) -> None:
    """The other spelling is ignored only if it equals the parameter."""
    id = add(call.fake, "instagram", True)
    shown = call("PUT", "start", form={"id": id}).json

    send(call, "PUT", "update", {"id": id, name: shown[name]}, way)
    send(call, "PUT", "update", {**shown, name: [] if name == "identities" else "yammer"}, way)

    assert rules(call.fake) == ["datasift.source.update.unknown-parameter"] * 2
    assert known in shown


@pytest.mark.parametrize("paging", [{"page": 0}, {"page": "x"}, {"per_page": 0}, {"page": -1, "per_page": "many"}])
def test_with_an_id_invalid_paging_is_ignored(call_either: Caller, paging: dict[str, Any]) -> None:
    id = add(call_either.fake, "instagram", False)

    assert call_either("GET", "get", query={"id": id, **paging}).json == call_either.get(id)
    assert call_either("POST", "get", json_body={"id": id, **paging}).status == 200
    assert call_either.fake.violations == []
    assert call_either("GET", "get", query=paging).status == 400
    assert call_either("GET", "get", query={"id": "", **paging}).status == 400
